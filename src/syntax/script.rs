//! The scripts inside a Vue or Svelte file.

use tree_sitter::{Point, Range};

/// The contents of all `<script>` elements, in order.
///
/// A file without one gets an empty range: no ranges at all would mean the whole file.
pub(super) fn ranges(source: &[u8]) -> Vec<Range> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some((start, end)) = next_script(source, at) {
        found.push((start, end));
        at = end;
    }
    if found.is_empty() {
        found.push((source.len(), source.len()));
    }
    let mut position = Position::default();
    found
        .into_iter()
        .map(|(start, end)| Range {
            start_byte: start,
            start_point: position.forward(source, start),
            end_byte: end,
            end_point: position.forward(source, end),
        })
        .collect()
}

/// The comments of the page around its scripts, in order.
pub(super) fn comments(source: &[u8]) -> Vec<std::ops::Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(open) = find(source, b"<!--", at) {
        match next_script(source, at) {
            Some((start, end)) if start <= open => at = end,
            _ => {
                at = find(source, b"-->", open).map_or(source.len(), |close| close + 3);
                found.push(open..at);
            }
        }
    }
    found
}

/// Where the next script's content starts and ends.
fn next_script(source: &[u8], from: usize) -> Option<(usize, usize)> {
    let mut at = from;
    loop {
        let comment = find(source, b"<!--", at);
        let open = find(source, b"<script", at)?;
        if let Some(comment) = comment.filter(|comment| *comment < open) {
            at = find(source, b"-->", comment)?;
            continue;
        }
        let after = open + b"<script".len();
        if !matches!(source.get(after), Some(b'>' | b'/') | None)
            && !source.get(after).is_some_and(u8::is_ascii_whitespace)
        {
            at = after;
            continue;
        }
        let close = tag_end(source, after)?;
        if source.get(close.wrapping_sub(1)) == Some(&b'/') {
            at = close;
            continue;
        }
        let start = close + 1;
        let end = find(source, b"</script", start).unwrap_or(source.len());
        return Some((start, end));
    }
}

/// The `>` of a tag, not one inside an attribute's quotes.
fn tag_end(source: &[u8], from: usize) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in source.iter().enumerate().skip(from) {
        match (quote, byte) {
            (None, b'>') => return Some(at),
            (None, b'"' | b'\'') => quote = Some(*byte),
            (Some(open), close) if open == *close => quote = None,
            _ => {}
        }
    }
    None
}

/// Finds ASCII text, whatever its case.
fn find(source: &[u8], needle: &[u8], from: usize) -> Option<usize> {
    let rest = source.get(from..)?;
    rest.windows(needle.len())
        .position(|window| window.eq_ignore_ascii_case(needle))
        .map(|at| from + at)
}

/// A place in the text that only moves forward.
#[derive(Default)]
struct Position {
    byte: usize,
    point: Point,
}

impl Position {
    fn forward(&mut self, source: &[u8], to: usize) -> Point {
        for byte in source.get(self.byte..to).unwrap_or_default() {
            if *byte == b'\n' {
                self.point.row += 1;
                self.point.column = 0;
            } else {
                self.point.column += 1;
            }
        }
        self.byte = to;
        self.point
    }
}
