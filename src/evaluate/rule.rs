//! One rule judged: over its scope, or file by file when it has a `where`.

use std::collections::{BTreeMap, BTreeSet};
use std::ptr;
use std::sync::Arc;

use crate::model::evaluation::{Reference, RuleOutcome, RuleStatus, Violation};
use crate::model::hit::{Analysis, Findings, Hit, PatternKey};
use crate::model::path::RepoPath;
use crate::model::spec::{Clause, Pattern, PatternKind, Rule};

use super::message::{self, Within};

/// The hits of a scan, one a pattern, file and line, in that order.
pub(super) struct Hits<'a>(Vec<&'a Hit>);

impl<'a> Hits<'a> {
    pub(super) fn of(findings: &'a Findings) -> Self {
        let mut hits: Vec<&Hit> = findings.hits.iter().collect();
        hits.sort_unstable();
        hits.dedup_by_key(|hit| (hit.pattern, &hit.path, hit.line));
        Self(hits)
    }

    fn of_pattern(&self, key: PatternKey) -> &[&'a Hit] {
        let start = self.0.partition_point(|hit| hit.pattern < key);
        let end = self.0.partition_point(|hit| hit.pattern <= key);
        self.0.get(start..end).unwrap_or_default()
    }
}

/// A rule, and what it is judged by.
pub(super) struct Judge<'a> {
    pub(super) rule: &'a Rule,
    /// Its number in the spec.
    pub(super) index: usize,
    pub(super) files_in_scope: usize,
    pub(super) hits: &'a Hits<'a>,
}

/// A violation before it is put into words, which takes longer than finding it.
struct Breach<'a> {
    /// The hit at whose place it is.
    place: Option<&'a Hit>,
    clause: Clause,
    what: What<'a>,
}

enum What<'a> {
    /// The pattern is forbidden and hits here.
    Forbidden(&'a Pattern),
    /// The pattern is required and has no hit.
    Missing(&'a Pattern, Within),
    /// None of the rule's `expect_any` has a hit; this is the first of them.
    NoneOf(&'a Pattern, Within),
}

impl<'a> Breach<'a> {
    const fn pattern(&self) -> &'a Pattern {
        let (What::Forbidden(pattern) | What::Missing(pattern, _) | What::NoneOf(pattern, _)) =
            &self.what;
        pattern
    }

    const fn tells_what_was_found(&self) -> bool {
        match &self.what {
            What::Forbidden(pattern) => message::tells_what_was_found(pattern),
            What::Missing(..) | What::NoneOf(..) => false,
        }
    }

    /// Where it is; what has no place comes last.
    fn place(&self) -> (bool, Option<(&RepoPath, u32)>) {
        let place = self.place.map(|hit| (&hit.path, hit.line));
        (place.is_none(), place)
    }

    /// Tells it from others on its line.
    fn identity(&self) -> (Clause, PatternKind, &str) {
        (self.clause, self.pattern().kind, &self.pattern().text)
    }
}

/// How the breaches of one pattern are put into words.
struct Words<'a> {
    clause: Clause,
    of: &'a Pattern,
    pattern: Arc<str>,
    /// What is said of each of them, unless it tells what was found.
    message: Option<Arc<str>>,
}

/// Files, each with the first hit in it that matters.
type Files<'a> = BTreeMap<&'a RepoPath, &'a Hit>;

impl<'a> Judge<'a> {
    /// Judges.
    pub(super) fn outcome(&self) -> RuleOutcome {
        let rule = self.rule;
        let narrowed = self.narrowed();
        let breaches = self.breaches(narrowed.as_ref());
        let mut said = Vec::new();
        let violations = breaches.iter().map(|it| self.violation(it, &mut said));
        let violations: Vec<Violation> = violations.collect();
        let references = self.references(narrowed.as_ref());
        RuleOutcome {
            id: rule.id.clone(),
            description: rule.description.clone(),
            severity: rule.severity,
            category: rule.category.clone(),
            guidance: rule.guidance.clone(),
            status: if violations.is_empty() {
                RuleStatus::Clean
            } else {
                RuleStatus::NeedsMigration
            },
            vacuous: self.files_in_scope == 0 || narrowed.is_some_and(|files| files.is_empty()),
            files_in_scope: self.files_in_scope,
            by_file: !rule.where_.is_empty(),
            missing_expectation_files: unaccompanied(rule, &violations, &references),
            violations,
            expected_references: references,
        }
    }

    /// Counts the violations, without a word about them.
    pub(super) fn count(&self) -> usize {
        self.breaches(self.narrowed().as_ref()).len()
    }

    /// The files that a `where` leaves, if there is one.
    fn narrowed(&self) -> Option<Files<'a>> {
        (!self.rule.where_.is_empty()).then(|| self.firsts(Clause::Where))
    }

    fn breaches(&self, narrowed: Option<&Files<'a>>) -> Vec<Breach<'a>> {
        let mut breaches = self.forbidden(narrowed);
        match narrowed {
            None => self.missing_in_scope(&mut breaches),
            Some(files) => self.missing_by_file(files, &mut breaches),
        }
        settle(breaches)
    }

    fn hits_of(&self, clause: Clause, index: usize) -> &'a [&'a Hit] {
        self.hits.of_pattern(PatternKey {
            rule: self.index,
            clause,
            index,
        })
    }

    /// The patterns of a clause, each with its hits.
    fn clause(&self, clause: Clause) -> impl Iterator<Item = (&'a Pattern, &'a [&'a Hit])> {
        let patterns = self.rule.patterns(clause).iter().enumerate();
        patterns.map(move |(index, pattern)| (pattern, self.hits_of(clause, index)))
    }

    /// The files with a hit of a clause, each with its first.
    fn firsts(&self, clause: Clause) -> Files<'a> {
        let mut files = Files::new();
        for hit in self.clause(clause).flat_map(|(_, hits)| hits) {
            let first = files.entry(&hit.path).or_insert(*hit);
            if (hit.line, hit.column) < (first.line, first.column) {
                *first = hit;
            }
        }
        files
    }

    fn forbidden(&self, narrowed: Option<&Files<'a>>) -> Vec<Breach<'a>> {
        [Clause::Match, Clause::ExpectNot]
            .into_iter()
            .flat_map(|clause| {
                self.clause(clause)
                    .map(move |(pattern, hits)| (clause, pattern, hits))
            })
            .flat_map(|(clause, pattern, hits)| hits.iter().map(move |hit| (clause, pattern, *hit)))
            .filter(|(.., hit)| judged(narrowed, &hit.path))
            .map(|(clause, pattern, hit)| Breach {
                place: Some(hit),
                clause,
                what: What::Forbidden(pattern),
            })
            .collect()
    }

    /// What is required somewhere in scope and found nowhere; placed where the rule's first `match` hit is.
    fn missing_in_scope(&self, breaches: &mut Vec<Breach<'a>>) {
        let within = Within::Scope;
        let missing = self.clause(Clause::Expect);
        let missing = missing.filter(|(_, hits)| hits.is_empty());
        let mut found: Vec<_> = missing
            .map(|(pattern, _)| (Clause::Expect, What::Missing(pattern, within)))
            .collect();
        let any = self
            .clause(Clause::ExpectAny)
            .any(|(_, hits)| !hits.is_empty());
        if let (false, Some(first)) = (any, self.rule.expect_any.first()) {
            found.push((Clause::ExpectAny, What::NoneOf(first, within)));
        }
        if found.is_empty() {
            return;
        }
        let matches = self.firsts(Clause::Match);
        let place = matches.first_key_value().map(|(_, hit)| *hit);
        breaches.extend(found.into_iter().map(|(clause, what)| Breach {
            place,
            clause,
            what,
        }));
    }

    /// What is required in each of `files` and not found in it; placed at its first `where` hit.
    fn missing_by_file(&self, files: &Files<'a>, breaches: &mut Vec<Breach<'a>>) {
        let within = Within::File;
        for (pattern, hits) in self.clause(Clause::Expect) {
            for place in files.values().filter(|place| !stands_in(hits, &place.path)) {
                breaches.push(Breach {
                    place: Some(place),
                    clause: Clause::Expect,
                    what: What::Missing(pattern, within),
                });
            }
        }
        let Some(first) = self.rule.expect_any.first() else {
            return;
        };
        let accompanied = self.firsts(Clause::ExpectAny);
        for place in files
            .values()
            .filter(|place| !accompanied.contains_key(&place.path))
        {
            breaches.push(Breach {
                place: Some(place),
                clause: Clause::ExpectAny,
                what: What::NoneOf(first, within),
            });
        }
    }

    /// Puts a breach into words, of which some were `said` before; all but what is forbidden is
    /// missing, and was not analysed.
    fn violation(&self, breach: &Breach<'a>, said: &mut Vec<Words<'a>>) -> Violation {
        let Breach { place, clause, .. } = *breach;
        let of = breach.pattern();
        let is_it = |it: &&Words<'_>| it.clause == clause && ptr::eq(it.of, of);
        let before = said.iter().find(is_it);
        let message = match before.and_then(|words| words.message.clone()) {
            Some(message) => message,
            None => self.message(breach).into(),
        };
        let pattern = match before {
            Some(words) => Arc::clone(&words.pattern),
            None => {
                let pattern: Arc<str> = match breach.what {
                    What::NoneOf(..) => joined(self.rule).into(),
                    What::Forbidden(_) | What::Missing(..) => of.text.as_str().into(),
                };
                let is_same = !breach.tells_what_was_found();
                said.push(Words {
                    clause,
                    of,
                    pattern: Arc::clone(&pattern),
                    message: is_same.then(|| Arc::clone(&message)),
                });
                pattern
            }
        };
        let hit = place.filter(|_| matches!(breach.what, What::Forbidden(_)));
        Violation {
            file: place.map(|hit| hit.path.clone()),
            line: place.map(|hit| hit.line),
            column: place.map(|hit| hit.column),
            kind: of.kind,
            clause,
            pattern,
            matched: hit.map(|hit| Arc::clone(&hit.text)),
            message,
            analysis: hit.map_or(Analysis::Code, |hit| hit.analysis),
            source_line: None,
        }
    }

    fn message(&self, breach: &Breach<'_>) -> String {
        let files = self.files_in_scope;
        match breach.what {
            What::Forbidden(pattern) => {
                let found = breach.place.map_or("", |hit| &hit.text);
                message::forbidden(breach.clause, pattern, found)
            }
            What::Missing(pattern, within) => message::missing(pattern, within, files),
            What::NoneOf(_, within) => message::none_of(self.rule, within, files),
        }
    }

    fn references(&self, narrowed: Option<&Files<'a>>) -> Vec<Reference> {
        let mut references: Vec<Reference> = [Clause::Expect, Clause::ExpectAny]
            .into_iter()
            .flat_map(|clause| self.clause(clause))
            .flat_map(|(pattern, hits)| hits.iter().map(move |hit| (pattern, hit)))
            .filter(|(_, hit)| judged(narrowed, &hit.path))
            .map(|(pattern, hit)| Reference {
                file: hit.path.clone(),
                line: hit.line,
                pattern: pattern.text.clone(),
            })
            .collect();
        references.sort_unstable_by(|a, b| {
            (&a.file, a.line, &a.pattern).cmp(&(&b.file, b.line, &b.pattern))
        });
        references.dedup();
        references
    }
}

fn judged(narrowed: Option<&Files<'_>>, path: &RepoPath) -> bool {
    narrowed.is_none_or(|files| files.contains_key(path))
}

/// Whether one of a pattern's hits, sorted by path, is in a file.
fn stands_in(hits: &[&Hit], path: &RepoPath) -> bool {
    hits.binary_search_by(|hit| hit.path.cmp(path)).is_ok()
}

fn joined(rule: &Rule) -> String {
    let texts: Vec<&str> = rule
        .expect_any
        .iter()
        .map(|pattern| pattern.text.as_str())
        .collect();
    texts.join(" | ")
}

/// Leaves one a clause, pattern, file and line, in the order of places, those without one last.
fn settle(mut breaches: Vec<Breach<'_>>) -> Vec<Breach<'_>> {
    breaches.sort_by(|a, b| {
        let column = |it: &Breach<'_>| it.place.map(|hit| hit.column);
        (a.place(), column(a), a.identity()).cmp(&(b.place(), column(b), b.identity()))
    });
    // Those on one line are neighbours now, and few.
    let mut seen: Vec<Breach<'_>> = Vec::with_capacity(breaches.len());
    let mut line = 0;
    for breach in breaches {
        if seen.get(line).map(Breach::place) != Some(breach.place()) {
            line = seen.len();
        }
        let of_it = seen.get(line..).unwrap_or_default();
        if !of_it.iter().any(|it| it.identity() == breach.identity()) {
            seen.push(breach);
        }
    }
    seen
}

/// The files with a violation and no reference to what is expected.
fn unaccompanied(rule: &Rule, violations: &[Violation], references: &[Reference]) -> Vec<RepoPath> {
    if rule.expect.is_empty() && rule.expect_any.is_empty() {
        return Vec::new();
    }
    let accompanied: BTreeSet<&RepoPath> = references.iter().map(|found| &found.file).collect();
    let broken: BTreeSet<&RepoPath> = violations.iter().filter_map(|v| v.file.as_ref()).collect();
    broken
        .difference(&accompanied)
        .map(|path| (*path).clone())
        .collect()
}
