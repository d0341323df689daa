//! Identifiers: names and member chains in code, by whole segments.

use std::ops::Range;

use regex::bytes::Regex;

use super::budget::{Budget, Spent};
use super::modules;
use super::needle::{Case, is_bounded, is_word};
use super::stretches::Stretches;
use crate::syntax::{Parsed, Token, TokenKind};

/// Spellings of a separator that mean the same, longest first.
const ALIKE: [&[&str]; 2] = [&["?.", "&.", "."], &["?->", "->"]];

/// A literal under `identifiers`.
#[derive(Debug)]
pub(super) struct Literal {
    text: String,
    case: Case,
    /// With a space it is looked for in definition and import headers only.
    header: bool,
}

impl Literal {
    /// Reads a pattern.
    pub(super) fn new(text: &str, case: Case) -> Self {
        let text = text.trim();
        Self {
            text: text.to_owned(),
            case,
            header: text.contains(char::is_whitespace),
        }
    }

    /// Whether a hit begins with a word, and holds nothing but the words of the literal and what
    /// stands between them.
    pub(super) fn is_plain(&self) -> bool {
        let begins_with_word = self.text.bytes().next().is_some_and(is_word);
        !self.header && self.case == Case::Exact && self.text.is_ascii() && begins_with_word
    }

    /// Every run of tokens that spells the literal.
    pub(super) fn matches(&self, source: &[u8], parsed: &Parsed) -> Vec<Range<usize>> {
        let (tokens, sigils) = (parsed.tokens(), parsed.sigils());
        let begins = |(_, token): &(usize, &Token)| self.may_begin_with(source, token, sigils);
        tokens
            .iter()
            .enumerate()
            .filter(begins)
            .filter_map(|(first, _)| self.match_at(source, tokens.get(first..)?, sigils))
            .collect()
    }

    /// Most tokens are out of the question for their first byte.
    fn may_begin_with(&self, source: &[u8], token: &Token, sigils: &[char]) -> bool {
        let wanted = self.text.bytes().next();
        match token.kind {
            TokenKind::Text => false,
            TokenKind::Module => true,
            TokenKind::Separator => !wanted.is_some_and(is_word),
            TokenKind::Name | TokenKind::Key | TokenKind::Other => {
                let first = source.get(token.range.start).copied();
                let is_sigil = |byte: u8| sigils.contains(&char::from(byte));
                self.case == Case::Folded
                    || first == wanted
                    || first.is_some_and(|byte| !byte.is_ascii() || is_sigil(byte))
            }
        }
    }

    /// Consumes tokens and pattern side by side; white space in the pattern only separates.
    fn match_at(&self, source: &[u8], tokens: &[Token], sigils: &[char]) -> Option<Range<usize>> {
        let mut rest = self.text.as_str();
        let mut start = None;
        for token in tokens {
            if self.header && !token.in_header {
                return None;
            }
            let step = self.step((source, sigils), token, rest)?;
            if token.kind != TokenKind::Separator {
                start.get_or_insert(step.at.start);
            }
            rest = rest.get(step.consumed..)?.trim_start();
            if rest.is_empty() {
                return Some(start.unwrap_or(step.at.start)..step.at.end);
            }
        }
        None
    }

    fn step(&self, (source, sigils): (&[u8], &[char]), token: &Token, rest: &str) -> Option<Step> {
        let bytes = source.get(token.range.clone())?;
        let text = String::from_utf8_lossy(bytes);
        let whole = |consumed| Step {
            consumed,
            at: token.range.clone(),
        };
        match token.kind {
            TokenKind::Text => None,
            TokenKind::Separator => separator_length(&text, rest).map(whole),
            TokenKind::Module => {
                let (consumed, found) = modules::find(&text, rest, self.case)?;
                let at = token.range.start + found.start..token.range.start + found.end;
                is_bounded(source, at.start, at.end).then_some(Step { consumed, at })
            }
            TokenKind::Name | TokenKind::Key | TokenKind::Other => {
                let bare = text.trim_start_matches(sigils);
                let name_length = |name: &str| {
                    let length = prefix_length(rest, name, self.case)?;
                    ends_word(rest, length).then_some(length)
                };
                let consumed = name_length(&text).or_else(|| match token.kind {
                    TokenKind::Other => None,
                    _ => name_length(bare),
                })?;
                is_bounded(
                    source,
                    token.range.end - bare.len().min(bytes.len()),
                    token.range.end,
                )
                .then(|| whole(consumed))
            }
        }
    }
}

/// How much of the pattern one token spells, and which bytes that are.
struct Step {
    consumed: usize,
    at: Range<usize>,
}

/// The length of the start of `rest` that equals `name`; `None` when it does not, or when `name` is empty.
fn prefix_length(rest: &str, name: &str, case: Case) -> Option<usize> {
    if case == Case::Exact {
        return (!name.is_empty() && rest.starts_with(name)).then_some(name.len());
    }
    let mut left = rest.char_indices();
    for expected in name.chars() {
        let (_, actual) = left.next()?;
        if actual != expected && !fold(actual).eq(fold(expected)) {
            return None;
        }
    }
    Some(rest.len() - left.as_str().len()).filter(|length| *length > 0)
}

/// By way of the upper case, as regexes fold: `ſ` is an s and the Kelvin sign a k.
fn fold(c: char) -> impl Iterator<Item = char> {
    c.to_uppercase().flat_map(char::to_lowercase)
}

/// Whether two texts are equal.
pub(super) fn same(left: &str, right: &str, case: Case) -> bool {
    prefix_length(left, right, case) == Some(left.len())
}

/// Whether a word of the pattern does not go on after `length` bytes.
fn ends_word(rest: &str, length: usize) -> bool {
    let word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let (spelled, next) = rest.split_at_checked(length).unwrap_or((rest, ""));
    !(word(spelled.chars().next_back()) && word(next.chars().next()))
}

fn separator_length(separator: &str, rest: &str) -> Option<usize> {
    let alike = ALIKE.iter().find(|group| group.contains(&separator));
    match alike {
        Some(group) => group.iter().find(|spelling| rest.starts_with(**spelling)),
        None => rest.starts_with(separator).then_some(&separator),
    }
    .map(|spelling| spelling.len())
}

/// The spelling of a separator that regexes see.
pub(super) fn normal_separator(separator: &str) -> &str {
    ALIKE
        .iter()
        .find(|group| group.contains(&separator))
        .and_then(|group| group.last())
        .unwrap_or(&separator)
}

/// Every segment at which a match of the regex starts, with the match as far as it is one.
pub(super) fn regex_matches(
    regex: &Regex,
    stretches: &Stretches,
    budget: &Budget,
) -> Result<Vec<Range<usize>>, Spent> {
    let mut found = Vec::new();
    for stretch in stretches.iter() {
        let mut hits = regex
            .find_iter(stretch.text)
            .filter(|hit| !hit.is_empty())
            .peekable();
        if hits.peek().is_none() && stretch.bare.len() < stretch.text.len() {
            let offset = stretch.bare.start;
            let bare = stretch.text.get(stretch.bare.clone()).unwrap_or_default();
            let hits = regex.find_iter(bare).filter(|hit| !hit.is_empty());
            found.extend(
                hits.filter_map(|hit| stretch.source_of(offset + hit.start()..offset + hit.end())),
            );
        }
        for hit in hits {
            found.extend(stretch.source_of(hit.range()));
            budget.check()?;
        }
        budget.check()?;
    }
    Ok(found)
}
