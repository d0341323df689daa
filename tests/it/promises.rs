//! The eight promises of docs/reliability.md, each tried as a whole.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use crate::support::TestRepo;
use crate::support::verbs::{CHANGING, OTHER, PLANLESS, READING, once_each, project};
use crate::trials::{self, Finding};

#[track_caller]
fn kept(findings: &[Finding]) {
    for finding in findings {
        assert!(!finding.is_missed(), "{finding}");
    }
}

#[test]
fn no_lost_writes() {
    kept(&trials::crowd(8, 4));
    kept(&trials::trees(3, 4));
}

#[test]
fn crash_safe() {
    kept(&trials::kills(8));
    kept(&trials::beside_gc(2, 6));
    kept(&trials::adopted(&trials::prepared(), 60));
}

/// What Git says of a commit whose hooks have every reason to fail.
#[track_caller]
fn commits_in_time(repo: &TestRepo, what: &str) {
    let before = repo.rev("HEAD");
    let start = Instant::now();
    repo.write("a.py", format!("legacy()  # {what}\n"));
    let answer = repo.git(["commit", "-q", "-a", "-m", what]).ok();
    assert_ne!(repo.rev("HEAD"), before, "{what}");
    assert!(
        answer.stderr.lines().count() <= 1,
        "{what}: {}",
        answer.stderr
    );
    let rewritten = repo.git(["commit", "-q", "--amend", "-m", what]).ok();
    assert!(
        rewritten.stderr.lines().count() <= 1,
        "{what}: {}",
        rewritten.stderr
    );
    // The blocks make nothing of a status, but other tools that call the program do.
    for hook in [
        "post-commit",
        "post-merge",
        "post-applypatch",
        "post-rewrite",
    ] {
        let call = format!("git-plan hook {hook} --shim=1 -- amend </dev/null");
        repo.sh(&call).ok();
    }
    // Generous: builds without optimisation, on a busy machine.
    assert!(
        start.elapsed() < Duration::from_secs(8),
        "{what}: {:?}",
        start.elapsed()
    );
}

#[test]
fn your_commit_comes_first() {
    let repo = project();
    repo.plan_words("start 1").ok();
    commits_in_time(&repo, "all is well");
    let database = repo.path(".git/plan/planning.db");
    let other = rusqlite::Connection::open(&database).unwrap();
    other.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let start = Instant::now();
    let words = [
        "commit",
        "-q",
        "-n",
        "--allow-empty",
        "-m",
        "a lock is held",
    ];
    let said = repo.git(words).ok().stderr;
    assert_eq!(said.lines().count(), 1, "{said}");
    // It waits once for two seconds.
    assert!(
        start.elapsed() < Duration::from_millis(3_800),
        "{:?}",
        start.elapsed()
    );
    other.execute_batch("ROLLBACK").unwrap();
    drop(other);
    repo.git(["config", "plan.postCommit", "nonsense"]).ok();
    commits_in_time(&repo, "a setting is nonsense");
    repo.git(["config", "--unset", "plan.postCommit"]).ok();
    for point in 1..=3 {
        let script = format!("GIT_PLAN_CRASH_AT={point} git commit -q --allow-empty -m crash");
        repo.sh(&script).ok();
    }
    fs::write(repo.path(".git/plan/memo.db"), "no memo").unwrap();
    commits_in_time(&repo, "the memo is broken");
    fs::rename(repo.path(".git/plan/spool"), repo.path(".git/plan/spooled")).unwrap();
    repo.write(".git/plan/spool", "no folder");
    commits_in_time(&repo, "nothing can be spooled");
    fs::remove_file(repo.path(".git/plan/spool")).unwrap();
    fs::write(&database, "no database").unwrap();
    commits_in_time(&repo, "the database is broken");
    fs::remove_dir_all(repo.path(".git/plan")).unwrap();
    commits_in_time(&repo, "all of it is gone");
}

/// Everything of a repository that is the user's: files, and what Git keeps of index, HEAD,
/// branches, stash and configuration.
fn hands(repo: &TestRepo) -> BTreeMap<PathBuf, Vec<u8>> {
    fn add(top: &Path, path: &Path, all: &mut BTreeMap<PathBuf, Vec<u8>>) {
        let inside = path.strip_prefix(top).unwrap();
        let is_ours = [".git/plan", ".git/refs/plan", ".git/objects"]
            .iter()
            .any(|ours| inside == Path::new(ours));
        if is_ours {
            return;
        }
        if path.is_dir() {
            for entry in fs::read_dir(path).unwrap() {
                add(top, &entry.unwrap().path(), all);
            }
        } else {
            all.insert(inside.to_owned(), fs::read(path).unwrap());
        }
    }
    let mut all = BTreeMap::new();
    add(repo.root(), repo.root(), &mut all);
    all
}

#[test]
fn hands_off() {
    let repo = project();
    repo.plan_words("start 1").ok();
    repo.write("stashed", "1\n");
    repo.git(["add", "stashed"]).ok();
    repo.git(["stash", "-q"]).ok();
    repo.write("staged", "staged\n");
    repo.git(["add", "staged"]).ok();
    repo.write("staged", "and changed\n");
    repo.write("intended", "later\n");
    repo.git(["add", "-N", "intended"]).ok();
    repo.write("untracked", "mine\n");
    repo.write(".git/info/exclude", "ignored\n");
    repo.write("ignored", "mine\n");
    // Git itself would note in the index that this one is as before.
    let touched = fs::File::options()
        .append(true)
        .open(repo.path("spec.yaml"));
    touched
        .unwrap()
        .set_modified(SystemTime::UNIX_EPOCH)
        .unwrap();
    let before = hands(&repo);
    let verbs = READING
        .into_iter()
        .chain(PLANLESS)
        .chain(OTHER)
        .chain(CHANGING);
    for words in verbs.chain([
        "rewind 1 --no-task --to 1",
        "rewind 1 --no-task --to 1 --apply --dry-run",
    ]) {
        repo.plan_words(words);
        let after = hands(&repo);
        let changed: Vec<_> = after
            .iter()
            .filter(|(path, bytes)| before.get(*path) != Some(bytes))
            .collect();
        assert!(
            changed.is_empty() && after.len() == before.len(),
            "{words}: {changed:?}"
        );
    }
}

#[test]
fn rewind_apply_takes_a_checkpoint_first_and_can_be_undone() {
    let repo = project();
    repo.write("a.py", "mine\n");
    repo.write("untracked", "mine\n");
    let status = || repo.git(["status", "--porcelain=v2"]).ok().stdout;
    let (before, files) = (status(), hands(&repo));
    repo.plan_words("rewind 1 1 --to 1 --apply").ok();
    assert!(!repo.path("untracked").exists());
    repo.plan_words("rewind 1 1").ok().says("before-rewind");
    repo.plan_words("rewind --undo").ok();
    assert_eq!(status(), before);
    for path in ["a.py", "untracked", "spec.yaml"] {
        assert_eq!(
            hands(&repo)[Path::new(path)],
            files[Path::new(path)],
            "{path}"
        );
    }
}

#[test]
fn reading_is_safe_anywhere() {
    for finding in trials::full_disk().into_iter().chain(trials::read_only()) {
        // Where nothing can be mounted the log of the tests says so.
        eprintln!("{finding}");
        assert!(!finding.is_missed(), "{finding}");
    }
    kept(&trials::databases());
}

/// Sets up everything in a repository that makes Git run a program, all of which leave a trace.
fn traps(repo: &TestRepo) -> PathBuf {
    let trace = repo.world().join("trace");
    let program = repo.world().join("trap");
    let text = format!(
        "#!/bin/sh\necho \"$0 $*\" >>'{}'\nexec cat\n",
        trace.display()
    );
    fs::write(&program, text).unwrap();
    repo.run_in(repo.world(), "chmod", ["755", "trap"], b"")
        .ok();
    let trap = program.to_str().unwrap();
    for key in [
        "core.fsmonitor",
        "core.pager",
        "core.editor",
        "core.sshCommand",
        "core.askPass",
        "core.gitProxy",
        "diff.external",
        "diff.trap.textconv",
        "diff.trap.command",
        "gpg.program",
        "credential.helper",
        "sequence.editor",
        "interactive.diffFilter",
        "merge.trap.driver",
        "filter.trap.clean",
        "filter.trap.smudge",
        "pager.plan",
        "pager.log",
        "pager.status",
        "uploadpack.packObjectsHook",
        "trailer.x.command",
    ] {
        repo.git(["config", key, trap]).ok();
    }
    for alias in ["status", "rev-parse", "log", "cat-file", "list"] {
        repo.git(["config", &format!("alias.{alias}"), &format!("!{trap}")])
            .ok();
    }
    repo.write(
        ".git/info/attributes",
        "*.py diff=trap merge=trap filter=trap\n",
    );
    // A repository inside, with hooks and plans of its own.
    repo.git(["init", "-q", "--bare", "inner.git"]).ok();
    repo.write(
        "inner.git/config",
        format!("[core]\nbare=true\nfsmonitor={trap}\npager={trap}\n"),
    );
    repo.write("inner.git/plan/planning.db", "theirs");
    trace
}

#[test]
fn nothing_in_a_repository_runs() {
    let repo = project();
    repo.with_remote();
    repo.write("b.py", "legacy()\n");
    repo.git(["add", "b.py"]).ok();
    let trace = traps(&repo);
    let ran = || fs::read_to_string(&trace).unwrap_or_default();
    let names = [
        "$(touch trace)",
        "`touch trace`",
        "--exec=touch trace",
        "-rf",
        "; touch trace",
    ];
    for name in names {
        repo.write(name, "legacy()\n");
        repo.plan(["add-task", "1", &format!("--title={name}")])
            .ok();
    }
    // None of these may look at files through filters, so nothing at all runs.
    let without_status = [
        "list",
        "show 1",
        "log",
        "log 1",
        "doctor --verify-log",
        "verify --staged --all",
        "verify --at HEAD --all",
        "history 1 1",
        "show-diff 1 1",
        "show-diff 1 1 --sequence 1",
        "rewind 1 1",
        "spec show 1 1",
        "start 1",
        "add-task 1 --title more --spec spec.yaml",
    ];
    for words in without_status {
        repo.plan_words(words);
        assert_eq!(ran(), "", "{words}");
    }
    repo.git([
        "-c",
        "core.fsmonitor=false",
        "-c",
        "filter.trap.clean=",
        "commit",
        "-q",
        "-n",
        "-m",
        "made",
    ])
    .ok();
    fs::write(&trace, "").unwrap();
    repo.sh("git-plan hook post-commit --shim=1 -- </dev/null")
        .ok();
    repo.sh("git-plan hook pre-commit --shim=1 -- </dev/null");
    let line = format!(
        "refs/heads/main {} refs/heads/main {}\n",
        repo.rev("HEAD"),
        "0".repeat(40)
    );
    repo.run_in(
        repo.root(),
        "git-plan",
        ["hook", "pre-push", "--shim=1", "--", "origin", "x"],
        line.as_bytes(),
    );
    assert_eq!(ran(), "");
    // From inside a repository that was cloned along: Git refuses it, or it is looked at as data.
    repo.plan_in(&repo.path("inner.git"), ["list"]);
    assert_eq!(ran(), "");
    // Judging a work tree runs none either, though a file in it has changed.
    repo.write("a.py", "changed()\n");
    for words in [
        "verify --all",
        "verify --spec spec.yaml",
        "verify-task 1 1 --no-update",
        "find function",
        "status",
    ] {
        repo.plan_words(words);
        assert_eq!(ran(), "", "{words}");
    }
    // A checkpoint of the work tree runs the clean filter, as `git add` would, and nothing else.
    for words in READING
        .into_iter()
        .chain(["checkpoint 1 1", "rewind 1 1 --to 1"])
    {
        repo.plan_words(words);
    }
    assert!(!repo.path("trace").exists());
    let lines = ran();
    assert_ne!(lines, "", "the filter is `git add`'s business");
    assert!(
        lines.lines().all(|line| line.trim_end().ends_with("/trap")),
        "{lines}"
    );
}

#[test]
fn bounded() {
    let repo = project();
    let start = Instant::now();
    // Each past one limit, with the number it is told.
    let spec = |body: &str| format!("refactor_name: x\nrules:\n{body}");
    let rule = |number: usize, pattern: &str| {
        format!("  - {{id: r{number}, description: d, match: {{identifiers: ['{pattern}']}}}}\n")
    };
    let many: String = (0..1_001).map(|number| rule(number, "x")).collect();
    let deep = format!("{}x{}", "[".repeat(40), "]".repeat(40));
    for (what, text, number) in [
        (
            "size",
            spec(&format!("{}#{}", rule(1, "x"), " ".repeat(300 << 10))),
            "262144",
        ),
        ("rules", spec(&many), "1000"),
        (
            "depth",
            format!(
                "refactor_name: x\nmetadata: {deep}\nrules:\n{}",
                rule(1, "x")
            ),
            "32",
        ),
        ("pattern", spec(&rule(1, &"x".repeat(5 << 10))), "4"),
        (
            "aliases",
            "refactor_name: &a x\nrules: *a\n".to_owned(),
            "anchor",
        ),
        ("regex", spec(&rule(1, "/(a{1000}){1000}/")), "regex"),
    ] {
        repo.write("big.yaml", text);
        repo.plan_words("spec check big.yaml")
            .exits(1)
            .warns(number);
        repo.plan_words("add-task 1 --title x --spec big.yaml")
            .exits(1)
            .warns(number);
        assert!(start.elapsed() < Duration::from_secs(60), "{what}");
    }
    // What is too large to judge or to keep is said, with its size.
    repo.write("a.py", "keep()\n");
    repo.write("huge.py", "x = 1\n".repeat(3 << 20));
    repo.git(["add", "huge.py"]).ok();
    repo.plan_words("verify --spec spec.yaml")
        .exits(128)
        .says("huge.py");
    repo.git(["rm", "-q", "-f", "huge.py"]).ok();
    repo.write("blob.bin", vec![0; 11 << 20]);
    repo.plan_words("checkpoint 1 1")
        .ok()
        .warns("11534336 bytes: over 10485760");
    fs::remove_file(repo.path("blob.bin")).unwrap();
    repo.write("long.txt", "a line\n".repeat(200_000));
    repo.commit("long");
    repo.plan_words("show-diff --sequence 1 --format json").ok();
    assert!(
        start.elapsed() < Duration::from_secs(60),
        "{:?}",
        start.elapsed()
    );
}

/// Every message of a project in which all that can go wrong does.
#[test]
fn no_clipboard_traps() {
    // `plan` and `plan_words` look through every answer for what destroys when pasted.
    let repo = project();
    repo.plan_words("start 1").ok();
    repo.write("a.py", "legacy()\n");
    repo.commit("broken");
    repo.plan_words("update-task 1 1 --status completed").ok();
    for words in once_each(
        READING
            .into_iter()
            .chain(CHANGING)
            .chain(OTHER)
            .chain(PLANLESS),
    ) {
        for more in [
            "",
            " 9 9",
            " --format nothing",
            " --to 99",
            " --at nowhere",
            " -h",
        ] {
            repo.plan_words(&format!("{words}{more}"));
        }
    }
    for (file, text) in [
        (".git/plan/install.lock", ""),
        (".git/index.lock", ""),
        (".git/hooks/pre-push", "#!/usr/bin/perl\n"),
        (".git/plan/memo.db", "none"),
        (".git/plan/planning.db", "none"),
    ] {
        repo.write(file, text);
        for words in READING.into_iter().chain(CHANGING).chain(OTHER).chain([
            "install",
            "rewind 1 1 --to 1 --apply",
            "rewind --undo",
            "rewind --continue",
        ]) {
            repo.plan_words(words);
        }
    }
}
