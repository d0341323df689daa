//! Declared routes: a pattern equals a route or a whole leading part of it, segment by segment.

use std::ops::Range;

use anyhow::Result;
use regex::bytes::Regex;

use super::expressions;
use super::identifiers::same;
use super::needle::{self, Case, Edges, Needle, Requirement, longest_word, required_words};
use crate::model::spec::PatternForm;

/// Segments that frameworks add to a resource by themselves, so that no source spells them …
const IMPLIED: [&str; 3] = ["new", "edit", "create"];
/// … and the word that such a source spells instead.
pub(super) const RESOURCE: &[u8] = b"resource";

/// Stands for part of a class name in ASP.NET.
const CONTROLLER: &[u8] = b"[controller]";

/// What a parameter of whatever spelling becomes.
const PARAMETER: &str = "{}";

/// A pattern under `api_routes`.
#[derive(Debug)]
pub(super) enum RouteMatcher {
    /// An optional method and the segments, parameters made alike.
    Path {
        /// Upper case.
        method: Option<String>,
        /// Leading part.
        segments: Vec<String>,
        /// How segments compare.
        case: Case,
    },
    /// Unanchored, on the path as declared.
    Regex(Regex),
}

impl RouteMatcher {
    /// Compiles; fails on a regex over the limits.
    pub(super) fn new(form: &PatternForm, case: Case) -> Result<Self> {
        Ok(match form {
            PatternForm::Literal(text) => {
                let (method, path) = split_method(text);
                Self::Path {
                    method: method.map(str::to_ascii_uppercase),
                    segments: segments(path),
                    case,
                }
            }
            PatternForm::Regex(regex) => Self::Regex(expressions::regex(regex, case)?),
        })
    }

    /// Whether a declared route is meant.
    pub(super) fn matches(&self, declared_method: &str, path: &str) -> bool {
        match self {
            Self::Regex(regex) => regex.is_match(path.as_bytes()),
            Self::Path {
                method,
                segments: wanted,
                case,
            } => {
                let declared = segments(path);
                let right_method =
                    |method: &String| method == declared_method || declared_method == "ANY";
                method.as_ref().is_none_or(right_method)
                    && declared.len() >= wanted.len()
                    && wanted
                        .iter()
                        .zip(&declared)
                        .all(|(wanted, declared)| same(wanted, declared, *case))
            }
        }
    }
}

/// What a file must hold to declare the route: a word of each literal segment, but for what may be
/// implied. Prefixes count only where they stand in the same file.
pub(super) fn requirement(form: &PatternForm) -> Requirement {
    match form {
        PatternForm::Literal(text) => segments(split_method(text).1)
            .iter()
            .flat_map(|segment| segment.split(PARAMETER))
            .filter_map(|part| longest_word(part.as_bytes()))
            .map(segment_word)
            .collect(),
        // A regex may also be about the parameters that frameworks name: `post_id` of `posts`.
        PatternForm::Regex(regex) => {
            let mut groups = required_words(regex);
            groups
                .iter_mut()
                .for_each(|group| group.push(RESOURCE.to_vec()));
            needle::parts(groups)
        }
    }
}

/// What a file must hold to declare a route with this word in a literal segment.
fn segment_word(word: &[u8]) -> Vec<Needle> {
    let needle = |word: &[u8], edges| Needle {
        text: word.to_vec(),
        case: Case::Folded,
        edges,
    };
    let lower = String::from_utf8_lossy(word).to_ascii_lowercase();
    let implied = IMPLIED.iter().any(|implied| implied.contains(&lower));
    let resource = implied.then(|| needle(RESOURCE, Edges::Free));
    let words = [
        needle(word, Edges::Escaped),
        needle(CONTROLLER, Edges::Free),
    ];
    words.into_iter().chain(resource).collect()
}

/// A literal as a regex for text that is not parsed: the path, not inside a longer one.
pub(super) fn in_text(text: &str) -> String {
    let segment = |segment: &String| {
        let literal: Vec<_> = segment.split(PARAMETER).map(regex::escape).collect();
        literal.join(r#"[^/\s"'`]+"#)
    };
    let path: Vec<_> = segments(split_method(text).1).iter().map(segment).collect();
    format!(r#"(?:^|[^\w/}}>-])(/?{})(?:[^\w-]|$)"#, path.join("/"))
}

/// Where the text that declares a route stands: to the quote it began with, or the end of the word.
pub(super) fn declared_at(source: &[u8], offset: usize) -> Range<usize> {
    let before = offset.checked_sub(1).and_then(|at| source.get(at));
    let quote = before.filter(|byte| matches!(byte, b'"' | b'\'' | b'`'));
    let ends = |byte: &u8| match quote {
        Some(quote) => byte == quote || *byte == b'\n',
        None => byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b'`' | b',' | b')'),
    };
    let rest = source.get(offset..).unwrap_or_default();
    let length = rest.iter().take_while(|byte| !ends(byte)).count();
    match (quote, length) {
        // The path is that of the prefixes alone.
        (Some(_), 0) => offset - 1..offset + 1,
        _ => offset..offset + length,
    }
}

/// `GET /users` names a method too.
fn split_method(text: &str) -> (Option<&str>, &str) {
    let text = text.trim();
    match text.split_once(char::is_whitespace) {
        Some((method, path)) if method.bytes().all(|byte| byte.is_ascii_alphabetic()) => {
            (Some(method), path.trim_start())
        }
        _ => (None, text),
    }
}

/// The segments of a path up to `?` or `#`, every parameter as [`PARAMETER`].
fn segments(path: &str) -> Vec<String> {
    let path = uniform(path);
    let end = path.find(['?', '#']).unwrap_or(path.len());
    path.get(..end)
        .unwrap_or_default()
        .split('/')
        .filter(|segment| !segment.is_empty())
        .map(|segment| {
            if segment.starts_with('*') {
                PARAMETER.to_owned()
            } else {
                segment.to_owned()
            }
        })
        .collect()
}

/// The last word that a path spells out.
pub(super) fn last_word(literal: &str) -> Option<String> {
    let segments = segments(split_method(literal).1);
    let words = segments
        .iter()
        .rev()
        .flat_map(|segment| segment.rsplit(PARAMETER));
    let word = words
        .filter_map(|part| longest_word(part.as_bytes()))
        .next();
    word.map(|word| String::from_utf8_lossy(word).into_owned())
}

/// The leading part of a route that ends with the path of a literal, if more stands before that.
pub(super) fn leading_part(route: &str, literal: &str) -> Option<String> {
    let (wanted, declared) = (segments(split_method(literal).1), segments(route));
    let mut runs = declared.windows(wanted.len().max(1));
    let before = runs.position(|run| run == wanted).filter(|at| *at > 0)?;
    let written: Vec<&str> = route.split('/').filter(|it| !it.is_empty()).collect();
    let part = written.get(..before + wanted.len())?;
    (written.len() == declared.len()).then(|| format!("/{}", part.join("/")))
}

/// Replaces `:id`, `:id(\\d+)`, `:id?`, `{id}`, `{id:int}`, `<int:id>`, `[id]` and `(?P<id>…)` by [`PARAMETER`].
fn uniform(path: &str) -> String {
    let mut text = String::with_capacity(path.len());
    let mut rest = path;
    while let Some(c) = rest.chars().next() {
        let after = rest.get(c.len_utf8()..).unwrap_or_default();
        let parameter = match c {
            '{' => bracketed(after, '{', '}'),
            '<' => bracketed(after, '<', '>'),
            '[' => bracketed(after, '[', ']'),
            '(' => bracketed(after, '(', ')'),
            ':' => named(after),
            _ => None,
        };
        if let Some(left) = parameter {
            text.push_str(PARAMETER);
            rest = left;
        } else {
            text.push(c);
            rest = after;
        }
    }
    text
}

/// What follows the bracket that closes the one just opened.
fn bracketed(text: &str, open: char, close: char) -> Option<&str> {
    let mut depth = 1usize;
    for (at, c) in text.char_indices() {
        if c == open {
            depth += 1;
        } else if c == close {
            depth -= 1;
        }
        if depth == 0 {
            return text.get(at + close.len_utf8()..);
        }
    }
    None
}

/// What follows a `:name`, its constraint and its `?`, `*` or `+`.
fn named(text: &str) -> Option<&str> {
    let left = text.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_');
    if left.len() == text.len() {
        return None;
    }
    let left = left
        .strip_prefix('(')
        .and_then(|inner| bracketed(inner, '(', ')'))
        .unwrap_or(left);
    Some(left.strip_prefix(['?', '*', '+']).unwrap_or(left))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn literal(text: &str) -> PatternForm {
        PatternForm::Literal(text.to_owned())
    }

    fn regex(text: &str) -> PatternForm {
        PatternForm::Regex(text.to_owned())
    }

    #[test]
    fn a_pattern_is_a_leading_part_by_segments() {
        let check = |pattern: &str, route: &str, expected: bool| {
            let matcher = RouteMatcher::new(&literal(pattern), Case::Exact).unwrap();
            let (method, path) = split_method(route);
            assert_eq!(
                matcher.matches(method.unwrap_or("GET"), path),
                expected,
                "{pattern} on {route}"
            );
        };
        check("/auth/login", "/auth/login", true);
        check("/auth/login", "/auth/login/", true);
        check("/auth/login/", "/auth/login", true);
        check("auth/login", "/auth/login", true);
        check("/auth/login", "/api/auth/login", false);
        check("/api/users", "/api/users/:id", true);
        check("/api/users", "/api/users-old", false);
        check("/api/users/:id", "/api/users/{userId}", true);
        check("/api/users/:id", "/api/users/<int:pk>", true);
        check("/api/users/{id}", "/api/users/:id(\\d+)/posts", true);
        check("/api/users/:id", "/api/users/me", false);
        check("/api/users/me", "/api/users/:id", false);
        check("/files/*", "/files/*path", true);
        check("/files/:name.json", "/files/{name}.json", true);
        check("/search", "/search?q=1", true);
        check("/users/:id?", "/users/{id}", true);
        check("/Users", "/users", false);
        check("GET /users", "GET /users", true);
        check("GET /users", "POST /users", false);
        check("GET /users", "ANY /users", true);
        check("/posts/[id]", "/posts/:id", true);
    }

    #[test]
    fn a_path_may_lack_what_goes_before_it() {
        let check = |literal: &str, route: &str, expected: Option<&str>| {
            let part = leading_part(route, literal);
            assert_eq!(part.as_deref(), expected, "{literal} in {route}");
        };
        check(
            "/users/{id}",
            "/api/v1/users/:id/posts",
            Some("/api/v1/users/:id"),
        );
        check("GET users", "/api/users", Some("/api/users"));
        check("/users", "/users/all", None);
        check("/users", "/api/users-old", None);
        check("/users", "/api/{x:a/b}/users", None);
        check("/", "/api", None);
        assert_eq!(last_word("/users/:id").as_deref(), Some("users"));
        assert_eq!(last_word("/:id"), None);
    }

    #[test]
    fn needles_survive_implied_segments() {
        let check = |form: PatternForm, expected: &[&str]| {
            let shown = |group: &Vec<Needle>| {
                let words = group
                    .iter()
                    .map(|needle| String::from_utf8_lossy(&needle.text));
                words
                    .filter(|word| word != "[controller]")
                    .collect::<Vec<_>>()
                    .join("|")
            };
            let words: Vec<_> = requirement(&form).iter().map(shown).collect();
            assert_eq!(words, expected, "{form:?}");
        };
        check(literal("/api/users/:id"), &["api", "users"]);
        check(literal("/posts/:id/edit"), &["posts", "edit|resource"]);
        check(literal("/sign-in"), &["sign"]);
        check(literal("/:a/{b}"), &[]);
        check(
            regex("^/api/v[12]/orders"),
            &["api|resource", "v|resource", "orders|resource"],
        );
        check(regex("^/.*/$"), &[]);
    }

    #[test]
    fn text_holds_a_path_of_its_own() {
        let check = |pattern: &str, text: &str, expected: bool| {
            let regex = expressions::regex(&in_text(pattern), Case::Exact).unwrap();
            assert_eq!(
                regex.is_match(text.as_bytes()),
                expected,
                "{pattern} on {text}"
            );
        };
        check("/auth/login", "  /auth/login:", true);
        check("/auth/login", "'/auth/login/x'", true);
        check("/auth/login", "/api/auth/login", false);
        check("/auth/login", "/auth/login-old", false);
        check("/users/:id", "\"/users/{id}\"", true);
    }
}
