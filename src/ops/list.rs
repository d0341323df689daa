//! `list`: every plan.

use anyhow::Result;

use crate::model::plan::{Plan, PlanStatus};

use super::plan_standing::all_shown;
use super::workspace::Workspace;

/// Returns the plans that show `status`, or all, newest first.
///
/// # Errors
/// When the database cannot be read.
pub fn list(ws: &Workspace, status: Option<PlanStatus>) -> Result<Vec<Plan>> {
    let mut plans = ws.read(|store| all_shown(store, store.plans(None)?))?;
    plans.retain(|plan| status.is_none_or(|wanted| plan.status == wanted));
    Ok(plans)
}
