//! Dropping old checkpoints by rule, and keeping the refs few.

use crate::support::TestRepo;

const REFS: &str = "refs/plan/checkpoints/";

/// A repository with one task, active.
fn project() -> TestRepo {
    let repo = TestRepo::new();
    repo.write("a", "0\n");
    repo.commit("base");
    repo.plan(["init", "--name", "P"]).ok();
    repo.plan(["install"]).ok();
    repo.plan(["add-task", "--title", "T"]).ok();
    repo.plan(["start", "1"]).ok();
    repo
}

fn refs(repo: &TestRepo, under: &str) -> usize {
    repo.git(["for-each-ref", under])
        .ok()
        .stdout
        .lines()
        .count()
}

fn names(repo: &TestRepo) -> Vec<String> {
    let json = repo
        .plan(["rewind", "--all", "--format", "json"])
        .ok()
        .json();
    let rows = json["checkpoints"].as_array().unwrap().iter();
    rows.map(|row| row["name"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn old_automatic_checkpoints_go_and_named_and_needed_ones_stay() {
    let repo = project();
    for text in ["1", "2", "3"] {
        repo.write("a", text);
        repo.plan(["checkpoint"]).ok();
    }
    repo.write("a", "4");
    repo.plan(["checkpoint", "--name", "mine"]).ok();
    repo.write("a", "5");
    repo.plan(["checkpoint"]).ok();
    // Going back makes one before-rewind, which undoing may need.
    repo.plan(["rewind", "--to", "1", "--apply"]).ok();
    let all = [
        "edit_1",
        "edit_2",
        "edit_3",
        "mine",
        "edit_5",
        "before-rewind",
    ];
    assert_eq!(names(&repo), all);
    // Nothing is old enough yet.
    repo.plan(["prune"]).ok().says("Dropped 0 checkpoints");
    repo.plan(["prune", "--keep", "3", "--dry-run"])
        .ok()
        .says("edit_2")
        .says("Would drop 2 checkpoints, 2 refs");
    assert_eq!(names(&repo), all);
    let before = refs(&repo, REFS);
    let pruned = repo
        .plan(["prune", "--keep", "3", "--format", "json"])
        .ok()
        .json();
    assert_eq!(pruned["refs"], 2);
    assert!(pruned["diff_bytes"].as_u64().unwrap() > 0);
    // The first is where the last rewind led to.
    assert_eq!(names(&repo), ["edit_1", "mine", "edit_5", "before-rewind"]);
    assert_eq!(refs(&repo, REFS), before - 2);
    repo.plan(["prune", "--older-than", "1"])
        .ok()
        .says("Dropped 0 checkpoints");
    repo.git(["gc", "-q", "--prune=now"]).ok();
    repo.git(["fsck", "--strict"]).ok();
    repo.plan(["rewind", "--undo"]).ok();
    assert_eq!(repo.read("a"), b"5");
    repo.plan(["rewind", "--checkpoint", "mine", "--apply"])
        .ok();
    assert_eq!(repo.read("a"), b"4");
}

#[test]
fn superseded_commits_and_what_evidence_is_about() {
    let repo = project();
    let spec = "refactor_name: s\nrules:\n  - id: r\n    description: d\n    match:\n      identifiers: [gone]\n";
    repo.write("s.yaml", spec);
    repo.plan(["set-spec", "1", "s.yaml"]).ok();
    repo.write("a", "1\n");
    repo.commit("one");
    repo.plan(["verify-task"]).ok();
    repo.write("a", "2\n");
    repo.commit("two");
    repo.write("a", "3\n");
    repo.git(["commit", "-qa", "--amend", "-m", "two"]).ok();
    repo.write("a", "4\n");
    repo.commit("three");
    assert_eq!(names(&repo).len(), 4);
    repo.plan(["prune", "--keep", "1"])
        .ok()
        .says("Dropped 2 checkpoints")
        .says("(superseded)");
    // The one evidence was taken at, and the newest.
    let left = names(&repo);
    let short = |revision: &str| format!("commit-{}", &repo.rev(revision)[..8]);
    assert_eq!(left, [short("HEAD~2"), short("HEAD")]);
}

#[test]
fn commits_that_a_branch_holds_need_no_ref_until_they_are_rewritten() {
    let repo = project();
    // Without the hooks: the next command adopts them all.
    repo.sh("for n in $(seq 35); do echo $n >a; GIT_PLAN_HOOKS=0 git commit -qam more; done")
        .ok();
    let old = repo.rev("HEAD");
    repo.plan(["add-task", "--title", "any command"]).ok();
    assert_eq!(names(&repo).len(), 35);
    assert_eq!(refs(&repo, REFS), 0);
    repo.write("a", "amended");
    repo.git(["commit", "-qa", "--amend", "-m", "amended"]).ok();
    repo.git(["rev-parse", "--verify", &format!("{REFS}{old}")])
        .ok();
    repo.git(["reflog", "expire", "--expire=now", "--all"]).ok();
    repo.git(["gc", "-q", "--prune=now"]).ok();
    assert_eq!(names(&repo).len(), 36);
    repo.plan(["rewind", "--to", "35", "--apply"]).ok();
    assert_eq!(repo.read("a"), b"35\n");
    repo.git(["fsck", "--strict"]).ok();
}
