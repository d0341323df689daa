//! Tasks, the jobs inside them, and the words for where they stand.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

use super::id::{JobId, PhaseId, PlanId, SpecId, TaskId, TaskNumber};
use super::time::Timestamp;

/// Where a task stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskStatus {
    /// Not begun.
    Pending,
    /// Being worked on.
    InProgress,
    /// Claimed or verified as done.
    Completed,
    /// Was completed, and a verification found it broken since; set by verification only.
    Failed,
    /// Waiting for something else.
    Blocked,
}

impl TaskStatus {
    const ALL: [Self; 5] = [
        Self::Pending,
        Self::InProgress,
        Self::Completed,
        Self::Failed,
        Self::Blocked,
    ];

    /// Returns the word stored and shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::InProgress => "in_progress",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Blocked => "blocked",
        }
    }
}

impl fmt::Display for TaskStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for TaskStatus {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|status| status.as_str() == text)
            .ok_or_else(|| "expected one of pending, in_progress, completed, blocked".to_owned())
    }
}

/// What the last verification of a task said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AuditStatus {
    /// Never verified, or not since its spec changed.
    Pending,
    /// Met.
    Pass,
    /// Broken.
    Fail,
}

impl AuditStatus {
    /// Returns the word stored and shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Pass => "pass",
            Self::Fail => "fail",
        }
    }
}

impl fmt::Display for AuditStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for AuditStatus {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        [Self::Pending, Self::Pass, Self::Fail]
            .into_iter()
            .find(|status| status.as_str() == text)
            .ok_or_else(|| "expected one of pending, pass, fail".to_owned())
    }
}

/// A task as stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Task {
    /// The row.
    #[serde(skip)]
    pub id: TaskId,
    /// A name that stays unique when plans travel (ULID).
    pub uid: String,
    /// The plan it belongs to.
    pub plan_id: PlanId,
    /// What users type.
    pub number: TaskNumber,
    /// The title.
    pub title: String,
    /// Free text.
    pub description: Option<String>,
    /// Where it stands.
    pub status: TaskStatus,
    /// What the last verification said.
    pub audit_status: AuditStatus,
    /// Whether the gate holds the task to its completion, whatever `status` says meanwhile.
    pub in_force: bool,
    /// Who works on it; free text.
    pub assigned_to: Option<String>,
    /// The stored spec, if it has one.
    #[serde(skip)]
    pub spec_id: Option<SpecId>,
    /// The phase it belongs to.
    #[serde(skip)]
    pub phase_id: Option<PhaseId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was first started.
    pub started_at: Option<Timestamp>,
    /// When it was last completed; cleared by a regression or a reopening.
    pub completed_at: Option<Timestamp>,
}

/// What `add-task` asks the store to make.
#[derive(Debug, Clone)]
pub struct NewTask {
    /// The title; not empty.
    pub title: String,
    /// Free text.
    pub description: Option<String>,
    /// Who works on it.
    pub assigned_to: Option<String>,
    /// The number of the phase it belongs to.
    pub phase: Option<u32>,
}

/// What `edit-task` changes; an absent field stays as it is.
#[derive(Debug, Clone, Default)]
pub struct TaskEdit {
    /// The new title.
    pub title: Option<String>,
    /// The new description.
    pub description: Option<String>,
    /// The number of the new phase.
    pub phase: Option<u32>,
}

/// A checkbox inside a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Job {
    /// The row.
    #[serde(skip)]
    pub id: JobId,
    /// The number within the task.
    pub number: u32,
    /// What is to be done.
    pub description: String,
    /// Ticked or not.
    pub completed: bool,
    /// Whether it audits the others rather than does the work.
    pub is_audit_job: bool,
}
