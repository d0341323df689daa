//! One rule judged: over its scope, or file by file when it has a `where`.

use std::collections::{BTreeMap, BTreeSet};

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

/// Judges one rule of a spec by its hits.
pub(super) fn judge(
    rule: &Rule,
    index: usize,
    files_in_scope: usize,
    hits: &Hits<'_>,
) -> RuleOutcome {
    let judge = Judge {
        rule,
        index,
        files_in_scope,
        hits,
    };
    let narrowed = (!rule.where_.is_empty()).then(|| judge.firsts(Clause::Where));
    let mut violations = judge.forbidden(narrowed.as_ref());
    match &narrowed {
        None => judge.missing_in_scope(&mut violations),
        Some(files) => judge.missing_by_file(files, &mut violations),
    }
    settle(&mut violations);
    let references = judge.references(narrowed.as_ref());
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
        vacuous: files_in_scope == 0 || narrowed.is_some_and(|files| files.is_empty()),
        files_in_scope,
        by_file: !rule.where_.is_empty(),
        missing_expectation_files: unaccompanied(rule, &violations, &references),
        violations,
        expected_references: references,
    }
}

/// Files, each with the first hit in it that matters.
type Files<'a> = BTreeMap<&'a RepoPath, &'a Hit>;

struct Judge<'a, 'h> {
    rule: &'a Rule,
    index: usize,
    files_in_scope: usize,
    hits: &'a Hits<'h>,
}

impl<'h> Judge<'_, 'h> {
    fn hits_of(&self, clause: Clause, index: usize) -> &[&'h Hit] {
        self.hits.of_pattern(PatternKey {
            rule: self.index,
            clause,
            index,
        })
    }

    /// The patterns of a clause, each with its hits.
    fn clause(&self, clause: Clause) -> impl Iterator<Item = (&Pattern, &[&'h Hit])> {
        let patterns = self.rule.patterns(clause).iter().enumerate();
        patterns.map(move |(index, pattern)| (pattern, self.hits_of(clause, index)))
    }

    /// The files with a hit of a clause, each with its first.
    fn firsts(&self, clause: Clause) -> Files<'h> {
        let mut files = Files::new();
        for hit in self.clause(clause).flat_map(|(_, hits)| hits) {
            let first = files.entry(&hit.path).or_insert(*hit);
            if (hit.line, hit.column) < (first.line, first.column) {
                *first = hit;
            }
        }
        files
    }

    fn forbidden(&self, narrowed: Option<&Files<'h>>) -> Vec<Violation> {
        [Clause::Match, Clause::ExpectNot]
            .into_iter()
            .flat_map(|clause| {
                self.clause(clause)
                    .map(move |(pattern, hits)| (clause, pattern, hits))
            })
            .flat_map(|(clause, pattern, hits)| hits.iter().map(move |hit| (clause, pattern, hit)))
            .filter(|(.., hit)| judged(narrowed, &hit.path))
            .map(|(clause, pattern, hit)| Violation {
                matched: Some(hit.text.clone()),
                analysis: hit.analysis,
                ..violation(
                    Some(hit),
                    (clause, pattern.kind, &pattern.text),
                    message::forbidden(clause, pattern, &hit.text),
                )
            })
            .collect()
    }

    /// What is required somewhere in scope and found nowhere; placed where the rule's first `match` hit is.
    fn missing_in_scope(&self, violations: &mut Vec<Violation>) {
        let (rule, within) = (self.rule, Within::Scope);
        let matches = self.firsts(Clause::Match);
        let place = matches.first_key_value().map(|(_, hit)| *hit);
        for (pattern, _) in self
            .clause(Clause::Expect)
            .filter(|(_, hits)| hits.is_empty())
        {
            let message = message::missing(pattern, within, self.files_in_scope);
            violations.push(violation(
                place,
                (Clause::Expect, pattern.kind, &pattern.text),
                message,
            ));
        }
        let any = self
            .clause(Clause::ExpectAny)
            .any(|(_, hits)| !hits.is_empty());
        if let (false, Some(first)) = (any, rule.expect_any.first()) {
            let message = message::none_of(rule, within, self.files_in_scope);
            violations.push(violation(
                place,
                (Clause::ExpectAny, first.kind, &joined(rule)),
                message,
            ));
        }
    }

    /// What is required in each of `files` and not found in it; placed at its first `where` hit.
    fn missing_by_file(&self, files: &Files<'h>, violations: &mut Vec<Violation>) {
        let (rule, within) = (self.rule, Within::File);
        for (pattern, hits) in self.clause(Clause::Expect) {
            for place in files.values().filter(|place| !stands_in(hits, &place.path)) {
                let message = message::missing(pattern, within, self.files_in_scope);
                violations.push(violation(
                    Some(place),
                    (Clause::Expect, pattern.kind, &pattern.text),
                    message,
                ));
            }
        }
        let Some(first) = rule.expect_any.first() else {
            return;
        };
        let (all, accompanied) = (joined(rule), self.firsts(Clause::ExpectAny));
        for place in files
            .values()
            .filter(|place| !accompanied.contains_key(&place.path))
        {
            let message = message::none_of(rule, within, self.files_in_scope);
            violations.push(violation(
                Some(place),
                (Clause::ExpectAny, first.kind, &all),
                message,
            ));
        }
    }

    fn references(&self, narrowed: Option<&Files<'h>>) -> Vec<Reference> {
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

/// A violation at a hit's place, or nowhere, of something that is missing until said otherwise.
fn violation(
    place: Option<&Hit>,
    (clause, kind, pattern): (Clause, PatternKind, &str),
    message: String,
) -> Violation {
    Violation {
        file: place.map(|hit| hit.path.clone()),
        line: place.map(|hit| hit.line),
        column: place.map(|hit| hit.column),
        kind,
        clause,
        pattern: pattern.to_owned(),
        matched: None,
        message,
        analysis: Analysis::Code,
        source_line: None,
    }
}

/// Leaves one violation a clause, pattern, file and line, in the order of places, those without one last.
fn settle(violations: &mut Vec<Violation>) {
    violations.sort_by(|a, b| {
        let detail = |v: &Violation| (v.line, v.column, v.clause, v.kind);
        (a.file.is_none(), &a.file)
            .cmp(&(b.file.is_none(), &b.file))
            .then_with(|| detail(a).cmp(&detail(b)))
            .then_with(|| a.pattern.cmp(&b.pattern))
    });
    // Those on one line are neighbours now, and few.
    let mut seen: Vec<Violation> = Vec::with_capacity(violations.len());
    let mut line = 0;
    for violation in violations.drain(..) {
        let is_on_it = seen
            .get(line)
            .is_some_and(|first| (&first.file, first.line) == (&violation.file, violation.line));
        if !is_on_it {
            line = seen.len();
        }
        let of_it = seen.get(line..).unwrap_or_default();
        if !of_it.iter().any(|v| {
            (v.clause, v.kind) == (violation.clause, violation.kind)
                && v.pattern == violation.pattern
        }) {
            seen.push(violation);
        }
    }
    *violations = seen;
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
