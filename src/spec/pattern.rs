//! One entry of a pattern list: what it means, and why it may never hit.

use crate::model::spec::{Pattern, PatternForm, PatternKind};

use super::MAX_PATTERN_BYTES;
use super::diagnostic::quoted;
use super::headers::is_header;
use super::regexes::{Case, Regexes};

/// Why an entry is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Flaw {
    pub(super) message: String,
    pub(super) hint: Option<String>,
    /// How many bytes into the entry.
    pub(super) inner: usize,
}

impl Flaw {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            hint: None,
            inner: 0,
        }
    }

    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    pub(super) const fn inner(mut self, inner: usize) -> Self {
        self.inner = inner;
        self
    }
}

/// Refuses an entry that is empty or too long.
pub(super) fn check_length(text: &str) -> Result<(), Flaw> {
    match text.len() {
        0 => Err(Flaw::new("empty entry")),
        1..=MAX_PATTERN_BYTES => Ok(()),
        bytes => Err(Flaw::new(format!(
            "{bytes} bytes long; the limit is {MAX_PATTERN_BYTES}"
        ))),
    }
}

/// Reads a trimmed entry; with it comes what is odd about it, if something is.
pub(super) fn pattern(
    kind: PatternKind,
    text: &str,
    case: Case,
    regexes: &mut Regexes,
) -> Result<(Pattern, Option<String>), Flaw> {
    check_length(text)?;
    let (form, oddity) = match regex_body(kind, text) {
        Some(body) => {
            let matches_empty = regexes.check(body, case)?;
            let oddity = format!(
                "{} can match nothing at all, so it hits everywhere",
                quoted(text)
            );
            (
                PatternForm::Regex(body.to_owned()),
                matches_empty.then_some(oddity),
            )
        }
        None => {
            check_literal(kind, text)?;
            let words: Vec<&str> = text.split_whitespace().collect();
            (PatternForm::Literal(words.join(" ")), oddity(kind, text))
        }
    };
    let text = text.to_owned();
    Ok((Pattern { kind, text, form }, oddity))
}

/// What stands between the slashes of a regex; a route between slashes is one only if it must be.
fn regex_body(kind: PatternKind, text: &str) -> Option<&str> {
    let body = text.strip_prefix('/')?.strip_suffix('/')?;
    let route = kind == PatternKind::ApiRoutes;
    let meta = body.contains(['\\', '^', '$', '(', ')', '[', ']', '|', '+']) || body.contains(".*");
    (!route || meta).then_some(body)
}

fn check_literal(kind: PatternKind, text: &str) -> Result<(), Flaw> {
    if !text.contains(|c: char| c.is_alphanumeric() || c == '_') {
        return Err(Flaw::new(format!(
            "{} holds no letter, digit or underscore",
            quoted(text)
        ))
        .hint("a literal needs a word to be found by; write a regex `/…/` for anything else"));
    }
    if kind != PatternKind::Identifiers {
        return Ok(());
    }
    if let Some(at) = text.find(['(', ')']) {
        return Err(Flaw::new(format!(
            "{} holds a parenthesis, which no name does",
            quoted(text)
        ))
        .hint("drop it to find the name, or move the pattern to `expressions`")
        .inner(at));
    }
    match text.find(char::is_whitespace) {
        Some(at) if !is_header(text) => Err(Flaw::new(format!("{} holds a space, which no name does", quoted(text)))
            .hint("only headers such as `class User` or `import os` may; move other code to `expressions`")
            .inner(at)),
        _ => Ok(()),
    }
}

/// Why a literal that is allowed will probably never hit.
fn oddity(kind: PatternKind, text: &str) -> Option<String> {
    let why = match kind {
        PatternKind::ApiRoutes => text
            .contains(char::is_whitespace)
            .then_some("a route holds no space; leave the method out"),
        _ if has_flags(text) => Some("it is a literal, not a regex; for flags write `/(?i)…/`"),
        PatternKind::SqlTables => text
            .contains(|c: char| c.is_whitespace() || "()=,;*".contains(c))
            .then_some("it is no table name; use `expressions`"),
        PatternKind::Identifiers => (!text.contains(char::is_whitespace)
            && text.contains(['=', '{', '}', ',', ';', '"', '\'', '`']))
        .then_some("it is no name; use `expressions`"),
        PatternKind::Expressions | PatternKind::Structures => None,
    }?;
    Some(format!("{} can never hit: {why}", quoted(text)))
}

/// `/…/i` and the like, which other languages take for a regex.
fn has_flags(text: &str) -> bool {
    let Some((body, flags)) = text
        .strip_prefix('/')
        .and_then(|rest| rest.rsplit_once('/'))
    else {
        return false;
    };
    !body.is_empty()
        && matches!(
            flags,
            "i" | "g" | "m" | "s" | "u" | "x" | "gi" | "ig" | "gm" | "im" | "mi"
        )
}

#[cfg(test)]
mod tests {
    use super::*;
    use PatternKind::{ApiRoutes, Expressions, Identifiers, SqlTables};

    #[test]
    fn literal_or_regex() {
        let check = |kind, text: &str, expected: PatternForm| {
            let (got, _) = pattern(kind, text, Case::Kept, &mut Regexes::default()).unwrap();
            assert_eq!((got.text.as_str(), got.form), (text, expected));
        };
        let literal = |text: &str| PatternForm::Literal(text.to_owned());
        let regex = |body: &str| PatternForm::Regex(body.to_owned());
        for kind in [Identifiers, Expressions, SqlTables] {
            check(kind, "/users/", regex("users"));
            check(kind, "/users", literal("/users"));
            check(kind, "users/", literal("users/"));
        }
        for route in [
            "/users/",
            "/users/{id}/",
            "/users/:id/",
            "/files/*/",
            "/a.b/",
            "/a?/",
        ] {
            check(ApiRoutes, route, literal(route));
        }
        for body in ["a\\d", "^a", "a$", "(a)", "[a]", "a|b", "a+", "a.*"] {
            check(ApiRoutes, &format!("/{body}/"), regex(body));
        }
        check(ApiRoutes, "a+", literal("a+"));
        check(Expressions, "f( 1,\n\t 2)", literal("f( 1, 2)"));
        check(Expressions, "é", literal("é"));
    }

    #[test]
    fn spaces_only_in_headers() {
        let check = |text: &str, allowed: bool| {
            let got = pattern(Identifiers, text, Case::Kept, &mut Regexes::default());
            assert_eq!(got.is_ok(), allowed, "{text}");
        };
        for header in [
            "class User",
            "from models import User",
            "import { User } from './models'",
            "async def handler",
            "pub struct X",
            "export default function App",
            "type User struct",
            "public static void main",
            "int main",
        ] {
            check(header, true);
        }
        for code in [
            "return x",
            "new User",
            "x = 1",
            "a b",
            "await login",
            "if x",
        ] {
            check(code, false);
        }
    }

    #[test]
    fn what_can_never_hit_is_odd() {
        let check = |kind, text: &str, odd: bool| {
            let (_, got) = pattern(kind, text, Case::Kept, &mut Regexes::default()).unwrap();
            assert_eq!(got.is_some(), odd, "{text}: {got:?}");
        };
        for kind in [Identifiers, Expressions, SqlTables] {
            check(kind, "/old_.*/i", true);
            check(kind, "/a*/", true);
            check(kind, "/(?i)a+/", false);
        }
        check(Identifiers, "x=1", true);
        check(Identifiers, "\"x\"", true);
        check(Identifiers, "import { A } from 'b'", false);
        check(Identifiers, "@aws-sdk/client-s3", false);
        check(Identifiers, "std::fs->x?.y", false);
        check(SqlTables, "users u", true);
        check(SqlTables, "public.users", false);
        check(ApiRoutes, "GET /users", true);
        check(ApiRoutes, "/users/{id}", false);
        check(ApiRoutes, "/v1/g", false);
    }
}
