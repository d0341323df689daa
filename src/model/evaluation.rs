//! The outcome of one spec on one tree.

use serde::Serialize;

use super::hit::{Analysis, Unjudged};
use super::id::SpecHash;
use super::path::RepoPath;
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
    pub pattern: String,
    /// What stands at the place; absent when something is missing.
    #[serde(rename = "match")]
    pub matched: Option<String>,
    /// One sentence, without the place.
    pub message: String,
    /// How sure.
    pub analysis: Analysis,
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
    /// Every violation, sorted by file and line, without a limit.
    pub violations: Vec<Violation>,
    /// Where expected things were found.
    pub expected_references: Vec<Reference>,
    /// Files with a violation and no expected reference; empty when nothing is expected.
    pub missing_expectation_files: Vec<RepoPath>,
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
