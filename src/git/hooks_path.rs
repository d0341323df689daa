//! What installing hooks has to ask: who chose the hooks directory, whether it is tracked, and where
//! a program is.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use super::command::path_from_bytes;
use super::repo::Repo;
use crate::model::path::RepoPath;

/// Which configuration a value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConfigScope {
    /// This repository's.
    Repository,
    /// This work tree's.
    Worktree,
    /// The user's, for every repository.
    Global,
    /// The machine's, for every user.
    System,
    /// `git -c` or the environment, for this one command.
    Command,
}

/// The value of `core.hooksPath` that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HooksPath {
    /// As written.
    pub value: PathBuf,
    /// Where it is written.
    pub scope: ConfigScope,
}

impl Repo {
    /// Returns `core.hooksPath`, if it is set.
    ///
    /// # Errors
    /// When git fails.
    pub fn hooks_path(&self) -> Result<Option<HooksPath>> {
        let question = ["config", "--show-scope", "-z", "--get", "core.hooksPath"];
        let answer = self.git.plain_call(&question).answer()?;
        if answer.status == Some(1) {
            return Ok(None);
        }
        let printed = answer.success()?;
        let mut fields = printed.split(|byte| *byte == 0);
        let scope = match fields.next().unwrap_or_default() {
            b"local" => ConfigScope::Repository,
            b"worktree" => ConfigScope::Worktree,
            b"global" => ConfigScope::Global,
            b"system" => ConfigScope::System,
            b"command" => ConfigScope::Command,
            _ => bail!("git config gave core.hooksPath an unknown scope"),
        };
        let value = path_from_bytes(fields.next().unwrap_or_default());
        Ok(Some(HooksPath { value, scope }))
    }

    /// Reports whether any file below `directory` is tracked; outside the work tree none is.
    ///
    /// # Errors
    /// When git fails.
    pub fn tracks_below(&self, directory: &Path) -> Result<bool> {
        let Some(top) = &self.layout.top else {
            return Ok(false);
        };
        let resolved = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let (top, directory) = (resolved(top), resolved(directory));
        let Ok(inside) = directory.strip_prefix(top) else {
            return Ok(false);
        };
        let inside = match inside.as_os_str().is_empty() {
            true => Path::new("."),
            false => inside,
        };
        self.lists(inside)
    }

    /// Reports whether a file or any file below a directory is tracked.
    ///
    /// # Errors
    /// When git fails.
    pub fn tracks(&self, path: &RepoPath) -> Result<bool> {
        self.lists(&path_from_bytes(path.as_bytes()))
    }

    fn lists(&self, inside: &Path) -> Result<bool> {
        let question = ["--literal-pathspecs", "ls-files", "-z", "--"];
        let printed = self.git.plain_call(&question).argument(inside).output()?;
        Ok(!printed.is_empty())
    }
}

/// Returns where on PATH a program is found, links not resolved; relative entries do not count.
pub fn program_on_path(name: &str) -> Option<PathBuf> {
    which::which_global(name)
        .ok()
        .filter(|path| path.is_absolute())
}

/// Opens the repository of `directory` with only `variables` of the environment's Git settings.
#[cfg(test)]
pub(crate) fn sealed_repo(directory: &Path, variables: &[(&str, &Path)]) -> Repo {
    let mut environment = super::environment::Environment::elsewhere(directory);
    environment.set("GIT_CONFIG_NOSYSTEM", "1");
    for (name, value) in variables {
        environment.set(name, value);
    }
    Repo::discover_in(environment).unwrap()
}
