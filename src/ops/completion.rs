//! Where a task was completed, seen from a commit: which tasks a history answers for.
//!
//! A history answers for a task when it contains a commit at which the task was completed or
//! recorded as passing, or a commit that took such a commit's place.

use std::collections::HashSet;

use anyhow::Result;

use crate::git::Repo;
use crate::model::evidence::Evidence;
use crate::model::id::CommitId;
use crate::model::task::Task;
use crate::store::Reader;

use super::workspace::Workspace;

/// How many commits that no remote has are compared by content before giving up.
const MAX_COMPARED: usize = 500;

/// Which tasks a history answers for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum GateScope {
    /// Those whose completion it contains.
    History,
    /// Every task in force (`plan.gate.scope=all`).
    All,
}

impl GateScope {
    /// Reads `plan.gate.scope`.
    ///
    /// # Errors
    /// Fatal when it is set to something else than `history` or `all`.
    pub(super) fn configured(repo: &Repo) -> Result<Self> {
        match repo.config()?.get("plan.gate.scope") {
            None | Some("history") => Ok(Self::History),
            Some("all") => Ok(Self::All),
            Some(_) => Err(crate::error::Failure::fatal(
                "plan.gate.scope: expected one of history, all",
            )
            .into()),
        }
    }
}

/// The history of one commit, asked which tasks it answers for.
pub(super) struct History<'a> {
    repo: &'a Repo,
    tip: CommitId,
    /// Trees and patches of the commits no remote has; made when first needed.
    unpushed: Option<Contents>,
}

#[derive(Default)]
struct Contents {
    trees: HashSet<String>,
    patches: HashSet<String>,
}

impl<'a> History<'a> {
    /// Looks at the history of `tip`.
    pub(super) const fn of(repo: &'a Repo, tip: CommitId) -> Self {
        Self {
            repo,
            tip,
            unpushed: None,
        }
    }

    /// Reports whether this history answers for a task in force.
    ///
    /// # Errors
    /// When the store or the repository cannot be read.
    pub(super) fn answers_for(&mut self, store: &Reader<'_>, task: &Task) -> Result<bool> {
        let completions = store.completions(task.id)?;
        let anchors: Vec<CommitId> = completions.iter().filter_map(|it| it.anchor).collect();
        let mut with_successors = Vec::new();
        for anchor in &anchors {
            with_successors.push(*anchor);
            with_successors.extend(store.successors(*anchor)?);
        }
        for commit in &with_successors {
            if self.contains(*commit)? {
                return Ok(true);
            }
        }
        for commit in &with_successors {
            if self.contains_content_of(*commit)? {
                return Ok(true);
            }
        }
        if awaits_its_commit(&completions) {
            return Ok(false);
        }
        self.none_is_on_a_ref(&with_successors)
    }

    fn contains(&self, commit: CommitId) -> Result<bool> {
        Ok(self.repo.has_object(commit.0)? && self.repo.is_ancestor(commit, self.tip)?)
    }

    /// Reports whether a commit that no remote has carries the same change or the same tree.
    fn contains_content_of(&mut self, commit: CommitId) -> Result<bool> {
        if !self.repo.has_object(commit.0)? {
            return Ok(false);
        }
        let tree = self.repo.commit(commit)?.tree.to_string();
        let patch = self.repo.patch_id(commit)?;
        let unpushed = self.unpushed()?;
        Ok(unpushed.trees.contains(&tree)
            || patch.is_some_and(|patch| unpushed.patches.contains(&patch)))
    }

    fn unpushed(&mut self) -> Result<&Contents> {
        if self.unpushed.is_none() {
            let mut contents = Contents::default();
            for commit in self.repo.unpushed_commits(self.tip, MAX_COMPARED)? {
                contents
                    .trees
                    .insert(self.repo.commit(commit)?.tree.to_string());
                contents.patches.extend(self.repo.patch_id(commit)?);
            }
            self.unpushed = Some(contents);
        }
        Ok(self.unpushed.get_or_insert_default())
    }

    /// A completion whose commits nobody holds any more would otherwise be forgotten by a rewrite.
    fn none_is_on_a_ref(&self, commits: &[CommitId]) -> Result<bool> {
        for commit in commits {
            if self.repo.has_object(commit.0)? && self.repo.is_on_any_ref(*commit)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// Reports whether some completion belongs to a commit that is still to be made.
fn awaits_its_commit(completions: &[Evidence]) -> bool {
    completions
        .iter()
        .any(|evidence| evidence.dirty && evidence.anchor.is_none())
}

/// Splits the tasks in force into those `tip` answers for and the others.
///
/// # Errors
/// When the store or the repository cannot be read.
pub(super) fn split_by_history(
    ws: &Workspace,
    store: &Reader<'_>,
    tip: CommitId,
) -> Result<(Vec<Task>, Vec<Task>)> {
    let tasks = store.tasks_in_force()?;
    if tasks.is_empty() || GateScope::configured(ws.repo())? == GateScope::All {
        return Ok((tasks, Vec::new()));
    }
    let mut history = History::of(ws.repo(), tip);
    let (mut here, mut elsewhere) = (Vec::new(), Vec::new());
    for task in tasks {
        let side = if history.answers_for(store, &task)? {
            &mut here
        } else {
            &mut elsewhere
        };
        side.push(task);
    }
    Ok((here, elsewhere))
}
