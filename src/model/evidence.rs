//! Recorded evaluations and claims: what the gate trusts and `archive` seals.

use serde::Serialize;

use super::id::{CommitId, EvidenceId, SpecHash, TaskId, TreeId, WorktreeName};
use super::time::Timestamp;

/// How something came to be recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceKind {
    /// A verification.
    Verification,
    /// `update-task --status completed`: the user's word.
    Claim,
}

/// What to record.
#[derive(Debug, Clone)]
pub struct NewEvidence {
    /// The task.
    pub task_id: TaskId,
    /// A verification or a claim.
    pub kind: EvidenceKind,
    /// The spec in force at that moment; `None` for a claim on a task without one.
    pub spec_hash: Option<SpecHash>,
    /// The tree judged, when it exists as an object.
    pub tree: Option<TreeId>,
    /// HEAD at that moment.
    pub head: Option<CommitId>,
    /// Whether a path in the spec's scope differed from HEAD.
    pub dirty: bool,
    /// The work tree it was taken in.
    pub worktree: WorktreeName,
    /// Whether the task counts as completed by it: a met spec, or a claim.
    pub passed: bool,
    /// How many violations there were; `None` when nothing was counted.
    pub violations: Option<usize>,
    /// The evaluation as JSON; `None` for an unchecked claim.
    pub evaluation_json: Option<String>,
}

/// A recorded evaluation or claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Evidence {
    /// The row.
    #[serde(skip)]
    pub id: EvidenceId,
    /// The task.
    #[serde(skip)]
    pub task_id: TaskId,
    /// A verification or a claim.
    pub kind: EvidenceKind,
    /// When.
    pub recorded_at: Timestamp,
    /// The spec it was about.
    pub spec_hash: Option<SpecHash>,
    /// The tree judged.
    pub tree: Option<TreeId>,
    /// HEAD at that moment.
    pub head: Option<CommitId>,
    /// The commit it belongs to: `head` when clean, the next commit of that work tree when dirty,
    /// `None` while that commit does not exist.
    pub anchor: Option<CommitId>,
    /// Whether a path in scope differed from HEAD.
    pub dirty: bool,
    /// The work tree it was taken in.
    pub worktree: WorktreeName,
    /// Whether the task counts as completed by it.
    pub passed: bool,
    /// How many violations there were.
    pub violations: Option<usize>,
}
