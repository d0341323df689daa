//! The aliases `git rewind` and `git checkpoint` in the repository's own configuration.

use anyhow::{Context as _, Result};

use super::receipt::Receipt;
use crate::git::{self, Repo};
use crate::model::install::{AliasAction, AliasOutcome, Effect, InstallNote};

/// Each alias and its meaning; an alias of Git's, not a `!` command, so `git rewind -h` works.
const ALIASES: [(&str, &str); 2] = [("rewind", "plan rewind"), ("checkpoint", "plan checkpoint")];

/// Sets each alias that is set nowhere, and notes in `receipt` what it set.
pub(super) fn write(
    repo: &Repo,
    effect: Effect,
    receipt: &mut Receipt,
) -> Result<Vec<AliasOutcome>> {
    let config = repo.config()?;
    let mut outcomes = Vec::new();
    for (name, value) in ALIASES {
        let key = key(name);
        let action = match config.get(&key) {
            Some(set) if set == value => AliasAction::Unchanged,
            Some(set) => AliasAction::KeptOther {
                value: set.to_owned(),
            },
            None => AliasAction::Written,
        };
        if action == AliasAction::Written && effect == Effect::Write {
            if receipt.config.is_empty() {
                receipt.alias_section_created = !has_section(&config_text(repo)?);
            }
            repo.set_config(&key, value)?;
            if !receipt.config.contains(&key) {
                receipt.config.push(key);
            }
        }
        outcomes.push(outcome(name, value, action));
    }
    Ok(outcomes)
}

/// Removes each alias whose value in this repository is still ours, and the section if it was.
pub(super) fn remove(repo: &Repo, effect: Effect, receipt: &Receipt) -> Result<Vec<AliasOutcome>> {
    let mut outcomes = Vec::new();
    for (name, value) in ALIASES {
        let key = key(name);
        let action = match repo.local_config(&key)? {
            Some(set) if set == value => AliasAction::Removed,
            Some(value) => AliasAction::KeptOther { value },
            None => AliasAction::Absent,
        };
        if action == AliasAction::Removed && effect == Effect::Write {
            repo.unset_config(&key)?;
        }
        outcomes.push(outcome(name, value, action));
    }
    if effect == Effect::Write
        && receipt.alias_section_created
        && has_empty_section(&config_text(repo)?)
    {
        repo.remove_config_section("alias")?;
    }
    Ok(outcomes)
}

/// Returns a note for each alias that Git will never look at, since a program goes before it.
pub(super) fn shadowed() -> Vec<InstallNote> {
    ALIASES
        .iter()
        .filter_map(|(name, _)| {
            let program = git::program_on_path(&format!("git-{name}"))?;
            Some(InstallNote::AliasShadowed {
                name: (*name).to_owned(),
                program,
            })
        })
        .collect()
}

fn key(name: &str) -> String {
    format!("alias.{name}")
}

fn outcome(name: &str, value: &str, action: AliasAction) -> AliasOutcome {
    AliasOutcome {
        name: name.to_owned(),
        value: value.to_owned(),
        action,
    }
}

fn config_text(repo: &Repo) -> Result<Vec<u8>> {
    let path = repo.layout().common_dir.join("config");
    std::fs::read(path).context("reading the repository's configuration")
}

fn is_header(line: &[u8]) -> bool {
    line.trim_ascii()
        .to_ascii_lowercase()
        .starts_with(b"[alias]")
}

fn has_section(config: &[u8]) -> bool {
    config.split(|byte| *byte == b'\n').any(is_header)
}

/// Reports whether there is one bare alias header with nothing below it, not even a comment.
fn has_empty_section(config: &[u8]) -> bool {
    let mut lines = config
        .split(|byte| *byte == b'\n')
        .map(<[u8]>::trim_ascii)
        .filter(|line| !line.is_empty());
    let Some(header) = lines.by_ref().find(|line| is_header(line)) else {
        return false;
    };
    let ends = lines.next().is_none_or(|line| line.starts_with(b"["));
    ends && header.eq_ignore_ascii_case(b"[alias]") && !lines.any(is_header)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_bare_header_counts_as_empty() {
        let check = |config: &str, section: bool, empty: bool| {
            assert_eq!(has_section(config.as_bytes()), section, "{config:?}");
            assert_eq!(has_empty_section(config.as_bytes()), empty, "{config:?}");
        };
        check("", false, false);
        check("[core]\n\tx = 1\n", false, false);
        check("[core]\n\tx = 1\n[alias]\n", true, true);
        check("[Alias]\n\n[user]\n\tname = x\n", true, true);
        check("[alias]\n\tco = checkout\n", true, false);
        check("[alias]\n# mine\n", true, false);
        check("[alias] # mine\n", true, false);
        check("[alias] co = checkout\n", true, false);
        check("[alias]\n[core]\n[alias]\n\tco = checkout\n", true, false);
    }
}
