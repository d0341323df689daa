//! Which files a scan has to look at: all of them, or those that differ from a remembered tree.

use std::collections::BTreeMap;

use anyhow::Result;

use super::agenda::{Agenda, Reaches};
use super::content::Content;
use super::deadline::Deadline;
use super::ledger::Ledger;
use crate::git::Objects;
use crate::model::id::{BlobId, TreeId};
use crate::model::path::RepoPath;
use crate::model::tree::TreeChange;

/// What the memo holds of one spec.
pub(super) struct Past {
    pub tree: TreeId,
    pub ledger: Ledger,
}

/// One file to look at.
pub(super) struct Visit {
    pub path: RepoPath,
    pub content: Content,
    /// For whom.
    pub specs: Vec<usize>,
    pub reaches: Reaches,
    pub layer: Layer,
}

/// Which of the two trees of a snapshot a file belongs to; only the first is remembered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layer {
    Base,
    Overlay,
}

/// What differs from remembered trees, each with its changes; `None` where that tree is gone.
type Diffs = Vec<(TreeId, Option<Vec<TreeChange>>)>;

/// What has to be looked at, given what is remembered.
pub(super) struct Plan<'a> {
    agenda: &'a Agenda,
    objects: &'a Objects,
    deadline: Deadline,
    /// All to the one base tree.
    diffs: Diffs,
    pub visits: Vec<Visit>,
    /// One a spec: what is known before any look.
    pub ledgers: Vec<Ledger>,
    /// One a spec: whether what the memo holds will be out of date.
    pub moved: Vec<bool>,
}

impl<'a> Plan<'a> {
    pub(super) fn new(agenda: &'a Agenda, objects: &'a Objects, deadline: Deadline) -> Self {
        Self {
            agenda,
            objects,
            deadline,
            diffs: Diffs::new(),
            visits: Vec::new(),
            ledgers: Vec::new(),
            moved: vec![true; agenda.specs.len()],
        }
    }

    /// An unborn branch has no tree.
    pub(super) fn nothing(&mut self) {
        self.ledgers = self
            .agenda
            .specs
            .iter()
            .map(|rules| Ledger::new(rules.len()))
            .collect();
    }

    /// How many paths of the base tree differ from a remembered one; `None` when that is gone.
    pub(super) fn distance(&mut self, old: TreeId, base: TreeId) -> Option<usize> {
        let mut diffs = std::mem::take(&mut self.diffs);
        let distance = self.changes(&mut diffs, old, base).map(<[_]>::len);
        self.diffs = diffs;
        distance
    }

    /// Plans the base tree: changed paths where a tree is remembered, else every path.
    pub(super) fn base(&mut self, base: TreeId, pasts: Vec<Option<Past>>) -> Result<()> {
        let mut fresh = Vec::new();
        let mut wanted: BTreeMap<RepoPath, (BlobId, Vec<usize>)> = BTreeMap::new();
        let mut diffs = std::mem::take(&mut self.diffs);
        for (spec, past) in pasts.into_iter().enumerate() {
            let changes = past
                .as_ref()
                .and_then(|past| self.changes(&mut diffs, past.tree, base));
            let (Some(past), Some(changes)) = (past, changes) else {
                fresh.push(spec);
                let rules = self.agenda.specs.get(spec).map_or(0, Vec::len);
                self.ledgers.push(Ledger::new(rules));
                continue;
            };
            self.ledgers.push(past.ledger);
            let again = self.provisional(spec, base, changes)?;
            if let Some(moved) = self.moved.get_mut(spec) {
                *moved = past.tree != base || !again.is_empty();
            }
            for change in changes.iter().chain(&again) {
                self.leave(spec, change);
                if let Some(blob) = change.new.and_then(|entry| entry.file_blob()) {
                    wanted
                        .entry(change.path.clone())
                        .or_insert((blob, Vec::new()))
                        .1
                        .push(spec);
                }
            }
        }
        if !fresh.is_empty() {
            self.objects.walk_tree(base, &mut |path, entry| {
                self.deadline.check()?;
                let Some(blob) = entry.file_blob() else {
                    return Ok(());
                };
                let specs = match wanted.remove(&path) {
                    Some((_, specs)) => [specs, fresh.clone()].concat(),
                    None => fresh.clone(),
                };
                self.visit(path, Content::Blob(blob), &specs, Layer::Base);
                Ok(())
            })?;
        }
        for (path, (blob, specs)) in wanted {
            self.visit(path, Content::Blob(blob), &specs, Layer::Base);
        }
        Ok(())
    }

    /// The paths that differ from a remembered tree; `None` when that tree is gone.
    fn changes<'d>(
        &self,
        diffs: &'d mut Diffs,
        old: TreeId,
        new: TreeId,
    ) -> Option<&'d [TreeChange]> {
        let known = diffs.iter().position(|(tree, _)| *tree == old);
        let at = known.unwrap_or_else(|| {
            let changes = if old == new {
                Some(Vec::new())
            } else {
                self.objects.diff_trees(Some(old), Some(new)).ok()
            };
            diffs.push((old, changes));
            diffs.len() - 1
        });
        diffs.get(at)?.1.as_deref()
    }

    /// Unchanged paths whose note may be out of date, as changes to themselves.
    fn provisional(
        &self,
        spec: usize,
        base: TreeId,
        changes: &[TreeChange],
    ) -> Result<Vec<TreeChange>> {
        let notes = self
            .ledgers
            .get(spec)
            .into_iter()
            .flat_map(|ledger| &ledger.notes);
        let mut again = Vec::new();
        for (path, _) in notes.filter(|(_, note)| note.is_provisional()) {
            if changes
                .binary_search_by(|change| change.path.cmp(path))
                .is_err()
            {
                let entry = self.objects.entry_at(base, path)?;
                again.push(TreeChange {
                    path: path.clone(),
                    old: entry,
                    new: entry,
                });
            }
        }
        Ok(again)
    }

    fn leave(&mut self, spec: usize, change: &TreeChange) {
        let was_file = change.old.is_some_and(|entry| entry.file_blob().is_some());
        if let (true, Some(ledger), Some(rules)) = (
            was_file,
            self.ledgers.get_mut(spec),
            self.agenda.specs.get(spec),
        ) {
            ledger.leave(rules, &change.path, &self.agenda.reaches(&change.path));
        }
    }

    pub(super) fn visit(
        &mut self,
        path: RepoPath,
        content: Content,
        specs: &[usize],
        layer: Layer,
    ) {
        let reaches = self.agenda.reaches(&path);
        if reaches.nowhere() {
            return;
        }
        let judges = |spec: &usize| self.agenda.may_judge(*spec, &path, &reaches);
        let specs: Vec<_> = specs.iter().copied().filter(judges).collect();
        if !specs.is_empty() {
            self.visits.push(Visit {
                path,
                content,
                specs,
                reaches,
                layer,
            });
        }
    }
}
