//! Which leaves of a tree are wanted, and which nodes hold none of them.

use tree_sitter::Node;

use super::fragment;

/// Which leaves are wanted.
#[derive(Debug, Clone, Copy)]
pub enum Focus<'a> {
    /// All.
    Everywhere,
    /// Those that a row of ASCII words could be made of whose words start at these offsets, in
    /// order. What holds none of them may be one token, headers are not marked, and comments may
    /// be left out.
    Words(&'a [usize]),
}

impl Focus<'_> {
    /// Whether nothing in a node of `source` is wanted, given that nodes come in the order of
    /// their starts. One that begins with a word is no separator, so that a row of wanted words
    /// has it neither in it nor in between.
    pub(super) fn passes_over(&mut self, node: Node<'_>, source: &[u8]) -> bool {
        let Focus::Words(starts) = self else {
            return false;
        };
        let passed = starts
            .iter()
            .take_while(|start| **start < node.start_byte());
        *starts = starts.get(passed.count()..).unwrap_or_default();
        let is_word = |byte: &u8| fragment::is_word(*byte);
        node.child_count() > 0
            && starts.first().is_none_or(|next| *next >= node.end_byte())
            && source.get(node.start_byte()).is_some_and(is_word)
    }
}
