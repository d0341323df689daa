//! `git plan start`.

use anyhow::Result;

use crate::model::printable::Printable;
use crate::model::task::TaskStatus;
use crate::ops::{self, Started};
use crate::store::Access;

use super::exit_status::ExitStatus;
use super::output::Output;
use super::progress::Bar;
use super::target::NamedTaskArgs;
use super::workspace;

/// What `--help` ends with.
const EXAMPLES: &str = "\
Examples:
  git plan start 2                task 2 of the current plan
  git plan start 1 2              task 2 of plan 1";

/// The command line of `start`.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
#[command(override_usage = "git plan start [OPTIONS] [PLAN] TASK")]
pub(super) struct Args {
    #[command(flatten)]
    task: NamedTaskArgs,
}

/// Makes the task the active one and says so.
pub(super) fn run(args: &Args, out: &mut Output) -> Result<ExitStatus> {
    let target = args.task.task()?;
    let ws = workspace::open(Access::Write, out)?;
    let Started { task, elsewhere } = ops::start(&ws, target, &Bar::default())?;
    let title = Printable::new(&task.title);
    out.line(format_args!(
        "Started task {} of plan {}: {title}",
        task.number, task.plan_id
    ))?;
    for tree in &elsewhere {
        let name = match tree.0.as_str() {
            "" => "the main work tree".to_owned(),
            name => format!("work tree '{}'", Printable::new(name)),
        };
        out.warning(format_args!("{name} is on the same task"));
    }
    if task.status == TaskStatus::Completed {
        let (plan, number) = (task.plan_id, task.number);
        out.hint(format_args!(
            "it stays completed; 'git plan update-task {plan} {number} --status in_progress' \
             reopens it"
        ));
    }
    Ok(ExitStatus::Done)
}
