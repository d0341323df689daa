//! `check-job`: ticks a checkbox, or takes the tick away.

use anyhow::Result;

use crate::error::Failure;
use crate::model::task::{Job, Task};

use super::resolve::{self, TaskRef};
use super::workspace::Workspace;

/// What to do with the box.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tick {
    /// Tick it.
    Set,
    /// Untick it.
    Cleared,
}

/// Ticks or unticks job `number` of a task; doing it twice changes nothing.
///
/// # Errors
/// A judged "no" when the plan is archived; fatal when there is no such task or job.
pub fn check_job(ws: &Workspace, task: TaskRef, number: u32, tick: Tick) -> Result<(Task, Job)> {
    ws.write(|store| {
        let (plan, task) = resolve::task(store, ws.worktree(), task)?;
        resolve::must_be_open(&plan, "check jobs of")?;
        let mut jobs = store.jobs(task.id)?.into_iter();
        let job = jobs.find(|job| job.number == number).ok_or_else(|| {
            Failure::fatal(format!("Job {number} not found in task {}", task.number))
                .hint(format!("'git plan show {}' lists the jobs", plan.id))
        })?;
        let wanted = tick == Tick::Set;
        if job.completed == wanted {
            return Ok((task, job));
        }
        let job = store.check_job(&task, number, wanted)?;
        Ok((task, job))
    })
}
