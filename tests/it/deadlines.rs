//! Hooks end in time: past a deadline there is no verdict, never another one.

use std::time::{Duration, Instant};

use crate::support::TestRepo;
use crate::support::kept::Which::All;
use crate::terminal::{can_make_terminals, on_terminal};

const SPEC: &str = "refactor_name: old\nrules:\n  - id: no-old\n    description: gone\n    \
    match:\n      identifiers: [old]\n";

/// Generous: builds without optimisation, on a busy machine. Without a deadline it takes longer.
const BOUND: Duration = Duration::from_secs(20);

/// An active task that forbids `old`, completed and pushed, and as many files as it takes to keep
/// the parser busy for half a minute, which name `old` and are not committed yet.
fn project() -> TestRepo {
    let repo = TestRepo::new();
    repo.with_remote();
    repo.write("a.py", "new()\n");
    repo.commit("base");
    repo.start_task(SPEC);
    repo.plan_words("verify-task").ok();
    repo.git(["push", "-q", "-u", "origin", "main"]).ok();
    for name in ["a", "b", "c", "d", "e", "f"] {
        let hostile = "a<b(".repeat(250_000) + "\nold\n";
        repo.write(&format!("{name}.cpp"), hostile);
    }
    repo.git(["add", "-A"]).ok();
    repo
}

#[test]
fn post_commit_keeps_the_commit_and_counts_nothing_it_has_no_time_for() {
    let repo = project();
    let start = Instant::now();
    repo.git(["config", "plan.preCommit", "off"]).ok();
    let commit = ["-c", "plan.hooks.timeout=1", "commit", "-q", "-m", "slow"];
    let said = repo.git(commit).ok().stderr;
    assert!(start.elapsed() < BOUND, "{:?}", start.elapsed());
    assert_eq!(
        said,
        "git-plan: task 1.1 · checkpoint 1 · violations not counted\n"
    );
    assert_eq!(repo.kept("1 1", All), ["1 slow"]);
    // What was not counted is not remembered as anything else.
    repo.git(["rm", "-q", "*.cpp"]).ok();
    repo.write("a.py", "old()\n");
    repo.git(["add", "-A"]).ok();
    let amend = ["commit", "-q", "--amend", "-m", "quick"];
    assert_eq!(
        repo.git(amend).ok().stderr,
        "git-plan: task 1.1 · checkpoint 2 · 1 violation left (+1)\n"
    );
}

#[test]
fn pre_commit_lets_go_what_it_has_no_time_to_judge() {
    let repo = project();
    repo.git(["config", "plan.preCommit", "block"]).ok();
    repo.git(["config", "plan.postCommit", "off"]).ok();
    let start = Instant::now();
    let commit = ["-c", "plan.hooks.timeout=1", "commit", "-q", "-m", "slow"];
    let said = repo.git(commit).ok().stderr;
    assert!(start.elapsed() < BOUND, "{:?}", start.elapsed());
    // Which of the slow files it is, is chance.
    let file = said.strip_prefix("git-plan: staged changes not judged: scanning ");
    let file = file.and_then(|rest| rest.strip_suffix(".cpp: it took longer than 1 second\n"));
    assert!(file.is_some_and(|name| name.len() == 1), "{said}");
}

#[test]
fn pre_push_refuses_what_it_has_no_time_to_judge_and_claims_nothing() {
    let repo = project();
    let commit = "GIT_PLAN_HOOKS=0 git commit -q -m slow";
    repo.sh(commit).ok();
    let start = Instant::now();
    let push = ["-c", "plan.verify.timeout=1", "push", "-q"];
    repo.git(push)
        .exits(1)
        .warns("git-plan: could not verify this push: it took longer than 1 second\n")
        .never_says("breaks");
    assert!(start.elapsed() < BOUND, "{:?}", start.elapsed());
    // Who watches sees that something goes on.
    if can_make_terminals() {
        on_terminal(&repo, "TERM=xterm git -c plan.verify.timeout=1 push -q")
            .exits(1)
            .says("Judging this push")
            .says("git-plan: could not verify this push");
    }
    repo.git(["reset", "-q", "--hard", "HEAD~1"]).ok();
    repo.commit_file("fine");
    repo.git(push).ok();
}
