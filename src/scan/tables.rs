//! SQL tables: names compare without quotes and case, a schema only where the pattern has one.

use std::ops::Range;
use std::sync::OnceLock;

use anyhow::Result;
use regex::bytes::Regex;

use super::expressions;
use super::needle::{self, Case, Edges, Needle, Requirement, longest_word, required_words};
use crate::model::spec::PatternForm;

/// Whatever names a table in a statement comes after one of these words.
const KEYWORDS: [&str; 15] = [
    "from",
    "join",
    "into",
    "update",
    "table",
    "view",
    "truncate",
    "copy",
    "references",
    "using",
    "index",
    "trigger",
    "policy",
    "grant",
    "revoke",
];

/// A pattern under `sql_tables`.
#[derive(Debug)]
pub(super) enum TableMatcher {
    /// Schema and table, lower case, without quotes.
    Name(Vec<String>),
    /// Unanchored, on the whole name.
    Regex(Regex),
}

impl TableMatcher {
    /// Compiles; fails on a regex over the limits.
    pub(super) fn new(form: &PatternForm) -> Result<Self> {
        Ok(match form {
            PatternForm::Literal(name) => Self::Name(components(name)),
            PatternForm::Regex(regex) => Self::Regex(expressions::regex(regex, Case::Folded)?),
        })
    }

    /// How many of the last segments of a table's name are meant; `None` when the table is not.
    pub(super) fn matches(&self, name: &str) -> Option<usize> {
        let segments = components(name);
        match self {
            Self::Name(wanted) => segments.ends_with(wanted).then_some(wanted.len()),
            Self::Regex(regex) => regex.is_match(name.as_bytes()).then_some(segments.len()),
        }
    }
}

/// What a file must hold to name the table: the words of its name, or where it is to have none for
/// certain, a word that announces a table.
pub(super) fn requirement(form: &PatternForm) -> Requirement {
    let needle = |text: &[u8], edges| Needle {
        text: text.to_vec(),
        case: Case::Folded,
        edges,
    };
    let names: Requirement = match form {
        PatternForm::Literal(name) => components(name)
            .iter()
            .filter_map(|part| longest_word(part.as_bytes()))
            .map(|word| vec![needle(word, Edges::Escaped)])
            .collect(),
        PatternForm::Regex(regex) => needle::parts(required_words(regex)),
    };
    if !names.is_empty() {
        return names;
    }
    let keywords = KEYWORDS.iter();
    vec![
        keywords
            .map(|word| needle(word.as_bytes(), Edges::Free))
            .collect(),
    ]
}

/// Whether a word announces a table somewhere. They are so common that it takes less to look for
/// them where the words of a name are than everywhere.
pub(super) fn are_announced(source: &[u8]) -> bool {
    static ANNOUNCES: OnceLock<Option<Regex>> = OnceLock::new();
    let regex = || expressions::regex(&KEYWORDS.join("|"), Case::Folded).ok();
    let announces = ANNOUNCES.get_or_init(regex).as_ref();
    announces.is_none_or(|regex| regex.is_match(source))
}

/// Every name in text that is not parsed which follows a word that names tables, and where.
pub(super) fn in_text(text: &[u8]) -> Result<Vec<(Range<usize>, String)>> {
    static REGEX: OnceLock<Regex> = OnceLock::new();
    let regex = match REGEX.get() {
        Some(regex) => regex,
        None => {
            let regex = expressions::regex(IN_TEXT, Case::Folded)?;
            REGEX.get_or_init(|| regex)
        }
    };
    let name = |found: regex::bytes::Captures<'_>| {
        let name = found.get(1)?;
        let shown = String::from_utf8_lossy(name.as_bytes()).into_owned();
        Some((name.range(), shown))
    };
    Ok(regex.captures_iter(text).filter_map(name).collect())
}

const IN_TEXT: &str = r#"\b(?:from|join|into|update|references|truncate|using|table)\s+(?:table\s+|only\s+|if\s+(?:not\s+)?exists\s+)*([\w"`\['](?:[\w."`\[\]'$-]*[\w"`\]'])?)"#;

/// A name in its components, quotes and case gone.
fn components(name: &str) -> Vec<String> {
    let quotes = ['"', '`', '[', ']', '\''];
    name.split('.')
        .map(|part| part.trim().trim_matches(quotes).to_lowercase())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_compare_by_component() {
        let check = |pattern: &str, name: &str, expected: bool| {
            let form = PatternForm::Literal(pattern.to_owned());
            assert_eq!(
                TableMatcher::new(&form).unwrap().matches(name).is_some(),
                expected,
                "{pattern} on {name}"
            );
        };
        check("users", "users", true);
        check("users", "USERS", true);
        check("users", "public.users", true);
        check("public.users", "public.users", true);
        check("public.users", "audit.users", false);
        check("public.users", "users", false);
        check("\"public\".\"users\"", "public.users", true);
        check("user", "users", false);
        check("users", "users.id", false);
    }

    #[test]
    fn text_needs_a_word_that_names_tables() {
        let check = |text: &str, expected: &[&str]| {
            let names: Vec<_> = in_text(text.as_bytes())
                .unwrap()
                .into_iter()
                .map(|(_, name)| name)
                .collect();
            assert_eq!(names, expected, "{text}");
        };
        check("select * from users;", &["users"]);
        check(
            "FROM public.\"Users\" u JOIN x.",
            &["public.\"Users\"", "x"],
        );
        check("create table if not exists a (", &["a"]);
        check("the users", &[]);
    }
}
