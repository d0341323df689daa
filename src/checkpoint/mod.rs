//! Capturing a state, telling how two states differ, and going back.

mod capture;
mod diff;
mod disk;
mod graft;
mod obstacle;
mod patch;
mod present;
mod raw;
mod record;
mod rename;
mod restore;
mod script;
mod state;
mod step;
mod version;
mod wanted;

#[cfg(test)]
mod testing;

pub use capture::{
    CHECKPOINTS, KEEPS, held_by, label_of, of_commit, of_worktree, of_worktree_with, recapture,
    ref_name, relabel, worktree_of, write_files, write_keep, write_seal,
};
pub use diff::{diff_trees, full_diff};
pub use restore::{RewindPlan, paths_written, plan_rewind};
pub use state::holds_present_state;
pub use step::{Step, apply};

use crate::model::checkpoint::Origin;
use crate::model::time::Timestamp;

/// What a work-tree checkpoint's commit says of itself, enough to rebuild its row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The plan's uid.
    pub plan_uid: String,
    /// The task's uid; `None` for a checkpoint of the plan itself.
    pub task_uid: Option<String>,
    /// What people call it.
    pub name: String,
    /// What made it.
    pub origin: Origin,
    /// When it was made.
    pub at: Timestamp,
}
