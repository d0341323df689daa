//! Code that the grammar has in one piece or could make nothing of, cut into tokens by hand.

use std::ops::Range;

use super::tokens::TokenKind;

/// The tokens of a fragment: words are names, strings are text, the rest is punctuation. One word
/// with hyphens, as shells have them, stays whole.
pub(super) fn pieces(
    source: &[u8],
    range: Range<usize>,
    separators: &[&str],
) -> Vec<(Range<usize>, TokenKind)> {
    let mut pieces = Vec::new();
    let whole = source.get(range.clone()).unwrap_or_default();
    let hyphenated = |byte: &u8| is_word(*byte) || *byte == b'-';
    if whole.first().is_some_and(|byte| is_word(*byte)) && whole.iter().all(hyphenated) {
        pieces.push((range, word_kind(whole)));
        return pieces;
    }
    let mut at = range.start;
    while let Some(rest) = source.get(at..range.end).filter(|rest| !rest.is_empty()) {
        let separator = separators
            .iter()
            .filter(|separator| rest.starts_with(separator.as_bytes()))
            .map(|separator| separator.len())
            .max();
        let word = rest.iter().take_while(|byte| is_word(**byte)).count();
        if word > 0 {
            pieces.push((at..at + word, word_kind(rest)));
            at += word;
        } else if let Some(length) = separator {
            pieces.push((at..at + length, TokenKind::Separator));
            at += length;
        } else if let Some(length) = string_length(rest) {
            let end = at + length;
            pieces.push((at..at + 1, TokenKind::Other));
            pieces.push((at + 1..end - 1, TokenKind::Text));
            pieces.push((end - 1..end, TokenKind::Other));
            at = end;
        } else {
            if !rest.first().is_none_or(u8::is_ascii_whitespace) {
                pieces.push((at..at + 1, TokenKind::Other));
            }
            at += 1;
        }
    }
    pieces
}

/// Whether a byte can stand in a word; every byte beyond ASCII can.
pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// Numbers are no names.
fn word_kind(word: &[u8]) -> TokenKind {
    match word.first() {
        Some(b'0'..=b'9') => TokenKind::Other,
        _ => TokenKind::Name,
    }
}

/// The length of a string with its quotes.
fn string_length(text: &[u8]) -> Option<usize> {
    let quote = text.first().filter(|byte| matches!(byte, b'"' | b'\''))?;
    let mut escaped = false;
    let close = text.iter().skip(1).position(|byte| {
        let closes = byte == quote && !escaped;
        escaped = *byte == b'\\' && !escaped;
        closes
    })?;
    Some(close + 2)
}
