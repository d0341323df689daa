//! Taking a checkpoint: of a commit, which is its own snapshot, or of work tree and index.

use anyhow::{Context as _, Result};

use super::Label;
use super::diff;
use super::graft::{Edits, graft};
use super::present::Present;
use super::record::Record;
use crate::error::Failure;
use crate::git::{CommitText, Objects, Operation, Repo};
use crate::model::checkpoint::Captured;
use crate::model::id::{CommitId, Oid, TreeId, WorktreeName};
use crate::model::path::RepoPath;
use crate::model::time::Timestamp;
use crate::model::tree::{Entry, Mode};

/// Who takes checkpoints: never the user, whose name is on commits of their own.
const AUTHOR: &str = "git-plan <git-plan@localhost>";

/// What a commit says that holds checkpoints.
pub const CHECKPOINTS: &str = "git-plan checkpoints";

/// What a commit says that holds commits of that kind: `git fetch` looks at each ref's commit with
/// all its parents, and at nothing behind them.
pub const KEEPS: &str = "git-plan checkpoints by the thousand";

/// What the commit of the index says.
const INDEX: &[u8] = b"git-plan index\n";

/// What the commit says of what neither tree can say.
const EXTRA: &[u8] = b"git-plan conflicts and raw bytes\n";

/// The directory of an extra commit's tree that holds raw bytes; those of stages are `1`, `2`, `3`.
const RAW: &str = "raw";

/// Captures a commit: the commit is the snapshot, its files are those that differ from its first parent.
///
/// Costs what the changed files cost; looks at neither work tree nor index and writes nothing.
///
/// # Errors
/// When the commit or its trees cannot be read.
pub fn of_commit(repo: &Repo, commit: CommitId) -> Result<Captured> {
    let info = repo.commit(commit)?;
    let parent = match info.parents.first() {
        Some(parent) => Some(repo.commit(*parent)?.tree),
        None => None,
    };
    let head = repo.head()?;
    Ok(Captured {
        snapshot: commit,
        tree: info.tree,
        head: Some(commit),
        branch: head.branch.filter(|_| head.commit == Some(commit)),
        files: diff::diff_trees(repo, parent, Some(info.tree))?,
        left_out: Vec::new(),
    })
}

/// Captures work tree and index as a commit held by the ref [`ref_name`]; objects and ref are on the disk when this returns.
///
/// Index, work tree, HEAD and its branch stay as they are. What could not be taken is in `left_out`.
///
/// # Errors
/// In a bare repository, or when something cannot be read or written.
pub fn of_worktree(repo: &Repo, label: &Label) -> Result<Captured> {
    of_worktree_with(repo, label, &[])
}

/// As [`of_worktree`], with files to hold although Git may ignore them.
///
/// # Errors
/// As [`of_worktree`].
pub fn of_worktree_with(repo: &Repo, label: &Label, also: &[RepoPath]) -> Result<Captured> {
    let branch = repo.head()?.branch;
    let present = Present::capture(repo, also)?;
    let objects = repo.objects();
    let head = present.head.map(|(commit, _)| commit);
    let base: Vec<CommitId> = head.into_iter().collect();
    let commit = |tree: TreeId, parents: &[CommitId], message: &[u8]| {
        objects.write_commit(&text(tree, parents, message, label.at))
    };
    let index = commit(present.index, &base, INDEX)?;
    let extra = match extra_tree(&objects, &present)? {
        Some(tree) => Some(commit(tree, &[], EXTRA)?),
        None => None,
    };
    let record = Record {
        label: label.clone(),
        worktree: repo.layout().worktree.clone(),
        head,
        branch,
        state: repo.operation().map(operation_word).map(str::to_owned),
        index,
        extra,
        intended: present.intended,
        left_out: present.left_out,
    };
    let parents: Vec<CommitId> = head.into_iter().chain([index]).chain(extra).collect();
    let snapshot = commit(present.tree, &parents, &record.to_message())?;
    repo.create_ref(&ref_name(snapshot), snapshot)?;
    captured(repo, snapshot, present.tree, record)
}

const fn text<'a>(
    tree: TreeId,
    parents: &'a [CommitId],
    message: &'a [u8],
    at: Timestamp,
) -> CommitText<'a> {
    CommitText {
        tree,
        parents,
        message,
        at,
        author: AUTHOR,
    }
}

/// Writes a commit that holds many others at once, the same for the same ones and time: for
/// `what`, [`CHECKPOINTS`], or [`KEEPS`] if they are such commits themselves.
///
/// # Errors
/// When it cannot be written.
pub fn write_keep(
    repo: &Repo,
    (what, held): (&str, &[CommitId]),
    at: Timestamp,
) -> Result<CommitId> {
    let objects = repo.objects();
    objects.write_commit(&CommitText {
        tree: objects.write_tree(&[])?,
        parents: held,
        message: format!("{what}\n").as_bytes(),
        at,
        author: AUTHOR,
    })
}

/// Returns the checkpoints that a commit of [`write_keep`] holds.
///
/// # Errors
/// When it cannot be read.
pub fn held_by(repo: &Repo, keep: CommitId) -> Result<Vec<CommitId>> {
    let info = repo.commit(keep)?;
    if info.message.trim_ascii_end() != KEEPS.as_bytes() {
        return Ok(info.parents);
    }
    let mut held = Vec::new();
    for keep in info.parents {
        held.extend(repo.commit(keep)?.parents);
    }
    Ok(held)
}

/// Writes the commit that seals an archived plan: a tree of its files, after its last checkpoint.
///
/// # Errors
/// When it cannot be written.
pub fn write_seal(
    repo: &Repo,
    (tree, last): (TreeId, CommitId),
    message: &[u8],
    at: Timestamp,
) -> Result<CommitId> {
    repo.objects().write_commit(&CommitText {
        tree,
        parents: &[last],
        message,
        at,
        author: AUTHOR,
    })
}

/// Writes a tree of regular files.
///
/// # Errors
/// When it cannot be written.
pub fn write_files(objects: &Objects, files: &[(RepoPath, Oid)]) -> Result<TreeId> {
    let mode = Mode::File;
    let entries = files.iter().map(|(path, oid)| {
        let entry = Entry { mode, oid: *oid };
        (path.clone(), Some(entry))
    });
    graft(objects, None, &entries.collect())
}

/// Returns the name of the ref that keeps a snapshot alive.
pub fn ref_name(snapshot: CommitId) -> String {
    format!("refs/plan/checkpoints/{snapshot}")
}

/// Reads the label of a work-tree checkpoint back; `None` when the commit is not one.
///
/// # Errors
/// When the commit cannot be read.
pub fn label_of(repo: &Repo, snapshot: CommitId) -> Result<Option<Label>> {
    Ok(record_of(repo, snapshot)?.map(|(record, _)| record.label))
}

/// Returns the work tree that a work-tree checkpoint was taken in; `None` when the commit is not one.
///
/// # Errors
/// When the commit cannot be read.
pub fn worktree_of(repo: &Repo, snapshot: CommitId) -> Result<Option<WorktreeName>> {
    Ok(record_of(repo, snapshot)?.map(|(record, _)| record.worktree))
}

/// Makes again what [`of_worktree`] returned, from the commit alone; `None` when the commit is not a work-tree checkpoint.
///
/// # Errors
/// When the commit or its trees cannot be read.
pub fn recapture(repo: &Repo, snapshot: CommitId) -> Result<Option<(Label, Captured)>> {
    let Some((record, tree)) = record_of(repo, snapshot)? else {
        return Ok(None);
    };
    let label = record.label.clone();
    Ok(Some((label, captured(repo, snapshot, tree, record)?)))
}

/// Writes a work-tree checkpoint anew whose parents somebody has rewritten, so that it names them
/// by their present ids; `None` when the commit is not one.
///
/// # Errors
/// When a commit cannot be read or written.
pub fn relabel(repo: &Repo, rewritten: CommitId) -> Result<Option<CommitId>> {
    let info = repo.commit(rewritten)?;
    let Some(mut record) = Record::from_message(&info.message, info.committed_at) else {
        return Ok(None);
    };
    let objects = repo.objects();
    let (mut head, mut index) = (None, None);
    record.extra = None;
    for parent in info.parents {
        match repo.commit(parent)?.message.as_slice() {
            INDEX => index = Some(parent),
            EXTRA => record.extra = Some(parent),
            _ => head = Some(parent),
        }
    }
    record.head = head;
    let (tree, base): (_, Vec<CommitId>) = (info.tree, head.into_iter().collect());
    record.index = match (index, head) {
        (Some(index), _) => index,
        // It was dropped as one that changes nothing.
        (None, Some(head)) => objects.write_commit(&text(
            repo.commit(head)?.tree,
            &base,
            INDEX,
            record.label.at,
        ))?,
        (None, None) => return Ok(None),
    };
    let parents: Vec<CommitId> = head
        .into_iter()
        .chain([record.index])
        .chain(record.extra)
        .collect();
    objects
        .write_commit(&text(tree, &parents, &record.to_message(), record.label.at))
        .map(Some)
}

fn captured(repo: &Repo, snapshot: CommitId, tree: TreeId, record: Record) -> Result<Captured> {
    let base = match record.head {
        Some(head) => Some(repo.commit(head)?.tree),
        None => None,
    };
    Ok(Captured {
        snapshot,
        tree,
        head: record.head,
        branch: record.branch,
        files: diff::diff_trees(repo, base, Some(tree))?,
        left_out: record.left_out,
    })
}

/// Reads what a checkpoint commit says of itself, if its parents bear it out.
pub(super) fn record_of(repo: &Repo, snapshot: CommitId) -> Result<Option<(Record, TreeId)>> {
    let info = repo.commit(snapshot)?;
    let record = Record::from_message(&info.message, info.committed_at).filter(|record| {
        let named = record
            .head
            .into_iter()
            .chain([record.index])
            .chain(record.extra);
        named.eq(info.parents.iter().copied())
    });
    Ok(record.map(|record| (record, info.tree)))
}

/// What trees of work tree and index cannot say, read back.
#[derive(Debug, Default)]
pub(super) struct Extra {
    pub(super) stages: Vec<(RepoPath, u8, Entry)>,
    pub(super) raw: Vec<(RepoPath, Entry)>,
}

impl Extra {
    /// Reads the tree of an extra commit.
    pub(super) fn read(repo: &Repo, objects: &Objects, commit: CommitId) -> Result<Self> {
        let mut extra = Self::default();
        let tree = repo.commit(commit)?.tree;
        objects.walk_tree(tree, &mut |path, entry| {
            let bytes = path.as_bytes();
            let slash = bytes.iter().position(|byte| *byte == b'/');
            let (kind, path) = bytes
                .split_at_checked(slash.unwrap_or(bytes.len()))
                .context("splitting a path")?;
            let path = RepoPath::new(path.get(1..).unwrap_or_default());
            match kind {
                b"1" => extra.stages.push((path, 1, entry)),
                b"2" => extra.stages.push((path, 2, entry)),
                b"3" => extra.stages.push((path, 3, entry)),
                _ if kind == RAW.as_bytes() => extra.raw.push((path, entry)),
                _ => {
                    return Err(Failure::fatal(
                        "a checkpoint holds what this version does not know",
                    )
                    .into());
                }
            }
            Ok(())
        })?;
        Ok(extra)
    }
}

fn extra_tree(objects: &Objects, present: &Present) -> Result<Option<TreeId>> {
    let mut edits = Edits::new();
    let inside = |directory: &str, path: &RepoPath| {
        RepoPath::new([directory.as_bytes(), b"/", path.as_bytes()].concat())
    };
    for (path, stages) in &present.stages {
        for (directory, entry) in ["1", "2", "3"].into_iter().zip(stages) {
            if entry.is_some() {
                edits.insert(inside(directory, path), *entry);
            }
        }
    }
    for (path, blob) in &present.raw {
        let entry = Entry {
            mode: Mode::File,
            oid: blob.0,
        };
        edits.insert(inside(RAW, path), Some(entry));
    }
    if edits.is_empty() {
        return Ok(None);
    }
    graft(objects, None, &edits).map(Some)
}

const fn operation_word(operation: Operation) -> &'static str {
    match operation {
        Operation::Rebase => "rebase",
        Operation::Apply => "am",
        Operation::Merge => "merge",
        Operation::CherryPick => "cherry-pick",
        Operation::Revert => "revert",
        Operation::Bisect => "bisect",
    }
}

#[cfg(test)]
mod tests;
