//! A repository that brings programs along: none of them runs because of git-plan.
//!
//! Git itself runs some of them for its own commands, so the commits are made without, and the
//! hooks are then called as Git would call them.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::support::verbs::{CHANGING, OTHER, PLANLESS, READING, once_each, project};
use crate::support::{Answer, TestRepo};

/// Everything in Git's configuration that names a program, and what Git would run it for.
const PROGRAMS: [&str; 26] = [
    "core.fsmonitor",
    "core.pager",
    "core.editor",
    "core.askPass",
    "core.sshCommand",
    "core.gitProxy",
    "core.alternateRefsCommand",
    "diff.external",
    "diff.trap.command",
    "diff.trap.textconv",
    "merge.trap.driver",
    "filter.trap.process",
    "interactive.diffFilter",
    "sequence.editor",
    "gpg.program",
    "gpg.ssh.program",
    "credential.helper",
    "pager.plan",
    "pager.log",
    "pager.config",
    "pager.rev-parse",
    "trailer.trap.command",
    "browser.trap.cmd",
    "uploadpack.packObjectsHook",
    "blame.trap",
    "tar.trap.command",
];

/// Every hook of Git's that one of our children could set off.
const HOOKS: [&str; 8] = [
    "post-checkout",
    "post-index-change",
    "reference-transaction",
    "fsmonitor-watchman",
    "pre-auto-gc",
    "post-rewrite",
    "pre-commit",
    "pre-push",
];

fn script(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, format!("#!/bin/sh\n{text}\n")).unwrap();
    fs::set_permissions(path, Permissions::from_mode(0o755)).unwrap();
}

/// A project all of whose configuration, attributes, hooks and aliases lead into a trap, which
/// notes what sprang it.
fn trapped() -> TestRepo {
    let repo = project();
    repo.plan_words("start 1").ok();
    repo.write(".gitattributes", "* diff=trap merge=trap filter=trap\n");
    repo.write("a.py", "legacy()\nlegacy()\n");
    repo.commit("before the trap");
    repo.write("a.py", "legacy()\n");
    repo.git(["add", "a.py"]).ok();
    repo.write("b.py", "legacy()\n");
    let trap = repo.world().join("trap");
    script(
        &trap,
        &format!(
            "echo \"$*\" >>'{}'; exit 1",
            repo.world().join("sprung").display()
        ),
    );
    let hooks = repo.world().join("hooks");
    for name in HOOKS {
        script(
            &hooks.join(name),
            &format!("{} hook {name}", trap.display()),
        );
    }
    for key in PROGRAMS {
        let value = format!("{} {key}", trap.display());
        repo.git(["config", key, &value]).ok();
    }
    // Newer versions of Git have hooks in the configuration, older ones pass them over.
    for name in HOOKS {
        for (key, value) in [
            (
                format!("hook.trap = {name}.command"),
                format!("{} configured {name}", trap.display()),
            ),
            (format!("hook.trap = {name}.event"), name.to_owned()),
        ] {
            repo.git(["config", &key, &value]).ok();
        }
    }
    // With this, the switch for all hooks of an event does not count.
    repo.git(["config", "hook.reference-transaction.command", "none"])
        .ok();
    repo.git(["config", "hook.post-index-change.command", "none"])
        .ok();
    let hooks = hooks.to_str().unwrap();
    for (key, value) in [
        ("core.hooksPath", hooks),
        ("log.showSignature", "true"),
        ("commit.gpgSign", "true"),
        ("core.untrackedCache", "true"),
        ("diff.trap.cachetextconv", "true"),
        ("gc.auto", "1"),
    ] {
        repo.git(["config", key, value]).ok();
    }
    for name in [
        "plan",
        "rev-parse",
        "status",
        "cat-file",
        "update-ref",
        "config",
    ] {
        let value = format!("!{} alias {name}", trap.display());
        repo.git(["config", &format!("alias.{name}"), &value]).ok();
    }
    // A program that a search of PATH may find in the work tree.
    script(&repo.path("git"), &format!("{} git", trap.display()));
    repo.sh("git diff; git update-ref refs/trap HEAD; git log -1; :");
    let said = sprung(&repo);
    for sprung in ["core.fsmonitor", "hook reference-transaction"] {
        assert!(said.contains(sprung), "{said}");
    }
    repo
}

/// What sprang the trap since the last time.
fn sprung(repo: &TestRepo) -> String {
    let notes = repo.world().join("sprung");
    let said = fs::read_to_string(&notes).unwrap_or_default();
    drop(fs::remove_file(notes));
    said
}

/// Runs git-plan itself, without Git in front, where a search of PATH begins in the work tree.
fn bare(repo: &TestRepo, words: &str, stdin: &str) -> Answer {
    let program = env!("CARGO_BIN_EXE_git-plan");
    let script = format!("PATH=.:$PATH '{program}' {words}");
    repo.run_in(repo.root(), "sh", ["-c", &script], stdin.as_bytes())
}

#[test]
fn no_verb_runs_what_the_repository_brings_along() {
    let repo = trapped();
    let looks = READING.into_iter().chain(PLANLESS).chain(OTHER);
    // doctor fires the hooks through Git, to see what they do.
    let looks = looks.filter(|words| *words != "doctor");
    let moves = ["rewind 1 1 --to 1 --apply", "rewind --undo"];
    let changes = once_each(CHANGING.into_iter());
    for words in looks.chain(moves).chain(changes) {
        // They make of a file in the work tree what `git add` would.
        let keeps = ["checkpoint", "archive", "verify-task", "rewind"];
        let filters =
            keeps.iter().any(|verb| words.starts_with(verb)) && !words.contains("--no-update");
        let answer = bare(&repo, words, "");
        assert!(answer.status < 129, "{words}: {}", answer.stderr);
        let said = sprung(&repo);
        let mut others = said.lines();
        let other = others.find(|line| !filters || *line != "filter.trap.process");
        assert_eq!(other, None, "{words}");
    }
}

#[test]
fn no_hook_runs_what_the_repository_brings_along() {
    let repo = trapped();
    let (head, zero) = (repo.rev("HEAD"), "0".repeat(40));
    let before = repo.rev("HEAD~1");
    bare(&repo, "update-task 1 1 --status completed", "").ok();
    repo.git(["config", "plan.gate.scope", "all"]).ok();
    for (hook, stdin, status) in [
        ("pre-commit", String::new(), 0),
        ("post-commit", String::new(), 0),
        ("post-merge -- 0", String::new(), 0),
        ("post-applypatch", String::new(), 0),
        ("post-rewrite -- rebase", format!("{before} {head}\n"), 0),
        (
            "pre-push -- origin ../origin.git",
            format!("refs/heads/main {head} refs/heads/main {zero}\n"),
            1,
        ),
    ] {
        bare(&repo, &format!("hook {hook}"), &stdin).exits(status);
        assert_eq!(sprung(&repo), "", "{hook}");
    }
}

#[test]
fn a_bare_repository_in_the_work_tree_is_read_and_nothing_in_it_runs() {
    let repo = project();
    let inner = repo.path("vendor/inner");
    let words = ["init", "-q", "--bare", "vendor/inner"];
    repo.git(words).ok();
    let trap = repo.world().join("trap");
    let notes = repo.world().join("sprung");
    script(
        &trap,
        &format!("echo \"$*\" >>'{}'; exit 1", notes.display()),
    );
    let config = format!(
        "[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tworktree = worktree\n\tfsmonitor = {0} fsmonitor\n\thooksPath = ../..\n\
         [diff]\n\texternal = {0} external\n[alias]\n\tplan = !{0} alias\n",
        trap.display()
    );
    fs::write(inner.join("config"), config).unwrap();
    fs::create_dir(inner.join("worktree")).unwrap();
    fs::write(inner.join("worktree/a.py"), "legacy()\n").unwrap();
    let run = |program: &str, words: &str| {
        let words = words.split(' ');
        repo.run_in(&inner.join("worktree"), program, words, b"")
    };
    run("git", "status").ok();
    assert!(sprung(&repo).contains("fsmonitor"));
    for (words, status) in [
        ("verify --spec ../../../spec.yaml", 1),
        ("find function", 1),
        ("init --name Inner", 0),
        ("add-task --title T --spec ../../../spec.yaml", 0),
        ("start 1", 0),
        ("verify-task", 1),
        ("status", 0),
    ] {
        let said = run(env!("CARGO_BIN_EXE_git-plan"), words).exits(status);
        assert_eq!(sprung(&repo), "", "{words}: {}", said.stderr);
    }
    // Where the user trusts none but plain ones, neither do we.
    let strict = ["-c", "safe.bareRepository=explicit", "plan", "list"];
    repo.git_in(&inner, strict)
        .exits(128)
        .warns("safe.bareRepository");
    // Seen from outside it is a folder.
    let outside = bare(&repo, "verify --spec spec.yaml", "");
    assert_eq!(outside.status, 1, "{}", outside.stderr);
    assert_eq!(sprung(&repo), "");
}
