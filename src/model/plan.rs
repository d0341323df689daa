//! Plans and the phases that group their tasks.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

use super::id::{PhaseId, PlanId};
use super::time::Timestamp;

/// Where a plan stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PlanStatus {
    /// Work goes on.
    Active,
    /// Every task is done; still open to changes.
    Completed,
    /// Sealed: nothing about the plan can change any more.
    Archived,
}

impl PlanStatus {
    /// Returns the word stored and shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Completed => "completed",
            Self::Archived => "archived",
        }
    }
}

impl fmt::Display for PlanStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for PlanStatus {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        [Self::Active, Self::Completed, Self::Archived]
            .into_iter()
            .find(|status| status.as_str() == text)
            .ok_or_else(|| "expected one of active, completed, archived".to_owned())
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
