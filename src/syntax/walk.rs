//! A walk over a syntax tree in source order that knows its ancestors and never recurses.

use tree_sitter::{Node, Tree, TreeCursor};

/// Where to go after a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// To its first child, if any.
    Into,
    /// Past everything in it.
    Over,
}

/// A walk that stands on one node at a time.
pub(super) struct Walk<'tree> {
    cursor: TreeCursor<'tree>,
    path: Vec<Node<'tree>>,
}

impl<'tree> Walk<'tree> {
    /// Starts on the root.
    pub(super) fn new(tree: &'tree Tree) -> Self {
        Self::at(tree.root_node())
    }

    /// Starts on a node, and never leaves it.
    pub(super) fn at(node: Node<'tree>) -> Self {
        Self {
            cursor: node.walk(),
            path: Vec::new(),
        }
    }

    /// How many nodes are around the node.
    pub(super) fn depth(&self) -> usize {
        self.path.len()
    }

    /// The node it stands on.
    pub(super) fn node(&self) -> Node<'tree> {
        self.cursor.node()
    }

    /// The field of the parent that holds the node.
    pub(super) fn field(&self) -> Option<u16> {
        self.cursor.field_id().map(u16::from)
    }

    /// The name of that field; empty when there is none.
    pub(super) fn field_name(&self) -> &str {
        self.cursor.field_name().unwrap_or_default()
    }

    /// The nodes around the node, outermost first.
    pub(super) fn ancestors(&self) -> &[Node<'tree>] {
        &self.path
    }

    /// The node directly around the node.
    pub(super) fn parent(&self) -> Option<Node<'tree>> {
        self.path.last().copied()
    }

    /// Goes on; false after the last node.
    pub(super) fn advance(&mut self, step: Step) -> bool {
        let node = self.cursor.node();
        if step == Step::Into && self.cursor.goto_first_child() {
            self.path.push(node);
            return true;
        }
        while !self.cursor.goto_next_sibling() {
            if !self.cursor.goto_parent() {
                return false;
            }
            self.path.pop();
        }
        true
    }
}
