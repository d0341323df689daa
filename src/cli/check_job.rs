//! `git plan check-job`.

use std::ffi::OsString;

use anyhow::Result;

use crate::model::printable::Printable;
use crate::ops::{self, Tick};
use crate::store::Access;

use super::exit_status::ExitStatus;
use super::output::Output;
use super::target::{task_and_last, whole_number};
use super::workspace;

/// What `--help` ends with.
const EXAMPLES: &str = "\
Examples:
  git plan check-job 1            job 1 of the active task
  git plan check-job 2 1          job 1 of task 2
  git plan check-job 2 1 --undo";

/// The command line of `check-job`.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
#[command(override_usage = "git plan check-job [OPTIONS] [[PLAN] TASK] JOB")]
pub(super) struct Args {
    /// The job, after its task unless that is the active one, after its plan unless that is current
    #[arg(value_name = "NUMBER", required = true, num_args = 1..=3)]
    numbers: Vec<OsString>,
    /// Take the tick away
    #[arg(long)]
    undo: bool,
}

/// Ticks or unticks the job and says so.
pub(super) fn run(args: &Args, out: &mut Output) -> Result<ExitStatus> {
    let (task, job) = task_and_last(&args.numbers)?;
    let job = whole_number("job", job)?;
    let (tick, word) = match args.undo {
        true => (Tick::Cleared, "Unchecked"),
        false => (Tick::Set, "Checked"),
    };
    let ws = workspace::open(Access::Write, out)?;
    let (task, job) = ops::check_job(&ws, task, job, tick)?;
    let description = Printable::new(&job.description);
    let (job, task) = (job.number, task.number);
    out.line(format_args!(
        "{word} job {job} of task {task}: {description}"
    ))?;
    Ok(ExitStatus::Done)
}
