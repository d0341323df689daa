//! How many violations of a task's spec a commit leaves, if the memo makes that cheap to tell.

use anyhow::Result;

use crate::evaluate::count;
use crate::git::Repo;
use crate::model::hit::Findings;
use crate::model::id::{CommitId, TreeId};
use crate::model::task::Task;
use crate::model::tree::Snapshot;
use crate::scan::Scanner;
use crate::store::Memo;

use super::judge::{ReadySpec, StoredSpec};
use super::patience::hurried;
use super::workspace::Workspace;

/// How many changed files a hook looks at to count violations; past that it would be noticed.
const MAX_COUNTED_FILES: usize = 400;

/// How many violations a commit leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Violations {
    /// There is no task or no spec.
    NoSpec,
    /// It would have taken too long.
    NotCounted,
    /// This many, and how many more than at the first parent.
    Left(usize, Option<i64>),
}

/// All that counting takes, none of it from planning.db: another thread may do it.
pub(super) struct Count<'a> {
    repo: &'a Repo,
    memo: &'a Memo,
    commit: CommitId,
    spec: Result<Option<StoredSpec>>,
}

impl<'a> Count<'a> {
    /// Prepares to count what `commit` leaves of the violations of a task's spec.
    pub(super) fn prepare(ws: &'a Workspace, commit: CommitId, task: Option<&Task>) -> Self {
        let spec = |task| ws.read(|store| StoredSpec::of(store, task));
        Self {
            repo: ws.repo(),
            memo: ws.memo(),
            commit,
            spec: task.map_or(Ok(None), spec),
        }
    }

    /// Counts; what goes wrong leaves the violations uncounted.
    pub(super) fn violations(self) -> Violations {
        match &self.spec {
            Ok(None) => Violations::NoSpec,
            Ok(Some(spec)) => self.count(spec).unwrap_or(Violations::NotCounted),
            Err(_) => Violations::NotCounted,
        }
    }

    fn count(&self, spec: &StoredSpec) -> Result<Violations> {
        let ready = spec.parse()?;
        let hurried = hurried(self.repo)?;
        let scanner = Scanner {
            repo: self.repo,
            memo: self.memo,
            progress: &hurried,
        };
        let info = self.repo.commit(self.commit)?;
        let found = match info.parents.first() {
            Some(parent) => {
                let trees = [self.repo.commit(*parent)?.tree, info.tree];
                scanner.scan_if_cheap(&trees, (&ready.spec, &ready.hash), MAX_COUNTED_FILES)?
            }
            None => scan_first(&scanner, info.tree, &ready)?,
        };
        let counts = found
            .iter()
            .flatten()
            .map(|found| count(&ready.spec, found));
        Ok(match counts.collect::<Vec<_>>().as_slice() {
            [before, Some(left)] => {
                let signed = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
                let more = before.map(|before| signed(*left) - signed(before));
                Violations::Left(*left, more)
            }
            _ => Violations::NotCounted,
        })
    }
}

/// Scans a commit that has no parent, and what there was before it: no file at all.
fn scan_first(
    scanner: &Scanner<'_>,
    tree: TreeId,
    ready: &ReadySpec,
) -> Result<Option<Vec<Findings>>> {
    let spec = (&ready.spec, &ready.hash);
    let mut found = scanner.scan(&Snapshot::default(), &[spec])?;
    let first = scanner.scan_if_small(tree, spec, MAX_COUNTED_FILES)?;
    Ok(first.map(|first| {
        found.push(first);
        found
    }))
}
