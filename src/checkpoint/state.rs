//! A state of work tree and index, whatever it was read from: now, a checkpoint or a commit.

use std::collections::BTreeSet;

use anyhow::Result;

use super::capture::{Extra, record_of};
use super::graft::{Edits, graft};
use super::present::Present;
use crate::error::Failure;
use crate::git::{Objects, Repo};
use crate::model::checkpoint::{Checkpoint, Origin};
use crate::model::id::{BlobId, CommitId, TreeId};
use crate::model::path::RepoPath;
use crate::model::tree::{Entry, TreeChange};

/// Work tree and index, and what their trees cannot say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct State {
    pub(super) tree: TreeId,
    pub(super) index: TreeId,
    pub(super) stages: Vec<(RepoPath, u8, Entry)>,
    pub(super) intended: Vec<RepoPath>,
    /// Bytes that Git would not make of the tree's blobs.
    pub(super) raw: Vec<(RepoPath, BlobId)>,
}

/// Reports whether HEAD, work tree and index are now what a checkpoint holds.
///
/// # Errors
/// In a bare repository, or when something cannot be read.
pub fn holds_present_state(repo: &Repo, checkpoint: &Checkpoint) -> Result<bool> {
    if repo.head()?.commit != checkpoint.head {
        return Ok(false);
    }
    let held = match checkpoint.origin {
        Origin::Commit => State::of_tree(checkpoint.tree),
        _ => State::of_checkpoint(repo, &repo.objects(), checkpoint.snapshot)?,
    };
    Ok(State::of_present(&Present::capture(repo, &[])?) == held)
}

impl State {
    /// A tree as it is after a checkout.
    pub(super) const fn of_tree(tree: TreeId) -> Self {
        Self {
            tree,
            index: tree,
            stages: Vec::new(),
            intended: Vec::new(),
            raw: Vec::new(),
        }
    }

    pub(super) fn of_present(present: &Present) -> Self {
        let stages = present.stages.iter().flat_map(|(path, entries)| {
            let numbered = (1..).zip(entries);
            numbered.filter_map(move |(stage, entry)| Some((path.clone(), stage, (*entry)?)))
        });
        Self {
            tree: present.tree,
            index: present.index,
            stages: stages.collect(),
            intended: present.intended.clone(),
            raw: present.raw.clone(),
        }
    }

    /// Reads a work-tree checkpoint.
    pub(super) fn of_checkpoint(
        repo: &Repo,
        objects: &Objects,
        snapshot: CommitId,
    ) -> Result<Self> {
        let (record, tree) = record_of(repo, snapshot)?
            .ok_or_else(|| Failure::fatal(format!("{snapshot} is no work-tree checkpoint")))?;
        let extra = match record.extra {
            Some(commit) => Extra::read(repo, objects, commit)?,
            None => Extra::default(),
        };
        let raw = extra.raw.into_iter();
        Ok(Self {
            tree,
            index: repo.commit(record.index)?.tree,
            stages: extra.stages,
            intended: record.intended,
            raw: raw.map(|(path, entry)| (path, BlobId(entry.oid))).collect(),
        })
    }

    /// Paths of the work tree that the index does not know.
    pub(super) fn untracked(&self, objects: &Objects) -> Result<BTreeSet<RepoPath>> {
        let in_conflict = self.stages.iter().map(|(path, ..)| path);
        let known: BTreeSet<&RepoPath> = in_conflict.chain(&self.intended).collect();
        let added = objects.diff_trees(Some(self.index), Some(self.tree))?;
        Ok(added
            .into_iter()
            .filter(|change| change.old.is_none() && !known.contains(&change.path))
            .map(|change| change.path)
            .collect())
    }

    /// Returns the state in which only what is `within` is as in `goal`. Of raw bytes it has only
    /// those of the goal: others need no writing.
    pub(super) fn with(&self, goal: &Self, within: Scope<'_>, objects: &Objects) -> Result<Self> {
        let changed = |from: TreeId, to: TreeId| -> Result<TreeId> {
            let changes = objects.diff_trees(Some(from), Some(to))?;
            graft(objects, Some(from), &edits(within.changes(changes)))
        };
        let mine = |path: &RepoPath| !within.holds(path);
        let stages = self.stages.iter().filter(|(path, ..)| mine(path));
        let theirs = goal.stages.iter().filter(|(path, ..)| within.holds(path));
        let intended = self.intended.iter().filter(|path| mine(path));
        let also = goal.intended.iter().filter(|path| within.holds(path));
        let raw = goal.raw.iter().filter(|(path, _)| within.holds(path));
        Ok(Self {
            tree: changed(self.tree, goal.tree)?,
            index: changed(self.index, goal.index)?,
            stages: stages.chain(theirs).cloned().collect(),
            intended: intended.chain(also).cloned().collect(),
            raw: raw.cloned().collect(),
        })
    }
}

/// Turns changes into what is to lie at their paths.
fn edits(changes: impl Iterator<Item = TreeChange>) -> Edits {
    changes.map(|change| (change.path, change.new)).collect()
}

/// What of a state a rewind is about: some files and directories, or everything.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scope<'a>(pub(super) &'a [RepoPath]);

impl Scope<'_> {
    pub(super) const fn is_everything(self) -> bool {
        self.0.is_empty()
    }

    /// Reports whether a path is one of those named or lies below one.
    pub(super) fn holds(self, path: &RepoPath) -> bool {
        let inside = |named: &RepoPath| match path.as_bytes().strip_prefix(named.as_bytes()) {
            Some(rest) => rest.is_empty() || rest.starts_with(b"/") || named.as_bytes().is_empty(),
            None => false,
        };
        self.is_everything() || self.0.iter().any(inside)
    }

    fn changes(self, changes: Vec<TreeChange>) -> impl Iterator<Item = TreeChange> {
        changes
            .into_iter()
            .filter(move |change| self.holds(&change.path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_holds_files_and_what_lies_below_directories() {
        let check = |named: &[&str], path: &str, expected: bool| {
            let named: Vec<RepoPath> = named.iter().map(|path| RepoPath::from(*path)).collect();
            assert_eq!(Scope(&named).holds(&path.into()), expected, "{path}");
        };
        check(&[], "a", true);
        check(&["a"], "a", true);
        check(&["a"], "a/b", true);
        check(&["a"], "ab", false);
        check(&["a/b"], "a", false);
        check(&["x", "a/b"], "a/b/c", true);
        check(&[""], "anything", true);
    }
}
