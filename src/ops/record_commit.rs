//! A commit was made: keep it as a checkpoint of the task it was made for.

use anyhow::Result;

use crate::checkpoint;
use crate::evaluate::evaluate;
use crate::git::{Operation, ReflogEntry};
use crate::model::checkpoint::{Checkpoint, NewCheckpoint, Origin};
use crate::model::evaluation::Verdict;
use crate::model::event::Rewritten;
use crate::model::id::{CommitId, TaskNumber, TreeId, WorktreeName};
use crate::model::plan::{Plan, PlanStatus};
use crate::model::task::Task;
use crate::model::tree::JudgedTree;
use crate::scan::Silent;
use crate::store::{Reader, Writer};

use super::follow_rewrite::follow_rewrite;
use super::judge::{Bench, ReadySpec, spec_of};
use super::reconcile::mark_seen;
use super::spool::{self, Spooled};
use super::workspace::Workspace;

/// How many changed files a hook looks at to count violations; past that it would be noticed.
const MAX_COUNTED_FILES: usize = 400;

/// What became of a commit.
#[derive(Debug)]
pub enum Recorded {
    /// Nothing to keep: a rebase is under way, nothing was committed, or there is no plan.
    Nothing,
    /// Several plans could be meant; it is remembered until one is.
    Spooled,
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
    /// Whether a sequence of picks is under way, which wants no line for each.
    pub is_in_sequence: bool,
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
    let operation = ws.repo().operation();
    if operation == Some(Operation::Rebase) {
        return Ok(Recorded::Nothing);
    }
    let Some(commit) = ws.repo().head()?.commit else {
        return Ok(Recorded::Nothing);
    };
    let reflog = ws.repo().head_reflog(2)?;
    let amended = amended_commit(&reflog, commit);
    let home = ws.read(|store| home_of(store, ws.worktree(), amended))?;
    let Some(home) = home else {
        return Ok(Recorded::Nothing);
    };
    let entry = Spooled {
        commit,
        plan_uid: home.plan.as_ref().map(|plan| plan.uid.clone()),
        task_uid: home.task.as_ref().map(|task| task.uid.clone()),
        worktree: ws.worktree().clone(),
        at: ws.now(),
    };
    spool::add(&ws.repo().plan_dir(), &entry)?;
    let Some(plan) = home.plan else {
        return Ok(Recorded::Spooled);
    };
    let checkpoint = keep_commit(
        ws,
        commit,
        (&plan, home.task.as_ref()),
        ws.worktree(),
        |store| mark_seen(store, ws.worktree(), &reflog),
    )?;
    if let Some(old) = amended {
        follow_rewrite(ws, &[Rewritten { old, new: commit }], "amend")?;
    }
    spool::remove(&ws.repo().plan_dir(), commit)?;
    let violations = count(ws, commit, home.task.as_ref())?;
    Ok(Recorded::Kept(Box::new(Kept {
        checkpoint,
        task: home.task.map(|task| task.number),
        violations,
        is_in_sequence: operation.is_some(),
    })))
}

/// The commit that `commit --amend` replaced, as the reflog tells.
fn amended_commit(reflog: &[ReflogEntry], commit: CommitId) -> Option<CommitId> {
    let last = reflog.first()?;
    let is_amend = last.new == commit && last.message.starts_with(b"commit (amend)");
    last.old.filter(|old| is_amend && *old != commit)
}

/// What a commit is made for.
struct Home {
    /// `None` when several plans could be meant.
    plan: Option<Plan>,
    task: Option<Task>,
}

/// Finds what a commit is made for; `None` when there is no active plan at all.
///
/// A commit that replaces another inherits its task; else it is made for the active task, or for
/// the only active plan.
fn home_of(
    store: &Reader<'_>,
    worktree: &WorktreeName,
    replaced: Option<CommitId>,
) -> Result<Option<Home>> {
    let inherited = match replaced {
        Some(old) => store.checkpoints_of_snapshot(old)?.into_iter().next_back(),
        None => None,
    };
    let task = match inherited.as_ref().map(|checkpoint| checkpoint.task_id) {
        Some(Some(id)) => store.task_by_id(id)?,
        Some(None) => None,
        None => store.active_task(worktree)?,
    };
    let plan_id = task
        .as_ref()
        .map(|task| task.plan_id)
        .or(inherited.map(|it| it.plan_id));
    if let Some(id) = plan_id {
        let plan = store
            .plan(id)?
            .filter(|plan| plan.status != PlanStatus::Archived);
        return Ok(plan.map(|plan| Home {
            plan: Some(plan),
            task,
        }));
    }
    let mut active = store.plans(Some(PlanStatus::Active))?;
    Ok(match active.len() {
        0 => None,
        1 => Some(Home {
            plan: active.pop(),
            task: None,
        }),
        _ => Some(Home {
            plan: None,
            task: None,
        }),
    })
}

/// Keeps a commit as a checkpoint: its ref, then its row and what `also` writes with it. Does
/// nothing new the second time.
///
/// # Errors
/// When the commit cannot be read, or ref or row cannot be written.
pub fn keep_commit(
    ws: &Workspace,
    commit: CommitId,
    (plan, task): (&Plan, Option<&Task>),
    worktree: &WorktreeName,
    also: impl FnOnce(&Writer<'_>) -> Result<()>,
) -> Result<Checkpoint> {
    let captured = checkpoint::of_commit(ws.repo(), commit)?;
    ws.repo()
        .create_ref(&checkpoint::ref_name(commit), commit)?;
    let new = NewCheckpoint {
        plan_id: plan.id,
        task_id: task.map(|task| task.id),
        name: Some(format!("commit-{}", commit.short())),
        origin: Origin::Commit,
        worktree: worktree.clone(),
        patch_id: None,
        captured,
    };
    ws.write(|store| {
        store.anchor_evidence(worktree, commit)?;
        also(store)?;
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
    let before = match info.parents.first() {
        Some(parent) => count_tree(ws, ws.repo().commit(*parent)?.tree, &ready)?,
        None => None,
    };
    let Some(left) = count_tree(ws, info.tree, &ready)? else {
        return Ok(Violations::NotCounted);
    };
    let difference = |before: usize| {
        let signed = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        signed(left) - signed(before)
    };
    Ok(Violations::Left(left, before.map(difference)))
}

fn count_tree(ws: &Workspace, tree: TreeId, ready: &ReadySpec) -> Result<Option<usize>> {
    let bench = Bench {
        repo: ws.repo(),
        memo: ws.memo(),
        progress: &Silent,
    };
    let found =
        bench
            .scanner()
            .scan_if_cheap(tree, (&ready.spec, &ready.hash), MAX_COUNTED_FILES)?;
    Ok(found.and_then(|findings| {
        let judged = JudgedTree {
            source: tree.to_string(),
            commit: None,
            tree: Some(tree),
        };
        let evaluation = evaluate(&ready.spec, &ready.hash, judged, &findings);
        (evaluation.verdict != Verdict::Unverified).then_some(evaluation.total_violations)
    }))
}
