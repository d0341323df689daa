//! Specs and a tree to evaluations: the one road every verification takes.

use anyhow::{Context as _, Result};

use crate::error::Failure;
use crate::evaluate::evaluate;
use crate::git::Repo;
use crate::model::evaluation::{Evaluation, Verdict};
use crate::model::hit::Unjudged;
use crate::model::id::{CommitId, SpecHash, TaskNumber};
use crate::model::judged::TaskLabel;
use crate::model::spec::Spec;
use crate::model::task::Task;
use crate::model::tree::{JudgedTree, Snapshot, TreeSource};
use crate::scan::{Progress, Recalled, Scanner};
use crate::spec;
use crate::store::{Memo, Reader};

use super::resolve::{self, TaskRef};
use super::workspace::Workspace;

/// A spec that can be judged by.
#[derive(Debug, Clone)]
pub struct ReadySpec {
    /// The rules.
    pub spec: Spec,
    /// Their hash.
    pub hash: SpecHash,
}

impl From<spec::Parsed> for ReadySpec {
    fn from(parsed: spec::Parsed) -> Self {
        Self {
            spec: parsed.spec,
            hash: parsed.hash,
        }
    }
}

/// The spec of a task as it is stored.
pub(super) struct StoredSpec {
    text: String,
    task: TaskNumber,
}

impl StoredSpec {
    /// Fetches the text, if the task has one.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub(super) fn of(store: &Reader<'_>, task: &Task) -> Result<Option<Self>> {
        let Some(id) = task.spec_id else {
            return Ok(None);
        };
        let (text, _) = store
            .spec_text(id)?
            .context("the spec of the task is not stored")?;
        Ok(Some(Self {
            text,
            task: task.number,
        }))
    }

    /// Reads it.
    ///
    /// # Errors
    /// When this version no longer accepts it.
    pub(super) fn parse(&self) -> Result<ReadySpec> {
        let parsed = spec::parse(self.text.as_bytes()).map_err(|diagnostic| {
            let name = format!("spec of task {}", self.task);
            Failure::fatal(format!(
                "Invalid verification spec: {}",
                diagnostic.render(&name)
            ))
        })?;
        Ok(parsed.into())
    }
}

/// What a verb about one spec takes it from.
#[derive(Debug, Clone)]
pub enum Criterion {
    /// A task.
    Task(TaskRef),
    /// No task; no database is needed.
    Spec(ReadySpec),
}

impl Criterion {
    /// Returns the task, if there is one, and the spec.
    ///
    /// # Errors
    /// Fatal when there is no such task, or it has no spec.
    pub(super) fn find(&self, ws: &Workspace) -> Result<(Option<TaskLabel>, ReadySpec)> {
        match self {
            Self::Spec(ready) => Ok((None, ready.clone())),
            Self::Task(wanted) => ws.read(|store| {
                let (_, task) = resolve::task(store, ws.worktree(), *wanted)?;
                let ready = required_spec_of(store, &task)?;
                Ok((Some(TaskLabel::from(&task)), ready))
            }),
        }
    }
}

/// Returns the stored spec of a task, if it has one.
///
/// # Errors
/// When the store cannot be read or holds a text that this version no longer accepts.
pub(super) fn spec_of(store: &Reader<'_>, task: &Task) -> Result<Option<ReadySpec>> {
    let stored = StoredSpec::of(store, task)?;
    stored.map(|stored| stored.parse()).transpose()
}

/// Returns the stored spec of a task.
///
/// # Errors
/// Fatal when it has none.
pub(super) fn required_spec_of(store: &Reader<'_>, task: &Task) -> Result<ReadySpec> {
    let missing = || {
        Failure::fatal(format!("No verification spec for task {}", task.number)).hint(format!(
            "'git plan set-spec {} {} FILE' gives it one",
            task.plan_id, task.number
        ))
    };
    Ok(spec_of(store, task)?.ok_or_else(missing)?)
}

/// What judging looks at besides specs.
#[derive(Clone, Copy)]
pub(super) struct Bench<'a> {
    /// Where the trees are.
    pub repo: &'a Repo,
    /// Former scans.
    pub memo: &'a Memo,
    /// Told how far a long scan has come.
    progress: &'a dyn Progress,
}

impl<'a> Bench<'a> {
    /// Sets up in a repository, with what it remembers.
    pub(super) fn new(ws: &'a Workspace, progress: &'a dyn Progress) -> Self {
        Self {
            repo: ws.repo(),
            memo: ws.memo(),
            progress,
        }
    }

    /// Remembers what it scans in another place.
    pub(super) fn with_memo(self, memo: &'a Memo) -> Self {
        Self { memo, ..self }
    }

    /// Judges one state of the repository by every spec, in their order.
    ///
    /// # Errors
    /// When the state cannot be listed; a file that cannot be read is part of the answer instead.
    pub(super) fn judge(
        &self,
        source: &TreeSource,
        snapshot: &Snapshot,
        specs: &[&ReadySpec],
    ) -> Result<Vec<Evaluation>> {
        self.judge_recalled(source, snapshot, specs, self.recall(specs))
    }

    /// Recalls former scans by these specs, while a snapshot is still being made.
    pub(super) fn recall(&self, specs: &[&ReadySpec]) -> Recalled {
        self.scanner().recall_all(&pairs(specs))
    }

    /// As [`Bench::judge`], with what [`Bench::recall`] gave for the same specs.
    ///
    /// # Errors
    /// As [`Bench::judge`].
    pub(super) fn judge_recalled(
        &self,
        source: &TreeSource,
        snapshot: &Snapshot,
        specs: &[&ReadySpec],
        recalled: Recalled,
    ) -> Result<Vec<Evaluation>> {
        let wanted = pairs(specs);
        let findings = self.scanner().scan_recalled(snapshot, &wanted, recalled)?;
        let tree = judged_tree(source, snapshot);
        let evaluations = specs
            .iter()
            .zip(&findings)
            .map(|(ready, findings)| evaluate(&ready.spec, &ready.hash, tree.clone(), findings));
        Ok(evaluations.collect())
    }

    /// Judges the tree of one commit by every spec, in their order.
    ///
    /// # Errors
    /// When the commit cannot be read.
    pub(super) fn judge_commit(
        &self,
        id: CommitId,
        specs: &[&ReadySpec],
    ) -> Result<Vec<Evaluation>> {
        let snapshot = self.repo.snapshot_of(id)?;
        self.judge(&TreeSource::Revision(id.to_string()), &snapshot, specs)
    }

    /// Returns the scanner over the same repository and memo.
    pub(super) fn scanner(&self) -> Scanner<'_> {
        Scanner {
            repo: self.repo,
            memo: self.memo,
            progress: self.progress,
        }
    }
}

fn pairs<'a>(specs: &[&'a ReadySpec]) -> Vec<(&'a Spec, &'a SpecHash)> {
    let pair = |ready: &&'a ReadySpec| (&ready.spec, &ready.hash);
    specs.iter().map(pair).collect()
}

fn judged_tree(source: &TreeSource, snapshot: &Snapshot) -> JudgedTree {
    JudgedTree {
        source: match source {
            TreeSource::Worktree => "worktree".to_owned(),
            TreeSource::Staged => "staged".to_owned(),
            TreeSource::Revision(revision) => revision.clone(),
        },
        commit: snapshot.commit,
        tree: snapshot.base.filter(|_| snapshot.overlay.is_empty()),
    }
}

/// Refuses an evaluation that leaves out a file which could have held a violation.
///
/// # Errors
/// Fatal, with the files named, when the verdict is unverified.
pub(super) fn must_be_verified(what: &str, evaluation: &Evaluation) -> Result<()> {
    if evaluation.verdict != Verdict::Unverified {
        return Ok(());
    }
    let left_out: Vec<String> = evaluation
        .unjudged
        .iter()
        .filter(|file| file.reason.forbids_verdict())
        .map(|file| {
            let Unjudged { path, reason } = file;
            format!("{path} ({})", reason.phrase())
        })
        .collect();
    Err(Failure::fatal(format!("could not verify {what}: {}", left_out.join(", "))).into())
}
