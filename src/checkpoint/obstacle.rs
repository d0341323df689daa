//! What stands where a rewind would write and is held by no checkpoint: writing there would lose it.

use std::collections::BTreeSet;

use anyhow::Result;

use super::disk::{Found, WorkTree};
use super::present::Present;
use crate::git::{Objects, Repo};
use crate::model::id::TreeId;
use crate::model::path::RepoPath;
use crate::model::tree::{Mode, TreeChange};

/// Obstacles listed at most; one is enough to stop.
const LIMIT: usize = 1_000;

/// The work tree that a rewind would write to.
pub(super) struct Ground<'a> {
    disk: WorkTree<'a>,
    objects: &'a Objects,
    present: TreeId,
    left_out: BTreeSet<&'a RepoPath>,
}

impl<'a> Ground<'a> {
    pub(super) fn new(repo: &'a Repo, objects: &'a Objects, present: &'a Present) -> Result<Self> {
        Ok(Self {
            disk: WorkTree::new(repo.top()?),
            objects,
            present: present.tree,
            left_out: present.left_out.iter().map(|left| &left.path).collect(),
        })
    }

    /// Returns what `changes` of the present tree would overwrite or remove without a copy, sorted.
    pub(super) fn obstacles(&self, changes: &[TreeChange]) -> Result<Vec<RepoPath>> {
        let mut found = BTreeSet::new();
        for change in changes {
            if found.len() >= LIMIT {
                break;
            }
            let link = |entry: &crate::model::tree::Entry| entry.mode == Mode::Gitlink;
            match (change.old, change.new) {
                // The disk has something else there than the present tree.
                (Some(old), _) if self.left_out.contains(&change.path) && !link(&old) => {
                    found.insert(change.path.clone());
                }
                (None, Some(new)) => self.in_the_way(&change.path, new.mode, &mut found)?,
                // A file in the place of a submodule, whose directory cannot go.
                (Some(old), Some(new)) if link(&old) && !link(&new) => {
                    self.in_the_way(&change.path, new.mode, &mut found)?;
                }
                _ => {}
            }
        }
        Ok(found.into_iter().collect())
    }

    /// Looks at the way to a path that is to be written, and at the path itself.
    fn in_the_way(
        &self,
        path: &RepoPath,
        mode: Mode,
        found: &mut BTreeSet<RepoPath>,
    ) -> Result<()> {
        let bytes = path.as_bytes();
        let slashes = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'/');
        for directory in slashes.filter_map(|(end, _)| bytes.get(..end)) {
            let directory = RepoPath::new(directory);
            match self.disk.look(&directory)? {
                Found::Nothing => return Ok(()),
                Found::Directory if self.disk.is_repository(&directory) => {
                    found.insert(directory);
                    return Ok(());
                }
                Found::Directory => {}
                Found::File(_) | Found::Link(_) | Found::Special => {
                    self.note(directory, found)?;
                    return Ok(());
                }
            }
        }
        match self.disk.look(path)? {
            Found::Nothing => Ok(()),
            Found::Directory if mode == Mode::Gitlink => Ok(()),
            Found::Directory => self.inside(path, found),
            Found::File(_) | Found::Link(_) | Found::Special => self.note(path.clone(), found),
        }
    }

    /// A directory that has to go takes with it whatever is inside.
    fn inside(&self, directory: &RepoPath, found: &mut BTreeSet<RepoPath>) -> Result<()> {
        let mut waiting = vec![directory.clone()];
        while let Some(directory) = waiting.pop() {
            if found.len() >= LIMIT {
                break;
            }
            if self.disk.is_repository(&directory) {
                found.insert(directory);
                continue;
            }
            for child in self.disk.children(&directory)? {
                match self.disk.look(&child)? {
                    Found::Nothing => {}
                    Found::Directory => waiting.push(child),
                    Found::File(_) | Found::Link(_) | Found::Special => self.note(child, found)?,
                }
            }
        }
        Ok(())
    }

    /// Adds a path unless the present tree holds what is there.
    fn note(&self, path: RepoPath, found: &mut BTreeSet<RepoPath>) -> Result<()> {
        let entry = self.objects.entry_at(self.present, &path)?;
        let held = entry.is_some_and(|entry| !matches!(entry.mode, Mode::Tree | Mode::Gitlink));
        if !held || self.left_out.contains(&path) {
            found.insert(path);
        }
        Ok(())
    }
}
