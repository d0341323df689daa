//! Operations of Git's that were begun and not finished.

use std::path::Path;

use super::repo::Repo;

/// An unfinished operation of Git's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// `git rebase`, with either backend.
    Rebase,
    /// `git am`.
    Apply,
    /// `git merge`.
    Merge,
    /// `git cherry-pick`.
    CherryPick,
    /// `git revert`.
    Revert,
    /// `git bisect`.
    Bisect,
}

impl Repo {
    /// Returns the operation under way in this work tree. What Git leaves behind afterwards
    /// (`REBASE_HEAD`) does not count; of several, the one that has to end first is told.
    pub fn operation(&self) -> Option<Operation> {
        let git_dir = &self.layout.git_dir;
        let present = |name: &str| git_dir.join(name).exists();
        if present("rebase-merge") {
            Some(Operation::Rebase)
        } else if present("rebase-apply/applying") {
            Some(Operation::Apply)
        } else if present("rebase-apply") {
            Some(Operation::Rebase)
        } else if present("MERGE_HEAD") {
            Some(Operation::Merge)
        } else if present("CHERRY_PICK_HEAD") {
            Some(Operation::CherryPick)
        } else if present("REVERT_HEAD") {
            Some(Operation::Revert)
        } else if let Some(operation) = sequence(git_dir) {
            Some(operation)
        } else {
            present("BISECT_LOG").then_some(Operation::Bisect)
        }
    }
}

impl Repo {
    /// Reports whether Git is making several commits in a row, which want no word for each.
    pub fn is_in_series(&self) -> bool {
        let git_dir = &self.layout.git_dir;
        let mails = std::fs::read(git_dir.join("rebase-apply").join("last"));
        git_dir.join("rebase-merge").exists()
            || git_dir.join("sequencer").exists()
            || mails.is_ok_and(|count| count.trim_ascii() != b"1")
    }
}

/// A series of picks or reverts between two of its commits; the list of what is left tells which.
fn sequence(git_dir: &Path) -> Option<Operation> {
    let left = std::fs::read(git_dir.join("sequencer").join("todo")).ok()?;
    let reverts = left.trim_ascii_start().starts_with(b"revert");
    Some(if reverts {
        Operation::Revert
    } else {
        Operation::CherryPick
    })
}
