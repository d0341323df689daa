//! The checkpoints of a task, told in a line each.

use std::collections::HashSet;

use super::TestRepo;

/// Whether checkpoints that an amend or rebase put out of place are told as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Which {
    Current,
    All,
}

impl TestRepo {
    /// Tells the checkpoints of `owner` (`1 2` is task 2 of plan 1, `1` the plan itself), each as
    /// `<sequence> <subject>`, and ` (gone)` behind those that are not in HEAD's history.
    #[track_caller]
    pub(crate) fn kept(&self, owner: &str, which: Which) -> Vec<String> {
        let mut words = vec!["rewind", "--format", "json"];
        words.extend(owner.split(' '));
        if !owner.contains(' ') {
            words.push("--no-task");
        }
        if which == Which::All {
            words.push("--all");
        }
        let answer = self.plan(words).ok().json();
        let listed = answer["checkpoints"].as_array().unwrap();
        let ids: Vec<&str> = listed
            .iter()
            .map(|checkpoint| checkpoint["snapshot"].as_str().unwrap())
            .collect();
        if ids.is_empty() {
            return Vec::new();
        }
        let log = ["log", "--no-walk=unsorted", "--format=%s"];
        let subjects = self.git(log.iter().chain(&ids)).ok().stdout;
        let history = self.git(["rev-list", "HEAD"]).ok().stdout;
        let history: HashSet<&str> = history.lines().collect();
        let mut told = Vec::new();
        for ((checkpoint, id), subject) in listed.iter().zip(&ids).zip(subjects.lines()) {
            let gone = if history.contains(id) { "" } else { " (gone)" };
            told.push(format!("{} {subject}{gone}", checkpoint["sequence"]));
        }
        assert_eq!(told.len(), listed.len());
        told
    }

    /// Writes a file called like the commit, and commits it.
    #[track_caller]
    pub(crate) fn commit_file(&self, name: &str) -> super::Answer {
        self.write(&format!("{name}.txt"), format!("{name}\n"));
        self.commit(name)
    }
}
