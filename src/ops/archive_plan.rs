//! `archive`: a final checkpoint, then the plan is read-only for good.

use anyhow::Result;
use serde_json::{Map, Value, json};

use crate::checkpoint::holds_present_state;
use crate::error::Failure;
use crate::model::checkpoint::{Checkpoint, Origin};
use crate::model::id::{CommitId, PlanId};
use crate::model::judged::{Judged, TaskLabel};
use crate::model::plan::Plan;
use crate::model::task::TaskStatus;
use crate::scan::Progress;
use crate::store::Superseded;

use super::broken::broken;
use super::resolve;
use super::seal::{drop_other_seals, seal};
use super::take_checkpoint::keep_worktree;
use super::workspace::Workspace;

/// What stands in the way of archiving a plan without a word.
#[derive(Debug)]
pub struct ArchiveReview {
    /// The plan.
    pub plan: Plan,
    /// Its tasks that are not completed.
    pub incomplete: Vec<TaskLabel>,
    /// The evaluations that are not met of its tasks in force.
    pub broken: Vec<Judged>,
}

impl ArchiveReview {
    /// Reports whether nothing stands in the way.
    pub const fn is_clear(&self) -> bool {
        self.incomplete.is_empty() && self.broken.is_empty()
    }
}

/// Looks at what archiving would seal.
///
/// # Errors
/// A judged "no" when the plan is archived already; else when plan or work tree cannot be read.
pub fn review(
    ws: &Workspace,
    wanted: Option<PlanId>,
    progress: &dyn Progress,
) -> Result<ArchiveReview> {
    let (plan, tasks) = ws.read(|store| {
        let plan = resolve::plan(store, ws.worktree(), wanted)?;
        let tasks = store.tasks(plan.id)?;
        Ok((plan, tasks))
    })?;
    resolve::must_be_open(&plan, "archive")?;
    let broken = broken(ws, &tasks, progress)?;
    let incomplete = tasks
        .iter()
        .filter(|task| task.status != TaskStatus::Completed);
    Ok(ArchiveReview {
        incomplete: incomplete.map(TaskLabel::from).collect(),
        plan,
        broken,
    })
}

/// Seals a plan: final checkpoint, a commit of all there is of it, metadata, status; its active
/// tasks are stopped. Returns the checkpoint and the commit.
///
/// # Errors
/// When the state cannot be captured or stored; the plan is then as it was.
pub fn archive_plan(
    ws: &Workspace,
    review: &ArchiveReview,
    notes: Option<&str>,
) -> Result<(Checkpoint, CommitId)> {
    let plan = &review.plan;
    let last = match kept_before(ws, plan)? {
        Some(last) => last,
        None => keep_worktree(ws, plan, None, ("final-archive", Origin::Archive))?,
    };
    let Value::Object(metadata) = &plan.metadata else {
        return Err(Failure::fatal("the plan's metadata is no JSON object").into());
    };
    let mut metadata: Map<String, Value> = metadata.clone();
    metadata.insert("archived_at".into(), json!(ws.now()));
    metadata.insert("final_snapshot_id".into(), json!(last.snapshot));
    if !review.is_clear() {
        metadata.insert("archived_unfinished".into(), json!({
            "incomplete": &review.incomplete,
            "broken": review.broken.iter().filter_map(|it| it.task.as_ref()).collect::<Vec<_>>(),
        }));
    }
    if let Some(notes) = notes {
        metadata.insert("archive_notes".into(), json!(notes));
    }
    let seal = ws.write(|store| {
        for (worktree, task) in store.active_tasks()? {
            if store
                .task_by_id(task)?
                .is_some_and(|task| task.plan_id == plan.id)
            {
                store.stop_task(&worktree)?;
            }
        }
        let sealed = (plan, &last);
        let seal = seal(ws.repo(), store, sealed, &mut metadata, ws.now())?;
        store.archive_plan(plan.id, &Value::Object(metadata))?;
        Ok(seal)
    })?;
    drop_other_seals(ws.repo(), plan, seal)?;
    Ok((last, seal))
}

/// Returns the final checkpoint of an attempt that was killed, if nothing has changed since.
fn kept_before(ws: &Workspace, plan: &Plan) -> Result<Option<Checkpoint>> {
    let rows = ws.read(|store| store.checkpoints(plan.id, None, Superseded::Hidden))?;
    match rows.into_iter().next_back() {
        Some(last) if last.origin == Origin::Archive => {
            let is_present = holds_present_state(ws.repo(), &last)?;
            Ok(Some(last).filter(|_| is_present))
        }
        _ => Ok(None),
    }
}
