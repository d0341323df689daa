//! `log`: who did what, when.

use anyhow::Result;

use crate::model::event::Event;
use crate::model::id::PlanId;

use super::resolve;
use super::workspace::Workspace;

/// Returns the journal of one plan, or all of it, newest first.
///
/// # Errors
/// When there is no such plan or the database cannot be read.
pub fn log(ws: &Workspace, plan: Option<PlanId>) -> Result<Vec<Event>> {
    ws.read(|store| {
        if let Some(id) = plan
            && store.plan(id)?.is_none()
        {
            return Err(resolve::no_plan(id).into());
        }
        let mut events = store.events(plan)?;
        events.reverse();
        Ok(events)
    })
}

/// Checks that every line of the journal is as it was written and follows the one before; returns
/// how many lines there are and the first that is not.
///
/// # Errors
/// When the database cannot be read.
pub fn verify_log(ws: &Workspace) -> Result<(usize, Option<i64>)> {
    ws.read(|store| Ok((store.events(None)?.len(), store.first_broken_event()?)))
}
