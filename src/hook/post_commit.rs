//! post-commit, post-merge and post-applypatch: a commit was made.

use anyhow::Result;

use crate::git::{Config, Operation, bad_setting};
use crate::ops::Workspace;
use crate::ops::record_commit::record_commit;

use super::announcement::Announcement;

/// Reports whether `plan.postCommit` says that commits leave no checkpoint.
///
/// # Errors
/// A [`crate::error::Failure`] when it says neither that nor the opposite.
pub fn is_off(config: &Config) -> Result<bool> {
    const KEY: &str = "plan.postCommit";
    match config.get(KEY).map(str::to_ascii_lowercase).as_deref() {
        None | Some("checkpoint" | "on" | "true" | "yes") => Ok(false),
        Some("off" | "false" | "no") => Ok(true),
        Some(_) => {
            let expected = format!("{KEY}: expected one of checkpoint, off");
            Err(bad_setting(KEY, expected).into())
        }
    }
}

/// After `git commit`, and after each pick of a cherry-pick, revert or rebase.
///
/// # Errors
/// When the commit could not be kept; it is kept by the next command then.
pub fn post_commit(ws: &Workspace) -> Result<Option<Announcement>> {
    record_commit(ws).map(Announcement::of)
}

/// After `git merge`: only a true merge made a commit, a fast-forward or a squash did not.
///
/// # Errors
/// As [`post_commit`].
pub fn post_merge(ws: &Workspace) -> Result<Option<Announcement>> {
    // MERGE_HEAD is still there after a true merge, and only then.
    if ws.repo().operation() != Some(Operation::Merge) {
        return Ok(None);
    }
    post_commit(ws)
}

/// After each patch of `git am`; the patches of a rebase are told by post-rewrite at its end.
///
/// # Errors
/// As [`post_commit`].
pub fn post_applypatch(ws: &Workspace) -> Result<Option<Announcement>> {
    post_commit(ws)
}
