//! Walking two trees side by side, past everything that is equal.

use std::cmp::Ordering;

use anyhow::{Result, bail};

use super::objects::Objects;
use super::raw_tree::sort_key;
use crate::model::id::TreeId;
use crate::model::path::RepoPath;
use crate::model::tree::{Entry, Mode, TreeChange};

/// How many directories may lie inside each other: Git's own default (`core.maxTreeDepth`).
const DEPTH_LIMIT: usize = 2048;

impl Objects {
    /// Lists every path that differs, files only, sorted by path; `None` is the empty tree.
    ///
    /// # Errors
    /// When a tree that differs cannot be read, or lies more than 2,048 directories deep.
    pub fn diff_trees(&self, old: Option<TreeId>, new: Option<TreeId>) -> Result<Vec<TreeChange>> {
        let mut changes = Vec::new();
        self.walk_changes(old, new, &mut |change| {
            changes.push(change);
            Ok(())
        })?;
        Ok(changes)
    }

    /// Visits every entry below `tree` that is no tree itself, sorted by path.
    ///
    /// # Errors
    /// As [`Objects::diff_trees`], and whatever `visit` returns.
    pub fn walk_tree(
        &self,
        tree: TreeId,
        visit: &mut dyn FnMut(RepoPath, Entry) -> Result<()>,
    ) -> Result<()> {
        self.walk_changes(None, Some(tree), &mut |change| match change.new {
            Some(entry) => visit(change.path, entry),
            None => Ok(()),
        })
    }

    /// Keeps a stack of its own, so that no tree can exhaust the thread's.
    fn walk_changes(
        &self,
        old: Option<TreeId>,
        new: Option<TreeId>,
        visit: &mut dyn FnMut(TreeChange) -> Result<()>,
    ) -> Result<()> {
        let mut waiting = self.differing(b"", old, new)?;
        while let Some(Pair { path, old, new }) = waiting.pop() {
            let subtree = |entry: Option<Entry>| {
                entry
                    .filter(|entry| entry.mode == Mode::Tree)
                    .map(|entry| TreeId(entry.oid))
            };
            match (subtree(old), subtree(new)) {
                (None, None) => visit(TreeChange {
                    path: RepoPath::new(path),
                    old,
                    new,
                })?,
                (old, new) => {
                    let inside = [&path[..], b"/"].concat();
                    waiting.extend(self.differing(&inside, old, new)?);
                }
            }
        }
        Ok(())
    }

    /// Returns what differs directly inside one directory, last name first. A file and a tree of
    /// one name are two pairs, as they are two places in Git's order.
    fn differing(
        &self,
        inside: &[u8],
        old: Option<TreeId>,
        new: Option<TreeId>,
    ) -> Result<Vec<Pair>> {
        if old == new {
            return Ok(Vec::new());
        }
        if inside.iter().filter(|byte| **byte == b'/').count() > DEPTH_LIMIT {
            bail!("a tree is more than {DEPTH_LIMIT} directories deep");
        }
        let entries = |tree: Option<TreeId>| tree.map_or(Ok(Vec::new()), |tree| self.tree(tree));
        let mut old = entries(old)?.into_iter().peekable();
        let mut new = entries(new)?.into_iter().peekable();
        let mut pairs = Vec::new();
        loop {
            let order = match (old.peek(), new.peek()) {
                (None, None) => break,
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(old), Some(new)) => sort_key(old).cmp(sort_key(new)),
            };
            let old = if order.is_le() { old.next() } else { None };
            let new = if order.is_ge() { new.next() } else { None };
            let name = old
                .as_ref()
                .or(new.as_ref())
                .map(|(name, _)| name.as_slice());
            let path = [inside, name.unwrap_or_default()].concat();
            let (old, new) = (old.map(|(_, entry)| entry), new.map(|(_, entry)| entry));
            if old != new {
                pairs.push(Pair { path, old, new });
            }
        }
        pairs.reverse();
        Ok(pairs)
    }
}

/// One place that differs, tree or not.
struct Pair {
    path: Vec<u8>,
    old: Option<Entry>,
    new: Option<Entry>,
}
