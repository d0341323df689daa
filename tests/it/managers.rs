//! Real hook managers beside git-plan, installed before and after it, each twice: nobody's hooks
//! stop running unless somebody says so.
//!
//! `cargo test --test it managers:: -- --ignored` runs them, with pre-commit, prek, lefthook, husky
//! and git-lfs on PATH; CI installs those (.github/workflows/ci.yml).

use std::fs;
use std::path::Path;

use crate::support::TestRepo;
use crate::support::verbs::SPEC;

/// Which came first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum First {
    Manager,
    GitPlan,
}

const MINE: [&str; 3] = ["pre-commit", "post-commit", "pre-push"];

/// A repository with a remote and a completed task that forbids `legacy`; hooks of the user's write
/// down in a file beside it that they ran.
fn world() -> TestRepo {
    let mut repo = TestRepo::new();
    let global = repo.world().join("home/.gitconfig");
    fs::write(&global, "").unwrap();
    repo.env("GIT_CONFIG_GLOBAL", global.to_str().unwrap());
    let record = repo.world().join("record");
    repo.env("RECORD", record.to_str().unwrap());
    repo.with_remote();
    repo.write("a.py", "modern()\n");
    repo.commit("base");
    repo.plan(["init", "--name", "P"]).ok();
    repo.write("../spec.yaml", SPEC);
    repo.plan(["add-task", "--title", "t", "--spec", "../spec.yaml"])
        .ok();
    repo.plan(["start", "1"]).ok();
    repo.plan(["verify-task"]).ok();
    repo
}

fn twice(repo: &TestRepo, command: &str) {
    repo.sh(command).ok();
    repo.sh(command).ok();
}

/// What the user's own hooks have written down since it was last asked.
fn record(repo: &TestRepo) -> String {
    let file = repo.world().join("record");
    let text = fs::read_to_string(&file).unwrap_or_default();
    drop(fs::remove_file(file));
    text
}

/// Names the hooks in which git-plan ran since it was last asked.
fn ours(repo: &TestRepo) -> Vec<String> {
    let folder = repo.path(".git/plan/hooks");
    let entries = fs::read_dir(&folder).into_iter().flatten();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    drop(fs::remove_dir_all(folder));
    names.sort();
    names
}

/// Commits, amends and pushes, and expects everybody's hooks to run; then pushes what breaks the
/// task, which must not arrive.
#[track_caller]
fn everybody_runs(repo: &TestRepo) {
    let push = "git push -q -f origin main 2>&1";
    record(repo);
    ours(repo);
    repo.write("a.py", "modern(1)\n");
    repo.commit("fine");
    assert_eq!(ours(repo), ["post-commit", "pre-commit"]);
    assert_eq!(record(repo), "pre-commit\npost-commit\n");
    repo.git(["commit", "-q", "--amend", "-m", "finer"]).ok();
    // Nothing is staged, and lefthook runs no pre-commit job then.
    let ran = ours(repo);
    assert_eq!(ran[..2], ["post-commit", "post-rewrite"], "{ran:?}");
    record(repo);
    repo.sh(push).ok();
    assert_eq!(ours(repo), ["pre-push"]);
    let said = record(repo);
    assert!(said.starts_with("pre-push"), "{said}");

    repo.write("a.py", "legacy()\n");
    repo.commit("broken");
    let sent = repo.git(["ls-remote", "origin", "main"]).ok().stdout;
    repo.sh(push).exits(1).says("task 1.1 t: 1 violation");
    assert_eq!(repo.git(["ls-remote", "origin", "main"]).ok().stdout, sent);
    repo.write("a.py", "modern(2)\n");
    repo.commit("mended");
    record(repo);
    ours(repo);
    repo.sh(push).ok();
    assert_eq!(ours(repo), ["pre-push"]);
    assert!(record(repo).starts_with("pre-push"));
    let arrived = repo.git(["ls-remote", "origin", "main"]).ok().stdout;
    assert!(arrived.starts_with(&repo.rev("HEAD")), "{arrived}");
}

/// Only the user's own hooks run, as they would without us.
#[track_caller]
fn only_theirs_run(repo: &TestRepo) {
    record(repo);
    ours(repo);
    repo.commit_file("without us");
    assert_eq!(record(repo), "pre-commit\npost-commit\n");
    repo.sh("git push -q -f origin main").ok();
    assert!(record(repo).starts_with("pre-push"));
    assert_eq!(ours(repo), [""; 0]);
}

/// Installs git-plan twice: everything is in place then.
#[track_caller]
fn install_twice(repo: &TestRepo) {
    repo.plan(["install"]).ok();
    repo.plan(["install"]).ok().says("Nothing to change");
}

/// Expects a refusal with the lines for the tool, and returns those lines.
#[track_caller]
fn told_how(repo: &TestRepo, tool: &str) -> String {
    let refused = repo.plan(["install"]).exits(1);
    let manual = format!("--manual={tool}");
    let refused = refused.warns(&format!("'git plan install {manual}' prints alone"));
    let mine = format!("--hooks={}", MINE.join(","));
    let lines = repo.plan(["install", &manual, &mine]).ok().stdout;
    for line in lines.lines() {
        assert!(refused.stderr.contains(line), "{line}: {}", refused.stderr);
    }
    repo.plan(["install", &manual]).ok().stdout
}

#[track_caller]
fn lost(repo: &TestRepo, hooks: &str) {
    repo.plan(["status"]).ok().warns(&format!(
        "hooks that were installed no longer reach git-plan: {hooks}"
    ));
    repo.plan(["doctor"]).exits(1);
}

#[track_caller]
fn sound(repo: &TestRepo) {
    repo.plan(["status"]).ok().never_says("no longer");
    repo.plan(["doctor"]).ok();
}

const PRE_COMMIT: &str = ".pre-commit-config.yaml";

/// The user's own hooks in pre-commit's configuration.
fn pre_commit_configuration() -> String {
    let mut text = format!(
        "default_install_hook_types: [{}]\nrepos:\n  - repo: local\n    hooks:\n",
        MINE.join(", ")
    );
    for hook in MINE {
        text += &format!(
            "      - id: mine-{hook}\n        name: mine\n        language: system\n        \
             entry: sh -c 'echo {hook} >>\"$RECORD\"'\n        stages: [{hook}]\n        \
             always_run: true\n        pass_filenames: false\n"
        );
    }
    text
}

/// Puts our lines where they belong in pre-commit's configuration.
fn merge_pre_commit(repo: &TestRepo, lines: &str) {
    let theirs = pre_commit_configuration();
    let (_, hooks) = theirs.split_once("repos:\n").unwrap();
    repo.write(PRE_COMMIT, format!("{lines}{hooks}"));
    repo.commit("configuration");
}

fn beside_pre_commit(program: &str, first: First) {
    let repo = world();
    let install = format!("{program} install");
    repo.write(PRE_COMMIT, pre_commit_configuration());
    repo.commit("configuration");
    match first {
        First::Manager => twice(&repo, &install),
        First::GitPlan => install_twice(&repo),
    }
    for _ in 0..2 {
        // Both run what they find beside their own hooks, and put what they find there.
        match first {
            First::Manager => install_twice(&repo),
            First::GitPlan => twice(&repo, &install),
        }
        twice(&repo, &install);
        install_twice(&repo);
        everybody_runs(&repo);
        every_ref_is_judged(&repo);
        sound(&repo);
    }
    repo.plan(["uninstall"]).ok();
    only_theirs_run(&repo);
}

/// Called by an entry in the configuration alone, as where a team shares one: all that is said of a
/// push is its first ref, and of a history that the remote has nothing of not even its commit.
fn called_by_pre_commit(program: &str) {
    let repo = world();
    let lines = repo.plan(["install", "--manual=pre-commit"]).ok().stdout;
    merge_pre_commit(&repo, &lines);
    twice(&repo, &format!("{program} install"));
    everybody_runs(&repo);
    repo.git(["init", "-q", "--bare", "../empty.git"]).ok();
    repo.git(["remote", "add", "empty", "../empty.git"]).ok();
    repo.write("a.py", "legacy()\n");
    repo.commit("broken");
    let push = "git push -q empty main 2>&1";
    repo.sh(push).exits(1).says("task 1.1 t: 1 violation");
    repo.sh("git push -q empty main~1:refs/heads/main").ok();

    // A second ref gets through, and is noticed afterwards.
    repo.git(["switch", "-q", "-c", "good", "main~1"]).ok();
    repo.commit_file("good");
    repo.git(["switch", "-q", "main"]).ok();
    repo.sh("git push -q origin good:a main:b").ok();
    repo.plan(["status"])
        .ok()
        .warns("breaks 1 completed task")
        .warns("origin/b");
    repo.git(["push", "-q", "origin", ":a"]).ok();
    repo.git(["push", "-q", "origin", ":b"]).ok();

    // With the block every ref is judged.
    repo.git(["reset", "-q", "--hard", "HEAD~1"]).ok();
    install_twice(&repo);
    everybody_runs(&repo);
    every_ref_is_judged(&repo);
    sound(&repo);
    repo.write(PRE_COMMIT, pre_commit_configuration());
    repo.commit("configuration");
    repo.plan(["uninstall"]).ok();
    only_theirs_run(&repo);
}

/// Pushes two refs, of which only the second breaks the task.
#[track_caller]
fn every_ref_is_judged(repo: &TestRepo) {
    repo.git(["switch", "-q", "-C", "bad"]).ok();
    repo.write("a.py", "legacy()\n");
    repo.commit("broken");
    repo.git(["switch", "-q", "main"]).ok();
    repo.sh("git push -q origin main:a bad:b 2>&1")
        .exits(1)
        .says("task 1.1 t: 1 violation")
        .says("refs/heads/b");
    repo.git(["ls-remote", "--exit-code", "origin", "a"])
        .exits(2);
}

#[test]
#[ignore = "needs pre-commit"]
fn pre_commit_before() {
    beside_pre_commit("pre-commit", First::Manager);
}

#[test]
#[ignore = "needs pre-commit"]
fn pre_commit_after() {
    beside_pre_commit("pre-commit", First::GitPlan);
}

#[test]
#[ignore = "needs prek"]
fn prek_before() {
    beside_pre_commit("prek", First::Manager);
}

#[test]
#[ignore = "needs prek"]
fn prek_after() {
    beside_pre_commit("prek", First::GitPlan);
}

#[test]
#[ignore = "needs pre-commit"]
fn pre_commit_calls_us() {
    called_by_pre_commit("pre-commit");
}

#[test]
#[ignore = "needs prek"]
fn prek_calls_us() {
    called_by_pre_commit("prek");
}

/// Our own `.pre-commit-hooks.yaml`, used as a repository of hooks.
#[test]
#[ignore = "needs pre-commit"]
fn pre_commit_takes_our_entries_from_our_repository() {
    let repo = world();
    let source = repo.world().join("git-plan");
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join(".pre-commit-hooks.yaml");
    repo.sh(&format!(
        "pre-commit validate-manifest '{}'",
        shipped.display()
    ))
    .ok();
    fs::create_dir(&source).unwrap();
    fs::copy(shipped, source.join(".pre-commit-hooks.yaml")).unwrap();
    repo.sh(
        "cd ../git-plan && git init -q && git add -A && git -c user.name=t -c user.email=t \
             commit -q -m x && git tag v1",
    )
    .ok();
    let ours = [
        "pre-commit",
        "post-commit",
        "post-merge",
        "post-rewrite",
        "pre-push",
    ];
    let ids: String = ours
        .iter()
        .map(|hook| format!("      - id: git-plan-{hook}\n"))
        .collect();
    let theirs = pre_commit_configuration();
    let (_, hooks) = theirs.split_once("repos:\n").unwrap();
    repo.write(
        PRE_COMMIT,
        format!(
            "default_install_hook_types: [{}]\nrepos:\n  - repo: {}\n    rev: v1\n    \
             hooks:\n{ids}{hooks}",
            ours.join(", "),
            source.display()
        ),
    );
    repo.commit("configuration");
    twice(&repo, "pre-commit install");
    install_twice(&repo);
    everybody_runs(&repo);
    sound(&repo);
}

/// The user's own hooks in lefthook's configuration, and our job where there is one.
fn lefthook_configuration(lines: &str) -> String {
    let mut text = String::new();
    for hook in MINE {
        text += &format!("{hook}:\n  jobs:\n    - run: echo {hook} >>\"$RECORD\"\n");
        if let Some((_, ours)) = lines.split_once(&format!("\n{hook}:\n  jobs:\n")) {
            let job = ours.lines().take_while(|line| line.starts_with("    "));
            text.extend(job.flat_map(|line| [line, "\n"]));
        }
    }
    let others = lines.lines().skip_while(|line| line.starts_with('#'));
    let mut is_theirs = false;
    for line in others {
        if !line.starts_with(' ') {
            is_theirs = MINE.contains(&line.trim_end_matches(':'));
        }
        if !is_theirs {
            text += &format!("{line}\n");
        }
    }
    text
}

fn beside_lefthook(first: First) {
    let repo = world();
    let install = "lefthook install";
    repo.write("lefthook.yml", lefthook_configuration(""));
    repo.commit("configuration");
    match first {
        First::Manager => twice(&repo, install),
        First::GitPlan => {
            install_twice(&repo);
            twice(&repo, install);
            // lefthook puts what it finds aside and never runs it.
            lost(&repo, "pre-commit, post-commit, pre-push");
        }
    }
    let lines = told_how(&repo, "lefthook");
    repo.write("lefthook.yml", lefthook_configuration(&lines));
    repo.commit("configuration");
    twice(&repo, install);
    install_twice(&repo);
    twice(&repo, install);
    everybody_runs(&repo);
    sound(&repo);
    repo.write("lefthook.yml", lefthook_configuration(""));
    repo.commit("configuration");
    twice(&repo, install);
    repo.plan(["uninstall"]).ok();
    only_theirs_run(&repo);
}

#[test]
#[ignore = "needs lefthook"]
fn lefthook_before() {
    beside_lefthook(First::Manager);
}

#[test]
#[ignore = "needs lefthook"]
fn lefthook_after() {
    beside_lefthook(First::GitPlan);
}

/// The user's own hooks where husky looks for them, and our line before them.
fn husky_hooks(repo: &TestRepo, lines: &str) {
    for hook in MINE {
        repo.write(
            &format!(".husky/{hook}"),
            format!("echo {hook} >>\"$RECORD\"\n"),
        );
    }
    let mut file = String::new();
    for line in lines.lines() {
        match line.strip_prefix("# .husky/") {
            Some(name) => file = format!(".husky/{}", name.split(':').next().unwrap()),
            None => {
                let theirs = fs::read_to_string(repo.path(&file)).unwrap_or_default();
                repo.write(&file, format!("{line}\n{theirs}"));
            }
        }
    }
    repo.commit("configuration");
}

fn beside_husky(first: First) {
    let repo = world();
    husky_hooks(&repo, "");
    match first {
        First::Manager => twice(&repo, "husky"),
        First::GitPlan => {
            install_twice(&repo);
            twice(&repo, "husky");
            // husky has Git look elsewhere.
            lost(
                &repo,
                "pre-commit, post-commit, post-merge, post-applypatch, post-rewrite, pre-push",
            );
        }
    }
    let refused = repo.plan(["install"]).exits(1);
    refused.warns("git-plan hook pre-push -- \"$@\"");
    let lines = repo.plan(["install", "--manual=husky"]).ok().stdout;
    husky_hooks(&repo, &lines);
    twice(&repo, "husky");
    install_twice(&repo);
    twice(&repo, "husky");
    everybody_runs(&repo);
    repo.plan(["status"]).ok().never_says("no longer");
    // What husky generates is not tracked, so a new work tree has no hooks at all.
    repo.git(["worktree", "add", "-q", "../linked"]).ok();
    repo.plan(["doctor"])
        .exits(1)
        .says("linked/.husky/_, which is not there");
    husky_hooks(&repo, "");
    for hook in ["post-merge", "post-applypatch", "post-rewrite"] {
        fs::remove_file(repo.path(&format!(".husky/{hook}"))).unwrap();
    }
    repo.plan(["uninstall"]).ok();
    only_theirs_run(&repo);
}

#[test]
#[ignore = "needs husky"]
fn husky_before() {
    beside_husky(First::Manager);
}

#[test]
#[ignore = "needs husky"]
fn husky_after() {
    beside_husky(First::GitPlan);
}

#[test]
#[ignore = "needs lefthook, husky and pre-commit"]
fn hooks_in_the_configuration_run_beside_everybody() {
    let probe = "git -c hook.x.command=true -c hook.x.event=post-commit hook list post-commit";
    for manager in ["lefthook install", "husky", "pre-commit install"] {
        let repo = world();
        if repo.sh(probe).status != 0 {
            eprintln!("SKIPPED: this Git runs no hooks from its configuration");
            return;
        }
        repo.write("lefthook.yml", lefthook_configuration(""));
        repo.write(PRE_COMMIT, pre_commit_configuration());
        husky_hooks(&repo, "");
        let install = ["install", "--mode=config"];
        repo.plan(install).ok();
        twice(&repo, manager);
        repo.plan(install).ok().says("Nothing to change");
        everybody_runs(&repo);
        sound(&repo);
        repo.plan(["uninstall"]).ok();
        only_theirs_run(&repo);
    }
}

/// Commits a file that Git LFS stores and pushes it; its bytes must arrive at the remote.
#[track_caller]
fn lfs_arrives(repo: &TestRepo, name: &str) {
    repo.write(&format!("{name}.bin"), name);
    repo.commit(name);
    ours(repo);
    repo.sh("git push -q -f origin main").ok();
    assert_eq!(ours(repo), ["pre-push"]);
    let pointer = repo.git(["show", &format!("HEAD:{name}.bin")]).ok().stdout;
    let id = pointer.split_once("oid sha256:").unwrap().1;
    let id = id.lines().next().unwrap();
    let stored = format!("origin.git/lfs/objects/{}/{}/{id}", &id[..2], &id[2..4]);
    assert_eq!(
        fs::read(repo.world().join(stored)).unwrap(),
        name.as_bytes()
    );
}

#[test]
#[ignore = "needs git-lfs"]
fn lfs_before() {
    let repo = world();
    twice(&repo, "git lfs install");
    repo.sh("git lfs track '*.bin'").ok();
    install_twice(&repo);
    lfs_arrives(&repo, "one");
    sound(&repo);
    // It complains about the changed files and leaves them.
    repo.sh("git lfs install").exits(2);
    repo.sh("git lfs install").exits(2);
    repo.plan(["install"]).ok().says("Nothing to change");
    lfs_arrives(&repo, "two");
    repo.plan(["uninstall"]).ok();
    twice(&repo, "git lfs install");
    repo.write("three.bin", "three");
    repo.commit("three");
    repo.sh("git push -q origin main").ok();
    assert!(repo.world().join("origin.git/lfs").exists());
}

#[test]
#[ignore = "needs git-lfs"]
fn lfs_after() {
    let repo = world();
    install_twice(&repo);
    repo.sh("git lfs install --skip-repo").ok();
    repo.sh("git lfs install").exits(2);
    repo.sh("git lfs track '*.bin'").ok();
    repo.commit("attributes");
    repo.plan(["doctor"])
        .exits(1)
        .says("beside our pre-push it did not add its own: its files are not pushed")
        .says("run 'git plan uninstall', 'git lfs update' and 'git plan install', in this order");
    repo.sh("git plan uninstall && git lfs update && git plan install")
        .ok();
    install_twice(&repo);
    lfs_arrives(&repo, "one");
    sound(&repo);

    // The same without hooks of anybody's: LFS comes first.
    repo.plan(["uninstall"]).ok();
    for hook in ["pre-push", "post-commit", "post-merge", "post-checkout"] {
        fs::remove_file(repo.path(".git/hooks").join(hook)).unwrap();
    }
    repo.plan(["install"])
        .exits(1)
        .warns("Git LFS is used here but its hooks are missing")
        .warns("run 'git lfs update', then 'git plan install' again");
    repo.sh("git lfs update").ok();
    install_twice(&repo);
    lfs_arrives(&repo, "two");
}
