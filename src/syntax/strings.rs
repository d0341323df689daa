//! The string literals of a parsed file, whole, with interpolations as placeholders.

use std::ops::Range;

use tree_sitter::Node;

use super::fragment::is_word;
use super::literal;
use super::parse::Parsed;
use super::table::{Role, Table};
use super::walk::{Step, Walk};

/// Stands for an interpolation.
const PLACEHOLDER: u8 = b'?';

/// A string literal's text: as written, with escapes for white space turned into spaces, a `?` for
/// each interpolation and for each byte that is no UTF-8. Offsets in it are bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StringLiteral {
    /// Where the content starts in the source.
    pub start: usize,
    /// The text.
    pub text: String,
    /// Where each run starts in the text and in the source.
    runs: Vec<(usize, usize)>,
}

impl StringLiteral {
    /// The offset in the source of an offset in `text`.
    pub fn source_offset(&self, at: usize) -> usize {
        let runs = self.runs.partition_point(|(text, _)| *text <= at);
        match runs.checked_sub(1).and_then(|last| self.runs.get(last)) {
            Some((text, source)) => source + (at - text),
            None => self.start,
        }
    }
}

impl Parsed {
    /// String literals that are not empty, in order of where they start; literals concatenated
    /// with nothing between them are one, with a `?` where they join in the middle of a word.
    /// Regular expressions and docstrings are none.
    pub fn strings(&self) -> Vec<StringLiteral> {
        let table = self.language.table();
        let mut walk = Walk::new(&self.tree);
        let mut drafts: Vec<Draft<'_>> = Vec::new();
        loop {
            let node = walk.node();
            let kind = table.kind(node);
            if kind.literal && !self.is_commented(node.start_byte()) {
                match drafts.pop_if(|last| last.goes_on(&walk)) {
                    Some(last) => drafts.push(read(table, node, last)),
                    None => drafts.push(read(table, node, Draft::new(&self.source))),
                }
            }
            let step = match kind.role {
                Role::Plain => Step::Into,
                _ if kind.literal => Step::Into,
                _ => Step::Over,
            };
            if !walk.advance(step) {
                return drafts.into_iter().filter_map(Draft::finish).collect();
            }
        }
    }
}

impl Parsed {
    /// Whether an offset lies in a comment; documentation written as a string does.
    fn is_commented(&self, at: usize) -> bool {
        let comments = self.comments();
        let next = comments.partition_point(|range| range.start <= at);
        let before = next.checked_sub(1).and_then(|last| comments.get(last));
        before.is_some_and(|range| range.end > at)
    }
}

/// Adds what a literal holds.
fn read<'a>(table: &Table, node: Node<'_>, mut draft: Draft<'a>) -> Draft<'a> {
    let source = draft.source;
    let own = table.kind(node);
    if node.child_count() == 0 {
        draft.copy(match own.role {
            Role::Text => node.byte_range(),
            _ => literal::unquote(source, node.byte_range()),
        });
    }
    let before = || node.prev_sibling().map(|before| before.end_byte());
    let mut gap = match own.role {
        Role::Text => before().unwrap_or(node.start_byte()),
        _ => node.start_byte(),
    };
    let mut cursor = node.walk();
    for part in node.children(&mut cursor) {
        let kind = table.kind(part);
        if own.gaps {
            draft.copy(gap..part.start_byte());
            gap = part.end_byte();
        }
        if kind.escape {
            draft.escape(part.byte_range());
        } else if kind.role == Role::Text {
            draft.content(table, part);
        } else if !kind.delimiter && !part.is_extra() {
            draft.mark(part.start_byte());
        }
    }
    if own.gaps && gap > node.start_byte() {
        draft.copy(literal::without_quotes(source, gap..node.end_byte()));
    }
    draft.end = node.end_byte();
    draft
}

struct Draft<'a> {
    source: &'a [u8],
    text: Vec<u8>,
    runs: Vec<(usize, usize)>,
    /// Where the last run ends in the source.
    read_to: usize,
    /// Where the last literal ends.
    end: usize,
}

impl<'a> Draft<'a> {
    fn new(source: &'a [u8]) -> Self {
        Self {
            source,
            text: Vec::new(),
            runs: Vec::new(),
            read_to: 0,
            end: 0,
        }
    }

    fn finish(self) -> Option<StringLiteral> {
        Some(StringLiteral {
            start: self.runs.first()?.1,
            text: lossy(self.text),
            runs: self.runs,
        })
    }

    /// Whether the literal the walk stands on is concatenated to this one.
    fn goes_on(&self, walk: &Walk<'_>) -> bool {
        let between = self.source.get(self.end..walk.node().start_byte());
        let side_by_side =
            |parent: Node<'_>| matches!(parent.kind(), "concatenated_string" | "chained_string");
        between.is_some_and(|between| match between.trim_ascii() {
            b"+" | b"." | b".." => true,
            b"" | b"\\" => walk.parent().is_some_and(side_by_side),
            _ => false,
        })
    }

    fn copy(&mut self, range: Range<usize>) {
        if range.start < range.end {
            let bytes = self.source.get(range.clone()).unwrap_or_default();
            // A word must stand in the source whole: that is what files are chosen by.
            let splits_word = range.start != self.read_to
                && self.text.last().is_some_and(|byte| is_word(*byte))
                && bytes.first().is_some_and(|byte| is_word(*byte));
            if splits_word {
                self.mark(range.start);
            }
            self.runs.push((self.text.len(), range.start));
            self.text.extend_from_slice(bytes);
            self.read_to = range.end;
        }
    }

    fn mark(&mut self, source: usize) {
        self.runs.push((self.text.len(), source));
        self.text.push(PLACEHOLDER);
    }

    /// Some grammars put escapes inside the content.
    fn content(&mut self, table: &Table, node: Node<'_>) {
        let mut at = node.start_byte();
        let mut cursor = node.walk();
        for part in node.children(&mut cursor) {
            if table.kind(part).escape {
                self.copy(at..part.start_byte());
                self.escape(part.byte_range());
                at = part.end_byte();
            }
        }
        self.copy(at..node.end_byte());
    }

    /// As many bytes as were written, so that words stay words and offsets stay true.
    fn escape(&mut self, range: Range<usize>) {
        let from = self.text.len();
        self.copy(range);
        let blank = match self.text.get(from..) {
            Some([b'\\', b'n' | b't' | b'r' | b'f' | b'v' | b'\n' | b'\r', ..]) => usize::MAX,
            Some([b'\\', b'"' | b'\'' | b'`']) => 1,
            _ => 0,
        };
        let written = self.text.get_mut(from..).unwrap_or_default();
        written.iter_mut().take(blank).for_each(|byte| *byte = b' ');
    }
}

/// Each byte that is no UTF-8 becomes one placeholder, so offsets stay true.
fn lossy(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| {
        let mut text = String::new();
        for chunk in error.as_bytes().utf8_chunks() {
            text.push_str(chunk.valid());
            text.extend(chunk.invalid().iter().map(|_| char::from(PLACEHOLDER)));
        }
        text
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::parse;

    fn check(path: &str, source: &str, expected: &[&str]) {
        let strings = parse(path, source).strings();
        let texts: Vec<&str> = strings.iter().map(|found| found.text.as_str()).collect();
        assert_eq!(texts, expected, "{source}");
        for string in &strings {
            assert_eq!(string.source_offset(0), string.start);
            for (at, byte) in string.text.bytes().enumerate() {
                let written = source.as_bytes()[string.source_offset(at)];
                assert!(byte == written || b" ?".contains(&byte), "{source} {at}");
            }
        }
    }

    #[test]
    fn literals_are_whole() {
        check(
            "a.py",
            "x = f'a {b + \"c\"} d\\ne' 'f'\nr'\\n'",
            &["a ? d  e", "c", "f", "\\n"],
        );
        check(
            "a.js",
            "`a ${b + `c ${'d'}`} e` + '' + \"\\\"q\\\"\"",
            &["a ? e", "c ?", "d", " \"q \""],
        );
        check("a.ts", "f('x', /re/)", &["x"]);
        check(
            "a.rs",
            "f(r#\"a \"b\" c\"#, \"d\\\n  e\", b\"g\")",
            &["a \"b\" c", "d    e", "g"],
        );
        check(
            "a.go",
            "package p\nvar a = `b\\n` + \"c\\n\"",
            &["b\\n?c  "],
        );
        check(
            "A.java",
            "class A { String s = \"\"\"\n a\"\"\" + \"b\"; }",
            &["\n a?b"],
        );
        check(
            "a.rb",
            "x = <<~SQL\n  a #{b('c')} d\nSQL\ny = \"e\" 'f'",
            &["\n  a ? d\n", "c", "e?f"],
        );
        check(
            "a.py",
            "f('a '\n  'b') ; g('c' + \"d\", 'e')",
            &["a b", "c?d", "e"],
        );
        check(
            "a.js",
            "f(`a ${b} ` +\n 'c' + d + 'e', 'f')",
            &["a ? c", "e", "f"],
        );
        check("a.py", "'doc'\ndef f(): 'doc'\nx = 'y'", &["y"]);
        check("a.vue", "<script>f('x')</script>", &["x"]);
    }

    #[test]
    fn in_more_languages() {
        check(
            "a.php",
            "<?php $h = <<<SQL\nselect $a from t\nSQL . 'b';\nf(\"c {$d->e}\");",
            &["select ? from t", "b", "c ?"],
        );
        check(
            "a.cs",
            "var s = $\"a {b(\"c\")}\\n\" + @\"v\"; var r = \"\"\"raw\"\"\";",
            &["a ?  ", "c", "v", "raw"],
        );
        check(
            "a.c",
            "char *s = \"a\" \"b\\n\"; char c = 'd';",
            &["a?b  ", "d"],
        );
        check(
            "a.sh",
            "psql <<EOF\nselect x from t where $y\nEOF\nf \"a $b\" 'c'",
            &["\nselect x from t where ?\n", "a ?", "c"],
        );
        check("a.lua", "f('a' .. [[b]], \"c\")", &["a?b", "c"]);
    }

    #[test]
    #[cfg(feature = "all-languages")]
    fn in_the_largest_grammars() {
        check("a.cpp", "auto s = R\"(a\"b)\" \"c\";", &["a\"b?c"]);
        check("a.kt", "val s = \"a $b ${c(\"d\")}\"", &["a $b ?", "d"]);
        check("a.swift", "let s = \"a \\(b) c\"", &["a ? c"]);
        check("a.scala", "val s = s\"a $b c\" + \"d\"", &["a ? c?d"]);
    }

    #[test]
    fn bytes_that_are_no_utf8_keep_their_places() {
        let strings = parse("a.py", b"x = 'a\xff\xc3b'").strings();
        assert_eq!(strings[0].text, "a??b");
        assert_eq!(strings[0].source_offset(3), 8);
    }
}
