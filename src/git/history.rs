//! How commits are related.

use std::collections::HashSet;

use anyhow::{Context as _, Result};

use super::library::{from_library, to_library};
use super::objects::{Source, parse_oid};
use super::repo::Repo;
use super::revision::bad_revision;
use crate::model::id::CommitId;

/// Where `git filter-branch` puts aside what the refs were that it has rewritten.
pub const ORIGINAL: &str = "refs/original/";

/// What a list of new commits leaves out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// What a remote-tracking branch has.
    Remotes,
    /// The history of a commit.
    History(CommitId),
}

impl Repo {
    /// Reports whether `ancestor` is part of `descendant`'s history, or is it. A commit that the
    /// repository lacks is part of no history.
    ///
    /// # Errors
    /// When the history cannot be walked.
    pub fn is_ancestor(&self, ancestor: CommitId, descendant: CommitId) -> Result<bool> {
        if ancestor == descendant {
            return Ok(true);
        }
        if !self.has_object(ancestor.0)? {
            return Ok(false);
        }
        if let Source::Library(repository) = self.shared_objects().source() {
            let (old, new) = (to_library(ancestor.0)?, to_library(descendant.0)?);
            if let Ok(answer) = repository.graph_descendant_of(new, old) {
                return Ok(answer);
            }
        }
        let (old, new) = (ancestor.to_string(), descendant.to_string());
        let words = ["merge-base", "--is-ancestor", &old, &new];
        let answer = self.git.call(&words).answer()?;
        match answer.status {
            Some(0) => Ok(true),
            Some(1) => Ok(false),
            _ => Err(answer.into_error()),
        }
    }

    /// Returns those of `commits` whose history has `ancestor`, itself included: one walk for all.
    ///
    /// # Errors
    /// When the history cannot be walked.
    pub fn descendants_among(
        &self,
        ancestor: CommitId,
        commits: &[CommitId],
    ) -> Result<HashSet<CommitId>> {
        let words = ["rev-list", "--ancestry-path", "--stdin"];
        let printed = self.git.call(&words).input(lines(commits, &[ancestor]));
        let later: HashSet<_> = read_commits(&printed.output()?)?.into_iter().collect();
        let is_one = |id: &CommitId| *id == ancestor || later.contains(id);
        Ok(commits.iter().copied().filter(is_one).collect())
    }

    /// Returns the commit where two histories part; `None` when they have nothing in common.
    ///
    /// # Errors
    /// When the histories cannot be walked.
    pub fn merge_base(&self, one: CommitId, other: CommitId) -> Result<Option<CommitId>> {
        if let Source::Library(repository) = self.shared_objects().source() {
            let pair = (to_library(one.0)?, to_library(other.0)?);
            if let Ok(base) = repository.merge_base(pair.0, pair.1) {
                return from_library(base).map(|base| Some(CommitId(base)));
            }
        }
        let (one, other) = (one.to_string(), other.to_string());
        let answer = self.git.call(&["merge-base", &one, &other]).answer()?;
        match answer.status {
            Some(0) => parse_oid(answer.stdout.trim_ascii()).map(|oid| Some(CommitId(oid))),
            Some(1) => Ok(None),
            _ => Err(answer.into_error()),
        }
    }

    /// Reports whether a commit can be reached from HEAD of any work tree or from any ref outside
    /// `refs/plan/`, old ones that `git filter-branch` has put aside left out as well. A commit that
    /// the repository lacks cannot.
    ///
    /// # Errors
    /// When the history cannot be walked.
    pub fn is_on_any_ref(&self, id: CommitId) -> Result<bool> {
        if !self.has_object(id.0)? {
            return Ok(false);
        }
        let id = id.to_string();
        let words = [
            "rev-list",
            "--max-count=1",
            &id,
            "--not",
            "--exclude=refs/plan/*",
            &format!("--exclude={ORIGINAL}*"),
            "--all",
            "--",
        ];
        Ok(self.git.call(&words).output()?.is_empty())
    }

    /// Returns those of `commits` that no branch, tag or remote-tracking branch has.
    ///
    /// # Errors
    /// When the history cannot be walked.
    pub fn not_on_branches(&self, commits: &[CommitId]) -> Result<HashSet<CommitId>> {
        if commits.is_empty() {
            return Ok(HashSet::new());
        }
        let asked: HashSet<CommitId> = commits.iter().copied().collect();
        // What is read must come before `--not`, which older versions apply to it as well.
        let words = [
            "rev-list",
            "--ignore-missing",
            "--stdin",
            "--not",
            "--branches",
            "--tags",
            "--remotes",
        ];
        let printed = self.git.call(&words).input(lines(commits, &[])).output()?;
        let mut found = read_commits(&printed)?;
        found.retain(|id| asked.contains(id));
        Ok(found.into_iter().collect())
    }

    /// Lists the commits of the histories of `tips` that are not `known`, newest first, at most `max`.
    ///
    /// # Errors
    /// When the history cannot be walked.
    pub fn new_commits(
        &self,
        tips: &[CommitId],
        known: Known,
        max: usize,
    ) -> Result<Vec<CommitId>> {
        let max = format!("--max-count={max}");
        let (input, known) = match known {
            Known::Remotes => (lines(tips, &[]), &["--not", "--remotes"][..]),
            Known::History(commit) => (lines(tips, &[commit]), &[][..]),
        };
        let words = [&["rev-list", &max, "--stdin"], known].concat();
        read_commits(&self.git.call(&words).input(input).output()?)
    }

    /// Lists the commits, ancestors first, that the histories of `these` have and those of `others`
    /// have not.
    ///
    /// # Errors
    /// When git cannot walk them.
    pub fn only_in(&self, these: &[CommitId], others: &[CommitId]) -> Result<Vec<CommitId>> {
        if these.is_empty() {
            return Ok(Vec::new());
        }
        let words = ["rev-list", "--topo-order", "--reverse", "--stdin"];
        let input = lines(these, others);
        read_commits(&self.git.call(&words).input(input).output()?)
    }

    /// Lists the commits, oldest first and at most `max`, that `new` has in the place of others;
    /// none when it has all of `old` still, or `old` is gone.
    ///
    /// # Errors
    /// When git cannot walk the history.
    pub fn replacing(&self, old: CommitId, new: CommitId, max: usize) -> Result<Vec<CommitId>> {
        if !self.has_object(old.0)? || !self.has_object(new.0)? || self.is_ancestor(old, new)? {
            return Ok(Vec::new());
        }
        let (max, range) = (format!("--max-count={max}"), format!("{old}..{new}"));
        let words = ["rev-list", &max, "--topo-order", &range, "--"];
        let mut found = read_commits(&self.git.call(&words).output()?)?;
        found.reverse();
        Ok(found)
    }

    /// Lists what a range or revision (`A..B`, `HEAD`) names, by first parents, newest first, at
    /// most `max`.
    ///
    /// # Errors
    /// A [`Failure`] when the range names nothing.
    pub fn first_parents(&self, range: &str, max: usize) -> Result<Vec<CommitId>> {
        let max = format!("--max-count={max}");
        let words = ["rev-list", "--first-parent", &max, "--end-of-options"];
        let answer = self
            .git
            .call(&words)
            .argument(range)
            .argument("--")
            .answer()?;
        match answer.status {
            Some(0) => read_commits(&answer.stdout),
            _ => Err(bad_revision(range).into()),
        }
    }
}

/// Writes one id a line, for `--stdin`, and what is to be left out.
fn lines(commits: &[CommitId], without: &[CommitId]) -> String {
    let without = without.iter().map(|id| format!("^{id}\n"));
    let commits = commits.iter().map(|id| format!("{id}\n"));
    commits.chain(without).collect()
}

/// Reads one id a line.
fn read_commits(printed: &[u8]) -> Result<Vec<CommitId>> {
    let lines = printed
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty());
    lines
        .map(|line| parse_oid(line).map(CommitId))
        .collect::<Result<_>>()
        .context("reading what git rev-list printed")
}
