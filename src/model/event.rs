//! Things that happened: lines of the journal, and what Git tells its hooks.

use serde::Serialize;

use super::choice::choice;
use super::id::{CommitId, Oid, PlanId, TaskNumber};
use super::time::Timestamp;

/// A line of the journal; each carries the hash of the one before it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Event {
    /// Consecutive from 1.
    pub id: i64,
    /// When.
    pub at: Timestamp,
    /// Who: `Name <email>` of the Git identity, as told.
    pub actor: String,
    /// What, as a dotted word: `plan.created`, `task.status`, `checkpoint.taken`…
    pub action: String,
    /// Which plan, if any.
    pub plan_id: Option<PlanId>,
    /// Which task, if any.
    pub task_number: Option<TaskNumber>,
    /// The particulars, a JSON object.
    pub detail: serde_json::Value,
    /// SHA-256 of the line before (empty for the first), in hex.
    pub previous_hash: String,
    /// SHA-256 over this line and `previous_hash`, in hex.
    pub hash: String,
}

/// What to add to the journal.
#[derive(Debug, Clone)]
pub struct NewEvent {
    /// What, as a dotted word.
    pub action: &'static str,
    /// Which plan, if any.
    pub plan_id: Option<PlanId>,
    /// Which task, if any.
    pub task_number: Option<TaskNumber>,
    /// The particulars, a JSON object.
    pub detail: serde_json::Value,
}

choice! {
    /// How one commit came to stand for another.
    pub enum Cause {
        /// `git commit --amend` put it in the other's place.
        Amend = "amend",
        /// `git rebase` did.
        Rebase = "rebase",
        /// It has the content of the other, which stays where it is.
        Copy = "copy",
    }
}

/// A commit that stands for another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rewritten {
    /// The commit before.
    pub old: CommitId,
    /// The commit after; several old ones may share it.
    pub new: CommitId,
}

/// One line of pre-push's standard input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushedRef {
    /// The local name as the user gave it; may hold spaces.
    pub local_name: Vec<u8>,
    /// What it names; zero for a deletion.
    pub local: Oid,
    /// The ref at the remote.
    pub remote_name: Vec<u8>,
    /// What the remote has there; zero when nothing.
    pub remote: Oid,
}
