//! A string literal's delimiters and content.

use std::ops::Range;

use tree_sitter::Node;

use super::table::{Role, Table};

/// How many children a literal may have to be looked at child by child.
const CHILDREN_LIMIT: u32 = 4096;

/// The content of a literal without interpolation.
pub(super) fn content(table: &Table, node: Node<'_>, source: &[u8]) -> Option<Range<usize>> {
    if node.child_count() == 0 {
        return Some(unquote(source, node.byte_range()));
    }
    if !is_plain(table, node) {
        return None;
    }
    let (mut start, mut end) = (node.start_byte(), node.end_byte());
    let first = node.child(0)?;
    let last = node.child(node.child_count().checked_sub(1)?)?;
    if table.kind(first).role != Role::Text {
        start = first.end_byte();
    }
    if table.kind(last).role != Role::Text && last.id() != first.id() {
        end = last.start_byte();
    }
    (start <= end).then_some(start..end)
}

/// The content of a literal that means the same between the other quotes.
pub(super) fn quoted<'a>(table: &Table, node: Node<'_>, source: &'a [u8]) -> Option<&'a [u8]> {
    let range = content(table, node, source)?;
    let before = source.get(node.start_byte()..range.start)?;
    let after = source.get(range.end..node.end_byte())?;
    let text = source.get(range)?;
    let plain = !text.iter().any(|byte| matches!(byte, b'\\' | b'"' | b'\''));
    (plain && matches!((before, after), (b"'", b"'") | (b"\"", b"\""))).then_some(text)
}

/// Whether the node is a string, or several side by side, without interpolation.
pub(super) fn is_plain(table: &Table, node: Node<'_>) -> bool {
    if node.child_count() > CHILDREN_LIMIT {
        return false;
    }
    let parts = |node: Node<'_>| {
        let kind = table.kind(node);
        kind.role == Role::Text || kind.role == Role::Comment || kind.delimiter
    };
    let mut cursor = node.walk();
    let mut inner = node.walk();
    if table.kind(node).literal {
        return node.children(&mut cursor).all(parts);
    }
    node.child_count() > 0
        && node.children(&mut cursor).all(|part| {
            table.kind(part).role == Role::Comment
                || table.kind(part).literal && part.children(&mut inner).all(parts)
        })
}

/// A range without the double quotes at its end.
pub(super) fn without_quotes(source: &[u8], range: Range<usize>) -> Range<usize> {
    let text = source.get(range.clone()).unwrap_or_default();
    let quotes = text.iter().rev().take_while(|byte| **byte == b'"').count();
    range.start..range.end - quotes
}

/// The content of a literal that the grammar gives as one leaf: prefix, quotes and `#`s go.
pub(super) fn unquote(source: &[u8], range: Range<usize>) -> Range<usize> {
    let text = source.get(range.clone()).unwrap_or_default();
    let is_quote = |byte: &u8| matches!(byte, b'"' | b'\'' | b'`' | b'<');
    let Some(open) = text.iter().position(is_quote) else {
        return range;
    };
    let quote = text.get(open).copied().unwrap_or_default();
    let close = if quote == b'<' { b'>' } else { quote };
    let tripled = text
        .get(open..)
        .is_some_and(|rest| rest.len() >= 6 && rest.iter().take(3).all(|byte| *byte == quote));
    let width = if tripled && quote != b'<' { 3 } else { 1 };
    let start = range.start + open + width;
    let body = text.get(open + width..).unwrap_or_default();
    let hashes = body.iter().rev().take_while(|byte| **byte == b'#').count();
    let closed = body.len() - hashes.min(body.len());
    let quotes = body
        .get(..closed)
        .unwrap_or_default()
        .iter()
        .rev()
        .take(width)
        .take_while(|byte| **byte == close)
        .count();
    match quotes {
        0 => start.min(range.end)..range.end,
        _ => start..start + closed - quotes,
    }
}
