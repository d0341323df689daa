//! Places: how far a try to find a structure has come, and what might have been done instead.

use std::ops::Range;
use std::rc::Rc;

use tree_sitter::Node;

use super::holes::Takes;
use super::reading::parts_tokens;

/// How far a try has come.
#[derive(Clone)]
pub(super) struct Place<'tree> {
    /// The next step.
    pub step: usize,
    /// What it is inside of, outermost first.
    pub rows: Vec<Row<'tree>>,
    /// What named holes took.
    pub taken: Vec<(Takes, Range<usize>)>,
}

/// The children of a node, and which of them is next.
#[derive(Clone)]
pub(super) struct Row<'tree> {
    pub children: Rc<[Child<'tree>]>,
    pub next: usize,
    /// Whether they are bare tokens.
    pub tokens: bool,
}

#[derive(Clone, Copy)]
pub(super) struct Child<'tree> {
    pub node: Node<'tree>,
    /// Whether a structure may leave it out.
    pub omissible: bool,
}

/// What may have been done instead.
pub(super) struct Choice<'tree> {
    /// Where it was done.
    pub place: Place<'tree>,
    pub instead: Instead,
}

#[derive(Clone, Copy)]
pub(super) enum Instead {
    /// The hole takes one node more than these.
    TakeMore(usize),
    /// What the structure may leave out is passed over.
    PassOver,
}

impl<'tree> Place<'tree> {
    pub(super) fn instead(&self, instead: Instead) -> Choice<'tree> {
        Choice {
            place: self.clone(),
            instead,
        }
    }
}

impl Row<'_> {
    /// Whether the structure need not have a child: of bare tokens it must have all but commas.
    pub(super) fn passes_over(&self, child: Child<'_>) -> bool {
        match self.tokens {
            true => parts_tokens(child.node),
            false => child.omissible || !child.node.is_named(),
        }
    }

    /// How many nodes a hole for one node may take: among bare tokens all of an argument.
    pub(super) fn argument(&self) -> usize {
        let rest = self.children.get(self.next..).unwrap_or_default();
        match self.tokens {
            true => rest
                .iter()
                .take_while(|child| !ends_argument(child.node))
                .count(),
            false => rest.len().min(1),
        }
    }
}

pub(super) fn begins_argument(before: Node<'_>) -> bool {
    parts_tokens(before) || matches!(before.kind(), "(" | "[" | "{")
}

pub(super) fn ends_argument(node: Node<'_>) -> bool {
    parts_tokens(node) || matches!(node.kind(), ")" | "]" | "}")
}
