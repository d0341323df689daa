//! How the violations of a spec came and went, commit by commit, and who brought those that are left.

use serde::Serialize;

use super::evaluation::{SpecRef, Verdict, Violation};
use super::id::CommitId;
use super::judged::TaskLabel;
use super::path::RepoPath;
use super::time::Timestamp;
use super::tree::JudgedTree;

/// The violations of a spec along a line of commits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct History {
    /// The task, unless a spec without one was named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task: Option<TaskLabel>,
    /// The spec as it is now; that is what every commit is judged by.
    pub spec: SpecRef,
    /// Newest first.
    pub commits: Vec<CountedCommit>,
}

/// What one commit came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CountedCommit {
    /// Which commit.
    pub commit: CommitId,
    /// When it was committed.
    pub committed_at: Timestamp,
    /// Who wrote it.
    pub author: String,
    /// The first paragraph of its message.
    pub subject: String,
    /// What the spec says of its tree.
    pub verdict: Verdict,
    /// How many violations it has.
    pub violations: usize,
    /// How many more than the commit before it in the list; `None` for the oldest.
    pub change: Option<i64>,
}

/// The violations of a spec, each with the commit that brought it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BlameReport {
    /// The task, unless a spec without one was named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task: Option<TaskLabel>,
    /// The spec.
    pub spec: SpecRef,
    /// What was judged.
    pub tree: JudgedTree,
    /// What the spec says of it.
    pub verdict: Verdict,
    /// By rule, then by place.
    pub violations: Vec<BlamedViolation>,
}

/// A violation and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BlamedViolation {
    /// The rule it breaks.
    pub rule: String,
    /// The violation.
    #[serde(flatten)]
    pub violation: Violation,
    /// Where it comes from.
    pub introduced: Introduced,
}

/// Where a violation comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum Introduced {
    /// By the commit that wrote the line.
    Committed(Box<Introduction>),
    /// By what is not committed yet.
    Uncommitted,
    /// Something is missing; no line brought that about.
    Missing,
}

/// The commit that wrote a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Introduction {
    /// Which commit.
    pub commit: CommitId,
    /// Whether history is cut off there, so that an older commit may have done it.
    pub is_cut_off: bool,
    /// Who wrote it.
    pub author: String,
    /// The author's address.
    pub author_mail: String,
    /// When it was written.
    pub authored_at: Timestamp,
    /// The first line of its message.
    pub summary: String,
    /// Where the file was then.
    pub original_file: RepoPath,
    /// Which line it was then.
    pub original_line: u32,
}
