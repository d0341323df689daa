//! What becomes of checkpoints and completions as history is made and rewritten, with the
//! installed hooks.

use crate::support::kept::Which::{All, Current};
use crate::support::{Answer, TestRepo};

const SPEC: &str = "refactor_name: old\nrules:\n  - id: no-old\n    description: gone\n    \
    match:\n      identifiers: [old]\n    scope:\n      include: ['*.py']\n";

/// A repository in which `old.py` has `old` twice.
fn code() -> TestRepo {
    let repo = TestRepo::new();
    repo.write("old.py", "old()\nx = 1\nold()\n");
    repo.write("spec.yaml", SPEC);
    repo.commit("base");
    repo
}

/// A plan with two tasks, the first of which is active and forbids `old`.
fn project() -> TestRepo {
    planned(code())
}

fn planned(repo: TestRepo) -> TestRepo {
    repo.plan(["init", "--name", "P"]).ok();
    repo.plan(["install"]).ok();
    repo.plan(["add-task", "1", "--title", "one", "--spec", "spec.yaml"])
        .ok();
    repo.plan(["add-task", "1", "--title", "two"]).ok();
    repo.plan(["start", "1", "1"]).ok();
    repo
}

/// Runs git, which must succeed, and returns what it said on stderr.
#[track_caller]
fn said(answer: Answer) -> String {
    answer.ok().stderr
}

/// The editor that changes git's file by a `sed` program.
fn by_sed(program: &str) -> String {
    format!("f() {{ sed -e '{program}' \"$1\" >\"$1.new\" && mv \"$1.new\" \"$1\"; }}; f")
}

/// Rebases interactively, with the list changed by a `sed` program and new messages by another.
fn rebase_list(repo: &TestRepo, list: &str, onto: &str) -> Answer {
    let list = format!("sequence.editor={}", by_sed(list));
    let message = format!("core.editor={}", by_sed("1s/^[a-z]/re-&/"));
    repo.git(["-c", &list, "-c", &message, "rebase", "-q", "-i", onto])
}

/// Makes `topic` with commits `a` to `e` for task 1, and `main` one commit ahead of its root.
fn topic_of_five(repo: &TestRepo) {
    repo.git(["switch", "-q", "-c", "topic"]).ok();
    for name in ["a", "b", "c", "d", "e"] {
        repo.commit_file(name);
    }
    repo.plan(["stop"]).ok();
    repo.git(["switch", "-q", "main"]).ok();
    repo.git([
        "-c",
        "core.hooksPath=/dev/null",
        "commit",
        "-q",
        "--allow-empty",
        "-m",
        "ahead",
    ])
    .ok();
    repo.git(["switch", "-q", "topic"]).ok();
    repo.plan(["start", "1", "2"]).ok();
}

#[test]
fn every_way_to_commit_leaves_one_checkpoint() {
    let repo = project();
    repo.write("old.py", "x = 1\nold()\n");
    repo.git(["add", "old.py"]).ok();
    let line =
        |number: u32, left: &str| format!("git-plan: task 1.1 · checkpoint {number} · {left}\n");
    assert_eq!(
        said(repo.git(["commit", "-q", "-m", "staged"])),
        line(1, "1 violation left (-1)")
    );
    repo.write("old.py", "old()\nold()\nold()\n");
    assert_eq!(
        said(repo.git(["commit", "-q", "-a", "-m", "all"])),
        line(2, "3 violations left (+2)")
    );
    repo.write("only.txt", "1\n");
    repo.write("other.txt", "1\n");
    repo.git(["add", "."]).ok();
    assert_eq!(
        said(repo.git(["commit", "-q", "-m", "only", "--only", "only.txt"])),
        line(3, "3 violations left")
    );
    assert_eq!(
        said(repo.git(["commit", "-q", "-n", "-m", "no verify"])),
        line(4, "3 violations left")
    );
    repo.write("old.py", "x = 1\n");
    assert_eq!(
        said(repo.git(["commit", "-q", "-a", "-m", "gone"])),
        line(
            5,
            "no violations left: 'git plan verify-task 1 1' records it"
        )
    );
    repo.git(["commit", "-m", "nothing to commit"]).exits(1);
    repo.git(["commit", "--dry-run", "--allow-empty", "-m", "dry"]);
    assert_eq!(
        repo.kept("1 1", All),
        ["1 staged", "2 all", "3 only", "4 no verify", "5 gone"]
    );
    assert_eq!(repo.kept("1 2", All), [""; 0]);
}

#[test]
fn the_first_commit_of_a_repository_is_kept() {
    let repo = TestRepo::new();
    repo.plan(["init", "--name", "P"]).ok();
    repo.plan(["install"]).ok();
    repo.write("f", "1\n");
    repo.git(["add", "f"]).ok();
    assert_eq!(
        said(repo.git(["commit", "-q", "-m", "first"])),
        "git-plan: plan 1 · checkpoint 1\n"
    );
    assert_eq!(repo.kept("1", All), ["1 first"]);
    repo.plan(["show-diff", "--sequence", "1"])
        .ok()
        .says("+++ b/f");
}

#[test]
fn the_first_commit_of_a_repository_is_counted() {
    let repo = TestRepo::new();
    let more = "  - id: new\n    description: there\n    expect: {identifiers: [new, newer]}\n";
    repo.write("spec.yaml", SPEC.to_owned() + more);
    repo.plan(["init", "--name", "P"]).ok();
    repo.plan(["install"]).ok();
    repo.plan(["add-task", "1", "--title", "one", "--spec", "spec.yaml"])
        .ok();
    repo.plan(["start", "1", "1"]).ok();
    // Two names are missing from no files at all.
    repo.write("a.py", "old()\nold()\nold()\nnew()\n");
    let said = repo.commit("first").stderr;
    assert_eq!(
        said,
        "git-plan: task 1.1 · checkpoint 1 · 4 violations left (+2)\n"
    );
    repo.write("a.py", "old()\nnew()\nnewer()\n");
    let said = repo.commit("second").stderr;
    assert_eq!(
        said,
        "git-plan: task 1.1 · checkpoint 2 · 1 violation left (-3)\n"
    );
    // Another one, in a repository that has a history.
    repo.git(["switch", "-q", "--orphan", "fresh"]).ok();
    repo.write("b.py", "old()\nnew()\nnewer()\n");
    let said = repo.commit("fresh").stderr;
    assert_eq!(
        said,
        "git-plan: task 1.1 · checkpoint 3 · 1 violation left (-1)\n"
    );
    for number in 0..401 {
        repo.write(&format!("{number}.py"), "old()\n");
    }
    let said = repo
        .sh("git switch -q --orphan many && git add -A && git commit -q -m many")
        .ok()
        .stderr;
    assert!(said.ends_with("violations not counted\n"), "{said}");
}

#[test]
fn an_amended_commit_stays_the_checkpoint_of_its_task() {
    let repo = project();
    repo.commit_file("a");
    repo.plan(["start", "1", "2"]).ok();
    repo.write("a.txt", "better\n");
    assert_eq!(
        said(repo.git(["commit", "-q", "-a", "--amend", "-m", "a2"])),
        "git-plan: task 1.1 · checkpoint 2 · 2 violations left\n"
    );
    assert_eq!(repo.kept("1 1", Current), ["2 a2"]);
    assert_eq!(repo.kept("1 1", All), ["1 a (gone)", "2 a2"]);
    // Without post-rewrite only the reflog tells that this is an amend.
    repo.git(["commit", "-q", "--amend", "--no-post-rewrite", "-m", "a3"])
        .ok();
    assert_eq!(repo.kept("1 1", Current), ["3 a3"]);
    assert_eq!(repo.kept("1 2", All), [""; 0]);
    // What follows belongs to the task that is active now.
    repo.commit_file("b");
    assert_eq!(repo.kept("1 2", All), ["1 b"]);
}

#[test]
fn amending_within_one_second_makes_one_checkpoint() {
    let repo = project();
    repo.commit_file("a");
    let script = "export GIT_COMMITTER_DATE='1790001000 +0000'; \
        git commit -q --amend --no-edit; git commit -q --amend --no-edit; \
        git commit -q --amend -m other; git commit -q --amend -m a";
    let lines = said(repo.sh(script));
    assert_eq!(
        lines.matches("git-plan: task 1.1").count(),
        lines.lines().count(),
        "{lines}"
    );
    let current = repo.kept("1 1", Current);
    assert_eq!(current.len(), 1, "{current:?}");
    assert!(current[0].ends_with(" a"), "{current:?}");
    repo.plan(["start", "1", "2"]).ok();
    repo.sh("GIT_COMMITTER_DATE='1790001000 +0000' git commit -q --amend --no-edit")
        .ok();
    assert_eq!(repo.kept("1 1", Current), current);
    assert_eq!(repo.kept("1 2", All), [""; 0]);
}

#[test]
fn an_amend_whose_task_is_archived_belongs_to_the_active_one() {
    let repo = project();
    repo.commit_file("a");
    repo.plan(["archive", "1", "--yes"]).ok();
    repo.plan(["init", "--name", "Q"]).ok();
    assert_eq!(
        said(repo.git(["commit", "-q", "--amend", "-m", "a2"])),
        "git-plan: plan 2 · checkpoint 1\n"
    );
    assert_eq!(repo.kept("2", All), ["1 a2"]);
}

#[test]
fn each_merge_commit_is_one_checkpoint_and_nothing_else_is() {
    let repo = code();
    // Two branches from before the plan that change the same line twice.
    for branch in ["a", "b"] {
        repo.git(["switch", "-q", "-c", branch, "main"]).ok();
        for round in ["1", "2"] {
            repo.write("f", format!("{branch}{round}\n"));
            repo.commit(&format!("{branch}{round}"));
        }
    }
    repo.git(["switch", "-q", "main"]).ok();
    let repo = planned(repo);
    // A true merge: no post-commit, MERGE_HEAD still there.
    assert_eq!(
        said(repo.git(["merge", "-q", "--no-ff", "-m", "true", "a~1"])),
        "git-plan: task 1.1 · checkpoint 1 · 2 violations left\n"
    );
    // A conflict, committed by hand and by merge --continue.
    repo.git(["merge", "-q", "b~1"]).exits(1);
    repo.write("f", "a1\nb1\n");
    assert_eq!(
        said(repo.git(["commit", "-q", "-a", "-m", "by hand"])),
        "git-plan: task 1.1 · checkpoint 2 · 2 violations left\n"
    );
    repo.git(["merge", "-q", "a"]).exits(1);
    repo.write("f", "a2\nb1\n");
    repo.git(["add", "f"]).ok();
    repo.git(["-c", "core.editor=true", "merge", "--continue"])
        .ok();
    let merges = ["1 true", "2 by hand", "3 Merge branch 'a'"];
    assert_eq!(repo.kept("1 1", All), merges);
    // A squash moves nothing, whether it conflicts or not.
    repo.git(["merge", "-q", "--squash", "b"]).exits(1);
    repo.git(["reset", "-q", "--hard"]).ok();
    repo.git(["merge", "-q", "-s", "ours", "--squash", "b"])
        .ok();
    // A fast-forward is no commit, nor is switching.
    repo.git(["switch", "-q", "a"]).ok();
    assert_eq!(said(repo.git(["merge", "-q", "main"])), "");
    repo.git(["merge", "-q", "main"]).ok();
    assert_eq!(repo.kept("1 1", All), merges);
    repo.git(["switch", "-q", "-c", "c", "HEAD~1"]).ok();
    repo.commit_file("c");
    repo.git(["switch", "-q", "main"]).ok();
    repo.git(["merge", "-q", "--squash", "c"]).ok();
    assert_eq!(
        said(repo.git(["commit", "-q", "-m", "squashed"])),
        "git-plan: task 1.1 · checkpoint 5 · 2 violations left\n"
    );
    assert_eq!(
        repo.kept("1 1", All),
        [&merges[..], &["4 c (gone)", "5 squashed"]].concat()
    );
}

#[test]
fn a_pulled_merge_is_a_checkpoint_and_a_pulled_commit_is_not() {
    let repo = project();
    repo.with_remote();
    repo.git(["push", "-q", "-u", "origin", "main"]).ok();
    let other = repo.world().join("other");
    repo.git_in(repo.world(), ["clone", "-q", "origin.git", "other"])
        .ok();
    let push_there = |message: &str| {
        let name = ["-c", "user.name=o", "-c", "user.email=o@example.com"];
        let words = ["commit", "-q", "--allow-empty", "-m", message];
        repo.git_in(&other, name.iter().chain(&words)).ok();
        repo.git_in(&other, ["push", "-q"]).ok();
    };
    push_there("theirs");
    assert_eq!(said(repo.git(["pull", "-q", "--ff-only"])), "");
    assert_eq!(repo.kept("1 1", All), [""; 0]);
    push_there("theirs again");
    repo.commit_file("ours");
    repo.git(["pull", "-q", "--no-rebase", "--no-edit"]).ok();
    let merge = format!(
        "2 Merge branch 'main' of {}",
        repo.world().join("origin").display()
    );
    assert_eq!(repo.kept("1 1", All), ["1 ours", &merge]);
    push_there_after_pull(&repo, &other);
    repo.commit_file("more");
    repo.git(["pull", "-q", "-r"]).ok();
    assert_eq!(repo.kept("1 1", Current), ["1 ours", &merge, "4 more"]);
}

/// Brings the other clone up to date and pushes one more commit from there.
fn push_there_after_pull(repo: &TestRepo, other: &std::path::Path) {
    repo.git(["push", "-q"]).ok();
    repo.git_in(other, ["pull", "-q"]).ok();
    let name = ["-c", "user.name=o", "-c", "user.email=o@example.com"];
    let words = ["commit", "-q", "--allow-empty", "-m", "theirs at last"];
    repo.git_in(other, name.iter().chain(&words)).ok();
    repo.git_in(other, ["push", "-q"]).ok();
}

#[test]
fn picks_reverts_and_patches_are_checkpoints_and_a_series_is_silent() {
    let repo = project();
    repo.git(["switch", "-q", "-c", "topic"]).ok();
    for name in ["a", "b", "c", "d"] {
        repo.commit_file(name);
    }
    repo.git(["switch", "-q", "main"]).ok();
    repo.plan(["start", "1", "2"]).ok();
    assert_eq!(
        said(repo.git(["cherry-pick", "topic~3"])),
        "git-plan: task 1.2 · checkpoint 1\n"
    );
    assert_eq!(said(repo.git(["cherry-pick", "topic~3..topic~1"])), "");
    assert_eq!(
        said(repo.git(["revert", "--no-edit", "HEAD"])),
        "git-plan: task 1.2 · checkpoint 4\n"
    );
    assert_eq!(
        said(repo.git(["-c", "core.editor=true", "revert", "HEAD~4..HEAD~2"])),
        ""
    );
    assert_eq!(
        repo.kept("1 2", All),
        [
            "1 a",
            "2 b",
            "3 c",
            "4 Revert \"c\"",
            "5 Revert \"b\"",
            "6 Revert \"a\""
        ]
    );
}

#[test]
fn mailed_patches_are_checkpoints() {
    let repo = project();
    repo.git(["switch", "-q", "-c", "topic"]).ok();
    repo.commit_file("a");
    repo.commit_file("b");
    repo.git(["format-patch", "-q", "-o", "../patches", "main"])
        .ok();
    repo.git(["switch", "-q", "main"]).ok();
    repo.plan(["start", "1", "2"]).ok();
    assert_eq!(said(repo.sh("git am -q ../patches/*.patch")), "");
    assert_eq!(repo.kept("1 2", All), ["1 a", "2 b"]);
    // A patch that does not apply, resolved by hand.
    repo.git(["reset", "-q", "--hard", "HEAD~2"]).ok();
    repo.write("a.txt", "mine\n");
    repo.commit("mine");
    repo.sh("git am -q -3 ../patches/*.patch").exits(128);
    repo.write("a.txt", "both\n");
    repo.git(["add", "a.txt"]).ok();
    repo.git(["am", "-q", "--continue"]).ok();
    assert_eq!(
        repo.kept("1 2", All),
        ["1 a (gone)", "2 b (gone)", "3 mine", "4 a", "5 b"]
    );
}

#[test]
fn a_conflicting_pick_is_one_checkpoint() {
    let repo = project();
    repo.git(["switch", "-q", "-c", "topic"]).ok();
    repo.write("f", "topic\n");
    repo.commit("topic");
    repo.git(["switch", "-q", "main"]).ok();
    repo.write("f", "main\n");
    repo.commit("main");
    repo.git(["cherry-pick", "topic"]).exits(1);
    repo.write("f", "both\n");
    repo.git(["add", "f"]).ok();
    repo.git(["-c", "core.editor=true", "cherry-pick", "--continue"])
        .ok();
    assert_eq!(
        repo.kept("1 1", Current),
        ["1 topic (gone)", "2 main", "3 topic"]
    );
}

#[test]
fn a_rebase_carries_every_checkpoint_over() {
    for backend in ["--merge", "--apply"] {
        let repo = project();
        topic_of_five(&repo);
        let words = ["rebase", "-q", backend, "main"];
        assert_eq!(said(repo.git(words)), "", "{backend}");
        let gone = [
            "1 a (gone)",
            "2 b (gone)",
            "3 c (gone)",
            "4 d (gone)",
            "5 e (gone)",
        ];
        let new = ["6 a", "7 b", "8 c", "9 d", "10 e"];
        assert_eq!(repo.kept("1 1", Current), new, "{backend}");
        assert_eq!(
            repo.kept("1 1", All),
            [&gone[..], &new[..]].concat(),
            "{backend}"
        );
        assert_eq!(repo.kept("1 2", All), [""; 0], "{backend}");
        // The old ones are still there to go back to.
        repo.plan(["rewind", "1", "1", "--to", "3"])
            .ok()
            .says("d.txt");
    }
}

#[test]
fn a_completion_follows_a_rebase_and_an_amend() {
    let repo = project();
    repo.with_remote();
    repo.git(["push", "-q", "origin", "main"]).ok();
    topic_of_five(&repo);
    repo.write("old.py", "x = 1\n");
    repo.git(["commit", "-q", "-a", "-m", "done"]).ok();
    repo.plan(["verify-task", "1", "1"]).ok();
    repo.git(["rebase", "-q", "main"]).ok();
    assert_eq!(said(repo.git(["push", "-q", "origin", "topic"])), "");
    repo.git(["commit", "-q", "--amend", "-m", "done well"])
        .ok();
    repo.write("old.py", "old()\n");
    repo.git(["commit", "-q", "-a", "-m", "broken again"])
        .ok()
        .warns("breaks 1 completed task");
    repo.git(["push", "-q", "-f", "origin", "topic"])
        .exits(1)
        .warns("task 1.1");
    // A history without it does not answer for it.
    repo.git(["push", "-q", "origin", "main:other"])
        .ok()
        .warns("not checked");
}

#[test]
fn an_interactive_rebase_in_every_way() {
    let repo = project();
    topic_of_five(&repo);
    rebase_list(
        &repo,
        "1s/pick/reword/;3s/pick/squash/;4s/pick/drop/",
        "main",
    )
    .ok();
    let subjects = repo.git(["log", "--format=%s", "main.."]).ok().stdout;
    assert_eq!(subjects, "e\nb\nre-a\n");
    // What was dropped is still shown: nothing took its place.
    assert_eq!(
        repo.kept("1 1", Current),
        ["4 d (gone)", "6 re-a", "7 b", "8 e"]
    );
    assert_eq!(repo.kept("1 1", All).len(), 8);
    rebase_list(&repo, "2s/pick/fixup/", "main").ok();
    assert_eq!(repo.kept("1 1", Current), ["4 d (gone)", "9 re-a", "10 e"]);
}

#[test]
fn autosquash_folds_two_checkpoints_into_one() {
    let repo = project();
    repo.commit_file("a");
    repo.commit_file("b");
    repo.write("a.txt", "better\n");
    repo.git(["commit", "-q", "-a", "--fixup", "HEAD~1"]).ok();
    repo.git([
        "-c",
        "sequence.editor=true",
        "rebase",
        "-q",
        "-i",
        "--autosquash",
        "HEAD~3",
    ])
    .ok();
    assert_eq!(repo.kept("1 1", Current), ["4 a", "5 b"]);
    assert_eq!(
        repo.kept("1 1", All),
        [
            "1 a (gone)",
            "2 b (gone)",
            "3 fixup! a (gone)",
            "4 a",
            "5 b"
        ]
    );
}

#[test]
fn stopping_to_edit_keeps_what_was_made_by_hand_once() {
    let repo = project();
    topic_of_five(&repo);
    rebase_list(&repo, "2s/pick/edit/;4s/pick/edit/", "main").ok();
    // b is amended, twice.
    repo.write("b.txt", "better\n");
    assert_eq!(
        said(repo.git(["commit", "-q", "-a", "--amend", "-m", "b2"])),
        ""
    );
    repo.git(["commit", "-q", "-a", "--amend", "-m", "b3"]).ok();
    repo.git(["rebase", "--continue"]).ok();
    // After d comes one more.
    assert_eq!(said(repo.commit_file("by hand")), "");
    repo.git(["rebase", "--continue"]).ok();
    let subjects = repo.git(["log", "--format=%s", "main.."]).ok().stdout;
    assert_eq!(subjects, "e\nby hand\nd\nc\nb3\na\n");
    assert_eq!(
        repo.kept("1 1", Current),
        ["6 a", "7 b3", "8 c", "9 d", "10 e"]
    );
    assert_eq!(repo.kept("1 2", All), ["1 by hand"]);
    assert_eq!(repo.kept("1 1", All).len(), 10);
}

#[test]
fn a_commit_split_in_a_rebase_is_carried_over() {
    let repo = project();
    repo.write("x.txt", "1\n");
    repo.write("y.txt", "1\n");
    repo.commit("both");
    repo.commit_file("b");
    rebase_list(&repo, "1s/pick/edit/", "HEAD~2").ok();
    repo.git(["reset", "-q", "HEAD~"]).ok();
    repo.git(["add", "x.txt"]).ok();
    repo.git(["commit", "-q", "-m", "x"]).ok();
    repo.git(["add", "y.txt"]).ok();
    repo.git(["commit", "-q", "-m", "y"]).ok();
    repo.git(["rebase", "--continue"]).ok();
    let mut current = repo.kept("1 1", Current);
    current.sort();
    assert_eq!(current.len(), 3, "{current:?}");
    let subjects: Vec<&str> = current.iter().map(|line| &line[2..]).collect();
    let mut sorted = subjects.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, ["b", "x", "y"]);
}

#[test]
fn a_rebase_with_a_conflict_and_the_commit_after_it() {
    for backend in ["--merge", "--apply"] {
        let repo = project();
        repo.git(["switch", "-q", "-c", "topic"]).ok();
        repo.commit_file("a");
        repo.write("f", "topic\n");
        repo.commit("f of topic");
        repo.commit_file("b");
        repo.git(["switch", "-q", "main"]).ok();
        repo.write("f", "main\n");
        repo.commit("f of main");
        repo.git(["switch", "-q", "topic"]).ok();
        repo.git(["rebase", "-q", backend, "main"]).exits(1);
        repo.write("f", "both\n");
        repo.git(["add", "f"]).ok();
        let words = ["-c", "core.editor=true", "rebase", "--continue"];
        repo.git(words).ok().never_says("git-plan");
        assert_eq!(
            repo.kept("1 1", Current),
            ["4 f of main", "5 a", "6 f of topic", "7 b"],
            "{backend}"
        );
        // REBASE_HEAD may be left behind and means nothing.
        repo.write("g", "1\n");
        repo.git(["add", "g"]).ok();
        assert_eq!(
            said(repo.git(["commit", "-q", "-m", "plain"])),
            "git-plan: task 1.1 · checkpoint 8 · 2 violations left\n"
        );
    }
}

#[test]
fn an_aborted_rebase_changes_nothing() {
    let repo = project();
    topic_of_five(&repo);
    let before = repo.kept("1 1", All);
    // The first pick is a fast-forward, so the reworded commit is one that has a checkpoint.
    rebase_list(&repo, "1s/pick/reword/;3s/pick/edit/", "topic~5").ok();
    repo.commit_file("by hand");
    repo.plan(["status"]).ok();
    repo.git(["rebase", "--abort"]).ok();
    assert_eq!(repo.kept("1 1", Current), before);
    assert_eq!(repo.kept("1 1", All), before);
    assert_eq!(repo.kept("1 2", All), [""; 0]);
    // And again for real.
    rebase_list(&repo, "1s/pick/reword/", "topic~5").ok();
    assert_eq!(
        repo.kept("1 1", Current),
        ["6 re-a", "7 b", "8 c", "9 d", "10 e"]
    );
}

#[test]
fn a_rebase_undone_and_done_again() {
    let repo = project();
    topic_of_five(&repo);
    repo.git(["rebase", "-q", "main"]).ok();
    repo.git(["reset", "-q", "--hard", "ORIG_HEAD"]).ok();
    repo.git(["rebase", "-q", "main"]).ok();
    assert_eq!(
        repo.kept("1 1", Current),
        ["11 a", "12 b", "13 c", "14 d", "15 e"]
    );
}

#[test]
fn commits_amended_by_a_rebase_itself_are_followed() {
    let repo = project();
    topic_of_five(&repo);
    let amend = "git commit -q --amend --no-edit --author='A <a@example.com>'";
    repo.git(["rebase", "-q", "-x", amend, "main"]).ok();
    assert_eq!(
        repo.kept("1 1", Current),
        ["6 a", "7 b", "8 c", "9 d", "10 e"]
    );
    assert_eq!(repo.kept("1 2", All), [""; 0]);
}

#[test]
fn resetting_hides_nothing_and_new_commits_count_on() {
    let repo = project();
    repo.commit_file("a");
    repo.commit_file("b");
    repo.git(["reset", "-q", "--hard", "HEAD~1"]).ok();
    repo.commit_file("c");
    assert_eq!(repo.kept("1 1", Current), ["1 a", "2 b (gone)", "3 c"]);
    repo.git(["reset", "-q", "--hard", "HEAD@{2}"]).ok();
    repo.git(["switch", "-q", "-c", "side", "HEAD~1"]).ok();
    repo.git(["switch", "-q", "main"]).ok();
    repo.git(["checkout", "-q", "--detach"]).ok();
    assert_eq!(repo.kept("1 1", Current), ["1 a", "2 b", "3 c (gone)"]);
}
