//! Writing a tree that differs from another at some paths; only directories on the way to them are read.

use std::collections::BTreeMap;

use anyhow::Result;

use crate::git::Objects;
use crate::model::id::TreeId;
use crate::model::path::RepoPath;
use crate::model::tree::{Entry, Mode};

/// What is to lie at some paths: an entry, or nothing.
pub(super) type Edits = BTreeMap<RepoPath, Option<Entry>>;

/// Writes `base` with `edits` applied and returns the new tree.
///
/// A file takes the place of a directory and the other way round; removing a path at which a
/// directory lies does nothing; directories that become empty go away.
pub(super) fn graft(objects: &Objects, base: Option<TreeId>, edits: &Edits) -> Result<TreeId> {
    let mut root = Node::default();
    for (path, entry) in edits {
        root.insert(path.as_bytes(), *entry);
    }
    match (base, write(objects, base, &root)?) {
        (_, Some(tree)) => Ok(tree),
        (_, None) => objects.write_tree(&[]),
    }
}

/// The edits at and below one path.
#[derive(Default)]
struct Node<'a> {
    /// What is to lie here: `None` says nothing, `Some(None)` says no file.
    own: Option<Option<Entry>>,
    below: BTreeMap<&'a [u8], Self>,
}

impl<'a> Node<'a> {
    fn insert(&mut self, path: &'a [u8], entry: Option<Entry>) {
        let mut node = self;
        for name in path.split(|byte| *byte == b'/') {
            node = node.below.entry(name).or_default();
        }
        node.own = Some(entry);
    }

    /// Whether something is to lie below, so that this must be a directory.
    fn fills(&self) -> bool {
        self.below
            .values()
            .any(|node| matches!(node.own, Some(Some(_))) || node.fills())
    }

    /// What lies here once the edits are applied to `existing`.
    fn apply(&self, objects: &Objects, existing: Option<Entry>) -> Result<Option<Entry>> {
        let directory = existing.filter(|entry| entry.mode == Mode::Tree);
        if directory.is_some() && !matches!(self.own, Some(Some(_))) || self.fills() {
            let base = directory.map(|entry| TreeId(entry.oid));
            let tree = write(objects, base, self)?;
            return Ok(tree.map(|TreeId(oid)| Entry {
                mode: Mode::Tree,
                oid,
            }));
        }
        Ok(self.own.unwrap_or(existing))
    }
}

/// Writes one directory; `None` when nothing is left in it.
fn write(objects: &Objects, base: Option<TreeId>, node: &Node<'_>) -> Result<Option<TreeId>> {
    let before: BTreeMap<Vec<u8>, Entry> = match base {
        Some(tree) => objects.tree(tree)?.into_iter().collect(),
        None => BTreeMap::new(),
    };
    let mut after = before.clone();
    for (name, child) in &node.below {
        match child.apply(objects, before.get(*name).copied())? {
            Some(entry) => after.insert(name.to_vec(), entry),
            None => after.remove(*name),
        };
    }
    if after.is_empty() {
        return Ok(None);
    }
    if let (Some(tree), true) = (base, before == after) {
        return Ok(Some(tree));
    }
    let entries: Vec<(Vec<u8>, Entry)> = after.into_iter().collect();
    objects.write_tree(&entries).map(Some)
}

#[cfg(test)]
mod tests;
