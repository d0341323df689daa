//! A commit becomes a checkpoint: the commit is there, then its ref, then the row.

use std::collections::BTreeSet;

use anyhow::Result;

use crate::checkpoint::{self, ref_name};
use crate::model::checkpoint::{NewCheckpoint, Origin};
use crate::model::id::{CommitId, PlanId, TaskId, WorktreeName};

use super::upkeep::{settling, share};
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

/// From how many on commits share a ref: one of its own costs two syncs, a shared one four.
const SHARE: usize = 3;

/// Captures a commit; what is returned is for the store, once the commit is held.
///
/// # Errors
/// When the commit cannot be read.
pub(super) fn of_commit(ws: &Workspace, commit: CommitId, home: Home) -> Result<NewCheckpoint> {
    Ok(NewCheckpoint {
        plan_id: home.plan,
        task_id: home.task,
        name: Some(format!("commit-{}", commit.short())),
        origin: Origin::Commit,
        taken_at: None,
        worktree: home.worktree,
        patch_id: None,
        captured: checkpoint::of_commit(ws.repo(), commit)?,
    })
}

/// Captures a commit and holds it by its ref; what is returned is for the store, which takes the
/// same commit of the same task only once.
///
/// # Errors
/// When the commit cannot be read or the ref not be written.
pub(super) fn hold(ws: &Workspace, commit: CommitId, home: Home) -> Result<NewCheckpoint> {
    let new = of_commit(ws, commit, home)?;
    hold_all(ws, &BTreeSet::from([commit]))?;
    Ok(new)
}

/// Holds commits that no ref of ours may hold yet, few by one each and many by one they share, and
/// so those whose own ref a killed process has left locked.
///
/// # Errors
/// When refs cannot be read or written.
pub(super) fn hold_all(ws: &Workspace, commits: &BTreeSet<CommitId>) -> Result<()> {
    let is_locked = |commit: &CommitId| ws.repo().is_ref_locked(&ref_name(*commit));
    if commits.len() >= SHARE || commits.iter().any(is_locked) {
        let _alone = settling(ws)?;
        return share(ws, commits);
    }
    let mut few = commits.iter();
    few.try_for_each(|commit| ws.repo().create_ref(&ref_name(*commit), *commit))
}
