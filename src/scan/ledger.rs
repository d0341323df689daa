//! The ledger of one spec on one tree: what is in scope, and what was noted of which file.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::agenda::{Agenda, Reaches, RulePlan};
use super::class::Class;
use super::look::Look;
use super::place::Spot;
use crate::model::hit::{Findings, Hit, PatternKey, Unjudged, UnjudgedReason};
use crate::model::path::RepoPath;

/// What is known of one spec on one tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ledger {
    /// For each rule, how many files its scope holds.
    pub in_scope_by_rule: Vec<usize>,
    /// How many files at least one scope holds.
    pub in_scope: usize,
    /// What is worth keeping; files in scope without hits have no note.
    pub notes: BTreeMap<RepoPath, Note>,
}

/// What was noted of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Note {
    /// Whether only its content said that it is code.
    pub script: bool,
    /// Why it was not judged as code.
    pub unjudged: Option<UnjudgedReason>,
    /// Where which pattern hit.
    pub hits: Vec<(PatternKey, Spot)>,
}

/// A file that was looked at.
pub(super) struct Seen<'a> {
    /// Which file.
    pub path: &'a RepoPath,
    /// How the run's scopes reach it.
    pub reaches: &'a Reaches,
    /// What it came to.
    pub look: &'a Look,
}

impl Note {
    /// Whether another try may say more: the file may be there now, or the machine less busy.
    pub(super) fn is_provisional(&self) -> bool {
        matches!(
            self.unjudged,
            Some(UnjudgedReason::Unreadable | UnjudgedReason::Unparsed)
        )
    }
}

impl Ledger {
    /// An empty tree.
    pub(super) fn new(rules: usize) -> Self {
        Self {
            in_scope_by_rule: vec![0; rules],
            in_scope: 0,
            notes: BTreeMap::new(),
        }
    }

    /// Takes a file away that the tree had.
    pub(super) fn leave(&mut self, rules: &[RulePlan], path: &RepoPath, reaches: &Reaches) {
        let script = self.notes.remove(path).is_some_and(|note| note.script);
        let class = if script {
            Class::Script
        } else {
            Class::of_path(path)
        };
        let mut held = false;
        for (rule, count) in rules.iter().zip(&mut self.in_scope_by_rule) {
            if rule.holds(class, reaches) {
                *count = count.saturating_sub(1);
                held = true;
            }
        }
        self.in_scope = self.in_scope.saturating_sub(usize::from(held));
    }

    /// Adds a file that was looked at for spec number `spec`.
    pub(super) fn enter(&mut self, agenda: &Agenda, spec: usize, seen: &Seen<'_>) {
        let Seen {
            path,
            reaches,
            look,
        } = seen;
        let rules = agenda
            .specs
            .get(spec)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let mut note = Note {
            script: look.class == Class::Script,
            unjudged: look.unjudged,
            hits: Vec::new(),
        };
        let mut held = false;
        for (rule, count) in rules.iter().zip(&mut self.in_scope_by_rule) {
            if !rule.holds(look.class, reaches) {
                continue;
            }
            *count += 1;
            held = true;
            if look.searched.is_empty() {
                continue;
            }
            for (key, pattern) in &rule.patterns {
                if !agenda.admits(rule, *pattern, look.class, reaches) {
                    continue;
                }
                if let Some(search) = look.searched.get(pattern) {
                    note.hits
                        .extend(search.spots.iter().map(|spot| (*key, spot.clone())));
                    if search.cut_short {
                        note.unjudged.get_or_insert(UnjudgedReason::Unparsed);
                    }
                }
            }
        }
        self.in_scope += usize::from(held);
        if held && (note.script || note.unjudged.is_some() || !note.hits.is_empty()) {
            self.notes.insert((*path).clone(), note);
        }
    }

    /// What `evaluate` judges.
    pub(super) fn findings(&self) -> Findings {
        let total = self.notes.values().map(|note| note.hits.len()).sum();
        let mut places = Vec::with_capacity(total);
        let mut unjudged = Vec::new();
        for (path, note) in &self.notes {
            if let Some(reason) = note.unjudged {
                unjudged.push(Unjudged {
                    path: path.clone(),
                    reason,
                });
            }
            let spots = note.hits.iter();
            places.extend(spots.map(|(pattern, spot)| (pattern, path, spot)));
        }
        // Of one pattern they come in order of path and line.
        places.sort_by_key(|(pattern, ..)| **pattern);
        let hits = places.into_iter().map(|(pattern, path, spot)| Hit {
            pattern: *pattern,
            path: path.clone(),
            line: spot.line,
            column: spot.column,
            text: Arc::clone(&spot.text),
            analysis: spot.analysis,
        });
        let hits: Vec<Hit> = hits.collect();
        debug_assert!(hits.is_sorted());
        let unseen = unjudged
            .iter()
            .filter(|file| file.reason.forbids_verdict())
            .count();
        Findings {
            hits,
            files_in_scope_by_rule: self.in_scope_by_rule.clone(),
            files_in_scope: self.in_scope,
            files_scanned: self.in_scope.saturating_sub(unseen),
            unjudged,
        }
    }
}
