//! Where we were called from, as far as Git is concerned: a directory and changes to the environment.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

/// The variables that tie a process to one repository: `git rev-parse --local-env-vars` without
/// what `git -c` set, such as `safe.directory`, which holds wherever the user's command goes.
const LOCAL_VARIABLES: [&str; 14] = [
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_CONFIG",
    "GIT_DIR",
    "GIT_GRAFT_FILE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_INTERNAL_SUPER_PREFIX",
    "GIT_NO_REPLACE_OBJECTS",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
];

/// A directory, and what differs from this process's environment.
#[derive(Debug, Clone)]
pub(super) struct Environment {
    directory: PathBuf,
    changes: Vec<(OsString, Option<OsString>)>,
}

impl Environment {
    /// Takes the environment as it was given to us; in a hook that is what names the repository.
    pub(super) fn current() -> Result<Self> {
        Ok(Self {
            directory: std::env::current_dir().context("reading the current directory")?,
            changes: Vec::new(),
        })
    }

    /// Builds the environment for a repository other than the one a hook may have put us in.
    pub(super) fn elsewhere(directory: &Path) -> Self {
        let mut environment = Self {
            directory: directory.to_owned(),
            changes: Vec::new(),
        };
        for name in LOCAL_VARIABLES {
            environment.remove(name);
        }
        environment
    }

    pub(super) fn directory(&self) -> &Path {
        &self.directory
    }

    pub(super) fn set_directory(&mut self, directory: &Path) {
        directory.clone_into(&mut self.directory);
    }

    pub(super) fn set(&mut self, name: &str, value: impl AsRef<OsStr>) {
        self.change(name, Some(value.as_ref().to_owned()));
    }

    pub(super) fn remove(&mut self, name: &str) {
        self.change(name, None);
    }

    fn change(&mut self, name: &str, value: Option<OsString>) {
        self.changes.retain(|(known, _)| known != name);
        self.changes.push((name.into(), value));
    }

    /// Returns a variable's value, changes included; an empty one counts as unset.
    pub(super) fn variable(&self, name: &str) -> Option<OsString> {
        let value = match self.changes.iter().find(|(known, _)| known == name) {
            Some((_, value)) => value.clone(),
            None => std::env::var_os(name),
        };
        value.filter(|value| !value.is_empty())
    }

    /// Reports whether a variable is there at all, be it empty.
    #[cfg(unix)]
    pub(super) fn holds(&self, name: &str) -> bool {
        match self.changes.iter().find(|(known, _)| known == name) {
            Some((_, value)) => value.is_some(),
            None => std::env::var_os(name).is_some(),
        }
    }

    pub(super) fn changes(&self) -> &[(OsString, Option<OsString>)] {
        &self.changes
    }
}
