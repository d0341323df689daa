//! `remove-task`: takes a task out of its plan; its checkpoints become the plan's.

use anyhow::Result;
use serde_json::json;

use crate::model::event::NewEvent;
use crate::model::judged::Judged;
use crate::model::task::Task;
use crate::scan::Progress;

use super::broken::broken;
use super::resolve::{self, TaskRef};
use super::workspace::Workspace;

/// What stands in the way of removing a task without a word.
#[derive(Debug)]
pub struct RemovalReview {
    /// The task.
    pub task: Task,
    /// The evaluation that is not met, when the task is in force.
    pub broken: Option<Judged>,
}

/// Looks at what a removal would take out of the gate.
///
/// # Errors
/// A judged "no" when the plan is archived; fatal when there is no such task or it cannot be
/// judged at all.
pub fn review(ws: &Workspace, wanted: TaskRef, progress: &dyn Progress) -> Result<RemovalReview> {
    let task = ws.read(|store| {
        let (plan, task) = resolve::task(store, ws.worktree(), wanted)?;
        resolve::must_be_open(&plan, "remove tasks from")?;
        Ok(task)
    })?;
    let broken = broken(ws, std::slice::from_ref(&task), progress)?.pop();
    Ok(RemovalReview { task, broken })
}

/// Removes a task; that it was broken, and the user agreed, is journalled.
///
/// # Errors
/// Fatal when the task is no longer as it was reviewed.
pub fn remove_task(ws: &Workspace, review: &RemovalReview) -> Result<()> {
    let RemovalReview { task, broken } = review;
    ws.write(|store| {
        let now = resolve::unchanged(store, task)?;
        if let Some(Judged { evaluation, .. }) = broken {
            store.record(NewEvent {
                action: "task.removal_forced",
                plan_id: Some(task.plan_id),
                task_number: Some(task.number),
                detail: json!({
                    "verdict": evaluation.verdict,
                    "violations": evaluation.total_violations,
                    "tree": evaluation.tree,
                }),
            })?;
        }
        store.remove_task(&now)
    })
}
