//! What the hooks missed is caught up with by the next command, once, and nothing else is.

use crate::support::TestRepo;
use crate::support::kept::Which::{All, Current};

/// A plan with two tasks, the first of which is active.
fn project() -> TestRepo {
    let repo = TestRepo::installed();
    for title in ["one", "two"] {
        repo.plan(["add-task", "1", "--title", title]).ok();
    }
    repo.plan(["start", "1", "1"]).ok();
    repo
}

/// Runs git in a world where hooks do not exist.
#[track_caller]
fn unhooked(repo: &TestRepo, words: &[&str]) {
    let without = ["-c", "core.hooksPath=/dev/null"];
    repo.git(without.iter().chain(words)).ok();
}

/// Commits a file called like the commit, unseen by any hook.
#[track_caller]
fn commit_unseen(repo: &TestRepo, name: &str) {
    repo.write(&format!("{name}.txt"), format!("{name}\n"));
    repo.git(["add", "-A"]).ok();
    unhooked(repo, &["commit", "-q", "-m", name]);
}

/// Returns how many lines the journal has.
fn journal(repo: &TestRepo) -> usize {
    let log = repo.plan(["log", "--format", "json"]).ok().json();
    log["events"].as_array().unwrap().len()
}

#[test]
fn commits_without_hooks_belong_to_the_task_of_their_time() {
    let repo = project();
    commit_unseen(&repo, "a");
    repo.plan(["start", "1", "2"]).ok();
    repo.write("b.txt", "b\n");
    repo.git(["add", "."]).ok();
    repo.sh("GIT_PLAN_HOOKS=0 git commit -q -m b").ok();
    commit_unseen(&repo, "c");
    repo.plan(["stop"]).ok();
    commit_unseen(&repo, "d");
    repo.plan(["status"]).ok();
    assert_eq!(repo.kept("1 1", All), ["1 a"]);
    assert_eq!(repo.kept("1 2", All), ["1 b", "2 c"]);
    assert_eq!(repo.kept("1", All), ["1 d"]);
    // Once is enough, and a hook that runs after all finds nothing to do.
    let lines = journal(&repo);
    repo.plan(["status"]).ok();
    let late = repo.sh("git plan hook post-commit").ok();
    assert_eq!(late.stderr, "");
    assert_eq!(journal(&repo), lines);
    assert_eq!(repo.kept("1", All), ["1 d"]);
}

#[test]
fn every_commit_made_here_is_adopted_however_it_was_made() {
    let repo = project();
    repo.git(["switch", "-q", "-c", "topic"]).ok();
    commit_unseen(&repo, "a");
    commit_unseen(&repo, "b");
    unhooked(&repo, &["format-patch", "-q", "-o", "../patches", "-1"]);
    unhooked(&repo, &["switch", "-q", "main"]);
    commit_unseen(&repo, "c");
    unhooked(&repo, &["cherry-pick", "topic~1"]);
    unhooked(&repo, &["revert", "--no-edit", "HEAD"]);
    repo.sh("git -c core.hooksPath=/dev/null am -q ../patches/0001-b.patch")
        .ok();
    unhooked(&repo, &["merge", "-q", "--no-edit", "topic"]);
    unhooked(&repo, &["commit", "-q", "--amend", "-m", "merged"]);
    unhooked(&repo, &["switch", "-q", "-c", "other"]);
    unhooked(&repo, &["merge", "-q", "--ff-only", "main"]);
    repo.plan(["status"]).ok();
    assert_eq!(
        repo.kept("1 1", All),
        [
            "1 a",
            "2 b",
            "3 c",
            "4 a",
            "5 Revert \"a\"",
            "6 b",
            "7 merged"
        ]
    );
}

#[test]
fn a_commit_on_a_branch_left_behind_is_adopted_and_one_reset_away_is_not() {
    let repo = project();
    repo.git(["switch", "-q", "-c", "topic"]).ok();
    commit_unseen(&repo, "left behind");
    repo.git(["switch", "-q", "main"]).ok();
    commit_unseen(&repo, "reset away");
    repo.git(["reset", "-q", "--hard", "HEAD~1"]).ok();
    repo.plan(["status"]).ok();
    assert_eq!(repo.kept("1 1", All), ["1 left behind (gone)"]);
}

#[test]
fn commits_of_others_are_not_adopted() {
    let repo = project();
    repo.with_remote();
    repo.git(["push", "-q", "-u", "origin", "main"]).ok();
    repo.git_in(repo.world(), ["clone", "-q", "origin.git", "other"])
        .ok();
    let other = repo.world().join("other");
    for message in ["theirs 1", "theirs 2", "theirs 3"] {
        let words = [
            "-c",
            "user.name=o",
            "-c",
            "user.email=o@example.com",
            "commit",
        ];
        let more = ["-q", "--allow-empty", "-m", message];
        repo.git_in(&other, words.iter().chain(&more)).ok();
    }
    repo.git_in(&other, ["push", "-q"]).ok();
    repo.git(["fetch", "-q"]).ok();
    unhooked(&repo, &["merge", "-q", "origin/main~2"]);
    unhooked(&repo, &["reset", "-q", "--hard", "origin/main~1"]);
    unhooked(&repo, &["pull", "-q"]);
    unhooked(&repo, &["checkout", "-q", "-b", "copy", "origin/main"]);
    unhooked(&repo, &["reset", "-q", "--hard", "HEAD~1"]);
    unhooked(&repo, &["cherry-pick", "--ff", "origin/main"]);
    repo.plan(["status"]).ok();
    assert_eq!(repo.kept("1 1", All), [""; 0]);
    // What is rebased onto them is ours, and they are not.
    unhooked(&repo, &["switch", "-q", "-c", "mine", "origin/main~2"]);
    commit_unseen(&repo, "mine");
    unhooked(&repo, &["pull", "-q", "-r", "origin", "main"]);
    repo.plan(["status"]).ok();
    assert_eq!(repo.kept("1 1", All), ["1 mine"]);
}

/// `topic` has `names`, seen by the hooks, and `main` is ahead of where it began.
fn diverged(repo: &TestRepo, names: &[&str]) {
    repo.git(["switch", "-q", "-c", "topic"]).ok();
    for name in names {
        repo.commit_file(name);
    }
    let ahead = repo
        .git(["commit-tree", "-p", "main", "-m", "ahead", "main^{tree}"])
        .ok();
    repo.git(["branch", "-f", "main", ahead.line()]).ok();
}

#[test]
fn a_rebase_without_hooks_doubles_no_checkpoint() {
    for backend in ["--merge", "--apply"] {
        let repo = project();
        diverged(&repo, &["a", "b", "c"]);
        unhooked(&repo, &["rebase", "-q", backend, "main"]);
        repo.plan(["start", "1", "2"]).ok();
        assert_eq!(
            repo.kept("1 1", Current),
            ["4 a", "5 b", "6 c"],
            "{backend}"
        );
        assert_eq!(repo.kept("1 1", All).len(), 6, "{backend}");
        assert_eq!(repo.kept("1 2", All), [""; 0], "{backend}");
    }
}

#[test]
fn a_rebase_without_hooks_that_reworded_and_squashed() {
    let repo = project();
    diverged(&repo, &["a", "b", "c", "d"]);
    let list = "sequence.editor=f() { sed -e '1s/pick/reword/;3s/pick/fixup/' \"$1\" >\"$1.new\" \
        && mv \"$1.new\" \"$1\"; }; f";
    let message = "core.editor=f() { echo reworded >\"$1\"; }; f";
    unhooked(
        &repo,
        &["-c", list, "-c", message, "rebase", "-q", "-i", "main"],
    );
    repo.plan(["status"]).ok();
    // What became of c cannot be told: its author and text are nowhere any more.
    assert_eq!(
        repo.kept("1 1", Current),
        ["3 c (gone)", "5 reworded", "6 b", "7 d"]
    );
}

#[test]
fn commits_rewritten_before_anybody_saw_them_are_adopted_once() {
    let repo = project();
    // The rebase is told of by its hook.
    diverged(&repo, &[]);
    commit_unseen(&repo, "a");
    commit_unseen(&repo, "b");
    repo.git(["rebase", "-q", "main"]).ok();
    repo.plan(["status"]).ok();
    assert_eq!(repo.kept("1 1", All), ["1 a", "2 b"]);
    // Nothing is told at all.
    repo.git(["switch", "-q", "-C", "topic", "main~1"]).ok();
    commit_unseen(&repo, "c");
    unhooked(&repo, &["commit", "-q", "--amend", "-m", "c2"]);
    commit_unseen(&repo, "d");
    unhooked(&repo, &["rebase", "-q", "main"]);
    repo.plan(["status"]).ok();
    assert_eq!(
        repo.kept("1 1", All),
        ["1 a (gone)", "2 b (gone)", "3 c2", "4 d"]
    );
}

#[test]
fn an_amend_without_hooks_takes_the_place_of_what_it_amends() {
    let repo = project();
    repo.commit_file("a");
    repo.plan(["start", "1", "2"]).ok();
    unhooked(&repo, &["commit", "-q", "--amend", "-m", "a2"]);
    unhooked(&repo, &["commit", "-q", "--amend", "-m", "a3"]);
    repo.plan(["status"]).ok();
    assert_eq!(repo.kept("1 1", Current), ["2 a3"]);
    assert_eq!(repo.kept("1 1", All), ["1 a (gone)", "2 a3"]);
    assert_eq!(repo.kept("1 2", All), [""; 0]);
}

#[test]
fn nothing_is_adopted_while_a_rebase_may_be_aborted() {
    let repo = project();
    diverged(&repo, &["a"]);
    let edit = "sequence.editor=f() { echo 'break' >>\"$1\"; }; f";
    repo.git(["-c", edit, "rebase", "-q", "-i", "main"]).ok();
    repo.commit_file("by hand");
    repo.plan(["start", "1", "2"]).ok();
    assert_eq!(repo.kept("1 1", All), ["1 a (gone)"]);
    repo.git(["rebase", "--continue"]).ok();
    // The task of that time is in the journal.
    assert_eq!(repo.kept("1 1", Current), ["2 a", "3 by hand"]);
    assert_eq!(repo.kept("1 2", All), [""; 0]);
}

#[test]
fn a_commit_of_several_plans_waits_until_it_is_clear_whose_it_is() {
    let repo = TestRepo::installed();
    repo.plan(["init", "--name", "Q"]).ok();
    let hint = "git-plan: several plans are active and no task: \
        'git plan start PLAN TASK' says which one commits belong to\n";
    assert_eq!(repo.commit_file("a").stderr, hint);
    assert_eq!(repo.commit_file("b").stderr, hint);
    repo.git(["commit", "-q", "--amend", "--no-post-rewrite", "-m", "b2"])
        .ok();
    // A command that can do nothing about it writes nothing.
    repo.plan(["status"]).ok();
    let database = std::fs::read(repo.path(".git/plan/planning.db")).unwrap();
    repo.plan(["status"]).ok();
    assert_eq!(
        std::fs::read(repo.path(".git/plan/planning.db")).unwrap(),
        database
    );
    assert_eq!(repo.kept("1", All), [""; 0]);
    repo.plan(["archive", "1", "--yes"]).ok();
    assert_eq!(repo.kept("2", All), ["1 a", "2 b2"]);
    let spooled = std::fs::read_dir(repo.path(".git/plan/spool")).unwrap();
    assert_eq!(spooled.count(), 0);
}

#[test]
fn starting_a_task_makes_clear_whose_plan_it_was() {
    let repo = TestRepo::installed();
    repo.commit_file("before");
    repo.plan(["init", "--name", "Q"]).ok();
    repo.plan(["add-task", "2", "--title", "t"]).ok();
    repo.commit_file("a");
    repo.plan(["start", "2", "1"]).ok();
    repo.commit_file("b");
    assert_eq!(repo.kept("1", All), ["1 before"]);
    assert_eq!(repo.kept("2", All), ["1 a"]);
    assert_eq!(repo.kept("2 1", All), ["1 b"]);
}

#[test]
fn a_rebase_of_commits_that_still_wait_leaves_one_each() {
    let repo = TestRepo::installed();
    repo.plan(["init", "--name", "Q"]).ok();
    diverged(&repo, &["a", "b"]);
    repo.git(["rebase", "-q", "main"]).ok();
    repo.plan(["archive", "1", "--yes"]).ok();
    assert_eq!(repo.kept("2", All), ["1 a", "2 b"]);
}

#[test]
fn a_locked_database_postpones_the_checkpoint_and_not_the_commit() {
    let repo = project();
    let database = rusqlite::Connection::open(repo.path(".git/plan/planning.db")).unwrap();
    database.execute_batch("BEGIN EXCLUSIVE").unwrap();
    repo.write("a.txt", "a\n");
    repo.git(["add", "."]).ok();
    let answer = repo.git(["commit", "-q", "-n", "-m", "a"]).ok();
    assert!(
        answer
            .stderr
            .starts_with("git-plan: checkpoint postponed to the next 'git plan' command: "),
        "{}",
        answer.stderr
    );
    assert_eq!(answer.stderr.lines().count(), 1);
    database.execute_batch("ROLLBACK").unwrap();
    repo.plan(["start", "1", "2"]).ok();
    assert_eq!(repo.kept("1 1", All), ["1 a"]);
}

#[test]
fn evidence_belongs_to_the_next_commit_also_when_no_hook_saw_it() {
    let spec = "refactor_name: r\nrules:\n  - id: no-old\n    description: gone\n    match:\n      \
        identifiers: [old]\n";
    let repo = project();
    repo.with_remote();
    repo.write("a.py", "old()\n");
    repo.commit("old");
    repo.write("../spec.yaml", spec);
    repo.plan(["set-spec", "1", "1", "../spec.yaml"]).ok();
    repo.write("a.py", "new()\n");
    repo.plan(["verify-task", "1", "1"]).ok();
    repo.git(["push", "-q", "origin", "main"]).ok();
    repo.write("a.py", "");
    unhooked(&repo, &["commit", "-q", "-a", "-m", "done"]);
    repo.write("a.py", "old()\n");
    unhooked(&repo, &["commit", "-q", "-a", "-m", "broken"]);
    // No command came between: the gate itself looks.
    repo.git(["push", "-q", "origin", "main"])
        .exits(1)
        .warns("task 1.1 one: 1 violation");
}

/// Has every commit of `main..topic` made anew by something that runs no hooks.
fn rewritten_silently(repo: &TestRepo, script: &str) {
    diverged(repo, &["a", "b", "c"]);
    repo.plan(["start", "1", "2"]).ok();
    repo.sh(&format!("export GIT_PLAN_HOOKS=0; {script}")).ok();
    repo.plan(["status"]).ok();
}

#[test]
fn a_filtered_history_takes_the_place_of_the_one_before() {
    let repo = project();
    let script = "FILTER_BRANCH_SQUELCH_WARNING=1 git filter-branch --msg-filter 'sed s/^/re-/' \
        -- main..topic >/dev/null 2>&1";
    rewritten_silently(&repo, script);
    assert_eq!(repo.kept("1 1", Current), ["4 re-a", "5 re-b", "6 re-c"]);
    assert_eq!(repo.kept("1 1", All).len(), 6);
    assert_eq!(repo.kept("1 2", All), [""; 0]);
}

#[test]
fn a_replayed_history_takes_the_place_of_the_one_before() {
    let repo = project();
    if repo
        .git(["replay", "-h"])
        .stderr
        .contains("is not a git command")
    {
        return;
    }
    // Newer versions of Git move the branch themselves and print nothing.
    let script =
        "git replay --onto main topic~3..topic | git update-ref --stdin && git reset -q --hard";
    rewritten_silently(&repo, script);
    assert_eq!(repo.kept("1 1", Current), ["4 a", "5 b", "6 c"]);
    assert_eq!(repo.kept("1 1", All).len(), 6);
}

#[test]
fn a_reworded_history_takes_the_place_of_the_one_before() {
    let repo = project();
    let usage = repo.git(["history", "-h"]).stderr;
    if usage.contains("is not a git command") {
        return;
    }
    let script = "GIT_EDITOR='perl -pi -e s/^a/re-a/' git history reword topic~2";
    rewritten_silently(&repo, script);
    assert_eq!(repo.kept("1 1", Current), ["4 re-a", "5 b", "6 c"]);
    assert_eq!(repo.kept("1 1", All).len(), 6);
}

#[test]
fn a_filtered_history_without_the_file_that_had_to_go() {
    let repo = project();
    repo.write("secret.txt", "s\n");
    repo.commit("with a secret");
    repo.write("b.txt", "b\n");
    repo.commit("b");
    let script = "export GIT_PLAN_HOOKS=0 FILTER_BRANCH_SQUELCH_WARNING=1; git filter-branch \
        --index-filter 'git rm -q --cached --ignore-unmatch secret.txt' -- HEAD~2..HEAD >/dev/null 2>&1";
    repo.sh(script).ok();
    repo.plan(["status"]).ok();
    assert_eq!(repo.kept("1 1", Current), ["3 with a secret", "4 b"]);
}
