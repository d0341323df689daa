//! `stop`: commits in this work tree belong to no task any more.

use anyhow::Result;

use crate::model::task::Task;

use super::workspace::Workspace;

/// Ends the active task of this work tree and returns it; `None` when there was none.
///
/// # Errors
/// When the database cannot be written.
pub fn stop(ws: &Workspace) -> Result<Option<Task>> {
    ws.write(|store| {
        let task = store.active_task(ws.worktree())?;
        store.stop_task(ws.worktree())?;
        Ok(task)
    })
}
