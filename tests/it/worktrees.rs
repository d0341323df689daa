//! Linked work trees: each has its task, all share the plans; and everything at once.

use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

use crate::support::TestRepo;
use crate::support::kept::Which::All;

/// A plan with `count` tasks, and a linked work tree beside the main one for each but the first.
fn project(count: usize) -> (TestRepo, Vec<PathBuf>) {
    let repo = TestRepo::installed();
    let mut trees = vec![repo.root().to_owned()];
    for number in 1..=count {
        repo.plan(["add-task", "1", "--title", &format!("task {number}")])
            .ok();
        if number > 1 {
            let folder = format!("../tree{number}");
            repo.git([
                "worktree",
                "add",
                "-q",
                "-b",
                &format!("b{number}"),
                &folder,
            ])
            .ok();
            trees.push(repo.world().join(format!("tree{number}")));
        }
    }
    for (number, tree) in (1..).zip(&trees) {
        let number = number.to_string();
        repo.git_in(tree, ["plan", "start", "1", &number]).ok();
    }
    (repo, trees)
}

/// Starts a command whose answer is fetched later.
fn spawn(repo: &TestRepo, tree: &Path, script: &str) -> Child {
    let mut command = repo.command(tree, "sh");
    let streams = command.args(["-c", script]).stdin(Stdio::null());
    streams
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Waits for all, which must succeed, and returns what they said on stderr.
fn join(children: Vec<Child>) -> Vec<String> {
    let ended = children.into_iter().map(|child| {
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{said}");
        said
    });
    ended.collect()
}

#[test]
fn each_work_tree_has_its_own_task() {
    let (repo, trees) = project(3);
    for (number, tree) in (1..).zip(&trees) {
        let said = repo
            .git_in(
                tree,
                [
                    "commit",
                    "-q",
                    "--allow-empty",
                    "-m",
                    &format!("in {number}"),
                ],
            )
            .ok()
            .stderr;
        assert_eq!(said, format!("git-plan: task 1.{number} · checkpoint 1\n"));
    }
    // Amended elsewhere, a commit stays the one of its task.
    repo.git_in(
        &trees[2],
        ["commit", "-q", "--amend", "--allow-empty", "-m", "again"],
    )
    .ok();
    for (number, tree) in (1..).zip(&trees) {
        let status = repo
            .git_in(tree, ["plan", "status", "--format", "json"])
            .ok()
            .json();
        assert_eq!(status["active_task"]["number"], number);
        let sequence = if number == 3 { 2 } else { 1 };
        assert_eq!(status["last_checkpoint"]["sequence"], sequence);
        let name = if number == 1 {
            String::new()
        } else {
            format!("tree{number}")
        };
        assert_eq!(status["last_checkpoint"]["worktree"], name.as_str());
    }
    assert_eq!(repo.kept("1 1", All), ["1 in 1"]);
    assert_eq!(repo.kept("1 2", All), ["1 in 2 (gone)"]);
    assert_eq!(repo.kept("1 3", All), ["1 in 3 (gone)", "2 again (gone)"]);
}

#[test]
fn starting_a_task_that_another_work_tree_is_on_says_so() {
    let (repo, trees) = project(2);
    repo.plan(["start", "1", "2"])
        .ok()
        .warns("warning: work tree 'tree2' is on the same task\n");
    repo.plan_in(&trees[1], ["start", "1", "2"])
        .ok()
        .warns("warning: the main work tree is on the same task\n");
    repo.plan_in(&trees[1], ["start", "1", "1"])
        .ok()
        .never_says("same task");
    repo.plan_in(&trees[1], ["start", "1", "2"]).ok();
    // One that was removed is on nothing.
    repo.git(["worktree", "remove", "--force", "../tree2"]).ok();
    repo.plan(["start", "1", "2"]).ok().never_says("same task");
}

#[test]
fn a_rebase_in_one_work_tree_leaves_the_others_to_their_work() {
    let (repo, trees) = project(2);
    let git = |words: &[&str]| repo.git_in(&trees[1], words).ok();
    for name in ["a", "b"] {
        git(&["commit", "-q", "--allow-empty", "-m", name]);
    }
    repo.commit_file("ahead");
    let stop = "sequence.editor=f() { echo break >>\"$1\"; }; f";
    git(&["-c", stop, "rebase", "-q", "-i", "--keep-empty", "main"]);
    // The other one stands still in its rebase; this one goes on.
    assert_eq!(
        repo.commit_file("meanwhile").stderr,
        "git-plan: task 1.1 · checkpoint 2\n"
    );
    git(&["rebase", "--continue"]);
    let kept = repo
        .git_in(&trees[1], ["plan", "rewind", "--format", "json"])
        .ok();
    let kept = kept.json();
    let sequences: Vec<_> = kept["checkpoints"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["sequence"].as_i64().unwrap())
        .collect();
    assert_eq!(sequences, [3, 4]);
    assert_eq!(repo.kept("1 1", All), ["1 ahead", "2 meanwhile"]);
}

#[test]
fn missed_commits_are_adopted_by_the_work_tree_they_were_made_in() {
    let (repo, trees) = project(2);
    let unhooked = [
        "-c",
        "core.hooksPath=/dev/null",
        "commit",
        "-q",
        "--allow-empty",
        "-m",
    ];
    repo.git_in(&trees[1], unhooked.iter().chain(&["there"]))
        .ok();
    repo.git(unhooked.iter().chain(&["here"])).ok();
    repo.plan(["status"]).ok();
    assert_eq!(repo.kept("1 1", All), ["1 here"]);
    assert_eq!(repo.kept("1 2", All), [""; 0]);
    repo.git_in(&trees[1], ["plan", "status"]).ok();
    assert_eq!(repo.kept("1 1", All), ["1 here"]);
    assert_eq!(repo.kept("1 2", All), ["1 there (gone)"]);
}

#[test]
fn commits_in_four_work_trees_at_once() {
    let (repo, trees) = project(4);
    // Git 2.55 packs refs of its own accord, and complains of one that has moved meanwhile.
    repo.git(["config", "maintenance.auto", "false"]).ok();
    let script = "for n in 1 2 3 4 5 6; do git commit -q --allow-empty -m $n || exit; done";
    let children = trees
        .iter()
        .map(|tree| spawn(&repo, tree, script))
        .collect();
    for (number, said) in (1..).zip(join(children)) {
        let expected: String = (1..=6)
            .map(|sequence| format!("git-plan: task 1.{number} · checkpoint {sequence}\n"))
            .collect();
        assert_eq!(said, expected);
    }
    for (number, tree) in (1..).zip(&trees) {
        let words = [
            "plan",
            "rewind",
            "1",
            &format!("{number}"),
            "--format",
            "json",
        ];
        let kept = repo.git_in(tree, words).ok().json();
        let kept: Vec<_> = kept["checkpoints"]
            .as_array()
            .unwrap()
            .iter()
            .rev()
            .collect();
        let log = repo.git_in(tree, ["log", "-6", "--format=%H"]).ok().stdout;
        let ids: Vec<&str> = kept
            .iter()
            .map(|it| it["snapshot"].as_str().unwrap())
            .collect();
        assert_eq!(ids, log.lines().collect::<Vec<_>>());
        let name = if number == 1 {
            String::new()
        } else {
            format!("tree{number}")
        };
        assert!(kept.iter().all(|it| it["worktree"] == name.as_str()));
    }
    assert_eq!(
        repo.git(["for-each-ref", "refs/plan"])
            .ok()
            .stdout
            .lines()
            .count(),
        24
    );
    assert_eq!(
        std::fs::read_dir(repo.path(".git/plan/spool"))
            .unwrap()
            .count(),
        0
    );
}

#[test]
fn init_from_32_processes_makes_one_database_and_32_plans() {
    let repo = TestRepo::new();
    repo.write("f", "1\n");
    repo.commit("base");
    let root = repo.root().to_owned();
    let children =
        (0..32).map(|number| spawn(&repo, &root, &format!("git plan init --name {number}")));
    let children: Vec<Child> = children.collect();
    let said = join(children).concat();
    assert!(!said.contains("lock"), "{said}");
    let plans = repo.plan(["list", "--format", "json"]).ok().json();
    let mut names: Vec<i64> = plans["plans"]
        .as_array()
        .unwrap()
        .iter()
        .map(|plan| plan["name"].as_str().unwrap().parse().unwrap())
        .collect();
    names.sort_unstable();
    assert_eq!(names, (0..32).collect::<Vec<i64>>());
    let backups = std::fs::read_dir(repo.path(".git/plan")).unwrap();
    let names: Vec<_> = backups.map(|entry| entry.unwrap().file_name()).collect();
    assert!(
        !names
            .iter()
            .any(|name| name.to_string_lossy().contains("journal")),
        "{names:?}"
    );
}

#[test]
fn tasks_added_from_16_processes_are_numbered_without_gap_or_repeat() {
    let repo = TestRepo::installed();
    let root = repo.root().to_owned();
    let script = "for n in 1 2 3 4 5 6 7 8 9 10; do git plan add-task 1 --title $n || exit; done";
    let children: Vec<Child> = (0..16).map(|_| spawn(&repo, &root, script)).collect();
    assert_eq!(join(children).concat(), "");
    let shown = repo
        .plan(["show", "1", "--tasks", "--format", "json"])
        .ok()
        .json();
    let numbers: Vec<_> = shown["tasks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|task| task["number"].as_i64().unwrap())
        .collect();
    assert_eq!(numbers, (1..=160).collect::<Vec<i64>>());
}
