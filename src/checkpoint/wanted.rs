//! Where the disk may differ from the index, and files that may differ for all that Git tells.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use crate::git::{Changed, Disk, Repo, Staged, Status};
use crate::model::path::RepoPath;
use crate::model::tree::{Entry, Mode};

/// Adds files to hold although Git ignores them.
pub(super) fn add_ignored(repo: &Repo, status: &mut Status, also: &[RepoPath]) -> Result<()> {
    if also.is_empty() {
        return Ok(());
    }
    let also: BTreeSet<&RepoPath> = also.iter().collect();
    let ignored = repo.ignored_files()?.into_iter();
    status
        .untracked
        .extend(ignored.filter(|path| also.contains(path)));
    status.untracked.sort();
    Ok(())
}

/// Adds to what has changed the files that Git takes for equal to blobs of another size, and would
/// bring back as those: whatever made them out of these does so no more.
pub(super) fn add_unlike(status: &mut Status, unlike: Vec<(RepoPath, Entry)>) {
    if unlike.is_empty() {
        return;
    }
    let mut also = Vec::new();
    for (path, entry) in unlike {
        let found = Disk::Mode(entry.mode);
        match status.changed.binary_search_by(|it| it.path.cmp(&path)) {
            Ok(at) => {
                let staged = status.changed.get_mut(at).map(|it| &mut it.worktree);
                staged.map(|it| it.get_or_insert(found));
            }
            Err(_) => also.push(Changed {
                path,
                head: Some(entry),
                staged: None,
                worktree: Some(found),
                submodule: false,
                intent_to_add: false,
            }),
        }
    }
    status.changed.extend(also);
    status
        .changed
        .sort_by(|one, other| one.path.cmp(&other.path));
}

/// Files whose change is staged and which Git takes for equal on the disk: their bytes may still differ.
pub(super) fn staged_only(status: &Status) -> Vec<(RepoPath, Entry)> {
    let files = status
        .changed
        .iter()
        .filter_map(|changed| match changed.staged? {
            Staged::Entry(entry) if changed.worktree.is_none() => {
                entry.file_blob().map(|_| (changed.path.clone(), entry))
            }
            _ => None,
        });
    files.collect()
}

/// Leaves the files that are as in HEAD and in the index, for all that Git can tell.
pub(super) fn unchanged(status: &Status, files: Vec<(RepoPath, Entry)>) -> Vec<(RepoPath, Entry)> {
    let changed = status.changed.iter().map(|changed| &changed.path);
    let unmerged = status.unmerged.iter().map(|unmerged| &unmerged.path);
    let changed: BTreeSet<&RepoPath> = changed.chain(unmerged).collect();
    let files = files.into_iter();
    files.filter(|(path, _)| !changed.contains(path)).collect()
}

/// A repository in the place of a tracked path.
pub(super) enum Repository {
    /// The index has a link to it, which stands for it.
    Linked,
    /// The index has a file there.
    Nested,
}

/// Tells what stands for what is on the disk where that is no file: of a submodule it may be.
pub(super) fn repository_at(changed: &Changed) -> Option<Repository> {
    let disk = changed.worktree.filter(|_| changed.submodule)?;
    let indexed = match changed.staged {
        Some(Staged::Entry(entry)) => Some(entry),
        Some(Staged::Deleted) => None,
        None => changed.head,
    };
    let is_linked = indexed.is_some_and(|entry| entry.mode == Mode::Gitlink);
    match disk {
        Disk::Mode(Mode::Gitlink) | Disk::Deleted if is_linked => Some(Repository::Linked),
        Disk::Mode(Mode::Gitlink) => Some(Repository::Nested),
        Disk::Mode(_) | Disk::Deleted => None,
    }
}

/// A path at which the disk may differ from the index.
pub(super) struct Wanted {
    pub(super) path: RepoPath,
    /// What Git takes the file for; `None` to go by the disk.
    pub(super) mode: Option<Mode>,
    pub(super) tracked: bool,
}

pub(super) fn wanted(status: &Status) -> Vec<Wanted> {
    let on_disk = |path: &RepoPath, disk: Disk| Wanted {
        path: path.clone(),
        mode: match disk {
            Disk::Mode(mode) => Some(mode),
            Disk::Deleted => None,
        },
        tracked: true,
    };
    let changed = status
        .changed
        .iter()
        .filter(|changed| repository_at(changed).is_none())
        .filter_map(|changed| Some(on_disk(&changed.path, changed.worktree?)));
    let unmerged = status
        .unmerged
        .iter()
        .filter(|unmerged| !unmerged.submodule)
        .map(|unmerged| on_disk(&unmerged.path, unmerged.worktree));
    let untracked = status.untracked.iter().map(|path| Wanted {
        path: path.clone(),
        mode: None,
        tracked: false,
    });
    // A path removed from the index and still there is in two lists; what is on the disk counts.
    let all: BTreeMap<RepoPath, Wanted> = changed
        .chain(unmerged)
        .chain(untracked)
        .map(|wanted| (wanted.path.clone(), wanted))
        .collect();
    all.into_values().collect()
}
