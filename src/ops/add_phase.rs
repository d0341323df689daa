//! `add-phase`: a new group of tasks.

use anyhow::Result;

use crate::model::id::PlanId;
use crate::model::plan::{NewPhase, Phase, Plan};

use super::resolve;
use super::title::title;
use super::workspace::Workspace;

/// Adds a phase to a plan.
///
/// # Errors
/// Usage when the title is empty; a judged "no" when the plan is archived; fatal when there is no
/// such plan or the number is taken.
pub fn add_phase(ws: &Workspace, plan: Option<PlanId>, new: NewPhase) -> Result<(Plan, Phase)> {
    title("title", &new.title)?;
    ws.write(|store| {
        let plan = resolve::plan(store, ws.worktree(), plan)?;
        resolve::must_be_open(&plan, "add phases to")?;
        let phase = store.add_phase(plan.id, new)?;
        Ok((plan, phase))
    })
}
