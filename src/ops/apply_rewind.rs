//! `rewind --apply`, `--continue` and `--undo`: do what `rewind` prints, so that a kill loses nothing.
//!
//! The present state is kept first. What is to be done is then noted in the database, and the note
//! goes after the last step: with it, the rewind goes on, or back, from wherever it was stopped.

use std::fs::File;

use anyhow::{Context as _, Result};

use crate::checkpoint::{self, RewindPlan};
use crate::error::Failure;
use crate::git::{Operation, Repo};
use crate::model::checkpoint::{Checkpoint, Origin};
use crate::model::id::{CommitId, TreeId};
use crate::model::path::RepoPath;
use crate::model::plan::{Plan, PlanStatus};
use crate::model::rewind::{Destination, Interrupted, Purpose, RewindRecord};
use crate::model::task::Task;

use super::lock;
use super::rewind::Checkpoints;
use super::rewind_head::{head_back, left_to_do, new_branch, place_of};
use super::rewind_record::{begin, finish, finished, unfinished};
use super::take_checkpoint::keep_with;
use super::workspace::Workspace;

/// What of a checkpoint is wanted, and where.
#[derive(Debug, Clone, Default)]
pub struct Wish {
    /// Only these files and directories; everything when there are none.
    pub paths: Vec<RepoPath>,
    /// Put it on a new branch of that name.
    pub branch: Option<String>,
}

/// A rewind that is worked out and not begun.
#[derive(Debug)]
pub struct Prepared {
    /// What would change, and how.
    pub plan: RewindPlan,
    record: RewindRecord,
    /// The rewind that was stopped on the way and is to go on, or back.
    stopped: Option<Interrupted>,
    /// Where the present state is listed; nowhere if the plan is archived by now.
    home: Option<(Plan, Option<Task>)>,
}

impl Prepared {
    /// Returns the steps as lines of one POSIX script, run with `set -e` from the top of the work
    /// tree; the first lists the present state where the rewind begins.
    pub fn commands(&self) -> Vec<String> {
        let owner = match &self.home {
            Some((plan, Some(task))) => format!(" {} {}", plan.id, task.number),
            Some((plan, None)) => format!(" {} --no-task", plan.id),
            None => String::new(),
        };
        let save = format!("NOW=$(git plan checkpoint{owner} --name before-rewind --format id)");
        self.plan.commands(&save)
    }
}

/// A rewind that was done.
#[derive(Debug)]
pub struct Applied {
    /// The commit that holds the state before.
    pub saved: CommitId,
    /// Its row; absent when no open plan could list it.
    pub checkpoint: Option<Checkpoint>,
}

/// Works out how to go back to `target`, one of `found`.
///
/// # Errors
/// When the checkpoint is gone, the branch cannot be made, a path is nowhere, or the work tree
/// cannot be read.
pub fn prepare(
    ws: &Workspace,
    found: &Checkpoints,
    target: &Checkpoint,
    wish: &Wish,
) -> Result<Prepared> {
    let name = wish.branch.as_deref();
    let branch = name.map(|name| new_branch(ws.repo(), name, target));
    let destination = Destination {
        snapshot: target.snapshot,
        origin: target.origin,
        paths: wish.paths.clone(),
        head: branch.transpose()?,
    };
    let head = ws.repo().head()?;
    let record = RewindRecord {
        purpose: Purpose::Rewind,
        plan: found.plan.id,
        task: found.task.as_ref().map(|task| task.number),
        head: place_of(&head)?,
        commit: head.commit,
        way: Interrupted {
            // Until the present state is kept.
            saved: destination.snapshot,
            destination,
        },
        taking_back: None,
    };
    let prepared = work_out(ws, record, None)?;
    for path in &wish.paths {
        must_be_somewhere(ws.repo(), path, (target, prepared.plan.present))?;
    }
    Ok(prepared)
}

/// Refuses a path that is neither in the checkpoint nor in the work tree or index: a slip.
fn must_be_somewhere(
    repo: &Repo,
    path: &RepoPath,
    (target, present): (&Checkpoint, TreeId),
) -> Result<()> {
    let objects = repo.objects();
    for tree in [repo.commit(target.snapshot)?.tree, present] {
        if objects.entry_at(tree, path)?.is_some() {
            return Ok(());
        }
    }
    if repo.tracks(path)? {
        return Ok(());
    }
    let failure = Failure::fatal(format!(
        "'{path}' is neither in checkpoint {} nor in the work tree",
        target.sequence
    ));
    Err(failure
        .hint("paths are from the directory you are in; 'git plan rewind' without '--path' shows all that would change")
        .into())
}

/// Works out how to finish the rewind that was stopped.
///
/// # Errors
/// When there is none, or its checkpoints are gone.
pub fn prepare_to_continue(ws: &Workspace) -> Result<Prepared> {
    let stopped = ws.read(|store| unfinished(store, ws.worktree()))?;
    let record = stopped.ok_or_else(|| {
        Failure::fatal("there is no unfinished rewind in this work tree")
            .hint("'git plan rewind' lists the checkpoints")
    })?;
    go_on(ws, record)
}

fn go_on(ws: &Workspace, record: RewindRecord) -> Result<Prepared> {
    let stopped = record.taking_back.as_ref().unwrap_or(&record.way).clone();
    work_out(ws, record, Some(stopped))
}

/// Works out how to go back to the state before the rewind that was stopped, or else before the
/// last one that was finished.
///
/// # Errors
/// When there is neither, or its checkpoints are gone.
pub fn prepare_to_undo(ws: &Workspace) -> Result<Prepared> {
    let (stopped, done) = ws.read(|store| {
        let stopped = unfinished(store, ws.worktree())?;
        Ok((stopped, finished(store, ws.worktree())?))
    })?;
    match (stopped, done) {
        (Some(stopped), _) if stopped.purpose == Purpose::TakeBack => go_on(ws, stopped),
        (Some(stopped), _) => take_back(ws, &stopped),
        (None, Some(done)) => {
            let head = ws.repo().head()?;
            let record = RewindRecord {
                head: place_of(&head)?,
                commit: head.commit,
                ..way_back(ws, Purpose::Undo, &done)?
            };
            work_out(ws, record, None)
        }
        (None, None) => Err(Failure::fatal("no rewind was applied in this work tree")
            .hint("'git plan rewind' lists the checkpoints")
            .into()),
    }
}

fn take_back(ws: &Workspace, stopped: &RewindRecord) -> Result<Prepared> {
    let record = RewindRecord {
        taking_back: Some(stopped.way.clone()),
        ..way_back(ws, Purpose::TakeBack, stopped)?
    };
    go_on(ws, record)
}

fn way_back(ws: &Workspace, purpose: Purpose, from: &RewindRecord) -> Result<RewindRecord> {
    let destination = Destination {
        snapshot: from.way.saved,
        origin: Origin::Rewind,
        paths: Vec::new(),
        head: head_back(ws.repo(), purpose, from)?,
    };
    Ok(RewindRecord {
        purpose,
        way: Interrupted {
            saved: from.way.saved,
            destination,
        },
        ..from.clone()
    })
}

fn work_out(
    ws: &Workspace,
    record: RewindRecord,
    stopped: Option<Interrupted>,
) -> Result<Prepared> {
    let mut destination = record.way.destination.clone();
    if let Some(head) = destination.head.take() {
        destination.head = left_to_do(ws.repo(), head)?;
    }
    let plan = checkpoint::plan_rewind(ws.repo(), &destination, stopped.as_ref())?;
    let home = ws.read(|store| {
        let task = match record.task {
            Some(number) => store.task(record.plan, number)?,
            None => None,
        };
        Ok(store.plan(record.plan)?.map(|plan| (plan, task)))
    })?;
    Ok(Prepared {
        plan,
        record,
        stopped,
        home: home.filter(|(plan, _)| plan.status != PlanStatus::Archived),
    })
}

/// Refuses what cannot be rewound now.
///
/// # Errors
/// Fatal in a bare repository, during a merge, rebase, cherry-pick or the like, while the index
/// is locked, and while another rewind is unfinished.
pub fn check(ws: &Workspace, purpose: Asked) -> Result<()> {
    ws.repo().top()?;
    let word = match ws.repo().operation() {
        None | Some(Operation::Bisect) => None,
        Some(Operation::Rebase) => Some("rebase"),
        Some(Operation::Apply) => Some("am"),
        Some(Operation::Merge) => Some("merge"),
        Some(Operation::CherryPick) => Some("cherry-pick"),
        Some(Operation::Revert) => Some("revert"),
    };
    if let Some(word) = word {
        return Err(Failure::fatal(format!("a {word} is under way"))
            .hint("finish it first, with 'git status' to tell how")
            .into());
    }
    if ws.repo().is_index_locked() {
        return Err(Failure::fatal("the index is locked")
            .hint("another git process is running, or one was killed and left index.lock behind")
            .into());
    }
    let unfinished = ws.read(|store| unfinished(store, ws.worktree()))?;
    if purpose == Asked::New && unfinished.is_some() {
        return Err(Failure::fatal("a rewind of this work tree is unfinished")
            .hint(super::rewind::UNFINISHED_HINT)
            .into());
    }
    Ok(())
}

/// Whether a rewind is a new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// It is.
    New,
    /// It goes on with another, or back.
    ContinueOrUndo,
}

/// Keeps others out while a rewind is worked out and done; a kill releases it.
///
/// # Errors
/// When the lock cannot be taken.
pub fn lock(ws: &Workspace) -> Result<File> {
    let file = lock::open(ws, "rewind.lock")?;
    file.lock().context("waiting for another rewind to end")?;
    Ok(file)
}

/// Keeps the present state, then does what was worked out. When a step cannot be done, those
/// before it are taken back.
///
/// # Errors
/// When the present state cannot be kept, has changed meanwhile, or a step fails.
pub fn carry_out(ws: &Workspace, prepared: &Prepared) -> Result<Applied> {
    let saved = keep_present(ws, prepared)?;
    let mut record = prepared.record.clone();
    if prepared.stopped.is_none() {
        record.way.saved = saved.saved;
    }
    ws.write(|store| begin(store, ws.worktree(), &record))?;
    let mut done = 0;
    let steps = &prepared.plan.steps;
    let outcome = checkpoint::apply(ws.repo(), steps, saved.saved, &mut |_| {
        done += 1;
        Ok(())
    });
    match outcome {
        Ok(()) => {
            ws.write(|store| finish(store, ws.worktree(), &record))?;
            Ok(saved)
        }
        Err(error) if prepared.stopped.is_some() => Err(stuck(error)),
        Err(error) => Err(match come_back(ws, &record, done) {
            Ok(()) => error.context(Failure::fatal("nothing was rewound: a step failed")),
            Err(_) => stuck(error),
        }),
    }
}

fn stuck(error: anyhow::Error) -> anyhow::Error {
    error.context(
        Failure::fatal("the rewind stopped on the way").hint(super::rewind::UNFINISHED_HINT),
    )
}

/// Goes back after `done` steps of a rewind, as if it had never been begun.
fn come_back(ws: &Workspace, record: &RewindRecord, done: usize) -> Result<()> {
    let back = take_back(ws, record)?;
    if done > 0 {
        if !back.plan.obstacles.is_empty() {
            anyhow::bail!("something is in the way");
        }
        let now = keep_present(ws, &back)?;
        checkpoint::apply(ws.repo(), &back.plan.steps, now.saved, &mut |_| Ok(()))?;
    }
    ws.write(|store| finish(store, ws.worktree(), &back.record))
}

fn keep_present(ws: &Workspace, prepared: &Prepared) -> Result<Applied> {
    let also = match &prepared.stopped {
        Some(stopped) => checkpoint::paths_written(ws.repo(), stopped)?,
        None => Vec::new(),
    };
    let home = prepared.home.as_ref();
    let home = home.map(|(plan, task)| (plan, task.as_ref()));
    let (captured, checkpoint) = keep_with(ws, home, ("before-rewind", Origin::Rewind), &also)?;
    if captured.tree != prepared.plan.present {
        return Err(Failure::fatal("the work tree changed meanwhile")
            .hint("try again when nothing else is changing files")
            .into());
    }
    Ok(Applied {
        saved: captured.snapshot,
        checkpoint,
    })
}
