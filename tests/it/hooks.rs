//! The installed hooks beside the user's own, and what pre-commit says.

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use crate::support::TestRepo;

const SPEC: &str = "refactor_name: old\nrules:\n  - id: no-old\n    description: gone\n    \
    match:\n      identifiers: [old]\n    scope:\n      include: ['*.py']\n";

/// A task that forbids `old`, completed on the work tree; `a.py` and `b.py` are free of it.
fn completed() -> TestRepo {
    let repo = TestRepo::installed();
    repo.write("a.py", "new()\n");
    repo.write("b.py", "new()\n");
    repo.commit("code");
    repo.write("../spec.yaml", SPEC);
    repo.plan(["add-task", "1", "--title", "t", "--spec", "../spec.yaml"])
        .ok();
    repo.plan(["verify-task", "1", "1"]).ok();
    repo
}

const WARNING: &str = "git-plan: this commit breaks 1 completed task";

#[test]
fn pre_commit_judges_what_is_staged_and_not_what_lies_around() {
    let repo = completed();
    // Broken in the index only.
    repo.write("a.py", "old()\n");
    repo.git(["add", "a.py"]).ok();
    repo.write("a.py", "new()\n");
    repo.git(["commit", "-q", "-m", "staged"])
        .ok()
        .warns(WARNING)
        .warns("task 1.1 t: 1 violation")
        .warns("a.py:1:1")
        .warns("1 | old()\n")
        .warns("  | ^^^\n");
    // It is broken already: leaving it so, or mending it, is no news.
    repo.commit_file("other").never_says(WARNING);
    repo.git(["commit", "-q", "-a", "--allow-empty", "-m", "mended"])
        .ok()
        .never_says(WARNING);
    // Broken in the work tree only.
    repo.write("a.py", "old()\n");
    repo.git(["commit", "-q", "--allow-empty", "-m", "around"])
        .ok()
        .never_says(WARNING);
}

#[test]
fn pre_commit_sees_the_index_of_the_commit_being_made() {
    let repo = completed();
    repo.git(["config", "plan.preCommit", "block"]).ok();
    let refused = |words: &[&str]| {
        let head = repo.rev("HEAD");
        repo.git(["commit", "-q", "-m", "x"].iter().chain(words))
            .exits(1)
            .warns(WARNING)
            .warns("hint: 'git -c plan.preCommit=warn commit' lets this one commit through");
        assert_eq!(repo.rev("HEAD"), head);
    };
    repo.write("a.py", "old()\n");
    repo.write("b.py", "newer()\n");
    refused(&["-a"]);
    refused(&["--only", "a.py"]);
    refused(&["--include", "a.py"]);
    repo.git(["commit", "-q", "-m", "only b", "--only", "b.py"])
        .ok();
    repo.git(["add", "a.py"]).ok();
    refused(&[]);
    repo.write("b.py", "newest()\n");
    repo.git(["commit", "-q", "-m", "only b again", "--only", "b.py"])
        .ok();
    refused(&["--amend"]);
    assert_eq!(repo.git(["status", "--porcelain"]).ok().stdout, "M  a.py\n");
    repo.git(["commit", "-q", "-n", "-m", "unlooked at"])
        .ok()
        .never_says(WARNING);
    repo.git(["commit", "-q", "--amend", "-m", "as bad as before"])
        .ok();
}

#[test]
fn pre_commit_can_be_told_what_to_do() {
    let repo = completed();
    repo.write("a.py", "old()\n");
    repo.git(["add", "a.py"]).ok();
    let commit = |words: &[&str]| {
        let answer = repo.git(words.iter().chain(&["commit", "-q", "-m", "x"]));
        if answer.status == 0 {
            repo.git(["reset", "-q", "--soft", "HEAD~1"]).ok();
        }
        answer
    };
    commit(&[]).ok().warns(WARNING);
    commit(&["-c", "plan.preCommit=warn"]).ok().warns(WARNING);
    commit(&["-c", "plan.preCommit=block"])
        .exits(1)
        .warns(WARNING);
    commit(&["-c", "plan.preCommit=off"])
        .ok()
        .never_says(WARNING);
    commit(&[
        "-c",
        "plan.hooks.enabled=false",
        "-c",
        "plan.preCommit=block",
    ])
    .ok()
    .never_says("git-plan");
    commit(&["-c", "plan.preCommit=never"])
        .ok()
        .warns("staged changes not judged: plan.preCommit: expected one of off, warn, block");
    commit(&["-c", "plan.quiet=true", "-c", "plan.preCommit=off"])
        .ok()
        .never_says("git-plan");
    let bypassed = "GIT_PLAN_HOOKS=0 git -c plan.preCommit=block commit -q -m x";
    repo.sh(bypassed).ok().never_says("git-plan");
}

#[test]
fn pre_commit_on_an_unborn_branch() {
    let repo = completed();
    repo.git(["config", "plan.preCommit", "block"]).ok();
    repo.git(["switch", "-q", "--orphan", "fresh"]).ok();
    repo.write("a.py", "old()\n");
    repo.git(["add", "a.py"]).ok();
    repo.git(["commit", "-q", "-m", "first"])
        .exits(1)
        .warns(WARNING);
    repo.write("a.py", "new()\n");
    repo.git(["add", "a.py"]).ok();
    repo.git(["commit", "-q", "-m", "first"])
        .ok()
        .never_says(WARNING);
}

/// Everything in the hooks directory, and the configuration: mode and bytes of each file.
fn installation(repo: &TestRepo) -> BTreeMap<PathBuf, (u32, Vec<u8>)> {
    let hooks = fs::read_dir(repo.path(".git/hooks")).unwrap();
    let files = hooks.map(|entry| entry.unwrap().path());
    let all = files.chain([repo.path(".git/config")]);
    all.map(|path| {
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        (path.clone(), (mode, fs::read(path).unwrap()))
    })
    .collect()
}

/// Puts `ID` for each object id.
fn without_ids(text: &str) -> String {
    let runs = text.split_inclusive(|c: char| !c.is_ascii_hexdigit());
    let hidden = runs.map(|run| {
        if run.len() > 40 {
            format!("ID{}", &run[40..])
        } else {
            run.into()
        }
    });
    hidden.collect()
}

fn user_hook(repo: &TestRepo, name: &str, text: &str) {
    let path = repo.path(".git/hooks").join(name);
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o750)).unwrap();
}

#[test]
fn the_users_hooks_run_as_before_and_come_back_to_the_byte() {
    let repo = TestRepo::new();
    repo.write("f", "1\n");
    repo.commit("base");
    repo.with_remote();
    repo.plan(["init", "--name", "P"]).ok();
    let note = "echo \"$(basename \"$0\") $* $(cat | tr '\\n' ';')\" >>\"$NOTES\"\n";
    user_hook(
        &repo,
        "pre-commit",
        "#!/bin/bash\nset -eu\ntest ! -e stop\necho pre-commit >>\"$NOTES\"",
    );
    user_hook(
        &repo,
        "post-commit",
        &format!("#!/bin/sh\nset -eu\n{note}exit 3\n"),
    );
    user_hook(
        &repo,
        "post-rewrite",
        &format!("#!/bin/bash\nset -euo pipefail\n{note}"),
    );
    user_hook(
        &repo,
        "pre-push",
        &format!("#!/bin/bash\nset -euo pipefail\n{note}test ! -e stop\n"),
    );
    let before = installation(&repo);
    let notes = repo.world().join("notes");
    // What the user's hooks see and decide, all in one script.
    let script = format!(
        "export NOTES={}; git commit -q --allow-empty -m one; \
         git commit -q --allow-empty --amend -m two; git push -q origin main:topic; \
         touch stop; git commit -q --allow-empty -m no; echo $?; \
         git push -q origin main:other; echo $?; rm stop",
        notes.display()
    );
    let run = || {
        let answer = repo.sh(&script).ok();
        let seen = fs::read_to_string(&notes).unwrap();
        fs::remove_file(&notes).unwrap();
        repo.git(["push", "-q", "--no-verify", "origin", ":topic"])
            .ok();
        (answer.stdout, without_ids(&seen))
    };
    let bare = run();
    assert_eq!(bare.0, "1\n1\n");
    assert!(bare.1.contains("post-rewrite amend ID ID"), "{}", bare.1);
    repo.plan(["install"]).ok();
    assert_ne!(installation(&repo), before);
    assert_eq!(run(), bare);
    repo.plan(["uninstall"]).ok();
    assert_eq!(installation(&repo), before);
    assert_eq!(run(), bare);
    assert!(repo.kept("1", crate::support::kept::Which::All).len() >= 2);
}

#[test]
fn uninstalling_leaves_nothing_where_nothing_was() {
    let repo = TestRepo::new();
    let before = installation(&repo);
    repo.plan(["install"]).ok();
    let installed = installation(&repo);
    assert_eq!(installed.len(), before.len() + 6);
    repo.plan(["install"]).ok();
    assert_eq!(installation(&repo), installed);
    repo.plan(["uninstall"]).ok();
    assert_eq!(installation(&repo), before);
    repo.plan(["uninstall"]).ok();
    assert_eq!(installation(&repo), before);
}

#[test]
fn uninstalling_leaves_no_cache_behind_either() {
    let repo = TestRepo::new();
    repo.write("spec.yaml", crate::gate::SPEC);
    repo.commit("base");
    repo.plan(["install"]).ok();
    // A hook or a command may have kept something since.
    repo.plan(["verify", "--spec", "spec.yaml"]).ok();
    repo.write(".git/plan/config.cache", "");
    repo.plan(["uninstall"]).ok();
    assert!(!repo.path(".git/plan").exists());
}

#[test]
fn a_program_that_is_gone_costs_no_commit() {
    let repo = TestRepo::installed();
    for hook in ["pre-commit", "post-commit", "post-rewrite", "pre-push"] {
        // As if installed from a directory that was removed since.
        let path = repo.path(".git/hooks").join(hook);
        let binary = env!("CARGO_BIN_EXE_git-plan");
        let directory = binary.strip_suffix("/git-plan").unwrap();
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, text.replace(directory, "/nonexistent")).unwrap();
    }
    repo.with_remote();
    let script = "PATH=/usr/local/bin:/usr/bin:/bin; git commit -q --allow-empty -m x && \
        git commit -q --amend --allow-empty -m y && git push -q origin main";
    let answer = repo.sh(script).ok();
    assert_eq!(
        answer.stderr,
        "git-plan: program not found, so this push was NOT verified\n"
    );
    repo.git(["config", "plan.hooks.required", "true"]).ok();
    repo.sh("PATH=/usr/local/bin:/usr/bin:/bin; git push -q origin main:again")
        .exits(1);
}
