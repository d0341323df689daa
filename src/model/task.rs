//! Tasks, the jobs inside them, and the words for where they stand.

use serde::Serialize;

use super::choice::choice;
use super::id::{JobId, PhaseId, PlanId, SpecId, TaskId, TaskNumber};
use super::time::Timestamp;

choice! {
    /// Where a task stands.
    pub enum TaskStatus {
        /// Not begun.
        Pending = "pending",
        /// Being worked on.
        InProgress = "in_progress",
        /// Claimed or verified as done.
        Completed = "completed",
        /// Was completed, and a verification found it broken since; set by verification only.
        Failed = "failed",
        /// Waiting for something else.
        Blocked = "blocked",
    }
}

choice! {
    /// What the last verification of a task said.
    pub enum AuditStatus {
        /// Never verified, or not since its spec changed.
        Pending = "pending",
        /// Met.
        Pass = "pass",
        /// Broken.
        Fail = "fail",
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
    /// The new phase.
    pub phase: Option<PhaseEdit>,
}

/// Which phase a task is to be in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhaseEdit {
    /// The one with this number.
    Into(u32),
    /// None.
    Out,
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
