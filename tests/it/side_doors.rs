//! What holds a push back cannot be made to vanish while it is broken, except knowingly.

use crate::support::TestRepo;

const SPEC: &str = "refactor_name: S\nrules:\n  - id: no-foo\n    description: gone\n    \
    match: {identifiers: [foo]}\n    scope: {include: [\"*.js\"]}\n";

/// A task that was verified at HEAD, whose last verification therefore says "pass".
fn completed() -> TestRepo {
    let repo = TestRepo::new();
    repo.write("a.js", "bar()\n");
    repo.write("s.yaml", SPEC);
    repo.commit("base");
    repo.plan(["init", "--name", "P"]).ok();
    repo.plan(["add-task", "--title", "T", "--spec", "s.yaml"])
        .ok();
    repo.plan(["verify-task", "1"]).ok();
    repo
}

/// Returns the details of every journal line with that action.
fn journal(repo: &TestRepo, action: &str) -> Vec<serde_json::Value> {
    let log = repo.plan(["log", "--format", "json"]).ok().json();
    let events = log["events"].as_array().unwrap().iter();
    events
        .filter(|event| event["action"] == action)
        .map(|event| event["detail"].clone())
        .collect()
}

#[test]
fn a_completed_task_is_removed_only_while_it_is_met() {
    let repo = completed();
    repo.write("a.js", "foo()\nfoo()\n");
    repo.plan(["remove-task", "1"])
        .exits(1)
        .warns("task 1.1 T: 2 violations")
        .warns("a.js:2:1: `foo` is still used")
        .warns("2 | foo()\n")
        .warns("error: task 1 is not removed: it is completed, and broken")
        .warns("hint: mend it first, or agree with --yes");
    repo.plan(["show"]).ok().says("Task 1: T");
    repo.write("a.js", "bar()\n");
    repo.plan(["remove-task", "1"])
        .ok()
        .says("Removed task 1 from plan 1: T");
    assert_eq!(journal(&repo, "task.removal_forced").len(), 0);
}

#[test]
fn removing_a_broken_task_all_the_same_is_journalled() {
    let repo = completed();
    repo.write("a.js", "foo()\n");
    repo.plan(["remove-task", "1", "--yes"])
        .ok()
        .warns("1 violation");
    let forced = journal(&repo, "task.removal_forced");
    assert_eq!(forced.len(), 1);
    assert_eq!(forced[0]["violations"], 1);
}

#[test]
fn a_task_that_cannot_be_judged_counts_as_broken() {
    let repo = completed();
    let file = std::fs::File::create(repo.path("big.js")).unwrap();
    file.set_len(17 << 20).unwrap();
    repo.plan(["remove-task", "1"])
        .exits(1)
        .warns("task 1.1 T: could not verify")
        .warns("big.js");
    repo.plan(["archive"]).exits(1).warns("could not verify");
}

#[test]
fn a_task_without_completion_or_without_spec_is_removed_at_once() {
    let repo = completed();
    repo.write("a.js", "foo()\n");
    repo.plan(["add-task", "--title", "open", "--spec", "s.yaml"])
        .ok();
    repo.plan(["remove-task", "2"]).ok();
    repo.plan(["add-task", "--title", "bare"]).ok();
    repo.plan(["update-task", "3", "--status", "completed"])
        .ok();
    repo.plan(["remove-task", "3"]).ok();
}

#[test]
fn mending_the_work_tree_alone_opens_no_side_door() {
    let repo = completed();
    repo.write("a.js", "foo()\n");
    repo.commit("broken");
    repo.write("a.js", "bar()\n");
    for verb in ["remove-task", "archive"] {
        repo.plan([verb, "1"])
            .exits(1)
            .warns("task 1.1 T: 1 violation in HEAD")
            .warns("1 | foo()\n");
    }
    repo.commit("mended");
    repo.plan(["archive", "1"]).ok();
}

#[test]
fn what_is_not_committed_yet_is_judged_in_the_work_tree_alone() {
    let repo = TestRepo::new();
    repo.write("a.js", "foo()\n");
    repo.write("s.yaml", SPEC);
    repo.commit("base");
    repo.plan(["init", "--name", "P"]).ok();
    repo.plan(["add-task", "--title", "T", "--spec", "s.yaml"])
        .ok();
    repo.write("a.js", "bar()\n");
    repo.plan(["verify-task", "1"]).ok();
    repo.plan(["archive"]).ok();
}
