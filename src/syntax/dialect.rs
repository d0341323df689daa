//! What a language is to this module: a table of the names its grammar uses, and nothing else.
//!
//! To add a language: depend on its grammar crate, write one file in `languages/` with a static
//! [`Dialect`], and list it in `languages/mod.rs`. A test checks that every kind named there exists.

use super::definitions::DefinitionKind;

/// One language, as data. Kinds are node kinds of the grammar; what is not named is punctuation.
pub(super) struct Dialect {
    /// The name shown to people, in lower case.
    pub name: &'static str,
    /// The language it is a kind of, if it is one.
    pub family: &'static str,
    /// Extensions without the dot, in lower case.
    pub extensions: &'static [&'static str],
    /// Whole file names.
    pub file_names: &'static [&'static str],
    /// Programs on a `#!` line, without version digits.
    pub interpreters: &'static [&'static str],
    /// Opens the grammar.
    pub grammar: fn() -> tree_sitter::Language,
    /// Which bytes of a file are in this language.
    pub extent: Extent,
    /// Comments, and what counts as one.
    pub comments: &'static [&'static str],
    /// What makes a comment of the line that it begins, unless that stands in a string or comment
    /// already; empty when nothing does for certain.
    pub line_comment: &'static str,
    /// Every sign that can end a string or comment of several lines, or begin code or markup in it.
    pub closers: &'static str,
    /// A sign of strings that end with whatever sign they like.
    pub wild: &'static str,
    /// Nodes whose first statement, when it is only a string, is documentation.
    pub docstring_owners: &'static [&'static str],
    /// Names: each such node is one name, whatever it is made of.
    pub names: &'static [&'static str],
    /// What joins the segments of a chain.
    pub separators: &'static [&'static str],
    /// Signs that are part of a name and that people leave out when they speak of it.
    pub sigils: &'static [char],
    /// Operators after an operand that do not interrupt a chain (`a!.b`).
    pub postfix: &'static [&'static str],
    /// String literals, with their delimiters.
    pub strings: &'static [&'static str],
    /// Contents: text whatever they are made of.
    pub contents: &'static [&'static str],
    /// String literals of which the grammar leaves parts of the content out.
    pub gaps: &'static [&'static str],
    /// Code that the grammar leaves in one piece, such as the value of a macro.
    pub unparsed: &'static [&'static str],
    /// What begins an interpolated name that the grammar takes for content.
    pub sigil: &'static str,
    /// Escapes in string literals.
    pub escapes: &'static [&'static str],
    /// Named nodes inside string literals that are neither content nor code.
    pub delimiters: &'static [&'static str],
    /// Lists of words that need no quotes.
    pub word_lists: &'static [&'static str],
    /// Nodes that begin with the header of a definition, or are an import.
    pub headers: &'static [&'static str],
    /// Functions whose calls are imports, and so are headers.
    pub header_calls: &'static [&'static str],
    /// What ends a header: a kind, a field of the header itself, or a field of a `kind.field`.
    pub bodies: &'static [&'static str],
    /// (kind, field) of a string that names a module; an empty field means any place.
    pub modules: &'static [(&'static str, &'static str)],
    /// Functions whose first argument names a module.
    pub module_calls: &'static [&'static str],
    /// (kind, field) of a string that is a key.
    pub keys: &'static [(&'static str, &'static str)],
    /// What must follow a quoted key at once for it to be one.
    pub key_suffix: &'static str,
    /// What defines something.
    pub definitions: &'static [Defines],
    /// What gives a name to a value, which makes it a definition when the value is a function.
    pub bindings: &'static [Binding],
    /// Functions and classes without a name of their own.
    pub anonymous: &'static [&'static str],
    /// Markup that a component returns.
    pub markup: &'static [&'static str],
    /// Nodes that are nothing but statements in a row, without brackets.
    pub rows: &'static [&'static str],
    /// What a structure may leave out, such as modifiers and return types: a kind, a field, or
    /// either of a `kind.part`.
    pub omissible: &'static [&'static str],
    /// Nodes of bare tokens, in which a hole takes what stands up to a comma.
    pub token_trees: &'static [&'static str],
    /// Arguments that may stand without their brackets.
    pub unbracketed: &'static [&'static str],
    /// What may stand for a hole of a structure.
    pub holes: &'static [&'static str],
    /// What may stand for a hole that takes any number of nodes.
    pub rests: &'static [&'static str],
    /// What may stand for a hole in the place of statements.
    pub statements: &'static [&'static str],
    /// What may have to stand before and after a structure for it to parse.
    pub contexts: &'static [(&'static str, &'static str)],
}

/// A node that gives a name to a value.
pub(super) struct Binding {
    /// The node.
    pub node: &'static str,
    /// The field that holds the name.
    pub name: &'static str,
    /// The field that holds the value.
    pub value: &'static str,
}

impl Dialect {
    /// Nothing; what a language does not have is left out of its file.
    pub(super) const NONE: Self = Self {
        name: "",
        family: "",
        extensions: &[],
        file_names: &[],
        interpreters: &[],
        grammar: || tree_sitter_python::LANGUAGE.into(),
        extent: Extent::File,
        comments: &[],
        line_comment: "",
        closers: "",
        wild: "",
        docstring_owners: &[],
        names: &[],
        separators: &[],
        sigils: &['@', ':', '#', '&'],
        postfix: &[],
        strings: &[],
        contents: &[],
        gaps: &[],
        unparsed: &[],
        sigil: "",
        escapes: &["escape_sequence"],
        delimiters: &[],
        word_lists: &[],
        headers: &[],
        header_calls: &[],
        bodies: &[],
        modules: &[],
        module_calls: &[],
        keys: &[],
        key_suffix: "",
        definitions: &[],
        bindings: &[],
        anonymous: &[],
        markup: &[],
        rows: &[],
        omissible: &[],
        token_trees: &[],
        unbracketed: &[],
        holes: &["gap"],
        rests: &["gap"],
        statements: &["gap"],
        contexts: &[("", "")],
    };
}

/// Which bytes of a file are parsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// All.
    File,
    /// The contents of `<script>` elements.
    Scripts,
}

/// A node kind that defines something.
pub(super) struct Defines {
    /// The node.
    pub node: &'static str,
    /// What it defines.
    pub kind: DefinitionKind,
    /// The field or child kind that holds the name; declarators in between are looked through.
    pub name: &'static str,
    /// The field without which it is only a mention; empty when it always defines.
    pub body: &'static str,
}

impl Binding {
    /// A node with its fields.
    pub(super) const fn new(node: &'static str, name: &'static str, value: &'static str) -> Self {
        Self { node, name, value }
    }
}

impl Defines {
    /// A function or method.
    pub(super) const fn function(node: &'static str, name: &'static str) -> Self {
        Self {
            node,
            kind: DefinitionKind::Function,
            name,
            body: "",
        }
    }

    /// A class, struct, trait, interface, enum, type, module, object or record.
    pub(super) const fn class(node: &'static str, name: &'static str) -> Self {
        Self {
            node,
            kind: DefinitionKind::Class,
            name,
            body: "",
        }
    }

    /// Only with a field: `struct S {…}` defines what `struct S *s` mentions.
    pub(super) const fn with(mut self, body: &'static str) -> Self {
        self.body = body;
        self
    }
}
