//! Strings as a file spells them: literals, constants, and both put together.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::annotation::CLASS_WORDS;
use super::code::Code;
use crate::syntax::tokens::TokenKind;

/// How long a string put together may get; constants that double each other grow fast.
const LENGTH_LIMIT: usize = 4096;

/// How many parentheses and interpolations may stand inside one another.
const DEPTH_LIMIT: usize = 8;

/// How far before its `=` the words of a declaration are looked for.
const DECLARATION_LIMIT: usize = 8;

/// What makes a variable a constant.
const CONSTANT_WORDS: [&str; 6] = ["const", "constexpr", "final", "readonly", "static", "val"];

/// Functions that fill the holes of the first string they are given, and methods of that string …
const FORMATTERS: [&str; 5] = ["Format", "Sprintf", "format", "formatted", "sprintf"];

/// … and methods that leave it as it is.
const CONVERSIONS: [&str; 5] = ["as_str", "into", "to_owned", "to_string", "toString"];

/// Stands for what only another file, or a run, tells.
pub(super) const UNKNOWN: &str = "{}";

/// Adds a piece to a string.
pub(super) fn append(text: &mut String, piece: &str) {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    // A word must stand in the source whole: that is what files are chosen by.
    let splits_word = text.ends_with(is_word) && piece.starts_with(is_word);
    text.push_str(if splits_word { UNKNOWN } else { piece });
}

/// The holes of a format: `%s`, `%[1]d`, `{0}`.
fn with_holes(format: &str) -> String {
    let mut text = String::with_capacity(format.len());
    let mut rest = format;
    while let Some((before, after)) = rest.split_once('%') {
        text.push_str(before);
        let flags = |c: char| c.is_ascii_digit() || "-+#.*[]$".contains(c);
        let verb = after.trim_start_matches(flags);
        if verb.starts_with(|c: char| "bdefioqrstuvxT".contains(c)) {
            text.push_str(UNKNOWN);
            rest = verb.get(1..).unwrap_or_default();
        } else {
            text.push('%');
            rest = after;
        }
    }
    text.push_str(rest);
    // What comes first may be a base that another file knows.
    match text
        .strip_prefix('{')
        .and_then(|inner| inner.split_once('}'))
    {
        Some((_, rest)) => format!("{UNKNOWN}{rest}"),
        None => text,
    }
}

/// A string.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Literal {
    /// Its text, with `{}` for what is not known.
    pub text: String,
    /// Where its text starts, after its quote if it has one.
    pub offset: usize,
}

/// The constants of a file.
#[derive(Debug, Default)]
pub(super) struct Constants<'a> {
    /// `None` for a name that means several things.
    values: HashMap<&'a str, Option<String>>,
    /// Classes and the like, which may stand in front of their constants.
    owners: HashSet<&'a str>,
}

/// A string put together so far.
struct Value {
    literal: Literal,
    /// Whether anything of it is known.
    known: bool,
}

impl Value {
    fn add(&mut self, piece: &str) {
        append(&mut self.literal.text, piece);
    }
}

impl<'a> Code<'a> {
    /// The string that the range is, all of it: a literal, a constant of this file, or several of
    /// them put together. A base that only another file knows is left out: `BASE + "/users"`.
    pub(super) fn literal(&self, range: Range<usize>) -> Option<Literal> {
        let start = range.start + usize::from(self.text(range.start) == "&");
        let (mut literal, end) = self.value(start, range.end, DEPTH_LIMIT)?;
        if let Some(rest) = literal.text.strip_prefix("{}/") {
            literal.text = format!("/{rest}");
        }
        (end == range.end).then_some(literal)
    }

    /// The string literal that the range is, all of it.
    pub(super) fn quoted(&self, range: Range<usize>) -> Option<Literal> {
        let (literal, end) = self.literal_at(range.start, DEPTH_LIMIT)?;
        (end == range.end).then_some(literal)
    }

    /// All string literals in a range.
    pub(super) fn literals(&self, range: Range<usize>) -> Vec<Literal> {
        let mut found = Vec::new();
        let mut at = range.start;
        while at < range.end {
            match self.literal_at(at, DEPTH_LIMIT) {
                Some((literal, end)) => {
                    found.push(literal);
                    at = end;
                }
                None => at += 1,
            }
        }
        found
    }

    /// A string literal and where it ends. Raw strings may have no quotes among the tokens.
    fn literal_at(&self, start: usize, depth: usize) -> Option<(Literal, usize)> {
        let mut value = Value {
            literal: Literal {
                text: String::new(),
                offset: self.offset(start),
            },
            known: true,
        };
        if self.kind(start)? == TokenKind::Text {
            value.add(self.text(start));
            return Some((value.literal, start + 1));
        }
        let ends_quoted = |at: usize| {
            self.kind(at) == Some(TokenKind::Other)
                && self
                    .text(at)
                    .trim_end_matches('#')
                    .ends_with(['"', '\'', '`'])
        };
        // C# has the sign of its interpolated strings in front of the quote.
        let open = start + usize::from(self.text(start) == "$");
        if !ends_quoted(open) {
            return None;
        }
        value.literal.offset = self.end(open);
        let doubles_braces = self.text(start).contains(['$', 'f']);
        let mut at = open + 1;
        while !ends_quoted(at) {
            if self.kind(at)? == TokenKind::Text {
                value.add(self.text(at));
                at += 1;
            } else if self.text(at) == "$" {
                at += 1;
            } else if self.is_name(at) {
                value.add(self.constant(at, at + 1).unwrap_or(UNKNOWN));
                at += 1;
            } else {
                let close = self.partner(at).filter(|to| *to > at)?;
                let inner = depth
                    .checked_sub(1)
                    .and_then(|depth| self.value(at + 1, close, depth))
                    .filter(|(_, end)| *end == close);
                value.add(inner.as_ref().map_or(UNKNOWN, |(inner, _)| &inner.text));
                at = close + 1;
            }
        }
        if doubles_braces {
            let text = value.literal.text.replace("{{", "{");
            value.literal.text = text.replace("}}", "}");
        }
        Some((value.literal, at + 1))
    }

    /// The string that starts at a token, and where it ends; `None` if nothing of it is known.
    fn value(&self, start: usize, limit: usize, depth: usize) -> Option<(Literal, usize)> {
        let mut value = Value {
            literal: Literal {
                text: String::new(),
                offset: self.offset(start),
            },
            known: false,
        };
        let mut at = start;
        loop {
            at = self.piece(at, limit, depth, &mut value)?;
            let is_sign =
                self.kind(at) == Some(TokenKind::Other) && matches!(self.text(at), "+" | ".");
            let goes_on = at < limit && (is_sign || self.literal_at(at, 0).is_some());
            if value.literal.text.len() > LENGTH_LIMIT {
                return None;
            }
            if !goes_on {
                return value.known.then_some((value.literal, at));
            }
            at += usize::from(is_sign);
        }
    }

    /// Adds a literal, a name, something in parentheses, or a hole for anything else; returns where it
    /// ends.
    fn piece(&self, at: usize, limit: usize, depth: usize, value: &mut Value) -> Option<usize> {
        let is_first = value.literal.text.is_empty();
        let (piece, end) = if self.text(at) == "(" {
            let close = self.partner(at).filter(|close| *close < limit)?;
            let inner = self.value(at + 1, close, depth.checked_sub(1)?);
            let Some((inner, _)) = inner.filter(|(_, end)| *end == close) else {
                value.add(UNKNOWN);
                return Some(close + 1);
            };
            (inner, close + 1)
        } else if let Some(found) = self.formatted(at, depth) {
            found
        } else if let Some((literal, end)) = self.literal_at(at, depth) {
            self.called(literal, end, depth)?
        } else {
            let end = self.chain_end(at);
            let constant = end.and_then(|end| self.constant(at, end));
            value.add(constant.unwrap_or(UNKNOWN));
            value.known |= constant.is_some();
            return end.or_else(|| self.operand_end(at, limit));
        };
        if is_first {
            value.literal.offset = piece.offset;
        }
        value.known = true;
        value.add(&piece.text);
        Some(end)
    }

    /// `fmt.Sprintf("/x/%s", a)`, `format!("/x/{a}")`: the string, and where the call ends.
    fn formatted(&self, start: usize, depth: usize) -> Option<(Literal, usize)> {
        let mut name = Some(start).filter(|at| self.is_name(*at))?;
        while self.is_separator(name + 1) && self.is_name(name + 2) {
            name += 2;
        }
        let open = name + 1 + usize::from(self.text(name + 1) == "!");
        let close = self.partner(open).filter(|_| self.text(open) == "(")?;
        let first = self.elements(open, close).into_iter().next()?;
        let is_format = FORMATTERS.contains(&self.text(name));
        let depth = depth.checked_sub(1).filter(|_| is_format)?;
        let (mut literal, end) = self.value(first.start, first.end, depth)?;
        literal.text = with_holes(&literal.text);
        (end == first.end).then_some((literal, close + 1))
    }

    /// What the methods called on a string make of it, as far as that is known, and where they end:
    /// `"/x/{}".format(a)`, `'/x/'.concat(a)`, `"/x/%s" % a`.
    fn called(&self, mut literal: Literal, end: usize, depth: usize) -> Option<(Literal, usize)> {
        let mut end = end;
        if self.text(end) == "%" {
            literal.text = with_holes(&literal.text);
            let close = self.partner(end + 1).map(|close| close + 1);
            return Some((literal, close.or_else(|| self.chain_end(end + 1))?));
        }
        while let Some(call) = Some(end + 1)
            .filter(|_| self.is_separator(end))
            .and_then(|name| self.call(name))
        {
            let name = self.text(call.name);
            if FORMATTERS.contains(&name) {
                literal.text = with_holes(&literal.text);
            } else if name == "concat" {
                for argument in self.arguments(call) {
                    let piece = self.value(argument.start, argument.end, depth.checked_sub(1)?);
                    let piece = piece.filter(|(_, end)| *end == argument.end);
                    let text = piece.as_ref().map_or(UNKNOWN, |(piece, _)| &piece.text);
                    append(&mut literal.text, text);
                }
            } else if !CONVERSIONS.contains(&name) {
                return None;
            }
            end = call.close + 1;
        }
        Some((literal, end))
    }

    /// Where an operand ends of which nothing is known, such as a call.
    fn operand_end(&self, start: usize, limit: usize) -> Option<usize> {
        // A declaration is read without knowing where it ends.
        let limit = Some(limit).filter(|limit| *limit < self.len())?;
        let mut at = start;
        while at < limit && !matches!(self.text(at), "+" | "." if !self.is_separator(at)) {
            let is_operator = self.kind(at) == Some(TokenKind::Other) && self.partner(at).is_none();
            let is_part = matches!(self.text(at), "!" | "&" | "*" | "await" | "new" | "?");
            let is_number = self.text(at).starts_with(|c: char| c.is_ascii_digit());
            if is_operator && !is_part && !is_number {
                return None;
            }
            at = self.partner(at).filter(|to| *to > at).unwrap_or(at) + 1;
        }
        Some(at).filter(|at| *at > start)
    }

    /// Where a chain of names ends; `None` if it is called, indexed or no chain.
    pub(super) fn chain_end(&self, start: usize) -> Option<usize> {
        let mut last = Some(start).filter(|at| self.is_name(*at))?;
        while self.is_separator(last + 1) && self.is_name(last + 2) {
            last += 2;
        }
        let end = last + 1;
        let is_plain = !self.is_separator(end) && !matches!(self.text(end), "(" | "[" | "!");
        is_plain.then_some(end)
    }

    /// What a name or chain of names means.
    fn constant(&self, start: usize, end: usize) -> Option<&str> {
        let owner = self.text(
            end.checked_sub(3)
                .filter(|at| *at >= start)
                .unwrap_or(usize::MAX),
        );
        let is_ours = matches!(
            owner,
            "" | "Companion" | "Self" | "self" | "static" | "this"
        ) || self.constants.owners.contains(owner);
        let value = self.constants.values.get(self.text(end - 1))?;
        value.as_deref().filter(|_| is_ours)
    }

    /// Reads what the file declares once and for all, in order, so that one may be made of another.
    pub(super) fn read_constants(&mut self) {
        let mut group_end = 0;
        for at in 0..self.len() {
            let text = self.text(at);
            if CLASS_WORDS.contains(&text) || matches!(text, "enum" | "module" | "namespace") {
                self.constants.owners.insert(self.text(at + 1));
            } else if text == "const" && self.text(at + 1) == "(" {
                group_end = self.partner(at + 1).unwrap_or(0);
            } else if matches!(text, "=" | ":=") && self.kind(at) == Some(TokenKind::Other) {
                let Some((name, is_constant)) = self.declared(at) else {
                    continue;
                };
                let value = Some(at + 1)
                    .filter(|_| is_constant || at < group_end)
                    .and_then(|start| self.value(start, self.len(), DEPTH_LIMIT))
                    .filter(|(_, end)| self.ends_statement(*end))
                    .map(|(literal, _)| literal.text);
                let again = self.constants.values.contains_key(name);
                self.constants.values.insert(name, value.filter(|_| !again));
            }
        }
    }

    fn ends_statement(&self, at: usize) -> bool {
        self.begins_line(at) || matches!(self.text(at), ";" | "," | "}" | ")" | "]")
    }

    /// The name in front of an `=`, and whether it is one of a constant.
    fn declared(&self, sign: usize) -> Option<(&'a str, bool)> {
        let nearest = sign.checked_sub(1)?;
        let first = sign.saturating_sub(DECLARATION_LIMIT);
        let starts = |at: &usize| matches!(self.text(*at), ";" | "{" | "}" | "(" | ")" | ",");
        let words: Vec<usize> = (first..sign).rev().take_while(|at| !starts(at)).collect();
        // `name: Type =` and Go's `name string =` have the type last.
        let colon = words.iter().find(|at| self.text(**at) == ":").copied();
        let name = match colon {
            Some(colon) => colon.checked_sub(1)?,
            None if self.text(nearest) == "string" => nearest.checked_sub(1)?,
            None => nearest,
        };
        let text = Some(self.text(name)).filter(|_| self.is_name(name))?;
        let is_upper = text.len() > 1
            && text.contains(char::is_uppercase)
            && !text.contains(char::is_lowercase);
        let is_stated = words
            .iter()
            .any(|at| CONSTANT_WORDS.contains(&self.text(*at)));
        Some((text, is_upper || is_stated))
    }
}
