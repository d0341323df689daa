//! `rewind`: the checkpoints one can go back to.

use anyhow::Result;

use crate::error::Failure;
use crate::model::checkpoint::Checkpoint;
use crate::model::id::PlanId;
use crate::model::plan::Plan;
use crate::model::printable::Printable;
use crate::model::task::Task;
use crate::store;

use super::resolve::{self, TaskRef};
use super::rewind_record::unfinished;
use super::workspace::Workspace;

/// What to do about a rewind that was stopped on the way.
pub const UNFINISHED_HINT: &str =
    "'git plan rewind --continue' finishes it, 'git plan rewind --undo' takes it back";

/// Which checkpoints are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// Those that no rewrite took the place of.
    Current,
    /// Those as well.
    Superseded,
}

/// The checkpoints of a task, or of a plan itself.
#[derive(Debug)]
pub struct Checkpoints {
    /// The plan.
    pub plan: Plan,
    /// The task; `None` for the plan's own checkpoints.
    pub task: Option<Task>,
    /// By sequence.
    pub list: Vec<Checkpoint>,
}

impl Checkpoints {
    /// Returns the one with that sequence number.
    ///
    /// # Errors
    /// Fatal when there is none.
    pub fn with_sequence(&self, sequence: u32) -> Result<Checkpoint> {
        let found = self
            .list
            .iter()
            .find(|checkpoint| checkpoint.sequence == sequence);
        found
            .cloned()
            .ok_or_else(|| self.missing(&sequence.to_string()).into())
    }

    /// Returns the latest one with that name.
    ///
    /// # Errors
    /// Fatal when there is none.
    pub fn with_name(&self, name: &str) -> Result<Checkpoint> {
        let found = self.list.iter().rfind(|checkpoint| checkpoint.name == name);
        let quoted = format!("'{}'", Printable::new(name));
        found.cloned().ok_or_else(|| self.missing(&quoted).into())
    }

    fn missing(&self, what: &str) -> Failure {
        let (owner, words) = match &self.task {
            Some(task) => (
                format!("task {}", task.number),
                format!("{} {}", self.plan.id, task.number),
            ),
            None => (
                format!("plan {}", self.plan.id),
                format!("{} --no-task", self.plan.id),
            ),
        };
        Failure::fatal(format!("Checkpoint {what} not found in {owner}"))
            .hint(format!("'git plan rewind {words}' lists the checkpoints"))
    }
}

/// Lists the checkpoints of the task asked for; with nothing asked and no active task, the plan's.
///
/// # Errors
/// When the plan or task does not exist or is ambiguous.
pub fn checkpoints(ws: &Workspace, wanted: TaskRef, shown: Shown) -> Result<Checkpoints> {
    ws.read(|store| {
        let no_task = wanted.number.is_none() && store.active_task(ws.worktree())?.is_none();
        let (plan, task) = if no_task {
            (resolve::plan(store, ws.worktree(), wanted.plan)?, None)
        } else {
            let (plan, task) = resolve::task(store, ws.worktree(), wanted)?;
            (plan, Some(task))
        };
        list(store, plan, task, shown)
    })
}

/// Lists the checkpoints that belong to a plan and none of its tasks.
///
/// # Errors
/// When the plan does not exist or is ambiguous.
pub fn checkpoints_of_plan(
    ws: &Workspace,
    wanted: Option<PlanId>,
    shown: Shown,
) -> Result<Checkpoints> {
    ws.read(|store| {
        let plan = resolve::plan(store, ws.worktree(), wanted)?;
        list(store, plan, None, shown)
    })
}

fn list(
    store: &store::Reader<'_>,
    plan: Plan,
    task: Option<Task>,
    shown: Shown,
) -> Result<Checkpoints> {
    let superseded = match shown {
        Shown::Current => store::Superseded::Hidden,
        Shown::Superseded => store::Superseded::Shown,
    };
    let list = store.checkpoints(plan.id, task.as_ref().map(|task| task.id), superseded)?;
    Ok(Checkpoints { plan, task, list })
}

/// Reports whether a rewind of this work tree was begun and not finished.
///
/// # Errors
/// When the database cannot be read.
pub fn is_unfinished(ws: &Workspace) -> Result<bool> {
    ws.read(|store| Ok(unfinished(store, ws.worktree())?.is_some()))
}
