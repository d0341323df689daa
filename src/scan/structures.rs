//! Structures: code with holes, node by node where it parses and loosely where it does not.

use std::ops::Range;

use super::budget::{Budget, Spent};
use super::code::Code;
use super::expressions;
use super::identifiers::same;
use super::needle::{Case, Edges, Needle, Requirement};
use crate::syntax::Structure;

/// Words up to this length may be keywords that touch a number: `1if x else 2`.
const KEYWORD_BYTES: usize = 4;

/// What a file must hold: every word of the code outside its holes.
pub(super) fn requirement(code: &str, case: Case) -> Requirement {
    let needle = |word: &str| Needle {
        text: word.as_bytes().to_vec(),
        case,
        edges: if word.len() > KEYWORD_BYTES {
            Edges::Word
        } else {
            Edges::Free
        },
    };
    let words = Structure::words(code).into_iter();
    words.map(|word| vec![needle(word)]).collect()
}

/// The places in parsed code.
pub(super) fn matches(
    structure: &Structure,
    code: &Code<'_>,
    case: Case,
    budget: &Budget,
) -> Result<Vec<Range<usize>>, Spent> {
    let alike = move |left: &[u8], right: &[u8]| {
        left == right
            || case == Case::Folded
                && same(
                    &String::from_utf8_lossy(left),
                    &String::from_utf8_lossy(right),
                    case,
                )
    };
    let expired = || budget.check().is_err();
    let found = code.parsed.find(structure, &alike, &expired);
    found.ok_or(Spent)
}

/// As a regex for text that is not parsed: white space is free, a hole is anything on its line.
pub(super) fn in_text(code: &str) -> String {
    let pieces: Vec<_> = Structure::pieces(code).into_iter().map(loosely).collect();
    let (left, right) = expressions::edges(code);
    let mut regex = left.to_owned();
    for (at, piece) in pieces.iter().enumerate() {
        regex.push_str(match (at, regex.is_empty()) {
            (0, _) => "",
            // What begins with a hole begins on the hole's own line.
            (1, true) => r"(?:\S[^\n]*?)?\s*",
            _ => r"\s*[^\n]*?\s*",
        });
        regex.push_str(piece);
    }
    regex + right
}

/// White space may stand anywhere but inside a word, and must where it parts two.
fn loosely(piece: &str) -> String {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    let mut regex = String::new();
    let mut before: Option<char> = None;
    let mut parted = false;
    for c in piece.chars() {
        if c.is_whitespace() {
            parted = true;
            continue;
        }
        match before {
            Some(last) if word(last) && word(c) => regex.push_str(if parted { r"\s+" } else { "" }),
            Some(_) => regex.push_str(r"\s*"),
            None => {}
        }
        regex.push_str(&regex::escape(c.encode_utf8(&mut [0; 4])));
        before = Some(c);
        parted = false;
    }
    regex
}
