//! The line of source a place is on, cut to what can be shown.

use serde::{Serialize, Serializer};

/// A longer line is cut.
const WHOLE_BYTES: usize = 1000;
/// So much of a cut line is kept before the place.
const BEFORE_BYTES: usize = 200;

/// The line of source a place is on; JSON has its text alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceLine {
    /// The line without its end; what was cut away shows as `…`, what is not UTF-8 as U+FFFD.
    pub text: String,
    /// Where in `text` the place is, in bytes.
    pub at: usize,
    /// The 1-based column of the place in the whole line, in characters.
    pub character: u32,
    /// Whether nothing was cut away.
    pub is_whole: bool,
}

impl SourceLine {
    /// Takes a line, with or without its end, and the 1-based column of the place in bytes.
    pub fn new(line: &[u8], column: u32) -> Self {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let column = usize::try_from(column).unwrap_or(usize::MAX);
        let place = column.saturating_sub(1).min(line.len());
        let (start, end) = if line.len() <= WHOLE_BYTES {
            (0, line.len())
        } else {
            let start = place.saturating_sub(BEFORE_BYTES);
            let end = line.len().min(start + WHOLE_BYTES);
            (boundary(line, start), boundary(line, end))
        };
        let (before, after) = (&line[..place], &line[place..end.max(place)]);
        let mut text = if start > 0 { "…" } else { "" }.to_owned();
        text.push_str(&String::from_utf8_lossy(&before[start.min(place)..]));
        let at = text.len();
        text.push_str(&String::from_utf8_lossy(after));
        if end < line.len() {
            text.push('…');
        }
        let characters = String::from_utf8_lossy(before).chars().count();
        Self {
            text,
            at,
            character: u32::try_from(characters + 1).unwrap_or(u32::MAX),
            is_whole: (start, end) == (0, line.len()),
        }
    }

    /// Returns what stands at the place: as much as agrees with `matched`, whose runs of white
    /// space are single spaces, and the first character in any case.
    pub fn marked(&self, matched: Option<&str>) -> &str {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let mut end = rest.chars().next().map_or(0, char::len_utf8);
        let mut left = rest.chars().peekable();
        let mut length = 0;
        for wanted in matched.unwrap_or_default().chars() {
            let Some(found) = left.next() else { break };
            if wanted != found && !(wanted == ' ' && found.is_whitespace()) {
                break;
            }
            length += found.len_utf8();
            while wanted == ' '
                && let Some(more) = left.next_if(|next| next.is_whitespace())
            {
                length += more.len_utf8();
            }
            end = end.max(length);
        }
        rest.get(..end).unwrap_or_default().trim_end()
    }
}

/// The next start of a character at or after `at`.
fn boundary(line: &[u8], at: usize) -> usize {
    let is_inner = |byte: &&u8| **byte & 0b1100_0000 == 0b1000_0000;
    at + line.iter().skip(at).take(3).take_while(is_inner).count()
}

impl Serialize for SourceLine {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_is_kept_whatever_is_cut() {
        let check = |line: &[u8], column: u32, (text, at, character): (&str, &str, u32)| {
            let found = SourceLine::new(line, column);
            assert_eq!(found.text, text);
            assert_eq!(&found.text[found.at..], at, "{text}");
            assert_eq!(found.character, character, "{text}");
        };
        check(b"\tfoo(x);\r\n", 2, ("\tfoo(x);", "foo(x);", 2));
        check("é = foo".as_bytes(), 6, ("é = foo", "foo", 5));
        check(b"caf\xe9 foo", 6, ("caf\u{fffd} foo", "foo", 6));
        check(b"", 1, ("", "", 1));
        check(b"short", 99, ("short", "", 6));
        check(b"short", 0, ("short", "short", 1));
    }

    #[test]
    fn a_long_line_is_cut_between_characters_and_says_so() {
        let long = format!("{}foo{}", "é".repeat(3000), "漢".repeat(3000));
        let line = SourceLine::new(long.as_bytes(), 6001);
        assert!(line.text.starts_with("…é") && line.text.ends_with("漢…"));
        assert!(line.text[line.at..].starts_with("foo漢"));
        assert_eq!(line.character, 3001);
        assert!(!line.is_whole);
        assert!(line.text.len() < 1020 && !line.text.contains('\u{fffd}'));
        let line = SourceLine::new(long.as_bytes(), 1);
        assert!(line.text.starts_with('é') && line.text.ends_with('…'));
        let line = SourceLine::new(long.as_bytes(), u32::MAX);
        assert!(line.text.starts_with("…漢") && line.text.ends_with('漢'));
    }

    #[test]
    fn what_matched_is_marked() {
        let check = |line: &str, matched: Option<&str>, marked: &str| {
            assert_eq!(
                SourceLine::new(line.as_bytes(), 1).marked(matched),
                marked,
                "{line}"
            );
        };
        check("jwt.sign(x)", Some("jwt.sign"), "jwt.sign");
        check("f(1,   2);", Some("f(1, 2)"), "f(1,   2)");
        check("ioutil.", Some("ioutil. NopCloser"), "ioutil.");
        check("ioutil.  ", Some("ioutil. NopCloser"), "ioutil.");
        check("other", Some("foo"), "o");
        check("漢字", None, "漢");
        check("", Some("foo"), "");
    }
}
