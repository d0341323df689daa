//! A spec: rules about code that must be gone and code that must exist.

use super::choice::choice;
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

choice! {
    /// How bad a violation is; sorts worst first.
    pub enum Severity {
        /// `critical`
        Critical = "critical",
        /// `high`
        High = "high",
        /// `medium`, the default
        Medium = "medium",
        /// `low`
        Low = "low",
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
    /// Whether patterns ignore case; SQL tables always do.
    pub ignore_case: bool,
    /// The only language its structures are meant in.
    pub language: Option<String>,
}

choice! {
    /// Which key of a rule a pattern stands under.
    pub enum Clause {
        /// `match`
        Match = "match",
        /// `expect`
        Expect = "expect",
        /// `expect_any`
        ExpectAny = "expect_any",
        /// `expect_not`
        ExpectNot = "expect_not",
        /// `where`
        Where = "where",
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

choice! {
    /// What a pattern looks at.
    pub enum PatternKind {
        /// Names and member chains in code.
        Identifiers = "identifiers",
        /// Code text outside comments, string contents included.
        Expressions = "expressions",
        /// Tables named in SQL statements inside strings, and in `.sql` files.
        SqlTables = "sql_tables",
        /// Declared routes.
        ApiRoutes = "api_routes",
        /// Code with holes, node by node.
        Structures = "patterns",
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
    /// Matched as whole words, or node by node.
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
