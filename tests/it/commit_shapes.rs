//! pre-commit judges the tree that the commit would have, however the commit is made.

use std::path::Path;

use crate::support::TestRepo;

const SPEC: &str = "refactor_name: old\nrules:\n  - id: no-old\n    description: gone\n    \
    match:\n      identifiers: [old]\n    scope:\n      include: ['*.py']\n";

const WARNING: &str = "git-plan: this commit breaks 1 completed task";

/// A task that forbids `old`, completed, with the policy `block`; `a.py` and `b.py` are free of it.
fn completed() -> TestRepo {
    let repo = TestRepo::installed();
    repo.write("a.py", "new()\n");
    repo.write("b.py", "new()\n");
    repo.commit("code");
    repo.write("../spec.yaml", SPEC);
    repo.plan_words("add-task --title t --spec ../spec.yaml")
        .ok();
    repo.plan_words("verify-task 1").ok();
    repo.git(["config", "plan.preCommit", "block"]).ok();
    repo.git(["tag", "good"]).ok();
    repo
}

/// A commit that breaks the task: what comes before it, the commit, and what is typed meanwhile.
type Shape<'a> = (&'a str, &'a str, &'a str);

/// Makes a commit that is refused, which must leave HEAD, index and work tree as they were, and
/// then under the other policies, by which it goes through.
#[track_caller]
fn each_policy(repo: &TestRepo, folder: &Path, (prepare, commit, typed): Shape<'_>) {
    let sh = |script: &str| repo.run_in(folder, "sh", ["-c", script], typed.as_bytes());
    let state = || sh("git rev-parse HEAD; git status --porcelain").ok().stdout;
    sh(prepare);
    let before = state();
    sh(commit).exits(1).warns(WARNING).warns("a.py:1:1");
    assert_eq!(state(), before, "{commit}");
    let by = |policy: &str| {
        let key = "export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=plan.preCommit GIT_CONFIG_VALUE_0";
        sh(&format!("{key}={policy}; {commit}"))
    };
    by("warn").ok().warns(WARNING).warns("a.py:1:1");
    assert_ne!(state(), before, "{commit}");
}

#[test]
fn whichever_index_git_makes_the_commit_from() {
    let shapes: [Shape<'_>; 7] = [
        ("", "git commit -q -m x -a", ""),
        ("", "git commit -q -m x --only a.py", ""),
        ("git add b.py", "git commit -q -m x --include a.py", ""),
        ("", "git commit -q -m x -p >/dev/null", "y\nn\n"),
        (
            "",
            "echo a.py | git commit -q -m x --pathspec-from-file=-",
            "",
        ),
        ("git add a.py", "git commit -q --amend --no-edit", ""),
        ("git add a.py", "git commit -q --fixup HEAD", ""),
    ];
    let repo = completed();
    for shape in shapes {
        repo.write("a.py", "old()\n");
        repo.write("b.py", "newer()\n");
        each_policy(&repo, repo.root(), shape);
        repo.git(["reset", "-q", "--hard", "good"]).ok();
    }
}

#[test]
fn a_commit_that_goes_on_with_what_was_interrupted() {
    let shapes: [Shape<'_>; 3] = [
        ("git merge -q side", "git commit -q --no-edit", ""),
        (
            "git merge -q side",
            "git -c core.editor=true merge --continue",
            "",
        ),
        (
            "git cherry-pick side",
            "git -c core.editor=true cherry-pick --continue",
            "",
        ),
    ];
    let repo = completed();
    repo.git(["switch", "-q", "-c", "side"]).ok();
    repo.write("a.py", "theirs()\n");
    repo.commit("theirs");
    repo.git(["switch", "-q", "main"]).ok();
    repo.write("a.py", "ours()\n");
    repo.commit("ours");
    repo.git(["tag", "-f", "good"]).ok();
    for (start, commit, typed) in shapes {
        let resolve = format!("{start}; echo 'old()' >a.py; git add a.py");
        each_policy(&repo, repo.root(), (&resolve, commit, typed));
        repo.git(["reset", "-q", "--hard", "good"]).ok();
    }
    // A squash is a commit like any other; a merge that needs no help runs no pre-commit.
    repo.git(["switch", "-q", "-c", "broken", "good"]).ok();
    repo.write("b.py", "old()\n");
    repo.git(["commit", "-q", "-n", "-a", "-m", "broken"]).ok();
    repo.git(["switch", "-q", "main"]).ok();
    repo.git(["merge", "-q", "--squash", "broken"]).ok();
    repo.git(["commit", "-q", "-m", "squash"])
        .exits(1)
        .warns(WARNING);
    repo.git(["reset", "-q", "--hard"]).ok();
    repo.git(["merge", "-q", "--no-ff", "-m", "m", "broken"])
        .ok();
}

#[test]
fn wherever_the_commit_is_made() {
    let commit = "git commit -q -m x";
    let repo = completed();
    let linked = repo.world().join("linked");
    repo.git(["worktree", "add", "-q", "-b", "linked", "../linked"])
        .ok();
    each_policy(
        &repo,
        &linked,
        ("echo 'old()' >a.py; git add a.py", commit, ""),
    );
    repo.write("sub/file", "");
    let below = repo.path("sub");
    let prepare = "echo 'old()' >../a.py; git add ../a.py";
    each_policy(&repo, &below, (prepare, commit, ""));
    repo.git(["reset", "-q", "--hard", "good"]).ok();
    // From elsewhere, the work tree named.
    let there = "cd repo; echo 'old()' >a.py; git add a.py";
    let world = repo.world().to_owned();
    let git = "git --git-dir=repo/.git --work-tree=repo";
    let sh = |script: &str| repo.run_in(&world, "sh", ["-c", script], b"");
    sh(there).ok();
    sh(&format!("{git} commit -q -m x")).exits(1).warns(WARNING);
    sh(&format!("{git} -c plan.preCommit=off commit -q -m x"))
        .ok()
        .never_says(WARNING);
}
