//! `history`: how many violations of a spec each commit of a range has.

use anyhow::{Context as _, Result};

use super::judge::{Bench, Criterion, ReadySpec};
use super::workspace::Workspace;
use crate::error::Failure;
use crate::model::evaluation::SpecRef;
use crate::model::history::{CountedCommit, History};
use crate::model::id::CommitId;
use crate::model::printable::Printable;
use crate::scan::Progress;
use crate::store::Memo;

/// More commits than this are refused rather than left out.
const MOST: usize = 10_000;

/// Which commits are counted, by first parents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Span {
    /// The last of HEAD's history.
    Last(usize),
    /// What a range such as `A..B` names, all of it.
    Range(String),
}

/// Judges every commit of `span` by a spec. From one commit to the next only the files
/// that differ are looked at.
///
/// # Errors
/// Fatal without a spec, for a bad or endless range, or when a commit cannot be read.
pub fn history(
    ws: &Workspace,
    criterion: &Criterion,
    span: &Span,
    progress: &dyn Progress,
) -> Result<History> {
    let (task, ready) = criterion.find(ws)?;
    let bench = Bench::new(ws, progress);
    // Without any memo every commit would cost a whole scan.
    let folder = tempfile::tempdir().context("making a folder for the memo")?;
    let passing = Memo::open(folder.path());
    let bench = match ws.database_path().exists() {
        true => bench,
        false => bench.with_memo(&passing),
    };
    let mut counted: Vec<CountedCommit> = Vec::new();
    // Oldest first, which leaves the memo where the next command will want it.
    for id in commits(ws, span)?.into_iter().rev() {
        let before = counted.last().map(|commit| commit.violations);
        counted.push(count(&bench, id, &ready, before)?);
    }
    counted.reverse();
    Ok(History {
        task,
        spec: SpecRef {
            name: ready.spec.name,
            hash: ready.hash,
        },
        commits: counted,
    })
}

fn commits(ws: &Workspace, span: &Span) -> Result<Vec<CommitId>> {
    let (range, max) = match span {
        Span::Last(_) if ws.repo().head()?.commit.is_none() => return Ok(Vec::new()),
        Span::Last(count) => ("HEAD", *count),
        Span::Range(range) => (range.as_str(), usize::MAX),
    };
    let commits = ws.repo().first_parents(range, max.min(MOST + 1))?;
    if commits.len() > MOST {
        let range = Printable::new(range);
        return Err(Failure::fatal(format!("{range} has more than {MOST} commits")).into());
    }
    Ok(commits)
}

fn count(
    bench: &Bench<'_>,
    id: CommitId,
    ready: &ReadySpec,
    before: Option<usize>,
) -> Result<CountedCommit> {
    let commit = bench.repo.commit(id)?;
    let evaluation = bench.judge_commit(id, &[ready])?.swap_remove(0);
    let violations = evaluation.total_violations;
    let signed = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    Ok(CountedCommit {
        commit: id,
        committed_at: commit.committed_at,
        author: String::from_utf8_lossy(commit.author_name()).into_owned(),
        subject: String::from_utf8_lossy(&commit.subject).into_owned(),
        verdict: evaluation.verdict,
        violations,
        change: before.map(|before| signed(violations) - signed(before)),
    })
}
