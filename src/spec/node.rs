//! A spec's YAML as a tree: values of the schema's shape, each with its number.

use super::diagnostic::NodeId;

/// A value and its number.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) id: NodeId,
    pub(super) value: Value,
}

#[derive(Debug)]
pub(super) enum Value {
    /// Null, or nothing at all.
    Nothing,
    Text(String),
    Flag(bool),
    List(Vec<Node>),
    /// By canonical key, each once.
    Table(Vec<(&'static str, Node)>),
    Ignored,
}

impl Node {
    /// The value under a key of a mapping.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        match &self.value {
            Value::Table(entries) => entries
                .iter()
                .find(|(name, _)| *name == key)
                .map(|(_, node)| node),
            _ => None,
        }
    }

    /// The items of a list; of anything else, none.
    pub(super) fn items(&self) -> &[Self] {
        match &self.value {
            Value::List(items) => items,
            _ => &[],
        }
    }

    pub(super) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// A text read; its top level is a mapping.
#[derive(Debug)]
pub(super) struct Document {
    pub(super) root: Node,
    /// Top-level keys nobody knows.
    pub(super) unknown: Vec<(NodeId, String)>,
}
