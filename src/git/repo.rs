//! A repository as found from where we were called.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::JoinHandle;

use anyhow::{Context as _, Result};

use super::command::{Git, Running, path_from_bytes};
use super::comparison::Comparison;
use super::config::Config;
use super::environment::Environment;
use super::layout::Layout;
use super::objects::Objects;
use crate::error::Failure;
use crate::model::id::TreeId;

/// A repository, with the work tree we were called from; may be shared between threads.
pub struct Repo {
    pub(super) git: Git,
    pub(super) layout: Layout,
    pub(super) config: OnceLock<Config>,
    pub(super) coming_config: Mutex<Option<Running>>,
    pub(super) coming_comparison: Mutex<Option<Comparison>>,
    pub(super) coming_index: Mutex<Option<JoinHandle<Option<TreeId>>>>,
    objects: OnceLock<Mutex<Objects>>,
}

impl Repo {
    /// Finds the repository of the current directory and environment, as `git rev-parse` would.
    ///
    /// # Errors
    /// A [`Failure`] in Git's words when there is none or Git refuses it.
    pub fn discover() -> Result<Self> {
        Self::discover_in(Environment::current()?)
    }

    /// Finds the repository of another directory, whatever repository a hook's environment names.
    ///
    /// # Errors
    /// As [`Repo::discover`].
    pub fn at(directory: &Path) -> Result<Self> {
        let directory = std::path::absolute(directory).context("making a path absolute")?;
        Self::discover_in(Environment::elsewhere(&directory))
    }

    pub(super) fn discover_in(environment: Environment) -> Result<Self> {
        let git = Git::find(environment)?;
        let layout = Layout::discover(&git)?;
        let git = git.with(layout.pin(git.environment()));
        Ok(Self {
            git,
            layout,
            config: OnceLock::new(),
            coming_config: Mutex::new(None),
            coming_comparison: Mutex::new(None),
            coming_index: Mutex::new(None),
            objects: OnceLock::new(),
        })
    }

    /// Returns where the parts of the repository are.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Returns where plans are kept: `plan` in the directory all work trees share.
    pub fn plan_dir(&self) -> PathBuf {
        self.layout.common_dir.join("plan")
    }

    /// Returns where this work tree's index is, whatever index a commit is being made from.
    pub(super) fn own_index(&self) -> PathBuf {
        self.layout.git_dir.join("index")
    }

    /// Returns the top of the work tree.
    ///
    /// # Errors
    /// A [`Failure`] in a bare repository and inside `.git`.
    pub fn top(&self) -> Result<&Path> {
        Ok(self.layout.top.as_deref().ok_or_else(no_work_tree)?)
    }

    /// Returns where Git looks for hooks, absolute, `core.hooksPath` included.
    ///
    /// Asked of git only here: it refuses to answer when `core.hooksPath` is empty.
    ///
    /// # Errors
    /// When git cannot tell; the directory need not exist.
    pub fn hooks_dir(&self) -> Result<PathBuf> {
        let words = ["rev-parse", "--path-format=absolute", "--git-path", "hooks"];
        let answer = self.git.plain_call(&words).answer()?.success()?;
        Ok(path_from_bytes(
            answer.strip_suffix(b"\n").unwrap_or(&answer),
        ))
    }

    /// Returns a handle for reading objects; make one per thread. A repository that libgit2 refuses
    /// is read through git.
    pub fn objects(&self) -> Objects {
        Objects::of(&self.git, &self.layout.git_dir)
    }

    /// Returns the handle that this door's own questions share, which wait while it is held.
    pub fn shared_objects(&self) -> MutexGuard<'_, Objects> {
        let objects = self.objects.get_or_init(|| Mutex::new(self.objects()));
        objects.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Says what a bare repository lacks, in Git's words.
pub(super) fn no_work_tree() -> Failure {
    Failure::fatal("this operation must be run in a work tree")
}
