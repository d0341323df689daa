//! `git plan rewind`.

use std::ffi::OsString;

use anyhow::{Context as _, Result};
use serde::Serialize;

use crate::error::Failure;
use crate::model::checkpoint::Checkpoint;
use crate::model::diff::FileDiff;
use crate::model::id::CommitId;
use crate::model::path::RepoPath;
use crate::ops::Workspace;
use crate::ops::apply_rewind::{
    Applied, Asked, Prepared, Wish, carry_out, check, lock, prepare, prepare_to_continue,
    prepare_to_undo,
};
use crate::ops::resolve::Owner;
use crate::ops::rewind::{Checkpoints, Shown, checkpoints, checkpoints_of_plan};
use crate::report::{checkpoint_text, diff_text};
use crate::store::Access;

use super::exit_status::ExitStatus;
use super::output::{Format, Output};
use super::progress::meanwhile;
use super::target::{TaskArgs, repo_path};
use super::workspace;

/// What `--help` ends with.
const EXAMPLES: &str = "\
Examples:
  git plan rewind                 list the checkpoints of the active task
  git plan rewind 2 --to 3        show what going back to checkpoint 3 of task 2
                                  changes, and the commands that do it
  git plan rewind 1 2 --checkpoint before-rewind
  git plan rewind 2 --to 3 --apply    do it; the state before is kept
  git plan rewind --undo              go back to that

Nothing is executed without --apply, --continue or --undo.";

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
    /// Do it, after keeping the present state
    #[arg(long)]
    apply: bool,
    /// Finish a rewind that was stopped on the way
    #[arg(long = "continue", conflicts_with_all = ["undo", "to", "checkpoint", "apply", "branch", "path"])]
    goes_on: bool,
    /// Go back to the state before the last rewind
    #[arg(long, conflicts_with_all = ["to", "checkpoint", "apply", "branch", "path"])]
    undo: bool,
    /// Do nothing, but say what would be done
    #[arg(long)]
    dry_run: bool,
    /// Put it on a new branch, begun where the checkpoint was made
    #[arg(long, value_name = "NAME")]
    branch: Option<String>,
    /// Only these files and directories
    #[arg(long, value_name = "PATH", num_args = 1..)]
    path: Vec<OsString>,
    /// How to answer
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

impl Args {
    const fn acts(&self) -> bool {
        (self.apply || self.goes_on || self.undo) && !self.dry_run
    }

    fn owner(&self) -> Result<Owner> {
        Ok(match self.no_task {
            true => Owner::Plan(self.task.plan_alone()?),
            false => Owner::Task(self.task.task()?),
        })
    }
}

/// Lists the checkpoints, says how to go back to one, or goes there.
pub(super) fn run(args: &Args, out: &mut Output) -> Result<ExitStatus> {
    let owner = args.owner()?;
    let access = if args.acts() {
        Access::Write
    } else {
        Access::Read
    };
    if args.goes_on || args.undo {
        let ws = Workspace::open(access)?;
        let prepare = || match args.undo {
            true => prepare_to_undo(&ws),
            false => prepare_to_continue(&ws),
        };
        return go(args, &ws, (Asked::ContinueOrUndo, None, &prepare), out);
    }
    let is_pick = args.to.is_some() || args.checkpoint.is_some();
    // What is to be done waits for others; what was seen before could have changed by then.
    let ws = match is_pick && !args.acts() {
        true => workspace::open_on_worktree(access, out)?,
        false => workspace::open(access, out)?,
    };
    if access == Access::Read {
        out.page();
    }
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
        (None, None) if args.apply || args.branch.is_some() || !args.path.is_empty() => {
            return Err(Failure::usage("which checkpoint is not said")
                .hint("'--to NUMBER' or '--checkpoint NAME' says it")
                .into());
        }
        (None, None) => return list(args.format, &ws, &found, out),
    };
    let top = ws.repo().top()?;
    let paths = args.path.iter().map(|word| repo_path(top, word));
    let wish = Wish {
        paths: paths.collect::<Result<_>>()?,
        branch: args.branch.clone(),
    };
    let prepare = || prepare(&ws, &found, &chosen, &wish);
    go(args, &ws, (Asked::New, Some(&chosen), &prepare), out)
}

/// What is asked, for which checkpoint, and how it is worked out.
type Request<'a> = (
    Asked,
    Option<&'a Checkpoint>,
    &'a dyn Fn() -> Result<Prepared>,
);

/// Says what would be done, or does it.
fn go(
    args: &Args,
    ws: &Workspace,
    (asked, chosen, prepare): Request<'_>,
    out: &mut Output,
) -> Result<ExitStatus> {
    // Held until the end: nobody else rewinds meanwhile.
    let _lock = if args.acts() { Some(lock(ws)?) } else { None };
    if args.apply || asked == Asked::ContinueOrUndo {
        check(ws, asked)?;
    }
    let prepared = meanwhile("Comparing the states", prepare)?;
    let obstacles = &prepared.plan.obstacles;
    let applied = match args.acts() && obstacles.is_empty() {
        true => Some(meanwhile("Going there", || carry_out(ws, &prepared))?),
        false => None,
    };
    match args.format {
        Format::Json => answer_json(chosen, &prepared, applied.as_ref(), out)?,
        Format::Text => say(ws, chosen, (&prepared, applied.as_ref()), out)?,
    }
    if obstacles.is_empty() {
        return Ok(ExitStatus::Done);
    }
    let names: Vec<String> = obstacles.iter().map(|path| format!("  {path}")).collect();
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

fn say(
    ws: &Workspace,
    chosen: Option<&Checkpoint>,
    (prepared, applied): (&Prepared, Option<&Applied>),
    out: &mut Output,
) -> Result<()> {
    let style = out.style(|| ws.repo().config())?;
    let plan = &prepared.plan;
    if let Some(chosen) = chosen {
        checkpoint_text::one(out.data(), chosen, style).context("writing the checkpoint")?;
        out.line("")?;
    }
    if plan.changes.is_empty() {
        out.line("The work tree already holds this state")?;
    } else {
        out.line(match applied {
            Some(_) => "Went back, which changed:",
            None => "Going back would change:",
        })?;
        diff_text::summary(out.data(), &plan.changes, style).context("writing the changes")?;
    }
    if let Some(applied) = applied {
        out.line("")?;
        return out.line(match &applied.checkpoint {
            Some(row) => format!(
                "The state before is kept as checkpoint {}; 'git plan rewind --undo' goes back to it",
                row.sequence
            ),
            None => format!(
                "The state before is kept as {}; 'git plan rewind --undo' goes back to it",
                applied.saved.short()
            ),
        });
    }
    let commands = prepared.commands();
    if commands.is_empty() {
        return Ok(());
    }
    out.line("")?;
    out.line(
        "To do it, run these at the top of the work tree; the first saves the present state:",
    )?;
    out.line("")?;
    for command in &commands {
        out.line(format_args!("    {command}"))?;
    }
    out.line("")?;
    out.line("Nothing has been executed; with --apply, git-plan does it itself.")
}

fn answer_json(
    chosen: Option<&Checkpoint>,
    prepared: &Prepared,
    applied: Option<&Applied>,
    out: &mut Output,
) -> Result<()> {
    #[derive(Serialize)]
    struct Answer<'a> {
        checkpoint: Option<&'a Checkpoint>,
        changes: &'a [FileDiff],
        obstacles: &'a [RepoPath],
        commands: Vec<String>,
        applied: bool,
        saved: Option<CommitId>,
        saved_sequence: Option<u32>,
    }
    let row = applied.and_then(|applied| applied.checkpoint.as_ref());
    out.json(&Answer {
        checkpoint: chosen,
        changes: &prepared.plan.changes,
        obstacles: &prepared.plan.obstacles,
        commands: prepared.commands(),
        applied: applied.is_some(),
        saved: applied.map(|applied| applied.saved),
        saved_sequence: row.map(|row| row.sequence),
    })
}
