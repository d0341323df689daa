//! Where a task was completed, seen from a commit: which tasks a history answers for.
//!
//! A history answers for a task when it contains a commit at which the task was completed or
//! recorded as passing, or a commit that stands for such a one.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::error::Failure;
use crate::git::{Known, Repo};
use crate::model::event::{Cause, Rewritten};
use crate::model::id::CommitId;
use crate::model::task::Task;
use crate::store::{Memo, Reader};

use super::stand_in::NewCommits;
use super::workspace::Workspace;

/// Which tasks a history answers for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum GateScope {
    /// Those whose completion it contains.
    History,
    /// Every task in force (`plan.gate.scope=all`).
    All,
}

impl GateScope {
    /// Reads `plan.gate.scope`.
    ///
    /// # Errors
    /// Fatal when it is set to something else than `history` or `all`.
    pub(super) fn configured(repo: &Repo) -> Result<Self> {
        match repo.config()?.get("plan.gate.scope") {
            None | Some("history") => Ok(Self::History),
            Some("all") => Ok(Self::All),
            Some(_) => Err(Failure::fatal("plan.gate.scope: expected one of history, all").into()),
        }
    }
}

/// A task in force and where it was completed.
struct Completed {
    task: Task,
    /// The commits its evidence belongs to, and those that stand for them.
    commits: Vec<CommitId>,
    /// Whether some evidence belongs to a commit that is still to be made.
    is_awaited: bool,
}

impl Completed {
    fn read(store: &Reader<'_>, task: Task) -> Result<Self> {
        let completions = store.completions(task.id)?;
        let mut commits = Vec::new();
        for anchor in completions.iter().filter_map(|it| it.anchor) {
            if !commits.contains(&anchor) {
                commits.push(anchor);
                commits.extend(store.stand_ins(anchor)?);
            }
        }
        let is_awaited = completions.iter().any(|it| it.dirty && it.anchor.is_none());
        Ok(Self {
            task,
            commits,
            is_awaited,
        })
    }
}

/// A history that took longer to walk is remembered.
const SOON: Duration = Duration::from_millis(3);

/// The history of one commit, asked which tasks it answers for.
struct History<'a> {
    repo: &'a Repo,
    memo: &'a Memo,
    tip: CommitId,
    /// Whether it contains what was looked for.
    walked: HashMap<CommitId, bool>,
    /// Completions that it contains.
    contained: Vec<CommitId>,
    known: Known,
    /// Listed when first needed.
    new_commits: Option<NewCommits<'a>>,
    /// What was found to stand for what.
    copies: Vec<Rewritten>,
}

impl History<'_> {
    fn answers_for(&mut self, completed: &Completed) -> Result<bool> {
        let mut present = Vec::new();
        for commit in &completed.commits {
            if self.repo.has_object(commit.0)? {
                present.push(*commit);
            }
        }
        // The last is the nearest, if any is near.
        for commit in present.iter().rev() {
            if self.contains(*commit)? {
                return Ok(true);
            }
        }
        for commit in &present {
            if self.holds_copy_of(*commit)? {
                return Ok(true);
            }
        }
        if completed.commits.is_empty() {
            return Ok(!completed.is_awaited);
        }
        // A completion whose commits nobody holds any more would be forgotten by a mere rewrite.
        for commit in &present {
            if self.repo.is_on_any_ref(*commit)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// A history that was walked once is walked from there.
    fn contains(&mut self, commit: CommitId) -> Result<bool> {
        let mut reached = false;
        for other in self.memo.descendants(commit).into_iter().chain([commit]) {
            reached = reached || self.walk_to(other)?;
        }
        if reached {
            self.contained.push(commit);
        }
        Ok(reached)
    }

    fn walk_to(&mut self, commit: CommitId) -> Result<bool> {
        if let Some(known) = self.walked.get(&commit) {
            return Ok(*known);
        }
        let is_contained = self.repo.is_ancestor(commit, self.tip)?;
        self.walked.insert(commit, is_contained);
        Ok(is_contained)
    }

    fn holds_copy_of(&mut self, commit: CommitId) -> Result<bool> {
        let new_commits = match &mut self.new_commits {
            Some(listed) => listed,
            none => none.insert(NewCommits::of(self.repo, self.tip, self.known)?),
        };
        let Some(new) = new_commits.stand_in(commit)? else {
            return Ok(false);
        };
        self.copies.push(Rewritten { old: commit, new });
        Ok(true)
    }
}

/// The tasks in force, seen from a commit.
#[derive(Debug, Default)]
pub(super) struct Split {
    /// Those its history answers for.
    pub here: Vec<Task>,
    /// The others.
    pub elsewhere: Vec<Task>,
    /// Which commits were found to stand for which.
    pub copies: Vec<Rewritten>,
}

impl Split {
    /// Writes down which commits stand for which: once they are pushed, they are no longer
    /// compared by content.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub(super) fn remember(&self, ws: &Workspace) -> Result<()> {
        if self.copies.is_empty() {
            return Ok(());
        }
        ws.write(|store| store.add_rewrites(&self.copies, Cause::Copy))
    }
}

/// Splits the tasks in force into those `tip` answers for and the others.
///
/// # Errors
/// When the store or the repository cannot be read.
pub(super) fn split_by_history(ws: &Workspace, tip: CommitId) -> Result<Split> {
    split_beyond(ws, tip, Known::Remotes)
}

/// Splits the tasks in force by what `tip` brought to a history that had `known`.
///
/// # Errors
/// As [`split_by_history`].
pub(super) fn split_beyond(ws: &Workspace, tip: CommitId, known: Known) -> Result<Split> {
    let completed: Vec<Completed> = ws.read(|store| {
        let tasks = store.tasks_in_force()?.into_iter();
        tasks.map(|task| Completed::read(store, task)).collect()
    })?;
    let mut split = Split::default();
    if completed.is_empty() || GateScope::configured(ws.repo())? == GateScope::All {
        split.here = completed.into_iter().map(|it| it.task).collect();
        return Ok(split);
    }
    let mut history = History {
        repo: ws.repo(),
        memo: ws.memo(),
        tip,
        walked: HashMap::new(),
        contained: Vec::new(),
        known,
        new_commits: None,
        copies: Vec::new(),
    };
    let begun = Instant::now();
    for it in completed {
        let side = if history.answers_for(&it)? {
            &mut split.here
        } else {
            &mut split.elsewhere
        };
        side.push(it.task);
    }
    if begun.elapsed() > SOON {
        ws.memo().put_descendant(tip, &history.contained);
    }
    split.copies = history.copies;
    Ok(split)
}
