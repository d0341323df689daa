//! Installing into real repositories, and uninstalling to the byte.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::super::block;
use super::{
    Aliases, Conflicts, Effect, HookName, InstallNote, InstallReport, InstallRequest, existing,
    shim,
};
use crate::error::{Failure, Status};
use crate::git::Repo;
use crate::hook::ground::Ground;
use crate::hook::testing::Sandbox;
use crate::hook::uninstall::{self, UninstallRequest};
use crate::model::install::{AliasAction, HookAction, HookPlace, UninstallReport};

fn install(repo: &Repo, request: &InstallRequest) -> Result<InstallReport> {
    super::install(&Ground::repository(repo), request)
}

fn uninstall(repo: &Repo, request: &UninstallRequest) -> Result<UninstallReport> {
    uninstall::uninstall(&Ground::repository(repo), request)
}

fn hooks_dir(report: &InstallReport) -> &Path {
    match &report.place {
        HookPlace::HooksDir(dir) => dir,
        HookPlace::ConfigFile(file) => panic!("{file:?}"),
    }
}

/// Everything below a directory: mode and bytes of each file, links as what they name; but for
/// what any run may keep for the next.
fn state(dir: &Path) -> BTreeMap<PathBuf, (u32, Vec<u8>)> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.ends_with("plan/config.cache") {
            continue;
        }
        let metadata = fs::symlink_metadata(&path).unwrap();
        let bytes = if metadata.is_symlink() {
            let target = fs::read_link(&path).unwrap();
            target.into_os_string().into_encoded_bytes()
        } else if metadata.is_dir() {
            found.extend(state(&path));
            Vec::new()
        } else {
            fs::read(&path).unwrap()
        };
        found.insert(path, (metadata.mode(), bytes));
    }
    found
}

fn remove(sandbox: &Sandbox, directory: &str) -> UninstallReport {
    uninstall(&sandbox.repo(directory), &UninstallRequest::default()).unwrap()
}

fn actions(report: &InstallReport) -> Vec<HookAction> {
    report.hooks.iter().map(|it| it.action.clone()).collect()
}

/// Installs, which must be refused and change nothing; returns the message and the hint.
fn refused(sandbox: &Sandbox, request: &InstallRequest) -> (String, String) {
    let before = state(&sandbox.path("r"));
    let error = install(&sandbox.repo("r"), request).unwrap_err();
    assert_eq!(state(&sandbox.path("r")), before, "{error}");
    let failure = error.downcast_ref::<Failure>().unwrap();
    assert_eq!(failure.status(), Status::No);
    let hint = failure.hint_text().unwrap_or_default();
    (failure.to_string(), hint.to_owned())
}

#[test]
fn uninstalling_restores_every_byte_and_mode() {
    let check = |hook: &[u8], mode: u32, config: &str| {
        let sandbox = Sandbox::new();
        for name in ["pre-push", "post-commit", "post-rewrite"] {
            sandbox.file(format!("r/.git/hooks/{name}"), hook, mode);
        }
        let path = sandbox.path("r/.git/config");
        let text = fs::read_to_string(&path).unwrap() + config;
        fs::write(&path, text).unwrap();
        let before = state(&sandbox.path("r"));

        let report = install(&sandbox.repo("r"), &sandbox.request()).unwrap();
        use HookAction::{Created, Inserted};
        let expected = [Created, Inserted, Created, Created, Inserted, Inserted];
        assert_eq!(actions(&report), expected);
        let installed = state(&sandbox.path("r/.git"));
        let inode = |name: &str| fs::metadata(hooks_dir(&report).join(name)).unwrap().ino();
        let inodes = HookName::ALL.map(|hook| inode(hook.as_str()));

        let again = install(&sandbox.repo("r"), &sandbox.request()).unwrap();
        assert_eq!(actions(&again), vec![HookAction::Unchanged; 6]);
        assert_eq!(state(&sandbox.path("r/.git")), installed);
        assert_eq!(HookName::ALL.map(|hook| inode(hook.as_str())), inodes);

        let report = remove(&sandbox, "r");
        assert_eq!(report.hooks.len(), 6);
        assert_eq!(state(&sandbox.path("r")), before);
    };
    check(b"#!/bin/bash\nset -eu\nmake check\n", 0o750, "");
    check(
        b"#!/bin/sh\nexec make check",
        0o755,
        "[alias]\n\tco = checkout\n",
    );
    check(b"#!/bin/sh", 0o700, "[user]\n\tname = x\n# the end\n");
    check(
        b"echo no shebang\n",
        0o711,
        "# alias\n[alias] co = checkout\n[x]\n\ty\n",
    );
    check(b"", 0o755, "");
    check(b"#!/bin/sh\n", 0o750, "[alias]\n");
    check(b"exit", 0o755, "[Alias]\n[x]\n\trewind = plan rewind\n");
    check(b"#!/usr/bin/env -S bash -e\n\n\n# caf\xe9\n", 0o777, "");
}

#[test]
fn a_directory_that_was_made_goes_again_unless_something_is_in_it() {
    let sandbox = Sandbox::new();
    let hooks = sandbox.path("r/.git/hooks");
    fs::remove_dir_all(&hooks).unwrap();
    let before = state(&sandbox.path("r"));
    sandbox.install("r");
    remove(&sandbox, "r");
    assert_eq!(state(&sandbox.path("r")), before);

    sandbox.install("r");
    sandbox.file("r/.git/hooks/commit-msg", b"exit 0\n", 0o755);
    remove(&sandbox, "r");
    assert_eq!(state(&hooks).len(), 1);

    // Nor does it stay where nothing could be written.
    fs::remove_dir_all(&hooks).unwrap();
    fs::write(sandbox.path("r/.git/config.lock"), "").unwrap();
    install(&sandbox.repo("r"), &sandbox.request()).unwrap_err();
    assert!(!hooks.exists());
}

#[test]
fn uninstalling_where_nothing_is_changes_nothing() {
    let sandbox = Sandbox::new();
    let config = sandbox.path("r/.git/config");
    let text = fs::read_to_string(&config).unwrap() + "[alias]\n";
    fs::write(&config, &text).unwrap();
    remove(&sandbox, "r");
    assert_eq!(fs::read_to_string(&config).unwrap(), text);
}

#[test]
fn files_a_block_cannot_go_into_stop_everything() {
    let check = |make: &dyn Fn(&Sandbox, &Path), why: &str| {
        let sandbox = Sandbox::new();
        let path = sandbox.path("r/.git/hooks/post-merge");
        make(&sandbox, &path);
        for conflicts in [Conflicts::Refuse, Conflicts::Force] {
            let mut request = sandbox.request();
            request.conflicts = conflicts;
            let (message, hint) = refused(&sandbox, &request);
            assert!(message.contains(why), "{message}");
            assert!(message.contains("hooks/post-merge"), "{message}");
            assert!(hint.contains("\n  1. "), "{hint}");
            assert!(
                hint.contains("--hooks=pre-commit,post-commit,post-applypatch,"),
                "{hint}"
            );
        }
        take_torn_file_away(&sandbox, &path);
        assert!(remove(&sandbox, "r").hooks.is_empty());
        let mut request = sandbox.request();
        request.hooks.retain(|hook| *hook != HookName::PostMerge);
        install(&sandbox.repo("r"), &request).unwrap();
    };
    let text = |bytes: &'static [u8], mode: u32| {
        move |sandbox: &Sandbox, path: &Path| {
            sandbox.file(path, bytes, mode);
        }
    };
    check(
        &text(b"#!/usr/bin/env python3\nprint()\n", 0o755),
        "run by 'python3'",
    );
    check(&text(b"#!/bin/sh\r\ntrue\r\n", 0o755), "CR LF");
    check(&text(b"\x7fELF\0", 0o755), "not a text");
    check(&text(b"#!/bin/sh\n", 0o644), "not executable");
    check(&|_, path| fs::create_dir_all(path).unwrap(), "not a file");
    check(
        &|_, path| std::os::unix::fs::symlink("/nowhere", path).unwrap(),
        "symbolic link to /nowhere",
    );
    check(
        &text(b"#!/bin/sh\n# >>> git-plan post-merge, shim 1 >>>\n", 0o755),
        "do not pair",
    );
}

/// Uninstalling stops at torn markers as well.
fn take_torn_file_away(sandbox: &Sandbox, path: &Path) {
    if fs::read(path).is_ok_and(|text| text.starts_with(b"#!/bin/sh\n# >>>")) {
        let error = uninstall(&sandbox.repo("r"), &UninstallRequest::default()).unwrap_err();
        assert!(error.to_string().contains("do not pair"), "{error}");
        fs::remove_file(path).unwrap();
    }
}

#[test]
fn edited_blocks_are_kept_unless_forced() {
    let sandbox = Sandbox::new();
    sandbox.install("r");
    let path = sandbox.path("r/.git/hooks/post-commit");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("|| :", "|| : # mine")).unwrap();
    let (message, hint) = refused(&sandbox, &sandbox.request());
    assert!(message.contains("edited by hand"), "{message}");
    assert!(
        hint.contains("how to insist") && !hint.contains("--force"),
        "{hint}"
    );
    let error = uninstall(&sandbox.repo("r"), &UninstallRequest::default()).unwrap_err();
    assert!(error.to_string().contains("edited by hand"), "{error}");

    let mut request = sandbox.request();
    request.conflicts = Conflicts::Force;
    install(&sandbox.repo("r"), &request).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
}

#[test]
fn older_blocks_are_renewed_and_newer_ones_kept() {
    let sandbox = Sandbox::new();
    sandbox.install("r");
    let path = sandbox.path("r/.git/hooks/post-commit");
    let file = fs::read(&path).unwrap();
    let check = |version: &str, expected: HookAction| {
        let block = String::from_utf8(file[existing::SHEBANG.len()..].to_vec()).unwrap();
        let (body, _) = block.trim_end().rsplit_once('\n').unwrap();
        let body = body.replace("shim 1", &format!("shim {version}")) + "\n";
        let sum = shim::checksum(format!("{body}end\n").as_bytes());
        let other = format!("#!/bin/sh\n{body}# <<< git-plan post-commit <<< {sum}\nmine\n");
        fs::write(&path, &other).unwrap();
        let report = install(&sandbox.repo("r"), &sandbox.request()).unwrap();
        assert_eq!(report.hooks[1].action, expected);
        let kept = fs::read_to_string(&path).unwrap() == other;
        assert_eq!(kept, matches!(expected, HookAction::Newer { .. }));
        remove(&sandbox, "r");
        assert_eq!(fs::read(&path).unwrap(), b"#!/bin/sh\nmine\n");
    };
    check("0", HookAction::Upgraded { from: 0 });
    check("7", HookAction::Newer { version: 7 });
}

#[test]
fn managers_are_asked_to_call_us() {
    let check = |text: &str, name: &str| {
        let sandbox = Sandbox::new();
        let file = sandbox.script("r/.git/hooks/pre-push", text);
        let (message, hint) = refused(&sandbox, &sandbox.request());
        assert!(message.contains(&format!("written by {name}")), "{message}");
        assert!(hint.contains("git-plan hook pre-push"), "{hint}");
        assert!(hint.contains(&format!("--manual={name}")), "{hint}");
        assert!(!hint.contains("--force"), "{hint}");

        let mut request = sandbox.request();
        request.conflicts = Conflicts::Force;
        let report = install(&sandbox.repo("r"), &request).unwrap();
        assert_eq!(report.hooks[5].action, HookAction::Inserted);
        assert!(matches!(
            report.notes[..],
            [InstallNote::ManagerMayDropBlock { .. }]
        ));
        install(&sandbox.repo("r"), &sandbox.request()).unwrap();
        remove(&sandbox, "r");
        assert_eq!(fs::read_to_string(file).unwrap(), text);
    };
    check("#!/bin/sh\n[ \"$LEFTHOOK\" = 0 ] && exit 0\n", "lefthook");
    check("#!/bin/sh\n. \"$(dirname \"$0\")/_/husky.sh\"\n", "husky");
}

#[test]
fn the_block_goes_where_pre_commit_runs_it() {
    for text in [
        "#!/usr/bin/env bash\n# File generated by pre-commit: x\n",
        "#!/bin/sh\n# File generated by prek: x\n",
    ] {
        let sandbox = Sandbox::new();
        let hook = sandbox.script("r/.git/hooks/pre-push", text);
        let install = || install(&sandbox.repo("r"), &sandbox.request()).unwrap();
        let report = install();
        let ours = &report.hooks[5];
        assert_eq!(ours.action, HookAction::Created);
        assert!(ours.path.ends_with("pre-push.legacy"), "{ours:?}");
        assert_eq!(install().hooks[5].action, HookAction::Unchanged);
        remove(&sandbox, "r");
        assert!(!ours.path.exists());
        assert_eq!(fs::read_to_string(&hook).unwrap(), text);

        // What somebody had there before pre-commit came stays.
        let mine = "#!/bin/sh\nmake check\n";
        let legacy = sandbox.script("r/.git/hooks/pre-push.legacy", mine);
        assert_eq!(install().hooks[5].action, HookAction::Inserted);
        remove(&sandbox, "r");
        assert_eq!(fs::read_to_string(legacy).unwrap(), mine);
    }
}

#[test]
fn a_hook_that_pre_commit_set_aside_and_runs_is_enough() {
    let sandbox = Sandbox::new();
    sandbox.install("r");
    let hook = sandbox.path("r/.git/hooks/pre-push");
    fs::rename(&hook, sandbox.path("r/.git/hooks/pre-push.legacy")).unwrap();
    sandbox.script(
        "r/.git/hooks/pre-push",
        "#!/bin/sh\n# File generated by pre-commit\n",
    );
    let report = install(&sandbox.repo("r"), &sandbox.request()).unwrap();
    assert_eq!(report.hooks[5].action, HookAction::Unchanged);
    let report = remove(&sandbox, "r");
    let gone = report.hooks.last().unwrap();
    assert!(gone.path.ends_with("pre-push.legacy"), "{gone:?}");
    assert!(!gone.path.exists() && hook.exists());
}

#[test]
fn work_trees_share_one_installation_and_installers_wait_for_each_other() {
    let sandbox = Sandbox::new();
    sandbox.commit("r", "base");
    sandbox.git("r", &["worktree", "add", "-q", "../linked"]);
    sandbox.script("r/.git/hooks/pre-push", "#!/bin/sh\nmake check\n");
    let before = state(&sandbox.path("r/.git"));
    std::thread::scope(|scope| {
        for at in 0..8 {
            let sandbox = &sandbox;
            let directory = if at % 2 == 0 { "r" } else { "linked" };
            scope.spawn(move || sandbox.install(directory));
        }
    });
    let hooks = sandbox.path("r/.git/hooks");
    for hook in HookName::ALL {
        let file = fs::read(hooks.join(hook.as_str())).unwrap();
        assert!(
            matches!(block::find(&file, hook), block::Found::Block(_)),
            "{hook}"
        );
    }
    sandbox.commit("linked", "file");
    assert_eq!(sandbox.take_record("calls").lines().count(), 2);
    sandbox.git("r", &["worktree", "remove", "--force", "../linked"]);
    sandbox.git("r", &["branch", "-q", "-D", "linked"]);
    remove(&sandbox, "r");
    let after = state(&sandbox.path("r/.git"));
    for path in ["hooks/pre-push", "config"] {
        let path = sandbox.path("r/.git").join(path);
        assert_eq!(after.get(&path), before.get(&path));
    }
    assert!(!sandbox.path("r/.git/plan").exists());
}

#[test]
fn the_hooks_directory_is_the_one_git_uses() {
    let check = |value: &str, dir: &str, notes: usize| {
        let sandbox = Sandbox::new();
        fs::remove_dir_all(sandbox.path("r/.git/hooks")).unwrap();
        let value = value.replace("HERE", sandbox.path("").to_str().unwrap());
        if !value.is_empty() {
            sandbox.git("r", &["config", "core.hooksPath", &value]);
        }
        let report = install(&sandbox.repo("r"), &sandbox.request()).unwrap();
        assert_eq!(hooks_dir(&report), sandbox.path(dir));
        assert_eq!(report.notes.len(), notes, "{:?}", report.notes);
        sandbox.git("r", &["commit", "-q", "--allow-empty", "-m", "x"]);
        assert_eq!(sandbox.take_record("calls").lines().count(), 2);

        // Set afterwards, another directory hides nothing from uninstall.
        sandbox.git("r", &["config", "core.hooksPath", "elsewhere"]);
        assert_eq!(remove(&sandbox, "r").hooks.len(), 6);
        assert!(!sandbox.path(dir).exists());
    };
    check("", "r/.git/hooks", 0);
    check("HEREmy hooks", "my hooks", 0);
    check("own/hooks", "r/own/hooks", 1);
}

#[test]
fn directories_that_are_not_ours_are_refused() {
    let check = |scope: &str, value: &str, why: &str| {
        let sandbox = Sandbox::new();
        sandbox.script("r/.githooks/pre-push", "#!/bin/sh\n");
        sandbox.commit("r", "base");
        sandbox.git("r", &["config", scope, "core.hooksPath", value]);
        let (message, _) = refused(&sandbox, &sandbox.request());
        assert!(message.contains(why), "{message}");
        sandbox.install_elsewhere_is_possible();
    };
    check("--global", "/somewhere", "in the global configuration");
    check("--local", "/dev/null", "switched off");
    check("--local", ".githooks", "is tracked");

    let sandbox = Sandbox::new();
    sandbox.script("r/.githooks/pre-push", "#!/bin/sh\n");
    sandbox.commit("r", "base");
    fs::remove_dir_all(sandbox.path("r/.git/hooks")).unwrap();
    std::os::unix::fs::symlink("../.githooks", sandbox.path("r/.git/hooks")).unwrap();
    let (message, hint) = refused(&sandbox, &sandbox.request());
    assert!(
        message.contains("is tracked") && hint.contains("--manual"),
        "{message}"
    );
}

impl Sandbox {
    /// With a hooks directory of its own, the repository takes hooks whatever else is set.
    fn install_elsewhere_is_possible(&self) {
        let own = self.path("r/.git/hooks");
        self.git("r", &["config", "core.hooksPath", own.to_str().unwrap()]);
        self.install("r");
    }
}

#[test]
fn aliases_are_set_only_where_nothing_is() {
    let sandbox = Sandbox::new();
    sandbox.git("r", &["config", "--global", "alias.rewind", "!mine"]);
    let report = install(&sandbox.repo("r"), &sandbox.request()).unwrap();
    let found: Vec<_> = report.aliases.iter().map(|it| &it.action).collect();
    let mine = AliasAction::KeptOther {
        value: "!mine".to_owned(),
    };
    assert_eq!(found, [&mine, &AliasAction::Written]);
    let alias = sandbox.git("r", &["config", "--local", "alias.checkpoint"]);
    assert_eq!(alias, "plan checkpoint");

    sandbox.git("r", &["config", "alias.checkpoint", "other"]);
    let report = remove(&sandbox, "r");
    assert!(matches!(
        report.aliases[1].action,
        AliasAction::KeptOther { .. }
    ));
    assert_eq!(sandbox.git("r", &["config", "alias.checkpoint"]), "other");

    let mut request = sandbox.request();
    request.aliases = Aliases::Skip;
    let report = install(&sandbox.repo("r"), &request).unwrap();
    assert!(report.aliases.is_empty());
}

#[test]
fn lfs_gets_its_hooks_first() {
    let sandbox = Sandbox::new();
    sandbox.git(
        "r",
        &[
            "config",
            "--global",
            "filter.lfs.clean",
            "git-lfs clean -- %f",
        ],
    );
    let report = install(&sandbox.repo("r"), &sandbox.request()).unwrap();
    assert_eq!(report.notes, [InstallNote::LfsWithoutHooks]);
    remove(&sandbox, "r");

    fs::write(sandbox.path("r/.gitattributes"), "*.bin filter=lfs -text\n").unwrap();
    let (message, hint) = refused(&sandbox, &sandbox.request());
    assert!(message.contains("Git LFS"), "{message}");
    assert!(
        hint.contains("git lfs update") && !hint.contains("--hooks"),
        "{hint}"
    );

    sandbox.script(
        "r/.git/hooks/pre-push",
        "#!/bin/sh\ngit lfs pre-push \"$@\"\n",
    );
    let report = install(&sandbox.repo("r"), &sandbox.request()).unwrap();
    assert_eq!(report.hooks[5].action, HookAction::Inserted);
    assert!(report.notes.is_empty());
}

#[test]
fn shared_repositories_get_shared_hooks() {
    let sandbox = Sandbox::new();
    sandbox.git("r", &["config", "core.sharedRepository", "0664"]);
    sandbox.install("r");
    let hook = fs::metadata(sandbox.path("r/.git/hooks/pre-push")).unwrap();
    assert_eq!(hook.permissions().mode() & 0o777, 0o775);
    let receipt = fs::metadata(sandbox.path("r/.git/plan/install.json")).unwrap();
    assert_eq!(receipt.permissions().mode() & 0o777, 0o664);
}

#[test]
fn bare_repositories_take_hooks() {
    let sandbox = Sandbox::new();
    sandbox.git(".", &["init", "-q", "--bare", "bare"]);
    let report = install(&sandbox.repo("bare"), &sandbox.request()).unwrap();
    assert_eq!(hooks_dir(&report), sandbox.path("bare/hooks"));
    assert_eq!(remove(&sandbox, "bare").hooks.len(), 6);
}

#[test]
fn a_dry_run_writes_nothing() {
    let sandbox = Sandbox::new();
    let mut request = sandbox.request();
    request.effect = Effect::DryRun;
    let before = state(&sandbox.path("r"));
    let report = install(&sandbox.repo("r"), &request).unwrap();
    assert_eq!(actions(&report), vec![HookAction::Created; 6]);
    assert_eq!(report.aliases[0].action, AliasAction::Written);
    assert_eq!(state(&sandbox.path("r")), before);

    sandbox.install("r");
    let before = state(&sandbox.path("r"));
    let request = UninstallRequest {
        effect: Effect::DryRun,
        ..UninstallRequest::default()
    };
    let report = uninstall(&sandbox.repo("r"), &request).unwrap();
    assert_eq!(report.hooks.len(), 6);
    assert_eq!(state(&sandbox.path("r")), before);
}

#[test]
fn uninstalling_works_without_a_receipt() {
    let sandbox = Sandbox::new();
    let before = state(&sandbox.path("r"));
    sandbox.install("r");
    fs::remove_file(sandbox.path("r/.git/plan/install.json")).unwrap();
    remove(&sandbox, "r");
    assert_eq!(state(&sandbox.path("r")), before);
    assert!(remove(&sandbox, "r").hooks.is_empty());
    assert_eq!(state(&sandbox.path("r")), before);
}
