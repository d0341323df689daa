//! `spec show`: the spec stored with a task.

use anyhow::Result;

use crate::error::Failure;
use crate::model::overview::StoredSpec;
use crate::model::task::Task;

use super::resolve::{self, TaskRef};
use super::show::stored_spec;
use super::workspace::Workspace;

/// Returns a task and its spec with the text.
///
/// # Errors
/// Fatal when there is no such task, or it has no spec.
pub fn show_spec(ws: &Workspace, task: TaskRef) -> Result<(Task, StoredSpec)> {
    ws.read(|store| {
        let (_, task) = resolve::task(store, ws.worktree(), task)?;
        let spec = stored_spec(store, &task)?.ok_or_else(|| {
            Failure::fatal(format!("No verification spec for task {}", task.number))
                .hint("'git plan set-spec TASK FILE' gives it one")
        })?;
        Ok((task, spec))
    })
}
