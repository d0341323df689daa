//! A commit was made: keep it as a checkpoint of the task it was made for.

use anyhow::{Context as _, Result};

use crate::evaluate::evaluate;
use crate::git::{HeadMove, Operation, ReflogEntry};
use crate::model::checkpoint::Checkpoint;
use crate::model::evaluation::Verdict;
use crate::model::event::{Cause, Rewritten};
use crate::model::hit::Findings;
use crate::model::id::{CommitId, TaskNumber};
use crate::model::plan::{Plan, PlanStatus};
use crate::model::task::Task;
use crate::model::tree::JudgedTree;
use crate::scan::Silent;
use crate::store::Reader;

use super::follow_rewrite::Follow;
use super::judge::{Bench, ReadySpec, spec_of};
use super::keep::{Home, hold};
use super::reconcile::mark_seen;
use super::spool::{self, Spooled};
use super::workspace::Workspace;

/// How many changed files a hook looks at to count violations; past that it would be noticed.
const MAX_COUNTED_FILES: usize = 400;

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

/// How many violations a commit leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Violations {
    /// There is no task or no spec.
    NoSpec,
    /// It would have taken too long.
    NotCounted,
    /// This many, and how many more than at the first parent.
    Left(usize, Option<i64>),
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
    let plan_dir = ws.repo().plan_dir();
    spool::add(
        &plan_dir,
        &spooled(ws, commit, Some((&plan, task.as_ref()))),
    )?;
    let checkpoint = list(ws, commit, replaced, (&plan, task.as_ref()), &reflog)?;
    for listed in [Some(commit), replaced].into_iter().flatten() {
        spool::remove(&plan_dir, listed)?;
    }
    if ws.repo().is_in_series() {
        return Ok(Recorded::KeptInSeries);
    }
    Ok(Recorded::Kept(Box::new(Kept {
        checkpoint,
        // It is kept, whatever becomes of counting.
        violations: count(ws, commit, task.as_ref()).unwrap_or(Violations::NotCounted),
        task: task.map(|task| task.number),
    })))
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

/// Counts what is left of the task's violations, if the memo makes that cheap.
fn count(ws: &Workspace, commit: CommitId, task: Option<&Task>) -> Result<Violations> {
    let Some(task) = task else {
        return Ok(Violations::NoSpec);
    };
    let Some(ready) = ws.read(|store| spec_of(store, task))? else {
        return Ok(Violations::NoSpec);
    };
    let info = ws.repo().commit(commit)?;
    let mut trees = vec![info.tree];
    if let Some(parent) = info.parents.first() {
        trees.insert(0, ws.repo().commit(*parent)?.tree);
    }
    let bench = Bench {
        repo: ws.repo(),
        memo: ws.memo(),
        progress: &Silent,
    };
    let spec = (&ready.spec, &ready.hash);
    let found = bench
        .scanner()
        .scan_if_cheap(&trees, spec, MAX_COUNTED_FILES)?;
    let counts: Vec<_> = found
        .iter()
        .flatten()
        .map(|findings| count_found(&ready, findings))
        .collect();
    Ok(match counts.as_slice() {
        [Some(left)] => Violations::Left(*left, None),
        [before, Some(left)] => {
            let signed = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
            let more = before.map(|before| signed(*left) - signed(before));
            Violations::Left(*left, more)
        }
        _ => Violations::NotCounted,
    })
}

/// Counts the violations; `None` when something could not be judged.
fn count_found(ready: &ReadySpec, findings: &Findings) -> Option<usize> {
    let tree = JudgedTree {
        source: String::new(),
        commit: None,
        tree: None,
    };
    let evaluation = evaluate(&ready.spec, &ready.hash, tree, findings);
    (evaluation.verdict != Verdict::Unverified).then_some(evaluation.total_violations)
}
