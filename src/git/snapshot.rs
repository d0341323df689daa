//! The state a verification judges: a base tree and what lies over it.

use std::collections::BTreeMap;
use std::fs::symlink_metadata;
use std::path::Path;
use std::thread;

use anyhow::{Context as _, Result};

use super::index_tree::read_noted_tree;
use super::objects::{Kind, parse_oid};
use super::raw_diff;
use super::repo::{Repo, no_work_tree};
use super::status::{Changed, Disk, Staged, entry};
use super::worktree_file::on_disk;
use crate::model::id::{CommitId, TreeId};
use crate::model::path::RepoPath;
use crate::model::tree::{Mode, Overlay, Snapshot, TreeSource};

impl Repo {
    /// Takes the state that `source` names.
    ///
    /// For the work tree no filter is started, and the index of a commit being made does not count.
    /// The index is what the commit being made would hold (a hook's `GIT_INDEX_FILE` counts; of a
    /// conflict, our side; nothing for a mere intent to add).
    ///
    /// # Errors
    /// A [`crate::error::Failure`] for a bad revision or a missing work tree.
    pub fn snapshot(&self, source: &TreeSource) -> Result<Snapshot> {
        match source {
            TreeSource::Worktree => self.worktree_snapshot(),
            TreeSource::Staged => self.index_snapshot(),
            TreeSource::Revision(revision) => {
                let (commit, tree) = self.resolve_tree(revision)?;
                Ok(Snapshot {
                    commit,
                    base: Some(tree),
                    overlay: Vec::new(),
                })
            }
        }
    }

    /// Takes the state a commit records.
    ///
    /// # Errors
    /// When the commit cannot be read.
    pub fn snapshot_of(&self, commit: CommitId) -> Result<Snapshot> {
        Ok(Snapshot {
            commit: Some(commit),
            base: Some(self.commit(commit)?.tree),
            overlay: Vec::new(),
        })
    }

    /// Starts reading the index, for somebody who will ask for the staged snapshot after doing
    /// other things.
    pub fn expect_index(&self) {
        let index = self.layout.index.clone();
        let reading = thread::Builder::new().spawn(move || read_noted_tree(&index));
        if let Ok(mut coming) = self.coming_index.lock() {
            *coming = reading.ok();
        }
    }

    fn worktree_snapshot(&self) -> Result<Snapshot> {
        let top = self.layout().top.as_deref().ok_or_else(|| {
            no_work_tree().hint("'git plan verify --at REV' judges a commit without one")
        })?;
        let commit = self.head()?.commit;
        let base = self.tree_of(commit)?;
        let Some(differences) = self.differences()? else {
            return self.snapshot_by_status(top);
        };
        let staged = self.index_overlay(&self.own_index(), differences.tree, base)?;
        let mut overlay: BTreeMap<_, _> = staged.into_iter().collect();
        for (path, disk) in differences.changed {
            overlay.insert(path, over_disk(disk));
        }
        for path in differences.nested {
            overlay.insert(path, Overlay::Other);
        }
        lay_untracked(&mut overlay, differences.untracked, top)?;
        Ok(Snapshot {
            commit,
            base,
            overlay: overlay.into_iter().collect(),
        })
    }

    /// The work tree as one `git status` sees it, which reads the index once.
    pub(super) fn snapshot_by_status(&self, top: &Path) -> Result<Snapshot> {
        let status = self.status_without_filters()?;
        let mut overlay: BTreeMap<RepoPath, Overlay> = BTreeMap::new();
        for changed in &status.changed {
            overlay.insert(changed.path.clone(), over_changed(changed));
        }
        for unmerged in &status.unmerged {
            overlay.insert(unmerged.path.clone(), over_disk(unmerged.worktree));
        }
        for path in &status.nested {
            overlay.insert(path.clone(), Overlay::Other);
        }
        lay_untracked(&mut overlay, status.untracked, top)?;
        Ok(Snapshot {
            base: self.tree_of(status.head)?,
            commit: status.head,
            overlay: overlay.into_iter().collect(),
        })
    }

    /// What the index of a commit being made lays over HEAD.
    fn index_snapshot(&self) -> Result<Snapshot> {
        let index = &self.layout.index;
        let commit = self.head()?.commit;
        let base = self.tree_of(commit)?;
        Ok(Snapshot {
            commit,
            base,
            overlay: self.index_overlay(index, self.noted_tree(), base)?,
        })
    }

    fn noted_tree(&self) -> Option<TreeId> {
        let coming = self.coming_index.lock().ok().and_then(|mut it| it.take());
        match coming {
            Some(coming) => coming.join().ok()?,
            None => read_noted_tree(&self.layout.index),
        }
    }

    /// What an index lays over `base`: of a conflict, our side; nothing for a mere intent to add.
    /// It takes no child where the index notes its tree.
    pub(super) fn index_overlay(
        &self,
        index: &Path,
        noted: Option<TreeId>,
        base: Option<TreeId>,
    ) -> Result<Vec<(RepoPath, Overlay)>> {
        let (Some(noted), Some(base)) = (noted, base) else {
            return self.asked_overlay(index, base);
        };
        if noted == base {
            return Ok(Vec::new());
        }
        let objects = self.shared_objects();
        let Ok(changes) = objects.diff_trees(Some(base), Some(noted)) else {
            // Nobody need have written the tree that is noted.
            drop(objects);
            return self.asked_overlay(index, Some(base));
        };
        let over = changes.into_iter().map(|change| {
            let overlay = change.new.map_or(Overlay::Absent, Overlay::Object);
            (change.path, overlay)
        });
        Ok(over.collect())
    }

    fn asked_overlay(
        &self,
        index: &Path,
        base: Option<TreeId>,
    ) -> Result<Vec<(RepoPath, Overlay)>> {
        let against = match base {
            Some(tree) => tree.to_string(),
            None => self.empty_tree()?.to_string(),
        };
        let mut words = vec!["diff-index", "--cached", "--raw", "-z", "--no-renames"];
        words.extend(["--ita-invisible-in-index", &against, "--"]);
        let printed = self.git.call(&words).index(index).output()?;
        let rows = raw_diff::rows(&printed).context("reading what git diff-index printed")?;
        let has_conflict = rows.iter().any(|row| row.is_unmerged);
        let mut overlay = BTreeMap::new();
        for row in rows.into_iter().filter(|row| !row.is_unmerged) {
            let staged = entry(row.mode, row.id)?.map_or(Overlay::Absent, Overlay::Object);
            overlay.insert(row.path, staged);
        }
        if has_conflict {
            overlay.extend(self.our_side(index)?);
        }
        Ok(overlay.into_iter().collect())
    }

    /// Returns, for every path in conflict, what our side has.
    fn our_side(&self, index: &Path) -> Result<BTreeMap<RepoPath, Overlay>> {
        let words = ["ls-files", "--unmerged", "-z", "--full-name"];
        let printed = self.git.call(&words).index(index).output()?;
        let mut sides = BTreeMap::new();
        for row in printed
            .split(|byte| *byte == 0)
            .filter(|row| !row.is_empty())
        {
            let tab = row.iter().position(|byte| *byte == b'\t');
            let (facts, path) = row.split_at(tab.context("git ls-files printed no path")?);
            let side: &mut Overlay = sides
                .entry(RepoPath::new(&path[1..]))
                .or_insert(Overlay::Absent);
            let facts: Vec<&[u8]> = facts.split(|byte| *byte == b' ').collect();
            if let [mode, oid, b"2"] = facts.as_slice() {
                *side = entry(mode, oid)?.map_or(Overlay::Absent, Overlay::Object);
            }
        }
        Ok(sides)
    }

    pub(super) fn tree_of(&self, commit: Option<CommitId>) -> Result<Option<TreeId>> {
        commit.map(|id| Ok(self.commit(id)?.tree)).transpose()
    }

    fn empty_tree(&self) -> Result<TreeId> {
        let words = ["hash-object", "-t", Kind::Tree.word(), "--stdin"];
        parse_oid(&self.git.call(&words).output()?).map(TreeId)
    }
}

/// Lays files and links that are not tracked over everything else.
fn lay_untracked(
    overlay: &mut BTreeMap<RepoPath, Overlay>,
    untracked: Vec<RepoPath>,
    top: &Path,
) -> Result<()> {
    for path in untracked {
        // Git lists files and links alike; one that is gone by now is no part of the state.
        if let Ok(metadata) = symlink_metadata(on_disk(top, &path)?) {
            let over = match metadata.is_file() {
                true => Overlay::OnDisk,
                false => Overlay::Other,
            };
            overlay.insert(path, over);
        }
    }
    Ok(())
}

/// What the index holds and the disk agrees with is an object already, also where a sparse
/// checkout keeps it off the disk.
fn over_changed(changed: &Changed) -> Overlay {
    match (changed.worktree, changed.staged) {
        (Some(disk), _) => over_disk(disk),
        (None, Some(Staged::Entry(entry))) if is_regular(entry.mode) => Overlay::Object(entry),
        (None, Some(Staged::Entry(_)) | None) => Overlay::Other,
        (None, Some(Staged::Deleted)) => Overlay::Absent,
    }
}

fn over_disk(disk: Disk) -> Overlay {
    match disk {
        Disk::Deleted => Overlay::Absent,
        Disk::Mode(mode) if is_regular(mode) => Overlay::OnDisk,
        Disk::Mode(_) => Overlay::Other,
    }
}

const fn is_regular(mode: Mode) -> bool {
    matches!(mode, Mode::File | Mode::Executable)
}
