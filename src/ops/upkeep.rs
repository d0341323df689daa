//! Keep the live refs few: every one of them slows `git fetch` down, and a branch, or one commit
//! with many parents, holds a checkpoint just as well.

use std::collections::{BTreeSet, HashSet};
use std::fs::File;

use anyhow::{Context as _, Result};

use crate::checkpoint::{CHECKPOINTS, KEEPS, held_by, ref_name, write_keep};
use crate::model::checkpoint::{Checkpoint, Origin};
use crate::model::id::{CommitId, PlanId};
use crate::model::time::Timestamp;
use crate::store::{Reader, Superseded};

use super::lock;
use super::workspace::Workspace;

/// Where the refs are that keep checkpoints alive.
pub(super) const REFS: &str = "refs/plan/checkpoints/";

/// Where the commits are that hold many checkpoints at once.
pub(super) const KEEP: &str = "refs/plan/keep/";

/// How many checkpoints keep a ref of their own.
const LIVE: usize = 20;

/// How many more there may be before something is done about it.
const SLACK: usize = 10;

/// How many checkpoints one commit holds at most.
const PARENTS: usize = 1_000;

/// How often commits are looked for that no branch holds any more, in seconds.
const DAY: i64 = 86_400;

/// Held while refs are dropped.
const LOCK: &str = "upkeep.lock";

/// When that was done last.
const LAST: &str = "upkeep.last";

/// Sees to the refs if it is time: when there are many, and once a day.
///
/// # Errors
/// When the repository or the database cannot be read or written; nothing is lost by that.
pub(super) fn upkeep(ws: &Workspace) -> Result<()> {
    let last = ws.read(|store| store.meta(LAST))?;
    let last = last.and_then(|text| text.parse().ok()).unwrap_or(i64::MIN);
    let is_due = ws.now().0.saturating_sub(last) >= DAY;
    let is_crowded = is_crowded(ws)?;
    if !is_crowded && !is_due {
        return Ok(());
    }
    let lock = lock::open(ws, LOCK)?;
    // Whoever has it does the same.
    if lock.try_lock().is_ok() {
        match is_crowded {
            true => settle_alone(ws, &BTreeSet::new())?,
            false => hold_what_was_lost(ws)?,
        }
        ws.write(|store| store.set_meta(LAST, &ws.now().0.to_string()))?;
    }
    Ok(())
}

/// Reports whether there are more refs than there should be. Each is named by what it holds, so
/// that names alone tell as long as they are few.
fn is_crowded(ws: &Workspace) -> Result<bool> {
    let repo = ws.repo();
    if repo.ref_names_under(KEEP)?.len() > SLACK {
        return Ok(true);
    }
    let names = repo.ref_names_under(REFS)?;
    if names.len() <= LIVE + SLACK {
        return Ok(false);
    }
    let needed: HashSet<CommitId> = ws.read(|store| store.snapshots())?.into_iter().collect();
    let live = names.iter().filter(|name| {
        let held = name.strip_prefix(REFS).and_then(|id| id.parse().ok());
        held.is_some_and(|held| needed.contains(&CommitId(held))) && !repo.is_ref_locked(name)
    });
    Ok(live.count() > LIVE + SLACK)
}

/// Brings the refs to what the rows need: the newest have one of their own, commits that a branch,
/// tag or remote holds have none, and the others share a few. What no row lists stays held too,
/// but for what is `dropped`: it may be all that is left of a lost database.
///
/// # Errors
/// When the repository or the database cannot be read or written.
pub(super) fn settle(ws: &Workspace, dropped: &BTreeSet<CommitId>) -> Result<()> {
    let _alone = settling(ws)?;
    settle_alone(ws, dropped)
}

/// Waits until nobody else drops refs, and keeps others from it. Two at once, each with its own
/// list of what is held how, would let go of what each left to the other.
///
/// # Errors
/// When the lock cannot be taken.
pub(super) fn settling(ws: &Workspace) -> Result<File> {
    let lock = lock::open(ws, LOCK)?;
    lock.lock().context("waiting for another upkeep to end")?;
    Ok(lock)
}

fn settle_alone(ws: &Workspace, dropped: &BTreeSet<CommitId>) -> Result<()> {
    let repo = ws.repo();
    let rows = ws.read(all_checkpoints)?;
    let mut wanting = wanting(ws, &rows)?;
    let mut old = wanting.split_off(wanting.len().min(LIVE));
    let is_locked = |id: &mut CommitId| repo.is_ref_locked(&ref_name(*id));
    old.extend(wanting.extract_if(.., is_locked));
    // In one order, so that the same checkpoints make the same commit.
    let old: Vec<CommitId> = old
        .into_iter()
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    let shared = fold(ws, &old)?;
    let ours: HashSet<CommitId> = rows.iter().map(|row| row.snapshot).collect();
    let live = repo.refs_under(REFS)?.into_iter();
    let live = live.filter(|entry| ours.contains(&CommitId(entry.target)));
    let mut known: HashSet<String> = live.map(|entry| entry.name).collect();
    for keep in repo.refs_under(KEEP)? {
        let held = held_by(repo, CommitId(keep.target))?;
        let is_ours = |commit| ours.contains(commit) || dropped.contains(commit);
        if held.iter().all(is_ours) {
            known.insert(keep.name);
        }
    }
    // What is new is made before anything goes: a kill in between leaves a ref too many.
    let own: Vec<String> = wanting.iter().map(|id| ref_name(*id)).collect();
    for (name, target) in own.iter().zip(&wanting) {
        if !known.contains(name) {
            repo.create_ref(name, *target)?;
        }
    }
    let stays: HashSet<String> = own.into_iter().chain(shared).collect();
    let goes = known.into_iter().filter(|name| !stays.contains(name));
    repo.delete_refs(&goes.collect::<Vec<_>>())
}

/// Lets commits share a ref, and returns its name.
///
/// # Errors
/// When objects or refs cannot be written.
pub(super) fn fold(ws: &Workspace, commits: &[CommitId]) -> Result<Option<String>> {
    let repo = ws.repo();
    let mut held = (CHECKPOINTS, commits.to_vec());
    if commits.len() > PARENTS {
        let chunks = commits.chunks(PARENTS);
        let keeps = chunks.map(|chunk| write_keep(repo, (CHECKPOINTS, chunk), Timestamp(0)));
        held = (KEEPS, keeps.collect::<Result<_>>()?);
    }
    if held.1.is_empty() {
        return Ok(None);
    }
    let mut at = Timestamp(0);
    let (name, keep) = loop {
        let keep = write_keep(repo, (held.0, &held.1), at)?;
        let name = format!("{KEEP}{keep}");
        if !repo.is_ref_locked(&name) {
            break (name, keep);
        }
        at = Timestamp(at.0 + 1);
    };
    if !repo.ref_names_under(KEEP)?.contains(&name) {
        repo.create_ref(&name, keep)?;
    }
    Ok(Some(name))
}

/// Holds commits by one ref that they share, while nobody else drops refs; those that are held by
/// a ref of ours already are passed over.
///
/// # Errors
/// When refs cannot be read or written.
pub(super) fn share(ws: &Workspace, commits: &BTreeSet<CommitId>) -> Result<()> {
    let (names, folded) = (ws.repo().ref_names_under(REFS)?, folded(ws)?);
    let wanting = commits
        .iter()
        .filter(|it| !names.contains(&ref_name(**it)) && !folded.contains(it));
    fold(ws, &wanting.copied().collect::<Vec<_>>()).map(drop)
}

/// Gives a ref to commits that no branch, tag or remote holds any more.
fn hold_what_was_lost(ws: &Workspace) -> Result<()> {
    let rows = ws.read(all_checkpoints)?;
    let folded = folded(ws)?;
    let mut wanting = wanting(ws, &rows)?;
    wanting.retain(|snapshot| !folded.contains(snapshot));
    share(ws, &wanting.into_iter().collect())
}

/// Returns the checkpoints that share a ref with others.
///
/// # Errors
/// When the repository cannot be read.
pub(super) fn folded(ws: &Workspace) -> Result<HashSet<CommitId>> {
    let mut folded = HashSet::new();
    for keep in ws.repo().refs_under(KEEP)? {
        folded.extend(held_by(ws.repo(), CommitId(keep.target))?);
    }
    Ok(folded)
}

/// Returns what nothing but a ref of ours holds, newest first.
fn wanting(ws: &Workspace, rows: &[Checkpoint]) -> Result<Vec<CommitId>> {
    let repo = ws.repo();
    let mut present = Vec::new();
    let mut seen = HashSet::new();
    for row in rows.iter().rev() {
        if seen.insert(row.snapshot) && repo.has_object(row.snapshot.0)? {
            present.push(row);
        }
    }
    let commits = present.iter().filter(|row| row.origin == Origin::Commit);
    let commits: Vec<CommitId> = commits.map(|row| row.snapshot).collect();
    let unheld = repo.not_on_branches(&commits)?;
    let wanting = present
        .iter()
        .filter(|row| row.origin != Origin::Commit || unheld.contains(&row.snapshot));
    Ok(wanting.map(|row| row.snapshot).collect())
}

/// Every checkpoint of every plan, oldest first.
fn all_checkpoints(store: &Reader<'_>) -> Result<Vec<Checkpoint>> {
    let mut rows = Vec::new();
    for plan in store.plans(None)? {
        rows.extend(checkpoints_of(store, plan.id)?);
    }
    rows.sort_by_key(|row| row.id);
    Ok(rows)
}

/// Returns every checkpoint of a plan and of its tasks, oldest first.
///
/// # Errors
/// Those of the database.
pub(super) fn checkpoints_of(store: &Reader<'_>, plan: PlanId) -> Result<Vec<Checkpoint>> {
    let mut rows = store.checkpoints(plan, None, Superseded::Shown)?;
    for task in store.tasks(plan)? {
        rows.extend(store.checkpoints(plan, Some(task.id), Superseded::Shown)?);
    }
    rows.sort_by_key(|row| row.id);
    Ok(rows)
}

#[cfg(test)]
mod tests;
