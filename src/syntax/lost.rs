//! Whether a parser lost its way in a source, so that nothing after can be trusted to be what its tree
//! says: not what is a string, and not what is code.

use std::ops::Range;

use tree_sitter::{Node, Tree};

use super::fragment::is_word;
use super::table::{Role, Table};
use super::walk::{Step, Walk};

/// So many line ends may a stretch have that the parser passed over; markers of a conflict have two.
const READ_BY_HAND: usize = 3;

const QUOTES: &[u8] = b"\"'`";

/// Whether lines of code may be missing from a tree, or stand in it as the content of a string.
///
/// A parser that can make nothing of some code passes over it, or takes it for whatever its lexer
/// offers. Where that is a matter of a few names, they are read by hand.
pub(super) fn is_lost(table: &Table, tree: &Tree, source: &[u8]) -> bool {
    let search = Search { table, source };
    if search.ends_within(tree) || search.ends_early(tree) {
        return true;
    }
    if !tree.root_node().has_error() {
        return false;
    }
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
    fn text(&self, range: Range<usize>) -> &[u8] {
        self.source.get(range).unwrap_or_default()
    }

    fn has_lines(&self, range: Range<usize>) -> bool {
        self.line_ends(range) > 0
    }

    fn line_ends(&self, range: Range<usize>) -> usize {
        let text = self.text(range).trim_ascii();
        text.iter().filter(|byte| **byte == b'\n').count()
    }

    fn is_string(&self, node: Node<'_>) -> bool {
        let kind = self.table.kind(node);
        kind.literal || kind.word_list || kind.role == Role::Text
    }

    fn is_delimiter(&self, node: Node<'_>) -> bool {
        node.is_named() && self.table.kind(node).delimiter
    }

    /// Whether the source ends before a string or comment does. Some grammars take the end of a file for
    /// the end of anything, so that there need be no error.
    fn ends_within(&self, tree: &Tree) -> bool {
        let mut cursor = tree.walk();
        while cursor.goto_last_child() {
            while cursor.node().byte_range().is_empty() {
                let (node, at) = (cursor.node(), cursor.node().start_byte());
                if self.is_delimiter(node) && !self.follows_tag(at) {
                    return true;
                }
                if !cursor.goto_previous_sibling() {
                    return false;
                }
            }
            if self.table.kind(cursor.node()).role == Role::Comment {
                let text = self.text(cursor.node().byte_range()).trim_ascii_end();
                return text.starts_with(b"/*") && !text.ends_with(b"*/");
            }
        }
        false
    }

    /// Whether the tree ends before the source does, though nothing in it is said to be wrong.
    fn ends_early(&self, tree: &Tree) -> bool {
        let root = tree.root_node();
        let mut cursor = root.walk();
        let end = match cursor.goto_last_child() {
            true => cursor.node().end_byte(),
            false => root.start_byte(),
        };
        let rest = self.text(end..root.end_byte());
        !root.is_error() && rest.iter().any(|byte| is_word(*byte))
    }

    /// Whether the last line up to an offset is the tag of a heredoc that has no line end behind it.
    fn follows_tag(&self, at: usize) -> bool {
        let before = self.text(0..at);
        let start = before.iter().rposition(|byte| *byte == b'\n');
        let (above, tag) = before.split_at(start.unwrap_or_default());
        let tag = tag.trim_ascii();
        let begins = |at: usize| {
            let signs = above.get(..at).unwrap_or_default();
            let blank = |byte: &&u8| b"~-'\"`".contains(byte);
            let signs = signs.len() - signs.iter().rev().take_while(blank).count();
            above.get(..signs).is_some_and(|it| it.ends_with(b"<<"))
        };
        let mut places = above.windows(tag.len().max(1)).enumerate();
        places.any(|(at, text)| text == tag && begins(at))
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
        if node.is_missing() {
            let in_string = parent.is_some_and(|parent| self.is_string(parent));
            return in_string || self.is_delimiter(node);
        }
        if !node.is_error() {
            // What a string lacks that is a leaf stands nowhere.
            let is_leaf = node.child_count() == 0;
            return is_leaf && node.has_error() && self.table.kind(node).literal;
        }
        let (mut signs, mut delimiters) = (Vec::<u8>::new(), 0);
        let mut at = node.start_byte();
        let mut cursor = node.walk();
        for child in node.children(&mut cursor) {
            delimiters += usize::from(self.is_delimiter(child));
            let last = self.text(child.byte_range()).last();
            signs.extend(self.text(at..child.start_byte()));
            signs.extend(last.filter(|_| !child.is_named()));
            at = child.end_byte();
        }
        signs.extend(self.text(at..node.end_byte()));
        let is_odd = |quote| signs.iter().filter(|sign| *sign == quote).count() % 2 == 1;
        QUOTES.iter().any(is_odd) || delimiters % 2 == 1
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
    before.last().is_some_and(|byte| QUOTES.contains(byte))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crate::model::path::RepoPath;
    use crate::syntax::{Focus, Language, ParseFailure, Parsed, Token, TokenKind};

    fn parsed(path: &str, source: &str) -> Result<Parsed, ParseFailure> {
        let language = Language::of(&RepoPath::from(path), source.as_bytes()).expect("a language");
        let patience = Duration::from_secs(30);
        Parsed::parse(language, source.as_bytes(), Focus::Everywhere, patience)
    }

    /// Whether nobody hears of a name in a source.
    fn hides(path: &str, source: &str) -> bool {
        let is_gone =
            |token: &Token| token.kind == TokenKind::Name && &source[token.range.clone()] == "gone";
        match parsed(path, source) {
            Ok(parsed) => !parsed.tokens().iter().any(is_gone),
            Err(failure) => failure != ParseFailure::Lost,
        }
    }

    /// A path; what stands before and after; what opens a stretch of several lines, and closes it.
    const STRETCHES: &[(&str, [&str; 2], [&str; 2])] = &[
        ("a.sh", ["", ""], ["a <<EOF\n", "\nEOF\n"]),
        ("a.sh", ["", ""], ["a <<-'EOF' | b\n", "\n\tEOF\n"]),
        ("a.sh", ["", ""], ["a '", "'\n"]),
        ("a.sh", ["", ""], ["a \"", "\"\n"]),
        ("a.rb", ["", ""], ["a = <<EOF\n", "\nEOF\n"]),
        ("a.rb", ["", ""], ["a(<<~'EOF')\n", "\n  EOF\n"]),
        ("a.rb", ["def a\n", "end\n"], ["b = <<~EOF\n", "\n  EOF\n"]),
        ("a.rb", ["", ""], ["a = %w[", "]\n"]),
        ("a.rb", ["", ""], ["a = %i(", ")\n"]),
        ("a.rb", ["", ""], ["a = '", "'\n"]),
        ("a.rb", ["", ""], ["=begin\n", "\n=end\n"]),
        ("a.py", ["", ""], ["a = \"\"\"", "\"\"\"\n"]),
        ("a.py", ["", ""], ["a = f'''", "'''\n"]),
        ("a.js", ["", ""], ["a = `", "`;\n"]),
        ("a.ts", ["", ""], ["/*", "*/\n"]),
        ("a.go", ["package a\n", ""], ["var a = `", "`\n"]),
        ("a.rs", ["fn a() {\n", "}\n"], ["b = \"", "\";\n"]),
        ("a.rs", ["fn a() {\n", "}\n"], ["b = r#\"", "\"#;\n"]),
        (
            "a.java",
            ["class A {\n", "}\n"],
            ["String a = \"\"\"\n", "\"\"\";\n"],
        ),
        ("a.c", ["int a() {\n", "}\n"], ["/* ", " */\n"]),
        ("a.lua", ["", ""], ["a = [[", "]]\n"]),
        ("a.lua", ["", ""], ["--[==[", "]==]\n"]),
        ("a.php", ["<?php\n", ""], ["a(<<<'EOF'\n", "\nEOF);\n"]),
        ("a.php", ["<?php\n", ""], ["a(<<<EOF\n", "\nEOF);\n"]),
        ("a.php", ["<?php\n", ""], ["$a = '", "';\n"]),
        #[cfg(feature = "all-languages")]
        (
            "a.cs",
            ["class A { void B() {\n", "} }\n"],
            ["a = \"\"\"\n", "\n\"\"\";\n"],
        ),
        #[cfg(feature = "all-languages")]
        (
            "a.cs",
            ["class A { void B() {\n", "} }\n"],
            ["a = @\"", "\";\n"],
        ),
        #[cfg(feature = "all-languages")]
        ("a.kt", ["", ""], ["val a = \"\"\"", "\"\"\"\n"]),
        #[cfg(feature = "all-languages")]
        ("a.scala", ["", ""], ["val a = \"\"\"", "\"\"\"\n"]),
        #[cfg(feature = "all-languages")]
        ("a.scala", ["", ""], ["a /*", "*/\n"]),
        #[cfg(feature = "all-languages")]
        ("a.swift", ["", ""], ["let a = \"\"\"\n", "\n\"\"\"\n"]),
        #[cfg(feature = "all-languages")]
        ("a.cpp", ["", ""], ["auto a = R\"x(", ")x\";\n"]),
    ];

    #[test]
    fn what_is_never_closed_may_hold_code() {
        for (path, [before, after], [open, close]) in STRETCHES {
            let closed = format!("{before}{open}one\nmore{close}{after}");
            let trimmed = closed.trim_end();
            for source in [&closed, trimmed] {
                assert!(parsed(path, source).is_ok(), "{path} {source:?}");
            }
            for rest in ["gone.foo(1)\n", "gone.foo(1);\nb(\"c\");\nd(2);\ne(3);\n"] {
                let source = format!("{before}{open}one\n{rest}{after}");
                assert!(!hides(path, &source), "{path} {source:?}");
            }
        }
    }

    #[test]
    fn quotes_that_close_something_else_change_places() {
        let check = |path: &str, source: &str| assert!(!hides(path, source), "{path} {source:?}");
        check("a.sh", "a 'b\ngone 1\nc='d'\ne 2\n");
        check("a.py", "a = \"\"\"b\ngone(1)\nc = \"\"\"d\ne\"\"\"\nf(2)\n");
        check(
            "a.go",
            "package a\nvar b = `c\nvar gone = 1\nvar d = `e\nf`\n",
        );
        check("a.rs", "fn a() {\nb = \"c;\ngone(1);\nd(\"it's\");\n}\n");
    }

    #[test]
    #[cfg(feature = "all-languages")]
    fn signs_of_other_languages_stop_a_parser() {
        let check = |path: &str, source: &str| assert!(!hides(path, source), "{path} {source:?}");
        for sign in ["`b", "'''b", "@\"b", "#|b", "f'''b", "r#\"b"] {
            check("a.kt", &format!("b(1)\na = {sign}\ngone.foo(1)\n"));
        }
        check(
            "a.scala",
            "a = \"\"\"b\ngone(1)\nc = f(\"\"\"d\"\"\")\ne(2)\n",
        );
        check(
            "a.cs",
            "class A { void B() {\na = @\"b;\ngone(1);\nc(\"it's\");\n} }\n",
        );
    }
}
