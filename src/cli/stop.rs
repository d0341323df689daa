//! `git plan stop`.

use anyhow::Result;

use crate::model::printable::Printable;
use crate::ops;
use crate::store::Access;

use super::exit_status::ExitStatus;
use super::output::Output;
use super::workspace;

/// What `--help` ends with.
const EXAMPLES: &str = "\
Examples:
  git plan stop";

/// The command line of `stop`.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {}

/// Ends the active task and says so.
pub(super) fn run(_: &Args, out: &mut Output) -> Result<ExitStatus> {
    let ws = workspace::open(Access::Write, out)?;
    match ops::stop(&ws)? {
        Some(task) => {
            let title = Printable::new(&task.title);
            out.line(format_args!(
                "Stopped task {} of plan {}: {title}",
                task.number, task.plan_id
            ))?;
        }
        None => out.note("No task was active in this work tree"),
    }
    Ok(ExitStatus::Done)
}
