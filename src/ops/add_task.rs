//! `add-task`: a new task, with a spec that was checked before anything is stored.

use anyhow::Result;

use crate::model::find::Place;
use crate::model::id::PlanId;
use crate::model::task::{NewTask, Task};

use super::resolve;
use super::spec_file::SpecFile;
use super::title::title;
use super::workspace::Workspace;

/// So many analogous places are noted.
pub const NOTED: usize = 10;

/// Notes places that are `like` the work to be done at the end of a task's description.
pub fn note_places(new: &mut NewTask, like: &str, places: &[Place]) {
    let mut lines = vec![format!("Like ({like}):")];
    lines.extend(places.iter().take(NOTED).map(|place| {
        let method = place.method.as_ref().map(|it| format!("{it} "));
        let (method, name) = (method.unwrap_or_default(), &place.name);
        format!("- {}:{} {method}{name}", place.file, place.line)
    }));
    if places.len() > NOTED {
        lines.push("- and more".to_owned());
    }
    let before = new
        .description
        .take()
        .map(|text| format!("{}\n\n", text.trim_end()));
    new.description = Some(before.unwrap_or_default() + &lines.join("\n"));
}

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
