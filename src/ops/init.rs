//! `init`: a new plan, and the database when there is none.

use std::path::PathBuf;

use anyhow::Result;
use serde_json::Value;

use crate::error::Failure;
use crate::model::plan::{NewPlan, Plan};

use super::reconcile;
use super::title::title;
use super::workspace::Workspace;

/// What `init` made.
#[derive(Debug)]
pub struct Initialized {
    /// The plan.
    pub plan: Plan,
    /// The database, when this was the first plan of the repository.
    pub new_database: Option<PathBuf>,
}

/// Creates a plan.
///
/// # Errors
/// Usage when the name is empty or the metadata is no JSON object; else what the store says.
pub fn init(ws: &Workspace, new: NewPlan) -> Result<Initialized> {
    title("name", &new.name)?;
    if !matches!(new.metadata, Value::Object(_)) {
        return Err(Failure::usage("the metadata must be a JSON object").into());
    }
    let path = ws.database_path();
    let is_first = !path.try_exists().unwrap_or(true);
    // Commits from before the first plan belong to nobody's task.
    let reflog = ws.repo().head_reflog(1)?;
    let plan = ws.write(|store| {
        reconcile::mark_where_plans_begin(store, ws.worktree(), &reflog)?;
        store.add_plan(new)
    })?;
    Ok(Initialized {
        plan,
        new_database: is_first.then_some(path),
    })
}
