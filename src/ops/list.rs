//! `list`: every plan.

use anyhow::Result;

use crate::model::plan::{Plan, PlanStatus};

use super::workspace::Workspace;

/// Returns the plans of `status`, or all, newest first.
///
/// # Errors
/// When the database cannot be read.
pub fn list(ws: &Workspace, status: Option<PlanStatus>) -> Result<Vec<Plan>> {
    ws.read(|store| store.plans(status))
}
