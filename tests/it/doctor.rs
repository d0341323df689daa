//! `doctor`: what it calls sound, what it calls broken, and that looking changes nothing.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;

use serde_json::Value;

use crate::support::TestRepo;

const PRE_PUSH: &str = ".git/hooks/pre-push";

/// Examines `repo`, which must end with `status`, and returns its findings.
#[track_caller]
fn findings(repo: &TestRepo, status: i32) -> Vec<Value> {
    let answer = repo
        .plan(["doctor", "--format", "json"])
        .exits(status)
        .json();
    assert_eq!(answer["version"], 1);
    answer["findings"].as_array().unwrap().clone()
}

/// Stops the test unless one finding of `check` is that bad and says that.
#[track_caller]
fn found(findings: &[Value], check: &str, severity: &str, what: &str) {
    let is_it = |it: &&Value| {
        it["check"] == check
            && it["severity"] == severity
            && it["what"].as_str().unwrap().contains(what)
    };
    let it = findings.iter().find(is_it);
    let it = it.unwrap_or_else(|| panic!("no {severity} of {check} with {what:?}: {findings:#?}"));
    let advice = it["advice"].as_str().unwrap_or_default();
    assert_eq!(advice.is_empty(), severity == "ok", "{it}");
    for destructive in ["rm ", "-d ", "replace", "reset", "gc", "prune"] {
        assert!(!advice.contains(destructive), "{advice}");
    }
}

fn edit(repo: &TestRepo, file: &str, change: impl FnOnce(String) -> String) {
    let text = String::from_utf8(repo.read(file)).unwrap();
    repo.write(file, change(text));
}

fn chmod(repo: &TestRepo, file: &str, mode: u32) {
    fs::set_permissions(repo.path(file), fs::Permissions::from_mode(mode)).unwrap();
}

/// Every file below `folder` but the memo, with its bytes.
fn everything(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.to_string_lossy().into_owned();
        if path.is_dir() {
            all.extend(everything(&path));
        } else if !name.contains("memo.db") {
            all.push((name, fs::read(&path).unwrap()));
        }
    }
    all.sort();
    all
}

#[test]
fn a_sound_repository_is_called_so_and_left_alone() {
    let repo = TestRepo::installed();
    repo.commit("one");
    // Fired as they are, these would leave something behind.
    for hook in ["post-commit", "pre-push"] {
        edit(&repo, &format!(".git/hooks/{hook}"), |text| {
            text + "touch ran\n"
        });
    }
    let before = everything(repo.root());
    let all = findings(&repo, 0);
    assert_eq!(before, everything(repo.root()));
    let is_personal = |it: &&Value| it["check"] == "man" || it["check"] == "completion";
    let odd = all
        .iter()
        .filter(|it| !is_personal(it) && it["severity"] != "ok");
    assert_eq!(odd.count(), 0, "{all:#?}");
    found(
        &all,
        "hooks",
        "ok",
        "our block is in pre-commit, post-commit",
    );
    found(&all, "probe", "ok", "post-rewrite, pre-push");
    found(
        &all,
        "probe",
        "ok",
        "not fired, since more than our block would run: post-commit;",
    );
    found(&all, "checkpoints", "ok", "1 commit kept, 1 ref");
    repo.plan(["doctor"]).ok().says("\n0 errors, ");
}

#[test]
fn a_repository_without_hooks_is_told_how_to_get_them() {
    let repo = TestRepo::new();
    let all = findings(&repo, 1);
    found(&all, "hooks", "error", "no hook of ours in ");
    found(&all, "database", "ok", "none yet");
    let answer = repo.plan(["doctor"]).exits(1);
    answer
        .says("'git plan install' puts them there")
        .says("\n1 error, ");
}

#[test]
fn hook_files_that_do_not_work_are_told_apart() {
    let check = |spoil: fn(&TestRepo), status: i32, severity: &str, what: &str| {
        let repo = TestRepo::installed();
        spoil(&repo);
        found(&findings(&repo, status), "hooks", severity, what);
    };
    check(
        |repo| chmod(repo, PRE_PUSH, 0o644),
        1,
        "error",
        "not executable",
    );
    check(
        |repo| fs::remove_file(repo.path(PRE_PUSH)).unwrap(),
        1,
        "error",
        "no pre-push",
    );
    check(
        |repo| fs::remove_file(repo.path(".git/hooks/post-merge")).unwrap(),
        0,
        "warning",
        "no post-merge",
    );
    check(
        |repo| {
            edit(repo, ".git/hooks/post-commit", |text| {
                text.replace("/bin/sh", "/no/such/sh") + "make check\n"
            });
        },
        0,
        "warning",
        "run by /no/such/sh, which is not there, so Git cannot start it",
    );
    check(
        |repo| edit(repo, PRE_PUSH, |text| text.replace('\n', "\r\n")),
        1,
        "error",
        "CR LF",
    );
    check(
        |repo| {
            edit(repo, PRE_PUSH, |text| {
                text.replace("exit \"$git_plan_in\"", ":")
            })
        },
        0,
        "warning",
        "edited by hand",
    );
    check(
        |repo| edit(repo, PRE_PUSH, |text| text.replacen('\n', "\nexit 0\n", 1)),
        0,
        "warning",
        "not the first thing",
    );
    check(
        |repo| repo.write(PRE_PUSH, "#!/bin/sh\nmake check\n"),
        1,
        "error",
        "your own hook, without our block",
    );
    check(
        |repo| repo.write(PRE_PUSH, "#!/bin/sh\ngit-plan hook pre-push -- \"$@\"\n"),
        0,
        "ok",
        "calls git-plan",
    );
    check(
        |repo| {
            repo.write(
                PRE_PUSH,
                "#!/usr/bin/env bash\n# File generated by pre-commit\n",
            )
        },
        1,
        "error",
        "written by pre-commit",
    );
    check(
        |repo| {
            fs::copy(repo.path(PRE_PUSH), repo.path(".git/hooks/pre-push.legacy")).unwrap();
        },
        0,
        "warning",
        "runs twice",
    );
}

#[test]
fn a_hook_that_cannot_find_the_program_is_caught_by_firing_it() {
    let mut repo = TestRepo::new();
    let bin = repo.world().join("bin");
    fs::create_dir(&bin).unwrap();
    symlink(env!("CARGO_BIN_EXE_git-plan"), bin.join("git-plan")).unwrap();
    let path = std::env::var("PATH").unwrap();
    repo.env("PATH", &format!("{}:{path}", bin.display()));
    repo.plan(["install"]).ok();
    found(&findings(&repo, 0), "probe", "ok", "with a bare PATH");
    fs::rename(&bin, repo.world().join("moved")).unwrap();
    repo.env(
        "PATH",
        &format!("{}:{path}", repo.world().join("moved").display()),
    );
    let all = findings(&repo, 0);
    found(&all, "hooks", "warning", "looks for git-plan in ");
    if !Path::new("/usr/local/bin/git-plan").exists() {
        found(
            &all,
            "probe",
            "warning",
            "post-commit reaches git-plan from this shell, but not with",
        );
    }
}

#[test]
fn a_block_in_place_that_reaches_nothing_is_an_error() {
    let repo = TestRepo::installed();
    // The shell that runs the hook is none: what stands in the file does not matter.
    let shell = repo.world().join("sh");
    std::os::unix::fs::symlink("/bin/true", &shell).unwrap();
    edit(&repo, PRE_PUSH, |text| {
        text.replacen("/bin/sh", shell.to_str().unwrap(), 1)
    });
    let all = findings(&repo, 1);
    found(
        &all,
        "probe",
        "error",
        "pre-push was fired, and git-plan did not answer",
    );
}

#[test]
fn every_work_tree_is_looked_at() {
    let repo = TestRepo::installed();
    let linked = repo.world().join("linked");
    repo.git(["worktree", "add", "-q", linked.to_str().unwrap()])
        .ok();
    found(&findings(&repo, 0), "hooks", "ok", "(for 2 work trees)");
    repo.git(["config", "extensions.worktreeConfig", "true"])
        .ok();
    let nowhere = ["config", "--worktree", "core.hooksPath", ".husky/_"];
    repo.git_in(&linked, nowhere).ok();
    let all = findings(&repo, 1);
    found(
        &all,
        "hooks",
        "error",
        "linked/.husky/_, which is not there",
    );
    found(&all, "hooks", "ok", "repo/.git/hooks: our block is in");
    repo.git_in(&linked, ["config", "--worktree", "core.hooksPath", ""])
        .ok();
    found(
        &findings(&repo, 1),
        "hooks",
        "error",
        "core.hooksPath is '' in ",
    );
    fs::remove_dir_all(&linked).unwrap();
    found(&findings(&repo, 0), "hooks", "ok", "linked is gone");
}

#[test]
fn starving_lfs_is_noticed() {
    let repo = TestRepo::installed();
    repo.git(["config", "filter.lfs.process", "git-lfs filter-process"])
        .ok();
    findings(&repo, 0);
    repo.write(".gitattributes", "*.bin filter=lfs\n");
    found(
        &findings(&repo, 1),
        "lfs",
        "error",
        "its files are not pushed",
    );
}

#[test]
fn what_switches_hooks_off_is_named() {
    let mut repo = TestRepo::installed();
    for (key, value) in [
        ("plan.hooks.enabled", "false"),
        ("plan.prePush", "off"),
        ("plan.postCommit", "off"),
        ("alias.plan", "log"),
    ] {
        repo.git(["config", key, value]).ok();
    }
    repo.env("GIT_PLAN_HOOKS", "0");
    let all = findings(&repo, 0);
    for what in [
        "plan.hooks.enabled",
        "plan.prePush",
        "plan.postCommit",
        "GIT_PLAN_HOOKS",
    ] {
        found(&all, "config", "warning", what);
    }
    found(&all, "aliases", "warning", "alias.plan is 'log'");
    found(&all, "probe", "ok", "git-plan answered");
    // However it is written.
    for key in ["plan.prePush", "plan.postCommit"] {
        repo.git(["config", key, "No"]).ok();
        found(
            &findings(&repo, 0),
            "config",
            "warning",
            &format!("{key} is off"),
        );
    }
}

#[test]
fn settings_that_mean_nothing_are_errors() {
    let repo = TestRepo::installed();
    for key in [
        "plan.hooks.enabled",
        "plan.prePush",
        "plan.preCommit",
        "plan.postCommit",
        "plan.quiet",
        "plan.hooks.timeout",
        "plan.verify.timeout",
    ] {
        repo.git(["config", key, "perhaps"]).ok();
        found(&findings(&repo, 1), "config", "error", key);
        repo.plan(["doctor"])
            .exits(1)
            .says(&format!("'git config --show-origin {key}' tells where"));
        repo.git(["config", "--unset", key]).ok();
    }
}

#[test]
fn damage_to_what_is_stored_is_found() {
    let check = |spoil: fn(&TestRepo), check: &str, what: &str| {
        let repo = TestRepo::installed();
        repo.commit("one");
        spoil(&repo);
        found(&findings(&repo, 1), check, "error", what);
    };
    check(
        |repo| {
            repo.write(
                ".git/plan/planning.db",
                "not a database, whatever it was before",
            )
        },
        "database",
        "is not a git-plan database",
    );
    check(
        |repo| fs::remove_file(repo.path(".git/plan/planning.db")).unwrap(),
        "database",
        "is missing, yet 1 ref of checkpoints",
    );
    check(
        |repo| {
            let ghost = format!(".git/refs/plan/checkpoints/{}", "1".repeat(40));
            repo.write(&ghost, format!("{}\n", "1".repeat(40)));
        },
        "checkpoints",
        "refs without an object",
    );
    check(
        |repo| {
            let head = repo.rev("HEAD");
            let object = repo.path(&format!(".git/objects/{}/{}", &head[..2], &head[2..]));
            fs::remove_file(object).unwrap();
        },
        "checkpoints",
        "their objects are gone: commit-",
    );
}
