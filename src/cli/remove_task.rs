//! `git plan remove-task`.

use anyhow::Result;

use crate::error::Failure;
use crate::model::printable::Printable;
use crate::ops::remove_task::{remove_task, review};
use crate::report::gate_text;
use crate::store::Access;

use super::exit_status::ExitStatus;
use super::output::Output;
use super::progress::Bar;
use super::prompt::{self, Consent};
use super::target::NamedTaskArgs;
use super::workspace;

/// What `--help` ends with.
const EXAMPLES: &str = "\
Examples:
  git plan remove-task 3
  git plan remove-task 1 3 --yes  without being asked";

/// The command line of `remove-task`.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
#[command(override_usage = "git plan remove-task [OPTIONS] [PLAN] TASK")]
pub(super) struct Args {
    #[command(flatten)]
    task: NamedTaskArgs,
    /// Remove it even if it is completed and broken
    #[arg(short, long)]
    yes: bool,
}

/// Looks whether the gate holds the task, asks if there is something to ask, and removes it.
pub(super) fn run(args: &Args, out: &mut Output) -> Result<ExitStatus> {
    let target = args.task.task()?;
    let ws = workspace::open(Access::Write, out)?;
    let review = review(&ws, target, &Bar::default())?;
    let (number, plan) = (review.task.number, review.task.plan_id);
    if let Some(broken) = &review.broken {
        out.warning(format_args!("task {number} is completed, and broken"));
        out.report(|to, style| gate_text::broken(to, std::slice::from_ref(broken), style))?;
        let consent = match args.yes {
            true => Consent::Given,
            false => prompt::consent(out, &format!("Remove task {number} all the same?"))?,
        };
        if consent == Consent::Withheld {
            let failure = format!("task {number} is not removed: it is completed, and broken");
            let hint = "mend it first, or agree with --yes";
            return Err(Failure::no(failure).hint(hint).into());
        }
    }
    remove_task(&ws, &review)?;
    let title = Printable::new(&review.task.title);
    out.line(format_args!(
        "Removed task {number} from plan {plan}: {title}"
    ))?;
    Ok(ExitStatus::Done)
}
