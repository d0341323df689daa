//! `show`: one plan and everything in it.

use anyhow::Result;

use crate::model::id::PlanId;
use crate::model::overview::{PlanOverview, StoredSpec, TaskOverview};
use crate::model::plan::Phase;
use crate::model::task::Task;
use crate::store::Reader;

use super::plan_standing::shown;
use super::resolve;
use super::workspace::Workspace;

/// Returns a plan with its phases, tasks, jobs and spec texts.
///
/// # Errors
/// When the plan cannot be resolved or the database not be read.
pub fn show(ws: &Workspace, plan: Option<PlanId>) -> Result<PlanOverview> {
    ws.read(|store| {
        let plan = resolve::plan(store, ws.worktree(), plan)?;
        let phases = store.phases(plan.id)?;
        let tasks = store.tasks(plan.id)?;
        let plan = shown(plan, &tasks);
        let tasks = tasks
            .into_iter()
            .map(|task| task_overview(store, &phases, task))
            .collect::<Result<_>>()?;
        Ok(PlanOverview {
            plan,
            phases,
            tasks: Some(tasks),
        })
    })
}

fn task_overview(store: &Reader<'_>, phases: &[Phase], task: Task) -> Result<TaskOverview> {
    let phase = phases.iter().find(|phase| Some(phase.id) == task.phase_id);
    Ok(TaskOverview {
        phase: phase.map(|phase| phase.number),
        spec: stored_spec(store, &task)?,
        jobs: store.jobs(task.id)?,
        task,
    })
}

/// Returns the spec stored with a task.
pub(super) fn stored_spec(store: &Reader<'_>, task: &Task) -> Result<Option<StoredSpec>> {
    let Some(id) = task.spec_id else {
        return Ok(None);
    };
    let stored = store.spec_text(id)?;
    Ok(stored.map(|(yaml, hash)| StoredSpec {
        hash,
        yaml: Some(yaml),
    }))
}
