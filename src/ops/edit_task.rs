//! `edit-task`: other words for the same task.

use anyhow::Result;

use crate::model::task::{Task, TaskEdit};

use super::resolve::{self, TaskRef};
use super::title::title;
use super::workspace::Workspace;

/// Changes a task's title, description or phase.
///
/// # Errors
/// Usage when the new title is empty; a judged "no" when the plan is archived; fatal when there is
/// no such task or phase.
pub fn edit_task(ws: &Workspace, task: TaskRef, edit: TaskEdit) -> Result<Task> {
    if let Some(new) = &edit.title {
        title("title", new)?;
    }
    ws.write(|store| {
        let (plan, task) = resolve::task(store, ws.worktree(), task)?;
        resolve::must_be_open(&plan, "edit tasks of")?;
        store.edit_task(&task, edit)
    })
}
