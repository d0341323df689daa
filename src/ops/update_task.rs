//! `update-task`: what the user says about a task's status and who works on it.

use anyhow::Result;

use crate::model::evaluation::Evaluation;
use crate::model::task::{Task, TaskStatus};
use crate::scan::Progress;
use crate::store::Writer;

use super::claim::{self, Claim};
use super::resolve::{self, TaskRef};
use super::standing::set_status;
use super::workspace::Workspace;

/// A status a user may set; `failed` is verification's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatedStatus {
    /// Not begun; takes a completed task out of force.
    Pending,
    /// Being worked on; takes a completed task out of force.
    InProgress,
    /// Waiting; leaves a task in force that is.
    Blocked,
    /// A claim that it is done.
    Completed,
}

/// What to change; an absent field stays as it is.
#[derive(Debug, Clone, Default)]
pub struct TaskUpdate {
    /// The new status.
    pub status: Option<StatedStatus>,
    /// Who works on it from now on; empty for nobody.
    pub assigned_to: Option<String>,
}

/// What `update-task` did.
#[derive(Debug)]
pub struct Updated {
    /// The task as it stands now.
    pub task: Task,
    /// What its spec says of the work tree, when it was claimed to be done.
    pub claimed: Option<Evaluation>,
}

/// Changes a task's status and assignee.
///
/// # Errors
/// A judged "no" when the plan is archived, or a claim is refused by `plan.requireEvidence`; fatal
/// when there is no such task.
pub fn update_task(
    ws: &Workspace,
    wanted: TaskRef,
    update: &TaskUpdate,
    progress: &dyn Progress,
) -> Result<Updated> {
    let task = ws.read(|store| {
        let (plan, task) = resolve::task(store, ws.worktree(), wanted)?;
        resolve::must_be_open(&plan, "update tasks of")?;
        Ok(task)
    })?;
    let claim = match update.status {
        Some(StatedStatus::Completed) => Some(claim::examine(ws, &task, progress)?),
        _ => None,
    };
    let task = ws.write(|store| {
        let mut task = match &claim {
            Some(_) => resolve::unchanged(store, &task)?,
            None => resolve::task(store, ws.worktree(), wanted)?.1,
        };
        if let Some(status) = update.status {
            task = state(store, &task, status, claim.as_ref())?;
        }
        if let Some(to) = &update.assigned_to {
            task = store.assign_task(&task, Some(to.as_str()).filter(|to| !to.is_empty()))?;
        }
        Ok(task)
    })?;
    Ok(Updated {
        task,
        claimed: claim.and_then(|claim| claim.evaluation),
    })
}

fn state(
    store: &Writer<'_>,
    task: &Task,
    status: StatedStatus,
    claim: Option<&Claim>,
) -> Result<Task> {
    match (status, claim) {
        (StatedStatus::Pending, _) => set_status(store, task, (TaskStatus::Pending, false)),
        (StatedStatus::InProgress, _) => set_status(store, task, (TaskStatus::InProgress, false)),
        (StatedStatus::Blocked, _) => set_status(store, task, (TaskStatus::Blocked, task.in_force)),
        (StatedStatus::Completed, Some(claim)) => claim::record(store, task, claim),
        (StatedStatus::Completed, None) => set_status(store, task, (TaskStatus::Completed, true)),
    }
}
