//! How work tree and index differ from HEAD, from a look of our own where nothing is unusual.

use std::collections::BTreeMap;

use anyhow::Result;

use super::repo::Repo;
use super::status::{Changed, Staged, Status};
use crate::model::id::TreeId;
use crate::model::path::RepoPath;
use crate::model::tree::{Entry, Overlay};

impl Repo {
    /// As [`Repo::status`], in about two thirds of the time, but nothing is converted: a file whose bytes
    /// are not those in the index may be called changed where Git would store what is there.
    ///
    /// # Errors
    /// As [`Repo::status`].
    pub fn changes(&self) -> Result<Status> {
        let head = self.head()?.commit;
        let base = self.tree_of(head)?;
        let Some(differences) = self.apparent_differences()? else {
            return self.status();
        };
        let staged = self.index_overlay(&self.own_index(), differences.tree, base)?;
        let mut changed: BTreeMap<RepoPath, Changed> = BTreeMap::new();
        for (path, over) in staged {
            let staged = match over {
                Overlay::Object(entry) => Staged::Entry(entry),
                _ => Staged::Deleted,
            };
            let row = self.unchanged(base, &path)?;
            let staged = Some(staged);
            changed.insert(path, Changed { staged, ..row });
        }
        for (path, disk) in differences.changed {
            let row = match changed.remove(&path) {
                Some(row) => row,
                None => self.unchanged(base, &path)?,
            };
            let worktree = Some(disk);
            changed.insert(path, Changed { worktree, ..row });
        }
        Ok(Status {
            head,
            changed: changed.into_values().collect(),
            unmerged: Vec::new(),
            untracked: differences.untracked,
            nested: differences.nested,
        })
    }

    fn unchanged(&self, base: Option<TreeId>, path: &RepoPath) -> Result<Changed> {
        let head: Option<Entry> = match base {
            Some(tree) => self.shared_objects().entry_at(tree, path)?,
            None => None,
        };
        Ok(Changed {
            path: path.clone(),
            head,
            staged: None,
            worktree: None,
            submodule: false,
            intent_to_add: false,
        })
    }
}
