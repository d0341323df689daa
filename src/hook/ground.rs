//! For what an installation is made: a repository, one work tree, or a user.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::install_lock;
use super::site::{self, Site};
use crate::git::{ConfigFile, Repo, Sharing};
use crate::model::install::InstallScope;
use crate::ops::workspace::plan_modes;
use crate::store::Modes;

/// For what an installation is made, and where its parts go.
pub struct Ground<'a> {
    pub(super) scope: InstallScope,
    pub(super) repo: Option<&'a Repo>,
    pub(super) config: ConfigFile,
    /// Where the receipt and the lock are.
    pub(super) notes: PathBuf,
}

impl<'a> Ground<'a> {
    /// A repository, and with it all its work trees.
    pub fn repository(repo: &'a Repo) -> Self {
        Self {
            scope: InstallScope::Local,
            config: ConfigFile::of_repository(repo),
            notes: repo.plan_dir(),
            repo: Some(repo),
        }
    }

    /// The work tree that we are in, and no other.
    ///
    /// # Errors
    /// A [`crate::error::Failure`] when it has no configuration of its own.
    pub fn worktree(repo: &'a Repo) -> Result<Self> {
        Ok(Self {
            scope: InstallScope::Worktree,
            config: ConfigFile::of_worktree(repo)?,
            notes: repo.plan_dir(),
            repo: Some(repo),
        })
    }

    /// The user who runs us, with notes about it in the directory `notes`.
    ///
    /// # Errors
    /// A [`crate::error::Failure`] when there is no home.
    pub fn user(notes: PathBuf) -> Result<Self> {
        Ok(Self {
            scope: InstallScope::Global,
            repo: None,
            config: ConfigFile::of_user()?,
            notes,
        })
    }

    /// Finds where hook files belong.
    pub(super) fn site(&self) -> Result<Site> {
        match (self.repo, self.scope) {
            (Some(repo), InstallScope::Worktree) => site::of_worktree(repo),
            (Some(repo), _) => site::find(repo),
            (None, _) => site::of_user(&self.config),
        }
    }

    pub(super) fn sharing(&self) -> Result<Sharing> {
        Ok(match self.repo {
            Some(repo) => repo.config()?.sharing(),
            None => Sharing::Umask,
        })
    }

    /// Runs `work` as the only installation on this ground.
    pub(super) fn holding<T>(&self, work: impl FnOnce() -> Result<T>) -> Result<T> {
        let modes = match self.repo {
            Some(repo) => plan_modes(repo)?,
            None => {
                let above = self.notes.parent().unwrap_or(Path::new("/"));
                std::fs::create_dir_all(above).context("making a place for the receipt")?;
                Modes::PRIVATE
            }
        };
        install_lock::holding(&self.notes, modes, work)
    }
}
