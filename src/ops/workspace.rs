//! Where a command works: the repository, its planning database, the clock and the person.

use std::cell::{Cell, OnceCell};
use std::path::PathBuf;

use anyhow::{Context as _, Result};

use crate::error::Failure;
use crate::git::{Repo, Sharing};
use crate::model::id::WorktreeName;
use crate::model::time::Timestamp;
use crate::store::{Access, Memo, Modes, OpenError, Planning, Reader, Writer};

use super::reconcile::Backlog;
use super::rewritten_refs::RewrittenRefs;
use super::upkeep::upkeep;

/// Stops the clock at that many seconds since the epoch, so that tests can tell what was written.
const CLOCK_VARIABLE: &str = "GIT_PLAN_CLOCK";

/// Everything a verb needs; each part is opened when it is first asked for.
pub struct Workspace {
    repo: Repo,
    access: Access,
    stopped_clock: Option<Timestamp>,
    planning: OnceCell<Planning>,
    /// Why the database could not be opened ahead.
    trouble: Cell<Option<OpenError>>,
    memo: OnceCell<Memo>,
    actor: OnceCell<String>,
    adopted: usize,
}

impl Workspace {
    /// Finds the repository of the current directory; the database will be opened with `access`.
    ///
    /// A command first catches up with what the hooks missed; trouble with that is the command's
    /// own to report when it comes to it.
    ///
    /// # Errors
    /// When there is no repository, or `GIT_PLAN_CLOCK` is no number.
    pub fn open(access: Access) -> Result<Self> {
        Ok(Self::open_as_is(access)?.settled())
    }

    /// Like [`Workspace::open`] for a command that will need the state of the work tree, which
    /// is looked at from now on.
    ///
    /// # Errors
    /// As [`Workspace::open`].
    pub fn open_on_worktree(access: Access) -> Result<Self> {
        let repo = Repo::discover()?;
        // Of all that is waited for it takes the longest.
        repo.expect_comparison();
        let ws = Self::of(repo, access)?;
        Ok(ws.settled())
    }

    fn settled(mut self) -> Self {
        if self.access != Access::Hook {
            self.catch_up();
        }
        if self.access == Access::Write && self.database_path().exists() {
            // It only tidies: what it could not do now, a later command does.
            let _ = upkeep(&self);
        }
        self
    }

    /// Lists what the hooks missed, unless there is trouble with that.
    pub fn catch_up(&mut self) {
        self.adopted = catch_up(self).unwrap_or(0);
    }

    /// Finds the repository of the current directory and changes nothing in it.
    ///
    /// # Errors
    /// As [`Workspace::open`].
    pub fn open_as_is(access: Access) -> Result<Self> {
        Self::of(Repo::discover()?, access)
    }

    fn of(repo: Repo, access: Access) -> Result<Self> {
        repo.expect_config();
        Ok(Self {
            repo,
            access,
            stopped_clock: stopped_clock()?,
            planning: OnceCell::new(),
            trouble: Cell::new(None),
            memo: OnceCell::new(),
            actor: OnceCell::new(),
            adopted: 0,
        })
    }

    /// Takes a repository as it is, with a new database in it and a stopped clock.
    #[cfg(test)]
    pub(super) fn of_test(repo: Repo, clock: Timestamp) -> Self {
        Self {
            repo,
            access: Access::Create,
            stopped_clock: Some(clock),
            planning: OnceCell::new(),
            trouble: Cell::new(None),
            memo: OnceCell::new(),
            actor: OnceCell::new(),
            adopted: 0,
        }
    }

    /// Opens what a hook is about to need while git still reads the configuration. Trouble with
    /// that is told to who needs it.
    pub fn open_ahead(&self) {
        self.trouble.set(self.planning().err());
        let _ = self.repo.head();
    }

    /// Returns how many checkpoints the hooks had missed and this command adopted.
    pub const fn adopted(&self) -> usize {
        self.adopted
    }

    /// Returns how the database is opened.
    pub const fn access(&self) -> Access {
        self.access
    }

    /// Returns the repository.
    pub const fn repo(&self) -> &Repo {
        &self.repo
    }

    /// Returns the work tree's name, which keys its active task.
    pub fn worktree(&self) -> &WorktreeName {
        &self.repo.layout().worktree
    }

    /// Returns where planning.db lies or will lie.
    pub fn database_path(&self) -> PathBuf {
        self.repo.plan_dir().join("planning.db")
    }

    /// Returns the database, opening it the first time.
    ///
    /// # Errors
    /// Any [`OpenError`], kept in the chain for callers that branch on it.
    pub fn planning(&self) -> Result<&Planning, OpenError> {
        if let Some(open) = self.planning.get() {
            return Ok(open);
        }
        // It was waited for once.
        if let Some(trouble) = self.trouble.take() {
            return Err(trouble);
        }
        let opened = match self.access == Access::Create && !self.database_path().exists() {
            true => {
                let modes = plan_modes(&self.repo).map_err(OpenError::Io)?;
                Planning::open_shared(&self.repo.plan_dir(), self.access, modes)?
            }
            false => Planning::open(&self.repo.plan_dir(), self.access)?,
        };
        Ok(self.planning.get_or_init(|| opened))
    }

    /// Reads the database at one moment.
    ///
    /// # Errors
    /// When it cannot be opened or read, or `job` fails.
    pub fn read<T>(&self, job: impl FnOnce(&Reader<'_>) -> Result<T>) -> Result<T> {
        self.planning()?.read(job)
    }

    /// Writes the database in one transaction that is undone when `job` fails.
    ///
    /// # Errors
    /// When it cannot be opened or written, or `job` fails.
    pub fn write<T>(&self, job: impl FnOnce(&Writer<'_>) -> Result<T>) -> Result<T> {
        self.planning()?.write(self.actor(), self.now(), job)
    }

    /// Returns the memo of former scans; a repository without plans keeps none.
    pub fn memo(&self) -> &Memo {
        self.memo
            .get_or_init(|| match self.database_path().exists() {
                true => Memo::open(&self.repo.plan_dir()),
                false => Memo::none(),
            })
    }

    /// Leaves the memo out of everything that follows; without effect once it was used.
    pub fn forget_memo(&self) {
        self.memo.get_or_init(Memo::none);
    }

    /// Returns the present moment.
    pub fn now(&self) -> Timestamp {
        self.stopped_clock.unwrap_or_else(Timestamp::now)
    }

    /// Returns who is at work, for the journal.
    pub fn actor(&self) -> &str {
        self.actor.get_or_init(|| self.repo.actor())
    }
}

/// Returns who may use what is made in `plan/`: the owner, and whom `core.sharedRepository` names.
///
/// # Errors
/// When git cannot read its configuration.
pub fn plan_modes(repo: &Repo) -> Result<Modes> {
    let sharing = repo.config()?.sharing();
    let group = match sharing {
        Sharing::Umask => 0,
        Sharing::AtLeast(_) | Sharing::Exactly(_) => 0o2000,
    };
    Ok(Modes {
        directory: sharing.widen(0o700) | group,
        file: sharing.widen(0o600) & 0o666,
    })
}

/// Reads first: a reader catches up through a writer of its own, and only if there is something to.
fn catch_up(ws: &Workspace) -> Result<usize> {
    if !ws.database_path().try_exists()? {
        return Ok(0);
    }
    if ws.access == Access::Create {
        // Making a database is for the command itself, if it comes to that.
        return catch_up(&Workspace::open_as_is(Access::Write)?);
    }
    let mut adopted = 0;
    if let Some(refs) = RewrittenRefs::find(ws)? {
        adopted += refs.settle(writer(ws)?.as_ref().unwrap_or(ws))?;
    }
    let backlog = Backlog::find(ws)?;
    if !backlog.is_empty() {
        adopted += backlog.list(writer(ws)?.as_ref().unwrap_or(ws))?;
    }
    Ok(adopted)
}

/// Opens the workspace of a reader for writing.
fn writer(ws: &Workspace) -> Result<Option<Workspace>> {
    match ws.access {
        Access::Read => Workspace::open_as_is(Access::Write).map(Some),
        Access::Create | Access::Write | Access::Hook => Ok(None),
    }
}

fn stopped_clock() -> Result<Option<Timestamp>> {
    let Some(text) = std::env::var_os(CLOCK_VARIABLE) else {
        return Ok(None);
    };
    let seconds = text.to_str().and_then(|text| text.parse().ok());
    let seconds = seconds
        .with_context(|| Failure::fatal(format!("{CLOCK_VARIABLE} is no number of seconds")))?;
    Ok(Some(Timestamp(seconds)))
}
