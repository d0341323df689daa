//! The gate: what a push is judged by, whatever it looks like, and what lets it through.

use std::fs;
use std::path::Path;

use crate::support::{Answer, TestRepo};

pub(crate) const SPEC: &str = "refactor_name: old\nrules:\n  - id: no-old\n    description: gone\n    \
    match:\n      identifiers: [old]\n    scope:\n      include: ['*.py']\n";

/// A pushed base with `old` in it, a plan with one task that forbids it, and the hooks.
pub(crate) fn project() -> TestRepo {
    let repo = TestRepo::new();
    repo.write("a.py", "old()\n");
    repo.commit("base");
    repo.with_remote();
    repo.git(["push", "-q", "-u", "origin", "main"]).ok();
    repo.plan(["init", "--name", "P"]).ok();
    repo.plan(["install"]).ok();
    repo.write("../spec.yaml", SPEC);
    repo.plan(["add-task", "1", "--title", "t", "--spec", "../spec.yaml"])
        .ok();
    repo.plan(["start", "1", "1"]).ok();
    repo
}

/// The same, with the task completed at `main`, which is pushed.
pub(crate) fn completed() -> TestRepo {
    let repo = project();
    mend(&repo);
    repo.plan(["verify-task"]).ok();
    repo.git(["push", "-q"]).ok();
    repo
}

pub(crate) fn mend(repo: &TestRepo) {
    repo.write("a.py", "new()\n");
    repo.commit("mend");
}

pub(crate) fn spoil(repo: &TestRepo) {
    repo.write("a.py", "old()\nnew()\n");
    repo.commit("spoil");
}

#[track_caller]
pub(crate) fn refused(answer: Answer) -> Answer {
    answer
        .exits(1)
        .warns("breaks 1 completed task")
        .warns("task 1.1 t: 1 violation")
        .warns("a.py:1:1")
}

#[track_caller]
pub(crate) fn silent(answer: Answer) {
    let answer = answer.ok();
    assert_eq!((answer.stdout.as_str(), answer.stderr.as_str()), ("", ""));
}

#[test]
fn each_ref_of_a_push_is_judged_by_what_it_would_name() {
    let repo = completed();
    repo.git(["branch", "good"]).ok();
    spoil(&repo);
    repo.git(["branch", "bad"]).ok();
    repo.git(["tag", "-a", "-m", "v", "annotated"]).ok();
    repo.git(["tag", "of-annotated", "annotated"]).ok();
    repo.git(["tag", "of-tree", "HEAD^{tree}"]).ok();
    repo.git(["tag", "of-blob", "HEAD:a.py"]).ok();
    silent(repo.git([
        "push", "-q", "origin", "good", "good:new", "of-tree", "of-blob",
    ]));
    // One bad ref holds all of them back, and is the one that is named.
    refused(repo.git(["push", "-q", "origin", "good:other", "bad", "bad:again"]))
        .warns("refs/heads/again")
        .warns("refs/heads/bad")
        .never_says("refs/heads/other");
    assert_eq!(
        repo.git(["branch", "-r", "--list", "origin/other"])
            .ok()
            .stdout,
        ""
    );
    refused(repo.git(["push", "-q", "origin", "annotated"])).warns("refs/tags/annotated");
    refused(repo.git(["push", "-q", "origin", "of-annotated"]));
    refused(repo.git(["push", "-q", "-f", "origin", "bad:good"]));
    // Deleting judges nothing, alone or with others.
    silent(repo.git(["push", "-q", "origin", ":new"]));
    refused(repo.git(["push", "-q", "origin", ":good", "bad"]));
    silent(repo.git(["push", "-q", "origin", ":good", "good:newer"]));
}

#[test]
fn a_name_with_spaces_is_no_obstacle() {
    let repo = completed();
    spoil(&repo);
    repo.git(["reset", "-q", "--hard", "HEAD~1"]).ok();
    let bad = "HEAD@{1}:refs/heads/bad";
    let spaced = "HEAD@{0 seconds ago}:refs/heads/good";
    silent(repo.git(["push", "-q", "origin", spaced]));
    refused(repo.git(["push", "-q", "origin", spaced, bad]));
    refused(repo.git(["push", "-q", "origin", ":/spoil:refs/heads/bad"]));
}

#[test]
fn a_remote_that_moved_on_does_not_matter() {
    let repo = completed();
    repo.git_in(repo.world(), ["clone", "-q", "origin.git", "other"])
        .ok();
    let other = repo.world().join("other");
    let name = ["-c", "user.name=o", "-c", "user.email=o@example.com"];
    let words = ["commit", "-q", "--allow-empty", "-m", "theirs"];
    repo.git_in(&other, name.iter().chain(&words)).ok();
    repo.git_in(&other, ["push", "-q"]).ok();
    spoil(&repo);
    refused(repo.git(["push", "-q", "-f", "origin", "main"]));
    repo.git(["reset", "-q", "--hard", "HEAD~1"]).ok();
    repo.write("b.py", "new()\n");
    repo.commit("fine");
    silent(repo.git(["push", "-q", "-f", "origin", "main"]));
}

#[test]
fn nothing_to_push_is_nothing_to_judge_and_a_dry_run_is_judged() {
    let repo = completed();
    repo.git(["push"]).ok().warns("Everything up-to-date");
    spoil(&repo);
    refused(repo.git(["push", "--dry-run", "-q"]));
    refused(repo.git(["push", "-q"]));
    repo.git(["push", "-q", "--no-verify"]).ok();
    // What is there already is not judged again.
    silent(repo.git(["push", "-q"]));
}

#[test]
fn several_places_to_push_to() {
    let repo = completed();
    let second = repo.world().join("second.git");
    repo.git_in(repo.world(), ["init", "-q", "--bare", "second.git"])
        .ok();
    let first = repo.world().join("origin.git");
    for url in [&first, &second] {
        repo.git([
            "remote",
            "set-url",
            "--add",
            "--push",
            "origin",
            url.to_str().unwrap(),
        ])
        .ok();
    }
    silent(repo.git(["push", "-q", "origin", "main"]));
    spoil(&repo);
    refused(repo.git(["push", "-q", "origin", "main"]));
    let there = |folder: &Path| {
        let answer = repo.git_in(folder, ["rev-parse", "refs/heads/main"]).ok();
        answer.line().to_owned()
    };
    assert_eq!(there(&first), repo.rev("HEAD~1"));
    assert_eq!(there(&second), repo.rev("HEAD~1"));
    // A remote without a name.
    refused(repo.git(["push", "-q", second.to_str().unwrap(), "main"]));
}

#[test]
fn a_mirror_carries_our_own_refs_unjudged() {
    let repo = completed();
    let mirror = repo.world().join("mirror.git");
    repo.git_in(repo.world(), ["init", "-q", "--bare", "mirror.git"])
        .ok();
    let url = mirror.to_str().unwrap();
    silent(repo.git(["push", "-q", "--mirror", url]));
    spoil(&repo);
    refused(repo.git(["push", "-q", "--mirror", url]));
    repo.git(["reset", "-q", "--hard", "HEAD~1"]).ok();
    // The checkpoint of the commit that was reset away is still among the refs.
    let held = repo
        .git(["for-each-ref", "--format=%(subject)", "refs/plan"])
        .ok();
    assert!(held.stdout.contains("spoil"), "{}", held.stdout);
    silent(repo.git(["push", "-q", "--mirror", url]));
}

#[test]
fn neither_branch_nor_work_tree_nor_index_matter() {
    let repo = completed();
    repo.write("a.py", "old()\n");
    repo.git(["add", "a.py"]).ok();
    silent(repo.git(["push", "-q", "origin", "main:staged"]));
    repo.git(["stash", "-q"]).ok();
    spoil(&repo);
    repo.git(["switch", "-q", "-c", "elsewhere", "HEAD~1"]).ok();
    refused(repo.git(["push", "-q", "origin", "main"]));
    silent(repo.git(["push", "-q", "origin", "elsewhere"]));
    repo.git(["switch", "-q", "--orphan", "empty"]).ok();
    refused(repo.git(["push", "-q", "origin", "main"]));
}

#[test]
fn only_the_tip_counts() {
    let repo = completed();
    spoil(&repo);
    mend(&repo);
    silent(repo.git(["push", "-q", "origin", "main"]));
    refused(repo.git(["push", "-q", "origin", "main~1:refs/heads/middle"]));
}

/// The task completed on a branch of two commits, and main as it was.
pub(crate) fn completed_on_topic() -> TestRepo {
    let repo = project();
    repo.git(["switch", "-q", "-c", "topic"]).ok();
    repo.commit_file("first");
    mend(&repo);
    repo.plan(["verify-task"]).ok();
    repo.git(["switch", "-q", "main"]).ok();
    repo
}

#[test]
fn a_squashed_completion_is_recognised_and_stays_so() {
    let repo = completed_on_topic();
    repo.commit_file("meanwhile");
    silent_but_not_checked(repo.git(["push", "-q"]));
    repo.git(["merge", "-q", "--squash", "topic"]).ok();
    repo.git(["commit", "-q", "-m", "squashed"]).ok();
    silent(repo.git(["push", "-q"]));
    // The squash is pushed now, so it is no longer among the commits that are compared.
    spoil(&repo);
    refused(repo.git(["push", "-q"]));
}

#[track_caller]
pub(crate) fn silent_but_not_checked(answer: Answer) {
    assert_eq!(
        answer.ok().stderr,
        "git-plan: not checked, completed in another history: task 1.1\n"
    );
}

#[test]
fn a_picked_completion_is_recognised_and_stays_so() {
    let repo = completed_on_topic();
    repo.git(["cherry-pick", "topic"]).ok();
    silent(repo.git(["push", "-q"]));
    // The original goes on being one of its own branch.
    repo.git(["commit", "-q", "--amend", "-m", "picked"]).ok();
    spoil(&repo);
    refused(repo.git(["push", "-q", "-f"]));
    repo.git(["switch", "-q", "topic"]).ok();
    silent(repo.git(["push", "-q", "origin", "topic"]));
}

#[test]
fn a_completion_that_nobody_holds_any_more_is_in_force_everywhere() {
    let repo = project();
    repo.git(["switch", "-q", "-c", "topic"]).ok();
    mend(&repo);
    repo.plan(["verify-task"]).ok();
    repo.git(["switch", "-q", "main"]).ok();
    repo.commit_file("more");
    silent_but_not_checked(repo.git(["push", "-q"]));
    repo.git(["branch", "-D", "topic"]).ok();
    repo.commit_file("still more");
    refused(repo.git(["push", "-q"]));
    // Verifying again in the work tree, which is mended, does not open it.
    repo.write("a.py", "new()\n");
    repo.plan(["verify-task"]).ok();
    refused(repo.git(["push", "-q"]));
    repo.plan(["update-task", "1", "1", "--status", "pending"])
        .ok();
    silent(repo.git(["push", "-q"]));
}

#[test]
fn reopening_voids_earlier_completions() {
    let repo = completed();
    spoil(&repo);
    refused(repo.git(["push", "-q"]));
    repo.plan(["update-task", "1", "1", "--status", "in_progress"])
        .ok();
    silent(repo.git(["push", "-q"]));
    // Completed again on a branch, it is in force there and not here.
    repo.git(["switch", "-q", "-c", "topic"]).ok();
    mend(&repo);
    repo.plan(["verify-task"]).ok();
    silent(repo.git(["push", "-q", "origin", "topic"]));
    repo.git(["switch", "-q", "main"]).ok();
    repo.commit_file("more");
    silent_but_not_checked(repo.git(["push", "-q"]));
}

#[test]
fn policies_and_ways_out() {
    let repo = completed();
    spoil(&repo);
    let push = |words: &[&str]| repo.git(words.iter().chain(&["push", "-q", "--dry-run"]));
    refused(push(&[]));
    push(&["-c", "plan.prePush=warn"])
        .ok()
        .warns("breaks 1 completed task");
    silent(push(&["-c", "plan.prePush=off"]));
    silent(push(&["-c", "plan.hooks.enabled=false"]));
    silent(push(&["-c", "core.hooksPath=/dev/null"]));
    push(&["-c", "plan.prePush=perhaps"])
        .exits(1)
        .warns("could not verify this push: plan.prePush: expected one of off, warn, block")
        .warns("hint: 'git config --show-origin plan.prePush' tells where it is set");
    silent(repo.sh("GIT_PLAN_HOOKS=0 git push -q --dry-run"));
    refused(repo.sh("GIT_PLAN_HOOKS=1 git push -q --dry-run"));
    refused(push(&["-c", "plan.verify.timeout=30"]));
    push(&["-c", "plan.verify.timeout=0"])
        .exits(1)
        .warns("could not verify this push: it took longer than 0 seconds");
    // Nobody waits for a judgement that concerns nobody.
    repo.plan(["update-task", "1", "1", "--status", "in_progress"])
        .ok();
    silent(push(&["-c", "plan.verify.timeout=0"]));
}

#[test]
fn a_database_that_cannot_be_read_closes_the_gate() {
    let repo = completed();
    spoil(&repo);
    let database = repo.path(".git/plan/planning.db");
    let whole = fs::read(&database).unwrap();
    let closed = || {
        repo.git(["push", "-q", "--dry-run"])
            .exits(1)
            .warns("git-plan: could not verify this push: ")
            .never_says("breaks");
    };
    fs::write(&database, &whole[..whole.len() / 3]).unwrap();
    closed();
    fs::write(&database, "no database").unwrap();
    closed();
    fs::write(&database, "").unwrap();
    closed();
    fs::remove_file(&database).unwrap();
    closed();
    // With everything gone but the refs, there still were plans.
    fs::remove_dir_all(repo.path(".git/plan")).unwrap();
    closed();
    repo.git(["pack-refs", "--all"]).ok();
    closed();
    fs::create_dir(repo.path(".git/plan")).unwrap();
    fs::write(&database, &whole).unwrap();
    refused(repo.git(["push", "-q", "--dry-run"]));
}

#[test]
fn without_plans_every_push_passes_unnoticed() {
    for format in ["--ref-format=files", "--ref-format=reftable"] {
        let repo = TestRepo::without_git();
        repo.git(["init", "-q", "-b", "main", format]).ok();
        repo.git(["config", "user.name", "T"]).ok();
        repo.git(["config", "user.email", "t@example.com"]).ok();
        repo.with_remote();
        repo.plan(["install"]).ok();
        repo.write("a.py", "old()\n");
        silent(repo.commit("base"));
        silent(repo.git(["commit", "-q", "--amend", "-m", "better"]));
        silent(repo.git(["push", "-q", "origin", "main"]));
        silent(repo.commit("more"));
        silent(repo.git(["push", "-q", "origin", "main"]));
        assert!(!repo.path(".git/plan/planning.db").exists());
        assert!(!repo.path(".git/plan/hooks").exists());
    }
}

#[test]
fn a_bare_repository_and_its_work_trees_share_one_gate() {
    let repo = TestRepo::without_git();
    let shared = repo.world().join("shared.git");
    repo.git_in(
        repo.world(),
        ["init", "-q", "--bare", "-b", "main", "shared.git"],
    )
    .ok();
    repo.git_in(repo.world(), ["init", "-q", "--bare", "remote.git"])
        .ok();
    repo.git_in(&shared, ["config", "user.name", "T"]).ok();
    repo.git_in(&shared, ["config", "user.email", "t@example.com"])
        .ok();
    let remote = repo.world().join("remote.git");
    repo.git_in(
        &shared,
        ["remote", "add", "origin", remote.to_str().unwrap()],
    )
    .ok();
    let tree = repo.world().join("tree");
    let orphan = ["worktree", "add", "-q", "--orphan", "-b", "main", "../tree"];
    repo.git_in(&shared, orphan).ok();
    let plan = |words: &[&str]| repo.git_in(&tree, ["plan"].iter().chain(words));
    plan(&["init", "--name", "P"]).ok();
    plan(&["install"]).ok();
    fs::write(repo.world().join("spec.yaml"), SPEC).unwrap();
    plan(&["add-task", "1", "--title", "t", "--spec", "../spec.yaml"]).ok();
    plan(&["start", "1", "1"]).ok();
    let commit = |text: &str| {
        fs::write(tree.join("a.py"), text).unwrap();
        repo.git_in(&tree, ["add", "a.py"]).ok();
        repo.git_in(&tree, ["commit", "-q", "-m", text]).ok();
    };
    commit("new()\n");
    plan(&["verify-task"]).ok();
    silent(repo.git_in(&shared, ["push", "-q", "origin", "main"]));
    commit("old()\n");
    refused(repo.git_in(&shared, ["push", "-q", "origin", "main"]));
    let there = ["-c", "GIT_DIR=. exec git push -q origin main"];
    refused(repo.run_in(&shared, "sh", there, b""));
}
