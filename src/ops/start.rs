//! `start`: from now on commits in this work tree belong to a task.

use anyhow::Result;

use crate::model::task::{Task, TaskStatus};
use crate::scan::Progress;

use super::resolve::{self, TaskRef};
use super::warm::warm;
use super::workspace::Workspace;

/// Makes a task the active one of this work tree; one not begun is now in progress.
///
/// # Errors
/// A judged "no" when the plan is archived; fatal when there is no such task.
pub fn start(ws: &Workspace, task: TaskRef, progress: &dyn Progress) -> Result<Task> {
    let task = ws.write(|store| {
        let (plan, task) = resolve::task(store, ws.worktree(), task)?;
        resolve::must_be_open(&plan, "start tasks of")?;
        let active = store.active_task(ws.worktree())?;
        if active.is_none_or(|active| active.id != task.id) {
            store.start_task(ws.worktree(), &task)?;
        }
        if task.status == TaskStatus::Pending {
            return store.set_task_status(&task, TaskStatus::InProgress, task.in_force);
        }
        Ok(task)
    })?;
    warm(ws, &task, progress);
    Ok(task)
}
