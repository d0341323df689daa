//! What HEAD's reflog shows to have happened in this work tree, and the hooks did not tell.

use std::collections::{HashMap, HashSet};

use anyhow::Result;

use crate::git::{CommitInfo, HeadMove, Operation, ReflogEntry};
use crate::model::checkpoint::NewCheckpoint;
use crate::model::event::{Cause, Rewritten};
use crate::model::id::{CommitId, WorktreeName};
use crate::model::plan::{Plan, PlanStatus};
use crate::model::task::Task;
use crate::model::time::Timestamp;
use crate::store::{Reader, Writer};

use super::follow_rewrite::{Follow, is_in_history};
use super::keep::{Home, of_commit};
use super::reconcile::{mark_key, mark_of};
use super::rewritten_refs::paired;
use super::workspace::Workspace;

/// How far back the reflog is read.
const MAX_REFLOG: usize = 2_000;

/// How many commits of a replaced history are looked at.
const MAX_REPLACED: usize = 500;

/// How many checkpoints a commit that a rebase made may turn out to take the place of.
const MAX_CANDIDATES: u32 = 500;

/// What was missed, ready to be listed.
pub(super) struct Missed {
    follow: Follow,
    new: Vec<NewCheckpoint>,
    /// Every commit made here, with its time, oldest first: evidence may have waited for it.
    made: Vec<(CommitId, Timestamp)>,
    mark: String,
}

impl Missed {
    /// Reads what came after the mark; `None` when nothing did, or while a rebase is under way: it
    /// may yet be aborted. Commits in `listed` are taken care of.
    ///
    /// # Errors
    /// When the repository or the database cannot be read, or a ref not be written.
    pub(super) fn find(ws: &Workspace, listed: &[CommitId]) -> Result<Option<Self>> {
        let Some(last) = ws.repo().head_reflog(1)?.into_iter().next() else {
            return Ok(None);
        };
        let (mark, plans) = ws.read(|store| {
            let mark = store.meta(&mark_key(ws.worktree()))?;
            Ok((mark, store.plans(None)?))
        })?;
        let open = plans
            .iter()
            .filter(|plan| plan.status != PlanStatus::Archived);
        let oldest = open.map(|plan| plan.created_at).min();
        let is_seen = |entry: &ReflogEntry| mark.as_deref() == Some(mark_of(entry).as_str());
        let Some(oldest) = oldest.filter(|_| !is_seen(&last)) else {
            return Ok(None);
        };
        if ws.repo().operation() == Some(Operation::Rebase) {
            return Ok(None);
        }
        let reflog = ws.repo().head_reflog(MAX_REFLOG)?.into_iter();
        let mut unseen: Vec<ReflogEntry> = reflog
            .take_while(|entry| !is_seen(entry))
            .filter(|entry| entry.at >= oldest)
            .collect();
        unseen.reverse();
        let mut missed = Self {
            follow: Follow::prepare(ws, rewrites(ws, &unseen)?)?,
            new: Vec::new(),
            made: Vec::new(),
            mark: mark_of(&last),
        };
        missed.add_made(ws, &unseen, listed)?;
        Ok(Some(missed))
    }

    /// Returns the commits that were missed, which no ref of ours holds yet.
    pub(super) fn commits(&self) -> impl Iterator<Item = CommitId> {
        self.new.iter().map(|new| new.captured.snapshot)
    }

    /// Writes it all; returns how many checkpoints were adopted.
    ///
    /// # Errors
    /// Those of the database.
    pub(super) fn list(self, store: &Writer<'_>, worktree: &WorktreeName) -> Result<usize> {
        for (commit, at) in self.made {
            store.anchor_evidence(worktree, commit, at)?;
        }
        let adopted = self.new.len() + self.follow.apply(store)?.len();
        for new in self.new {
            store.add_checkpoint(new)?;
        }
        store.set_meta(&mark_key(worktree), &self.mark)?;
        Ok(adopted)
    }

    /// Takes the commits that were made here and are still used, or what took their place.
    fn add_made(
        &mut self,
        ws: &Workspace,
        unseen: &[ReflogEntry],
        listed: &[CommitId],
    ) -> Result<()> {
        let mut kept: HashSet<CommitId> = self.follow.targets().collect();
        kept.extend(listed);
        for entry in unseen.iter().filter(|entry| is_made(entry)) {
            self.made.push((entry.new, entry.at));
            let is_listed =
                |commit| ws.read(|store| Ok(!store.checkpoints_of_snapshot(commit)?.is_empty()));
            if kept.contains(&entry.new) || is_listed(entry.new)? {
                continue;
            }
            let Some(commit) = self.standing_of(ws, entry.new)? else {
                continue;
            };
            if !kept.insert(commit) || is_listed(commit)? {
                continue;
            }
            let owner = ws.read(|store| owner_at(store, ws.worktree(), entry.at))?;
            if let Some((plan, task)) = owner {
                let home = Home {
                    plan: plan.id,
                    task: task.map(|task| task.id),
                    worktree: ws.worktree().clone(),
                };
                self.new.push(of_commit(ws, commit, home)?);
            }
        }
        Ok(())
    }

    fn standing_of(&self, ws: &Workspace, commit: CommitId) -> Result<Option<CommitId>> {
        match self.follow.end_of(commit) {
            Some(end) if is_in_history(ws, end)? => Ok(Some(end)),
            _ => standing_of(ws, commit),
        }
    }
}

fn is_made(entry: &ReflogEntry) -> bool {
    matches!(entry.head_move(), HeadMove::Made | HeadMove::Amended)
}

/// Returns a commit that is in use, or else what is known to have taken its place, in HEAD's history
/// if it is there; `None` when neither is: it was reset away.
pub(super) fn standing_of(ws: &Workspace, commit: CommitId) -> Result<Option<CommitId>> {
    if !ws.repo().has_object(commit.0)? {
        return Ok(None);
    }
    if is_in_history(ws, commit)? {
        return Ok(Some(commit));
    }
    let mut later = ws.read(|store| store.successors(commit))?;
    for later in later.iter().rev() {
        if is_in_history(ws, *later)? {
            return Ok(Some(*later));
        }
    }
    later.insert(0, commit);
    let mut latest_first = later.into_iter().rev();
    Ok(latest_first.find(|it| ws.repo().is_on_any_ref(*it).unwrap_or(false)))
}

/// The plan and task that a commit made at `at` in a work tree was for.
fn owner_at(
    store: &Reader<'_>,
    worktree: &WorktreeName,
    at: Timestamp,
) -> Result<Option<(Plan, Option<Task>)>> {
    if let Some(task) = store.active_task_at(worktree, at)? {
        let plan = store.plan(task.plan_id)?;
        let open = plan.filter(|plan| plan.status != PlanStatus::Archived);
        return Ok(open.map(|plan| (plan, Some(task))));
    }
    let mut active = store.plans(Some(PlanStatus::Active))?;
    Ok(match active.pop() {
        Some(only) if active.is_empty() && only.created_at <= at => Some((only, None)),
        _ => None,
    })
}

/// Reads which commits took the place of others: by an amend, as the reflog says, and by a rebase
/// that nobody told of, as the commits themselves suggest.
fn rewrites(ws: &Workspace, unseen: &[ReflogEntry]) -> Result<Vec<(Cause, Vec<Rewritten>)>> {
    let of_kind = |kind| unseen.iter().filter(move |entry| entry.head_move() == kind);
    let pairs_of = |kind| {
        of_kind(kind).filter_map(|entry| {
            Some(Rewritten {
                old: entry.old?,
                new: entry.new,
            })
        })
    };
    let mut filtered = Vec::new();
    for Rewritten { old, new } in pairs_of(HeadMove::Filtered) {
        if ws.repo().has_object(old.0)? {
            filtered.extend(paired(ws, &[Rewritten { old, new }])?.pairs);
        }
    }
    let mut candidates: Vec<CommitId> = of_kind(HeadMove::Rebased).map(|it| it.new).collect();
    for entry in of_kind(HeadMove::Replaced) {
        if let Some(old) = entry.old {
            candidates.extend(ws.repo().replacing(old, entry.new, MAX_REPLACED)?);
        }
    }
    let mut news = Vec::new();
    for new in candidates {
        let is_known = ws.read(|store| {
            let listed = store.checkpoints_of_snapshot(new)?;
            Ok(!listed.is_empty() || store.has_predecessor(new)?)
        })?;
        if !is_known && !news.contains(&new) && is_in_history(ws, new)? {
            news.push(new);
        }
    }
    let rebased = match news.as_slice() {
        [] => Vec::new(),
        _ => rebased(ws, &news, unseen)?,
    };
    Ok(vec![
        (Cause::Amend, pairs_of(HeadMove::Amended).collect()),
        (Cause::Rebase, filtered),
        (Cause::Rebase, rebased),
    ])
}

/// Pairs commits that a rebase made with those they took the place of: Git leaves the author and
/// the time of writing as they are.
fn rebased(ws: &Workspace, news: &[CommitId], unseen: &[ReflogEntry]) -> Result<Vec<Rewritten>> {
    let mut olds: Vec<CommitId> = ws.read(|store| store.rewritable(MAX_CANDIDATES))?;
    let made = unseen.iter().filter(|entry| is_made(entry));
    olds.extend(made.map(|entry| entry.new));
    let mut by_author: HashMap<Vec<u8>, Vec<CommitInfo>> = HashMap::new();
    let mut seen = HashSet::new();
    for old in olds {
        if seen.insert(old) && ws.repo().has_object(old.0)? {
            let info = ws.repo().commit(old)?;
            by_author.entry(info.author.clone()).or_default().push(info);
        }
    }
    let mut pairs = Vec::new();
    for id in news {
        let new = ws.repo().commit(*id)?;
        let Some(candidates) = by_author.get_mut(&new.author) else {
            continue;
        };
        let mut best = None;
        for (at, old) in candidates.iter().enumerate() {
            if let Some(likeness) = likeness(ws, old, &new)? {
                best = best.max(Some((likeness, at)));
            }
        }
        if let Some((_, at)) = best {
            let old = candidates.remove(at).id;
            pairs.push(Rewritten { old, new: *id });
        }
    }
    Ok(pairs)
}

/// How much speaks for a commit of the same author and time having been rebased; `None` when it
/// stands where it was.
fn likeness(ws: &Workspace, old: &CommitInfo, new: &CommitInfo) -> Result<Option<u8>> {
    if is_in_history(ws, old.id)? {
        return Ok(None);
    }
    let signs = [
        !ws.repo().is_on_any_ref(old.id)?,
        ws.repo().patch_id(old.id)? == ws.repo().patch_id(new.id)?,
        old.subject == new.subject,
    ];
    let weights = [4, 2, 1];
    let held = signs.iter().zip(weights).filter(|(sign, _)| **sign);
    let sum = held.map(|(_, weight)| weight).sum();
    Ok(Some(sum).filter(|sum| *sum > 0))
}
