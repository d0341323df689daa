//! Checkpoints: a state of the code that can be shown and gone back to.

use serde::{Serialize, Serializer};

use super::choice::choice;
use super::diff::FileDiff;
use super::id::{CheckpointId, CommitId, PlanId, TaskId, TreeId, WorktreeName};
use super::time::Timestamp;

choice! {
    /// What made a checkpoint.
    pub enum Origin {
        /// A commit of the user's: the commit is the snapshot.
        Commit = "commit",
        /// `git plan checkpoint`.
        Manual = "manual",
        /// A failing verification.
        Verification = "verification",
        /// Taken before a rewind.
        Rewind = "rewind",
        /// Taken by `archive`.
        Archive = "archive",
    }
}

/// A captured state, before it has a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Captured {
    /// The commit object that holds the state and that the ref names.
    pub snapshot: CommitId,
    /// The tree of `snapshot`.
    pub tree: TreeId,
    /// The commit that HEAD named; for a commit checkpoint, `snapshot` itself.
    pub head: Option<CommitId>,
    /// The branch HEAD named, without `refs/heads/`; `None` when detached.
    pub branch: Option<String>,
    /// What differs from the first parent (commit) or from HEAD (work tree).
    pub files: Vec<FileDiff>,
    /// Paths left out, each with the reason, in the order met.
    pub left_out: Vec<LeftOut>,
}

/// A path a work-tree checkpoint does not hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// Which path.
    pub path: super::path::RepoPath,
    /// Why, as one phrase.
    pub reason: String,
}

/// What the store is asked to remember about a captured state.
#[derive(Debug, Clone)]
pub struct NewCheckpoint {
    /// The plan.
    pub plan_id: PlanId,
    /// The task; `None` for the plan itself.
    pub task_id: Option<TaskId>,
    /// The name wanted; `None` for `edit_<sequence>`.
    pub name: Option<String>,
    /// What made it.
    pub origin: Origin,
    /// When it was taken; `None` for now.
    pub taken_at: Option<Timestamp>,
    /// The work tree it was made in.
    pub worktree: WorktreeName,
    /// `git patch-id --stable` of a commit checkpoint, when known.
    pub patch_id: Option<String>,
    /// The state.
    pub captured: Captured,
}

/// A checkpoint as stored, without its diffs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Checkpoint {
    /// The row.
    #[serde(skip)]
    pub id: CheckpointId,
    /// A name that stays unique when plans travel (ULID).
    pub uid: String,
    /// The plan.
    pub plan_id: PlanId,
    /// The task's row; `None` for the plan itself.
    #[serde(skip)]
    pub task_id: Option<TaskId>,
    /// 1, 2, 3… within the task, or within the plan when there is no task.
    pub sequence: u32,
    /// What people call it.
    pub name: String,
    /// When it was made.
    pub timestamp: Timestamp,
    /// What made it.
    pub origin: Origin,
    /// The commit object that holds the state.
    pub snapshot: CommitId,
    /// Its tree.
    pub tree: TreeId,
    /// The commit HEAD named.
    #[serde(rename = "git_ref")]
    pub head: Option<CommitId>,
    /// The branch, if any.
    pub branch: Option<String>,
    /// The work tree it was made in.
    pub worktree: WorktreeName,
    /// The checkpoint that took its place after an amend or rebase.
    #[serde(rename = "superseded", serialize_with = "is_there")]
    pub superseded_by: Option<CheckpointId>,
    /// How many files differ.
    pub files: usize,
    /// Paths left out.
    pub left_out: Vec<LeftOut>,
}

/// Rows have no numbers outside the database; that there is one is all a reader can use.
fn is_there<S: Serializer>(
    checkpoint: &Option<CheckpointId>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.serialize_bool(checkpoint.is_some())
}
