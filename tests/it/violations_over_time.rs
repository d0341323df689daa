//! How a task's violations came and went, and who brought those that are left.

use crate::support::TestRepo;

const SPEC: &str = "refactor_name: S\nrules:\n  - id: gone\n    description: d\n    match:\n      \
    identifiers: [old]\n    expect:\n      identifiers: [fresh]\n";

/// Four commits with 2, 4, 4 and 3 violations; `fresh` exists from the third on.
fn project() -> TestRepo {
    let repo = TestRepo::new();
    repo.write("a.js", "old(1);\n");
    repo.commit("one");
    repo.write("b.js", "if (x) {\nold(2);\nold(3);\n}\n");
    repo.commit("two");
    repo.write("note.txt", "old\n");
    repo.write("c.js", "old(4); fresh();\n");
    repo.commit("three");
    repo.write("b.js", "if (x) {\n    old(2);\n}\n");
    repo.commit("four\u{1b}[2J");
    repo.plan(["init", "--name", "P"]).ok();
    let yaml = repo.world().join("spec.yaml");
    std::fs::write(&yaml, SPEC).unwrap();
    let yaml = yaml.to_str().unwrap();
    repo.plan(["add-task", "--title", "Mend", "--spec", yaml])
        .ok();
    repo
}

#[test]
fn each_commit_is_counted_and_drawn() {
    let repo = project();
    let answer = repo.plan(["history", "1"]).ok();
    let lines: Vec<&str> = answer.stdout.lines().collect();
    assert_eq!(lines[0], "Task 1.1 Mend: 2 → 3 violations over 4 commits");
    assert_eq!(lines[1], "▅██▇");
    let short = |rev: &str| repo.rev(rev)[..8].to_owned();
    assert_eq!(
        lines[2],
        format!("{} 2026-09-21 3     -1  four\\u{{1b}}[2J", short("HEAD"))
    );
    assert_eq!(
        lines[4],
        format!("{} 2026-09-21 4     +2  two", short("HEAD~2"))
    );
    repo.plan(["history", "1", "-n", "2"])
        .ok()
        .says("over 2 commits");
    repo.plan(["history", "1", "--range", "HEAD~3..HEAD~1"])
        .ok()
        .says("4 → 4 violations over 2 commits");
    repo.plan(["history", "1", "--range", "HEAD..HEAD"])
        .ok()
        .says("no commits");
    repo.plan(["history", "1", "--range=--all"])
        .exits(128)
        .warns("bad revision '--all'");
}

#[test]
fn the_count_is_that_of_each_tree_with_and_without_the_memo() {
    let repo = project();
    repo.write("d.js", "old(5);\n");
    repo.git(["switch", "-qc", "side", "HEAD~1"]).ok();
    repo.commit("side");
    repo.git(["switch", "-q", "main"]).ok();
    repo.git(["merge", "-q", "--no-edit", "side"]).ok();
    for _ in 0..2 {
        let history = repo.plan(["history", "1", "--format", "json"]).ok().json();
        let commits = history["commits"].as_array().unwrap();
        // By first parents: the merge counts, the commit of the side branch does not.
        assert_eq!(commits.len(), 5);
        for commit in commits {
            let id = commit["commit"].as_str().unwrap();
            let judged = ["verify", "--all", "--no-memo", "--at", id];
            let judged = repo.plan(judged.iter().chain(&["--format", "json"]));
            assert_eq!(commit["violations"], judged.json()["total_violations"]);
        }
        assert_eq!(commits[0]["change"], 1);
        assert_eq!(commits[4]["change"], serde_json::Value::Null);
    }
}

#[test]
fn a_spec_file_is_enough_for_both_where_there_is_no_plan() {
    let planned = project();
    let repo = TestRepo::new();
    repo.write("a.js", "old(1);\n");
    repo.commit("one");
    repo.write("b.js", "old(2); fresh();\n");
    repo.commit("two");
    repo.write("../spec.yaml", SPEC);
    let spec = ["--spec", "../spec.yaml"];
    let answer = repo.plan(["history"].iter().chain(&spec)).ok();
    assert!(
        answer
            .stdout
            .starts_with("S: 2 → 2 violations over 2 commits\n")
    );
    let answer = repo.plan(["blame"].iter().chain(&spec)).ok();
    assert!(answer.stdout.starts_with("S: 2 violations\ngone\n"));
    answer.says(&format!("{} 2026", &repo.rev("HEAD~1")[..8]));
    let json = ["--format", "json"];
    let history = repo
        .plan(["history"].iter().chain(&spec).chain(&json))
        .ok()
        .json();
    assert_eq!(history.get("task"), None);
    assert_eq!(history["spec"]["name"], "S");
    assert!(!repo.path(".git/plan").exists());
    // What a task has stored and what a file says are judged alike.
    let counts = |words: &[&str]| {
        let answer = planned
            .plan(["history"].iter().chain(words).chain(&json))
            .ok()
            .json();
        answer["commits"].clone()
    };
    assert_eq!(counts(&["1"]), counts(&spec));
    planned.plan(["blame", "1"].iter().chain(&spec)).exits(129);
    planned
        .plan(["history", "1"].iter().chain(&spec))
        .exits(129);
}

#[test]
fn blame_names_the_commit_that_wrote_the_line() {
    let repo = project();
    let answer = repo.plan(["blame", "1"]).ok();
    let short = |rev: &str| repo.rev(rev)[..8].to_owned();
    let (one, two, three) = (short("HEAD~3"), short("HEAD~2"), short("HEAD~1"));
    // The indentation of b.js changed later; that brought nothing.
    let expected = format!(
        "Task 1.1 Mend: 3 violations\ngone\n\
         \x20 {one} 2026-09-21 Tester  a.js:1:1: `old` is still used\n\
         \x20 {two} 2026-09-21 Tester  b.js:2:5: `old` is still used\n\
         \x20 {three} 2026-09-21 Tester  c.js:1:1: `old` is still used\n\n\
         \x20   1 {one} one\n    1 {two} two\n    1 {three} three\n"
    );
    assert_eq!(answer.stdout, expected);
}

#[test]
fn blame_tells_what_is_not_committed_and_follows_renames() {
    let repo = project();
    repo.git(["mv", "a.js", "sub dir/ä.js"]).exits(128);
    std::fs::create_dir(repo.path("sub dir")).unwrap();
    repo.git(["mv", "a.js", "sub dir/ä.js"]).ok();
    repo.commit("move");
    repo.write("b.js", "old(0);\nif (x) {\n    old(2);\n}\n");
    repo.write("new.js", "old(9);\n");
    repo.git(["rm", "-q", "c.js"]).ok();
    let answer = repo.plan(["blame", "1", "--format", "json"]).ok().json();
    let found: Vec<(String, String)> = answer["violations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| {
            let place = format!("{}:{}", it["file"].as_str().unwrap_or("-"), it["line"]);
            (
                place,
                it["introduced"]["state"].as_str().unwrap().to_owned(),
            )
        })
        .collect();
    let expected = [
        ("b.js:1", "uncommitted"),
        // What is missing has a place only by courtesy.
        ("b.js:1", "missing"),
        ("b.js:3", "committed"),
        ("new.js:1", "uncommitted"),
        ("sub dir/ä.js:1", "committed"),
    ];
    let expected = expected.map(|(place, state)| (place.to_owned(), state.to_owned()));
    assert_eq!(found, expected);
    let moved = &answer["violations"][4]["introduced"];
    assert_eq!(moved["original_file"], "a.js");
    assert_eq!(moved["summary"], "one");
    assert_eq!(moved["author_mail"], "tester@example.com");
    assert_eq!(answer["violations"][2]["introduced"]["original_line"], 2);
    let at = ["blame", "1", "--at", "HEAD~1", "--format", "json"];
    let at = repo.plan(at).ok().json();
    assert_eq!(at["violations"].as_array().unwrap().len(), 3);
    assert_eq!(at["violations"][0]["file"], "a.js");
}

#[test]
fn blame_runs_nothing_of_the_repository() {
    let repo = project();
    let trap = repo.world().join("trapped");
    let set = |name: &str, value: &str| repo.git(["config", name, value]).ok();
    let touch = format!("touch '{}'; cat", trap.display());
    repo.write(".gitattributes", "*.js diff=trap filter=trap\n");
    repo.commit("attributes");
    for name in ["diff.trap.textconv", "filter.trap.clean", "diff.external"] {
        set(name, &touch);
    }
    repo.write("b.js", "old(1);\nold(2);\n");
    repo.plan(["blame", "1"])
        .ok()
        .says("not committed  b.js:1:1:")
        .says("Tester  b.js:2:1:");
    assert!(!trap.exists());
}

#[test]
fn a_shallow_clone_says_that_it_does_not_know() {
    let repo = project();
    let url = format!("file://{}", repo.root().display());
    repo.git(["clone", "-q", "--depth", "1", &url, "../shallow"])
        .ok();
    let shallow = repo.world().join("shallow");
    let spec = repo.world().join("spec.yaml");
    let spec = spec.to_str().unwrap();
    repo.git_in(&shallow, ["plan", "init", "--name", "P"]).ok();
    repo.git_in(
        &shallow,
        ["plan", "add-task", "--title", "T", "--spec", spec],
    )
    .ok();
    repo.git_in(&shallow, ["plan", "blame", "1"])
        .ok()
        .says(&format!("  ^{}", &repo.rev("HEAD")[..8]))
        .says("history is cut off there");
    repo.git_in(&shallow, ["plan", "history", "1"])
        .ok()
        .says("over 1 commit\n");
}
