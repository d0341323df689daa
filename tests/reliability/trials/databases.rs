//! A planning.db that is not what it should be: everything says so in a sentence, commits go
//! through, and the file stays as it is.

use std::fs;
use std::path::Path;

use super::Finding;
use crate::support::TestRepo;
use crate::support::verbs::{on_a_plan, once_each, project};

/// What may be in its place, with words that the sentence has.
type Kind = (&'static str, fn(&Path), &'static str);

const KINDS: [Kind; 6] = [
    (
        "a text",
        |file| fs::write(file, "not a database\n").unwrap(),
        "no SQLite database",
    ),
    ("another program's", foreign, "of another program"),
    ("of a newer schema", newer, "has schema 99"),
    ("truncated", truncated, "is damaged"),
    ("with rotten pages", rotten, "is damaged"),
    (
        "missing",
        |file| fs::remove_file(file).unwrap(),
        "not found",
    ),
];

fn foreign(file: &Path) {
    fs::remove_file(file).unwrap();
    let other = rusqlite::Connection::open(file).unwrap();
    other.execute_batch("CREATE TABLE theirs (x)").unwrap();
}

fn newer(file: &Path) {
    let ours = rusqlite::Connection::open(file).unwrap();
    ours.pragma_update(None, "user_version", 99).unwrap();
}

fn truncated(file: &Path) {
    let whole = fs::read(file).unwrap();
    fs::write(file, &whole[..whole.len() / 2]).unwrap();
}

fn rotten(file: &Path) {
    let mut pages = fs::read(file).unwrap();
    let end = pages.len();
    pages[4096..end].fill(0xA5);
    fs::write(file, pages).unwrap();
}

/// Tries every verb and a commit on each kind.
pub(crate) fn databases() -> Vec<Finding> {
    let (mut wordy, mut changed, mut stopped) = (Vec::new(), Vec::new(), Vec::new());
    for (kind, replace, words) in KINDS {
        let repo = project();
        repo.plan_words("start 1").ok();
        let file = repo.path(".git/plan/planning.db");
        replace(&file);
        let before = fs::read(&file).ok();
        for verb in once_each(on_a_plan()) {
            let answer = repo.plan_words(verb);
            let sentence = answer.stderr.lines().next().unwrap_or_default();
            let is_exact = answer.status == 128 && answer.stdout.is_empty();
            if !is_exact || !sentence.starts_with("error: ") || !sentence.contains(words) {
                wordy.push(format!("{kind}: {verb}: {} {sentence}", answer.status));
            }
        }
        commits(&repo, kind, &mut stopped);
        if fs::read(&file).ok() != before {
            changed.push(kind);
        }
    }
    vec![
        Finding::told("databases of other kinds", KINDS.len()),
        Finding::none("databases: verbs without one exact sentence", &wordy),
        Finding::none(
            "databases: commits stopped, or told more than a line",
            &stopped,
        ),
        Finding::none("databases: files changed", &changed),
    ]
}

fn commits(repo: &TestRepo, kind: &'static str, stopped: &mut Vec<String>) {
    let said = repo.git(["commit", "-q", "--allow-empty", "-m", kind]);
    if said.status != 0 || said.stderr.lines().count() > 1 {
        stopped.push(format!("{kind}: {}", said.stderr));
    }
}
