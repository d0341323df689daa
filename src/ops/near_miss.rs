//! Patterns that hit nothing but are nearly a name in the code.

use std::collections::{BTreeSet, HashMap};

use crate::model::spec::{Clause, Pattern, PatternForm, PatternKind};
use crate::spec::distance;

/// The words of the code, ready to be asked for.
pub(super) struct Words {
    as_written: BTreeSet<String>,
    folded: HashMap<String, String>,
}

impl From<BTreeSet<String>> for Words {
    fn from(as_written: BTreeSet<String>) -> Self {
        let folded = as_written.iter().rev().map(|it| (fold(it), it.clone()));
        Self {
            folded: folded.collect(),
            as_written,
        }
    }
}

/// Returns what `pattern` says with each of its words that the code lacks replaced by the one it
/// was probably meant to be; `None` when there is no such word, or nothing is near it.
///
/// What is required may well not exist yet, so there only another way of writing it counts.
pub(super) fn near_miss(clause: Clause, pattern: &Pattern, words: &Words) -> Option<String> {
    let (PatternForm::Literal(text), PatternKind::Identifiers | PatternKind::SqlTables) =
        (&pattern.form, pattern.kind)
    else {
        return None;
    };
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let is_table = pattern.kind == PatternKind::SqlTables;
    let is_there = |word: &str| {
        let same = |known: &String| is_table && known.eq_ignore_ascii_case(word);
        words.as_written.contains(word) || words.folded.get(&fold(word)).is_some_and(same)
    };
    let (mut meant, mut rest, mut is_other) = (String::new(), text.as_str(), false);
    while !rest.is_empty() {
        let word = &rest[..rest.find(|c| !is_word(c)).unwrap_or(rest.len())];
        let after = &rest[word.len()..];
        let gap = &after[..after.find(is_word).unwrap_or(after.len())];
        if word.is_empty() || is_there(word) {
            meant.push_str(word);
        } else {
            meant.push_str(nearest(clause, word, words)?);
            is_other = true;
        }
        meant.push_str(gap);
        rest = &after[gap.len()..];
    }
    is_other.then_some(meant)
}

fn nearest<'a>(clause: Clause, word: &str, words: &'a Words) -> Option<&'a str> {
    if let Some(same) = words.folded.get(&fold(word)) {
        return Some(same);
    }
    let slips = match (clause, word.chars().count()) {
        (Clause::Expect | Clause::ExpectAny, _) | (_, ..5) => return None,
        (_, 5..8) => 1,
        _ => 2,
    };
    let lower = word.to_lowercase();
    let near = words.as_written.iter().filter_map(|known| {
        let is_alike = known.len().abs_diff(word.len()) <= slips;
        let distance = is_alike.then(|| distance(&lower, &known.to_lowercase()))?;
        (distance <= slips).then_some((distance, case_slips(word, known), known))
    });
    near.min().map(|(.., known)| known.as_str())
}

/// How many letters at their places are of another case.
fn case_slips(word: &str, known: &str) -> usize {
    let pairs = word.chars().zip(known.chars());
    let is_slip = |(one, other): &(char, char)| one.is_uppercase() != other.is_uppercase();
    pairs.filter(is_slip).count()
}

/// The same however it is spelt: `userName`, `UserName`, `user_name`.
fn fold(word: &str) -> String {
    word.replace('_', "").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_told_from_other_names() {
        let words = [
            "SendMails",
            "sendMails",
            "legacyLogin",
            "jwt",
            "sign",
            "Order_Items",
            "users",
            "host",
        ];
        let words = Words::from(BTreeSet::from(words.map(str::to_owned)));
        let check = |clause, kind, text: &str, meant: Option<&str>| {
            let pattern = Pattern {
                kind,
                text: text.to_owned(),
                form: PatternForm::Literal(text.to_owned()),
            };
            assert_eq!(
                near_miss(clause, &pattern, &words).as_deref(),
                meant,
                "{text}"
            );
        };
        let name = |text: &str, meant: Option<&str>| {
            check(Clause::Match, PatternKind::Identifiers, text, meant);
        };
        name("legacyLogin", None);
        name("legacyLogn", Some("legacyLogin"));
        name("legacy_login", Some("legacyLogin"));
        name("LegacyLogin", Some("legacyLogin"));
        name("sendMail", Some("sendMails"));
        name("SendMail", Some("SendMails"));
        name("jwt.sing", None);
        name("JWT.sign", Some("jwt.sign"));
        name("jwt.verify", None);
        name("user", None);
        name("hots", None);
        name("orderItem", Some("Order_Items"));
        name("cognitoLogin", None);
        name("@legacyLogn", Some("@legacyLogin"));
        check(Clause::Expect, PatternKind::Identifiers, "legacyLogn", None);
        let other = Some("legacyLogin");
        check(
            Clause::Expect,
            PatternKind::Identifiers,
            "legacy_login",
            other,
        );
        check(Clause::Match, PatternKind::SqlTables, "ORDER_ITEMS", None);
        check(
            Clause::Match,
            PatternKind::SqlTables,
            "orderitems",
            Some("Order_Items"),
        );
        check(Clause::Match, PatternKind::Expressions, "legacyLogn", None);
    }
}
