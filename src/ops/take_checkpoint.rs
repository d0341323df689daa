//! `checkpoint`: keep the state of the work tree.

use anyhow::Result;

use crate::checkpoint::{self, Label};
use crate::model::checkpoint::{Captured, Checkpoint, NewCheckpoint, Origin};
use crate::model::id::{CommitId, TaskNumber, WorktreeName};
use crate::model::path::RepoPath;
use crate::model::plan::{Plan, PlanStatus};
use crate::model::task::Task;
use crate::store::Reader;

use super::resolve::{self, Owner};
use super::title::title;
use super::workspace::Workspace;

/// What `checkpoint` made.
#[derive(Debug)]
pub struct Taken {
    /// The object that holds the state.
    pub snapshot: CommitId,
    /// The state.
    pub captured: Captured,
    /// The number of the task it is listed under.
    pub task: Option<TaskNumber>,
    /// Its row; absent when there is no plan to list it under, and only a ref keeps it.
    pub checkpoint: Option<Checkpoint>,
}

/// Keeps the present state of work tree and index, for a task or, without one, for the plan.
///
/// The state is kept even when no plan can list it: it may be the only copy of somebody's work.
///
/// # Errors
/// When a plan or task is named that does not exist or is archived, several plans are active and
/// none is named, the name is empty, or the state cannot be captured.
pub fn take_checkpoint(ws: &Workspace, wanted: Owner, name: Option<&str>) -> Result<Taken> {
    name.map(|name| title("name", name)).transpose()?;
    let origin = if name == Some("before-rewind") {
        Origin::Rewind
    } else {
        Origin::Manual
    };
    let home = ws.read(|store| home(store, ws.worktree(), wanted, origin))?;
    let Some((plan, task)) = home else {
        let captured = checkpoint::of_worktree(
            ws.repo(),
            &label(ws, None, None, (name.unwrap_or("unlisted"), origin)),
        )?;
        return Ok(Taken {
            snapshot: captured.snapshot,
            captured,
            task: None,
            checkpoint: None,
        });
    };
    resolve::must_be_open(&plan, "add checkpoints to")?;
    let captured = checkpoint::of_worktree(
        ws.repo(),
        &label(
            ws,
            Some(&plan),
            task.as_ref(),
            (name.unwrap_or_default(), origin),
        ),
    )?;
    let row = list(ws, &plan, task.as_ref(), (name, origin), captured.clone())?;
    let task = task.map(|task| task.number);
    Ok(Taken {
        snapshot: captured.snapshot,
        captured,
        task,
        checkpoint: Some(row),
    })
}

/// The plan and task that list the checkpoint; `None` when nothing is named and no plan can.
fn home(
    store: &Reader<'_>,
    worktree: &WorktreeName,
    wanted: Owner,
    origin: Origin,
) -> Result<Option<(Plan, Option<Task>)>> {
    let wanted = match wanted {
        Owner::Plan(plan) => return Ok(Some((resolve::plan(store, worktree, plan)?, None))),
        Owner::Task(wanted) => wanted,
    };
    if wanted.number.is_some() || store.active_task(worktree)?.is_some() {
        let (plan, task) = resolve::task(store, worktree, wanted)?;
        return Ok(Some((plan, Some(task))));
    }
    if wanted.plan.is_none() {
        let active = store.plans(Some(PlanStatus::Active))?.len();
        // The first line of a printed rewind must not fail for want of an answer.
        if active == 0 || active > 1 && origin == Origin::Rewind {
            return Ok(None);
        }
    }
    Ok(Some((resolve::plan(store, worktree, wanted.plan)?, None)))
}

/// Keeps the present state under a given name.
///
/// # Errors
/// When the state cannot be captured or listed.
pub fn keep_worktree(
    ws: &Workspace,
    plan: &Plan,
    task: Option<&Task>,
    (name, origin): (&str, Origin),
) -> Result<Checkpoint> {
    let captured =
        checkpoint::of_worktree(ws.repo(), &label(ws, Some(plan), task, (name, origin)))?;
    list(ws, plan, task, (Some(name), origin), captured)
}

/// Keeps the present state, with files to hold although Git may ignore them; without a plan to
/// list it, only a ref keeps it.
///
/// # Errors
/// When the state cannot be captured or listed.
pub(super) fn keep_with(
    ws: &Workspace,
    home: Option<(&Plan, Option<&Task>)>,
    (name, origin): (&str, Origin),
    also: &[RepoPath],
) -> Result<(Captured, Option<Checkpoint>)> {
    let task = home.and_then(|(_, task)| task);
    let label = label(ws, home.map(|(plan, _)| plan), task, (name, origin));
    let captured = checkpoint::of_worktree_with(ws.repo(), &label, also)?;
    let row = match home {
        Some((plan, task)) => {
            let named = (Some(name), origin);
            Some(list(ws, plan, task, named, captured.clone())?)
        }
        None => None,
    };
    Ok((captured, row))
}

fn label(
    ws: &Workspace,
    plan: Option<&Plan>,
    task: Option<&Task>,
    (name, origin): (&str, Origin),
) -> Label {
    Label {
        plan_uid: plan.map(|plan| plan.uid.clone()).unwrap_or_default(),
        task_uid: task.map(|task| task.uid.clone()),
        name: name.to_owned(),
        origin,
        at: ws.now(),
    }
}

fn list(
    ws: &Workspace,
    plan: &Plan,
    task: Option<&Task>,
    (name, origin): (Option<&str>, Origin),
    captured: Captured,
) -> Result<Checkpoint> {
    let new = NewCheckpoint {
        plan_id: plan.id,
        task_id: task.map(|task| task.id),
        name: name.map(str::to_owned),
        origin,
        taken_at: None,
        worktree: ws.worktree().clone(),
        patch_id: None,
        captured,
    };
    ws.write(|store| store.add_checkpoint(new))
}
