//! `git filter-branch` rewrites all refs, ours included, keeps the old ones aside and notes nothing:
//! checkpoints and evidence are those of the new commits, and no state of the work tree is lost.

use crate::filtered::answers_for_what_was_completed;
use crate::support::TestRepo;
use crate::support::kept::Which::{All, Current};
use crate::support::verbs::SPEC;

/// Task 1 forbids `legacy`; its commits `two`, `secret` and `three` and what is merged from `side`
/// follow a `base`, and the last has a checkpoint `wip` of a work tree on top.
fn project() -> TestRepo {
    let repo = TestRepo::new();
    repo.write("app/a.py", "legacy()\n");
    repo.write("secret", "hush\n");
    repo.commit("base");
    repo.start_task(SPEC);
    repo.write("app/a.py", "modern()\n");
    repo.commit("two");
    repo.git(["switch", "-q", "-c", "side"]).ok();
    repo.write("app/side.py", "x()\n");
    repo.commit("side");
    repo.git(["switch", "-q", "main"]).ok();
    repo.write("secret", "hush, hush\n");
    repo.commit("secret");
    repo.plan_words("verify-task 1").ok();
    repo.write("app/three.py", "x()\n");
    repo.commit("three");
    repo.write("app/a.py", "modern()\nin_work()\n");
    repo.git(["add", "."]).ok();
    repo.write("app/a.py", "modern()\nin_work(1)\n");
    repo.write("untracked", "new\n");
    repo.plan_words("checkpoint --name wip").ok();
    repo.git(["reset", "-q", "--hard"]).ok();
    std::fs::remove_file(repo.path("untracked")).unwrap();
    repo.git(["merge", "-q", "--no-edit", "side"]).ok();
    repo
}

/// Runs it with the dates that the commits have.
#[track_caller]
fn filter(repo: &TestRepo, options: &str) {
    let script = "unset GIT_AUTHOR_DATE GIT_COMMITTER_DATE
        export FILTER_BRANCH_SQUELCH_WARNING=1; git filter-branch";
    repo.sh(&format!("{script} {options} >/dev/null 2>&1")).ok();
}

const WITHOUT_SECRET: &str = "--prune-empty --tag-name-filter cat \
    --index-filter 'git rm -q --cached --ignore-unmatch secret'";

/// Forgets what the refs were, and everything that only they held.
const CLEANED: &str = "git for-each-ref --format='delete %(refname)' refs/original |
    git update-ref --stdin
    git reflog expire --expire=now --all && git gc -q --prune=now";

/// Every ref of ours is named by what it holds.
#[track_caller]
fn is_sound(repo: &TestRepo) {
    let format = "--format=%(refname) %(objectname)";
    let refs = repo.git(["for-each-ref", format, "refs/plan"]).ok().stdout;
    for line in refs.lines() {
        let (name, held) = line.split_once(' ').unwrap();
        assert!(name.ends_with(held), "{line}");
    }
    repo.plan_words("doctor").ok().says("every object there");
}

/// Goes to `wip` and tells whether everything is as it was.
#[track_caller]
fn wip_is_whole(repo: &TestRepo) {
    repo.plan_words("rewind 1 1 --checkpoint wip --apply").ok();
    let status = repo.git(["status", "--short", "app", "untracked"]).ok();
    assert_eq!(repo.read("app/a.py"), b"modern()\nin_work(1)\n");
    assert_eq!(repo.read("untracked"), b"new\n");
    let staged = repo.git(["show", ":app/a.py"]).ok();
    assert_eq!(staged.stdout, "modern()\nin_work()\n");
    assert!(status.stdout.contains("MM app/a.py"), "{}", status.stdout);
    repo.plan_words("rewind --undo").ok();
}

#[test]
fn all_refs_without_the_file_that_had_to_go() {
    let repo = project();
    repo.git(["tag", "-a", "-m", "v1", "v1"]).ok();
    filter(&repo, &format!("{WITHOUT_SECRET} -- --all"));
    let told = repo.kept("1 1", Current);
    let tree = repo.git(["ls-tree", "-r", "--name-only", "HEAD"]).ok();
    assert!(!tree.stdout.contains("secret"), "{}", tree.stdout);
    // The commit that did nothing else has become the one before it.
    assert_eq!(
        told,
        [
            "5 git-plan checkpoint: wip (gone)",
            "7 two",
            "8 side",
            "9 three",
            "10 Merge branch 'side'"
        ]
    );
    assert_eq!(repo.kept("1 1", All).len(), 10);
    is_sound(&repo);
    assert_eq!(repo.kept("1 1", Current), told, "once");

    repo.sh(CLEANED).ok();
    is_sound(&repo);
    wip_is_whole(&repo);

    // Completed at a commit that is in neither.
    answers_for_what_was_completed(&repo, "app/a.py");
}

#[test]
fn messages_and_names() {
    let repo = project();
    filter(
        &repo,
        "--msg-filter 'sed s/^/re-/' \
         --env-filter 'GIT_AUTHOR_NAME=B GIT_AUTHOR_EMAIL=b@b GIT_COMMITTER_DATE=@1234567890' -- --all",
    );
    assert_eq!(
        repo.kept("1 1", Current),
        [
            "5 git-plan checkpoint: wip (gone)",
            "7 re-two",
            "8 re-side",
            "9 re-secret",
            "10 re-three",
            "11 re-Merge branch 'side'"
        ]
    );
    is_sound(&repo);
    repo.sh(CLEANED).ok();
    wip_is_whole(&repo);
}

#[test]
fn one_directory() {
    let repo = project();
    filter(&repo, "--subdirectory-filter app -- --all");
    assert_eq!(
        repo.kept("1 1", Current),
        [
            "5 git-plan checkpoint: wip (gone)",
            "7 two",
            "8 side",
            "9 three",
            "10 Merge branch 'side'"
        ]
    );
    is_sound(&repo);
    repo.sh(CLEANED).ok();
    repo.plan_words("rewind 1 1 --checkpoint wip --apply").ok();
    assert_eq!(repo.read("app/a.py"), b"modern()\nin_work(1)\n");
    assert_eq!(repo.read("secret"), b"hush, hush\n");
}

#[test]
fn what_was_put_aside_is_gone_before_we_look() {
    let repo = project();
    filter(&repo, &format!("{WITHOUT_SECRET} -- --all"));
    repo.sh(CLEANED).ok();
    assert_eq!(
        repo.kept("1 1", Current),
        [
            "7 two",
            "8 side",
            "9 three",
            "10 Merge branch 'side'",
            "11 git-plan checkpoint: wip (gone)"
        ]
    );
    wip_is_whole(&repo);
    assert!(!repo.path("secret").exists());
}

#[test]
fn what_no_hook_told_of_before() {
    let repo = project();
    let unhooked = |words: &[&str]| {
        let off = ["-c", "core.hooksPath=/dev/null"];
        repo.git(off.iter().chain(words)).ok();
    };
    unhooked(&["switch", "-q", "side"]);
    repo.write("app/late.py", "x()\n");
    repo.git(["add", "."]).ok();
    unhooked(&["commit", "-q", "-m", "late"]);
    unhooked(&["switch", "-q", "main"]);
    filter(&repo, &format!("{WITHOUT_SECRET} -- --all"));
    assert_eq!(repo.kept("1 1", Current).last().unwrap(), "11 late (gone)");
    assert_eq!(repo.rev("side"), snapshots(&repo).pop().unwrap());
    is_sound(&repo);
    // A second time, over what the first has put aside.
    filter(
        &repo,
        "-f --index-filter 'git rm -q --cached --ignore-unmatch app/side.py' -- --all",
    );
    let told = repo.kept("1 1", Current);
    assert_eq!(told.last().unwrap(), "14 late (gone)", "{told:?}");
    assert_eq!(told.len(), 6, "{told:?}");
    is_sound(&repo);
}

#[test]
fn what_cannot_be_told_apart_is_said_to_be() {
    let mut repo = TestRepo::new();
    repo.commit("base");
    repo.start_task(SPEC);
    repo.env("GIT_AUTHOR_DATE", "@1790000100 +0000");
    repo.env("GIT_COMMITTER_DATE", "@1790000100 +0000");
    for path in ["secret", "b", "c"] {
        repo.write(path, "x\n");
        repo.commit("wip");
    }
    let secret = repo.rev("HEAD~2");
    // As upkeep does when there are many: the branch holds them.
    let refs = "git for-each-ref --format='delete %(refname)' refs/plan | git update-ref --stdin";
    repo.sh(refs).ok();
    filter(&repo, &format!("{WITHOUT_SECRET} -- --all"));
    // The tip is known; which of the others was dropped is not.
    let told = ["1 wip (gone)", "2 wip (gone)", "4 wip"];
    assert_eq!(repo.kept("1 1", Current), told);
    let log = repo.plan_words("log").ok();
    log.says("rewrite.unclear").says(&secret);
    is_sound(&repo);
}

fn snapshots(repo: &TestRepo) -> Vec<String> {
    let listed = repo.plan_words("rewind 1 1 --format json").ok().json();
    let listed = listed["checkpoints"].as_array().unwrap().iter();
    let id = |it: &serde_json::Value| it["snapshot"].as_str().unwrap().to_owned();
    listed.map(id).collect()
}
