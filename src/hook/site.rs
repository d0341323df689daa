//! Where hook files belong in this repository, and when that place is not ours to write to.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::error::Failure;
use crate::git::{ConfigScope, HooksPath, Repo};
use crate::model::install::InstallNote;
use crate::model::printable::Printable;

const MANUAL: &str = "'git plan install --manual' prints the blocks to put there by hand";

/// The directory to write hook files to.
#[derive(Debug)]
pub(super) struct Site {
    pub(super) dir: PathBuf,
    pub(super) note: Option<InstallNote>,
}

/// Finds the directory.
///
/// # Errors
/// A [`Failure`] when it serves other repositories too, does not exist as a directory, or is
/// tracked, so that writing there would change the user's sources.
pub(super) fn find(repo: &Repo) -> Result<Site> {
    let dir = repo.hooks_dir()?;
    let setting = repo.hooks_path()?;
    if let Some(failure) = setting.as_ref().and_then(refuse_setting) {
        return Err(failure.into());
    }
    if dir.exists() && !dir.is_dir() {
        return Err(Failure::no(format!("{} is not a directory", Printable::path(&dir))).into());
    }
    if repo.tracks_below(&dir)? {
        let failure = Failure::no(format!(
            "the hooks directory {} is tracked by this repository",
            Printable::path(&dir)
        ));
        return Err(failure.hint(MANUAL).into());
    }
    let note = setting
        .filter(|setting| setting.value.is_relative() && !setting.value.starts_with("~"))
        .map(|setting| InstallNote::RelativeHooksPath {
            value: Printable::path(&setting.value).to_string(),
        });
    Ok(Site { dir, note })
}

/// Reports whether the directory belongs to this repository alone and is no source of its own.
pub(super) fn is_ours(repo: &Repo) -> bool {
    find(repo).is_ok()
}

fn refuse_setting(setting: &HooksPath) -> Option<Failure> {
    let value = Printable::path(&setting.value);
    if setting.value.as_os_str().is_empty() || setting.value == Path::new("/dev/null") {
        let failure = Failure::no(format!(
            "hooks are switched off: core.hooksPath is '{value}'"
        ));
        return Some(failure.hint("unset core.hooksPath, then run 'git plan install' again"));
    }
    let (whose, what) = match setting.scope {
        ConfigScope::Repository => return None,
        ConfigScope::Global => ("global", "every repository of yours"),
        ConfigScope::System => ("system", "every repository on this machine"),
        ConfigScope::Command => ("command's", "this one command"),
    };
    let failure = Failure::no(format!(
        "core.hooksPath is '{value}' in the {whose} configuration, for {what}"
    ));
    Some(failure.hint(format!(
        "to resolve this, either\n  \
         1. give this repository a directory of its own: set core.hooksPath in its own \
         configuration, for example to the absolute path of its hooks directory, or\n  \
         2. {MANUAL}"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_settings_of_this_repository_are_followed() {
        let check = |value: &str, scope: ConfigScope, refused: Option<&str>| {
            let value = value.into();
            let failure = refuse_setting(&HooksPath { value, scope });
            let message = failure.map(|failure| failure.to_string());
            match (&message, refused) {
                (None, None) => {}
                (Some(message), Some(why)) => assert!(message.contains(why), "{message}"),
                other => panic!("{other:?}"),
            }
        };
        check("/dir", ConfigScope::Repository, None);
        check(".husky", ConfigScope::Repository, None);
        check("", ConfigScope::Repository, Some("switched off"));
        check("/dev/null", ConfigScope::Command, Some("switched off"));
        check(
            "/dir",
            ConfigScope::Global,
            Some("in the global configuration"),
        );
        check(
            "/dir",
            ConfigScope::System,
            Some("in the system configuration"),
        );
        check("/dir", ConfigScope::Command, Some("for this one command"));
    }
}
