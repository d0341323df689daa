//! `set-spec`: gives a task another spec; a completed task stays in force under it.

use anyhow::Result;

use crate::model::task::Task;

use super::resolve::{self, TaskRef};
use super::spec_file::SpecFile;
use super::workspace::Workspace;

/// Stores a checked spec with a task; the former text stays in the database.
///
/// # Errors
/// A judged "no" when the plan is archived; fatal when there is no such task.
pub fn set_spec(ws: &Workspace, task: TaskRef, spec: &SpecFile) -> Result<Task> {
    ws.write(|store| {
        let (plan, task) = resolve::task(store, ws.worktree(), task)?;
        resolve::must_be_open(&plan, "change specs of")?;
        store.set_spec(&task, &spec.yaml, &spec.parsed.hash)
    })
}
