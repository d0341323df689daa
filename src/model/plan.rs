//! Plans and the phases that group their tasks.

use serde::Serialize;

use super::choice::choice;
use super::id::{PhaseId, PlanId};
use super::time::Timestamp;

choice! {
    /// Where a plan stands.
    pub enum PlanStatus {
        /// Work goes on.
        Active = "active",
        /// Work goes on as in an active one, though every task is done; shown, never stored.
        Completed = "completed",
        /// Sealed: nothing about the plan can change any more.
        Archived = "archived",
    }
}

/// A plan as stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// What users type.
    pub id: PlanId,
    /// A name that stays unique when plans travel (ULID).
    pub uid: String,
    /// The title.
    pub name: String,
    /// Free text.
    pub description: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Where it stands.
    pub status: PlanStatus,
    /// A JSON object of the user's and of `archive`.
    pub metadata: serde_json::Value,
}

/// What `init` asks the store to make.
#[derive(Debug, Clone)]
pub struct NewPlan {
    /// The title; not empty.
    pub name: String,
    /// Free text.
    pub description: Option<String>,
    /// A JSON object.
    pub metadata: serde_json::Value,
}

/// A group of tasks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Phase {
    /// The row.
    #[serde(skip)]
    pub id: PhaseId,
    /// The number within the plan, unique there.
    pub number: u32,
    /// The title.
    pub title: String,
    /// Free text.
    pub description: Option<String>,
    /// What must hold when the phase is over; free text.
    pub success_criteria: Option<String>,
}

/// What `add-phase` asks the store to make.
#[derive(Debug, Clone)]
pub struct NewPhase {
    /// The number wanted; the next free one when absent.
    pub number: Option<u32>,
    /// The title; not empty.
    pub title: String,
    /// Free text.
    pub description: Option<String>,
    /// What must hold when the phase is over; free text.
    pub success_criteria: Option<String>,
}
