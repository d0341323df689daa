//! What decides about hooks besides their files: the program, the configuration, the aliases.

use std::path::Path;

use anyhow::Result;

use super::super::pre_commit::Policy;
use super::super::{aliases, post_commit};
use crate::error::{Failure, failure_of};
use crate::git::{self, Repo};
use crate::model::finding::{Check, Finding};
use crate::model::install::{AliasAction, InstallNote};
use crate::model::printable::Printable;

/// Tells which git-plan a shell finds, and whether it is this one.
pub(super) fn program(repo: &Repo) -> Result<Vec<Finding>> {
    let version = env!("CARGO_PKG_VERSION");
    let here = std::env::current_exe().unwrap_or_default();
    let found = match git::program_on_path("git-plan") {
        None => Check::Program.warning(
            format!("{} ({version}) is not on PATH", Printable::path(&here)),
            "put its directory on PATH, so that every shell and tool finds it",
        ),
        Some(path) if path.canonicalize().ok() != here.canonicalize().ok() => Check::Program
            .warning(
                format!(
                    "PATH leads to {}, and this is {} ({version})",
                    Printable::path(&path),
                    Printable::path(&here)
                ),
                "keep one of them, or put the one you want first on PATH",
            ),
        Some(path) => Check::Program.ok(format!("{} ({version})", Printable::path(&path))),
    };
    let mut findings = vec![found];
    if let Some(value) = repo.config()?.get("alias.plan") {
        findings.push(Check::Aliases.warning(
            format!(
                "alias.plan is '{}', which Git never looks at: it finds the program git-plan first",
                Printable::new(value)
            ),
            "give the alias another name",
        ));
    }
    Ok(findings)
}

/// Names what switches hooks off that are there, and settings that they could not read.
pub(super) fn switched_off(repo: &Repo) -> Result<Vec<Finding>> {
    let config = repo.config()?;
    let mut findings = Vec::new();
    let mut odd = |what: &str, advice: &str| findings.push(Check::Config.warning(what, advice));
    if std::env::var_os("GIT_PLAN_HOOKS").is_some_and(|value| value == "0") {
        odd(
            "GIT_PLAN_HOOKS is 0 here: commits and pushes from this shell pass by git-plan",
            "leave it unset",
        );
    }
    let is_enabled = config.bool("plan.hooks.enabled", true);
    if let Ok(false) = is_enabled {
        odd(
            "plan.hooks.enabled is false: hooks run and do nothing",
            "set it to true, or leave it unset",
        );
    }
    let pre_push = Policy::configured(config, "plan.prePush", Policy::Block);
    match pre_push {
        Ok(Policy::Off) => odd(
            "plan.prePush is off: no push is judged",
            "set it to block, or leave it unset",
        ),
        Ok(Policy::Warn) => odd(
            "plan.prePush is warn: a push that breaks a task goes through",
            "set it to block, or leave it unset",
        ),
        Ok(Policy::Block) | Err(_) => {}
    }
    let is_post_commit_off = post_commit::is_off(config);
    if let Ok(true) = is_post_commit_off {
        odd(
            "plan.postCommit is off: commits leave no checkpoint",
            "set it to checkpoint, or leave it unset",
        );
    }
    let settings = [
        is_enabled.map(drop),
        pre_push.map(drop),
        is_post_commit_off.map(drop),
        Policy::configured(config, "plan.preCommit", Policy::Warn).map(drop),
        config.bool("plan.quiet", false).map(drop),
        config.int("plan.hooks.timeout").map(drop),
        config.int("plan.verify.timeout").map(drop),
    ];
    findings.extend(settings.into_iter().filter_map(Result::err).map(senseless));
    Ok(findings)
}

/// A setting that means nothing stops every hook that asks for it.
fn senseless(error: anyhow::Error) -> Finding {
    let hint = failure_of(&error).and_then(Failure::hint_text);
    let advice = hint.unwrap_or("'git config --show-origin --list' tells where it is set");
    Check::Config.error(error.to_string(), advice)
}

/// Tells that Git looks for no hooks in a work tree; it would not even answer where they are.
pub(super) fn no_hooks_at_all(repo: &Repo, top: &Path) -> Result<Option<Finding>> {
    let setting = repo.hooks_path()?;
    let off = setting.filter(|setting| {
        setting.value.as_os_str().is_empty() || setting.value == Path::new("/dev/null")
    });
    Ok(off.map(|setting| {
        let (value, top) = (Printable::path(&setting.value), Printable::path(top));
        Check::Hooks.error(
            format!("core.hooksPath is '{value}' in {top}, so no hook runs there"),
            "'git config --show-origin core.hooksPath' tells where that is set; unset it there",
        )
    }))
}

/// Tells what `git rewind` and `git checkpoint` mean.
pub(super) fn aliases(repo: &Repo) -> Result<Vec<Finding>> {
    let mut findings: Vec<Finding> = aliases::look(repo.config()?)
        .into_iter()
        .map(|alias| {
            let (name, value) = (alias.name, alias.value);
            Check::Aliases.ok(match alias.action {
                AliasAction::KeptOther { value } => {
                    format!("'git {name}' is your own '{}'", Printable::new(&value))
                }
                AliasAction::Unchanged => format!("'git {name}' is 'git {value}'"),
                AliasAction::Written | AliasAction::Removed | AliasAction::Absent => {
                    format!("'git {name}' is not set; 'git {value}' does the same")
                }
            })
        })
        .collect();
    for note in aliases::shadowed() {
        if let InstallNote::AliasShadowed { name, program } = note {
            findings.push(Check::Aliases.warning(
                format!(
                    "'git {name}' runs {}, which Git finds before any alias",
                    Printable::path(&program)
                ),
                format!("type 'git plan {name}'"),
            ));
        }
    }
    Ok(findings)
}
