//! A scan: the looks at files, and what they come to for each spec.

use std::cell::OnceCell;

use anyhow::{Context as _, Result};

use super::agenda::{Agenda, Patterns};
use super::content::{Content, on_each};
use super::ledger::{Ledger, Seen};
use super::look::{Filter, Look, Viewer};
use super::visits::{Layer, Past, Plan, Visit};
use super::{ENGINE_VERSION, Scanner, memory};
use crate::git::Objects;
use crate::model::hit::Findings;
use crate::model::id::{SpecHash, TreeId};
use crate::model::path::RepoPath;
use crate::model::spec::Spec;
use crate::model::tree::Snapshot;

/// What the memo holds of each of some specs.
pub struct Recalled(Vec<Option<Past>>);

/// So many paths a scan that has to be cheap leaves what is remembered behind, if no needle occurs
/// in their files: to write down what a large tree holds takes longer than to glance at those again.
const GLANCES: usize = 6;

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
            objects: scanner.repo.objects(),
            filter,
        })
    }

    fn patterns(&self, files: usize) -> Result<&Patterns> {
        if let Some(patterns) = self.patterns.get() {
            return Ok(patterns);
        }
        let patterns = self.agenda.patterns(files)?;
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
        let (mut found, mut behind, mut are_glances) = (Vec::new(), 0, true);
        for tree in trees {
            let mut plan = self.plan(&inquiry);
            let distance = plan.distance(past.tree, *tree);
            let Some(distance) = distance.filter(|distance| *distance <= max_changed) else {
                return Ok(None);
            };
            plan.base(*tree, vec![Some(past)])?;
            let Plan {
                visits,
                mut ledgers,
                ..
            } = plan;
            let looks = self.visit_all(&inquiry, &visits)?;
            enter(&mut ledgers, &inquiry.agenda, &visits, &looks, Layer::Base);
            behind += distance;
            are_glances &= looks.iter().all(Look::is_a_glance);
            let ledger = ledgers.into_iter().next().context("a spec was left out")?;
            found.push(ledger.findings());
            past = Past {
                tree: *tree,
                ledger,
            };
        }
        if behind > GLANCES || !are_glances {
            self.remember(past.tree, spec.1, &past.ledger);
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
        let files = self.repo.objects().diff_trees(None, Some(tree))?;
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
        let mut plan = self.plan(&inquiry);
        match snapshot.base {
            Some(base) => plan.base(base, pasts)?,
            None => plan.nothing(),
        }
        let ledgers = self.ledgers(&inquiry, plan, snapshot)?;
        Ok(ledgers.iter().map(Ledger::findings).collect())
    }

    fn plan<'a>(&self, inquiry: &'a Inquiry<'_>) -> Plan<'a> {
        Plan::new(&inquiry.agenda, &inquiry.objects, self.progress.deadline())
    }

    /// Carries out a plan of the snapshot's base tree, and what lies over that; remembers the tree.
    fn ledgers(
        &self,
        inquiry: &Inquiry<'_>,
        mut plan: Plan<'_>,
        snapshot: &Snapshot,
    ) -> Result<Vec<Ledger>> {
        let Inquiry {
            specs,
            agenda,
            objects,
            ..
        } = inquiry;
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
            let moved = specs.iter().zip(&ledgers).zip(&moved).filter(|it| *it.1);
            moved.for_each(|(((_, hash), ledger), _)| self.remember(base, hash, ledger));
            for (path, _) in &snapshot.overlay {
                uncover(&mut ledgers, agenda, objects, base, path)?;
            }
        }
        enter(&mut ledgers, agenda, &visits, &looks, Layer::Overlay);
        Ok(ledgers)
    }

    fn remember(&self, base: TreeId, hash: &SpecHash, ledger: &Ledger) {
        if let Some(payload) = memory::encode(ledger) {
            self.memo.put(hash, ENGINE_VERSION, base, &payload);
        }
    }

    fn visit_all(&self, inquiry: &Inquiry<'_>, visits: &[Visit]) -> Result<Vec<Look>> {
        if visits.is_empty() {
            return Ok(Vec::new());
        }
        let deadline = self.progress.deadline();
        let viewer = Viewer {
            agenda: &inquiry.agenda,
            patterns: inquiry.patterns(visits.len())?,
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

#[cfg(test)]
#[path = "run_tests.rs"]
mod tests;
