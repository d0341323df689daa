//! Where a task was completed, seen from a commit: which tasks a history answers for.
//!
//! A history answers for a task when it contains a commit at which the task was completed or
//! recorded as passing, or a commit that stands for such a one.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::git::{Known, Repo, bad_setting};
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
        const KEY: &str = "plan.gate.scope";
        match repo.config()?.get(KEY) {
            None | Some("history") => Ok(Self::History),
            Some("all") => Ok(Self::All),
            Some(_) => {
                let expected = format!("{KEY}: expected one of history, all");
                Err(bad_setting(KEY, expected).into())
            }
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

/// More histories than these are walked by one child, not one by one.
const FEW: usize = 4;

/// The tasks in force, and some histories to be asked which of them they answer for.
pub(super) struct Histories<'a> {
    completed: Vec<Completed>,
    scope: GateScope,
    lore: Lore<'a>,
}

/// What was found out about the commits of completions, whichever history asked.
struct Lore<'a> {
    repo: &'a Repo,
    memo: &'a Memo,
    tips: Vec<CommitId>,
    known: Known,
    /// The tips whose history contains a commit.
    descendants: HashMap<CommitId, HashSet<CommitId>>,
    /// Whether a commit can be reached from some ref.
    is_held: HashMap<CommitId, bool>,
    /// Listed when first needed.
    new_commits: Option<NewCommits<'a>>,
}

impl Lore<'_> {
    fn is_held(&mut self, commit: CommitId) -> Result<bool> {
        if let Some(known) = self.is_held.get(&commit) {
            return Ok(*known);
        }
        let is_held = self.repo.is_on_any_ref(commit)?;
        self.is_held.insert(commit, is_held);
        Ok(is_held)
    }

    fn is_below(&mut self, commit: CommitId, tip: CommitId) -> Result<bool> {
        if let Some(known) = self.descendants.get(&commit) {
            return Ok(known.contains(&tip));
        }
        let found = self.repo.descendants_among(commit, &self.tips)?;
        let is_below = found.contains(&tip);
        self.descendants.insert(commit, found);
        Ok(is_below)
    }

    fn stand_in(&mut self, commit: CommitId, tip: CommitId) -> Result<Option<CommitId>> {
        let new_commits = match &mut self.new_commits {
            Some(listed) => listed,
            none => none.insert(NewCommits::of(self.repo, &self.tips, self.known)?),
        };
        new_commits.stand_in(commit, tip)
    }
}

/// The history of one commit, asked which tasks it answers for.
struct History<'h, 'a> {
    lore: &'h mut Lore<'a>,
    tip: CommitId,
    /// Whether it contains what was looked for.
    walked: HashMap<CommitId, bool>,
    /// Completions that it contains.
    contained: Vec<CommitId>,
    /// What was found to stand for what.
    copies: Vec<Rewritten>,
}

impl History<'_, '_> {
    fn answers_for(&mut self, completed: &Completed) -> Result<bool> {
        let mut present = Vec::new();
        for commit in &completed.commits {
            if self.lore.repo.has_object(commit.0)? {
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
            if let Some(new) = self.lore.stand_in(*commit, self.tip)? {
                self.copies.push(Rewritten { old: *commit, new });
                return Ok(true);
            }
        }
        if completed.commits.is_empty() {
            return Ok(!completed.is_awaited);
        }
        // A completion whose commits nobody holds any more would be forgotten by a mere rewrite.
        for commit in &present {
            if self.lore.is_held(*commit)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn contains(&mut self, commit: CommitId) -> Result<bool> {
        if self.lore.tips.len() > FEW {
            return self.lore.is_below(commit, self.tip);
        }
        // A history that was walked once is walked from there.
        let mut reached = false;
        for other in self
            .lore
            .memo
            .descendants(commit)
            .into_iter()
            .chain([commit])
        {
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
        let is_contained = self.lore.repo.is_ancestor(commit, self.tip)?;
        self.walked.insert(commit, is_contained);
        Ok(is_contained)
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
    Histories::of(ws, vec![tip], Known::Remotes)?.split(tip)
}

impl<'a> Histories<'a> {
    /// Prepares to be asked about the histories of `tips`, which brought something to one that had
    /// `known`.
    ///
    /// # Errors
    /// When the store or the configuration cannot be read.
    pub(super) fn of(ws: &'a Workspace, tips: Vec<CommitId>, known: Known) -> Result<Self> {
        let completed: Vec<Completed> = ws.read(|store| {
            let tasks = store.tasks_in_force()?.into_iter();
            tasks.map(|task| Completed::read(store, task)).collect()
        })?;
        let scope = match completed.is_empty() {
            true => GateScope::All,
            false => GateScope::configured(ws.repo())?,
        };
        Ok(Self {
            completed,
            scope,
            lore: Lore {
                repo: ws.repo(),
                memo: ws.memo(),
                tips,
                known,
                descendants: HashMap::new(),
                is_held: HashMap::new(),
                new_commits: None,
            },
        })
    }

    /// Splits the tasks in force into those that one of the tips answers for and the others.
    ///
    /// # Errors
    /// When the repository cannot be read.
    pub(super) fn split(&mut self, tip: CommitId) -> Result<Split> {
        let mut split = Split::default();
        if self.scope == GateScope::All {
            split.here = self.completed.iter().map(|it| it.task.clone()).collect();
            return Ok(split);
        }
        let memo = self.lore.memo;
        let mut history = History {
            lore: &mut self.lore,
            tip,
            walked: HashMap::new(),
            contained: Vec::new(),
            copies: Vec::new(),
        };
        let begun = Instant::now();
        for it in &self.completed {
            let side = if history.answers_for(it)? {
                &mut split.here
            } else {
                &mut split.elsewhere
            };
            side.push(it.task.clone());
        }
        if begun.elapsed() > SOON {
            memo.put_descendant(tip, &history.contained);
        }
        split.copies = history.copies;
        Ok(split)
    }
}
