//! A reader that goes away, a disk that is full, and nobody at a terminal.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::Stdio;

use crate::support::TestRepo;
use crate::support::verbs::{SPEC, project};

/// A project whose every answer is longer than a pipe holds.
fn talkative() -> TestRepo {
    let repo = project();
    let long = "words and more words\n".repeat(5_000);
    repo.plan(["edit-task", "1", "1", "--description", &long])
        .ok();
    repo.write("a.py", "def keep(): legacy()\n".repeat(3_000));
    repo.plan_words("checkpoint 1 1").ok();
    repo
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let repo = talkative();
    for words in [
        "show 1",
        "show 1 --format json",
        "verify --all --verbose",
        "verify --spec spec.yaml --format json",
        "verify-task 1 1 --verbose",
        "show-diff 1 1 --sequence 2",
        "show-diff 1 1 --sequence 2 --format json",
        "find function",
        "find function --format json",
    ] {
        let mut child = repo
            .command(repo.root(), "git")
            .arg("plan")
            .args(words.split(' '))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut first = String::new();
        let stdout = child.stdout.take().unwrap();
        // As `head -1` does it.
        BufReader::with_capacity(64, stdout)
            .read_line(&mut first)
            .unwrap();
        let mut said = String::new();
        child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut said)
            .unwrap();
        let status = child.wait().unwrap();
        assert_ne!(first, "", "{words}");
        assert_eq!(said, "", "{words}");
        assert_eq!(status.code(), Some(141), "{words}");
    }
    let help = repo.sh("git plan -h | head -1").ok();
    assert_eq!(help.stderr, "");
}

#[test]
fn what_was_asked_for_is_done_though_nobody_reads_it() {
    let repo = talkative();
    repo.sh("git plan verify-task 1 1 --verbose | head -1")
        .ok()
        .says("Verif");
    repo.plan_words("show 1").ok().says("(audit: fail)");
    repo.sh("git plan add-task --title unheard >&-").ok();
    repo.plan_words("show 1").ok().says("Task 2: unheard");
    repo.sh("git plan verify-task 1 1 >/dev/null 2>&-").exits(1);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_said() {
    let repo = project();
    for words in [
        "list",
        "show 1",
        "log --format json",
        "verify --all",
        "find function",
    ] {
        repo.sh(&format!("git plan {words} >/dev/full"))
            .exits(128)
            .warns("error: writing ")
            .warns("caused by: No space left on device");
    }
}

#[test]
fn nobody_to_ask_means_no() {
    let repo = project();
    repo.commit("base");
    let before = repo.stored();
    repo.plan_words("archive 1")
        .exits(1)
        .warns("error: plan 1 is not archived: it is not finished")
        .warns("--yes");
    assert!(repo.stored() == before);

    repo.plan_words("update-task 1 1 --status completed").ok();
    let before = repo.stored();
    for words in ["archive 1", "remove-task 1 1"] {
        repo.plan_words(words).exits(1).warns("--yes");
        // Nor does an answer on standard input count, where there is no terminal.
        let words = std::iter::once("plan").chain(words.split(' '));
        repo.run_in(repo.root(), "git", words, b"y\ny\n")
            .exits(1)
            .warns("--yes");
    }
    assert!(repo.stored() == before);
    repo.plan_words("remove-task 1 1 --yes").ok();
    repo.plan_words("log").ok().says("task.removed");

    repo.write("spec.yaml", SPEC);
    repo.plan_words("add-task --title again --spec spec.yaml")
        .ok();
    repo.plan_words("archive 1 --yes")
        .ok()
        .says("Plan 1 archived successfully");
    repo.plan_words("log").ok().says("archived_unfinished");
}
