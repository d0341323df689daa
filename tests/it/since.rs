//! What is new since an older state.

use crate::support::{Answer, TestRepo};

const SPEC: &str = "refactor_name: S\nrules:\n  - id: gone\n    description: d\n    match:\n      \
    identifiers: [old]\n    expect:\n      identifiers: [fresh]\n";

/// A repository where `old` is used on two equal lines and one other, and `fresh` never.
fn project() -> TestRepo {
    let repo = TestRepo::new();
    repo.write("a.js", "old(1);\nold(1);\nold(2);\n");
    repo.write("spec.yaml", SPEC);
    repo.commit("base");
    repo.git(["tag", "base"]).ok();
    repo
}

fn since(repo: &TestRepo, words: &[&str]) -> Answer {
    let all = ["verify", "--spec", "spec.yaml", "--since", "base"];
    repo.plan(all.iter().chain(words).copied())
}

#[test]
fn what_was_there_before_is_left_out_and_counted() {
    let repo = project();
    since(&repo, &[])
        .ok()
        .says("S: nothing new (0 new violations since base, 4 older left out, 1 file in scope)");
    repo.write("a.js", "old(1);\nold(1);\nold(2);\nold(3);\n");
    since(&repo, &[])
        .exits(1)
        .says("newly broken (1 new violation since base, 4 older left out")
        .says("a.js:4:1:")
        .never_says("a.js:1:1:");
}

#[test]
fn moves_and_renames_are_not_new_and_copies_are() {
    let repo = project();
    repo.git(["mv", "a.js", "b.js"]).ok();
    repo.write("b.js", "\n\nif (x) {\n    old(2);\n  old(1);\n}\nold(1);\n");
    since(&repo, &[]).ok();
    repo.write("c.js", "old(1);\n");
    let answer = since(&repo, &["--format", "json"]).exits(1).json();
    assert_eq!(answer["total_violations"], 1);
    assert_eq!(answer["since"]["older_violations"], 4);
    assert_eq!(answer["since"]["commit"], repo.rev("base"));
    assert_eq!(
        answer["rules"][0]["violations"].as_array().unwrap().len(),
        1
    );
    // A copy is told from the original as long as that stays where it was.
    repo.write("a.js", "old(1);\nold(1);\nold(2);\n");
    repo.git(["rm", "-qf", "b.js"]).ok();
    since(&repo, &[])
        .exits(1)
        .says("c.js:1:1:")
        .never_says("a.js:");
}

#[test]
fn every_form_is_filtered() {
    let repo = project();
    repo.write("b.js", "old(9);\n");
    let log = since(&repo, &["--format", "sarif"]).exits(1).json();
    assert_eq!(log["runs"][0]["results"].as_array().unwrap().len(), 1);
    let answer = since(&repo, &["--format", "github"]).exits(1);
    assert_eq!(answer.stdout.lines().count(), 1);
    since(&repo, &["--at", "HEAD", "--format", "github"]).ok();
    since(&repo, &["--no-memo", "--staged"]).ok();
}

#[test]
fn something_required_that_goes_missing_is_new() {
    let repo = project();
    repo.write("b.js", "fresh();\n");
    repo.commit("fresh");
    repo.git(["tag", "-f", "base"]).ok();
    since(&repo, &[]).ok();
    repo.git(["rm", "-q", "b.js"]).ok();
    since(&repo, &[])
        .exits(1)
        .says("1 new violation since base, 3 older")
        .says("expected `fresh`");
    repo.plan(["verify", "--spec", "spec.yaml", "--since", "nowhere"])
        .exits(128)
        .warns("bad revision 'nowhere'");
}

#[test]
fn the_memo_changes_nothing() {
    let repo = project();
    repo.plan(["init", "--name", "P"]).ok();
    repo.plan(["add-task", "--title", "T", "--spec", "spec.yaml"])
        .ok();
    repo.write("b.js", "old(9);\n");
    repo.commit("worse");
    for _ in 0..2 {
        repo.plan(["verify", "--all", "--since", "base"])
            .exits(1)
            .says("1 new violation since base, 4 older")
            .says("b.js:1:1:");
        repo.plan(["verify", "--all", "--since", "HEAD"]).ok();
    }
}
