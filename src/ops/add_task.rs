//! `add-task`: a new task, with a spec that was checked before anything is stored.

use anyhow::Result;

use crate::model::id::PlanId;
use crate::model::task::{NewTask, Task};

use super::resolve;
use super::spec_file::SpecFile;
use super::title::title;
use super::workspace::Workspace;

/// Adds a task to a plan.
///
/// # Errors
/// Usage when the title is empty; a judged "no" when the plan is archived; fatal when there is no
/// such plan or phase.
pub fn add_task(
    ws: &Workspace,
    plan: Option<PlanId>,
    new: NewTask,
    spec: Option<&SpecFile>,
) -> Result<Task> {
    title("title", &new.title)?;
    ws.write(|store| {
        let plan = resolve::plan(store, ws.worktree(), plan)?;
        resolve::must_be_open(&plan, "add tasks to")?;
        let spec = spec.map(|file| (file.yaml.as_str(), &file.parsed.hash));
        store.add_task(plan.id, new, spec)
    })
}
