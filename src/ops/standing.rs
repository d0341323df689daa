//! Where a task stands is journalled when it changes, and only then.

use anyhow::Result;

use crate::error::Failure;
use crate::model::task::{AuditStatus, Task, TaskStatus};
use crate::store::Writer;

/// Sets a task's status and whether it is in force.
///
/// # Errors
/// When the store cannot be written.
pub(super) fn set_status(
    store: &Writer<'_>,
    task: &Task,
    (status, in_force): (TaskStatus, bool),
) -> Result<Task> {
    if (task.status, task.in_force) == (status, in_force) {
        let now = store.task_by_id(task.id)?;
        return now.ok_or_else(|| Failure::fatal("Task not found").into());
    }
    store.set_task_status(task, status, in_force)
}

/// Sets what the last verification of a task said.
///
/// # Errors
/// When the store cannot be written.
pub(super) fn set_audit(store: &Writer<'_>, task: &Task, audit: AuditStatus) -> Result<()> {
    if task.audit_status == audit {
        return Ok(());
    }
    store.set_audit_status(task, audit)
}
