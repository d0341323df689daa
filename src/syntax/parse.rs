//! A parsed file: its tree and its leaves.

use std::cell::Cell;
use std::ops::{ControlFlow, Range};
use std::time::{Duration, Instant};

use tree_sitter::{ParseOptions, ParseState, Parser, Tree};

use super::dialect::Extent;
use super::focus::Focus;
use super::language::Language;
use super::lost;
use super::resident::resident;
use super::script;
use super::tokens::{self, Leaves, Token};

/// A parser is stopped when the process holds more than this. A tree takes up to 400 times its source,
/// and a source is at most 1 MiB; what takes more is code that a grammar cannot make up its mind about.
const MEMORY_LIMIT: u64 = 448 << 20;

/// So much a parser may always add.
const MEMORY_LEAST: u64 = 32 << 20;

/// How often a parser reports between two looks at the memory.
const REPORTS_PER_LOOK: usize = 256;

thread_local! {
    /// One that is done, with the memory it works in: to get that anew takes a thirtieth of a parse.
    static PARSER: Cell<Option<Parser>> = const { Cell::new(None) };
}

/// A parsed file.
pub struct Parsed {
    pub(super) language: Language,
    pub(super) tree: Tree,
    pub(super) source: Box<[u8]>,
    pub(super) leaves: Leaves,
}

/// Why a file could not be parsed; fall back to text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParseFailure {
    /// It took longer than allowed.
    Deadline,
    /// It took more memory than allowed.
    Memory,
    /// The parser lost its way in it.
    Lost,
    /// The parser would not have it.
    Refused,
}

impl Parsed {
    /// Parses; `deadline` bounds the time, reading the leaves included. A byte order mark, CRLF,
    /// broken code and bytes that are no UTF-8 are fine. Never recurses on the stack.
    pub fn parse(
        language: Language,
        source: &[u8],
        focus: Focus<'_>,
        deadline: Duration,
    ) -> Result<Self, ParseFailure> {
        let start = Instant::now();
        let expired = || start.elapsed() > deadline;
        let table = language.table();
        let mut parser = PARSER.take().unwrap_or_default();
        parser
            .set_language(&table.grammar)
            .map_err(|_| ParseFailure::Refused)?;
        let ranges = match language.dialect().extent {
            Extent::File => Vec::new(),
            Extent::Scripts => script::ranges(source),
        };
        parser
            .set_included_ranges(&ranges)
            .map_err(|_| ParseFailure::Refused)?;
        let mut watch = Watch::default();
        let mut progress = |_: &ParseState| match expired() || watch.finds_too_much() {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        };
        let tree = parser
            .parse_with_options(
                &mut |at, _| source.get(at..).unwrap_or_default(),
                None,
                Some(ParseOptions::new().progress_callback(&mut progress)),
            )
            .ok_or(match expired() {
                true => ParseFailure::Deadline,
                false => ParseFailure::Memory,
            })?;
        PARSER.set(Some(parser));
        if lost::is_lost(table, &tree, source) {
            return Err(ParseFailure::Lost);
        }
        let mut leaves =
            tokens::leaves(table, &tree, source, focus, &expired).ok_or(ParseFailure::Deadline)?;
        if language.dialect().extent == Extent::Scripts {
            leaves.comments.extend(script::comments(source));
            leaves.comments.sort_by_key(|range| range.start);
        }
        Ok(Self {
            language,
            tree,
            source: source.into(),
            leaves,
        })
    }

    /// Leaves in order.
    pub fn tokens(&self) -> &[Token] {
        &self.leaves.tokens
    }

    /// What it was parsed as.
    pub fn language(&self) -> Language {
        self.language
    }

    /// Whether it is not code all through.
    #[cfg(test)]
    pub(crate) fn is_broken(&self) -> bool {
        self.tree.root_node().has_error()
    }

    /// Signs that begin a name and that a pattern may leave out.
    pub fn sigils(&self) -> &'static [char] {
        self.language.dialect().sigils
    }

    /// Comments and docstrings, in order, disjoint.
    pub fn comments(&self) -> &[Range<usize>] {
        &self.leaves.comments
    }
}

/// Looks at the memory now and then.
#[derive(Default)]
struct Watch {
    reports: usize,
    /// What the process held at the first look.
    before: Option<u64>,
}

impl Watch {
    fn finds_too_much(&mut self) -> bool {
        self.reports += 1;
        if !self.reports.is_multiple_of(REPORTS_PER_LOOK) {
            return false;
        }
        let Some(now) = resident() else {
            return false;
        };
        let before = *self.before.get_or_insert(now);
        now > MEMORY_LIMIT.max(before + MEMORY_LEAST)
    }
}
