//! A planning.db that cannot be trusted stays as it is: commands say one exact sentence, commits go
//! through with one line, and the gate stays closed.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::TestRepo;
use crate::support::verbs::{PLANLESS, on_a_plan, once_each, project};

/// A project whose task was completed, with a remote, whose database `break_it` then breaks.
fn broken(break_it: impl FnOnce(&Path)) -> (TestRepo, PathBuf) {
    let repo = project();
    repo.with_remote();
    repo.plan_words("start 1").ok();
    repo.write("a.py", "def keep():\n    pass\n");
    repo.commit("done");
    repo.plan_words("verify-task").ok();
    let database = fs::canonicalize(repo.path(".git/plan/planning.db")).unwrap();
    break_it(&database);
    (repo, database)
}

/// Checks that everything says `sentence` and leaves the database alone.
#[track_caller]
fn stays_as_it_is(repo: &TestRepo, sentence: &str) {
    let before = repo.stored();
    for words in once_each(on_a_plan()).chain(["stop", "verify-task 1 1"]) {
        repo.plan_words(words).fails(128, sentence);
    }
    for words in PLANLESS {
        assert_eq!(repo.plan_words(words).stderr, "", "{words}");
    }
    hooks_manage(repo, sentence);
    assert!(repo.stored() == before, "something changed");
}

/// Checks that a commit goes through with one line, and a push does not.
#[track_caller]
fn hooks_manage(repo: &TestRepo, sentence: &str) {
    let commit = repo.commit("while it is broken");
    assert_eq!(
        commit.stderr,
        format!("git-plan: checkpoint postponed to the next 'git plan' command: {sentence}\n")
    );
    let amended = repo.sh("echo more >>a.py; git commit -qam again --amend --allow-empty");
    assert_eq!(amended.ok().stderr.lines().count(), 1);
    let push = repo.git(["push", "-q", "origin", "main"]).exits(1);
    let said = format!("git-plan: could not verify this push: {sentence}\n");
    assert!(push.stderr.starts_with(&said), "{}", push.stderr);
    assert_eq!(repo.git(["ls-remote", "origin"]).ok().stdout, "");
    repo.git(["push", "-q", "--no-verify", "origin", "main"])
        .ok();
}

#[test]
fn a_text_file() {
    let (repo, database) = broken(|database| fs::write(database, "not a database\n").unwrap());
    let sentence = format!(
        "{} is not a git-plan database: it is no SQLite database",
        database.display()
    );
    repo.plan_words("init --name P").fails(128, &sentence);
    stays_as_it_is(&repo, &sentence);
}

#[test]
fn another_programs_database() {
    let (repo, database) = broken(|database| {
        fs::remove_file(database).unwrap();
        let other = rusqlite::Connection::open(database).unwrap();
        other.execute_batch("CREATE TABLE theirs (x)").unwrap();
    });
    let sentence = format!(
        "{} is not a git-plan database: it is a SQLite database of another program",
        database.display()
    );
    repo.plan_words("init --name P").fails(128, &sentence);
    stays_as_it_is(&repo, &sentence);
}

#[test]
fn a_newer_schema() {
    let (repo, _) = broken(|database| {
        let ours = rusqlite::Connection::open(database).unwrap();
        ours.pragma_update(None, "user_version", 99).unwrap();
    });
    let sentence = "planning database has schema 99, this git-plan knows schemas up to 1";
    repo.plan_words("init --name P")
        .fails(128, sentence)
        .warns("hint: upgrade git-plan");
    stays_as_it_is(&repo, sentence);
}

#[test]
fn a_truncated_file() {
    let (repo, database) = broken(|database| {
        let whole = fs::read(database).unwrap();
        fs::write(database, &whole[..whole.len() / 2]).unwrap();
    });
    let sentence = format!(
        "planning database {} is damaged: database disk image is malformed",
        database.display()
    );
    repo.plan_words("init --name P").fails(128, &sentence);
    stays_as_it_is(&repo, &sentence);
}

#[test]
fn a_directory() {
    let (repo, database) = broken(|database| {
        fs::remove_file(database).unwrap();
        fs::create_dir(database).unwrap();
        fs::write(database.join("inside"), "kept").unwrap();
    });
    let sentence = format!(
        "{} is not a git-plan database: it is a directory",
        database.display()
    );
    repo.plan_words("init --name P").fails(128, &sentence);
    stays_as_it_is(&repo, &sentence);
    assert_eq!(fs::read(database.join("inside")).unwrap(), b"kept");
}

#[test]
fn an_empty_file_holds_nothing_to_lose() {
    let (repo, database) = broken(|database| fs::write(database, "").unwrap());
    let sentence = format!(
        "planning database {} is damaged: it is empty; 'git plan init' makes a new one",
        database.display()
    );
    stays_as_it_is(&repo, &sentence);
    repo.plan(["init", "--name", ""]).exits(129);
    assert_eq!(fs::read(database).unwrap(), b"");
    repo.plan_words("init --name Again")
        .ok()
        .says("Created plan 1: Again");
}

#[test]
fn a_lost_file() {
    let (repo, _) = broken(|database| fs::remove_file(database).unwrap());
    let sentence = "Planning database not found. Run 'git plan init' first.";
    stays_as_it_is(&repo, sentence);
}

#[test]
fn pages_that_rotted() {
    let (repo, database) = broken(|database| {
        let mut pages = fs::read(database).unwrap();
        let end = pages.len();
        pages[4096..end].fill(0xA5);
        fs::write(database, pages).unwrap();
    });
    let before = repo.stored();
    for words in once_each(on_a_plan()).chain(["stop", "init --name P"]) {
        let answer = repo.plan_words(words).exits(128);
        let first = answer.stderr.lines().next().unwrap_or_default();
        let sentence = format!("error: planning database {} is damaged", database.display());
        assert!(first.starts_with(&sentence), "{words}: {first}");
        assert_eq!(answer.stdout, "", "{words}");
    }
    assert!(repo.stored() == before, "something changed");
    let commit = repo.commit("while it is broken");
    assert_eq!(commit.stderr.lines().count(), 1, "{}", commit.stderr);
    let amended = repo.sh("git commit -qm again --amend --allow-empty");
    assert_eq!(amended.ok().stderr.lines().count(), 1);
    repo.git(["push", "-q", "origin", "main"])
        .exits(1)
        .warns("git-plan: could not verify this push: planning database ");
}
