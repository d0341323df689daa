//! What must not reach the YAML parser: anchors, aliases, tags, tabs as indentation, several
//! documents, deep nesting. Found by walking the text's tokens once, as libyaml would cut them.
//!
//! The parser expands aliases to gigabytes and takes time quadratic in the depth of brackets,
//! and it names no place for a second document; so this is asked first.

use super::MAX_DEPTH;
use super::diagnostic::{Place, Problem, quoted};

/// What to put into an empty spec.
pub(super) const EMPTY: &str = "a spec has `refactor_name` and `rules`";

/// Refuses a text the parser should not see; an error has its exact place.
pub(super) fn screen(text: &str) -> Result<(), Problem> {
    let mut screen = Screen {
        text,
        bytes: text.as_bytes(),
        at: 0,
        line_start: 0,
        blocks: Vec::new(),
        brackets: Vec::new(),
        key: None,
        seen: Seen::Nothing,
    };
    while screen.next_token()? {}
    match (screen.brackets.first(), screen.seen) {
        (Some(open), _) => {
            let bracket = &text[*open..=*open];
            Err(problem(*open, format!("`{bracket}` is never closed")))
        }
        (None, Seen::Nothing | Seen::Marker) => {
            Err(Problem::new(Place::Nowhere, "spec is empty").hint(EMPTY))
        }
        (None, Seen::Content | Seen::End) => Ok(()),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Seen {
    Nothing,
    /// `---`
    Marker,
    Content,
    /// `...`
    End,
}

struct Screen<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    line_start: usize,
    /// Columns of the open block collections.
    blocks: Vec<usize>,
    /// Offsets of the open brackets.
    brackets: Vec<usize>,
    /// Column of the value on this line that a `:` would make a key.
    key: Option<usize>,
    seen: Seen,
}

type Outcome<T = ()> = Result<T, Problem>;

fn problem(at: usize, message: impl Into<String>) -> Problem {
    Problem::new(Place::Offset(at), message)
}

impl Screen<'_> {
    fn peek(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at + ahead).copied()
    }

    fn blank_at(&self, ahead: usize) -> bool {
        matches!(self.peek(ahead), None | Some(b' ' | b'\t' | b'\n' | b'\r'))
    }

    fn at_break(&self) -> bool {
        matches!(self.peek(0), Some(b'\n' | b'\r'))
    }

    fn break_line(&mut self) {
        let crlf = self.peek(0) == Some(b'\r') && self.peek(1) == Some(b'\n');
        self.at += 1 + usize::from(crlf);
        self.line_start = self.at;
        self.key = None;
    }

    fn skip_to_break(&mut self) {
        while self.peek(0).is_some() && !self.at_break() {
            self.at += 1;
        }
    }

    const fn column(&self) -> usize {
        self.at - self.line_start
    }

    /// The column of the innermost block collection.
    fn indent(&self) -> Option<usize> {
        self.blocks.last().copied()
    }

    fn document_mark(&self, mark: &[u8]) -> bool {
        self.column() == 0 && self.bytes[self.at..].starts_with(mark) && self.blank_at(3)
    }

    /// Passes white space and comments.
    fn skip_gap(&mut self) -> Outcome {
        loop {
            let mut tab = None;
            let line_begins = self.column() == 0;
            while let Some(byte @ (b' ' | b'\t')) = self.peek(0) {
                if byte == b'\t' && line_begins {
                    tab.get_or_insert(self.at);
                }
                self.at += 1;
            }
            if self.peek(0) == Some(b'#') {
                self.skip_to_break();
            }
            if self.at_break() {
                self.break_line();
                continue;
            }
            return match tab {
                Some(tab) if self.brackets.is_empty() && self.peek(0).is_some() => {
                    Err(problem(tab, "tab in indentation").hint("indent with spaces"))
                }
                _ => Ok(()),
            };
        }
    }

    /// Takes one token; false at the end.
    fn next_token(&mut self) -> Outcome<bool> {
        self.skip_gap()?;
        let Some(byte) = self.peek(0) else {
            return Ok(false);
        };
        if self.brackets.is_empty() {
            while self.indent().is_some_and(|indent| indent > self.column()) {
                self.blocks.pop();
            }
        }
        if self.between_documents(byte)? {
            return Ok(true);
        }
        let flow = !self.brackets.is_empty();
        match byte {
            b'[' | b'{' => {
                self.start_value();
                self.brackets.push(self.at);
                self.check_depth()?;
                self.at += 1;
            }
            b']' | b'}' => {
                self.brackets.pop();
                self.at += 1;
            }
            b',' if flow => self.at += 1,
            b'-' if self.blank_at(1) => self.indicator(flow)?,
            b'?' if flow || self.blank_at(1) => self.indicator(flow)?,
            b':' if flow || self.blank_at(1) => self.colon(flow)?,
            b'*' | b'&' | b'!' => return Err(self.refused(byte)),
            b'|' | b'>' if !flow => self.block_scalar(),
            b'\'' | b'"' => self.quoted_scalar(byte)?,
            _ => self.plain_scalar(),
        }
        Ok(true)
    }

    /// Handles `---`, `...` and directives, and that nothing follows the one document.
    fn between_documents(&mut self, byte: u8) -> Outcome<bool> {
        let starts = self.document_mark(b"---");
        if starts || self.document_mark(b"...") {
            if starts && self.seen != Seen::Nothing {
                return Err(self.second_document());
            }
            self.seen = match self.seen {
                Seen::Nothing if starts => Seen::Marker,
                Seen::Nothing => Seen::Nothing,
                Seen::Marker | Seen::Content | Seen::End => Seen::End,
            };
            self.at += 3;
            return Ok(true);
        }
        if byte == b'%' && self.column() == 0 && self.seen == Seen::Nothing {
            self.skip_to_break();
            return Ok(true);
        }
        if self.seen == Seen::End {
            return Err(self.second_document());
        }
        self.seen = Seen::Content;
        Ok(false)
    }

    fn second_document(&self) -> Problem {
        problem(self.at, "a second document starts here").hint("one spec a file")
    }

    fn start_value(&mut self) {
        if self.brackets.is_empty() {
            self.key = self.key.or(Some(self.column()));
        }
    }

    /// `- ` and `? `: an entry of a block collection, whose value may start on the same line.
    fn indicator(&mut self, flow: bool) -> Outcome {
        if !flow {
            self.open_block(self.column())?;
            self.key = None;
        }
        self.at += 1;
        Ok(())
    }

    fn colon(&mut self, flow: bool) -> Outcome {
        if !flow {
            let column = self.key.take().unwrap_or_else(|| self.column());
            self.open_block(column)?;
        }
        self.at += 1;
        Ok(())
    }

    fn open_block(&mut self, column: usize) -> Outcome {
        if self.indent().is_none_or(|indent| indent < column) {
            self.blocks.push(column);
        }
        self.check_depth()
    }

    fn check_depth(&self) -> Outcome {
        if self.blocks.len() + self.brackets.len() <= MAX_DEPTH {
            return Ok(());
        }
        Err(problem(
            self.at,
            format!("nested deeper than {MAX_DEPTH} levels"),
        ))
    }

    fn refused(&self, byte: u8) -> Problem {
        let rest = &self.text[self.at..];
        let end = rest.find([' ', '\t', '\n', '\r', ',', ']', '}', '#']);
        let word = &rest[..end.unwrap_or(rest.len())];
        let (what, hint) = match byte {
            b'*' => (
                "anchors and aliases are not allowed",
                format!(
                    "a value that starts with `*` needs quotes: {}",
                    quoted(&format!("\"{word}\""))
                ),
            ),
            b'&' => (
                "anchors and aliases are not allowed",
                "write the value out wherever it is used, or quote it".to_owned(),
            ),
            _ if word.contains(['/', '*']) => (
                "YAML tags are not allowed",
                "to leave files out of a scope, list them under `exclude`".to_owned(),
            ),
            _ => (
                "YAML tags are not allowed",
                "write the plain value; a value that starts with `!` needs quotes".to_owned(),
            ),
        };
        problem(self.at, what).hint(hint)
    }

    fn quoted_scalar(&mut self, quote: u8) -> Outcome {
        self.start_value();
        let start = self.at;
        self.at += 1;
        while let Some(byte) = self.peek(0) {
            match byte {
                b'\n' | b'\r' => self.break_line(),
                b'\\' if quote == b'"' => {
                    self.at += 1;
                    if self.at_break() {
                        self.break_line();
                    } else {
                        self.at += 1;
                    }
                }
                _ if byte == quote && quote == b'\'' && self.peek(1) == Some(quote) => self.at += 2,
                _ if byte == quote => {
                    self.at += 1;
                    return Ok(());
                }
                _ => self.at += 1,
            }
        }
        Err(problem(
            start,
            format!("`{}` is never closed", char::from(quote)),
        ))
    }

    /// A plain scalar goes on over line breaks as long as the lines are indented deeper than its
    /// block (inside brackets: always), and ends before `: `, ` #` and, inside brackets, `,[]{}`.
    fn plain_scalar(&mut self) {
        self.start_value();
        let flow = !self.brackets.is_empty();
        let least = self.indent().map_or(0, |indent| indent + 1);
        loop {
            while let Some(byte) = self.peek(0) {
                let ends = self.blank_at(0)
                    || (byte == b':' && self.blank_at(1))
                    || (flow && matches!(byte, b',' | b'[' | b']' | b'{' | b'}'));
                if ends {
                    break;
                }
                self.at += 1;
            }
            if !self.blank_at(0) || !self.next_word(flow, least) {
                return;
            }
        }
    }

    /// Passes the white space after a word of a plain scalar; false when the scalar ends there.
    fn next_word(&mut self, flow: bool, least: usize) -> bool {
        let (end, line, key) = (self.at, self.line_start, self.key);
        while self.peek(0).is_some() && self.blank_at(0) {
            if self.at_break() {
                self.break_line();
            } else {
                self.at += 1;
            }
        }
        let goes_on = match self.peek(0) {
            None | Some(b'#') => false,
            Some(b':') if self.blank_at(1) => false,
            Some(b',' | b'[' | b']' | b'{' | b'}') if flow => false,
            Some(_) => {
                let next_document = self.document_mark(b"---") || self.document_mark(b"...");
                !next_document && (flow || line == self.line_start || self.column() >= least)
            }
        };
        if !goes_on {
            (self.at, self.line_start, self.key) = (end, line, key);
        }
        goes_on
    }

    /// The header line of a `|` or `>` and all lines indented at least as deep as its text.
    fn block_scalar(&mut self) {
        let parent = self.indent();
        self.at += 1;
        let mut indent = None;
        while let Some(byte @ (b'+' | b'-' | b'0'..=b'9')) = self.peek(0) {
            if byte.is_ascii_digit() {
                indent = Some(parent.unwrap_or(0) + usize::from(byte - b'0'));
            }
            self.at += 1;
        }
        self.skip_to_break();
        let indent = indent.unwrap_or_else(|| self.block_indent(parent));
        while self.at_break() {
            let (end, line) = (self.at, self.line_start);
            self.break_line();
            while self.peek(0) == Some(b' ') && self.column() < indent {
                self.at += 1;
            }
            if self.at_break() {
                continue;
            }
            if self.column() < indent || self.peek(0).is_none() {
                (self.at, self.line_start) = (end, line);
                self.key = None;
                return;
            }
            self.skip_to_break();
        }
    }

    /// The indentation of a block scalar's text: that of its first line that is not empty.
    fn block_indent(&self, parent: Option<usize>) -> usize {
        let mut deepest = parent.map_or(1, |parent| parent + 1);
        for line in self.text[self.at..].split_inclusive(['\n', '\r']).skip(1) {
            let rest = line.trim_start_matches(' ');
            deepest = deepest.max(line.len() - rest.len());
            if !rest.is_empty() && !rest.starts_with(['\n', '\r']) {
                break;
            }
        }
        deepest
    }
}

#[cfg(test)]
#[path = "screen_tests.rs"]
mod tests;
