//! Where hook files belong in this repository, and when that place is not ours to write to.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::error::Failure;
use crate::git::{ConfigFile, ConfigScope, HooksPath, Repo};
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
    let setting = repo.hooks_path()?;
    if let Some(failure) = setting.as_ref().and_then(refuse_setting) {
        return Err(failure.into());
    }
    let dir = repo.hooks_dir()?;
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

/// Finds the directory of this work tree alone.
///
/// # Errors
/// A [`Failure`] when it shares one with others, and as [`find`].
pub(super) fn of_worktree(repo: &Repo) -> Result<Site> {
    match repo.hooks_path()? {
        Some(HooksPath {
            scope: ConfigScope::Worktree,
            ..
        }) => find(repo),
        _ => {
            let failure = Failure::no("this work tree shares its hook files with all others");
            Err(failure
                .hint(
                    "to resolve this, either\n  \
                     1. install them for all work trees: 'git plan install', or\n  \
                     2. have them in this work tree's configuration: 'git plan install \
                     --worktree --mode=config'",
                )
                .into())
        }
    }
}

/// Finds the directory that serves every repository of a user, or every new one.
///
/// # Errors
/// A [`Failure`] when the user has none: making one up would switch off the hooks that
/// repositories have, or the templates.
pub(super) fn of_user(config: &ConfigFile) -> Result<Site> {
    let draft = config.draft()?;
    let (dir, note) = match draft.path("core.hooksPath")? {
        Some(dir) => (dir, None),
        None => match draft.path("init.templateDir")? {
            Some(templates) => (
                templates.join("hooks"),
                Some(InstallNote::OnlyNewRepositories),
            ),
            None => return Err(no_directory_of_user().into()),
        },
    };
    if !dir.is_absolute() || dir == Path::new("/dev/null") {
        let dir = Printable::path(&dir);
        let failure = Failure::no(format!("'{dir}' is no directory for all repositories"));
        return Err(failure
            .hint("'git config --global --list' shows where it is set")
            .into());
    }
    Ok(Site { dir, note })
}

fn no_directory_of_user() -> Failure {
    Failure::no("no directory of yours holds hooks for more than one repository").hint(
        "to resolve this, either\n  \
         1. set init.templateDir in your own configuration, to a directory from which Git then \
         makes new repositories, or\n  \
         2. with Git 2.54 or newer, have the hooks in the configuration: 'git plan install \
         --global --mode=config'",
    )
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
        ConfigScope::Repository | ConfigScope::Worktree => return None,
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
