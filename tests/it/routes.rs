//! One source a framework, in the style of its documentation: what it declares, and nothing else.
//!
//! A line that declares routes ends with a comment such as `//> GET /users, POST /users`.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::TestRepo;

/// A file, a line, a method and a path.
type Declared = (String, u64, String, String);

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/routes")
}

/// The sources under a directory, by their names below the root.
fn sources(directory: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else {
            let name = path.strip_prefix(root()).unwrap().to_str().unwrap();
            found.push((name.to_owned(), fs::read_to_string(&path).unwrap()));
        }
    }
    found
}

fn declared(file: &str, text: &str) -> BTreeSet<Declared> {
    let mut found = BTreeSet::new();
    for (number, line) in (1..).zip(text.lines()) {
        let marked = line.split_once("//> ").or_else(|| line.split_once("#> "));
        let Some((_, routes)) = marked else {
            continue;
        };
        for route in routes.split(", ") {
            let (method, path) = route.split_once(' ').unwrap();
            found.insert((file.to_owned(), number, method.to_owned(), path.to_owned()));
        }
    }
    found
}

#[test]
fn every_framework_declares_what_its_fixture_says() {
    let repo = TestRepo::new();
    let mut expected = BTreeSet::new();
    let sources = sources(&root());
    for (name, text) in &sources {
        repo.write(name, text);
        let own = declared(name, text);
        assert!(!own.is_empty(), "{name}");
        expected.extend(own);
    }

    let answer = repo
        .plan(["find", "api_route", "--limit", "10000", "--format", "json"])
        .exits(0)
        .json();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let found: BTreeSet<Declared> = answer["places"]
        .as_array()
        .unwrap()
        .iter()
        .map(|place| {
            let line = place["line"].as_u64().unwrap();
            let (file, method) = (text(&place["file"]), text(&place["method"]));
            (file, line, method, text(&place["name"]))
        })
        .collect();
    let missed: Vec<_> = expected.difference(&found).collect();
    let invented: Vec<_> = found.difference(&expected).collect();
    assert!(
        missed.is_empty() && invented.is_empty(),
        "missed {missed:#?}\ninvented {invented:#?}"
    );
}

#[test]
fn a_rule_hits_every_declared_route_and_no_other_line() {
    let repo = TestRepo::new();
    let mut spec = "refactor_name: routes\nrules:\n".to_owned();
    let mut expected = Vec::new();
    for (name, text) in &sources(&root()) {
        repo.write(name, text);
        let nameable = |(.., path): &Declared| path.contains(char::is_alphanumeric);
        let routes: Vec<Declared> = declared(name, text).into_iter().filter(nameable).collect();
        let lines: BTreeSet<u64> = routes.iter().map(|(_, line, ..)| *line).collect();
        let patterns: BTreeSet<String> = routes
            .into_iter()
            .map(|(.., path)| format!("'{}'", path.replace('\'', "''")))
            .collect();
        let patterns = Vec::from_iter(patterns).join(", ");
        writeln!(
            spec,
            "  - {{id: '{name}', description: d, match: {{api_routes: [{patterns}]}}, \
             scope: {{include: ['/{name}']}}}}"
        )
        .unwrap();
        expected.push((name.clone(), lines));
    }
    repo.write(".spec", spec);

    let answer = repo
        .plan(["verify", "--spec", ".spec", "--format", "json"])
        .exits(1)
        .json();
    let rules = answer["rules"].as_array().unwrap().iter();
    let hit: Vec<(String, BTreeSet<u64>)> = rules
        .map(|rule| {
            let violations = rule["violations"].as_array().unwrap().iter();
            let lines = violations.map(|violation| violation["line"].as_u64().unwrap());
            (rule["id"].as_str().unwrap().to_owned(), lines.collect())
        })
        .collect();
    assert_eq!(hit, expected);
}
