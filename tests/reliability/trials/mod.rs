//! What may happen to a repository with plans, as trials of any size that tell what they found.

mod crowd;
mod databases;
mod gc;
mod kills;
mod refs;
mod shortage;
mod trees;

use std::fmt;
use std::path::Path;
use std::process::{Child, Stdio};

pub(crate) use crowd::crowd;
pub(crate) use databases::databases;
pub(crate) use gc::beside_gc;
pub(crate) use kills::kills;
pub(crate) use refs::{adopted, prepared};
pub(crate) use shortage::{full_disk, read_only};
pub(crate) use trees::trees;

use crate::support::TestRepo;

/// One line of what a trial found.
#[derive(Debug)]
pub(crate) struct Finding {
    what: String,
    target: String,
    measured: String,
    is_met: Option<bool>,
}

impl Finding {
    /// There should be none of these.
    pub(crate) fn none<T: fmt::Debug>(what: impl Into<String>, found: &[T]) -> Self {
        let measured = match found.first() {
            None => "0".to_owned(),
            Some(first) => format!("{}: {first:?}", found.len()),
        };
        Self {
            what: what.into(),
            target: "0".to_owned(),
            measured,
            is_met: Some(found.is_empty()),
        }
    }

    /// There should be exactly so many.
    pub(crate) fn exactly(what: impl Into<String>, target: usize, found: usize) -> Self {
        Self {
            what: what.into(),
            target: target.to_string(),
            measured: found.to_string(),
            is_met: Some(target == found),
        }
    }

    /// It holds or not.
    pub(crate) fn holds(
        what: impl Into<String>,
        target: &str,
        measured: String,
        is_met: bool,
    ) -> Self {
        Self {
            what: what.into(),
            target: target.to_owned(),
            measured,
            is_met: Some(is_met),
        }
    }

    /// Nothing is expected.
    pub(crate) fn told(what: impl Into<String>, measured: impl fmt::Display) -> Self {
        Self {
            what: what.into(),
            target: String::new(),
            measured: measured.to_string(),
            is_met: None,
        }
    }

    /// The machine does not let it be tried.
    pub(crate) fn skipped(what: impl Into<String>, why: &str) -> Self {
        Self::told(what, format_args!("SKIPPED: {why}"))
    }

    /// Reports whether a target was missed.
    pub(crate) fn is_missed(&self) -> bool {
        self.is_met == Some(false)
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = match self.is_met {
            Some(true) => "PASS",
            Some(false) => "FAIL",
            None => "",
        };
        let Self {
            what,
            target,
            measured,
            ..
        } = self;
        write!(f, "| {what} | {target} | {measured} | {verdict} |")
    }
}

/// Starts a script whose answer is fetched later; `$1` is `word`.
fn spawn(repo: &TestRepo, tree: &Path, script: &str, word: &str) -> Child {
    let mut command = repo.command(tree, "sh");
    command
        .args(["-c", script, "sh", word])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Waits for all, and returns the lines of their standard output and of their standard error.
fn join(children: Vec<Child>) -> (Vec<String>, Vec<String>) {
    let (mut said, mut complained) = (Vec::new(), Vec::new());
    for child in children {
        let output = child.wait_with_output().unwrap();
        let lines = |bytes: &[u8]| -> Vec<String> {
            let text = String::from_utf8_lossy(bytes);
            text.lines().map(str::to_owned).collect()
        };
        said.extend(lines(&output.stdout));
        complained.extend(lines(&output.stderr));
    }
    (said, complained)
}

/// What is wrong with what is stored: the database's pages and journal, and Git's objects.
fn faults(repo: &TestRepo) -> Vec<String> {
    let mut faults = Vec::new();
    let database = rusqlite::Connection::open(repo.path(".git/plan/planning.db")).unwrap();
    let integrity = database.query_row("PRAGMA integrity_check", [], |row| row.get(0));
    let integrity: String = integrity.unwrap_or_else(|error| error.to_string());
    if integrity != "ok" {
        faults.push(integrity);
    }
    for words in [
        &["fsck", "--strict", "--no-dangling"][..],
        &["plan", "doctor", "--verify-log"],
    ] {
        let answer = repo.git(words);
        if answer.status != 0 {
            faults.push(answer.stderr);
        }
    }
    faults
}

/// Every value of a list of objects under one key.
fn values(list: &serde_json::Value, key: &str) -> Vec<String> {
    let rows = list.as_array().unwrap().iter();
    rows.map(|row| match &row[key] {
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    })
    .collect()
}
