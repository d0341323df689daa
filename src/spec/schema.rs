//! The keys a spec may have, as data.

use super::diagnostic::{Place, Problem, quoted};
use super::suggest::closest;

/// What a value must be.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shape {
    /// One scalar, taken as text however YAML would type it.
    Text,
    /// `true` or `false`.
    Flag,
    /// A list of scalars.
    Texts,
    /// A mapping with these keys.
    Table(&'static Table),
    /// A list of mappings.
    Tables(&'static Table),
    /// Whatever it is, it is not looked at.
    Ignored,
}

/// A mapping's keys.
#[derive(Debug)]
pub(super) struct Table {
    /// What it is called in messages.
    pub(super) name: &'static str,
    pub(super) fields: &'static [Field],
    pub(super) unknown: Unknown,
}

/// What becomes of a key that is not listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unknown {
    Refused,
    Warned,
}

/// One key; `name` differs from `key` for an alias.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) key: &'static str,
    pub(super) name: &'static str,
    pub(super) shape: Shape,
}

const fn field(key: &'static str, shape: Shape) -> Field {
    alias(key, key, shape)
}

const fn alias(key: &'static str, name: &'static str, shape: Shape) -> Field {
    Field { key, name, shape }
}

/// The whole document.
pub(super) static SPEC: Table = Table {
    name: "a spec",
    unknown: Unknown::Warned,
    fields: &[
        field("refactor_name", Shape::Text),
        alias("context_name", "refactor_name", Shape::Text),
        field("description", Shape::Text),
        field("version", Shape::Text),
        field("metadata", Shape::Ignored),
        field("rules", Shape::Tables(&RULE)),
    ],
};

static RULE: Table = Table {
    name: "a rule",
    unknown: Unknown::Refused,
    fields: &[
        field("id", Shape::Text),
        field("description", Shape::Text),
        field("severity", Shape::Text),
        field("category", Shape::Text),
        field("guidance", Shape::Text),
        field("match", Shape::Table(&PATTERNS)),
        field("expect", Shape::Table(&PATTERNS)),
        alias("requires", "expect", Shape::Table(&PATTERNS)),
        field("expect_any", Shape::Table(&PATTERNS)),
        field("expect_not", Shape::Table(&PATTERNS)),
        field("where", Shape::Table(&PATTERNS)),
        field("scope", Shape::Table(&SCOPE)),
        field("language", Shape::Text),
        field("ignore_case", Shape::Flag),
    ],
};

static PATTERNS: Table = Table {
    name: "a pattern set",
    unknown: Unknown::Refused,
    fields: &[
        field("identifiers", Shape::Texts),
        field("expressions", Shape::Texts),
        alias("strings", "expressions", Shape::Texts),
        field("sql_tables", Shape::Texts),
        field("api_routes", Shape::Texts),
        field("patterns", Shape::Texts),
    ],
};

static SCOPE: Table = Table {
    name: "a scope",
    unknown: Unknown::Refused,
    fields: &[
        field("include", Shape::Texts),
        field("exclude", Shape::Texts),
    ],
};

impl Table {
    /// Every key, aliases included, for messages.
    pub(super) fn keys(&self) -> impl Iterator<Item = &'static str> {
        self.fields.iter().map(|field| field.key)
    }

    pub(super) fn keys_text(&self) -> String {
        self.keys().collect::<Vec<_>>().join(", ")
    }

    /// What to say about a key that is not listed.
    pub(super) fn unknown_key(&self, place: Place, key: &str) -> Problem {
        let (name, keys) = (self.name, self.keys_text());
        let message = format!("unknown key {} in {name}; allowed are {keys}", quoted(key));
        Problem {
            hint: closest(key, self.keys()).map(|meant| format!("did you mean `{meant}`?")),
            ..Problem::new(place, message)
        }
    }
}
