//! What a scan finds: places in code, and what could not be looked at.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::choice::choice;
use super::path::RepoPath;
use super::spec::Clause;

/// Names a pattern within its spec.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PatternKey {
    /// Index of the rule.
    pub rule: usize,
    /// The key it stands under.
    pub clause: Clause,
    /// Index among the patterns of that key.
    pub index: usize,
}

/// How sure a hit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Analysis {
    /// Confirmed in parsed code.
    Code,
    /// Matched as text: not a code file, or one the parser could not handle.
    Text,
}

/// One (pattern, file, line) at which a pattern was found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hit {
    /// Which pattern.
    pub pattern: PatternKey,
    /// Which file.
    pub path: RepoPath,
    /// 1-based line of the first byte of the match.
    pub line: u32,
    /// 1-based column of that byte, counted in bytes.
    pub column: u32,
    /// What stands there, white space runs folded to one space, at most 200 bytes.
    pub text: Arc<str>,
    /// How sure.
    pub analysis: Analysis,
}

choice! {
    /// Why a file in scope was not judged as code.
    pub enum UnjudgedReason {
        /// Over 1 MiB: matched as text.
        Large = "large",
        /// The parser ran past its deadline or gave up: matched as text.
        Unparsed = "unparsed",
        /// Not text (NUL byte, UTF-16): not matched.
        Binary = "binary",
        /// Over 16 MiB: not matched; no verdict is possible.
        TooLarge = "too_large",
        /// Could not be read; no verdict is possible.
        Unreadable = "unreadable",
    }
}

impl UnjudgedReason {
    /// Reports whether a verdict that leaves this file out would be a guess.
    pub const fn forbids_verdict(self) -> bool {
        matches!(self, Self::TooLarge | Self::Unreadable)
    }

    /// Returns how large or strange the file is and what was done about it, for people.
    pub const fn phrase(self) -> &'static str {
        match self {
            Self::Large => "over 1 MiB, matched as text",
            Self::Unparsed => "not parsed, matched as text",
            Self::Binary => "binary, not matched",
            Self::TooLarge => "over 16 MiB, not matched",
            Self::Unreadable => "unreadable, not matched",
        }
    }
}

/// A file in scope that was not judged as code.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Unjudged {
    /// Which file.
    pub path: RepoPath,
    /// Why.
    pub reason: UnjudgedReason,
}

/// All that a scan of one tree found for one spec; what `evaluate` judges.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings {
    /// Sorted by pattern, path, line.
    pub hits: Vec<Hit>,
    /// For each rule, in order, how many files its scope holds.
    pub files_in_scope_by_rule: Vec<usize>,
    /// How many files at least one rule's scope holds.
    pub files_in_scope: usize,
    /// How many of those were looked at; the others are unjudged and forbid a verdict.
    pub files_scanned: usize,
    /// Sorted by path.
    pub unjudged: Vec<Unjudged>,
}
