//! One thing wrong with a spec text: what, where, and what to write instead.

use std::fmt;

use crate::model::printable::Printable;

/// One thing wrong with a spec text; Display leaves out the file's name, [`Diagnostic::render`] has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// 1-based.
    pub line: Option<usize>,
    /// 1-based, in bytes.
    pub column: Option<usize>,
    /// What is wrong, safe to show.
    pub message: String,
    /// The line at fault as it stands in the file, unescaped.
    pub source_line: Option<String>,
    /// What to write instead, safe to show.
    pub hint: Option<String>,
}

/// Characters of a source line shown before and after the caret.
const CONTEXT: usize = 60;

impl Diagnostic {
    /// A diagnostic about the whole text.
    pub(super) fn whole(message: impl Into<String>) -> Self {
        Self {
            line: None,
            column: None,
            message: message.into(),
            source_line: None,
            hint: None,
        }
    }

    /// A diagnostic at a byte offset of `text`.
    pub(super) fn at(text: &str, offset: usize, message: impl Into<String>) -> Self {
        let (line, column, source) = position(text, offset);
        Self {
            line: Some(line),
            column: Some(column),
            source_line: Some(source.to_owned()),
            ..Self::whole(message)
        }
    }

    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The complete text for a file called `name`: `name:line:column: message`, the source line,
    /// a caret and a hint, each on a line of its own, the last without a line break.
    pub fn render(&self, name: &str) -> String {
        let mut text = format!("{}:{self}", Printable::new(name));
        if self.line.is_none() {
            text.insert(text.len() - self.to_string().len(), ' ');
        }
        text
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let (Some(line), Some(column)) = (self.line, self.column) {
            write!(f, "{line}:{column}: ")?;
        }
        f.write_str(&self.message)?;
        if let (Some(source), Some(column)) = (&self.source_line, self.column) {
            let (shown, caret) = excerpt(source, column);
            write!(f, "\n    {shown}\n    {:caret$}^", "")?;
        }
        match &self.hint {
            Some(hint) => write!(f, "\nhint: {hint}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Diagnostic {}

/// What is shown of a source line, and how many characters of it precede the caret.
fn excerpt(source: &str, column: usize) -> (String, usize) {
    let before = source.get(..column - 1).unwrap_or(source);
    let after = source.get(column - 1..).unwrap_or_default();
    let start = before
        .char_indices()
        .rev()
        .nth(CONTEXT - 1)
        .map_or(0, |(at, _)| at);
    let end = after
        .char_indices()
        .nth(CONTEXT)
        .map_or(after.len(), |(at, _)| at);
    let lead = if start > 0 { "…" } else { "" };
    let tail = if end < after.len() { "…" } else { "" };
    let head = format!("{lead}{}", Printable::new(&before[start..]));
    let caret = head.chars().count();
    (
        format!("{head}{}{tail}", Printable::new(&after[..end])),
        caret,
    )
}

/// Line, column (1-based, bytes) and the whole line of a byte offset; `\n`, `\r\n` and `\r` end a line.
fn position(text: &str, offset: usize) -> (usize, usize, &str) {
    let bytes = text.as_bytes();
    let offset = offset.min(text.len());
    let (mut line, mut start) = (1, 0);
    for (at, byte) in bytes.iter().enumerate().take(offset) {
        if *byte == b'\n' || (*byte == b'\r' && bytes.get(at + 1) != Some(&b'\n')) {
            line += 1;
            start = at + 1;
        }
    }
    let rest = text.get(start..).unwrap_or_default();
    let source = rest.split(['\n', '\r']).next().unwrap_or_default();
    (line, offset - start + 1, source)
}

/// Names a key or value by its turn in the order of reading.
pub(super) type NodeId = usize;

/// Where a problem lies, as far as its finder knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// In the text as a whole.
    Nowhere,
    /// At a byte offset of the text.
    Offset(usize),
    /// Where a key or value starts.
    Node(NodeId),
    /// So many bytes into a value, when it is written plainly enough to tell.
    Within(NodeId, usize),
}

/// Something wrong, not yet tied to a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Problem {
    pub(super) place: Place,
    pub(super) message: String,
    pub(super) hint: Option<String>,
    /// The value at fault, for [`Place::Within`].
    pub(super) value: Option<String>,
}

impl Problem {
    pub(super) fn new(place: Place, message: impl Into<String>) -> Self {
        Self {
            place,
            message: message.into(),
            hint: None,
            value: None,
        }
    }

    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Ties the problem to its line; `offset_of` finds a node in `text`.
    pub(super) fn locate(
        self,
        text: &str,
        offset_of: impl Fn(NodeId) -> Option<usize>,
    ) -> Diagnostic {
        let offset = match self.place {
            Place::Nowhere => None,
            Place::Offset(offset) => Some(offset),
            Place::Node(node) => offset_of(node),
            Place::Within(node, inner) => offset_of(node)
                .map(|at| at + inside(text, at, self.value.as_deref(), inner).unwrap_or(0)),
        };
        let diagnostic = match offset {
            Some(offset) => Diagnostic::at(text, offset, self.message),
            None => Diagnostic::whole(self.message),
        };
        Diagnostic {
            hint: self.hint,
            ..diagnostic
        }
    }
}

/// Problems that stop nothing. Past the tenth they are counted, not listed: each costs another
/// reading to find its place.
#[derive(Debug, Default)]
pub(super) struct Warnings {
    listed: Vec<Problem>,
    more: usize,
}

impl Warnings {
    pub(super) fn push(&mut self, problem: impl FnOnce() -> Problem) {
        if self.listed.len() < 10 {
            self.listed.push(problem());
        } else {
            self.more += 1;
        }
    }

    pub(super) fn into_problems(mut self) -> Vec<Problem> {
        let said = match self.more {
            0 => return self.listed,
            1 => "1 more warning is not listed".to_owned(),
            more => format!("{more} more warnings are not listed"),
        };
        self.listed.push(Problem::new(Place::Nowhere, said));
        self.listed
    }
}

/// How far `inner` bytes into `value` lie from the scalar's start, if it stands there unescaped.
fn inside(text: &str, start: usize, value: Option<&str>, inner: usize) -> Option<usize> {
    let (source, value) = (text.get(start..)?, value?);
    let quote = usize::from(source.starts_with(['"', '\'']));
    source
        .get(quote..)?
        .starts_with(value)
        .then_some(quote + inner)
}

/// Foreign text between backquotes, safe to show.
pub(super) fn quoted(text: &str) -> String {
    let mut shown: String = text.chars().take(80).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    format!("`{}`", Printable::new(&shown))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_caret_stands_under_the_byte() {
        let check = |text: &str, offset: usize, expected: &str| {
            let shown = Diagnostic::at(text, offset, "bad").hint("good").render("s");
            assert_eq!(shown, format!("{expected}\nhint: good"));
        };
        check("a: b\nc: d\n", 8, "s:2:4: bad\n    c: d\n       ^");
        check("a: b\r\nc: d\r\n", 9, "s:2:4: bad\n    c: d\n       ^");
        check("a\rb", 2, "s:2:1: bad\n    b\n    ^");
        check("é: b", 4, "s:1:5: bad\n    é: b\n       ^");
        check("\tx", 1, "s:1:2: bad\n    \\tx\n      ^");
        check("x", 1, "s:1:2: bad\n    x\n     ^");
    }

    #[test]
    fn a_long_line_is_cut_around_the_caret() {
        let text = format!("{}!{}", "a".repeat(500), "b".repeat(500));
        let shown = Diagnostic::at(&text, 500, "bad").to_string();
        let lines: Vec<&str> = shown.lines().collect();
        assert_eq!(lines[0], "1:501: bad");
        let window = format!("    …{}!{}…", "a".repeat(60), "b".repeat(59));
        assert_eq!(lines[1], window);
        assert_eq!(lines[2], format!("{}^", " ".repeat(65)));
    }

    #[test]
    fn a_whole_text_has_no_line() {
        assert_eq!(
            Diagnostic::whole("spec is empty").render("a\u{1b}"),
            "a\\u{1b}: spec is empty"
        );
    }
}
