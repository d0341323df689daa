//! Installing for a repository, a work tree and a user, by files and in the configuration; and
//! uninstalling, after which everything is as before.

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use crate::support::TestRepo;

const CHECKPOINT: &str = "git-plan: plan 1 · checkpoint";

/// Everything below the folders, and the files: mode and bytes of each.
fn state(places: &[PathBuf]) -> BTreeMap<PathBuf, (u32, Vec<u8>)> {
    let mut found = BTreeMap::new();
    for place in places {
        let Ok(metadata) = fs::symlink_metadata(place) else {
            continue;
        };
        let bytes = if metadata.is_dir() {
            let entries = fs::read_dir(place).unwrap();
            let below: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
            found.extend(state(&below));
            Vec::new()
        } else if metadata.is_symlink() {
            let target = fs::read_link(place).unwrap();
            target.into_os_string().into_encoded_bytes()
        } else {
            fs::read(place).unwrap()
        };
        found.insert(place.clone(), (metadata.permissions().mode(), bytes));
    }
    found
}

fn hooks_and_config(repo: &TestRepo) -> BTreeMap<PathBuf, (u32, Vec<u8>)> {
    state(&[repo.path(".git/hooks"), repo.path(".git/config")])
}

/// A repository with a plan and nothing installed.
fn planned() -> TestRepo {
    let repo = TestRepo::new();
    repo.commit("base");
    repo.plan(["init", "--name", "P"]).ok();
    repo
}

/// Gives the user a configuration of their own, with `text` in it.
fn with_user_config(repo: &mut TestRepo, text: &str) -> PathBuf {
    let path = repo.world().join("home/.gitconfig");
    fs::write(&path, text).unwrap();
    repo.env("GIT_CONFIG_GLOBAL", path.to_str().unwrap());
    path
}

/// Reports whether this Git runs hooks from its configuration; says so loudly where it does not.
fn git_runs_configured_hooks(repo: &TestRepo) -> bool {
    let probe = "git -c hook.x.command=true -c hook.x.event=post-commit hook list post-commit";
    let runs = repo.sh(probe).status == 0;
    if !runs {
        let version = repo.git(["version"]).stdout;
        eprintln!("SKIPPED in part: {version} runs no hooks from its configuration");
    }
    runs
}

#[test]
fn configuration_hooks_are_refused_where_git_would_not_look() {
    let repo = planned();
    if git_runs_configured_hooks(&repo) {
        return;
    }
    let before = hooks_and_config(&repo);
    for scope in ["--local", "--global"] {
        repo.plan(["install", "--mode=config", scope]).exits(1);
    }
    repo.plan(["install", "--mode=config"])
        .exits(1)
        .warns("does not run hooks from its configuration")
        .warns("hint: Git 2.54 and newer do; '--mode=file', the default, works with every Git");
    assert_eq!(hooks_and_config(&repo), before);
    // Those that another Git wrote are noticed, and taken out all the same.
    let config = repo.path(".git/config");
    let text = fs::read_to_string(&config).unwrap();
    let block = repo.plan(["install", "--manual", "--hooks=pre-push"]).ok();
    let block = block.stdout.split_once('\n').unwrap().1.to_owned();
    let command = format!("git_plan() {{\n{block}}}\ngit_plan");
    for (key, value) in [("command", &*command), ("event", "pre-push")] {
        let key = format!("hook.git-plan-pre-push.{key}");
        repo.git(["config", &key, value]).ok();
    }
    repo.plan(["doctor"])
        .exits(1)
        .says("the configuration has pre-push, and this Git looks for hooks in files only");
    repo.plan(["uninstall"])
        .ok()
        .says("config: pre-push taken out of the configuration");
    assert_eq!(fs::read_to_string(&config).unwrap(), text);
}

#[test]
fn configuration_hooks_run_and_go_to_the_byte() {
    let repo = planned();
    if !git_runs_configured_hooks(&repo) {
        return;
    }
    let remote = repo.with_remote();
    for ending in ["", "# the end, without a line break"] {
        let config = repo.path(".git/config");
        let text = fs::read_to_string(&config).unwrap() + ending;
        fs::write(&config, &text).unwrap();
        fs::set_permissions(&config, Permissions::from_mode(0o640)).unwrap();
        let before = hooks_and_config(&repo);
        repo.plan(["install", "--mode=config"])
            .ok()
            .says("Hooks in the configuration ")
            .says("  pre-push        created");
        let installed = hooks_and_config(&repo);
        repo.plan(["install", "--mode=config"])
            .ok()
            .says("Nothing to change");
        assert_eq!(hooks_and_config(&repo), installed);
        repo.plan(["install"])
            .exits(1)
            .warns("Git runs it from the configuration already");
        repo.commit("one").warns(CHECKPOINT);
        repo.git(["commit", "-q", "--amend", "--allow-empty", "-m", "two"])
            .ok()
            .warns(CHECKPOINT);
        repo.git(["push", "-q", "-f", "origin", "main"]).ok();
        repo.plan(["doctor"])
            .ok()
            .says("the configuration has pre-commit, post-commit, post-merge")
            .says("git-plan answered: pre-commit, post-commit");
        repo.git(["config", "hook.git-plan-pre-push.enabled", "false"])
            .ok();
        repo.plan(["doctor"])
            .exits(1)
            .says("switched off in the configuration: pre-push");
        repo.plan(["uninstall"]).ok().says("post-merge taken out");
        assert_eq!(hooks_and_config(&repo), before);
    }
    assert!(remote.exists());
    // The gate holds as from a file.
    repo.plan(["install", "--mode=config"]).ok();
    repo.write("a.py", "new()\n");
    repo.commit("code");
    repo.write("../spec.yaml", crate::support::verbs::SPEC);
    repo.plan(["add-task", "1", "--title", "t", "--spec", "../spec.yaml"])
        .ok();
    repo.plan(["verify-task", "1", "1"]).ok();
    repo.write("a.py", "legacy()\n");
    repo.commit("broken");
    repo.git(["push", "-q", "origin", "main"])
        .exits(1)
        .warns("task 1.1 t");
    // With the files as well, each hook would run twice.
    repo.plan(["uninstall"]).ok();
    repo.plan(["install"]).ok();
    repo.plan(["install", "--mode=config"])
        .exits(1)
        .warns("holds our block already");
}

#[test]
fn a_user_may_have_the_hooks_in_every_repository() {
    let mut repo = planned();
    let config = with_user_config(&mut repo, "[user]\n\tname = me");
    if !git_runs_configured_hooks(&repo) {
        return;
    }
    let home = repo.world().join("home");
    let before = state(std::slice::from_ref(&config));
    repo.plan_in(&home, ["install", "--global", "--mode=config"])
        .ok()
        .says("Hooks in the configuration ");
    repo.commit("one").warns(CHECKPOINT);
    assert!(!repo.path(".git/hooks/post-commit").exists());
    repo.plan(["doctor"]).ok();
    repo.plan_in(&home, ["uninstall", "--global"]).ok();
    assert_eq!(state(std::slice::from_ref(&config)), before);
    assert!(!home.join(".local/share/git-plan").exists());
}

#[test]
fn a_user_without_a_place_for_hooks_is_told_of_some() {
    let mut repo = planned();
    let config = with_user_config(&mut repo, "");
    let home = repo.world().join("home");
    let install = || repo.plan_in(&home, ["install", "--global"]);
    install()
        .exits(1)
        .warns("no directory of yours holds hooks for more than one repository")
        .warns("1. set init.templateDir in your own configuration");
    assert_eq!(fs::read(&config).unwrap(), b"");

    let templates = home.join("templates");
    fs::write(&config, "[init]\n\ttemplateDir = ~/templates").unwrap();
    let before = state(&[config.clone(), templates.clone()]);
    install()
        .ok()
        .says("templates/hooks:\n")
        .says("note: Git copies these hooks into repositories that are made or cloned");
    install().ok().says("Nothing to change");
    repo.git_in(&home, ["init", "-q", "new"]).ok();
    let new = home.join("new");
    repo.plan_in(&new, ["init", "--name", "N"]).ok();
    repo.sh("cd ../home/new && git -c user.name=t -c user.email=t commit -q --allow-empty -m x")
        .ok()
        .warns(CHECKPOINT);
    repo.git_in(&new, ["rewind", "--format", "json"]).ok();
    repo.plan_in(&home, ["uninstall", "--global"]).ok();
    assert_eq!(state(&[config.clone(), templates]), before);

    // One directory for all repositories, on purpose.
    fs::write(&config, "[core]\n\thooksPath = ~/hooks\n").unwrap();
    repo.plan(["install"])
        .exits(1)
        .warns("in the global configuration");
    install().ok().says("home/hooks:\n");
    repo.commit("one").warns(CHECKPOINT);
    repo.plan(["doctor"]).ok();
    repo.plan_in(&home, ["uninstall", "--global"]).ok();
    assert!(!home.join("hooks").exists());
    assert_eq!(
        fs::read_to_string(&config).unwrap(),
        "[core]\n\thooksPath = ~/hooks\n"
    );
}

#[test]
fn a_device_is_no_configuration_of_the_users() {
    let repo = planned();
    repo.plan(["install", "--global"])
        .exits(1)
        .warns("error: /dev/null is not a file");
}

#[test]
fn a_configuration_that_was_not_there_is_not_there_afterwards() {
    let mut repo = planned();
    let config = with_user_config(&mut repo, "");
    fs::remove_file(&config).unwrap();
    let hooks = repo.world().join("hooks");
    let set = format!("[core]\n\thooksPath = {}\n", hooks.display());
    fs::write(&config, &set).unwrap();
    // A dotfile manager's: Git writes through the link.
    let real = repo.world().join("dotfiles");
    fs::rename(&config, &real).unwrap();
    symlink(&real, &config).unwrap();
    repo.plan(["install", "--global"]).ok();
    assert!(fs::read_to_string(&real).unwrap().contains("rewind"));
    repo.plan(["uninstall", "--global"]).ok();
    assert!(fs::symlink_metadata(&config).unwrap().is_symlink());
    assert_eq!(fs::read_to_string(&real).unwrap(), set);
}

#[test]
fn a_work_tree_may_have_hooks_of_its_own() {
    let repo = planned();
    let linked = repo.world().join("linked");
    repo.git(["worktree", "add", "-q", linked.to_str().unwrap()])
        .ok();
    let install = || repo.plan_in(&linked, ["install", "--worktree"]);
    install()
        .exits(1)
        .warns("one configuration for all work trees")
        .warns("extensions.worktreeConfig");
    repo.git(["config", "extensions.worktreeConfig", "true"])
        .ok();
    install()
        .exits(1)
        .warns("this work tree shares its hook files with all others")
        .warns("--worktree --mode=config");
    let own = repo.world().join("own");
    let set = [
        "config",
        "--worktree",
        "core.hooksPath",
        own.to_str().unwrap(),
    ];
    repo.git_in(&linked, set).ok();
    let git_dir = repo.path(".git/worktrees/linked");
    let places = [
        own.clone(),
        git_dir.join("config.worktree"),
        repo.path(".git/config"),
        repo.path(".git/hooks"),
    ];
    let before = state(&places);
    install().ok();
    repo.git_in(&linked, ["commit", "-q", "--allow-empty", "-m", "l"])
        .ok()
        .warns(CHECKPOINT);
    repo.commit("main").never_says(CHECKPOINT);
    // What is installed for the repository is another matter.
    repo.plan(["install"]).ok();
    repo.plan_in(&linked, ["uninstall", "--worktree"]).ok();
    repo.commit("main").warns(CHECKPOINT);
    repo.plan(["uninstall"]).ok();
    assert_eq!(state(&places), before);
    if git_runs_configured_hooks(&repo) {
        repo.git_in(
            &linked,
            ["config", "--worktree", "--unset", "core.hooksPath"],
        )
        .ok();
        repo.plan_in(&linked, ["install", "--worktree", "--mode=config"])
            .ok();
        repo.git_in(&linked, ["commit", "-q", "--allow-empty", "-m", "m"])
            .ok()
            .warns(CHECKPOINT);
        repo.commit("main").never_says(CHECKPOINT);
    }
}

#[test]
fn a_submodule_has_hooks_of_its_own() {
    let repo = planned();
    repo.git(["init", "-q", "-b", "main", "../library"]).ok();
    let library = repo.world().join("library");
    let author = ["-c", "user.name=t", "-c", "user.email=t"];
    let commit = ["commit", "-q", "--allow-empty", "-m", "x"];
    repo.git_in(&library, author.iter().chain(&commit)).ok();
    repo.git([
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "--quiet",
        "add",
        "../library",
        "sub",
    ])
    .ok();
    let sub = repo.path("sub");
    repo.plan_in(&sub, ["init", "--name", "S"]).ok();
    repo.plan_in(&sub, ["install"])
        .ok()
        .says(".git/modules/sub/hooks:\n");
    let hooks = repo.path(".git/modules/sub/hooks/post-commit");
    assert!(hooks.exists() && !repo.path(".git/hooks/post-commit").exists());
    repo.git_in(&sub, author.iter().chain(&commit))
        .ok()
        .warns(CHECKPOINT);
    repo.plan_in(&sub, ["doctor"]).ok();
    // Committing in the submodule leaves the plan around it alone.
    repo.plan(["rewind", "1", "--no-task"])
        .ok()
        .never_says("commit-");
    repo.plan_in(&sub, ["uninstall"]).ok();
    assert!(!hooks.exists());
}

#[test]
fn a_repository_may_lie_apart_from_its_work_tree() {
    let repo = TestRepo::without_git();
    repo.git(["init", "-q", "--separate-git-dir", "../apart.git", "."])
        .ok();
    repo.git(["config", "user.name", "t"]).ok();
    repo.git(["config", "user.email", "t"]).ok();
    // `git init --template=` makes no hooks directory.
    let hooks = repo.world().join("apart.git/hooks");
    fs::remove_dir_all(&hooks).unwrap();
    repo.plan(["init", "--name", "P"]).ok();
    repo.plan(["install"]).ok().says("apart.git/hooks:\n");
    repo.commit("one").warns(CHECKPOINT);
    repo.plan(["doctor"]).ok();
    repo.plan(["uninstall"]).ok();
    assert!(!hooks.exists());
}

#[test]
fn a_repository_that_moved_away_from_its_work_tree_is_found_by_uninstall() {
    let repo = planned();
    repo.plan(["install"]).ok();
    // As `git submodule absorbgitdirs` does: a file is where the receipt knows a directory.
    repo.git(["init", "-q", "--separate-git-dir", "../apart.git"])
        .ok();
    repo.commit("one").warns(CHECKPOINT);
    repo.plan(["uninstall"]).ok();
    let hooks = fs::read_dir(repo.world().join("apart.git/hooks")).unwrap();
    let ours = hooks.filter(|hook| {
        let name = hook.as_ref().unwrap().file_name();
        !name.to_str().unwrap().ends_with(".sample")
    });
    assert_eq!(ours.count(), 0);
}

#[test]
fn hooks_that_are_switched_off_stay_off() {
    let repo = planned();
    for path in ["", "/dev/null"] {
        repo.git(["config", "core.hooksPath", path]).ok();
        repo.plan(["install"])
            .exits(1)
            .warns(&format!(
                "hooks are switched off: core.hooksPath is '{path}'"
            ))
            .warns("unset core.hooksPath");
    }
}

#[test]
fn a_directory_that_cannot_be_written_changes_nothing() {
    let repo = planned();
    let hooks = repo.path(".git/hooks");
    fs::set_permissions(&hooks, Permissions::from_mode(0o555)).unwrap();
    let before = hooks_and_config(&repo);
    if fs::write(hooks.join("probe"), "").is_ok() {
        fs::remove_file(hooks.join("probe")).unwrap();
        eprintln!("SKIPPED in part: this user may write anywhere");
    } else {
        repo.plan(["install"])
            .exits(128)
            .warns("error: writing ")
            .warns("Permission denied");
        assert_eq!(hooks_and_config(&repo), before);
    }
    fs::set_permissions(&hooks, Permissions::from_mode(0o755)).unwrap();
    if cfg!(target_os = "linux") {
        repo.git(["config", "core.hooksPath", "/proc/sys"]).ok();
        let before = hooks_and_config(&repo);
        repo.plan(["install"]).exits(128).warns("error: writing ");
        assert_eq!(hooks_and_config(&repo), before);
        assert!(!repo.path(".git/plan/install.json").exists());
    }
}

#[test]
fn a_configuration_that_another_is_writing_undoes_the_hooks() {
    let repo = planned();
    repo.write(".git/config.lock", "");
    let before = hooks_and_config(&repo);
    repo.plan(["install"])
        .exits(128)
        .warns(".git/config\n  caused by: File exists");
    assert_eq!(hooks_and_config(&repo), before);
    assert!(!repo.path(".git/plan/install.json").exists());
    fs::remove_file(repo.path(".git/config.lock")).unwrap();
    repo.plan(["install"]).ok();
}

#[test]
fn installing_at_once_is_installing_once() {
    let repo = planned();
    repo.write(".git/hooks/pre-push", "#!/bin/sh\nexec true\n");
    fs::set_permissions(
        repo.path(".git/hooks/pre-push"),
        Permissions::from_mode(0o755),
    )
    .unwrap();
    let before = hooks_and_config(&repo);
    let start = |_| {
        let mut command = repo.command(repo.root(), "git");
        command.args(["plan", "install"]).stdout(Stdio::null());
        command.spawn().unwrap()
    };
    let children: Vec<_> = (0..6).map(start).collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    let installed = hooks_and_config(&repo);
    repo.plan(["install"]).ok().says("Nothing to change");
    assert_eq!(hooks_and_config(&repo), installed);
    repo.plan(["uninstall"]).ok();
    assert_eq!(hooks_and_config(&repo), before);
}

#[test]
fn a_hook_that_becomes_another_program_comes_second() {
    let repo = planned();
    let ran = repo.world().join("ran");
    let text = format!(
        "#!/bin/bash\nexec python3 -c 'open(\"{}\", \"a\").write(\"x\")'\n",
        ran.display()
    );
    repo.write(".git/hooks/post-commit", text);
    let hook = repo.path(".git/hooks/post-commit");
    fs::set_permissions(&hook, Permissions::from_mode(0o755)).unwrap();
    repo.plan(["install"]).ok();
    repo.commit("one").warns(CHECKPOINT);
    if !Path::new("/usr/bin/python3").exists() && repo.sh("command -v python3").status != 0 {
        eprintln!("SKIPPED in part: no python3");
        return;
    }
    assert_eq!(fs::read_to_string(&ran).unwrap(), "x");
}

#[test]
fn what_was_written_is_noted() {
    let repo = planned();
    repo.plan(["install", "--hooks=pre-push,post-commit"]).ok();
    let receipt: serde_json::Value =
        serde_json::from_slice(&repo.read(".git/plan/install.json")).unwrap();
    assert_eq!(receipt["version"], 2);
    let hooks: Vec<_> = receipt["hooks"].as_object().unwrap().iter().collect();
    assert_eq!(hooks.len(), 2);
    for (path, entry) in hooks {
        assert!(Path::new(path).is_file(), "{path}");
        assert_eq!(entry["shim"], 1);
        assert!(entry["before"].is_null());
    }
    let config = receipt["config"].as_object().unwrap();
    assert!(config.keys().all(|path| path.ends_with(".git/config")));
    repo.plan(["uninstall"]).ok();
    assert!(!repo.path(".git/plan/install.json").exists());
}

#[test]
fn a_hook_whose_place_was_taken_is_named_by_every_command() {
    const LOST: &str = "hooks that were installed no longer reach git-plan: pre-push";
    let repo = planned();
    repo.plan(["install"]).ok();
    repo.plan(["list"]).ok().never_says("no longer reach");
    let lefthook = "#!/bin/sh\n[ \"$LEFTHOOK\" = 0 ] && exit 0\n";
    repo.write(".git/hooks/pre-push", lefthook);
    repo.plan(["list"])
        .ok()
        .warns(LOST)
        .warns("hint: 'git plan doctor' tells why");
    repo.plan(["install"])
        .exits(1)
        .warns("written by lefthook, which would drop the block")
        .warns("hint:        pre-push:\n")
        .warns("hint:              run: git-plan hook pre-push -- {0}\n");
    repo.plan(["doctor"]).exits(1).says("--manual=lefthook");
    // A comment is no call; a job is.
    repo.write("lefthook.yml", "# git-plan hook pre-push\n");
    repo.plan(["list"]).ok().warns(LOST);
    let lines = repo.plan(["install", "--manual=lefthook", "--hooks=pre-push"]);
    repo.write("lefthook.yml", lines.ok().stdout);
    repo.plan(["list"]).ok().never_says("no longer reach");
    repo.plan(["doctor"])
        .ok()
        .says("lefthook.yml to call git-plan, and was not seen to yet");
    repo.plan(["install"])
        .ok()
        .says("  pre-push        runs already, through ")
        .says("Nothing to change");
    // What nobody ever writes to is not waited for.
    fs::remove_file(repo.path("lefthook.yml")).unwrap();
    repo.sh("mkfifo lefthook.yml .gitattributes").ok();
    repo.git(["config", "filter.lfs.clean", "git-lfs clean"])
        .ok();
    repo.plan(["list"]).ok().warns(LOST);
    repo.plan(["install"]).exits(1);
    // Git looks elsewhere.
    repo.git(["config", "core.hooksPath", ".husky/_"]).ok();
    repo.plan(["list"])
        .ok()
        .warns("reach git-plan: pre-commit, post-commit, post-merge");
}
