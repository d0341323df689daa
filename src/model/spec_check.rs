//! What a spec would find now: the answer of `spec check`.

use std::fmt;

use serde::Serialize;

use super::evaluation::SpecRef;
use super::spec::{Clause, PatternKind};
use super::tree::JudgedTree;

/// What a whole spec finds now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SpecCheck {
    /// Which spec.
    pub spec: SpecRef,
    /// What was looked at.
    pub tree: JudgedTree,
    /// The violations of all rules now.
    pub total_violations: usize,
    /// Per rule, in the spec's order.
    pub rules: Vec<RuleCheck>,
}

/// What one rule finds now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleCheck {
    /// The rule's id.
    pub id: String,
    /// How many files its scope holds.
    pub files_in_scope: usize,
    /// Its violations now.
    pub violations: usize,
    /// What each pattern finds, in the order written.
    pub patterns: Vec<PatternCheck>,
    /// What is odd about it.
    pub warnings: Vec<RuleWarning>,
}

/// What one pattern finds now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PatternCheck {
    /// The key it stands under.
    pub clause: Clause,
    /// What it looks at.
    pub kind: PatternKind,
    /// As written.
    pub pattern: String,
    /// How many lines it hits.
    pub hits: usize,
    /// In how many files.
    pub files: usize,
}

/// Something odd about a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum RuleWarning {
    /// Its scope holds no file.
    VacuousScope,
    /// No file has a hit of its `where` patterns.
    VacuousWhere,
    /// It is clean before any work is done.
    AlreadyMet,
    /// A pattern hits nothing but is nearly a name that is there.
    NearMiss {
        /// The pattern.
        pattern: String,
        /// What it may have meant.
        suggestion: String,
    },
    /// Whatever meets the one pattern breaks the other.
    NeverMet {
        /// The pattern required.
        required: String,
        /// The pattern forbidden.
        forbidden: String,
    },
}

impl fmt::Display for RuleWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::VacuousScope => f.write_str("vacuous: its scope holds no file"),
            Self::VacuousWhere => f.write_str("vacuous: no file has a hit of its `where` patterns"),
            Self::AlreadyMet => f.write_str("already met before any work: it may check nothing"),
            Self::NearMiss {
                pattern,
                suggestion,
            } => write!(f, "`{pattern}` hits nothing; did you mean `{suggestion}`?"),
            Self::NeverMet {
                required,
                forbidden,
            } => write!(
                f,
                "can never be met: every hit of the required `{required}` is one of the forbidden `{forbidden}`"
            ),
        }
    }
}
