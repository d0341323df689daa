//! The sources of the repository that is measured: always the same 5,000 files in seven languages.
//!
//! A file is a head and functions, each filled from word lists, until it has its 50 to 200 lines.
//! One file in twelve also does something the old way, one in twenty only talks of it, which is
//! about what the specs of real migrations meet.

mod texts;

use texts::{LANGUAGES, Language};

/// How many files the usual repository has.
pub(crate) const FILES: usize = 5_000;

const AREAS: [&str; 12] = [
    "accounts",
    "billing",
    "catalog",
    "checkout",
    "delivery",
    "gateway",
    "inventory",
    "ledger",
    "messaging",
    "reports",
    "search",
    "support",
];
const PARTS: [&str; 6] = ["api", "core", "jobs", "models", "storage", "web"];
const TOPICS: [&str; 6] = ["common", "events", "export", "limits", "queue", "views"];
const NOUNS: [&str; 20] = [
    "account", "address", "batch", "cart", "coupon", "customer", "invoice", "item", "ledger",
    "message", "order", "parcel", "payment", "price", "product", "refund", "report", "session",
    "ticket", "voucher",
];
const VERBS: [&str; 16] = [
    "apply", "archive", "assign", "build", "cancel", "collect", "convert", "fetch", "filter",
    "import", "merge", "notify", "parse", "refresh", "resolve", "validate",
];

/// A file of the repository.
pub(crate) struct SourceFile {
    pub(crate) path: String,
    pub(crate) text: String,
}

/// Returns one file; its number decides everything about it.
pub(crate) fn file(number: usize) -> SourceFile {
    let mut dice = Dice::new(number);
    let language = &LANGUAGES[number % LANGUAGES.len()];
    SourceFile {
        path: path(&mut dice, number, language),
        text: text(&mut dice, number, language),
    }
}

fn path(dice: &mut Dice, number: usize, language: &Language) -> String {
    let noun = dice.pick(&NOUNS);
    let mut path = format!("{}/{}", dice.pick(&AREAS), dice.pick(&PARTS));
    if dice.one_in(2) {
        path.push_str(&format!("/{}", dice.pick(&TOPICS)));
        if dice.one_in(4) {
            path.push_str("/internal");
        }
    }
    format!(
        "{path}/{}_{noun}_{number}.{}",
        dice.pick(&VERBS),
        language.extension
    )
}

fn text(dice: &mut Dice, number: usize, language: &Language) -> String {
    let wanted = 50 + dice.below(151);
    let old = dice.one_in(12).then(|| dice.pick(language.old));
    let mention = dice.one_in(20).then(|| dice.pick(language.mentions));
    let mut text = fill(language.head, dice, number);
    let room = wanted - language.tail.lines().count();
    for extra in [mention, old].into_iter().flatten() {
        text.push_str(&fill(extra, dice, number));
    }
    while text.lines().count() < room {
        let function = dice.pick(language.functions);
        text.push_str(&fill(function, dice, number));
    }
    text.push_str(language.tail);
    text
}

/// Puts words in: `$noun` and `$other`, with a capital `$Noun` and `$Other`, `$verb`, `$Verb`, and
/// `$n`, which no other function of the file has.
fn fill(template: &str, dice: &mut Dice, number: usize) -> String {
    let (noun, other, verb) = (dice.pick(&NOUNS), dice.pick(&NOUNS), dice.pick(&VERBS));
    template
        .replace("$noun", noun)
        .replace("$Noun", &capital(noun))
        .replace("$other", other)
        .replace("$Other", &capital(other))
        .replace("$verb", verb)
        .replace("$Verb", &capital(verb))
        .replace("$n", &format!("{number}{}", dice.below(10_000)))
}

fn capital(word: &str) -> String {
    let (first, rest) = word.split_at(1);
    first.to_uppercase() + rest
}

/// Numbers that look random and are not (SplitMix64).
struct Dice(u64);

impl Dice {
    fn new(seed: usize) -> Self {
        Self(seed as u64)
    }

    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.roll() % limit as u64) as usize
    }

    fn one_in(&mut self, chances: usize) -> bool {
        self.below(chances) == 0
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }
}
