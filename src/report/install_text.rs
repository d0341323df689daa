//! What installing and uninstalling did, as text.

use std::io::{self, Write};

use crate::model::install::{
    AliasAction, AliasOutcome, Effect, HookAction, HookOutcome, HookPlace, InstallNote,
    InstallReport, UninstallReport,
};
use crate::model::printable::Printable;

/// Writes which hooks and aliases were installed, and what else to know.
pub fn install(out: &mut dyn Write, report: &InstallReport) -> io::Result<()> {
    let (dir, file) = match &report.place {
        HookPlace::HooksDir(dir) => ("", dir),
        HookPlace::ConfigFile(file) => ("the configuration ", file),
    };
    let place = format!("Hooks in {dir}{}", Printable::path(file));
    match report.effect {
        Effect::Write => writeln!(out, "{place}:")?,
        Effect::DryRun => writeln!(out, "{place} (dry run, nothing is written):")?,
    }
    for outcome in &report.hooks {
        writeln!(out, "  {:<15} {}", outcome.hook, hook(&outcome.action))?;
    }
    aliases(out, &report.aliases)?;
    if report.changes_nothing() {
        writeln!(out, "Nothing to change: all of it is in place")?;
    }
    report
        .notes
        .iter()
        .try_for_each(|it| writeln!(out, "note: {}", note(it)))
}

/// Writes which hooks and aliases were removed.
pub fn uninstall(out: &mut dyn Write, report: &UninstallReport) -> io::Result<()> {
    if report.effect == Effect::DryRun {
        writeln!(out, "Dry run, nothing is written.")?;
    }
    if report.hooks.is_empty() {
        writeln!(out, "No hook of git-plan's is installed")?;
    }
    for HookOutcome {
        hook: name,
        path,
        action,
    } in &report.hooks
    {
        let path = Printable::path(path);
        match action {
            HookAction::Unset => writeln!(out, "{path}: {name} {}", hook(action))?,
            _ => writeln!(out, "{path}: {}", hook(action))?,
        }
    }
    aliases(out, &report.aliases)
}

fn aliases(out: &mut dyn Write, outcomes: &[AliasOutcome]) -> io::Result<()> {
    for AliasOutcome {
        name,
        value,
        action,
    } in outcomes
    {
        match action {
            AliasAction::Written => writeln!(out, "Alias 'git {name}' = '{value}': written")?,
            AliasAction::Unchanged => writeln!(out, "Alias 'git {name}' = '{value}': unchanged")?,
            AliasAction::KeptOther { value } => {
                let value = Printable::new(value);
                writeln!(out, "Alias 'git {name}' = '{value}': not ours, kept")?;
            }
            AliasAction::Removed => writeln!(out, "Alias 'git {name}' = '{value}': removed")?,
            AliasAction::Absent => {}
        }
    }
    Ok(())
}

fn hook(action: &HookAction) -> String {
    match action {
        HookAction::Created => "created".to_owned(),
        HookAction::Inserted => "inserted into your own hook".to_owned(),
        HookAction::Upgraded { from } => format!("renewed (was shim {from})"),
        HookAction::Unchanged => "unchanged".to_owned(),
        HookAction::Newer { version } => {
            format!("kept as it is: written by a newer git-plan (shim {version})")
        }
        HookAction::Chained { through } => {
            format!("runs already, through {}", Printable::path(through))
        }
        HookAction::Removed => "block removed, your own hook is as before".to_owned(),
        HookAction::Deleted => "deleted, it held nothing else".to_owned(),
        HookAction::Unset => "taken out of the configuration".to_owned(),
    }
}

fn note(note: &InstallNote) -> String {
    match note {
        InstallNote::AliasShadowed { name, program } => format!(
            "'git {name}' runs the program {}, which Git finds before any alias",
            Printable::path(program)
        ),
        InstallNote::LfsWithoutHooks => "Git LFS is configured but has no pre-push hook here; \
             to use it in this repository, run 'git plan uninstall', 'git lfs update' and \
             'git plan install', in this order"
            .to_owned(),
        InstallNote::RelativeHooksPath { value } => format!(
            "core.hooksPath is '{}', relative: each linked work tree has its own hooks, so \
             install there too",
            Printable::new(value)
        ),
        InstallNote::OnlyNewRepositories => "Git copies these hooks into repositories that are \
             made or cloned from now on; in those that are there, run 'git plan install', or \
             'git init', which copies what is missing"
            .to_owned(),
        InstallNote::ManagerMayDropBlock { hook, manager } => format!(
            "{manager} will drop the block from {hook} when it writes its hooks again; \
             'git plan install --manual={manager}' prints the lines for its own configuration"
        ),
        InstallNote::ProgramNotOnPath => "git-plan is not on PATH; the hooks use the directory \
             it was started from"
            .to_owned(),
        InstallNote::ProgramDirNotBaked { dir } => format!(
            "the hooks find git-plan on PATH only: a PATH cannot hold {}",
            Printable::path(dir)
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::install::{HookManager, HookName, InstallScope};

    fn outcome(hook: HookName, action: HookAction) -> HookOutcome {
        HookOutcome {
            hook,
            path: format!("/r/.git/hooks/{hook}").into(),
            action,
        }
    }

    #[test]
    fn an_installation_reads_as_a_list() {
        let mut out = Vec::new();
        let alias = AliasOutcome {
            name: "rewind".to_owned(),
            value: "plan rewind".to_owned(),
            action: AliasAction::KeptOther {
                value: "!x\u{1b}[2J".to_owned(),
            },
        };
        let report = InstallReport {
            effect: Effect::Write,
            scope: InstallScope::Local,
            place: HookPlace::HooksDir("/r/.git/hooks".into()),
            hooks: vec![
                outcome(HookName::PrePush, HookAction::Created),
                outcome(HookName::PostApplypatch, HookAction::Upgraded { from: 1 }),
            ],
            aliases: vec![alias],
            notes: vec![InstallNote::ManagerMayDropBlock {
                hook: HookName::PrePush,
                manager: HookManager::Lefthook,
            }],
        };
        install(&mut out, &report).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "Hooks in /r/.git/hooks:\n  \
             pre-push        created\n  \
             post-applypatch renewed (was shim 1)\n\
             Alias 'git rewind' = '!x\\u{1b}[2J': not ours, kept\n\
             note: lefthook will drop the block from pre-push when it writes its hooks again; \
             'git plan install --manual=lefthook' prints the lines for its own configuration\n"
        );
    }

    #[test]
    fn an_uninstallation_names_each_file() {
        let mut out = Vec::new();
        let report = UninstallReport {
            effect: Effect::DryRun,
            hooks: vec![outcome(HookName::PrePush, HookAction::Removed)],
            aliases: Vec::new(),
        };
        uninstall(&mut out, &report).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "Dry run, nothing is written.\n\
             /r/.git/hooks/pre-push: block removed, your own hook is as before\n"
        );
    }
}
