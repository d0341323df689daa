//! docs/commands.md names every member of every JSON answer, and no other.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::TestRepo;
use crate::support::verbs::SPEC;

fn page() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/commands.md");
    fs::read_to_string(path).unwrap()
}

/// The two cells of each row of the table whose first head is `head`.
fn table<'a>(page: &'a str, head: &str) -> Vec<(&'a str, &'a str)> {
    page.lines()
        .skip_while(|line| !line.starts_with(&format!("| {head} |")))
        .skip(2)
        .map_while(|line| {
            line.strip_prefix("| ")?
                .strip_suffix(" |")?
                .split_once(" | ")
        })
        .collect()
}

/// A repository in which every member of every answer has something to say.
fn project() -> TestRepo {
    let repo = TestRepo::new();
    repo.write(
        "spec.yaml",
        format!(
            "{SPEC}  - id: has-keep\n    description: d\n    expect: {{identifiers: [keep]}}\n"
        ),
    );
    repo.write("a.py", "def keep():\n    pass\n");
    repo.commit("base");
    repo.git(["branch", "elsewhere"]).ok();
    for words in [
        "init --name Plan --description D",
        "install",
        "add-phase --title Phase",
        "add-task --title Task --spec spec.yaml --phase 1",
        "add-job 1 --description Job",
        "start 1",
    ] {
        repo.plan_words(words).ok();
    }
    repo.commit("done");
    repo.plan_words("verify-task").ok();
    repo.git(["switch", "-q", "elsewhere"]).ok();
    repo.write("a.py", "def keep():\n    legacy()\n");
    repo.git(["config", "plan.checkpoint.maxFileSize", "1000"])
        .ok();
    repo.write("large", vec![b'x'; 2000]);
    repo.plan_words("checkpoint").ok();
    repo.write("b.py", "");
    repo
}

#[test]
fn every_member_of_every_answer() {
    let page = page();
    let objects: BTreeMap<&str, &str> = table(&page, "object").into_iter().collect();
    let repo = project();
    let mut seen = BTreeSet::new();
    let mut check = |call: &str, members: &str| {
        let words = call
            .replace("FILE", "spec.yaml")
            .replace("NUMBER", "2")
            .replace("KIND", "function")
            .replace("install", "install --dry-run");
        let answer = repo.plan_words(&format!("{words} --format json")).json();
        assert_eq!(answer["version"], 1, "{call}");
        let mut answer = answer.as_object().unwrap().clone();
        answer.remove("version");
        compare(
            call,
            &Value::Object(answer),
            &expand(members, &objects),
            &objects,
            &mut seen,
        );
    };
    for (call, members) in table(&page, "call") {
        match members.strip_prefix("the same as for `") {
            Some(_) => check(call.trim_matches('`'), members_of(&page, "`verify`")),
            None => check(call.trim_matches('`'), members),
        }
    }
    // A file over the limit, for what could not be judged.
    let large = fs::File::create(repo.path("huge.py")).unwrap();
    large.set_len(17 << 20).unwrap();
    check(
        "verify --spec FILE",
        members_of(&page, "`verify --spec FILE`"),
    );
    let documented: BTreeSet<String> = objects.keys().map(ToString::to_string).collect();
    assert_eq!(seen, documented, "some object was never met with");
}

fn members_of<'a>(page: &'a str, call: &str) -> &'a str {
    let rows = table(page, "call");
    rows.iter().find(|row| row.0 == call).unwrap().1
}

/// Puts the members of another object where "those of" it are named.
fn expand(members: &str, objects: &BTreeMap<&str, &str>) -> String {
    let Some(rest) = members.strip_prefix("those of a ") else {
        return members.to_owned();
    };
    let (name, rest) = rest.split_once(", ").unwrap();
    format!("{}, {rest}", objects[name])
}

/// Compares an object with "`key`, `key`? (object), `key` ([object])", all the way down.
fn compare(
    at: &str,
    value: &Value,
    members: &str,
    objects: &BTreeMap<&str, &str>,
    seen: &mut BTreeSet<String>,
) {
    let value = value.as_object().unwrap_or_else(|| panic!("{at}: {value}"));
    let mut undocumented: BTreeSet<&str> = value.keys().map(String::as_str).collect();
    for member in members.split(", ") {
        let (key, rest) = member.strip_prefix('`').unwrap().split_once('`').unwrap();
        undocumented.remove(key);
        let at = format!("{at}: {key}");
        let Some(inner) = value.get(key) else {
            assert!(rest.starts_with('?'), "{at} is missing");
            continue;
        };
        let Some((_, kind)) = rest.split_once('(') else {
            continue;
        };
        let kind = kind.trim_end_matches(')');
        let name = kind.trim_matches(['[', ']']);
        let nested = match inner {
            Value::Array(list) if kind.starts_with('[') => list.clone(),
            Value::Null if !kind.starts_with('[') => Vec::new(),
            one => vec![one.clone()],
        };
        let inside = expand(objects[name], objects);
        for one in nested {
            seen.insert(name.to_owned());
            compare(&at, &one, &inside, objects, seen);
        }
    }
    assert!(
        undocumented.is_empty(),
        "{at}: {undocumented:?} are not on the page"
    );
}
