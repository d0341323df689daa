//! The aliases `git rewind` and `git checkpoint` in a configuration file.

use anyhow::Result;

use crate::git::{self, Config, Draft};
use crate::model::install::{AliasAction, AliasOutcome, InstallNote};

/// Each alias and its meaning; an alias of Git's, not a `!` command, so `git rewind -h` works.
const ALIASES: [(&str, &str); 2] = [("rewind", "plan rewind"), ("checkpoint", "plan checkpoint")];

/// Sets each alias that is set nowhere: neither in the draft nor in the configuration that holds.
pub(super) fn write(draft: &mut Draft<'_>, config: Option<&Config>) -> Result<Vec<AliasOutcome>> {
    let mut outcomes = Vec::new();
    for (name, value) in ALIASES {
        let there = match config {
            Some(config) => config.get(&key(name)).map(str::to_owned),
            None => draft.get(&key(name))?,
        };
        let action = standing(there, value);
        if action == AliasAction::Written {
            draft.set(&key(name), value)?;
        }
        outcomes.push(outcome(name, value, action));
    }
    Ok(outcomes)
}

/// Tells how each alias stands in the configuration that holds; one that is set nowhere would be
/// [`AliasAction::Written`].
pub(super) fn look(config: &Config) -> Vec<AliasOutcome> {
    let look = |(name, value): (&str, &str)| {
        let there = config.get(&key(name)).map(str::to_owned);
        outcome(name, value, standing(there, value))
    };
    ALIASES.into_iter().map(look).collect()
}

fn standing(there: Option<String>, wanted: &str) -> AliasAction {
    match there {
        Some(value) if value == wanted => AliasAction::Unchanged,
        Some(value) => AliasAction::KeptOther { value },
        None => AliasAction::Written,
    }
}

/// Removes each alias whose value in the draft is still ours.
pub(super) fn remove(draft: &mut Draft<'_>) -> Result<Vec<AliasOutcome>> {
    let mut outcomes = Vec::new();
    for (name, value) in ALIASES {
        let action = match draft.get(&key(name))? {
            Some(set) if set == value => AliasAction::Removed,
            Some(value) => AliasAction::KeptOther { value },
            None => AliasAction::Absent,
        };
        if action == AliasAction::Removed {
            draft.unset(&key(name), value)?;
        }
        outcomes.push(outcome(name, value, action));
    }
    Ok(outcomes)
}

/// Removes the section of aliases if there is nothing in it, not even a comment.
pub(super) fn remove_empty_section(draft: &mut Draft<'_>) -> Result<()> {
    if has_empty_section(&draft.text()?) {
        draft.remove_section("alias")?;
    }
    Ok(())
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

fn is_header(line: &[u8]) -> bool {
    line.trim_ascii()
        .to_ascii_lowercase()
        .starts_with(b"[alias]")
}

/// Reports whether a configuration has a section of aliases.
pub(super) fn has_section(config: &[u8]) -> bool {
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
