//! Catch up with what the hooks missed: spooled commits, checkpoints without a row, and commits
//! that HEAD's reflog shows as made here.

use std::collections::{BTreeSet, HashSet};

use anyhow::Result;

use crate::checkpoint;
use crate::git::ReflogEntry;
use crate::model::checkpoint::{NewCheckpoint, Origin};
use crate::model::id::{CommitId, WorktreeName};
use crate::model::plan::{Plan, PlanStatus};
use crate::model::task::Task;
use crate::store::{Reader, Writer};

use super::filtered::Filtered;
use super::keep::{Home, hold_all, of_commit};
use super::missed::{Missed, standing_of};
use super::prune;
use super::spool::{self, Spooled};
use super::upkeep::{KEEP, REFS};
use super::workspace::Workspace;

/// How many refs without a row one command takes in; the next one goes on.
const MAX_ORPHANS: usize = 1_000;

/// Under which key the shared refs are noted that were looked into.
const SHARED: &str = "reconcile.shared";

/// What has to be listed; found by reading alone but for the refs that hold it.
pub(super) struct Backlog {
    new: Vec<NewCheckpoint>,
    /// Spooled commits that are listed once `new` is.
    settled: Vec<CommitId>,
    missed: Option<Missed>,
    filtered: Option<Filtered>,
    /// Whether a prune was killed before it had dropped its refs.
    is_pruning: bool,
    /// The shared refs, if there is one that nobody had looked into.
    shared: Option<BTreeSet<String>>,
}

impl Backlog {
    /// Looks for what is missing.
    ///
    /// Cheap when nothing is: two folders are listed, the end of the reflog is read and a few rows
    /// are compared, also when spooled commits are still ambiguous.
    ///
    /// # Errors
    /// When the repository or the database cannot be read, or a ref not be written.
    pub(super) fn find(ws: &Workspace) -> Result<Self> {
        let mut backlog = Self {
            new: Vec::new(),
            settled: Vec::new(),
            missed: None,
            filtered: None,
            is_pruning: false,
            shared: None,
        };
        for entry in spool::all(&ws.repo().plan_dir())? {
            backlog.add_spooled(ws, &entry)?;
        }
        backlog.add_orphans(ws)?;
        backlog.filtered = Filtered::find(ws)?;
        backlog.missed = Missed::find(ws, &backlog.settled)?;
        Ok(backlog)
    }

    /// Reports whether nothing is missing.
    pub(super) const fn is_empty(&self) -> bool {
        self.new.is_empty()
            && self.settled.is_empty()
            && self.missed.is_none()
            && self.filtered.is_none()
            && self.shared.is_none()
            && !self.is_pruning
    }

    /// Lists what is missing; returns how many checkpoints were adopted.
    ///
    /// # Errors
    /// When the database or the spool cannot be written.
    pub(super) fn list(self, ws: &Workspace) -> Result<usize> {
        let Self {
            new,
            settled,
            missed,
            filtered,
            is_pruning,
            shared,
        } = self;
        if is_pruning {
            prune::finish(ws)?;
        }
        let stale = filtered.as_ref().map(|it| it.stale_refs(ws)).transpose()?;
        let nothing_new = new.is_empty() && settled.is_empty() && missed.is_none();
        if nothing_new && shared.is_none() && filtered.is_none() {
            return Ok(0);
        }
        let commits = new.iter().filter(|new| new.origin == Origin::Commit);
        let missed_ones = missed.iter().flat_map(Missed::commits);
        let unheld = commits.map(|new| new.captured.snapshot).chain(missed_ones);
        hold_all(ws, &unheld.collect())?;
        let adopted = ws.write(|store| {
            let spooled = new.len();
            if let Some(names) = &shared {
                store.set_meta(SHARED, &serde_json::to_string(names)?)?;
            }
            for checkpoint in new {
                store.add_checkpoint(checkpoint)?;
            }
            let filtered = filtered.map(|filtered| filtered.list(store)).transpose()?;
            let missed = missed.map(|missed| missed.list(store, ws.worktree()));
            Ok(spooled + filtered.unwrap_or(0) + missed.transpose()?.unwrap_or(0))
        })?;
        if let Some(stale) = stale {
            ws.repo().delete_refs(&stale)?;
        }
        for commit in settled {
            spool::remove(&ws.repo().plan_dir(), commit)?;
        }
        Ok(adopted)
    }

    fn add_spooled(&mut self, ws: &Workspace, entry: &Spooled) -> Result<()> {
        let is_there = ws.repo().has_object(entry.commit.0)?;
        let (is_listed, owner) = ws.read(|store| {
            let listed = store.checkpoints_of_snapshot(entry.commit)?;
            Ok((!listed.is_empty(), owner_of(store, entry)?))
        })?;
        if is_listed || !is_there {
            self.settled.push(entry.commit);
            return Ok(());
        }
        let Some((plan, task)) = owner else {
            return Ok(());
        };
        let home = Home {
            plan: plan.id,
            task: task.map(|task| task.id),
            worktree: entry.worktree.clone(),
        };
        let commit = standing_of(ws, entry.commit)?.unwrap_or(entry.commit);
        self.new.push(of_commit(ws, commit, home)?);
        self.settled.push(entry.commit);
        Ok(())
    }

    /// Returns what the shared refs hold that nobody has looked into yet: those that this database
    /// has made itself, and those of rows that it has lost.
    fn newly_shared(&mut self, ws: &Workspace) -> Result<Vec<CommitId>> {
        let names = ws.repo().ref_names_under(KEEP)?;
        let seen = ws.read(|store| store.meta(SHARED))?;
        let seen: Option<BTreeSet<String>> = seen.and_then(|text| serde_json::from_str(&text).ok());
        let seen = seen.unwrap_or_default();
        let mut held = Vec::new();
        for name in names.difference(&seen) {
            let keep = name.strip_prefix(KEEP).and_then(|id| id.parse().ok());
            // Whoever rewrites all refs leaves their names.
            if let Some(keep) = keep.filter(|keep| ws.repo().has_object(*keep).unwrap_or(true)) {
                held.extend(checkpoint::held_by(ws.repo(), CommitId(keep))?);
            }
        }
        self.shared = Some(names).filter(|names| !names.is_subset(&seen));
        Ok(held)
    }

    /// A ref without a row is what a crash between the two leaves; our own commits say what they are.
    /// What shares a ref lost its row with the database.
    fn add_orphans(&mut self, ws: &Workspace) -> Result<()> {
        let names = ws.repo().ref_names_under(REFS)?;
        let (listed, dropped) =
            ws.read(|store| Ok((store.snapshots()?, prune::dropped(store)?)))?;
        self.is_pruning = !dropped.is_empty();
        let known: HashSet<CommitId> = listed.into_iter().chain(dropped).collect();
        // Each of these refs is named by what it holds.
        let named = names
            .iter()
            .filter_map(|name| name.strip_prefix(REFS)?.parse().ok());
        let held: BTreeSet<CommitId> = named.chain(self.newly_shared(ws)?).collect();
        let mut orphans = Vec::new();
        for snapshot in held.into_iter().filter(|held| !known.contains(held)) {
            let Some(label) = checkpoint::label_of(ws.repo(), snapshot)? else {
                continue;
            };
            let Some(owner) = ws.read(|store| labelled(store, &label))? else {
                continue;
            };
            orphans.push((label.at, snapshot, owner));
        }
        orphans.sort_by_key(|(at, ..)| *at);
        if orphans.len() > MAX_ORPHANS {
            orphans.truncate(MAX_ORPHANS);
            self.shared = None;
        }
        for (_, snapshot, (plan, task)) in orphans {
            let Some((label, captured)) = checkpoint::recapture(ws.repo(), snapshot)? else {
                continue;
            };
            self.new.push(NewCheckpoint {
                plan_id: plan.id,
                task_id: task.map(|task| task.id),
                name: Some(label.name).filter(|name| !name.is_empty()),
                origin: label.origin,
                taken_at: Some(label.at),
                worktree: checkpoint::worktree_of(ws.repo(), snapshot)?
                    .unwrap_or_else(|| ws.worktree().clone()),
                patch_id: None,
                captured,
            });
        }
        Ok(())
    }
}

/// The plan and task a spooled commit belongs to; `None` while that is still ambiguous.
///
/// One that was ambiguous is the plan's that is the current one of its work tree now, but of no
/// task: none was active when it was made.
fn owner_of(store: &Reader<'_>, entry: &Spooled) -> Result<Option<(Plan, Option<Task>)>> {
    if entry.plan_uid.is_some() {
        return entry.owner(store);
    }
    let active = store.plans(Some(PlanStatus::Active))?;
    let current = match active.as_slice() {
        [only] => Some(only.id),
        _ => store.active_task(&entry.worktree)?.map(|task| task.plan_id),
    };
    let mut was_there = active
        .into_iter()
        .filter(|plan| plan.created_at <= entry.at);
    Ok(was_there
        .find(|plan| Some(plan.id) == current)
        .map(|plan| (plan, None)))
}

fn labelled(store: &Reader<'_>, label: &checkpoint::Label) -> Result<Option<(Plan, Option<Task>)>> {
    let mut plans = store.plans(None)?.into_iter();
    let plan = plans.find(|plan| plan.uid == label.plan_uid);
    let task = match &label.task_uid {
        Some(uid) => store.task_by_uid(uid)?,
        None => None,
    };
    let open = plan.filter(|plan| plan.status != PlanStatus::Archived);
    Ok(open.map(|plan| (plan, task)))
}

/// The key under which a work tree's mark is stored: the newest reflog entry dealt with.
pub(super) fn mark_key(worktree: &WorktreeName) -> String {
    format!("reconciled.{}", worktree.0)
}

/// What the mark is when `entry` is the newest one.
pub(super) fn mark_of(entry: &ReflogEntry) -> String {
    format!("{} {}", entry.new, entry.at.0)
}

/// Notes that what the reflog tells so far happened before any plan, unless something is noted.
///
/// # Errors
/// When the database cannot be read or written.
pub(super) fn mark_where_plans_begin(
    store: &Writer<'_>,
    worktree: &WorktreeName,
    reflog: &[ReflogEntry],
) -> Result<()> {
    let key = mark_key(worktree);
    match reflog.first() {
        Some(last) if store.meta(&key)?.is_none() => store.set_meta(&key, &mark_of(last)),
        _ => Ok(()),
    }
}

/// Notes that the newest reflog entry is dealt with, if the one before it was.
///
/// # Errors
/// When the database cannot be read or written.
pub(super) fn mark_seen(
    store: &Writer<'_>,
    worktree: &WorktreeName,
    reflog: &[ReflogEntry],
) -> Result<()> {
    let Some(last) = reflog.first() else {
        return Ok(());
    };
    let key = mark_key(worktree);
    let mark = store.meta(&key)?;
    if mark.is_some() && mark == reflog.get(1).map(mark_of) {
        store.set_meta(&key, &mark_of(last))?;
    }
    Ok(())
}
