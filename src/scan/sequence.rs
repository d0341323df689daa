//! Words in a row: a second, closer look at a file that holds all words of a literal somewhere.

use regex::bytes::Regex;

use super::needle::{is_bounded, is_word};
use super::remarks::Remarks;

/// The words of a literal, which code spells one after the other with no other word between, but
/// for what comments say.
#[derive(Debug)]
pub(super) struct Sequence {
    first: Regex,
    rest: Vec<Vec<u8>>,
}

impl Sequence {
    /// Reads a literal; `None` when it has no words, and nothing can be said.
    pub(super) fn new(literal: &str) -> Option<Self> {
        let mut words = literal
            .split(|c: char| !u8::try_from(c).is_ok_and(is_word))
            .filter(|word| !word.is_empty());
        let first = words.next()?;
        let rest: Vec<_> = words.map(|word| word.as_bytes().to_vec()).collect();
        Some(Self {
            first: Regex::new(&format!("(?-u){first}")).ok()?,
            rest,
        })
    }

    /// Whether the words may stand in a row somewhere outside remarks; a comment between two of
    /// them may hide the rest, so that the answer is yes.
    pub(super) fn may_occur(&self, bytes: &[u8], remarks: Option<&Remarks<'_>>) -> bool {
        let is_hidden = |at| remarks.is_some_and(|remarks| remarks.hide(at));
        self.first
            .find_iter(bytes)
            .filter(|found| is_bounded(bytes, found.start(), found.end()))
            .any(|found| self.goes_on(bytes, found.end()) && !is_hidden(found.start()))
    }

    fn goes_on(&self, bytes: &[u8], mut at: usize) -> bool {
        for word in &self.rest {
            let Some(start) = next_word(bytes, at) else {
                return true;
            };
            at = start + word.len();
            if bytes.get(start..at) != Some(word) || !is_bounded(bytes, start, at) {
                return false;
            }
        }
        true
    }
}

/// Where the next word starts, or the end; `None` when a comment may start before it.
fn next_word(bytes: &[u8], at: usize) -> Option<usize> {
    let gap = bytes.get(at..).unwrap_or_default();
    let length = gap.iter().take_while(|byte| !is_word(**byte)).count();
    let (gap, after) = gap.split_at(length);
    let opens = |pair: &[u8]| {
        matches!(
            pair,
            [b'#' | b'"' | b'\'', ..]
                | [b'/', b'/' | b'*']
                | [b'-', b'-']
                | [b'<', b'!']
                | [b'?', b'>']
                | [b'=', b'b']
        )
    };
    let last = [
        gap.last().copied().unwrap_or(0),
        after.first().copied().unwrap_or(0),
    ];
    // A documentation string may have a prefix, which is no word of the code.
    let prefix = after.iter().take_while(|byte| is_word(**byte)).count();
    let prefixed = prefix <= 2 && matches!(after.get(prefix), Some(b'"' | b'\''));
    let hidden = gap.windows(2).any(opens) || opens(&last) || prefixed;
    (!hidden).then_some(at + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_comments_may_come_between() {
        let check = |literal: &str, text: &str, expected: bool| {
            let sequence = Sequence::new(literal).unwrap();
            assert_eq!(
                sequence.may_occur(text.as_bytes(), None),
                expected,
                "{literal} in {text}"
            );
        };
        check("jwt.sign", "jwt.sign(x)", true);
        check("jwt.sign", "jwt\n  ?.sign", true);
        check("jwt.sign", "jwt.x; sign", false);
        check("jwt.sign", "jwt.x; jwt.sign", true);
        check("jwt.sign", "jwt.signer", false);
        check("jwt.sign", "jwt // and\n.sign", true);
        check("jwt.sign", "jwt /* and */.sign", true);
        check("jwt.sign", "jwt # and\n.sign", true);
        check("a b", "a\n=begin\nx\n=end\nb", true);
        check("a b", "a\nr'''x'''\nb", true);
        check("a b", "a -- x\nb", true);
        check("a b", "a x b", false);
        check("a b c", "a b d a b c", true);
        check("a b", "a", false);
        check("a", "ab a", true);
        check("a", "ab", false);
        assert!(Sequence::new("*").is_none());
    }
}
