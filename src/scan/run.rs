//! A scan: which files have to be looked at, the looks, and what they come to for each spec.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use anyhow::{Context as _, Result};

use super::agenda::{Agenda, Patterns, Reaches};
use super::content::{Content, on_each};
use super::deadline::Deadline;
use super::ledger::{Ledger, Seen};
use super::look::{Filter, Look, Viewer};
use super::{ENGINE_VERSION, Scanner, memory};
use crate::git::Objects;
use crate::model::hit::Findings;
use crate::model::id::{BlobId, SpecHash, TreeId};
use crate::model::path::RepoPath;
use crate::model::spec::Spec;
use crate::model::tree::{Snapshot, TreeChange};

/// What the memo holds of each of some specs.
pub struct Recalled(Vec<Option<Past>>);

/// What the memo holds of one spec.
struct Past {
    tree: TreeId,
    ledger: Ledger,
}

/// One file to look at.
struct Visit {
    path: RepoPath,
    content: Content,
    /// For whom.
    specs: Vec<usize>,
    reaches: Reaches,
    layer: Layer,
}

/// Which of the two trees of a snapshot a file belongs to; only the first is remembered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layer {
    Base,
    Overlay,
}

/// What is asked of a state, and what that takes.
struct Inquiry<'a> {
    specs: &'a [(&'a Spec, &'a SpecHash)],
    agenda: Agenda,
    /// Made when there is something to look at.
    patterns: OnceCell<Patterns>,
    objects: Objects,
    filter: Filter,
}

impl<'a> Inquiry<'a> {
    fn new(
        scanner: &Scanner<'_>,
        specs: &'a [(&'a Spec, &'a SpecHash)],
        filter: Filter,
    ) -> Result<Self> {
        Ok(Self {
            specs,
            agenda: Agenda::new(specs.iter().map(|(spec, _)| *spec))?,
            patterns: OnceCell::new(),
            objects: scanner.repo.objects()?,
            filter,
        })
    }

    fn patterns(&self) -> Result<&Patterns> {
        if let Some(patterns) = self.patterns.get() {
            return Ok(patterns);
        }
        let patterns = self.agenda.patterns()?;
        Ok(self.patterns.get_or_init(|| patterns))
    }
}

impl Scanner<'_> {
    /// Scans one state for all specs together: one read and one parse per candidate file,
    /// whatever the number of specs. Findings are in the order of `specs`.
    ///
    /// # Errors
    /// When a tree cannot be read, a glob or regex does not compile, or the deadline has passed. A
    /// file that cannot be read is no error but `unjudged`.
    pub fn scan(&self, snapshot: &Snapshot, specs: &[(&Spec, &SpecHash)]) -> Result<Vec<Findings>> {
        self.scan_recalled(snapshot, specs, self.recall_all(specs))
    }

    /// Recalls the former scans by `specs`, for somebody who waits for a snapshot anyway.
    pub fn recall_all(&self, specs: &[(&Spec, &SpecHash)]) -> Recalled {
        let recall = |(spec, hash): &(&Spec, &SpecHash)| self.recall(spec, hash);
        Recalled(specs.iter().map(recall).collect())
    }

    /// As [`Scanner::scan`], with what [`Scanner::recall_all`] gave for the same specs.
    ///
    /// # Errors
    /// As [`Scanner::scan`].
    pub fn scan_recalled(
        &self,
        snapshot: &Snapshot,
        specs: &[(&Spec, &SpecHash)],
        Recalled(pasts): Recalled,
    ) -> Result<Vec<Findings>> {
        self.scan_from(snapshot, specs, pasts, Filter::On)
    }

    /// Like [`Scanner::scan`] for one tree after the other, but only if the memo makes it cheap: at
    /// most `max_changed` paths differ from the remembered tree, and between trees. `None` otherwise.
    ///
    /// # Errors
    /// As [`Scanner::scan`].
    pub fn scan_if_cheap(
        &self,
        trees: &[TreeId],
        spec: (&Spec, &SpecHash),
        max_changed: usize,
    ) -> Result<Option<Vec<Findings>>> {
        let Some(mut past) = self.recall(spec.0, spec.1) else {
            return Ok(None);
        };
        let specs = [spec];
        let inquiry = Inquiry::new(self, &specs, Filter::On)?;
        let mut found = Vec::new();
        for tree in trees {
            let changes = inquiry.objects.diff_trees(Some(past.tree), Some(*tree));
            if changes.map_or(usize::MAX, |changes| changes.len()) > max_changed {
                return Ok(None);
            }
            let snapshot = Snapshot::of_tree(*tree);
            let ledgers = self.ledgers(&inquiry, &snapshot, vec![Some(past)])?;
            let ledger = ledgers.into_iter().next().context("a spec was left out")?;
            found.push(ledger.clone().findings());
            past = Past {
                tree: *tree,
                ledger,
            };
        }
        Ok(Some(found))
    }

    /// Like [`Scanner::scan`] for one tree, but only if it holds at most `max_files` files.
    ///
    /// # Errors
    /// As [`Scanner::scan`].
    pub fn scan_if_small(
        &self,
        tree: TreeId,
        spec: (&Spec, &SpecHash),
        max_files: usize,
    ) -> Result<Option<Findings>> {
        let files = self.repo.objects()?.diff_trees(None, Some(tree))?;
        if files.len() > max_files {
            return Ok(None);
        }
        let findings = self.scan(&Snapshot::of_tree(tree), &[spec])?;
        Ok(findings.into_iter().next())
    }

    fn recall(&self, spec: &Spec, hash: &SpecHash) -> Option<Past> {
        let (tree, payload) = self.memo.get(hash, ENGINE_VERSION)?;
        let ledger = memory::decode(spec.rules.len(), &payload)?;
        Some(Past { tree, ledger })
    }

    fn scan_from(
        &self,
        snapshot: &Snapshot,
        specs: &[(&Spec, &SpecHash)],
        pasts: Vec<Option<Past>>,
        filter: Filter,
    ) -> Result<Vec<Findings>> {
        let inquiry = Inquiry::new(self, specs, filter)?;
        let ledgers = self.ledgers(&inquiry, snapshot, pasts)?;
        Ok(ledgers.into_iter().map(Ledger::findings).collect())
    }

    fn ledgers(
        &self,
        inquiry: &Inquiry<'_>,
        snapshot: &Snapshot,
        pasts: Vec<Option<Past>>,
    ) -> Result<Vec<Ledger>> {
        let Inquiry {
            specs,
            agenda,
            objects,
            ..
        } = inquiry;
        let mut plan = Plan::new(agenda, objects, self.progress.deadline());
        if let Some(base) = snapshot.base {
            plan.base(base, pasts)?;
        } else {
            plan.nothing();
        }
        for (path, overlay) in &snapshot.overlay {
            if let Some(content) = Content::of(overlay) {
                let all: Vec<_> = (0..specs.len()).collect();
                plan.visit(path.clone(), content, &all, Layer::Overlay);
            }
        }
        let Plan {
            visits,
            mut ledgers,
            moved,
            ..
        } = plan;
        let looks = self.visit_all(inquiry, &visits)?;
        enter(&mut ledgers, agenda, &visits, &looks, Layer::Base);
        if let Some(base) = snapshot.base {
            self.remember(base, specs, &ledgers, &moved);
            for (path, _) in &snapshot.overlay {
                uncover(&mut ledgers, agenda, objects, base, path)?;
            }
        }
        enter(&mut ledgers, agenda, &visits, &looks, Layer::Overlay);
        Ok(ledgers)
    }

    fn remember(
        &self,
        base: TreeId,
        specs: &[(&Spec, &SpecHash)],
        ledgers: &[Ledger],
        moved: &[bool],
    ) {
        for (((_, hash), ledger), moved) in specs.iter().zip(ledgers).zip(moved) {
            if *moved && let Some(payload) = memory::encode(ledger) {
                self.memo.put(hash, ENGINE_VERSION, base, &payload);
            }
        }
    }

    fn visit_all(&self, inquiry: &Inquiry<'_>, visits: &[Visit]) -> Result<Vec<Look>> {
        if visits.is_empty() {
            return Ok(Vec::new());
        }
        let deadline = self.progress.deadline();
        let viewer = Viewer {
            agenda: &inquiry.agenda,
            patterns: inquiry.patterns()?,
            filter: inquiry.filter,
            deadline,
        };
        self.progress.begin(visits.len());
        let objects = (self.repo, &inquiry.objects);
        let looks = on_each(objects, visits, |objects, visit| {
            deadline.check()?;
            let look = match visit.content.read(self.repo, objects, &visit.path) {
                Ok(content) => viewer
                    .look(&visit.path, &content, &visit.specs, &visit.reaches)
                    .with_context(|| format!("scanning {}", visit.path)),
                Err(reason) => Ok(Look::failed(&visit.path, reason)),
            };
            self.progress.advance(1);
            look
        });
        self.progress.end();
        looks
    }
}

/// Takes what the base tree has at a path out of every ledger.
fn uncover(
    ledgers: &mut [Ledger],
    agenda: &Agenda,
    objects: &Objects,
    base: TreeId,
    path: &RepoPath,
) -> Result<()> {
    let reaches = agenda.reaches(path);
    if reaches.nowhere() {
        return Ok(());
    }
    let entry = objects.entry_at(base, path)?;
    if entry.is_some_and(|entry| entry.file_blob().is_some()) {
        for (ledger, rules) in ledgers.iter_mut().zip(&agenda.specs) {
            ledger.leave(rules, path, &reaches);
        }
    }
    Ok(())
}

fn enter(ledgers: &mut [Ledger], agenda: &Agenda, visits: &[Visit], looks: &[Look], layer: Layer) {
    for (visit, look) in visits
        .iter()
        .zip(looks)
        .filter(|(visit, _)| visit.layer == layer)
    {
        let seen = Seen {
            path: &visit.path,
            reaches: &visit.reaches,
            look,
        };
        for spec in &visit.specs {
            if let Some(ledger) = ledgers.get_mut(*spec) {
                ledger.enter(agenda, *spec, &seen);
            }
        }
    }
}

/// What has to be looked at, given what is remembered.
struct Plan<'a> {
    agenda: &'a Agenda,
    objects: &'a Objects,
    deadline: Deadline,
    visits: Vec<Visit>,
    /// One a spec: what is known before any look.
    ledgers: Vec<Ledger>,
    /// One a spec: whether what the memo holds will be out of date.
    moved: Vec<bool>,
}

impl<'a> Plan<'a> {
    fn new(agenda: &'a Agenda, objects: &'a Objects, deadline: Deadline) -> Self {
        Self {
            agenda,
            objects,
            deadline,
            visits: Vec::new(),
            ledgers: Vec::new(),
            moved: vec![true; agenda.specs.len()],
        }
    }

    /// An unborn branch has no tree.
    fn nothing(&mut self) {
        self.ledgers = self
            .agenda
            .specs
            .iter()
            .map(|rules| Ledger::new(rules.len()))
            .collect();
    }

    /// Plans the base tree: changed paths where a tree is remembered, else every path.
    fn base(&mut self, base: TreeId, pasts: Vec<Option<Past>>) -> Result<()> {
        let mut fresh = Vec::new();
        let mut wanted: BTreeMap<RepoPath, (BlobId, Vec<usize>)> = BTreeMap::new();
        let mut diffs: Vec<(TreeId, Option<Vec<TreeChange>>)> = Vec::new();
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
        diffs: &'d mut Vec<(TreeId, Option<Vec<TreeChange>>)>,
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

    fn visit(&mut self, path: RepoPath, content: Content, specs: &[usize], layer: Layer) {
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

#[cfg(test)]
#[path = "run_tests.rs"]
mod tests;
