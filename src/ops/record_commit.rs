//! A commit was made: keep it as a checkpoint of the task it was made for.

use anyhow::{Context as _, Result};

use crate::git::{HeadMove, Operation, ReflogEntry};
use crate::model::checkpoint::Checkpoint;
use crate::model::event::{Cause, Rewritten};
use crate::model::id::{CommitId, TaskNumber};
use crate::model::plan::{Plan, PlanStatus};
use crate::model::task::Task;
use crate::store::Reader;

use super::count_left::{Count, Violations};
use super::follow_rewrite::Follow;
use super::keep::{Home, hold};
use super::reconcile::mark_seen;
use super::spool::{self, Spooled};
use super::workspace::Workspace;

/// What became of a commit.
#[derive(Debug)]
pub enum Recorded {
    /// Nothing new: a rebase is under way, nothing was committed, or there is no plan.
    Nothing,
    /// Several plans could be meant; it is remembered until one is.
    Spooled,
    /// It is a checkpoint now, one of several commits that Git makes in a row.
    KeptInSeries,
    /// It is a checkpoint now.
    Kept(Box<Kept>),
}

/// A commit that is a checkpoint now.
#[derive(Debug)]
pub struct Kept {
    /// The checkpoint.
    pub checkpoint: Checkpoint,
    /// The number of the task it was made for.
    pub task: Option<TaskNumber>,
    /// The violations of the task's spec that are left.
    pub violations: Violations,
}

/// Keeps the commit that HEAD names.
///
/// # Errors
/// When the repository or the database cannot be read or written; the commit then stays spooled.
pub fn record_commit(ws: &Workspace) -> Result<Recorded> {
    // A rebase brings all its pairs of commits at its end; what it makes on the way may be gone by then.
    if ws.repo().operation() == Some(Operation::Rebase) {
        return Ok(Recorded::Nothing);
    }
    let Some(commit) = ws.repo().head()?.commit else {
        return Ok(Recorded::Nothing);
    };
    let reflog = ws.repo().head_reflog(2)?;
    let replaced = amended_commit(&reflog, commit);
    let (owner, awaits) = ws.read(|store| {
        let owner = owner_of(store, ws, commit, replaced)?;
        Ok((owner, store.awaits_commit(ws.worktree())?))
    })?;
    let (plan, task) = match owner {
        Owner::Clear(clear) => *clear,
        Owner::Listed => return Ok(Recorded::Nothing),
        Owner::Nobody | Owner::Ambiguous => {
            if awaits {
                ws.write(|store| store.anchor_evidence(ws.worktree(), commit, ws.now()))?;
            }
            return unlisted(ws, &owner, commit, replaced);
        }
    };
    let count = match ws.repo().is_in_series() {
        true => None,
        false => Some(Count::prepare(ws, commit, task.as_ref())),
    };
    // Keeping mostly waits for the disk, counting for the processor.
    let (checkpoint, violations) = std::thread::scope(|scope| -> Result<_> {
        let counting = count.map(|count| scope.spawn(move || count.violations()));
        let plan_dir = ws.repo().plan_dir();
        let owner = Some((&plan, task.as_ref()));
        spool::add(&plan_dir, &spooled(ws, commit, owner))?;
        let checkpoint = list(ws, commit, replaced, (&plan, task.as_ref()), &reflog)?;
        for listed in [Some(commit), replaced].into_iter().flatten() {
            spool::remove(&plan_dir, listed)?;
        }
        // It is kept, whatever becomes of counting.
        let violations = counting.map(|it| it.join().unwrap_or(Violations::NotCounted));
        Ok((checkpoint, violations))
    })?;
    Ok(match violations {
        None => Recorded::KeptInSeries,
        Some(violations) => Recorded::Kept(Box::new(Kept {
            checkpoint,
            violations,
            task: task.map(|task| task.number),
        })),
    })
}

/// The commit that `commit --amend` replaced, as the reflog tells.
fn amended_commit(reflog: &[ReflogEntry], commit: CommitId) -> Option<CommitId> {
    let last = reflog.first()?;
    let is_amend = last.new == commit && last.head_move() == HeadMove::Amended;
    last.old.filter(|old| is_amend && *old != commit)
}

/// Whose a commit is.
enum Owner {
    /// Known already: the hook ran twice, or an amend changed nothing.
    Listed,
    /// There is no active plan.
    Nobody,
    /// Several plans could be meant.
    Ambiguous,
    /// A plan's, and mostly one of its tasks'.
    Clear(Box<(Plan, Option<Task>)>),
}

/// Finds whose a commit is. One that replaces another is whose that was; else it is the active
/// task's, or the only active plan's.
fn owner_of(
    store: &Reader<'_>,
    ws: &Workspace,
    commit: CommitId,
    replaced: Option<CommitId>,
) -> Result<Owner> {
    let listed = store.checkpoints_of_snapshot(commit)?;
    if listed.iter().any(|it| it.superseded_by.is_none()) {
        return Ok(Owner::Listed);
    }
    if let Some(inherited) = inherited(store, ws, replaced)? {
        return Ok(Owner::Clear(Box::new(inherited)));
    }
    if let Some(task) = store.active_task(ws.worktree())? {
        let plan = store.plan(task.plan_id)?;
        let plan = plan.context("the plan of the active task is not stored")?;
        return Ok(Owner::Clear(Box::new((plan, Some(task)))));
    }
    let mut active = store.plans(Some(PlanStatus::Active))?;
    Ok(match (active.pop(), active.is_empty()) {
        (None, _) => Owner::Nobody,
        (Some(only), true) => Owner::Clear(Box::new((only, None))),
        (Some(_), false) => Owner::Ambiguous,
    })
}

fn inherited(
    store: &Reader<'_>,
    ws: &Workspace,
    replaced: Option<CommitId>,
) -> Result<Option<(Plan, Option<Task>)>> {
    let Some(old) = replaced else {
        return Ok(None);
    };
    for checkpoint in store.checkpoints_of_snapshot(old)?.into_iter().rev() {
        let plan = store.plan(checkpoint.plan_id)?;
        if let Some(plan) = plan.filter(|plan| plan.status != PlanStatus::Archived) {
            let task = checkpoint.task_id.map(|id| store.task_by_id(id));
            return Ok(Some((plan, task.transpose()?.flatten())));
        }
    }
    match spool::get(&ws.repo().plan_dir(), old) {
        Some(entry) => entry.owner(store),
        None => Ok(None),
    }
}

fn spooled(ws: &Workspace, commit: CommitId, owner: Option<(&Plan, Option<&Task>)>) -> Spooled {
    let (plan, task) = owner.unzip();
    Spooled {
        commit,
        plan_uid: plan.map(|plan| plan.uid.clone()),
        task_uid: task.flatten().map(|task| task.uid.clone()),
        worktree: ws.worktree().clone(),
        at: ws.now(),
    }
}

/// Remembers a commit that could be several plans', in place of the one it replaced.
fn unlisted(
    ws: &Workspace,
    owner: &Owner,
    commit: CommitId,
    replaced: Option<CommitId>,
) -> Result<Recorded> {
    if !matches!(owner, Owner::Ambiguous) {
        return Ok(Recorded::Nothing);
    }
    let plan_dir = ws.repo().plan_dir();
    spool::add(&plan_dir, &spooled(ws, commit, None))?;
    if let Some(old) = replaced {
        spool::remove(&plan_dir, old)?;
    }
    Ok(Recorded::Spooled)
}

/// Makes the ref, then writes all that the commit means in one transaction.
fn list(
    ws: &Workspace,
    commit: CommitId,
    replaced: Option<CommitId>,
    (plan, task): (&Plan, Option<&Task>),
    reflog: &[ReflogEntry],
) -> Result<Checkpoint> {
    let home = Home {
        plan: plan.id,
        task: task.map(|task| task.id),
        worktree: ws.worktree().clone(),
    };
    let pairs = replaced.map(|old| Rewritten { old, new: commit });
    let follow = Follow::prepare(ws, vec![(Cause::Amend, pairs.into_iter().collect())])?;
    let new = match follow.new_checkpoint(commit, (home.plan, home.task)) {
        Some(carried) => carried.clone(),
        None => hold(ws, commit, home)?,
    };
    ws.write(|store| {
        store.anchor_evidence(ws.worktree(), commit, ws.now())?;
        mark_seen(store, ws.worktree(), reflog)?;
        follow.apply(store)?;
        store.add_checkpoint(new)
    })
}
