//! What the YAML parser's complaints mean to somebody who writes a spec.

use super::diagnostic::{Place, Problem, quoted};

/// A part of the parser's words, what to say, and what to do.
const COMPLAINTS: &[(&str, &str, &str)] = &[
    (
        "mapping values are not allowed",
        "`: ` is not allowed here",
        "quote a value that holds `: `; if this is a key, check its indentation",
    ),
    (
        "did not find expected key",
        "a key is expected here",
        "check the indentation, and quote values that start with a quote or bracket",
    ),
    (
        "did not find expected '-' indicator",
        "a list entry `- …` is expected here",
        "check the indentation, and quote values that start with a quote or bracket",
    ),
    (
        "block sequence entries are not allowed",
        "a list entry is not allowed here",
        "start the list on a line of its own",
    ),
    (
        "did not find expected ',' or",
        "`,` or a closing bracket is expected here",
        "quote values that hold brackets, braces or commas",
    ),
    (
        "did not find expected node content",
        "a value is expected here",
        "quote values that hold brackets, braces or commas",
    ),
    (
        "unknown escape character",
        "unknown escape in double quotes",
        "use single quotes: in them a backslash is a backslash",
    ),
    (
        "did not find expected hexdecimal number",
        "unknown escape in double quotes",
        "use single quotes: in them a backslash is a backslash",
    ),
    (
        "found a tab character",
        "tab in indentation",
        "indent with spaces",
    ),
    (
        "found unexpected ':'",
        "`:` is not allowed here",
        "quote the value",
    ),
    (
        "did not find expected comment or line break",
        "only a comment may follow `|` or `>`",
        "quote a value that starts with `|` or `>`",
    ),
    (
        "did not find expected <document start>",
        "the spec ended before this line",
        "check the indentation",
    ),
];

/// Turns the parser's error into ours.
pub(super) fn explain(text: &str, error: &serde_yaml::Error) -> Problem {
    let offset = error.location().map(|location| location.index());
    let place = offset.map_or(Place::Nowhere, Place::Offset);
    let said = error.to_string();
    if said.contains("cannot start any token") {
        let culprit = offset.and_then(|at| text.get(at..)?.chars().next());
        return match culprit {
            Some('\t') => Problem::new(place, "tab in indentation").hint("indent with spaces"),
            Some(c) => Problem::new(
                place,
                format!("a value cannot start with {}", quoted(&c.to_string())),
            )
            .hint("quote the value"),
            None => Problem::new(place, "a value cannot start here"),
        };
    }
    if said.contains("could not find expected ':'") {
        let place = Place::Offset(begun_at(text, &said));
        return Problem::new(
            place,
            "not valid YAML: neither a key with `:` nor part of the value before it",
        )
        .hint("check the indentation, or quote the value");
    }
    match COMPLAINTS.iter().find(|(part, ..)| said.contains(part)) {
        Some((_, message, hint)) => {
            Problem::new(place, format!("not valid YAML: {message}")).hint(*hint)
        }
        None => {
            let problem = said.split(" at line ").next().unwrap_or_default();
            Problem::new(place, format!("not valid YAML: {}", quoted(problem)))
        }
    }
}

/// Where the thing began that the parser gave up on; it says so in lines and characters, at the end
/// of its message, and says nothing for the start of the text.
fn begun_at(text: &str, said: &str) -> usize {
    let place = said.rsplit_once(", while ").and_then(|(_, context)| {
        let (line, column) = context.split_once(" at line ")?.1.split_once(" column ")?;
        Some((line.parse::<usize>().ok()?, column.parse::<usize>().ok()?))
    });
    let Some((line, column)) = place else {
        return 0;
    };
    let before: usize = text
        .split_inclusive('\n')
        .take(line.saturating_sub(1))
        .map(str::len)
        .sum();
    let line = text.get(before..).unwrap_or_default();
    before
        + line
            .chars()
            .take(column.saturating_sub(1))
            .map(char::len_utf8)
            .sum::<usize>()
}
