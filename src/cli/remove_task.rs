//! `git plan remove-task`.

use anyhow::Result;

use crate::model::printable::Printable;
use crate::ops::resolve::TaskRef;
use crate::ops::{self, Consent, Workspace};
use crate::store::Access;

use super::exit_status::ExitStatus;
use super::output::Output;
use super::prompt;
use super::target::NamedTaskArgs;

/// The command line of `remove-task`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    task: NamedTaskArgs,
    /// Remove it even if it is in force and its spec not met
    #[arg(short, long)]
    yes: bool,
}

/// Removes the task and says so.
pub(super) fn run(args: &Args, out: &mut Output) -> Result<ExitStatus> {
    let target = args.task.task()?;
    let ws = Workspace::open(Access::Write)?;
    let consent = match args.yes {
        true => Consent::Given,
        false => ask(&ws, target)?,
    };
    let task = ops::remove_task(&ws, target, consent)?;
    let title = Printable::new(&task.title);
    out.line(format_args!(
        "Removed task {} from plan {}: {title}",
        task.number, task.plan_id
    ))?;
    Ok(ExitStatus::Done)
}

fn ask(ws: &Workspace, target: TaskRef) -> Result<Consent> {
    match ops::objection_to_removal(ws, target)? {
        Some(reason) => prompt::consent(&format!("{reason}. Remove it?")),
        None => Ok(Consent::Withheld),
    }
}
