//! `remove-task`: takes a task out of its plan; its checkpoints become the plan's.

use anyhow::Result;

use crate::error::Failure;
use crate::model::task::{AuditStatus, Task};

use super::resolve::{self, TaskRef};
use super::workspace::Workspace;

/// Whether the user agreed to what would otherwise be refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consent {
    /// Yes.
    Given,
    /// Not asked, or no.
    Withheld,
}

/// Removes a task.
///
/// # Errors
/// A judged "no" when the plan is archived, or there is an [`objection`] and consent is withheld;
/// fatal when there is no such task.
pub fn remove_task(ws: &Workspace, task: TaskRef, consent: Consent) -> Result<Task> {
    ws.write(|store| {
        let (plan, task) = resolve::task(store, ws.worktree(), task)?;
        resolve::must_be_open(&plan, "remove tasks from")?;
        if consent == Consent::Withheld
            && let Some(reason) = objection(&task)
        {
            let hint = "mend it first, or agree to the removal with --yes";
            return Err(Failure::no(reason).hint(hint).into());
        }
        store.remove_task(&task)?;
        Ok(task)
    })
}

/// Returns why a removal needs the user's consent; `None` when it does not.
///
/// # Errors
/// Fatal when there is no such task.
pub fn objection_to_removal(ws: &Workspace, task: TaskRef) -> Result<Option<String>> {
    ws.read(|store| {
        let (_, task) = resolve::task(store, ws.worktree(), task)?;
        Ok(objection(&task))
    })
}

/// The gate must not open because the task it holds a push to is gone.
fn objection(task: &Task) -> Option<String> {
    let is_guarded = task.in_force && task.spec_id.is_some();
    (is_guarded && task.audit_status != AuditStatus::Pass).then(|| {
        format!(
            "Task {} is in force and its last verification did not pass (audit: {})",
            task.number, task.audit_status
        )
    })
}
