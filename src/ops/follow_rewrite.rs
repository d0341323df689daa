//! Commits took the place of others: let their checkpoints follow.

use std::collections::{BTreeSet, HashMap, HashSet};

use anyhow::Result;

use crate::git::{HeadMove, Operation};
use crate::model::checkpoint::{Checkpoint, NewCheckpoint, Origin};
use crate::model::event::{Cause, Rewritten};
use crate::model::id::{CheckpointId, CommitId, PlanId, TaskId};
use crate::model::plan::PlanStatus;
use crate::store::{Reader, Writer};

use super::keep::{Home, hold_all, of_commit};
use super::workspace::Workspace;

/// How many moves of HEAD a rebase is looked for in.
const MAX_REFLOG: usize = 2_000;

/// Links old commits to new ones, and keeps every new one for the tasks of the old ones.
///
/// The old checkpoint stays, hidden, since it is what a rewind needs. Doing it twice changes
/// nothing more. Returns how many checkpoints were carried over. While a rebase is under way,
/// commits it amends are only linked: it may yet be aborted.
///
/// # Errors
/// When the repository or the database cannot be read or written.
pub fn follow_rewrite(ws: &Workspace, pairs: Vec<Rewritten>, cause: Cause) -> Result<usize> {
    let pairs = match (cause, ws.repo().operation()) {
        (Cause::Amend, Some(Operation::Rebase)) => {
            ws.write(|store| store.add_rewrites(&pairs, cause))?;
            return Ok(0);
        }
        (Cause::Rebase, _) => past_commits_by_hand(ws, pairs)?,
        (Cause::Amend | Cause::Copy, _) => pairs,
    };
    let follow = Follow::prepare(ws, vec![(cause, pairs)])?;
    if follow.is_empty() {
        return Ok(0);
    }
    Ok(ws.write(|store| follow.apply(store))?.len())
}

/// Rewrites and what has to become of the checkpoints they concern.
pub(super) struct Follow {
    rewrites: Vec<(Cause, Vec<Rewritten>)>,
    carried: Vec<Carried>,
}

struct Carried {
    new: NewCheckpoint,
    hidden: Vec<CheckpointId>,
}

/// A checkpoint of a commit that was replaced.
struct Replaced {
    checkpoint: Checkpoint,
    /// What is shown in its place so far; itself unless another rewrite came before.
    shown: Checkpoint,
    by: CommitId,
    /// What took the place of `by`, as far as was known before.
    later: Vec<CommitId>,
}

impl Follow {
    /// Finds the checkpoints of old commits, and holds the new ones by their refs. Each batch of
    /// pairs has its cause; a chain of pairs leads to its end.
    ///
    /// # Errors
    /// When the repository or the database cannot be read, or a ref not be written.
    pub(super) fn prepare(
        ws: &Workspace,
        mut rewrites: Vec<(Cause, Vec<Rewritten>)>,
    ) -> Result<Self> {
        for (_, pairs) in &mut rewrites {
            pairs.retain(|pair| pair.old != pair.new);
        }
        rewrites.retain(|(_, pairs)| !pairs.is_empty());
        let mut follow = Self {
            rewrites,
            carried: Vec::new(),
        };
        let next = follow.next();
        let mut held = BTreeSet::new();
        for it in ws.read(|store| replaced(store, &next))? {
            // Upkeep may have left the old one to the branch that held it so far.
            if ws.repo().has_object(it.checkpoint.snapshot.0)? {
                held.insert(it.checkpoint.snapshot);
            }
            carry(ws, it, &mut follow.carried)?;
        }
        held.extend(follow.targets());
        hold_all(ws, &held)?;
        Ok(follow)
    }

    fn next(&self) -> HashMap<CommitId, CommitId> {
        let pairs = self.rewrites.iter().flat_map(|(_, pairs)| pairs);
        pairs.map(|pair| (pair.old, pair.new)).collect()
    }

    /// Reports whether there is nothing to write.
    pub(super) const fn is_empty(&self) -> bool {
        self.rewrites.is_empty()
    }

    /// Returns where a chain of these rewrites leads from a commit, if it begins one.
    pub(super) fn end_of(&self, commit: CommitId) -> Option<CommitId> {
        Some(end_of(&self.next(), commit)).filter(|end| *end != commit)
    }

    /// Returns the commits that become checkpoints.
    pub(super) fn targets(&self) -> impl Iterator<Item = CommitId> {
        self.carried.iter().map(|it| it.new.captured.snapshot)
    }

    /// Returns what a commit becomes for a plan, or for one of its tasks.
    pub(super) fn new_checkpoint(
        &self,
        commit: CommitId,
        owner: (PlanId, Option<TaskId>),
    ) -> Option<&NewCheckpoint> {
        let news = self.carried.iter().map(|it| &it.new);
        let mut of_commit = news.filter(|new| new.captured.snapshot == commit);
        of_commit.find(|new| (new.plan_id, new.task_id) == owner)
    }

    /// Writes it all, and returns the new checkpoints.
    ///
    /// # Errors
    /// Those of the database.
    pub(super) fn apply(self, store: &Writer<'_>) -> Result<Vec<Checkpoint>> {
        for (cause, pairs) in &self.rewrites {
            store.add_rewrites(pairs, *cause)?;
        }
        let mut checkpoints = Vec::new();
        for Carried { new, hidden } in self.carried {
            let kept = store.add_checkpoint(new)?;
            for old in hidden.into_iter().filter(|old| *old != kept.id) {
                store.supersede(old, kept.id)?;
            }
            checkpoints.push(kept);
        }
        Ok(checkpoints)
    }
}

fn replaced(store: &Reader<'_>, next: &HashMap<CommitId, CommitId>) -> Result<Vec<Replaced>> {
    let mut found = Vec::new();
    for old in next.keys() {
        for checkpoint in store.checkpoints_of_snapshot(*old)? {
            let plan = store.plan(checkpoint.plan_id)?;
            let is_open = plan.is_some_and(|plan| plan.status != PlanStatus::Archived);
            if !is_open || checkpoint.origin != Origin::Commit {
                continue;
            }
            let by = end_of(next, *old);
            found.push(Replaced {
                shown: shown_for(store, &checkpoint)?,
                checkpoint,
                by,
                later: store.successors(by)?,
            });
        }
    }
    // Numbered in the order of the old ones, whatever the order of the pairs.
    found.sort_by_key(|it| it.checkpoint.id.0);
    Ok(found)
}

/// Follows a chain of pairs to its end, or once around.
fn end_of(next: &HashMap<CommitId, CommitId>, old: CommitId) -> CommitId {
    let mut seen = HashSet::from([old]);
    let mut at = old;
    while let Some(new) = next.get(&at).filter(|new| seen.insert(**new)) {
        at = *new;
    }
    at
}

fn shown_for(store: &Reader<'_>, checkpoint: &Checkpoint) -> Result<Checkpoint> {
    let mut seen = HashSet::from([checkpoint.id]);
    let mut at = checkpoint.clone();
    while let Some(by) = at.superseded_by.filter(|by| seen.insert(*by)) {
        let Some(next) = store.checkpoint(by)? else {
            break;
        };
        at = next;
    }
    Ok(at)
}

fn carry(ws: &Workspace, replaced: Replaced, carried: &mut Vec<Carried>) -> Result<()> {
    let Replaced {
        checkpoint,
        shown,
        by,
        later,
    } = replaced;
    let target = if later.is_empty() || is_in_history(ws, by)? {
        by
    } else {
        let mut latest_first = later.into_iter().rev();
        let found = latest_first.find(|commit| is_in_history(ws, *commit).unwrap_or(false));
        found.unwrap_or(by)
    };
    if shown.snapshot == target || !ws.repo().has_object(target.0)? {
        return Ok(());
    }
    // A former rewrite that was undone since: what it made is hidden too, unless somebody uses it.
    let stays = shown.id != checkpoint.id && ws.repo().is_on_any_ref(shown.snapshot)?;
    let hidden = if stays { None } else { Some(shown.id) };
    let (plan, task) = (checkpoint.plan_id, checkpoint.task_id);
    let squashed = carried.iter_mut().find(|Carried { new, .. }| {
        (new.captured.snapshot, new.plan_id, new.task_id) == (target, plan, task)
    });
    if let Some(same) = squashed {
        same.hidden.extend(hidden);
        return Ok(());
    }
    let home = Home {
        plan,
        task,
        worktree: ws.worktree().clone(),
    };
    carried.push(Carried {
        new: of_commit(ws, target, home)?,
        hidden: hidden.into_iter().collect(),
    });
    Ok(())
}

/// Reports whether HEAD's history holds a commit.
pub(super) fn is_in_history(ws: &Workspace, commit: CommitId) -> Result<bool> {
    match ws.repo().head()?.commit {
        Some(head) => ws.repo().is_ancestor(commit, head),
        None => Ok(false),
    }
}

/// Corrects pairs whose new commit was made by hand where a rebase had stopped: for Git, the
/// commit it stopped at became whatever HEAD was when it went on.
fn past_commits_by_hand(ws: &Workspace, pairs: Vec<Rewritten>) -> Result<Vec<Rewritten>> {
    let reflog = ws.repo().head_reflog(MAX_REFLOG)?;
    let made = reflog
        .iter()
        .filter(|entry| entry.head_move() == HeadMove::Made);
    let by_hand: HashSet<CommitId> = made.map(|entry| entry.new).collect();
    let mut corrected = pairs;
    for pair in corrected
        .iter_mut()
        .filter(|pair| by_hand.contains(&pair.new))
    {
        let mut at = ws.repo().commit(pair.new)?;
        while by_hand.contains(&at.id)
            && let Some(parent) = at.parents.first()
        {
            at = ws.repo().commit(*parent)?;
        }
        let old = ws.repo().commit(pair.old)?;
        if (old.author, old.subject) == (at.author, at.subject) {
            pair.new = at.id;
        }
    }
    Ok(corrected)
}
