//! Whether a plan is completed: read off its tasks whenever it is shown, never stored.

use anyhow::Result;

use crate::model::plan::{Plan, PlanStatus};
use crate::model::task::{Task, TaskStatus};
use crate::store::Reader;

/// Returns a plan as it is shown: an open one reads "completed" when it has tasks and all are.
pub(super) fn shown(mut plan: Plan, tasks: &[Task]) -> Plan {
    let is_done = |task: &Task| task.status == TaskStatus::Completed;
    if plan.status == PlanStatus::Active && !tasks.is_empty() && tasks.iter().all(is_done) {
        plan.status = PlanStatus::Completed;
    }
    plan
}

/// Returns plans as they are shown.
///
/// # Errors
/// When the database cannot be read.
pub(super) fn all_shown(store: &Reader<'_>, plans: Vec<Plan>) -> Result<Vec<Plan>> {
    plans
        .into_iter()
        .map(|plan| {
            let tasks = store.tasks(plan.id)?;
            Ok(shown(plan, &tasks))
        })
        .collect()
}
