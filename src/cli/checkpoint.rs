//! `git plan checkpoint`.

use anyhow::Result;
use clap::ValueEnum;
use serde::Serialize;

use crate::model::checkpoint::LeftOut;
use crate::model::diff::FileDiff;
use crate::model::id::{CommitId, PlanId, TaskNumber};
use crate::model::printable::Printable;
use crate::ops::resolve::Owner;
use crate::ops::take_checkpoint::{Taken, take_checkpoint};
use crate::store::Access;

use super::exit_status::ExitStatus;
use super::output::Output;
use super::progress::meanwhile;
use super::target::TaskArgs;
use super::workspace;

/// What `--help` ends with.
const EXAMPLES: &str = "\
Examples:
  git plan checkpoint
  git plan checkpoint --name before-lunch
  git plan checkpoint 1 2 --format id";

/// The command line of `checkpoint`.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
#[command(override_usage = "git plan checkpoint [OPTIONS] [[PLAN] TASK]")]
pub(super) struct Args {
    #[command(flatten)]
    task: TaskArgs,
    /// List it under the plan and none of its tasks; the one number is the plan
    #[arg(long)]
    no_task: bool,
    /// What to call it; `edit_<sequence>` when left out
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// How to answer: `id` prints nothing but the object that holds the state
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
    Id,
}

#[derive(Serialize)]
struct Answer<'a> {
    plan_id: Option<PlanId>,
    task_number: Option<TaskNumber>,
    sequence: Option<u32>,
    name: Option<&'a str>,
    snapshot: CommitId,
    files: &'a [FileDiff],
    left_out: &'a [LeftOut],
}

/// Keeps the state of the work tree and says where.
pub(super) fn run(args: &Args, out: &mut Output) -> Result<ExitStatus> {
    let owner = match args.no_task {
        true => Owner::Plan(args.task.plan_alone()?),
        false => Owner::Task(args.task.task()?),
    };
    let ws = workspace::open_on_worktree(Access::Write, out)?;
    let taken = meanwhile("Keeping the state of the work tree", || {
        take_checkpoint(&ws, owner, args.name.as_deref())
    })?;
    out.left_out(&taken.captured.left_out);
    if taken.checkpoint.is_none() {
        let id = taken.snapshot.short();
        out.hint(format_args!(
            "the state is kept as {id}, but listed under no plan: none is active, or none is named"
        ));
    }
    match args.format {
        Format::Id => out.line(taken.snapshot)?,
        Format::Json => {
            let row = taken.checkpoint.as_ref();
            out.json(&Answer {
                plan_id: row.map(|row| row.plan_id),
                task_number: taken.task,
                sequence: row.map(|row| row.sequence),
                name: row.map(|row| row.name.as_str()),
                snapshot: taken.snapshot,
                files: &taken.captured.files,
                left_out: &taken.captured.left_out,
            })?;
        }
        Format::Text => say(&taken, out)?,
    }
    Ok(ExitStatus::Done)
}

fn say(taken: &Taken, out: &mut Output) -> Result<()> {
    if let Some(row) = &taken.checkpoint {
        let owner = match taken.task {
            Some(task) => format!("task {task}"),
            None => format!("plan {}", row.plan_id),
        };
        let name = Printable::new(&row.name);
        out.line(format_args!("Creating checkpoint '{name}' for {owner}..."))?;
    }
    let id = taken.snapshot.short();
    out.line(format_args!("Checkpoint created: {id}"))?;
    if let Some(row) = &taken.checkpoint {
        out.line(format_args!("Sequence: {}", row.sequence))?;
    }
    let files = taken.captured.files.len();
    out.line(format_args!("Files affected: {files}"))
}
