//! Regexes checked once each: syntax with its place, and what they would cost to compile.

use std::collections::HashMap;

use regex_syntax::ParserBuilder;
use regex_syntax::ast;
use regex_syntax::hir::{Class, Hir, HirKind};

use super::pattern::Flaw;

/// How deep groups may nest.
const NEST_LIMIT: u32 = 100;
/// The compiled size one regex may reach, in bytes.
const SIZE_LIMIT: usize = 10 * 1024 * 1024;
/// What all regexes of a spec may weigh together; bounds the time a scan takes to compile them.
const WEIGHT_LIMIT: usize = 1_000_000;
/// A regex lighter than this cannot reach `SIZE_LIMIT`: a range compiles to at most 40 states.
const LIGHT: usize = 4_096;
/// What the others may weigh together; bounds the time to check a spec.
const HEAVY_LIMIT: usize = 200_000;

/// How a regex compares letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Case {
    Kept,
    Ignored,
}

/// The regexes of one spec.
#[derive(Debug, Default)]
pub(super) struct Regexes {
    /// Whether each can match the empty text.
    checked: HashMap<(String, Case), bool>,
    weight: usize,
    heavy: usize,
}

impl Regexes {
    /// Checks the text between the slashes; true if it can match the empty text. A flaw's place counts
    /// from the first slash.
    pub(super) fn check(&mut self, body: &str, case: Case) -> Result<bool, Flaw> {
        if body.is_empty() {
            return Err(Flaw::new("empty regex"));
        }
        let key = (body.to_owned(), case);
        if let Some(known) = self.checked.get(&key) {
            return Ok(*known);
        }
        let hir = ParserBuilder::new()
            .nest_limit(NEST_LIMIT)
            .case_insensitive(case == Case::Ignored)
            .build()
            .parse(body)
            .map_err(|error| syntax_flaw(&error))?;
        self.afford(weight(&hir), body, case)?;
        let matches_empty = hir.properties().minimum_len() == Some(0);
        self.checked.insert(key, matches_empty);
        Ok(matches_empty)
    }

    fn afford(&mut self, weight: usize, body: &str, case: Case) -> Result<(), Flaw> {
        self.weight = self.weight.saturating_add(weight);
        if weight > LIGHT {
            regex::RegexBuilder::new(body)
                .nest_limit(NEST_LIMIT)
                .size_limit(SIZE_LIMIT)
                .case_insensitive(case == Case::Ignored)
                .build()
                .map_err(|_| Flaw::new("regex compiles to more than 10 MiB").hint(CHEAPER))?;
            self.heavy = self.heavy.saturating_add(weight);
        }
        if self.weight > WEIGHT_LIMIT || self.heavy > HEAVY_LIMIT {
            return Err(Flaw::new("the regexes up to here are too costly together").hint(CHEAPER));
        }
        Ok(())
    }
}

/// What to do about a regex that costs too much.
pub(super) const CHEAPER: &str =
    "lower the repetition counts; `\\w` holds all of Unicode, `[A-Za-z0-9_]` is much smaller";

fn syntax_flaw(error: &regex_syntax::Error) -> Flaw {
    let (kind, at) = match error {
        regex_syntax::Error::Parse(error) => (error.kind().to_string(), error.span().start.offset),
        regex_syntax::Error::Translate(error) => {
            (error.kind().to_string(), error.span().start.offset)
        }
        other => (other.to_string(), 0),
    };
    let flaw = Flaw::new(format!("bad regex: {kind}")).inner(1 + at);
    match error {
        regex_syntax::Error::Parse(error) => match error.kind() {
            ast::ErrorKind::UnsupportedLookAround => flaw.hint(
                "forbid the one in `match` and list the other under `where` or `scope.exclude`",
            ),
            ast::ErrorKind::UnsupportedBackreference => flaw.hint("write the repeated text out"),
            _ => flaw.hint("a literal needs no slashes; in a regex write `\\(` for a parenthesis"),
        },
        _ => flaw,
    }
}

/// Roughly how many states a regex compiles to: ranges of its classes times its counts.
fn weight(hir: &Hir) -> usize {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => 1,
        HirKind::Literal(literal) => literal.0.len(),
        HirKind::Class(Class::Unicode(class)) => class.ranges().len(),
        HirKind::Class(Class::Bytes(class)) => class.ranges().len(),
        HirKind::Repetition(repetition) => {
            let times = repetition.max.unwrap_or_else(|| repetition.min.max(1));
            weight(&repetition.sub)
                .saturating_mul(usize::try_from(times).unwrap_or(usize::MAX).max(1))
        }
        HirKind::Capture(capture) => weight(&capture.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts
            .iter()
            .fold(0, |sum, part| sum.saturating_add(weight(part))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_light_regex_always_fits() {
        // The claim behind `LIGHT`: the fattest ranges, as many as are let through unchecked.
        for (body, times) in [
            ("[^a]", 2_000),
            (".", 2_000),
            ("[\\u{80}-\\u{10ffff}]", 4_000),
            ("(?i)k", 1_300),
        ] {
            let body = format!("{body}{{{times}}}");
            let hir = ParserBuilder::new().build().parse(&body).unwrap();
            assert!(weight(&hir) <= LIGHT, "{body}: {}", weight(&hir));
            let built = regex::RegexBuilder::new(&body)
                .size_limit(SIZE_LIMIT)
                .build();
            assert!(built.is_ok(), "{body}");
        }
    }

    #[test]
    fn each_regex_is_paid_for_once() {
        let mut regexes = Regexes::default();
        for _ in 0..100 {
            assert_eq!(regexes.check("\\w{100}", Case::Kept), Ok(false));
        }
        assert_eq!(regexes.check("(\\w{100})?", Case::Kept), Ok(true));
        assert!(regexes.check("x\\w{100}", Case::Kept).is_err());
    }

    #[test]
    fn empty_matches_are_noticed() {
        let check = |body: &str, empty: bool| {
            assert_eq!(
                Regexes::default().check(body, Case::Ignored),
                Ok(empty),
                "{body}"
            );
        };
        check("a", false);
        check("a*", true);
        check("^", true);
        check("a|", true);
        check("a$", false);
    }
}
