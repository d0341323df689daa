//! One source a language, in which every line says what hits it.
//!
//! A fixture begins with comments such as `identifiers HIT: target`: lines that hold the word `HIT`
//! are those that the pattern hits, all of them and no other.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use git_plan::syntax::Language;

use crate::support::TestRepo;

/// One pattern of one fixture.
struct Expectation {
    file: String,
    kind: String,
    pattern: String,
    mark: String,
    lines: BTreeSet<u64>,
}

const KINDS: [&str; 5] = [
    "identifiers",
    "expressions",
    "sql_tables",
    "api_routes",
    "patterns",
];

/// The kind, mark and pattern that a line declares.
fn declared(line: &str) -> Option<(&str, &str, &str)> {
    let text = line.trim_start_matches(['/', '#', '-', ' ']);
    let (kind, rest) = text.split_once(' ')?;
    let (mark, pattern) = rest.split_once(": ")?;
    let is_mark = mark.chars().all(|c| c.is_ascii_uppercase());
    (KINDS.contains(&kind) && is_mark).then_some((kind, mark, pattern))
}

fn expectations(file: &str, text: &str) -> Vec<Expectation> {
    let marked = |mark: &str| {
        let words = |line: &str| line.split_whitespace().any(|word| word == mark);
        let lines = (1..).zip(text.lines());
        let hit = lines.filter(|(_, line)| declared(line).is_none() && words(line));
        hit.map(|(number, _)| number).collect()
    };
    let declared = text.lines().filter_map(declared);
    let expectation = |(kind, mark, pattern): (&str, &str, &str)| Expectation {
        file: file.to_owned(),
        kind: kind.to_owned(),
        pattern: pattern.to_owned(),
        mark: mark.to_owned(),
        lines: marked(mark),
    };
    declared.map(expectation).collect()
}

/// The lines that each expectation was hit on, by one run of the program over all files.
fn judged(repo: &TestRepo, expected: &[Expectation]) -> Vec<BTreeSet<u64>> {
    let mut spec = "refactor_name: languages\nrules:\n".to_owned();
    for (
        at,
        Expectation {
            file,
            kind,
            pattern,
            ..
        },
    ) in expected.iter().enumerate()
    {
        writeln!(
            spec,
            "  - {{id: r{at}, description: d, match: {{{kind}: ['{pattern}']}}, \
             scope: {{include: ['/{file}']}}}}"
        )
        .unwrap();
    }
    repo.write(".spec", spec);
    let answer = repo.plan(["verify", "--spec", ".spec", "--format", "json"]);
    let answer = answer.exits(1).json();
    assert_eq!(answer["unjudged"], serde_json::json!([]));
    let rules = answer["rules"].as_array().unwrap();
    let lines = |rule: &serde_json::Value| {
        let violations = rule["violations"].as_array().unwrap().iter();
        violations.map(|it| it["line"].as_u64().unwrap()).collect()
    };
    rules.iter().map(lines).collect()
}

fn fixtures() -> BTreeMap<String, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/languages");
    let read = |entry: std::io::Result<fs::DirEntry>| {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        (name, fs::read_to_string(entry.path()).unwrap())
    };
    // A slim build knows fewer languages.
    let known = |name: &str| Language::of_path(&name.into()).is_some();
    let all = fs::read_dir(folder).unwrap().map(read);
    all.filter(|(name, _)| known(name)).collect()
}

/// Judges every fixture as `change` leaves it; what it adds must not hold a mark.
fn check(change: impl Fn(&str) -> String) {
    let repo = TestRepo::new();
    let mut expected = Vec::new();
    for (name, text) in fixtures() {
        let text = change(&text);
        expected.extend(expectations(&name, &text));
        repo.write(&name, text);
    }
    let found = judged(&repo, &expected);
    let mut wrong = String::new();
    for (expectation, found) in expected.iter().zip(&found) {
        let Expectation {
            file,
            kind,
            pattern,
            mark,
            lines,
        } = expectation;
        assert!(!lines.is_empty(), "{file}: nothing is marked {mark}");
        if lines != found {
            let missed: Vec<_> = lines.difference(found).collect();
            let spurious: Vec<_> = found.difference(lines).collect();
            writeln!(
                wrong,
                "{file} {kind} `{pattern}`: missed {missed:?}, spurious {spurious:?}"
            )
            .unwrap();
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn every_line_hits_what_it_says() {
    check(str::to_owned);
}

#[test]
fn broken_code_behind_it_changes_nothing() {
    check(|text| format!("{text}\n)]}} >>>\n"));
    check(|text| format!("{text}\n<<<<<<< ours\n=======\n>>>>>>> theirs\n"));
    check(|text| format!("{text}\n(((((([[[[[[{{{{{{{{\n"));
}

#[test]
fn line_ends_and_a_byte_order_mark_change_nothing() {
    check(|text| text.replace('\n', "\r\n"));
    check(|text| match text.starts_with("#!") {
        true => text.to_owned(),
        false => format!("\u{feff}{text}"),
    });
}

#[test]
fn every_language_has_a_fixture() {
    let fixtures = fixtures();
    for language in Language::all() {
        let is_of = |name: &&String| {
            let extension = name.rsplit('.').next().unwrap();
            language.extensions().contains(&extension)
        };
        assert!(
            fixtures.keys().any(|name| is_of(&name)),
            "{}",
            language.name()
        );
    }
    for (name, text) in fixtures {
        for mark in ["HIT", "MODULE", "TEXT", "CALL"] {
            let has = |(_, known, _): (&str, &str, &str)| known == mark;
            assert!(
                text.lines().filter_map(declared).any(has) || name == "rust.rs",
                "{name}: {mark}"
            );
        }
    }
}
