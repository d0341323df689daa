//! The outcome of one spec on one tree.

use std::sync::Arc;

use serde::Serialize;

use super::hit::{Analysis, Unjudged};
use super::id::SpecHash;
use super::path::RepoPath;
use super::source_line::SourceLine;
use super::spec::{Clause, PatternKind, Severity};
use super::tree::JudgedTree;

/// What an evaluation comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Every rule is clean.
    Met,
    /// At least one rule has a violation.
    Broken,
    /// No violation was seen, but a file that could hold one was not judged.
    Unverified,
}

impl Verdict {
    /// Sums up what was found and what was left out: without a violation a spec is still not met
    /// while a file in scope could not be judged at all.
    pub fn of(violations: usize, unjudged: &[Unjudged]) -> Self {
        if violations > 0 {
            Self::Broken
        } else if unjudged.iter().any(|file| file.reason.forbids_verdict()) {
            Self::Unverified
        } else {
            Self::Met
        }
    }
}

/// Whether one rule is satisfied, in the seed's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleStatus {
    /// No violation.
    Clean,
    /// At least one violation.
    NeedsMigration,
}

/// One place, or one absence, that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Violation {
    /// The file; absent when something is missing and no place is natural for it.
    pub file: Option<RepoPath>,
    /// 1-based, with `file`.
    pub line: Option<u32>,
    /// 1-based, in bytes, with `file`.
    pub column: Option<u32>,
    /// What the pattern looks at.
    pub kind: PatternKind,
    /// The key of the rule that is broken.
    pub clause: Clause,
    /// The pattern as written; several joined by ` | ` for `expect_any`.
    pub pattern: Arc<str>,
    /// What stands at the place; absent when something is missing.
    #[serde(rename = "match")]
    pub matched: Option<Arc<str>>,
    /// One sentence, without the place.
    pub message: Arc<str>,
    /// How sure.
    pub analysis: Analysis,
    /// The line it stands on, where that was asked for.
    #[serde(rename = "line_text", skip_serializing_if = "Option::is_none")]
    pub source_line: Option<SourceLine>,
}

/// A place where something expected was found; informational.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reference {
    /// The file.
    pub file: RepoPath,
    /// 1-based.
    pub line: u32,
    /// The pattern as written.
    pub pattern: String,
}

/// What one rule comes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleOutcome {
    /// The rule's id.
    pub id: String,
    /// The rule's description.
    pub description: String,
    /// The rule's severity.
    pub severity: Severity,
    /// The rule's category.
    pub category: Option<String>,
    /// The rule's guidance.
    pub guidance: Option<String>,
    /// Clean or not.
    pub status: RuleStatus,
    /// Whether the rule had nothing to judge: no file in scope, or none with a `where` hit.
    pub vacuous: bool,
    /// How many files its scope holds.
    pub files_in_scope: usize,
    /// Whether it was judged file by file, for its `where`.
    pub by_file: bool,
    /// Every violation, sorted by file and line, without a limit.
    pub violations: Vec<Violation>,
    /// Where expected things were found.
    pub expected_references: Vec<Reference>,
    /// Files with a violation and no expected reference; empty when nothing is expected.
    pub missing_expectation_files: Vec<RepoPath>,
}

/// What makes two violations of one rule the same, wherever they stand: clause, kind, pattern, and
/// the line they stand on without the white space around it.
pub type Likeness<'a> = (Clause, PatternKind, &'a str, &'a str);

impl RuleOutcome {
    /// Returns what tells one of its violations from others, as far as lines were asked for.
    ///
    /// Where something is missing in the whole scope, the place is only a courtesy and tells nothing.
    pub fn likeness<'a>(&self, violation: &'a Violation) -> Likeness<'a> {
        let is_placed = violation.matched.is_some() || self.by_file;
        let line = violation.source_line.as_ref().filter(|_| is_placed);
        (
            violation.clause,
            violation.kind,
            &violation.pattern,
            line.map_or("", |line| line.text.trim()),
        )
    }
}

/// The spec an evaluation is of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SpecRef {
    /// `refactor_name`.
    pub name: String,
    /// The hash of its rules.
    pub hash: SpecHash,
}

/// The outcome of one spec on one tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Evaluation {
    /// What was judged.
    pub tree: JudgedTree,
    /// By which spec.
    pub spec: SpecRef,
    /// What it comes to.
    pub verdict: Verdict,
    /// The sum over all rules.
    pub total_violations: usize,
    /// How many files were looked at.
    pub files_scanned: usize,
    /// How many files at least one rule's scope holds.
    pub files_in_scope: usize,
    /// Files in scope that were not judged as code.
    pub unjudged: Vec<Unjudged>,
    /// Per rule, in the spec's order.
    pub rules: Vec<RuleOutcome>,
}
