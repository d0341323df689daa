//! Paths of routes: joined, and made of regular expressions.

use super::value::UNKNOWN;

/// Joins a prefix and a path with one `/` between and one in front.
pub(super) fn join(prefix: &str, path: &str) -> String {
    let mut joined = String::from("/");
    for part in [prefix, path] {
        let part = part.trim_start_matches('/');
        if !part.is_empty() && !joined.ends_with('/') {
            joined.push('/');
        }
        joined.push_str(part);
    }
    joined
}

/// A Django-style regular expression as a path: anchors go; groups, classes and what may stand any number
/// of times become parameters.
pub(super) fn of_regex(pattern: &str) -> String {
    let pattern = pattern.trim_start_matches('^');
    let mut rest = pattern.strip_suffix('$').unwrap_or(pattern);
    let mut path = String::new();
    while let Some(c) = rest.chars().next() {
        let after = rest.get(c.len_utf8()..).unwrap_or_default();
        let (mut piece, left) = match c {
            '\\' => escaped(after, &path),
            '(' => group(after),
            '[' => (UNKNOWN.to_owned(), after_class(after)),
            _ => (String::from(c), after),
        };
        rest = after_count(left);
        let varies = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
        if rest.len() < left.len() && piece.ends_with(varies) {
            UNKNOWN.clone_into(&mut piece);
        }
        if piece != UNKNOWN || !path.ends_with(UNKNOWN) {
            path.push_str(&piece);
        }
    }
    path
}

/// What stands behind a backslash: a sign as it is, a class of characters, or an anchor.
fn escaped<'a>(rest: &'a str, before: &str) -> (String, &'a str) {
    let c = rest.chars().next().unwrap_or_default();
    let left = rest.get(c.len_utf8()..).unwrap_or_default();
    let piece = match c {
        '\0' => String::new(),
        'A' | 'Z' | 'z' | 'b' | 'B' if before.is_empty() || left.is_empty() => String::new(),
        c if c.is_alphanumeric() => UNKNOWN.to_owned(),
        c => String::from(c),
    };
    (piece, left)
}

/// A group as a parameter of its name; nothing if it is never closed.
fn group(text: &str) -> (String, &str) {
    let mut depth = 1usize;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let after = rest.get(c.len_utf8()..).unwrap_or_default();
        rest = match c {
            '\\' => escaped(after, "").1,
            '[' => after_class(after),
            _ => after,
        };
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return (format!("{{{}}}", group_name(text)), rest);
        }
    }
    (String::new(), "")
}

/// The name in `?P<name>` or `?<name>`.
fn group_name(text: &str) -> &str {
    let text = text.trim_start_matches(['?', 'P']);
    let named = text.strip_prefix('<').and_then(|text| text.split_once('>'));
    named.map_or("", |(name, _)| name)
}

/// What follows a class of characters; a bracket that comes first in it does not close it.
fn after_class(text: &str) -> &str {
    let mut escapes = false;
    let closes = |(at, c): &(usize, char)| {
        let is_first = text
            .get(..*at)
            .is_some_and(|before| matches!(before, "" | "^"));
        let closes = *c == ']' && !escapes && !is_first;
        escapes = *c == '\\' && !escapes;
        closes
    };
    let close = text.char_indices().find(closes);
    close.map_or("", |(at, _)| text.get(at + 1..).unwrap_or_default())
}

/// What follows the count of a piece, if it has one: `?`, `*`, `+`, `{2,3}`.
fn after_count(text: &str) -> &str {
    let counted = text
        .strip_prefix('{')
        .and_then(|inner| inner.split_once('}'));
    let rest = match counted {
        Some((count, rest)) if count.starts_with(|c: char| c.is_ascii_digit()) => rest,
        _ => text.strip_prefix(['?', '*', '+']).unwrap_or(text),
    };
    match rest.len() < text.len() {
        true => rest.strip_prefix(['?', '+']).unwrap_or(rest),
        false => text,
    }
}

/// The singular of an English plural, as far as its spelling says.
pub(super) fn singular(plural: &str) -> String {
    const SIBILANTS: [&str; 5] = ["sses", "shes", "ches", "xes", "zes"];
    let cut = |length: usize| plural.get(..plural.len() - length).unwrap_or(plural);
    if plural.ends_with("ies") && plural.len() > 4 {
        format!("{}y", cut(3))
    } else if plural == "people" {
        "person".to_owned()
    } else if SIBILANTS.iter().any(|ending| plural.ends_with(ending))
        || plural.ends_with("statuses")
    {
        cut(2).to_owned()
    } else if plural.ends_with('s') && !plural.ends_with("ss") && !plural.ends_with("news") {
        cut(1).to_owned()
    } else {
        plural.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn singulars() {
        let check = |plural, expected| assert_eq!(singular(plural), expected);
        check("users", "user");
        check("categories", "category");
        check("boxes", "box");
        check("addresses", "address");
        check("people", "person");
        check("news", "news");
        check("", "");
    }

    #[test]
    fn one_slash_between() {
        let check = |prefix, path, expected| assert_eq!(join(prefix, path), expected);
        check("", "", "/");
        check("", "x", "/x");
        check("/a/", "/b/", "/a/b/");
        check("a", "b", "/a/b");
        check("/a", "", "/a");
        check("/a", "/", "/a");
    }

    #[test]
    fn groups_become_parameters() {
        let check = |pattern, expected| assert_eq!(of_regex(pattern), expected);
        check("^users/(?P<id>\\d+)/$", "users/{id}/");
        check("a\\.b/(x|(y))/c/?", "a.b/{}/c/");
        check("((((", "");
        check("^archive/[0-9]{4}/\\d{2}/$", "archive/{}/{}/");
        check("^p(?P<n>[)\\]]+)-[a-z][a-z0-9]*\\Z", "p{n}-{}");
        check("files/.*", "files/{}");
        check("colou?rs/x.y", "colo{}rs/x.y");
        check("[]a]/[", "{}/{}");
        check("a\\", "a");
        check("users/{}/x{}", "users/{}/x{}");
    }
}
