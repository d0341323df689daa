//! Paths of routes: joined, and made of regular expressions.

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

/// A Django-style regular expression as a path: anchors go, groups become parameters.
pub(super) fn of_regex(pattern: &str) -> String {
    let pattern = pattern.trim_start_matches('^');
    let pattern = pattern.strip_suffix('$').unwrap_or(pattern);
    let mut path = String::new();
    let mut name = String::new();
    let mut depth = 0usize;
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                let escaped = chars.next().unwrap_or_default();
                let is_literal = !escaped.is_alphanumeric() && depth == 0;
                path.extend(is_literal.then_some(escaped));
            }
            '(' => {
                depth += 1;
                if depth == 1 {
                    name = group_name(chars.clone());
                }
            }
            ')' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    path.push_str(&format!("{{{name}}}"));
                }
            }
            '?' | '*' | '+' if depth == 0 => {}
            _ if depth == 0 => path.push(c),
            _ => {}
        }
    }
    path
}

/// The name in `?P<name>` or `?<name>`.
fn group_name(rest: impl Iterator<Item = char>) -> String {
    let mut rest = rest.skip_while(|c| matches!(c, '?' | 'P'));
    match rest.next() {
        Some('<') => rest.take_while(|c| *c != '>').collect(),
        _ => String::new(),
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
        check("a\\.b/(x|(y))/c?", "a.b/{}/c");
        check("((((", "");
    }
}
