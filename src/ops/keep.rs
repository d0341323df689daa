//! A commit becomes a checkpoint: the commit is there, then its ref, then the row.

use anyhow::Result;

use crate::checkpoint;
use crate::model::checkpoint::{NewCheckpoint, Origin};
use crate::model::id::{CommitId, PlanId, TaskId, WorktreeName};

use super::workspace::Workspace;

/// Whose checkpoint a commit is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Home {
    /// The plan.
    pub plan: PlanId,
    /// The task; `None` for the plan itself.
    pub task: Option<TaskId>,
    /// The work tree it was made in.
    pub worktree: WorktreeName,
}

/// Captures a commit and holds it by its ref; what is returned is for the store, which takes the
/// same commit of the same task only once.
///
/// # Errors
/// When the commit cannot be read or the ref not be written.
pub(super) fn hold(ws: &Workspace, commit: CommitId, home: Home) -> Result<NewCheckpoint> {
    let captured = checkpoint::of_commit(ws.repo(), commit)?;
    ws.repo()
        .create_ref(&checkpoint::ref_name(commit), commit)?;
    Ok(NewCheckpoint {
        plan_id: home.plan,
        task_id: home.task,
        name: Some(format!("commit-{}", commit.short())),
        origin: Origin::Commit,
        worktree: home.worktree,
        patch_id: None,
        captured,
    })
}
