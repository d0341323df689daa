//! `git plan add-job`.

use anyhow::Result;

use crate::model::printable::Printable;
use crate::ops::{self, JobKind};
use crate::store::Access;

use super::exit_status::ExitStatus;
use super::output::Output;
use super::target::TaskArgs;
use super::workspace;

/// What `--help` ends with.
const EXAMPLES: &str = "\
Examples:
  git plan add-job --description \"tell the ops team\"      for the active task
  git plan add-job 2 --description \"read the diff\" --is-audit";

/// The command line of `add-job`.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
#[command(override_usage = "git plan add-job --description <TEXT> [OPTIONS] [[PLAN] TASK]")]
pub(super) struct Args {
    #[command(flatten)]
    task: TaskArgs,
    /// What is to be done
    #[arg(long, value_name = "TEXT")]
    description: String,
    /// Mark it as one that audits the other jobs
    #[arg(long)]
    is_audit: bool,
}

/// Adds the job and says so.
pub(super) fn run(args: &Args, out: &mut Output) -> Result<ExitStatus> {
    let (kind, word) = match args.is_audit {
        true => (JobKind::Audit, "audit job"),
        false => (JobKind::Work, "job"),
    };
    let ws = workspace::open(Access::Write, out)?;
    let (task, job) = ops::add_job(&ws, args.task.task()?, &args.description, kind)?;
    let description = Printable::new(&job.description);
    let (job, task) = (job.number, task.number);
    out.line(format_args!(
        "Added {word} {job} to task {task}: {description}"
    ))?;
    Ok(ExitStatus::Done)
}
