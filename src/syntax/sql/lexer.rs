//! SQL cut into words, quoted names and punctuation; comments and string literals vanish.

use std::ops::Range;

/// A piece of SQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lexeme {
    pub kind: LexemeKind,
    /// Where it stands; without the quotes for a quoted name.
    pub range: Range<usize>,
}

/// What a piece of SQL is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LexemeKind {
    /// A bare word.
    Word,
    /// A name in double quotes, backticks or brackets.
    Quoted,
    /// A literal: a string or number.
    Literal,
    /// The tag of a dollar-quoted body, such as `$$`.
    Dollar,
    /// One character of punctuation.
    Mark(u8),
}

/// Cuts SQL into its pieces.
pub(super) fn lexemes(sql: &str) -> Vec<Lexeme> {
    let mut lexer = Lexer {
        bytes: sql.as_bytes(),
        at: 0,
    };
    std::iter::from_fn(|| lexer.next()).collect()
}

struct Lexer<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Lexer<'_> {
    fn next(&mut self) -> Option<Lexeme> {
        self.skip_blank();
        let start = self.at;
        let byte = self.peek(0)?;
        let kind = match byte {
            b'\'' => return Some(self.quoted(b'\'', LexemeKind::Literal)),
            b'"' | b'`' => return Some(self.quoted(byte, LexemeKind::Quoted)),
            b'[' if self.names_something() => return Some(self.quoted(b']', LexemeKind::Quoted)),
            b'$' => self.dollar(),
            b'0'..=b'9' => {
                self.take_while(|byte| is_word(byte) || byte == b'.');
                LexemeKind::Literal
            }
            _ if is_word(byte) => {
                self.take_while(|byte| is_word(byte) || byte == b'$');
                LexemeKind::Word
            }
            _ => {
                self.at += 1;
                LexemeKind::Mark(byte)
            }
        };
        let range = start..self.at;
        Some(Lexeme { kind, range })
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at + ahead).copied()
    }

    fn take_while(&mut self, wanted: impl Fn(u8) -> bool) {
        while self.peek(0).is_some_and(&wanted) {
            self.at += 1;
        }
    }

    /// White space and comments: `--`, `/* */`, and `#` at the start of a line.
    fn skip_blank(&mut self) {
        let line_starts = |at: usize| {
            let before = self.bytes.get(..at).unwrap_or_default();
            before.trim_ascii_end().is_empty() || before.last() == Some(&b'\n')
        };
        loop {
            let to_line_end = match (self.bytes.get(self.at), self.bytes.get(self.at + 1)) {
                (Some(byte), _) if byte.is_ascii_whitespace() => {
                    self.at += 1;
                    continue;
                }
                (Some(b'-'), Some(b'-')) => true,
                (Some(b'#'), Some(b' ')) if line_starts(self.at) => true,
                (Some(b'/'), Some(b'*')) => false,
                _ => return,
            };
            let end: &[u8] = if to_line_end { b"\n" } else { b"*/" };
            let rest = self.bytes.get(self.at + 2..).unwrap_or_default();
            self.at = rest
                .windows(end.len())
                .position(|window| window == end)
                .map_or(self.bytes.len(), |found| self.at + 2 + found + end.len());
        }
    }

    /// Up to the closing quote; a doubled one does not close, a missing one closes at the end.
    fn quoted(&mut self, close: u8, kind: LexemeKind) -> Lexeme {
        let start = self.at + 1;
        self.at = start;
        while let Some(byte) = self.peek(0) {
            self.at += 1;
            match byte {
                b'\\' if close == b'\'' && self.peek(0) == Some(b'\'') => self.at += 1,
                _ if byte != close => {}
                _ if self.peek(0) == Some(close) => self.at += 1,
                _ => {
                    let range = start..self.at - 1;
                    return Lexeme { kind, range };
                }
            }
        }
        let range = start..self.at;
        Lexeme { kind, range }
    }

    /// `[name]`, not an index or a character class.
    fn names_something(&self) -> bool {
        let inside = self.bytes.get(self.at + 1..).unwrap_or_default();
        let length = inside
            .iter()
            .take_while(|byte| is_word(**byte) || **byte == b' ')
            .count();
        let starts_word = inside.first().is_some_and(|byte| is_word(*byte));
        starts_word && !inside[0].is_ascii_digit() && inside.get(length) == Some(&b']')
    }

    fn dollar(&mut self) -> LexemeKind {
        let rest = self.bytes.get(self.at + 1..).unwrap_or_default();
        let tag = rest.iter().take_while(|byte| is_word(**byte)).count();
        if rest.get(tag) == Some(&b'$') && !rest.first().is_some_and(u8::is_ascii_digit) {
            self.at += tag + 2;
            return LexemeKind::Dollar;
        }
        self.at += 1 + tag;
        LexemeKind::Literal
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}
