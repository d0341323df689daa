//! Pushes of many refs at once, as a mirror or all tags are: judged alike, and in time.

use std::fs;

use crate::gate::{SPEC, completed_on_topic, silent, silent_but_not_checked, spoil};
use crate::support::TestRepo;

/// What `git push --all` and the like would tell the hook of `names`.
fn told(repo: &TestRepo, names: &[String]) -> String {
    let zero = "0".repeat(40);
    let lines = names.iter().map(|name| {
        let full = format!("refs/heads/{name}");
        format!("{full} {} {full} {zero}\n", repo.rev(name))
    });
    lines.collect()
}

/// Makes branches `<kind>-0` and so on, each with a commit of its own above `start`.
fn fan_out(repo: &TestRepo, kind: &str, start: &str, count: usize) -> Vec<String> {
    let names: Vec<_> = (0..count).map(|at| format!("{kind}-{at}")).collect();
    for name in &names {
        let tree = format!("{start}^{{tree}}");
        let made = repo.git(["commit-tree", "-p", start, "-m", name, &tree]);
        let made = made.ok().stdout.trim().to_owned();
        repo.git(["branch", name, &made]).ok();
    }
    names
}

#[test]
fn each_of_many_refs_is_judged_by_its_own_history() {
    let repo = completed_on_topic();
    let mut names = fan_out(&repo, "without", "main", 4);
    repo.git(["switch", "-q", "-c", "picked", "main"]).ok();
    repo.commit_file("meanwhile");
    repo.git(["cherry-pick", "topic"]).ok();
    spoil(&repo);
    names.extend(fan_out(&repo, "copied", "picked", 3));
    repo.git(["switch", "-q", "topic"]).ok();
    names.extend(fan_out(&repo, "met", "topic", 3));
    spoil(&repo);
    names.extend(fan_out(&repo, "broken", "topic", 3));
    let push = ["push", "-q", "origin"].map(str::to_owned);
    let answer = repo.git(push.iter().chain(&names)).exits(1);
    for name in &names {
        let says = answer.stderr.contains(&format!("refs/heads/{name} "));
        let is_held = name.starts_with("broken") || name.starts_with("copied");
        assert_eq!(says, is_held, "{name}: {}", answer.stderr);
    }
    let passing = names.iter().filter(|name| !answer.stderr.contains(*name));
    silent_but_not_checked(repo.git(push.iter().chain(passing)));
}

#[test]
fn a_push_of_many_refs_starts_few_children() {
    let mut repo = completed_on_topic();
    // A second completion, so that what is asked for each would show.
    repo.write("../other.yaml", SPEC.replace("old", "older"));
    repo.plan(["add-task", "1", "--title", "u", "--spec", "../other.yaml"])
        .ok();
    repo.git(["switch", "-q", "topic"]).ok();
    repo.plan(["verify-task", "2"]).ok();
    repo.git(["switch", "-q", "main"]).ok();
    let input = told(&repo, &fan_out(&repo, "without", "main", 40));
    let trace = repo.world().join("trace");
    repo.env("GIT_TRACE", trace.to_str().unwrap());
    let hook = ["hook", "pre-push", "--", "origin", "url"];
    let answer = repo.run_in(
        repo.root(),
        env!("CARGO_BIN_EXE_git-plan"),
        hook,
        input.as_bytes(),
    );
    assert!(answer.ok().stderr.contains("not checked"));
    let children = fs::read_to_string(&trace).unwrap();
    let children = children
        .lines()
        .filter(|line| line.contains("trace: built-in:"));
    let count = children.count();
    assert!((1..10).contains(&count), "{count}");
}

#[test]
fn of_many_refs_a_few_are_named() {
    let repo = completed_on_topic();
    repo.git(["switch", "-q", "topic"]).ok();
    spoil(&repo);
    let one = repo.rev("topic");
    let same: Vec<_> = (0..30).map(|at| format!("same-{at}")).collect();
    for name in &same {
        repo.git(["branch", name, &one]).ok();
    }
    let push = ["push", "-q", "origin"].map(str::to_owned);
    repo.git(push.iter().chain(&same))
        .exits(1)
        .warns(" and 20 more (")
        .warns("breaks 1 completed task");
    let others = fan_out(&repo, "other", "topic", 30);
    let answer = repo.git(push.iter().chain(&others)).exits(1);
    assert_eq!(answer.stderr.matches("git-plan: push of").count(), 10);
    let answer = answer.warns("git-plan: ... and 20 more commits of this push, as bad");
    assert!(answer.stderr.lines().count() < 100, "{}", answer.stderr);
    repo.git(push.iter().chain([&"--no-verify".to_owned()]).chain(&same))
        .ok();
    repo.plan(["status"])
        .ok()
        .warns(" and 20 more (")
        .warns("was pushed unverified");
}

#[test]
fn verdicts_on_many_refs_are_remembered() {
    let repo = completed_on_topic();
    let names = fan_out(&repo, "met", "topic", 20);
    let push = ["push", "-q", "-n", "origin"].map(str::to_owned);
    silent(repo.git(push.iter().chain(&names)));
    let database = rusqlite::Connection::open(repo.path(".git/plan/planning.db")).unwrap();
    let query = "SELECT COUNT(*) FROM gate_verdicts WHERE met = 1";
    let count: u32 = database.query_row(query, [], |row| row.get(0)).unwrap();
    assert_eq!(count, 20);
}
