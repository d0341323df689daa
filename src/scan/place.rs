//! Places: byte offsets as lines and columns, and the text that is shown for them.

use std::ops::Range;
use std::sync::Arc;

use crate::model::hit::Analysis;

/// At most this much of a source is shown for one place.
const SHOWN_BYTES: usize = 200;

/// One place where a pattern was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Spot {
    /// 1-based.
    pub line: u32,
    /// 1-based, in bytes.
    pub column: u32,
    /// What stands there, shortened.
    pub text: Arc<str>,
    /// How sure.
    pub analysis: Analysis,
}

/// Where the lines of a source start.
#[derive(Debug)]
pub(super) struct Lines<'a> {
    source: &'a [u8],
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    /// Reads the line starts; a byte order mark is no part of the first line.
    pub(super) fn new(source: &'a [u8]) -> Self {
        let mark = if source.starts_with(b"\xef\xbb\xbf") {
            3
        } else {
            0
        };
        let breaks = source
            .iter()
            .enumerate()
            .filter(|(_, byte)| **byte == b'\n');
        Self {
            source,
            starts: std::iter::once(mark)
                .chain(breaks.map(|(at, _)| at + 1))
                .collect(),
        }
    }

    /// The 0-based line an offset lies on.
    fn index(&self, offset: usize) -> usize {
        self.starts
            .partition_point(|start| *start <= offset)
            .saturating_sub(1)
    }

    /// Where the line after the one of `offset` starts, if there is one.
    pub(super) fn next_line(&self, offset: usize) -> Option<usize> {
        self.starts.get(self.index(offset) + 1).copied()
    }

    /// Every line with its end of line.
    pub(super) fn ranges(&self) -> impl Iterator<Item = Range<usize>> + '_ {
        let ends = self
            .starts
            .iter()
            .skip(1)
            .copied()
            .chain([self.source.len()]);
        self.starts
            .iter()
            .copied()
            .zip(ends)
            .map(|(start, end)| start..end.max(start))
    }

    /// The line of an offset without its white space at both ends, shortened.
    pub(super) fn text(&self, offset: usize) -> String {
        let start = self.starts.get(self.index(offset)).copied().unwrap_or(0);
        let end = self.next_line(offset).unwrap_or(self.source.len());
        shorten(
            self.source.get(start..end).unwrap_or_default(),
            WhiteSpace::Kept,
        )
    }

    /// The 1-based line of an offset.
    pub(super) fn number(&self, offset: usize) -> u32 {
        u32::try_from(self.index(offset) + 1).unwrap_or(u32::MAX)
    }

    /// Describes what stands at a range.
    pub(super) fn spot(&self, range: &Range<usize>, analysis: Analysis) -> Spot {
        let line = self.index(range.start);
        let start = self.starts.get(line).copied().unwrap_or(0);
        let column = range.start.saturating_sub(start) + 1;
        Spot {
            line: self.number(range.start),
            column: u32::try_from(column).unwrap_or(u32::MAX),
            text: shorten(
                self.source.get(range.clone()).unwrap_or_default(),
                WhiteSpace::Folded,
            )
            .into(),
            analysis,
        }
    }

    /// Describes ranges, one per line: the first of each line counts.
    pub(super) fn spots(&self, mut ranges: Vec<Range<usize>>, analysis: Analysis) -> Vec<Spot> {
        ranges.sort_by_key(|range| (range.start, range.end));
        ranges.dedup_by_key(|range| self.index(range.start));
        ranges
            .iter()
            .map(|range| self.spot(range, analysis))
            .collect()
    }
}

/// What becomes of white space inside a shown text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum WhiteSpace {
    Kept,
    Folded,
}

/// Trims, and cuts at a character boundary.
fn shorten(bytes: &[u8], white_space: WhiteSpace) -> String {
    // Four bytes of source never become fewer than one of text, white space aside.
    let head = bytes.trim_ascii();
    let head = head.get(..SHOWN_BYTES * 16).unwrap_or(head);
    let text = String::from_utf8_lossy(head);
    let mut text = match white_space {
        WhiteSpace::Kept => text.trim().to_owned(),
        WhiteSpace::Folded => text.split_whitespace().collect::<Vec<_>>().join(" "),
    };
    if text.len() > SHOWN_BYTES {
        let cut = (0..=SHOWN_BYTES).rfind(|at| text.is_char_boundary(*at));
        text.truncate(cut.unwrap_or(0));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_bytes_and_not_the_byte_order_mark() {
        let check = |source: &str, word: &str, place: (u32, u32)| {
            let start = source.find(word).unwrap();
            let spot =
                Lines::new(source.as_bytes()).spot(&(start..start + word.len()), Analysis::Code);
            assert_eq!((spot.line, spot.column), place, "{source:?}");
        };
        check("x", "x", (1, 1));
        check("\u{feff}x", "x", (1, 1));
        check("a\r\n  x", "x", (2, 3));
        check("é x", "x", (1, 4));
        check("a\n\n\nx\n", "x", (4, 1));
    }

    #[test]
    fn shown_text_is_folded_and_cut_between_characters() {
        let check = |source: &str, expected: &str| {
            let spot = Lines::new(source.as_bytes()).spot(&(0..source.len()), Analysis::Code);
            assert_eq!(&*spot.text, expected);
        };
        check("foo(\n    a,\n\tb)", "foo( a, b)");
        check(&"é".repeat(150), &"é".repeat(100));
        check(
            &format!("x{}", "é".repeat(150)),
            &format!("x{}", "é".repeat(99)),
        );
    }

    #[test]
    fn one_spot_a_line() {
        let lines = Lines::new(b"a a\na");
        let places: Vec<_> = lines
            .spots(vec![4..5, 2..3, 0..1], Analysis::Code)
            .iter()
            .map(|spot| (spot.line, spot.column))
            .collect();
        assert_eq!(places, [(1, 1), (2, 1)]);
    }
}
