//! What the gate does when it cannot judge: closed when a completed task may be concerned, open with
//! a warning otherwise, and never another verdict.

use std::fs;
use std::path::Path;

use crate::gate::{
    SPEC, completed, completed_on_topic, refused, silent, silent_but_not_checked, spoil,
};
use crate::support::{Answer, TestRepo};

#[track_caller]
fn closed(answer: Answer, why: &str) {
    let said = format!("git-plan: could not verify this push: {why}");
    answer.exits(1).warns(&said).never_says("breaks");
}

fn reopen(repo: &TestRepo) {
    repo.plan_words("update-task 1 1 --status in_progress").ok();
}

#[test]
fn what_concerns_nobody_passes_with_a_warning() {
    let repo = completed();
    repo.commit_file("more");
    let push = |words: &[&str]| repo.git(words.iter().chain(&["push", "-q", "--dry-run"]));
    for (key, why) in [
        (
            "plan.prePush=perhaps",
            "plan.prePush: expected one of off, warn, block",
        ),
        (
            "plan.verify.timeout=soon",
            "bad numeric config value 'soon' for 'plan.verify.timeout'",
        ),
        (
            "plan.gate.scope=some",
            "plan.gate.scope: expected one of history, all",
        ),
    ] {
        closed(push(&["-c", key]), why);
    }
    reopen(&repo);
    for key in ["plan.prePush=perhaps", "plan.verify.timeout=soon"] {
        let answer = push(&["-c", key]).ok();
        assert!(
            answer.stderr.starts_with("git-plan: push not judged: "),
            "{}",
            answer.stderr
        );
    }
    silent(push(&["-c", "plan.gate.scope=some"]));
}

#[test]
fn objects_that_are_gone_close_it() {
    let repo = completed();
    spoil(&repo);
    let push = || repo.git(["push", "-q", "--dry-run"]);
    refused(push());
    repo.lose("HEAD:a.py");
    fs::remove_file(repo.path(".git/plan/memo.db")).unwrap();
    push()
        .exits(1)
        .warns("could not verify")
        .warns("a.py")
        .never_says("breaks");
    repo.lose("HEAD^{tree}");
    closed(push(), "");
    reopen(&repo);
    silent(push());
}

#[test]
fn what_changed_elsewhere_is_not_read_where_nothing_is_like_it() {
    let repo = completed_on_topic();
    repo.lose("topic:first.txt");
    repo.commit_file("meanwhile");
    silent_but_not_checked(repo.git(["push", "-q"]));
}

#[test]
fn a_history_that_ends_early_is_no_way_out() {
    let repo = completed();
    spoil(&repo);
    let url = format!("file://{}", repo.root().display());
    repo.git_in(repo.world(), ["clone", "-q", "--depth=1", &url, "cut"])
        .ok();
    let cut = repo.world().join("cut");
    fs::create_dir(cut.join(".git/plan")).unwrap();
    let database = ".git/plan/planning.db";
    fs::copy(repo.path(database), cut.join(database)).unwrap();
    repo.git_in(&cut, ["plan", "install"]).ok();
    repo.git_in(&cut, ["remote", "set-url", "origin", "../origin.git"])
        .ok();
    // The commit of the completion is not there: it is not known to be elsewhere either.
    refused(repo.git_in(&cut, ["push", "-q", "--dry-run", "origin", "HEAD:x"]));
}

#[test]
fn input_that_is_not_understood_closes_it() {
    let repo = completed();
    let zero = "0".repeat(40);
    let head = repo.rev("HEAD");
    let push = |stdin: &str| {
        let words = ["hook", "pre-push", "--shim=1", "--", "origin", "url"];
        repo.run_in(repo.root(), "git-plan", words, stdin.as_bytes())
    };
    silent(push(""));
    silent(push(&format!("HEAD {head} refs/heads/x {zero}\n")));
    closed(push("garbage\n"), "not understood: 1 line from Git");
    let one_good = format!("HEAD {head} refs/heads/x {zero}\na b\nc\n");
    closed(push(&one_good), "not understood: 2 lines from Git");
    let unknown = format!("x {} refs/heads/x {zero}\n", "1".repeat(40));
    closed(push(&unknown), "reading 1111");
    reopen(&repo);
    silent(push("garbage\n"));
}

#[test]
fn a_workspace_that_cannot_be_opened_closes_it_where_there_are_plans() {
    let repo = completed();
    repo.commit_file("more");
    closed(
        repo.sh("GIT_PLAN_CLOCK=never git push -q --dry-run"),
        "GIT_PLAN_CLOCK is no number of seconds",
    );
    let repo = TestRepo::new();
    repo.with_remote();
    repo.plan(["install"]).ok();
    repo.commit_file("more");
    silent(repo.sh("GIT_PLAN_CLOCK=never git push -q origin main"));
}

/// Puts a program called git-plan before the real one on PATH.
#[cfg(unix)]
fn stand_in(folder: &Path, script: &str) -> String {
    use std::os::unix::fs::PermissionsExt as _;
    fs::create_dir_all(folder).unwrap();
    let program = folder.join("git-plan");
    fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    format!("PATH={}:$PATH", folder.display())
}

#[test]
#[cfg(unix)]
fn a_crash_is_no_way_out() {
    let repo = completed();
    repo.commit_file("more");
    for script in [
        "kill -9 $$",
        "kill -SEGV $$",
        "exit 101",
        "cat >&-; exit 128",
    ] {
        let path = stand_in(&repo.world().join("crashing"), script);
        let push = repo.sh(&format!("{path}; export PATH; git push -q --dry-run"));
        push.exits(1)
            .warns("git-plan: could not verify this push: the program ended with status ")
            .never_says("breaks");
        // A commit goes on.
        let commit = "git commit -q --allow-empty -m c && git commit -q --amend --allow-empty -m d";
        repo.sh(&format!("{path}; export PATH; {commit}")).ok();
    }
    silent(repo.git(["push", "-q"]));
}

#[test]
#[cfg(unix)]
fn a_bare_repository_without_the_program_says_so_or_refuses() {
    let repo = completed();
    let bare = repo.world().join("bare.git");
    repo.git_in(repo.world(), ["clone", "-q", "--bare", "repo", "bare.git"])
        .ok();
    repo.git_in(&bare, ["plan", "install"]).ok();
    let program = env!("CARGO_BIN_EXE_git-plan");
    let folder = program.strip_suffix("/git-plan").unwrap();
    let hook = bare.join("hooks/pre-push");
    let text = fs::read_to_string(&hook).unwrap();
    fs::write(&hook, text.replace(folder, "/nonexistent")).unwrap();
    let push = |words: &str| {
        let script =
            format!("PATH=/usr/local/bin:/usr/bin:/bin git {words} push -q ../origin.git main:x");
        repo.run_in(&bare, "sh", ["-c", &script], b"")
    };
    let sentence = "git-plan: program not found, so this push was NOT verified\n";
    push("-c plan.hooks.required=true").exits(1).warns(sentence);
    assert_eq!(push("").ok().stderr, sentence);
}

#[test]
fn a_verdict_is_remembered_for_the_same_commit_and_the_same_spec() {
    let repo = completed();
    repo.commit_file("more");
    let push = || repo.git(["push", "-q", "--dry-run"]);
    silent(push());
    // Judged again, it could not be read.
    repo.lose("HEAD:a.py");
    fs::remove_file(repo.path(".git/plan/memo.db")).unwrap();
    silent(push());
    let stricter = SPEC.replace("[old]", "[old, new]");
    repo.write("../spec.yaml", stricter);
    repo.plan_words("set-spec 1 1 ../spec.yaml").ok();
    push().exits(1).warns("could not verify");
    repo.write("../spec.yaml", SPEC);
    repo.plan_words("set-spec 1 1 ../spec.yaml").ok();
    silent(push());
}

#[test]
fn a_database_that_another_process_writes_is_read() {
    let repo = completed();
    repo.commit_file("more");
    let writer = rusqlite::Connection::open(repo.path(".git/plan/planning.db")).unwrap();
    writer.execute_batch("BEGIN IMMEDIATE").unwrap();
    silent(repo.git(["push", "-q", "--dry-run"]));
    spoil_unrecorded(&repo);
    refused(repo.git(["push", "-q", "--dry-run"]));
    writer.execute_batch("COMMIT").unwrap();
}

fn spoil_unrecorded(repo: &TestRepo) {
    repo.write("a.py", "old()\nnew()\n");
    repo.sh("GIT_PLAN_HOOKS=0 git commit -q -a -m spoil").ok();
}
