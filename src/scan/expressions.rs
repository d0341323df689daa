//! Expressions: code text outside comments, any run of white space equal to any other.

use std::borrow::Cow;
use std::ops::Range;

use anyhow::{Context as _, Result};
use regex::bytes::{Regex, RegexBuilder};

use super::budget::{Budget, Spent};
use super::needle::Case;
use super::place::Lines;
use crate::model::printable::Printable;

/// The most memory one compiled regex may take; more is refused with an error.
const REGEX_BYTES: usize = 10 << 20;

/// Compiles a user's regex: `^` and `$` stand at line ends, whatever kind of line end.
pub(super) fn regex(pattern: &str, case: Case) -> Result<Regex> {
    RegexBuilder::new(pattern)
        .case_insensitive(case == Case::Folded)
        .multi_line(true)
        .crlf(true)
        .size_limit(REGEX_BYTES)
        .dfa_size_limit(REGEX_BYTES)
        .nest_limit(100)
        .build()
        .with_context(|| format!("compiling /{}/", Printable::new(pattern)))
}

/// A literal as a regex: whole words at both ends, white space folded.
pub(super) fn literal(text: &str) -> String {
    let parts: Vec<String> = text.split_whitespace().map(regex::escape).collect();
    let (left, right) = edges(text);
    format!("{left}{}{right}", parts.join(r"\s+"))
}

/// What keeps a literal from ending inside a word, on both sides.
pub(super) fn edges(text: &str) -> (&'static str, &'static str) {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    let edge = |c: Option<char>| c.filter(|c| word(*c)).map_or("", |_| r"\b");
    let mut chars = text.trim().chars();
    let first = chars.next();
    (edge(first), edge(chars.next_back().or(first)))
}

/// The source with every comment blanked, line breaks kept, so that offsets hold.
pub(super) fn without_comments<'a>(source: &'a [u8], comments: &[Range<usize>]) -> Cow<'a, [u8]> {
    if comments.is_empty() {
        return Cow::Borrowed(source);
    }
    let mut text = source.to_vec();
    for comment in comments {
        for byte in text.get_mut(comment.clone()).into_iter().flatten() {
            if !matches!(byte, b'\n' | b'\r') {
                *byte = b' ';
            }
        }
    }
    Cow::Owned(text)
}

/// For every line on which a match starts, the first such match; matches do not overlap.
pub(super) fn matches(
    regex: &Regex,
    text: &[u8],
    lines: &Lines<'_>,
    budget: &Budget,
) -> Result<Vec<Range<usize>>, Spent> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(hit) = regex.find_at(text, at) {
        let next = if hit.is_empty() {
            Some(hit.end() + 1).filter(|next| *next <= text.len())
        } else {
            found.push(hit.range());
            lines.next_line(hit.start()).map(|next| next.max(hit.end()))
        };
        match next {
            Some(next) => at = next,
            None => break,
        }
        budget.check()?;
    }
    Ok(found)
}

/// For every line, its first match; linear whatever the regex, but blind to matches across lines.
pub(super) fn matches_by_line(regex: &Regex, text: &[u8], lines: &Lines<'_>) -> Vec<Range<usize>> {
    lines
        .ranges()
        .filter_map(|line| {
            let hit = regex.find(text.get(line.clone())?)?;
            let range = line.start + hit.start()..line.start + hit.end();
            (!range.is_empty()).then_some(range)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::hit::Analysis;
    use std::time::Duration;

    fn places(pattern: &str, text: &str) -> Vec<(u32, u32)> {
        let lines = Lines::new(text.as_bytes());
        let regex = regex(pattern, Case::Exact).unwrap();
        let budget = Budget::new(Duration::from_secs(60));
        let found = matches(&regex, text.as_bytes(), &lines, &budget).unwrap();
        let spots = lines.spots(found, Analysis::Code);
        spots.iter().map(|spot| (spot.line, spot.column)).collect()
    }

    #[test]
    fn literals_are_whole_words_with_free_white_space() {
        let check = |pattern: &str, text: &str, expected: &[(u32, u32)]| {
            assert_eq!(
                places(&literal(pattern), text),
                expected,
                "{pattern} on {text}"
            );
        };
        check("new Foo", "x = new\n\t Foo()", &[(1, 5)]);
        check("new Foo", "new FooBar", &[]);
        check("foo(", "a.foo(1)\nfoo (2)", &[(1, 3)]);
        check("$x", "a$x $xy", &[(1, 2)]);
        check("/auth", "get('/auth')", &[(1, 6)]);
        check("a", "a a\na", &[(1, 1), (2, 1)]);
        check("naïve", "naïvete naïve", &[(1, 10)]);
    }

    #[test]
    fn regexes_know_lines_of_either_kind() {
        let check = |pattern: &str, text: &str, expected: &[(u32, u32)]| {
            assert_eq!(places(pattern, text), expected, "{pattern} on {text:?}");
        };
        check("^b$", "a\r\nb\r\nc", &[(2, 1)]);
        check("x*", "abx\nxx", &[(1, 3), (2, 1)]);
        check("(?s)a.*b", "a\na\nb", &[(1, 1)]);
        check(r"\s+b", "a\n  b", &[(1, 2)]);
    }

    #[test]
    fn comments_are_blank_but_lines_stay() {
        let source = b"a /* b\nc */ d";
        let text = without_comments(source, std::slice::from_ref(&(2..11)));
        assert_eq!(&*text, b"a     \n     d");
    }

    #[test]
    fn a_quadratic_search_ends_line_by_line() {
        let text = format!("{}b\nx", "a".repeat(50_000));
        let lines = Lines::new(text.as_bytes());
        let regex = regex("x", Case::Exact).unwrap();
        assert_eq!(
            matches(
                &regex,
                b"x\nx",
                &Lines::new(b"x\nx"),
                &Budget::new(Duration::ZERO)
            ),
            Err(Spent)
        );
        assert_eq!(
            matches_by_line(&regex, text.as_bytes(), &lines),
            vec![50_002..50_003]
        );
    }
}
