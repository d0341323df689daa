//! The leaves of a parsed file: names, separators, text and the rest, with comments set apart.

use std::ops::Range;

use tree_sitter::{Node, Tree};

use super::focus::Focus;
use super::fragment;
use super::gaps::Gap;
use super::literal;
use super::table::{Kind, Role, Table};
use super::walk::{Step, Walk};

/// A leaf of the source, in order of position; comments and white space do not appear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Where it stands, in bytes.
    pub range: Range<usize>,
    /// What it is.
    pub kind: TokenKind,
    /// Inside the header of a definition (`class User`, `def f`, `pub struct X`) or an
    /// import/use/require/include statement.
    pub in_header: bool,
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// An identifier in code: a whole name, sigil included (`$x`, `@x`, `:sym`, `save!`).
    /// Contextual keywords that name things (self, this, super) too.
    Name,
    /// A member separator: `.`, `?.`, `::`, `->`, `&.`, `\` (PHP namespaces), `?->`.
    Separator,
    /// A module specifier or import path written as a string (`'@aws-sdk/client-s3'`,
    /// `"io/ioutil"`), without its quotes, which are no tokens then.
    Module,
    /// A quoted object key where the language treats it like a plain one (JS/TS, Ruby), without
    /// its quotes, which are no tokens then.
    Key,
    /// A keyword, number, delimiter, operator or other punctuation.
    Other,
    /// Content of a string (without quotes, between interpolations).
    Text,
}

/// Tokens, and comments with documentation strings; each in order, all disjoint.
#[derive(Debug, Default)]
pub(super) struct Leaves {
    pub tokens: Vec<Token>,
    pub comments: Vec<Range<usize>>,
}

/// How many nodes are visited between two looks at the clock.
const NODES_PER_CHECK: usize = 4096;

/// Reads the leaves of a tree; `None` when `expired` said so.
pub(super) fn leaves(
    table: &Table,
    tree: &Tree,
    source: &[u8],
    focus: Focus<'_>,
    expired: &dyn Fn() -> bool,
) -> Option<Leaves> {
    let mut reader = Reader {
        table,
        source,
        focus,
        leaves: Leaves::default(),
        header_end: 0,
        documented_at: None,
        gaps: Vec::new(),
    };
    let mut walk = Walk::new(tree);
    let mut visited = 0usize;
    loop {
        visited += 1;
        if visited.is_multiple_of(NODES_PER_CHECK) && expired() {
            return None;
        }
        let step = reader.visit(&walk);
        if !walk.advance(step) {
            reader.close_gaps(usize::MAX);
            return Some(reader.leaves);
        }
    }
}

pub(super) struct Reader<'a> {
    pub(super) table: &'a Table,
    pub(super) source: &'a [u8],
    focus: Focus<'a>,
    leaves: Leaves,
    /// Tokens that start before this offset stand in a header.
    header_end: usize,
    /// How many tokens there were when the last docstring came; a second string is none.
    documented_at: Option<usize>,
    /// Nodes around this one of which part is in no child.
    pub(super) gaps: Vec<Gap>,
}

impl Reader<'_> {
    fn visit(&mut self, walk: &Walk<'_>) -> Step {
        let node = walk.node();
        self.fill_gap(walk, node);
        if self.focus.passes_over(node, self.source) {
            self.push(node.byte_range(), TokenKind::Other);
            return Step::Over;
        }
        let kind = self.table.kind(node);
        self.mark_header(walk, node, kind);
        self.open_gaps(node);
        match kind.role {
            Role::Comment => self.comment(node.byte_range()),
            Role::Name => {
                self.mark_header_call(walk, node);
                self.push(node.byte_range(), TokenKind::Name);
            }
            Role::Separator if node.child_count() == 0 => self.separator(node.byte_range()),
            Role::Text if kind.literal && node.child_count() > 0 => return Step::Into,
            Role::Text if self.strays(walk, node) => self.unparsed(node.byte_range()),
            Role::Text if self.interpolates(node) => self.interpolated(node.byte_range()),
            Role::Text => self.text(node.byte_range()),
            Role::Unparsed => self.unparsed(node.byte_range()),
            _ if self.is_docstring(walk, node) => {
                self.documented_at = Some(self.leaves.tokens.len());
                self.comment(node.byte_range());
            }
            _ if kind.literal => return self.literal(walk, node),
            _ if node.child_count() > 0 => return Step::Into,
            _ if node.is_error() => self.unparsed(node.byte_range()),
            _ => self.push(node.byte_range(), TokenKind::Other),
        }
        Step::Over
    }

    /// Whether the text before ends with what begins an interpolated name.
    fn interpolates(&self, node: Node<'_>) -> bool {
        let sigil = self.table.dialect.sigil.as_bytes();
        let before = self.source.get(..node.start_byte()).unwrap_or_default();
        let starts_name = |byte: &u8| byte.is_ascii_alphabetic() || *byte == b'_';
        !sigil.is_empty()
            && before.ends_with(sigil)
            && self.leaves.tokens.last().is_some_and(|last| {
                last.kind == TokenKind::Text && last.range.end == node.start_byte()
            })
            && self.source.get(node.start_byte()).is_some_and(starts_name)
    }

    /// Text that begins with the name of an interpolation, whose sigil is in the text before.
    fn interpolated(&mut self, range: Range<usize>) {
        let sigil = range.start - self.table.dialect.sigil.len();
        if let Some(last) = self.leaves.tokens.last_mut() {
            last.range.end = sigil;
        }
        self.leaves.tokens.pop_if(|last| last.range.is_empty());
        self.push(sigil..range.start, TokenKind::Other);
        let text = self.source.get(range.clone()).unwrap_or_default();
        let name = text
            .iter()
            .take_while(|byte| fragment::is_word(**byte))
            .count();
        self.push(range.start..range.start + name, TokenKind::Name);
        self.text(range.start + name..range.end);
    }

    fn mark_header(&mut self, walk: &Walk<'_>, node: Node<'_>, kind: Kind) {
        if kind.header {
            self.header_end = self.header_end.max(node.end_byte());
        } else if node.start_byte() < self.header_end {
            let is_body = || {
                let (owner, field) = walk.parent().zip(walk.field())?;
                Some(self.table.is_body_field(owner, field))
            };
            if kind.body || is_body().unwrap_or_default() {
                self.header_end = node.start_byte();
            }
        }
    }

    /// `include A` and `require('b')` are headers to their end.
    fn mark_header_call(&mut self, walk: &Walk<'_>, node: Node<'_>) {
        let calls = self.table.dialect.header_calls;
        if !calls.is_empty()
            && calls.contains(&self.slice(&node.byte_range()))
            && let Some(call) = walk.parent()
            && call.start_byte() == node.start_byte()
            && call.kind().contains("call")
        {
            self.header_end = self.header_end.max(call.end_byte());
        }
    }

    pub(super) fn push(&mut self, range: Range<usize>, kind: TokenKind) {
        if !range.is_empty() {
            self.leaves.tokens.push(Token {
                in_header: range.start < self.header_end,
                range,
                kind,
            });
        }
    }

    fn comment(&mut self, range: Range<usize>) {
        let text = self.source.get(range.clone()).unwrap_or_default();
        let length = text.trim_ascii_end().len();
        self.leaves.comments.push(range.start..range.start + length);
    }

    /// A separator goes on with the chain, so an operator such as `!` before it is dropped.
    fn separator(&mut self, range: Range<usize>) {
        if let Some(last) = self.leaves.tokens.last()
            && last.kind == TokenKind::Other
            && self
                .table
                .dialect
                .postfix
                .contains(&self.slice(&last.range))
        {
            self.leaves.tokens.pop();
        }
        self.push(range, TokenKind::Separator);
    }

    /// Grammars cut text at escapes; it is one token again.
    pub(super) fn text(&mut self, range: Range<usize>) {
        match self.leaves.tokens.last_mut() {
            Some(last) if last.kind == TokenKind::Text && last.range.end == range.start => {
                last.range.end = range.end;
            }
            _ => {
                let text = self.source.get(range.clone()).unwrap_or_default();
                let is_layout = text.trim_ascii().is_empty() && text.contains(&b'\n');
                if !is_layout {
                    self.push(range, TokenKind::Text);
                }
            }
        }
    }

    fn literal(&mut self, walk: &Walk<'_>, node: Node<'_>) -> Step {
        let special = if self.names_module(walk) {
            Some(TokenKind::Module)
        } else if self.is_key(walk, node) {
            Some(TokenKind::Key)
        } else {
            None
        };
        if let Some(kind) = special
            && let Some(content) = literal::content(self.table, node, self.source)
        {
            self.push(content, kind);
            return Step::Over;
        }
        if node.child_count() > 0 {
            return Step::Into;
        }
        let whole = node.byte_range();
        let content = literal::unquote(self.source, whole.clone());
        self.push(whole.start..content.start, TokenKind::Other);
        self.text(content.clone());
        self.push(content.end..whole.end, TokenKind::Other);
        Step::Over
    }

    fn names_module(&self, walk: &Walk<'_>) -> bool {
        self.stands_at(walk, self.table.dialect.modules) || self.follows_module_call()
    }

    fn is_key(&self, walk: &Walk<'_>, node: Node<'_>) -> bool {
        let suffix = self.table.dialect.key_suffix.as_bytes();
        self.stands_at(walk, self.table.dialect.keys)
            && self
                .source
                .get(node.end_byte()..)
                .is_some_and(|rest| rest.starts_with(suffix))
    }

    fn stands_at(&self, walk: &Walk<'_>, places: &[(&str, &str)]) -> bool {
        let Some(parent) = walk.parent() else {
            return false;
        };
        places.iter().any(|(kind, field)| {
            *kind == parent.kind() && (field.is_empty() || *field == walk.field_name())
        })
    }

    /// `require(` or `require` comes right before, and is not a member of something.
    fn follows_module_call(&self) -> bool {
        let calls = self.table.dialect.module_calls;
        let mut before = self.leaves.tokens.iter().rev().peekable();
        if calls.is_empty() {
            return false;
        }
        before.next_if(|token| self.slice(&token.range) == "(");
        before
            .next()
            .is_some_and(|callee| calls.contains(&self.slice(&callee.range)))
            && before
                .next()
                .is_none_or(|token| token.kind != TokenKind::Separator)
    }

    /// A statement that is only a string, first in a module, class or function.
    fn is_docstring(&self, walk: &Walk<'_>, node: Node<'_>) -> bool {
        if self.table.dialect.docstring_owners.is_empty() || node.kind() != "expression_statement" {
            return false;
        }
        let [around @ .., parent] = walk.ancestors() else {
            return false;
        };
        let first = match around.last() {
            // A file that is broken somewhere may have an error for a root.
            None => {
                self.leaves.tokens.is_empty()
                    && (parent.is_error() || self.table.kind(*parent).documented)
            }
            Some(owner) => {
                self.table.kind(*owner).documented
                    && parent.kind() == "block"
                    && self
                        .leaves
                        .tokens
                        .last()
                        .is_some_and(|token| self.slice(&token.range) == ":")
            }
        };
        first
            && self.documented_at != Some(self.leaves.tokens.len())
            && node.child_count() == 1
            && node
                .child(0)
                .is_some_and(|only| literal::is_plain(self.table, only))
    }

    fn slice(&self, range: &Range<usize>) -> &str {
        let bytes = self.source.get(range.clone()).unwrap_or_default();
        std::str::from_utf8(bytes).unwrap_or_default()
    }
}
