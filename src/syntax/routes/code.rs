//! The leaves of a file as calls with arguments.

use std::collections::HashMap;
use std::ops::Range;

use super::value::Constants;
use crate::syntax::parse::Parsed;
use crate::syntax::tokens::{Token, TokenKind};

/// How far back or ahead a chain of calls is followed.
const CHAIN_LIMIT: usize = 256;

/// How far into an argument words are looked for.
const MENTION_LIMIT: usize = 512;

/// How far back in a list its begin is looked for, in elements.
const LIST_LIMIT: usize = 8192;

/// How many tokens type arguments may have.
const TYPES_LIMIT: usize = 32;

/// Tokens with their brackets matched.
pub(super) struct Code<'a> {
    tokens: &'a [Token],
    source: &'a [u8],
    /// For each bracket, the place of its partner.
    partners: Vec<Option<usize>>,
    pub(super) constants: Constants<'a>,
    /// Functions that have a body in brackets, by name; the last one of a name.
    pub(super) functions: HashMap<&'a str, Body<'a>>,
}

/// The body of a function.
#[derive(Debug, Clone, Copy)]
pub(super) struct Body<'a> {
    /// The name of the function.
    pub name: &'a str,
    /// The brackets.
    pub open: usize,
    close: usize,
}

impl Body<'_> {
    /// Whether a token stands in it.
    pub(super) fn holds(&self, at: usize) -> bool {
        (self.open..self.close).contains(&at)
    }
}

/// A call, by the places of its tokens.
#[derive(Debug, Clone, Copy)]
pub(super) struct Call {
    /// The last name before the arguments.
    pub name: usize,
    /// The parentheses.
    pub open: usize,
    pub close: usize,
}

impl<'a> Code<'a> {
    pub(super) fn new(parsed: &'a Parsed, source: &'a [u8]) -> Self {
        let mut code = Self {
            tokens: parsed.tokens(),
            source,
            partners: vec![None; parsed.tokens().len()],
            constants: Constants::default(),
            functions: HashMap::new(),
        };
        let mut open: Vec<(usize, &str)> = Vec::new();
        for at in 0..code.tokens.len() {
            if code.kind(at) != Some(TokenKind::Other) {
                continue;
            }
            let text = code.text(at);
            let closing = match text.as_bytes().last() {
                Some(b'(') => ")",
                Some(b'[') => "]",
                Some(b'{') => "}",
                _ => {
                    if let Some((partner, _)) = open.pop_if(|(_, closing)| *closing == text) {
                        code.partners[partner] = Some(at);
                        code.partners[at] = Some(partner);
                    }
                    continue;
                }
            };
            open.push((at, closing));
        }
        code.read_constants();
        for at in 0..code.len() {
            if let Some(body) = code.body(at) {
                code.functions.insert(body.name, body);
            }
        }
        code
    }

    /// The function whose parameters open at a token: `function f(…) {`, `fn f(…) -> T {`,
    /// `const f = async (…) => {`.
    fn body(&self, parameters: usize) -> Option<Body<'a>> {
        let close = Some(parameters)
            .filter(|at| self.text(*at) == "(")
            .and_then(|at| self.partner(at))?;
        let name = self.function_name(parameters)?;
        let mut open = close + 1;
        while self.text(open) != "{" {
            let ends = matches!(self.text(open), ";" | "}" | ")" | "," | "");
            if ends || open > close + TYPES_LIMIT {
                return None;
            }
            open = self.partner(open).filter(|to| *to > open).unwrap_or(open) + 1;
        }
        let close = self.partner(open)?;
        let name = self.text(name);
        Some(Body { name, open, close })
    }

    /// Whether what looks like a call is the head of a function.
    pub(super) fn defines(&self, call: Call) -> bool {
        self.function_name(call.open) == Some(call.name)
    }

    fn function_name(&self, parameters: usize) -> Option<usize> {
        let before = parameters.checked_sub(1)?;
        if self.is_name(before) {
            let start = self.chain_start(before);
            let word = self.text(self.before(start));
            // A method of Go has its receiver in front.
            let is_function = matches!(word, "function" | "fn" | "fun" | "func" | ")");
            return Some(before).filter(|_| is_function);
        }
        let sign = before - usize::from(self.text(before) == "async" && before > 0);
        let name = sign.checked_sub(1).filter(|at| self.is_name(*at))?;
        let is_arrow = self
            .partner(parameters)
            .is_some_and(|close| self.mentions(close..close + TYPES_LIMIT, &["=>"]));
        (self.text(sign) == "=" && is_arrow).then_some(name)
    }

    pub(super) fn len(&self) -> usize {
        self.tokens.len()
    }

    pub(super) fn kind(&self, at: usize) -> Option<TokenKind> {
        self.tokens.get(at).map(|token| token.kind)
    }

    /// Empty beyond the end and for what is no UTF-8.
    pub(super) fn text(&self, at: usize) -> &'a str {
        let range = self.tokens.get(at).map(|token| token.range.clone());
        let bytes = range.and_then(|range| self.source.get(range));
        std::str::from_utf8(bytes.unwrap_or_default()).unwrap_or_default()
    }

    pub(super) fn is_name(&self, at: usize) -> bool {
        self.kind(at) == Some(TokenKind::Name)
    }

    pub(super) fn is_separator(&self, at: usize) -> bool {
        self.kind(at) == Some(TokenKind::Separator)
    }

    /// Where a token starts in the source.
    pub(super) fn offset(&self, at: usize) -> usize {
        self.tokens.get(at).map_or(0, |token| token.range.start)
    }

    /// Where a token ends in the source.
    pub(super) fn end(&self, at: usize) -> usize {
        self.tokens.get(at).map_or(0, |token| token.range.end)
    }

    /// Whether a token is the first one of its line, or there is none.
    pub(super) fn begins_line(&self, at: usize) -> bool {
        let between = self.end(self.before(at))..self.offset(at);
        at >= self.len()
            || self
                .source
                .get(between)
                .is_some_and(|between| between.contains(&b'\n'))
    }

    /// The bracket that belongs to this one.
    pub(super) fn partner(&self, at: usize) -> Option<usize> {
        self.partners.get(at).copied().flatten()
    }

    /// The token before; beyond the end when there is none, so that it reads as empty.
    pub(super) fn before(&self, at: usize) -> usize {
        at.checked_sub(1).unwrap_or(usize::MAX)
    }

    /// Calls in order of their names.
    pub(super) fn calls(&self) -> impl Iterator<Item = Call> + '_ {
        (0..self.len()).filter_map(|at| self.call(at))
    }

    /// The call whose last name this is; type arguments may stand in between.
    pub(super) fn call(&self, name: usize) -> Option<Call> {
        if !self.is_name(name) {
            return None;
        }
        let mut open = name + 1;
        if self.text(open) == "<" {
            open = (open..open + TYPES_LIMIT).find(|at| self.text(*at) == ">")? + 1;
        }
        let close = (self.text(open) == "(").then(|| self.partner(open))??;
        Some(Call { name, open, close })
    }

    /// The arguments, each as a range of tokens.
    pub(super) fn arguments(&self, call: Call) -> Vec<Range<usize>> {
        self.elements(call.open, call.close)
    }

    /// What stands between two brackets, cut at commas.
    pub(super) fn elements(&self, open: usize, close: usize) -> Vec<Range<usize>> {
        let mut elements = Vec::new();
        let mut start = open + 1;
        let mut at = start;
        while at < close {
            if self.text(at) == "," && self.kind(at) == Some(TokenKind::Other) {
                elements.push(start..at);
                start = at + 1;
            }
            at = self.partner(at).filter(|to| *to > at).unwrap_or(at) + 1;
        }
        if start < close {
            elements.push(start..close);
        }
        elements
    }

    /// The value of the named argument or entry: `name = value`, `name: value`, `'name' => value`.
    pub(super) fn named(&self, elements: &[Range<usize>], name: &str) -> Option<Range<usize>> {
        elements.iter().find_map(|element| {
            let sign = element
                .clone()
                .take(4)
                .find(|at| matches!(self.text(*at), "=" | ":" | "=>"))?;
            let before = element.start..sign;
            let key = self.quoted(before.clone()).map_or_else(
                || before.clone().map(|at| self.text(at)).collect(),
                |literal| literal.text,
            );
            (key.trim_start_matches(':') == name).then_some(sign + 1..element.end)
        })
    }

    /// The entries of an object, array or hash in brackets.
    pub(super) fn entries(&self, range: Range<usize>) -> Vec<Range<usize>> {
        match self.partner(range.start) {
            Some(close) if close + 1 == range.end => self.elements(range.start, close),
            _ => Vec::new(),
        }
    }

    /// The name the call is made on: `b` in `a.b.c()`, `f` in `f(x).c()`.
    pub(super) fn receiver(&self, name: usize) -> Option<usize> {
        let separator = name.checked_sub(1).filter(|at| self.is_separator(*at))?;
        let last = separator.checked_sub(1)?;
        match self.text(last) {
            ")" => self
                .partner(last)?
                .checked_sub(1)
                .filter(|at| self.is_name(*at)),
            _ => Some(last).filter(|at| self.is_name(*at)),
        }
    }

    /// The first token of the chain that this name is part of.
    pub(super) fn chain_start(&self, name: usize) -> usize {
        let mut start = name;
        for _ in 0..CHAIN_LIMIT {
            let Some(last) = start
                .checked_sub(2)
                .filter(|_| self.is_separator(start - 1))
            else {
                break;
            };
            let before = match self.partner(last) {
                Some(open) if open < last => open.checked_sub(1).unwrap_or(open),
                _ => last,
            };
            if !self.is_name(before) {
                break;
            }
            start = before;
        }
        start
    }

    /// The variable that the list around a token is assigned or added to.
    pub(super) fn list_around(&self, at: usize) -> Option<&'a str> {
        let mut before = at.checked_sub(1)?;
        for _ in 0..LIST_LIMIT {
            match self.partner(before) {
                Some(open) if open < before => before = open.checked_sub(1)?,
                Some(_) => {
                    let sign = before.checked_sub(1)?;
                    let name = sign.checked_sub(1).filter(|at| self.is_name(*at))?;
                    let is_list = self.text(before) == "[";
                    let is_assigned = matches!(self.text(sign), "=" | "+=");
                    return (is_list && is_assigned).then(|| self.text(name));
                }
                None => before = before.checked_sub(1)?,
            }
        }
        None
    }

    /// The calls chained to a call, in order: `.get(h)` and `.post(h)` in `route(p).get(h).post(h)`.
    pub(super) fn chained(&self, call: Call) -> Vec<Call> {
        let mut calls = Vec::new();
        let mut close = call.close;
        while calls.len() < CHAIN_LIMIT && self.is_separator(close + 1) {
            let Some(next) = self.call(close + 2) else {
                break;
            };
            close = next.close;
            calls.push(next);
        }
        calls
    }

    /// The variable that a call, or the chain it is part of, is assigned to: `v = …`, `v := …`,
    /// `const v = new …`, `let mut v: T = …`, `$v = …`.
    pub(super) fn assigned(&self, call: Call) -> Option<&'a str> {
        let start = self.chain_start(call.name);
        let is_new = self.text(self.before(start)) == "new";
        let sign = start.checked_sub(1 + usize::from(is_new))?;
        let last = sign.checked_sub(1).filter(|at| self.is_name(*at))?;
        let typed = last.checked_sub(2).filter(|_| self.text(last - 1) == ":");
        let name = typed.filter(|at| self.is_name(*at)).unwrap_or(last);
        matches!(self.text(sign), "=" | ":=").then(|| self.text(name))
    }

    /// Whether a call is the first one of its chain.
    pub(super) fn begins_chain(&self, call: Call) -> bool {
        let start = self.chain_start(call.name);
        (start..call.name).all(|at| self.is_name(at) || self.is_separator(at))
    }

    /// Whether any of the words stands in the range, not too far from its start.
    pub(super) fn mentions(&self, range: Range<usize>, words: &[&str]) -> bool {
        range
            .take(MENTION_LIMIT)
            .any(|at| words.contains(&self.text(at)))
    }
}
