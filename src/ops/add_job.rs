//! `add-job`: a checkbox inside a task.

use anyhow::Result;

use crate::model::task::{Job, Task};

use super::resolve::{self, TaskRef};
use super::title::title;
use super::workspace::Workspace;

/// Whether a job does the work or checks it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobKind {
    /// Does the work.
    Work,
    /// Audits the other jobs.
    Audit,
}

/// Adds a job to a task.
///
/// # Errors
/// Usage when the description is empty; a judged "no" when the plan is archived; fatal when there
/// is no such task.
pub fn add_job(
    ws: &Workspace,
    task: TaskRef,
    description: &str,
    kind: JobKind,
) -> Result<(Task, Job)> {
    title("description", description)?;
    ws.write(|store| {
        let (plan, task) = resolve::task(store, ws.worktree(), task)?;
        resolve::must_be_open(&plan, "add jobs to")?;
        let job = store.add_job(&task, description, kind == JobKind::Audit)?;
        Ok((task, job))
    })
}
