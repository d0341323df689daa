//! The refusal of changes to archived plans, in words.

use anyhow::Result;

use crate::error::Failure;
use crate::model::id::PlanId;

/// What the triggers of the schema say.
const ARCHIVED: &str = "the plan is archived";

/// Turns a trigger's refusal into a policy refusal that names the plan.
pub(super) trait Sealed<T> {
    /// `doing` completes "Cannot … archived plan N".
    fn unless_archived(self, plan: PlanId, doing: &str) -> Result<T>;
}

impl<T> Sealed<T> for rusqlite::Result<T> {
    fn unless_archived(self, plan: PlanId, doing: &str) -> Result<T> {
        self.map_err(|error| match &error {
            rusqlite::Error::SqliteFailure(_, Some(message)) if message == ARCHIVED => {
                Failure::no(format!("Cannot {doing} archived plan {plan}")).into()
            }
            _ => error.into(),
        })
    }
}
