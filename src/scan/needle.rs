//! Needles: byte strings a file must contain for a pattern to be able to hit it.

use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, Hir, HirKind};

/// How letters compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Case {
    /// As written.
    Exact,
    /// Upper and lower case alike.
    Folded,
}

/// A byte string to look for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Needle {
    /// ASCII, not empty.
    pub text: Vec<u8>,
    /// How its letters compare.
    pub case: Case,
    /// What may stand next to it.
    pub edges: Edges,
}

/// What may stand next to a needle's ends that are word bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Edges {
    /// Anything.
    Free,
    /// No word byte.
    Word,
    /// No word byte but that of an escape: `"FROM\nusers"` holds the word `users`.
    Escaped,
}

/// The longest escape that can stand for white space, `\u{0020}`.
const ESCAPE_BYTES: usize = 8;

impl Needle {
    /// Whether the needle, found at these bytes whatever their case, really stands there.
    pub(super) fn stands_at(&self, bytes: &[u8], start: usize, end: usize) -> bool {
        (self.case == Case::Folded || bytes.get(start..end) == Some(self.text.as_slice()))
            && match self.edges {
                Edges::Free => true,
                Edges::Word => is_bounded(bytes, start, end),
                Edges::Escaped => {
                    is_bounded(bytes, start, end)
                        || is_bounded(bytes.get(start..).unwrap_or_default(), 0, end - start)
                            && bytes
                                .get(start.saturating_sub(ESCAPE_BYTES)..start)
                                .is_some_and(|before| before.contains(&b'\\'))
                }
            }
    }
}

/// All of these groups must occur, each by any one of its needles; no group means "always look".
pub(super) type Requirement = Vec<Vec<Needle>>;

/// Whether neither end of `start..end` cuts an ASCII word in two.
pub(super) fn is_bounded(bytes: &[u8], start: usize, end: usize) -> bool {
    let word = |at: usize| bytes.get(at).copied().is_some_and(is_word);
    let glued_left = start > 0 && word(start - 1) && word(start);
    let glued_right = end > 0 && word(end - 1) && word(end);
    !glued_left && !glued_right
}

/// Whether a byte belongs to an ASCII word.
pub(super) const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Every ASCII word of a literal, each as a whole word.
pub(super) fn words(literal: &str, case: Case) -> Requirement {
    pieces(literal, is_word, case)
}

/// Every run of printable ASCII of a literal: what stands between white space, in one piece.
pub(super) fn blocks(literal: &str, case: Case) -> Requirement {
    pieces(literal, |byte| byte.is_ascii_graphic(), case)
}

/// Groups of words, each as part of a word, in any case.
pub(super) fn parts(groups: Vec<Vec<Vec<u8>>>) -> Requirement {
    let needle = |text| Needle {
        text,
        case: Case::Folded,
        edges: Edges::Free,
    };
    let group = |words: Vec<Vec<u8>>| words.into_iter().map(needle).collect();
    groups.into_iter().map(group).collect()
}

fn pieces(literal: &str, keep: impl Fn(u8) -> bool, case: Case) -> Requirement {
    literal
        .as_bytes()
        .split(|byte| !keep(*byte))
        .filter(|piece| !piece.is_empty())
        .map(|piece| {
            vec![Needle {
                text: piece.to_vec(),
                case,
                edges: Edges::Word,
            }]
        })
        .collect()
}

/// The longest ASCII word of a text.
pub(super) fn longest_word(text: &[u8]) -> Option<&[u8]> {
    text.split(|byte| !is_word(*byte))
        .filter(|word| !word.is_empty())
        .max_by_key(|word| word.len())
}

/// How many alternatives a group may have before it is no help.
const ALTERNATIVES: usize = 32;

/// Words of which each group has at least one in whatever the regex matches; no group when nothing
/// is certain.
///
/// Only unbroken runs of ASCII word characters count: everything between them may be spelled
/// differently in the source (line breaks in a chain, a prefix that is declared elsewhere).
pub(super) fn required_words(regex: &str) -> Vec<Vec<Vec<u8>>> {
    ParserBuilder::new()
        .utf8(false)
        .nest_limit(100)
        .build()
        .parse(regex)
        .map_or_else(|_| Vec::new(), |hir| required(&hir))
}

fn required(hir: &Hir) -> Vec<Vec<Vec<u8>>> {
    match hir.kind() {
        HirKind::Literal(literal) => words_of(&literal.0).collect(),
        HirKind::Class(class) => letter(class)
            .map(|byte| vec![vec![byte]])
            .into_iter()
            .collect(),
        HirKind::Capture(capture) => required(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => required(&repetition.sub),
        HirKind::Concat(parts) => of_sequence(parts),
        HirKind::Alternation(branches) => of_branches(branches).into_iter().collect(),
        HirKind::Empty | HirKind::Look(_) | HirKind::Repetition(_) => Vec::new(),
    }
}

/// All groups of all parts; literals and case pairs that follow each other are one run.
fn of_sequence(parts: &[Hir]) -> Vec<Vec<Vec<u8>>> {
    let mut groups = Vec::new();
    let mut run = Vec::new();
    for part in parts {
        match part.kind() {
            HirKind::Literal(literal) => run.extend_from_slice(&literal.0),
            HirKind::Class(class) if letter(class).is_some() => run.extend(letter(class)),
            _ => {
                groups.extend(words_of(&run));
                run.clear();
                groups.extend(required(part));
            }
        }
    }
    groups.extend(words_of(&run));
    groups
}

/// One group of the most telling words of each branch, if every branch has some.
fn of_branches(branches: &[Hir]) -> Option<Vec<Vec<u8>>> {
    let shortest = |group: &Vec<Vec<u8>>| group.iter().map(Vec::len).min();
    let mut words = Vec::new();
    for branch in branches {
        words.extend(required(branch).into_iter().max_by_key(shortest)?);
    }
    words.sort();
    words.dedup();
    (words.len() <= ALTERNATIVES).then_some(words)
}

fn words_of(text: &[u8]) -> impl Iterator<Item = Vec<Vec<u8>>> {
    let words = text.split(|byte| !is_word(*byte));
    words
        .filter(|word| !word.is_empty())
        .map(|word| vec![word.to_vec()])
}

/// The letter a class stands for when it holds that letter's cases and nothing else, as `(?i)` makes it.
fn letter(class: &Class) -> Option<u8> {
    let fold = |c: char| match c {
        'ſ' => Some(b's'),
        '\u{212a}' => Some(b'k'),
        c if c.is_ascii_alphabetic() => u8::try_from(c.to_ascii_lowercase()).ok(),
        _ => None,
    };
    let all_alike = |mut letters: Box<dyn Iterator<Item = Option<u8>> + '_>| {
        let first = letters.next()??;
        letters.all(|next| next == Some(first)).then_some(first)
    };
    match class {
        Class::Unicode(class) => {
            let small = class.ranges().iter().all(|range| range.len() == 1);
            small.then(|| {
                all_alike(Box::new(
                    class.ranges().iter().map(|range| fold(range.start())),
                ))
            })?
        }
        Class::Bytes(class) => {
            let small = class.ranges().iter().all(|range| range.len() == 1);
            let chars = class
                .ranges()
                .iter()
                .map(|range| fold(char::from(range.start())));
            small.then(|| all_alike(Box::new(chars)))?
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_regex_gives_the_words_it_cannot_do_without() {
        let check = |regex: &str, expected: &[&str]| {
            let groups = required_words(regex);
            let shown = |group: &Vec<Vec<u8>>| {
                group
                    .iter()
                    .map(|word| String::from_utf8_lossy(word))
                    .collect::<Vec<_>>()
                    .join("|")
            };
            let groups: Vec<_> = groups.iter().map(shown).collect();
            assert_eq!(groups, expected, "{regex}");
        };
        check(r"\.product_id$", &["product_id"]);
        check(r"cart.*\.product_id", &["cart", "product_id"]);
        check(r"^get(User|Account)ById", &["get", "Account|User", "ById"]);
        check(r"(foo|bar)", &["bar|foo"]);
        check(r"(foo.ab|barn.c)", &["barn|foo"]);
        check(r"(foo|.*)", &[]);
        check(r"\w+Id", &["Id"]);
        check(r"(?i)legacy", &["legacy"]);
        check(r"(?i)skip", &["skip"]);
        check(r"a{0,3}", &[]);
        check(r"(?:token){2,}", &["token"]);
        check(r"[ab]c", &["c"]);
        check(r"foo-quux", &["foo", "quux"]);
        check(r"naïve", &["na", "ve"]);
        check(r"\d+", &[]);
    }

    #[test]
    fn words_and_blocks() {
        let texts = |requirement: Requirement| -> Vec<String> {
            requirement
                .iter()
                .flatten()
                .map(|needle| String::from_utf8_lossy(&needle.text).into_owned())
                .collect()
        };
        assert_eq!(
            texts(words("$this->jwt.sign", Case::Exact)),
            ["this", "jwt", "sign"]
        );
        assert_eq!(texts(blocks("new  Foo(1)", Case::Exact)), ["new", "Foo(1)"]);
    }

    #[test]
    fn bounded_means_whole_ascii_words() {
        let check = |text: &str, word: &str, expected: bool| {
            let start = text.find(word).unwrap();
            assert_eq!(
                is_bounded(text.as_bytes(), start, start + word.len()),
                expected,
                "{text}"
            );
        };
        check("foo", "foo", true);
        check("$foo.", "foo", true);
        check("foo_bar", "foo", false);
        check("xfoo", "foo", false);
        check("éfoo", "foo", true);
        check("a.b(c", ".b(", true);
    }
}
