//! Module specifiers: `@scope/pkg/sub`, `./a/b`, `node:fs`, `github.com/x/y`, compared by segments.

use std::ops::Range;

use super::identifiers::same;
use super::needle::Case;

/// Signs that a segment may begin with and that a pattern may leave out.
const SIGILS: [char; 5] = ['$', '@', ':', '#', '&'];

/// A part of a specifier and where it stands.
type Part<'a> = (usize, &'a str);

/// Finds the pattern that `rest` begins with in a specifier, as a run of whole segments.
///
/// Answers how much of `rest` was the pattern and which bytes of the specifier it names.
pub(super) fn find(module: &str, rest: &str, case: Case) -> Option<(usize, Range<usize>)> {
    let (consumed, wanted) = chunk(rest);
    let wanted = parts(wanted);
    let present = parts(module);
    if wanted.is_empty() {
        return None;
    }
    let alike = |(wanted, present): (&Part<'_>, &Part<'_>)| {
        same(wanted.1, present.1, case)
            || same(wanted.1, present.1.trim_start_matches(SIGILS), case)
    };
    let run = present
        .windows(wanted.len())
        .find(|run| wanted.iter().zip(run.iter()).all(alike))?;
    let (first, last) = (run.first()?, run.last()?);
    Some((consumed, first.0..last.0 + last.1.len()))
}

/// What a pattern says of a specifier: up to white space or punctuation, quotes left out.
fn chunk(rest: &str) -> (usize, &str) {
    for quote in ['\'', '"', '`'] {
        if let Some((inner, _)) = rest
            .strip_prefix(quote)
            .and_then(|rest| rest.split_once(quote))
        {
            return (inner.len() + 2, inner);
        }
    }
    let ends = |c: char| c.is_whitespace() || matches!(c, ';' | ',' | '(' | ')' | '{' | '}');
    let end = rest.find(ends).unwrap_or(rest.len());
    (end, rest.get(..end).unwrap_or_default())
}

/// Segments and separators in turn; leading `./` and `../` say where, not what.
fn parts(module: &str) -> Vec<Part<'_>> {
    let mut rest = module;
    while let Some(inner) = rest.strip_prefix("../").or_else(|| rest.strip_prefix("./")) {
        rest = inner;
    }
    let rest = rest.trim_start_matches(['/', '.']);
    let base = module.len() - rest.len();
    let mut parts = Vec::new();
    let mut at = 0;
    for (found, separator) in rest.match_indices(['/', '.', ':', '\\']) {
        parts.push((base + at, rest.get(at..found).unwrap_or_default()));
        parts.push((base + found, separator));
        at = found + separator.len();
    }
    parts.push((base + at, rest.get(at..).unwrap_or_default()));
    parts.retain(|part| !part.1.is_empty());
    while parts.last().is_some_and(|part| part.1 == "/") {
        parts.pop();
    }
    parts
}

/// Where the segment starts that holds `offset`, or the next one when it stands on a separator.
pub(super) fn segment_at(module: &str, offset: usize) -> usize {
    parts(module)
        .iter()
        .filter(|part| !matches!(part.1, "/" | "." | ":" | "\\"))
        .find(|part| offset < part.0 + part.1.len())
        .map_or(offset, |part| part.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_segments_of_a_specifier() {
        let check = |module: &str, pattern: &str, expected: Option<&str>| {
            let found = find(module, pattern, Case::Exact);
            assert_eq!(
                found.map(|(_, at)| &module[at]),
                expected,
                "{pattern} in {module}"
            );
        };
        check("lodash", "lodash", Some("lodash"));
        check("lodash/get", "lodash", Some("lodash"));
        check("lodash.get", "lodash.get", Some("lodash.get"));
        check("lodash-es", "lodash", None);
        check(
            "@aws-sdk/client-s3",
            "@aws-sdk/client-s3",
            Some("@aws-sdk/client-s3"),
        );
        check("@aws-sdk/client-s3", "client-s3", Some("client-s3"));
        check("@aws-sdk/client-s3", "aws-sdk", Some("@aws-sdk"));
        check("@aws-sdk/client-s3", "s3", None);
        check("../../auth/legacy", "auth/legacy", Some("auth/legacy"));
        check("../../auth/legacy", "./legacy", Some("legacy"));
        check("../../auth/legacy.js", "legacy", Some("legacy"));
        check("node:fs/promises", "node:fs", Some("node:fs"));
        check("node:fs/promises", "fs", Some("fs"));
        check(
            "github.com/gin-gonic/gin",
            "gin-gonic/gin",
            Some("gin-gonic/gin"),
        );
        check("a/b", "a.b", None);
        check("a/b/c", "a/c", None);
        check("./user", "'./user'", Some("user"));
        check("./user", "./user;", Some("user"));
        check("", "x", None);
    }

    #[test]
    fn a_match_counts_from_its_segment() {
        assert_eq!(segment_at("@a/b-c/d", 5), 3);
        assert_eq!(segment_at("@a/b-c/d", 2), 3);
        assert_eq!(segment_at("./x", 0), 2);
    }
}
