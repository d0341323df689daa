//! `start`: from now on commits in this work tree belong to a task.

use anyhow::Result;

use crate::model::id::WorktreeName;
use crate::model::task::{Task, TaskStatus};
use crate::scan::Progress;

use super::resolve::{self, TaskRef};
use super::warm::warm;
use super::workspace::Workspace;

/// What `start` did.
#[derive(Debug)]
pub struct Started {
    /// The task as it stands now.
    pub task: Task,
    /// Other work trees whose active task it is too.
    pub elsewhere: Vec<WorktreeName>,
}

/// Makes a task the active one of this work tree; one not begun is now in progress.
///
/// # Errors
/// A judged "no" when the plan is archived; fatal when there is no such task.
pub fn start(ws: &Workspace, task: TaskRef, progress: &dyn Progress) -> Result<Started> {
    let (task, others) = ws.write(|store| {
        let (plan, task) = resolve::task(store, ws.worktree(), task)?;
        resolve::must_be_open(&plan, "start tasks of")?;
        let active = store.active_task(ws.worktree())?;
        if active.is_none_or(|active| active.id != task.id) {
            store.start_task(ws.worktree(), &task)?;
        }
        let task = match task.status {
            TaskStatus::Pending => {
                store.set_task_status(&task, TaskStatus::InProgress, task.in_force)?
            }
            _ => task,
        };
        let mut others = store.active_tasks()?;
        others.retain(|(tree, active)| {
            *active == task.id && tree != ws.worktree() && ws.repo().has_worktree(tree)
        });
        Ok((task, others.into_iter().map(|(tree, _)| tree).collect()))
    })?;
    warm(ws, &task, progress);
    Ok(Started {
        task,
        elsewhere: others,
    })
}
