//! Every shape a push can have, and every shape a history can have that is pushed.

use std::fs;

use crate::gate::{SPEC, completed, mend, project, refused, silent, silent_but_not_checked, spoil};
use crate::support::TestRepo;

/// Every way to name what is pushed gives the same verdict.
#[test]
fn whatever_words_name_what_is_pushed() {
    let repo = completed();
    spoil(&repo);
    repo.git(["tag", "light"]).ok();
    repo.git(["tag", "-a", "-m", "v", "annotated"]).ok();
    repo.git(["update-ref", "refs/for/review", "HEAD"]).ok();
    let bad = repo.rev("HEAD");
    let by_id = format!("{bad}:refs/heads/x");
    for words in [
        &["--all", "origin"][..],
        &["--tags", "origin"],
        &["--follow-tags", "origin", "main"],
        &["--atomic", "origin", "main", "main:y"],
        &["--force-with-lease", "origin", "main"],
        &["origin", "+main:main"],
        &["origin", "HEAD:refs/heads/x"],
        &["origin", "@:x"],
        &["origin", &by_id],
        &["origin", "light^{commit}:refs/heads/x"],
        &["origin", "refs/*:refs/*"],
        &["origin", "HEAD:refs/for/main"],
        &["../origin.git", "main"],
        &["-u", "origin", "main"],
        &["--porcelain", "origin", "main"],
        &["origin", "main:refs/notes/not-really"],
    ] {
        let said = refused(repo.git(["push", "-q"].iter().chain(words)));
        // Git shows its own lines there.
        assert!(
            !said.stdout.contains("git-plan"),
            "{words:?}: {}",
            said.stdout
        );
    }
    repo.git(["switch", "-q", "--detach", "main"]).ok();
    refused(repo.git(["push", "-q", "origin", "HEAD:refs/heads/x"]));
    let linked = repo.world().join("linked");
    repo.git(["worktree", "add", "-q", "../linked", "HEAD~1"])
        .ok();
    refused(repo.git_in(&linked, ["push", "-q", "origin", "main"]));
    repo.write("sub/dir/file", "");
    refused(repo.git_in(&repo.path("sub/dir"), ["push", "-q", "origin", "main"]));
    let top = repo.root().to_str().unwrap().to_owned();
    let git_dir = format!("--git-dir={top}/.git");
    for words in [
        &["-C", &top][..],
        &[&git_dir],
        &[&git_dir, "--work-tree=/nowhere"],
        &["-C", &top, "-c", "core.bare=true"],
    ] {
        let words = words.iter().chain(&["push", "-q", "origin", "main"]);
        refused(repo.git_in(repo.world(), words));
    }
    assert_eq!(
        repo.git(["ls-remote", "origin"])
            .ok()
            .stdout
            .lines()
            .count(),
        2,
        "HEAD and main, as before"
    );
}

#[test]
fn what_names_no_commit_is_not_judged() {
    let repo = completed();
    spoil(&repo);
    let blob = format!("{}:refs/tags/blob", repo.rev("HEAD:a.py"));
    for refspec in ["HEAD^{tree}:refs/tags/tree", &blob, ":refs/heads/none"] {
        let answer = repo.git(["push", "-q", "origin", refspec]).ok();
        assert!(!answer.stderr.contains("git-plan"), "{}", answer.stderr);
    }
    refused(repo.git(["push", "-q", "origin", "HEAD^{tree}:refs/tags/t", "main"]));
}

#[test]
fn a_submodule_is_pushed_through_its_own_gate() {
    let repo = completed();
    let inner = repo.path("inner");
    let config = ["-c", "protocol.file.allow=always"];
    repo.git_in(
        repo.world(),
        ["init", "-q", "--bare", "-b", "main", "inner.git"],
    )
    .ok();
    let seed = ["clone", "-q", "inner.git", "seed"];
    repo.git_in(repo.world(), seed).ok();
    let name = ["-c", "user.name=o", "-c", "user.email=o@example.com"];
    let first = ["commit", "-q", "--allow-empty", "-m", "first"];
    let seed = repo.world().join("seed");
    repo.git_in(&seed, name.iter().chain(&first)).ok();
    repo.git_in(&seed, ["push", "-q", "origin", "HEAD:main"])
        .ok();
    let add = ["submodule", "--quiet", "add", "../inner.git", "inner"];
    repo.git(config.iter().chain(&add)).ok();
    repo.commit("with a submodule");
    repo.git(["push", "-q"]).ok();
    // The submodule has a plan of its own, with the same numbers.
    repo.git_in(&inner, ["config", "user.name", "T"]).ok();
    repo.git_in(&inner, ["config", "user.email", "t@example.com"])
        .ok();
    fs::write(inner.join("i.py"), "new()\n").unwrap();
    repo.git_in(&inner, ["add", "-A"]).ok();
    for words in [
        "plan init --name Inner",
        "plan install",
        "plan add-task --title inner --spec ../../spec.yaml",
        "plan start 1",
        "commit -q -m mended",
        "plan verify-task",
    ] {
        repo.git_in(&inner, words.split(' ')).ok();
    }
    let bump = |text: &str| {
        fs::write(inner.join("i.py"), text).unwrap();
        repo.git_in(&inner, ["commit", "-q", "-a", "-m", text]).ok();
        repo.commit("bump");
        repo.git(["push", "-q", "--recurse-submodules=on-demand"])
    };
    let answer = bump("old()\n");
    assert_ne!(answer.status, 0);
    answer
        .warns("breaks 1 completed task")
        .warns("task 1.1 inner: 1 violation")
        .warns("i.py:1:1")
        .never_says("task 1.1 t:");
    bump("newer()\n").ok().never_says("git-plan");
    // And the superproject's gate judges the superproject.
    spoil(&repo);
    refused(repo.git(["push", "-q", "--recurse-submodules=on-demand"])).never_says("inner");
}

/// A pre-push hook that keeps Git's input to itself, as pre-commit and prek do, and tells of the
/// first ref in variables; of one that the remote has nothing of, only the names.
const SWALLOWING: &str = "#!/bin/sh\n\
    read -r local_name local remote_name remote || exit 0\n\
    case $local in *[!0]*) ;; *) exit 0 ;; esac\n\
    export PRE_COMMIT=1 PRE_COMMIT_LOCAL_BRANCH=$local_name PRE_COMMIT_REMOTE_BRANCH=$remote_name\n\
    export PRE_COMMIT_REMOTE_NAME=$1 PRE_COMMIT_REMOTE_URL=$2\n\
    case $remote in\n\
    *[!0]*) export PRE_COMMIT_FROM_REF=$remote PRE_COMMIT_TO_REF=$local ;;\n\
    esac\n\
    exec git-plan hook pre-push </dev/null\n";

#[test]
#[cfg(unix)]
fn through_a_manager_that_swallows_standard_input() {
    use std::os::unix::fs::PermissionsExt as _;
    let mut repo = completed();
    let hook = repo.path(".git/hooks/pre-push");
    fs::write(&hook, SWALLOWING).unwrap();
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
    repo.commit_file("fine");
    silent(repo.git(["push", "-q", "origin", "main"]));
    spoil(&repo);
    refused(repo.git(["push", "-q", "origin", "main"])).warns("refs/heads/main");
    refused(repo.git(["push", "-q", "origin", "main:new"])).warns("refs/heads/new");
    silent(repo.git(["push", "-q", "origin", "HEAD~1:refs/heads/good"]));
    silent(repo.git(["push", "-q", "origin", ":good"]));
    repo.git(["tag", "-a", "-m", "t", "v1"]).ok();
    refused(repo.git(["push", "-q", "origin", "v1"])).warns("refs/tags/v1");
    repo.git(["tag", "tree", "HEAD^{tree}"]).ok();
    silent(repo.git(["push", "-q", "origin", "tree"]));
    // What can no longer be told is not let through.
    repo.env("PRE_COMMIT_LOCAL_BRANCH", "refs/heads/gone");
    repo.sh("git-plan hook pre-push </dev/null")
        .exits(1)
        .warns("could not verify this push");
}

/// `main` one commit ahead of where `topic`, on which the task is completed, left it.
fn forked() -> TestRepo {
    let repo = project();
    repo.git(["switch", "-q", "-c", "topic"]).ok();
    mend(&repo);
    repo.plan(["verify-task"]).ok();
    repo.git(["switch", "-q", "main"]).ok();
    repo.commit_file("meanwhile");
    repo
}

#[test]
fn a_merge_answers_for_what_it_brings() {
    let repo = forked();
    silent_but_not_checked(repo.git(["push", "-q"]));
    repo.git(["merge", "-q", "--no-ff", "--no-commit", "topic"])
        .ok();
    repo.write("a.py", "old()\n");
    repo.git(["commit", "-q", "-a", "-m", "evil"]).ok();
    refused(repo.git(["push", "-q"]));
    repo.git(["reset", "-q", "--hard", "HEAD~1"]).ok();
    // The history says that it is done, whatever became of it.
    repo.git(["merge", "-q", "-s", "ours", "-m", "ours", "topic"])
        .ok();
    refused(repo.git(["push", "-q"]));
    repo.git(["reset", "-q", "--hard", "HEAD~1"]).ok();
    repo.git(["merge", "-q", "-m", "true", "topic"]).ok();
    silent(repo.git(["push", "-q"]));
    // A branch from before knows nothing of it, until it merges what does.
    repo.git(["switch", "-q", "-c", "behind", "HEAD~1"]).ok();
    repo.commit_file("more");
    silent_but_not_checked(repo.git(["push", "-q", "origin", "behind"]));
    repo.git(["merge", "-q", "-X", "ours", "-m", "catch up", "main"])
        .ok();
    silent(repo.git(["push", "-q", "origin", "behind"]));
}

#[test]
fn a_revert_is_judged_by_what_it_leaves() {
    let repo = completed();
    repo.commit_file("more");
    repo.git(["revert", "--no-edit", "HEAD~1"]).ok();
    refused(repo.git(["push", "-q"]));
    repo.git(["revert", "--no-edit", "HEAD"]).ok();
    silent(repo.git(["push", "-q"]));
}

#[test]
fn a_history_cut_back_to_before_the_completion_does_not_answer_for_it() {
    let repo = completed();
    silent_but_not_checked(repo.git(["push", "-q", "-f", "origin", "HEAD~1:main"]));
    // While `plan.gate.scope=all` asks of every history.
    refused(repo.git([
        "-c",
        "plan.gate.scope=all",
        "push",
        "-q",
        "-f",
        "origin",
        "HEAD~1:refs/heads/other",
    ]));
}

#[test]
fn in_every_kind_of_repository() {
    let prepare = |repo: &TestRepo, init: &[&str]| {
        let git = |words: &[&str]| repo.git(words).ok();
        git(&[&["init", "-q", "-b", "main"][..], init].concat());
        git(&["config", "user.name", "T"]);
        git(&["config", "user.email", "t@example.com"]);
        let remote = [
            &["init", "-q", "--bare", "-b", "main"][..],
            init,
            &["../origin.git"],
        ]
        .concat();
        git(&remote);
        git(&["remote", "add", "origin", "../origin.git"]);
    };
    let sources = |repo: &TestRepo| {
        repo.write("a.py", "old()\n");
        repo.write("b.py", "new()\n");
        repo.commit("base");
        repo.commit_file("more");
    };
    for kind in [
        "reftable", "sha256", "shallow", "partial", "split", "sparse",
    ] {
        let repo = TestRepo::without_git();
        match kind {
            "reftable" => prepare(&repo, &["--ref-format=reftable"]),
            "sha256" => prepare(&repo, &["--object-format=sha256"]),
            _ => prepare(&repo, &[]),
        }
        sources(&repo);
        let clone: &[&str] = match kind {
            "shallow" => &["--depth=1"],
            "partial" => &["--filter=blob:none"],
            _ => &[],
        };
        if !clone.is_empty() {
            repo.git(["push", "-q", "origin", "main"]).ok();
            for key in ["allowFilter", "allowAnySHA1InWant"] {
                let words = ["config", &format!("uploadpack.{key}"), "true"];
                repo.git_in(&repo.world().join("origin.git"), words).ok();
            }
            fs::rename(repo.root(), repo.world().join("first")).unwrap();
            let url = format!("file://{}", repo.world().join("origin.git").display());
            let words = [&["clone", "-q"][..], clone, &[&url, "repo"]].concat();
            repo.git_in(repo.world(), &words).ok();
            repo.git(["config", "user.name", "T"]).ok();
            repo.git(["config", "user.email", "t@example.com"]).ok();
        }
        match kind {
            "split" => repo.git(["update-index", "--split-index"]).ok(),
            "sparse" => repo
                .git(["sparse-checkout", "set", "--sparse-index", "nothing"])
                .ok(),
            _ => repo.git(["status"]).ok(),
        };
        repo.start_task(SPEC);
        mend(&repo);
        repo.plan_words("verify-task").ok();
        silent(repo.git(["push", "-q", "origin", "main"]));
        spoil(&repo);
        refused(repo.git(["push", "-q", "origin", "main"]));
        mend(&repo);
        silent(repo.git(["push", "-q", "origin", "main"]));
    }
}
