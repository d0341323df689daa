//! Holes: where they stand in a structure, and the code that fills them for the grammar.

use std::ops::Range;

use crate::syntax::dialect::Dialect;

/// A hole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hole {
    /// Where it stands in the code.
    pub range: Range<usize>,
    /// What it takes.
    pub takes: Takes,
    /// Whether it stands where a statement would.
    pub alone: bool,
}

/// What a hole takes; holes with the same number take equal code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Takes {
    /// `$NAME` and `$_`: one node.
    One(Option<usize>),
    /// `$$$` and `$$$NAME`: any number of nodes side by side.
    Any(Option<usize>),
}

/// The holes of a structure, in order.
#[derive(Debug, Default)]
pub(super) struct Holes(Vec<Hole>);

/// The code of a structure with every hole filled, and where the fillings stand in it.
#[derive(Debug)]
pub(super) struct Filled {
    pub text: String,
    /// In the order of the holes.
    pub ranges: Vec<Range<usize>>,
}

impl Holes {
    /// Finds `$NAME`, `$_`, `$$$` and `$$$NAME`; names are upper case.
    pub(super) fn of(code: &str) -> Self {
        let mut holes = Vec::new();
        let mut names: Vec<(bool, &str)> = Vec::new();
        let mut at = 0;
        while let Some(start) = code.get(at..).and_then(|rest| rest.find('$')) {
            let start = at + start;
            let rest = code.get(start..).unwrap_or_default();
            let dollars = rest.bytes().take_while(|byte| *byte == b'$').count();
            let name = name(rest.get(dollars..).unwrap_or_default());
            at = start + dollars + name.len();
            let many = dollars == 3;
            if !many && (dollars != 1 || name.is_empty()) {
                continue;
            }
            let number = (!name.starts_with('_') && !name.is_empty()).then(|| {
                let known = names.iter().position(|known| *known == (many, name));
                known.unwrap_or_else(|| {
                    names.push((many, name));
                    names.len() - 1
                })
            });
            holes.push(Hole {
                range: start..at,
                takes: if many {
                    Takes::Any(number)
                } else {
                    Takes::One(number)
                },
                alone: stands_alone(code, start..at),
            });
        }
        Self(holes)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Hole> {
        self.0.iter()
    }

    /// Every way to fill the holes that a dialect knows; the last one may be the only that parses.
    pub(super) fn fillings(&self, code: &str, dialect: &Dialect) -> Vec<Filled> {
        let mut fillings: Vec<Filled> = Vec::new();
        for one in dialect.holes {
            for any in dialect.rests {
                for alone in dialect.statements {
                    let filled = self.fill(code, [one, any, alone]);
                    if fillings.iter().all(|known| known.text != filled.text) {
                        fillings.push(filled);
                    }
                }
            }
        }
        fillings
    }

    /// Where a place of the filled text is in the code.
    pub(super) fn offset(&self, filled: &Filled, at: usize) -> usize {
        let mut offset = at;
        for (hole, range) in self.0.iter().zip(&filled.ranges) {
            if range.end <= at {
                offset = at - range.end + hole.range.end;
            } else if range.start <= at {
                return hole.range.start;
            }
        }
        offset
    }

    fn fill(&self, code: &str, [one, any, alone]: [&str; 3]) -> Filled {
        let mut text = String::new();
        let mut ranges = Vec::new();
        let mut at = 0;
        for hole in &self.0 {
            text.push_str(code.get(at..hole.range.start).unwrap_or_default());
            let start = text.len();
            text.push_str(match hole.takes {
                _ if hole.alone => alone,
                Takes::One(_) => one,
                Takes::Any(_) => any,
            });
            ranges.push(start..text.len());
            at = hole.range.end;
        }
        text.push_str(code.get(at..).unwrap_or_default());
        Filled { text, ranges }
    }
}

/// The name a hole begins with, if what follows the dollars is one: no lower case in it.
fn name(rest: &str) -> &str {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    let word = rest.get(..rest.find(|c| !word(c)).unwrap_or(rest.len()));
    let word = word.unwrap_or_default();
    let digit = word.starts_with(|c: char| c.is_ascii_digit());
    let upper = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    if digit || !word.chars().all(upper) {
        ""
    } else {
        word
    }
}

/// Whether nothing but a bracket, a semicolon or a line end stands on either side.
fn stands_alone(code: &str, hole: Range<usize>) -> bool {
    let before = code.get(..hole.start).unwrap_or_default();
    let after = code.get(hole.end..).unwrap_or_default();
    let blank = |c: char| c == ' ' || c == '\t' || c == '\r';
    let opens = before.trim_end_matches(blank);
    let closes = after.trim_start_matches(blank);
    (opens.is_empty() || opens.ends_with(['{', '}', ';', '\n']))
        && (closes.is_empty() || closes.starts_with(['}', '\n']))
}
