//! Matching as text: for files that are not code, and for code the parser could not handle.

use std::ops::Range;

use anyhow::Result;
use regex::bytes::Regex;

use super::budget::Budget;
use super::expressions;
use super::needle::Case;
use super::place::Lines;
use super::{routes, structures, tables};
use crate::model::spec::{PatternForm, PatternKind};

/// A pattern as it is searched in text.
#[derive(Debug)]
pub(super) struct TextSearch {
    regex: Regex,
    place: Place,
}

/// Which part of a match is the place that is reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Whole,
    FirstGroup,
}

/// Whether a search saw everything it should.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// The whole text at once.
    Whole,
    /// The time was up: line by line.
    ByLine,
}

impl TextSearch {
    /// Compiles; fails on a regex over the limits. Tables have a search of their own.
    pub(super) fn new(kind: PatternKind, form: &PatternForm, case: Case) -> Result<Self> {
        let (pattern, place) = match (kind, form) {
            (_, PatternForm::Regex(regex)) => (regex.clone(), Place::Whole),
            (PatternKind::ApiRoutes, PatternForm::Literal(text)) => {
                (routes::in_text(text), Place::FirstGroup)
            }
            (PatternKind::Structures, PatternForm::Literal(text)) => {
                (structures::in_text(text), Place::Whole)
            }
            (PatternKind::Identifiers, PatternForm::Literal(text)) => (
                expressions::literal(&text.replace("?.", ".").replace("&.", "."))
                    .replace(r"\.", r"[?&]?\."),
                Place::Whole,
            ),
            (_, PatternForm::Literal(text)) => (expressions::literal(text), Place::Whole),
        };
        Ok(Self {
            regex: expressions::regex(&pattern, case)?,
            place,
        })
    }

    /// For every line on which a match starts, that match.
    pub(super) fn matches(
        &self,
        text: &[u8],
        lines: &Lines<'_>,
        budget: &Budget,
    ) -> (Vec<Range<usize>>, Reading) {
        let (mut found, reading) = match expressions::matches(&self.regex, text, lines, budget) {
            Ok(found) => (found, Reading::Whole),
            Err(_) => (
                expressions::matches_by_line(&self.regex, text, lines),
                Reading::ByLine,
            ),
        };
        if self.place == Place::FirstGroup {
            for range in &mut found {
                let groups = self.regex.captures_at(text, range.start);
                if let Some(group) = groups.and_then(|groups| groups.get(1)) {
                    *range = group.range();
                }
            }
        }
        (found, reading)
    }
}

/// Every place where text names a table that is meant.
pub(super) fn table_matches(
    matcher: &tables::TableMatcher,
    text: &[u8],
) -> Result<Vec<Range<usize>>> {
    let named = tables::in_text(text)?;
    let meant = named
        .into_iter()
        .filter(|(_, name)| matcher.matches(name).is_some());
    Ok(meant.map(|(range, _)| range).collect())
}
