//! A spec: rules about code that must be gone and code that must exist.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

/// A checked spec; its YAML spelling is known to `spec` alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Spec {
    /// `refactor_name`.
    pub name: String,
    /// `description`.
    pub description: Option<String>,
    /// `version`, free text.
    pub version: Option<String>,
    /// The rules, never empty, ids unique.
    pub rules: Vec<Rule>,
}

/// How bad a violation is; sorts worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// `critical`
    Critical,
    /// `high`
    High,
    /// `medium`, the default
    Medium,
    /// `low`
    Low,
}

impl Severity {
    /// Returns the word a spec uses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Severity {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        [Self::Critical, Self::High, Self::Medium, Self::Low]
            .into_iter()
            .find(|severity| severity.as_str() == text)
            .ok_or_else(|| "expected one of critical, high, medium, low".to_owned())
    }
}

/// One rule of a spec.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// Unique in its spec.
    pub id: String,
    /// What it is about.
    pub description: String,
    /// How bad a violation is.
    pub severity: Severity,
    /// Free text.
    pub category: Option<String>,
    /// Free text: how to mend a violation.
    pub guidance: Option<String>,
    /// Forbidden: every hit is a violation.
    pub match_: Vec<Pattern>,
    /// Required: each pattern must have a hit.
    pub expect: Vec<Pattern>,
    /// Required: at least one of the patterns must have a hit.
    pub expect_any: Vec<Pattern>,
    /// Forbidden, like `match_`.
    pub expect_not: Vec<Pattern>,
    /// Narrows the rule to the files with a hit of these, judged file by file.
    pub where_: Vec<Pattern>,
    /// Which files it looks at.
    pub scope: Scope,
    /// Whether literals and regexes ignore case; SQL tables always do.
    pub ignore_case: bool,
}

/// Which key of a rule a pattern stands under.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Clause {
    /// `match`
    Match,
    /// `expect`
    Expect,
    /// `expect_any`
    ExpectAny,
    /// `expect_not`
    ExpectNot,
    /// `where`
    Where,
}

impl Clause {
    /// Every clause, in the order rules are written and reported.
    pub const ALL: [Self; 5] = [
        Self::Match,
        Self::Expect,
        Self::ExpectAny,
        Self::ExpectNot,
        Self::Where,
    ];

    /// Returns the key a spec uses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Match => "match",
            Self::Expect => "expect",
            Self::ExpectAny => "expect_any",
            Self::ExpectNot => "expect_not",
            Self::Where => "where",
        }
    }
}

impl Rule {
    /// Returns the patterns under one key.
    pub fn patterns(&self, clause: Clause) -> &[Pattern] {
        match clause {
            Clause::Match => &self.match_,
            Clause::Expect => &self.expect,
            Clause::ExpectAny => &self.expect_any,
            Clause::ExpectNot => &self.expect_not,
            Clause::Where => &self.where_,
        }
    }
}

/// What a pattern looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PatternKind {
    /// Names and member chains in code.
    Identifiers,
    /// Code text outside comments, string contents included.
    Expressions,
    /// Tables named in SQL statements inside strings, and in `.sql` files.
    SqlTables,
    /// Declared routes.
    ApiRoutes,
}

impl PatternKind {
    /// Returns the key a spec uses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Identifiers => "identifiers",
            Self::Expressions => "expressions",
            Self::SqlTables => "sql_tables",
            Self::ApiRoutes => "api_routes",
        }
    }
}

/// One entry of a pattern list.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Pattern {
    /// The list it stands in.
    pub kind: PatternKind,
    /// As written, slashes of a regex included.
    pub text: String,
    /// What it means.
    pub form: PatternForm,
}

/// Whether a pattern is a literal or a regex.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PatternForm {
    /// Matched as whole words.
    Literal(String),
    /// A regex of the `regex` crate, unanchored, without the slashes.
    Regex(String),
}

/// The files a rule looks at; both lists empty means every file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Scope {
    /// Globs from the repository root; empty means all.
    pub include: Vec<String>,
    /// Globs taken away before `include` is asked.
    pub exclude: Vec<String>,
}
