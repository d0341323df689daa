//! `git plan update-task`.

use anyhow::Result;
use clap_complete::ArgValueCandidates;

use crate::model::count::counted;
use crate::model::evaluation::{Evaluation, Verdict};
use crate::model::printable::Printable;
use crate::model::task::Task;
use crate::ops::{self, StatedStatus, TaskUpdate, Updated};
use crate::store::Access;

use super::candidates::task_statuses;
use super::exit_status::ExitStatus;
use super::output::Output;
use super::progress::Bar;
use super::target::TaskArgs;
use super::workspace;

/// What `--help` ends with.
const EXAMPLES: &str = "\
Examples:
  git plan update-task 2 --status in_progress
  git plan update-task 2 --assigned-to Ada
  git plan update-task 2 --status pending     reopen it: the gate asks for it no more";

/// The command line of `update-task`.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
#[command(
    override_usage = "git plan update-task <--status <STATUS>|--assigned-to <NAME>> [[PLAN] TASK]"
)]
pub(super) struct Args {
    #[command(flatten)]
    task: TaskArgs,
    #[command(flatten)]
    update: Update,
}

#[derive(Debug, clap::Args)]
#[group(required = true, multiple = true)]
struct Update {
    /// The new status: pending, in_progress, completed or blocked
    #[arg(long, value_parser = stated_status, add = ArgValueCandidates::new(task_statuses))]
    status: Option<StatedStatus>,
    /// Who works on it from now on; empty for nobody
    #[arg(long, value_name = "NAME")]
    assigned_to: Option<String>,
}

fn stated_status(word: &str) -> Result<StatedStatus, &'static str> {
    match word {
        "pending" => Ok(StatedStatus::Pending),
        "in_progress" => Ok(StatedStatus::InProgress),
        "completed" => Ok(StatedStatus::Completed),
        "blocked" => Ok(StatedStatus::Blocked),
        "failed" => Err("only a verification says that a task failed"),
        _ => Err("expected one of pending, in_progress, completed, blocked"),
    }
}

/// Updates the task and says so.
pub(super) fn run(args: Args, out: &mut Output) -> Result<ExitStatus> {
    let target = args.task.task()?;
    let update = TaskUpdate {
        status: args.update.status,
        assigned_to: args.update.assigned_to,
    };
    let ws = workspace::open(Access::Write, out)?;
    let Updated { task, claimed } = ops::update_task(&ws, target, &update, &Bar::default())?;
    if update.status.is_some() {
        out.line(format_args!(
            "Updated task {} status: {}",
            task.number, task.status
        ))?;
    }
    if update.assigned_to.is_some() {
        let name = task.assigned_to.as_deref().unwrap_or("nobody");
        out.line(format_args!(
            "Reassigned task {} to: {}",
            task.number,
            Printable::new(name)
        ))?;
    }
    if let Some(evaluation) = claimed {
        warn(&task, &evaluation, out);
    }
    Ok(ExitStatus::Done)
}

/// A claim is recorded whatever it is worth; what it will lead to is said at once.
fn warn(task: &Task, evaluation: &Evaluation, out: &mut Output) {
    match evaluation.verdict {
        Verdict::Met => return,
        Verdict::Broken => {
            let violations = counted(evaluation.total_violations, "violation");
            out.warning(format_args!("{violations} will block the push"));
        }
        Verdict::Unverified => {
            out.warning("the spec could not be verified; that will block the push")
        }
    }
    let (plan, number) = (task.plan_id, task.number);
    out.hint(format_args!(
        "'git plan verify-task {plan} {number}' shows what is left"
    ));
}
