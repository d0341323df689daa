//! `git plan rewind`.

use anyhow::{Context as _, Result};
use serde::Serialize;

use crate::checkpoint::RewindPlan;
use crate::error::Failure;
use crate::model::checkpoint::Checkpoint;
use crate::model::diff::FileDiff;
use crate::model::id::PlanId;
use crate::model::path::RepoPath;
use crate::ops::Workspace;
use crate::ops::resolve::TaskRef;
use crate::ops::rewind::{Checkpoints, Shown, checkpoints, checkpoints_of_plan, rewind};
use crate::report::{checkpoint_text, diff_text};
use crate::store::Access;

use super::exit_status::ExitStatus;
use super::output::{Format, Output};
use super::target::TaskArgs;

/// What `--help` ends with.
const EXAMPLES: &str = "\
Examples:
  git plan rewind                 list the checkpoints of the active task
  git plan rewind 2 --to 3        show what going back to checkpoint 3 of task 2
                                  changes, and the commands that do it
  git plan rewind 1 2 --checkpoint before-rewind

Nothing is executed.";

/// The command line of `rewind`.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
#[command(override_usage = "git plan rewind [OPTIONS] [[PLAN] TASK]")]
pub(super) struct Args {
    #[command(flatten)]
    task: TaskArgs,
    /// The number of the checkpoint to go back to
    #[arg(long, value_name = "NUMBER", conflicts_with = "checkpoint")]
    to: Option<u32>,
    /// The name of the checkpoint to go back to
    #[arg(long, value_name = "NAME")]
    checkpoint: Option<String>,
    /// The checkpoints that belong to the plan and none of its tasks; the one number is the plan
    #[arg(long)]
    no_task: bool,
    /// Also list what an amend or a rebase superseded
    #[arg(long)]
    all: bool,
    /// How to answer
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Whose checkpoints are wanted.
enum Owner {
    Plan(Option<PlanId>),
    Task(TaskRef),
}

impl Args {
    fn owner(&self) -> Result<Owner> {
        Ok(match self.no_task {
            true => Owner::Plan(self.task.plan_alone()?),
            false => Owner::Task(self.task.task()?),
        })
    }
}

/// Lists the checkpoints, or prints how to go back to one; executes nothing.
pub(super) fn run(args: &Args, out: &mut Output) -> Result<ExitStatus> {
    let owner = args.owner()?;
    let ws = Workspace::open(Access::Read)?;
    let is_pick = args.to.is_some() || args.checkpoint.is_some();
    let shown = if args.all || is_pick {
        Shown::Superseded
    } else {
        Shown::Current
    };
    let found = match owner {
        Owner::Plan(plan) => checkpoints_of_plan(&ws, plan, shown)?,
        Owner::Task(task) => checkpoints(&ws, task, shown)?,
    };
    let chosen = match (args.to, &args.checkpoint) {
        (Some(sequence), _) => found.with_sequence(sequence)?,
        (None, Some(name)) => found.with_name(name)?,
        (None, None) => return list(args.format, &ws, &found, out),
    };
    let plan = rewind(&ws, &chosen)?;
    match args.format {
        Format::Json => answer_json(&chosen, &plan, out)?,
        Format::Text => say(&ws, &chosen, &plan, out)?,
    }
    if plan.obstacles.is_empty() {
        return Ok(ExitStatus::Done);
    }
    let names: Vec<String> = plan
        .obstacles
        .iter()
        .map(|path| format!("  {path}"))
        .collect();
    let message = format!(
        "these files are in the way and no checkpoint would hold them:\n{}",
        names.join("\n")
    );
    Err(Failure::no(message)
        .hint("move them elsewhere, then ask again")
        .into())
}

/// Lists checkpoints, as `rewind` and `show-diff` do when none is named.
pub(super) fn list(
    format: Format,
    ws: &Workspace,
    found: &Checkpoints,
    out: &mut Output,
) -> Result<ExitStatus> {
    #[derive(Serialize)]
    struct Answer<'a> {
        checkpoints: &'a [Checkpoint],
    }
    if format == Format::Json {
        out.json(&Answer {
            checkpoints: &found.list,
        })?;
        return Ok(ExitStatus::Done);
    }
    let owner = match &found.task {
        Some(task) => format!("task {}.{}", found.plan.id, task.number),
        None => format!("plan {}", found.plan.id),
    };
    if found.list.is_empty() {
        out.line(format_args!("No checkpoints for {owner}"))?;
        return Ok(ExitStatus::Done);
    }
    out.line(format_args!("Checkpoints of {owner}:"))?;
    let style = out.style(|| ws.repo().config())?;
    checkpoint_text::checkpoints(out.data(), &found.list, style)
        .context("writing the checkpoints")?;
    Ok(ExitStatus::Done)
}

fn say(ws: &Workspace, chosen: &Checkpoint, plan: &RewindPlan, out: &mut Output) -> Result<()> {
    let style = out.style(|| ws.repo().config())?;
    checkpoint_text::one(out.data(), chosen, style).context("writing the checkpoint")?;
    out.line("")?;
    if plan.changes.is_empty() {
        return out.line("The work tree already holds this state");
    }
    out.line("Going back would change:")?;
    diff_text::summary(out.data(), &plan.changes, style).context("writing the changes")?;
    if plan.commands.is_empty() {
        return Ok(());
    }
    out.line("")?;
    out.line(
        "To do it, run these at the top of the work tree; the first saves the present state:",
    )?;
    out.line("")?;
    for command in &plan.commands {
        out.line(format_args!("    {command}"))?;
    }
    out.line("")?;
    out.line("Nothing has been executed.")
}

fn answer_json(chosen: &Checkpoint, plan: &RewindPlan, out: &mut Output) -> Result<()> {
    #[derive(Serialize)]
    struct Answer<'a> {
        checkpoint: &'a Checkpoint,
        changes: &'a [FileDiff],
        obstacles: &'a [RepoPath],
        commands: &'a [String],
    }
    out.json(&Answer {
        checkpoint: chosen,
        changes: &plan.changes,
        obstacles: &plan.obstacles,
        commands: &plan.commands,
    })
}
