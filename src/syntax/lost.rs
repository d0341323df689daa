//! Whether a parser lost its way in a source, so that nothing after can be trusted to be what its tree
//! says: not what is a string, and not what is code.

use std::ops::Range;

use tree_sitter::{Node, Tree};

use super::table::{Role, Table};
use super::walk::{Step, Walk};

/// So many line ends may a stretch have that the parser passed over; markers of a conflict have two.
const READ_BY_HAND: usize = 3;

/// Whether lines of code may be missing from a tree, or stand in it as the content of a string.
///
/// A parser that can make nothing of some code passes over it, or takes it for whatever its lexer
/// offers. Where that is a matter of a few names, they are read by hand.
pub(super) fn is_lost(table: &Table, tree: &Tree, source: &[u8]) -> bool {
    if !tree.root_node().has_error() {
        return false;
    }
    let search = Search { table, source };
    let mut is_unbalanced = false;
    let mut walk = Walk::new(tree);
    loop {
        let (node, parent) = (walk.node(), walk.parent());
        if search.skips_lines(node) || search.strays(node, parent) {
            return true;
        }
        is_unbalanced |= search.leaves_a_quote(node, parent);
        let step = match node.has_error() {
            true => Step::Into,
            false => Step::Over,
        };
        if !walk.advance(step) {
            return is_unbalanced && search.finds_a_long_string(tree);
        }
    }
}

struct Search<'a> {
    table: &'a Table,
    source: &'a [u8],
}

impl Search<'_> {
    fn has_lines(&self, range: Range<usize>) -> bool {
        self.line_ends(range) > 0
    }

    fn line_ends(&self, range: Range<usize>) -> usize {
        let text = self.source.get(range).unwrap_or_default().trim_ascii();
        text.iter().filter(|byte| **byte == b'\n').count()
    }

    fn is_string(&self, node: Node<'_>) -> bool {
        let kind = self.table.kind(node);
        kind.literal || kind.role == Role::Text
    }

    /// Whether much of an error stands in none of its children.
    fn skips_lines(&self, node: Node<'_>) -> bool {
        if !node.is_error() || node.child_count() == 0 {
            return false;
        }
        let mut cursor = node.walk();
        let mut at = node.start_byte();
        let skips = node.children(&mut cursor).any(|child| {
            let skips = self.line_ends(at..child.start_byte()) > READ_BY_HAND;
            at = child.end_byte();
            skips
        });
        skips || self.line_ends(at..node.end_byte()) > READ_BY_HAND
    }

    /// Whether the content of a string goes over several lines, and no quote is before it.
    fn strays(&self, node: Node<'_>, parent: Option<Node<'_>>) -> bool {
        parent.is_some_and(|parent| parent.is_error())
            && self.table.kind(node).role == Role::Text
            && !follows_quote(self.source, node)
            && self.has_lines(node.byte_range())
    }

    /// Whether a quote closes nothing, or what would close it is missing.
    fn leaves_a_quote(&self, node: Node<'_>, parent: Option<Node<'_>>) -> bool {
        let mut cursor = node.walk();
        let is_quote = |child: &Node<'_>| {
            let text = self.source.get(child.byte_range()).unwrap_or_default();
            !child.is_named() && text.last().is_some_and(|byte| b"\"'`".contains(byte))
        };
        node.is_missing() && parent.is_some_and(|parent| self.is_string(parent))
            || node.is_error() && node.children(&mut cursor).filter(is_quote).count() % 2 == 1
    }

    fn finds_a_long_string(&self, tree: &Tree) -> bool {
        let mut walk = Walk::new(tree);
        loop {
            if self.is_string(walk.node()) && self.has_lines(walk.node().byte_range()) {
                return true;
            }
            if !walk.advance(Step::Into) {
                return false;
            }
        }
    }
}

/// Whether a quote stands right before a node.
pub(super) fn follows_quote(source: &[u8], node: Node<'_>) -> bool {
    let before = source.get(..node.start_byte()).unwrap_or_default();
    before.last().is_some_and(|byte| b"\"'`".contains(byte))
}
