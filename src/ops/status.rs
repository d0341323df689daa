//! `status`: where this work tree stands.

use anyhow::Result;

use crate::model::checkpoint::Checkpoint;
use crate::model::install::HookName;
use crate::model::overview::{HookSighting, Standing, TaskCounts};
use crate::model::plan::{Plan, PlanStatus};
use crate::model::task::{Task, TaskStatus};
use crate::store::Reader;

use super::heartbeat::last_beat;
use super::plan_standing::{all_shown, shown};
use super::resolve;
use super::workspace::Workspace;

/// Returns the current plan, the active task and what was last heard of both.
///
/// # Errors
/// When the database cannot be read.
pub fn status(ws: &Workspace) -> Result<Standing> {
    ws.read(|store| {
        let active_task = store.active_task(ws.worktree())?;
        let active_plans = store.plans(Some(PlanStatus::Active))?;
        let plan = match (&active_task, active_plans.as_slice()) {
            (Some(_), _) | (None, [_]) => Some(resolve::plan(store, ws.worktree(), None)?),
            _ => None,
        };
        let task = active_task.as_ref();
        let tasks = plan.as_ref().map(|plan| store.tasks(plan.id)).transpose()?;
        let evidence = task.map(|task| store.evidence(task.id)).transpose()?;
        let tasks = tasks.unwrap_or_default();
        Ok(Standing {
            last_checkpoint: last_checkpoint(store, plan.as_ref(), task)?,
            plan: plan.map(|plan| shown(plan, &tasks)),
            active_plans: all_shown(store, active_plans)?,
            tasks: count(&tasks),
            last_evidence: evidence.and_then(|all| all.into_iter().next()),
            hooks: sightings(ws),
            active_task,
        })
    })
}

fn last_checkpoint(
    store: &Reader<'_>,
    plan: Option<&Plan>,
    task: Option<&Task>,
) -> Result<Option<Checkpoint>> {
    match (task, plan) {
        (Some(task), _) => store.latest_checkpoint(task.plan_id, Some(task.id)),
        (None, Some(plan)) => store.latest_checkpoint(plan.id, None),
        (None, None) => Ok(None),
    }
}

fn sightings(ws: &Workspace) -> Vec<HookSighting> {
    let plan_dir = ws.repo().plan_dir();
    let sighting = |name| HookSighting {
        name,
        last_seen: last_beat(&plan_dir, name),
    };
    HookName::ALL.map(sighting).to_vec()
}

fn count(tasks: &[Task]) -> TaskCounts {
    let of = |status| tasks.iter().filter(|task| task.status == status).count();
    TaskCounts {
        pending: of(TaskStatus::Pending),
        in_progress: of(TaskStatus::InProgress),
        completed: of(TaskStatus::Completed),
        failed: of(TaskStatus::Failed),
        blocked: of(TaskStatus::Blocked),
    }
}
