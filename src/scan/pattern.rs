//! A compiled pattern: what a file must contain, and how it is matched in code and in text.

use std::ops::Range;
use std::sync::OnceLock;

use anyhow::{Result, anyhow};
use regex::bytes::Regex;

use super::budget::{Budget, Spent};
use super::code::{Code, NamedTable};
use super::needle::{self, Case, Requirement, required_words};
use super::place::Lines;
use super::remarks::Remarks;
use super::routes::RouteMatcher;
use super::sequence::Sequence;
use super::tables::TableMatcher;
use super::text::{self, Reading, TextSearch};
use super::{expressions, identifiers, routes, structures, tables};
use crate::model::spec::{PatternForm, PatternKind};
use crate::syntax::Structure;

/// What makes two patterns the same, whatever rule they stand in.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Meaning {
    /// The list it stands in.
    pub kind: PatternKind,
    /// Literal or regex.
    pub form: PatternForm,
    /// How letters compare.
    pub case: Case,
    /// The only language a structure is meant in.
    pub language: Option<String>,
}

/// A pattern, compiled when a file may hold it: most are never needed where little has changed.
#[derive(Debug)]
pub(super) struct Pattern {
    meaning: Meaning,
    compiled: OnceLock<Result<Compiled, String>>,
}

/// A pattern ready for use.
#[derive(Debug)]
pub(super) struct Compiled {
    meaning: Meaning,
    matcher: Matcher,
    /// Only where letters are told apart; folding is too rare to be worth it.
    sequence: Option<Sequence>,
    text: OnceLock<Result<TextSearch, String>>,
}

#[derive(Debug)]
enum Matcher {
    Name(identifiers::Literal),
    NameRegex { regex: Regex, headers: Headers },
    Expression(Regex),
    Table(TableMatcher),
    Route(RouteMatcher),
    Structure(Box<Structure>),
}

/// Whether a regex is also held against whole headers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Headers {
    Searched,
    Skipped,
}

impl Meaning {
    /// What a file must contain.
    pub(super) fn requirement(&self) -> Requirement {
        let Self {
            kind, form, case, ..
        } = self;
        match (kind, form) {
            (PatternKind::Structures, PatternForm::Literal(text)) => {
                structures::requirement(text, *case)
            }
            (PatternKind::SqlTables, form) => tables::requirement(form),
            (PatternKind::ApiRoutes, form) => routes::requirement(form),
            (PatternKind::Identifiers, PatternForm::Literal(text)) => needle::words(text, *case),
            (PatternKind::Expressions, PatternForm::Literal(text)) => needle::blocks(text, *case),
            (_, PatternForm::Regex(regex)) => needle::parts(required_words(regex)),
        }
    }
}

impl Pattern {
    /// Leaves the work for when it is needed.
    pub(super) const fn new(meaning: Meaning) -> Self {
        Self {
            meaning,
            compiled: OnceLock::new(),
        }
    }

    /// Compiles the first time; fails on a regex over the limits.
    pub(super) fn compiled(&self) -> Result<&Compiled> {
        let compile = || Compiled::new(&self.meaning).map_err(|error| format!("{error:#}"));
        let compiled = self.compiled.get_or_init(compile).as_ref();
        compiled.map_err(|error| anyhow!("{error}"))
    }
}

impl Compiled {
    /// Compiles; fails on a regex over the limits.
    pub(super) fn new(meaning: &Meaning) -> Result<Self> {
        let case = meaning.case;
        let matcher = match (meaning.kind, &meaning.form) {
            (PatternKind::Structures, PatternForm::Literal(text) | PatternForm::Regex(text)) => {
                Matcher::Structure(Box::new(Structure::new(text, meaning.language.as_deref())))
            }
            (PatternKind::Identifiers, PatternForm::Literal(text)) => {
                Matcher::Name(identifiers::Literal::new(text, case))
            }
            (PatternKind::Identifiers, PatternForm::Regex(regex)) => Matcher::NameRegex {
                headers: if regex.contains(' ') || regex.contains(r"\s") {
                    Headers::Searched
                } else {
                    Headers::Skipped
                },
                regex: expressions::regex(regex, case)?,
            },
            (PatternKind::Expressions, PatternForm::Literal(text)) => {
                Matcher::Expression(expressions::regex(&expressions::literal(text), case)?)
            }
            (PatternKind::Expressions, PatternForm::Regex(regex)) => {
                Matcher::Expression(expressions::regex(regex, case)?)
            }
            (PatternKind::SqlTables, form) => Matcher::Table(TableMatcher::new(form)?),
            (PatternKind::ApiRoutes, form) => Matcher::Route(RouteMatcher::new(form, case)?),
        };
        let sequence = match (meaning.kind, &meaning.form) {
            (PatternKind::Identifiers | PatternKind::Expressions, PatternForm::Literal(text))
                if case == Case::Exact =>
            {
                Sequence::new(text)
            }
            _ => None,
        };
        Ok(Self {
            meaning: meaning.clone(),
            matcher,
            sequence,
            text: OnceLock::new(),
        })
    }

    /// Whether a file that contains what it must may still hold a hit.
    pub(super) fn may_hit(&self, source: &[u8], remarks: Option<&Remarks<'_>>) -> bool {
        let row = |remarks| {
            let sequence = self.sequence.as_ref();
            sequence.is_none_or(|sequence| sequence.may_occur(source, remarks))
        };
        match &self.matcher {
            Matcher::Name(_) => row(remarks),
            Matcher::Table(_) => tables::are_announced(source),
            // What looks like a remark may be part of a string.
            _ => row(None),
        }
    }

    /// Whether it is a name, which a remark never is.
    pub(super) fn is_name(&self) -> bool {
        matches!(self.matcher, Matcher::Name(_))
    }

    /// Whether a parser need only look at the needles, see [`Focus::Words`](crate::syntax::Focus).
    pub(super) fn is_about_words(&self) -> bool {
        matches!(&self.matcher, Matcher::Name(literal) if literal.is_plain())
    }

    /// The places in parsed code.
    pub(super) fn in_code(
        &self,
        code: &Code<'_>,
        budget: &Budget,
    ) -> Result<Vec<Range<usize>>, Spent> {
        Ok(match &self.matcher {
            Matcher::Name(literal) => {
                let found = literal.matches(code.source, &code.parsed).into_iter();
                let is_code = |place: &Range<usize>| !code.is_remark(place.start);
                found.filter(is_code).collect()
            }
            Matcher::NameRegex { regex, headers } => {
                let mut found = identifiers::regex_matches(regex, code.chains(), budget)?;
                if *headers == Headers::Searched {
                    found.extend(identifiers::regex_matches(regex, code.headers(), budget)?);
                }
                found
            }
            Matcher::Expression(regex) => {
                expressions::matches(regex, code.without_comments(), code.lines, budget)?
            }
            Matcher::Table(matcher) => named(matcher, code.tables()),
            Matcher::Structure(structure) => {
                structures::matches(structure, code, self.meaning.case, budget)?
            }
            Matcher::Route(matcher) => {
                let declared = code.routes().iter();
                let meant = declared.filter(|route| matcher.matches(&route.method, &route.path));
                meant
                    .map(|route| routes::declared_at(code.source, route.offset))
                    .collect()
            }
        })
    }

    /// The places in text that is not parsed.
    pub(super) fn in_text(
        &self,
        source: &[u8],
        lines: &Lines<'_>,
        budget: &Budget,
    ) -> Result<(Vec<Range<usize>>, Reading)> {
        if let Matcher::Table(matcher) = &self.matcher {
            return Ok((text::table_matches(matcher, source)?, Reading::Whole));
        }
        let Meaning {
            kind, form, case, ..
        } = &self.meaning;
        let compile = || TextSearch::new(*kind, form, *case).map_err(|error| format!("{error:#}"));
        let search = self
            .text
            .get_or_init(compile)
            .as_ref()
            .map_err(|error| anyhow!("{error}"))?;
        Ok(search.matches(source, lines, budget))
    }

    /// The places in a file of SQL statements; `None` when the pattern is not about tables.
    pub(super) fn in_sql(&self, tables: &[NamedTable]) -> Option<Vec<Range<usize>>> {
        match &self.matcher {
            Matcher::Table(matcher) => Some(named(matcher, tables)),
            _ => None,
        }
    }
}

fn named(matcher: &TableMatcher, tables: &[NamedTable]) -> Vec<Range<usize>> {
    let place = |table: &NamedTable| {
        let segments = matcher.matches(&table.name)?;
        Some(table.last_segments(segments))
    };
    tables.iter().filter_map(place).collect()
}
