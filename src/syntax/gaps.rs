//! What the tree of a source leaves out: parts of nodes that stand in none of their children.

use std::ops::Range;

use tree_sitter::Node;

use super::fragment;
use super::literal;
use super::lost::follows_quote;
use super::tokens::{Reader, TokenKind};
use super::walk::Walk;

/// A node with gaps: where it ends, and up to where it was read.
pub(super) struct Gap {
    end: usize,
    at: usize,
    of: Filling,
}

/// What a gap holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Filling {
    /// The content of a string, blanks included.
    Content,
    /// Text between blanks.
    Text,
    /// Code that the parser passed over.
    Code,
}

impl Reader<'_> {
    /// Minds the gaps of a node, if it may have some.
    pub(super) fn open_gaps(&mut self, node: Node<'_>) {
        if self.has_gaps(node) && node.child_count() > 0 {
            self.gaps.push(Gap {
                end: node.end_byte(),
                at: node.start_byte(),
                of: match self.table.kind(node).literal {
                    _ if node.is_error() => Filling::Code,
                    true => Filling::Content,
                    false => Filling::Text,
                },
            });
        }
    }

    /// What lies between the last child of a node with gaps and this one.
    pub(super) fn fill_gap(&mut self, walk: &Walk<'_>, node: Node<'_>) {
        if self.gaps.is_empty() {
            return;
        }
        self.close_gaps(node.start_byte());
        if walk.parent().is_some_and(|parent| self.has_gaps(parent))
            && let Some(gap) = self.gaps.last_mut()
        {
            let (range, of) = (gap.at..node.start_byte(), gap.of);
            gap.at = node.end_byte();
            self.fill(range, of);
        }
    }

    fn has_gaps(&self, node: Node<'_>) -> bool {
        node.is_error() || self.table.kind(node).gaps
    }

    /// Whether content of a string stands in none: the parser's guess at what it cannot read.
    pub(super) fn strays(&self, walk: &Walk<'_>, node: Node<'_>) -> bool {
        walk.parent().is_some_and(|parent| parent.is_error()) && !follows_quote(self.source, node)
    }

    pub(super) fn close_gaps(&mut self, at: usize) {
        while let Some(gap) = self.gaps.pop_if(|gap| gap.end <= at) {
            self.fill(gap.at..gap.end, gap.of);
        }
    }

    fn fill(&mut self, range: Range<usize>, of: Filling) {
        let text = self.source.get(range.clone()).unwrap_or_default();
        if of == Filling::Code {
            self.unparsed(range);
        } else if of == Filling::Content || !text.trim_ascii().is_empty() {
            let content = literal::without_quotes(self.source, range.clone());
            self.text(content.clone());
            self.push(content.end..range.end, TokenKind::Other);
        }
    }

    pub(super) fn unparsed(&mut self, range: Range<usize>) {
        let separators = self.table.dialect.separators;
        for (range, kind) in fragment::pieces(self.source, range, separators) {
            match kind {
                TokenKind::Text => self.text(range),
                _ => self.push(range, kind),
            }
        }
    }
}
