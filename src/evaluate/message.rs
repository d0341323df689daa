//! One sentence a violation, without its place.

use std::fmt;

use crate::model::printable::Printable;
use crate::model::spec::{Clause, Pattern, PatternForm, PatternKind, Rule};

/// Patterns of an `expect_any` that are named in a sentence.
const NAMED: usize = 3;

/// Where something required was looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Within {
    /// The rule's whole scope.
    Scope,
    /// One file that has a `where` hit.
    File,
}

/// Whether what is said of a forbidden pattern also tells what was found: it may stand for many things.
pub(super) const fn tells_what_was_found(pattern: &Pattern) -> bool {
    !matches!(pattern.form, PatternForm::Literal(_))
        || matches!(pattern.kind, PatternKind::Structures)
}

/// What to say of something forbidden that stands as `found`.
pub(super) fn forbidden(clause: Clause, pattern: &Pattern, found: &str) -> String {
    let still = match pattern.kind {
        PatternKind::Identifiers | PatternKind::SqlTables => "used",
        PatternKind::Expressions | PatternKind::Structures => "present",
        PatternKind::ApiRoutes => "declared",
    };
    let verb = match clause {
        Clause::ExpectNot => "must not be",
        _ => "is still",
    };
    if !tells_what_was_found(pattern) {
        return format!("{} {verb} {still}", Name(pattern));
    }
    let (found, text) = (Printable::new(found), Printable::new(&pattern.text));
    format!("`{found}` (matched by `{text}`) {verb} {still}")
}

/// What to say of a required pattern without a hit.
pub(super) fn missing(pattern: &Pattern, within: Within, files_in_scope: usize) -> String {
    format!(
        "expected {}, {}",
        Name(pattern),
        found_nowhere(within, files_in_scope)
    )
}

/// What to say when none of the rule's `expect_any` has a hit.
pub(super) fn none_of(rule: &Rule, within: Within, files_in_scope: usize) -> String {
    let patterns = &rule.expect_any;
    let nowhere = found_nowhere(within, files_in_scope);
    if let [only] = patterns.as_slice() {
        return format!("expected {}, {nowhere}", Name(only));
    }
    let named = |pattern| Name(pattern).to_string();
    let named: Vec<String> = patterns.iter().take(NAMED).map(named).collect();
    let more = match patterns.len() - named.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("expected one of {}{more}, {nowhere}", named.join(", "))
}

fn found_nowhere(within: Within, files_in_scope: usize) -> &'static str {
    match (within, files_in_scope) {
        (Within::File, _) => "but this file has none",
        (Within::Scope, 0) => "but no file is in scope",
        (Within::Scope, _) => "found nowhere in scope",
    }
}

/// A pattern as a sentence names it.
struct Name<'a>(&'a Pattern);

impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.0.kind {
            PatternKind::Identifiers | PatternKind::Expressions | PatternKind::Structures => "",
            PatternKind::SqlTables => "table ",
            PatternKind::ApiRoutes => "route ",
        };
        write!(f, "{what}`{}`", Printable::new(&self.0.text))
    }
}
