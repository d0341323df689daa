//! A line of source with the place in it marked, fitted to the width there is.

use std::io::{self, Write};

use unicode_width::UnicodeWidthStr as _;

use crate::model::printable::Printable;
use crate::model::source_line::SourceLine;

use super::style::{Style, Tone};

/// How many columns text may take where nobody knows better.
pub const WIDTH: usize = 160;
/// Less is not worth fitting to.
const LEAST_ROOM: usize = 20;
/// What a tab shows as.
const TAB: &str = "    ";

/// One character as it is shown.
struct Cell {
    shown: String,
    width: usize,
    is_marked: bool,
}

/// Writes a line behind its number, and under it carets where `matched` stands.
///
/// # Errors
/// When `out` cannot be written.
pub fn excerpt(
    out: &mut dyn Write,
    (number, line, matched): (u32, &SourceLine, Option<&str>),
    (style, width): (Style, usize),
    indent: &str,
) -> io::Result<()> {
    let number = number.to_string();
    let gutter = indent.len() + number.len() + " | ".len();
    let cells = fitted(
        cells(line, matched),
        width.saturating_sub(gutter).max(LEAST_ROOM),
    );
    let text: String = cells.iter().map(|cell| cell.shown.as_str()).collect();
    let before: usize = cells
        .iter()
        .take_while(|cell| !cell.is_marked)
        .map(|cell| cell.width)
        .sum();
    let marked = cells.iter().filter(|cell| cell.is_marked);
    let marked: usize = marked.map(|cell| cell.width).sum();
    let bar = style.paint(Tone::Quiet, format_args!("{number} |"));
    writeln!(out, "{indent}{bar} {}", text.trim_end())?;
    let bar = style.paint(
        Tone::Quiet,
        format_args!("{:>width$} |", "", width = number.len()),
    );
    let carets = style.paint(Tone::Bad, "^".repeat(marked.max(1)));
    writeln!(out, "{indent}{bar} {:before$}{carets}", "")
}

/// The line without its indentation, character by character.
fn cells(line: &SourceLine, matched: Option<&str>) -> Vec<Cell> {
    let marked = line.at..line.at + line.marked(matched).len();
    let indentation = line.text.len() - line.text.trim_start().len();
    let cell = |(at, c): (usize, char)| {
        let shown = match c {
            '\t' => TAB.to_owned(),
            c => Printable::new(c.encode_utf8(&mut [0; 4])).to_string(),
        };
        Cell {
            width: shown.width(),
            shown,
            is_marked: marked.contains(&at),
        }
    };
    line.text
        .char_indices()
        .filter(|(at, _)| *at >= indentation.min(line.at))
        .map(cell)
        .collect()
}

/// Cuts what does not fit into `room` columns, the marked place last, and shows where.
fn fitted(cells: Vec<Cell>, room: usize) -> Vec<Cell> {
    let width = |cells: &[Cell]| cells.iter().map(|cell| cell.width).sum::<usize>();
    if width(&cells) <= room {
        return cells;
    }
    let ellipsis = || Cell {
        shown: "…".to_owned(),
        width: 1,
        is_marked: false,
    };
    let first = cells.iter().position(|cell| cell.is_marked).unwrap_or(0);
    let end = cells.iter().rposition(|cell| cell.is_marked);
    let end = end.map_or(first, |last| last + 1);
    let mut start = 0;
    if width(&cells[..end]) > room - 1 {
        start = first;
        while start > 0 && width(&cells[start - 1..first]) <= room / 4 {
            start -= 1;
        }
    }
    let mut shown = Vec::new();
    if start > 0 {
        shown.push(ellipsis());
    }
    let mut left = room - 1 - shown.len();
    for cell in cells.into_iter().skip(start) {
        if cell.width > left {
            shown.push(ellipsis());
            break;
        }
        left -= cell.width;
        shown.push(cell);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, (at, matched): (&str, Option<&str>), width: usize, expected: [&str; 2]) {
        let column = u32::try_from(text.find(at).unwrap() + 1).unwrap();
        let line = SourceLine::new(text.as_bytes(), column);
        let mut out = Vec::new();
        excerpt(&mut out, (7, &line, matched), (Style::Plain, width), "").unwrap();
        let out = String::from_utf8(out).unwrap();
        let lines: Vec<&str> = out.lines().collect();
        assert_eq!(lines, expected, "{text}");
    }

    #[test]
    fn the_place_is_marked() {
        let foo = ("foo", Some("foo"));
        check("\t\tfoo(x);", foo, 80, ["7 | foo(x);", "  | ^^^"]);
        check("a\tfoo", foo, 80, ["7 | a    foo", "  |      ^^^"]);
        check("漢字 foo", foo, 80, ["7 | 漢字 foo", "  |      ^^^"]);
        check(
            "\u{1b}[2J foo",
            foo,
            80,
            ["7 | \\u{1b}[2J foo", "  |           ^^^"],
        );
        check(
            "x = foo.bar",
            ("foo", None),
            80,
            ["7 | x = foo.bar", "  |     ^"],
        );
        check(
            "f(1,  2)",
            ("f", Some("f(1, 2)")),
            80,
            ["7 | f(1,  2)", "  | ^^^^^^^^"],
        );
    }

    #[test]
    fn what_does_not_fit_is_cut_around_the_place() {
        let foo = ("foo", Some("foo"));
        let (a, b) = ("a".repeat(40), "b".repeat(40));
        check(
            &format!("foo {b}"),
            foo,
            24,
            ["7 | foo bbbbbbbbbbbbbbb…", "  | ^^^"],
        );
        check(
            &format!("{a} foo {b}"),
            foo,
            24,
            ["7 | …aaaa foo bbbbbbbbb…", "  |       ^^^"],
        );
        check(
            &format!("{a} foo"),
            foo,
            24,
            ["7 | …aaaa foo", "  |       ^^^"],
        );
        check(
            &"foo".repeat(20),
            ("foo", Some(&"foo".repeat(20))),
            24,
            ["7 | foofoofoofoofoofoof…", "  | ^^^^^^^^^^^^^^^^^^^"],
        );
    }
}
