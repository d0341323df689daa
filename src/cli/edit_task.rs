//! `git plan edit-task`.

use anyhow::Result;

use crate::model::printable::Printable;
use crate::model::task::{PhaseEdit, TaskEdit};
use crate::ops;
use crate::store::Access;

use super::exit_status::ExitStatus;
use super::output::Output;
use super::target::TaskArgs;
use super::workspace;

/// What `--help` ends with.
const EXAMPLES: &str = "\
Examples:
  git plan edit-task 2 --title \"Replace ioutil everywhere\"
  git plan edit-task 2 --phase 1
  git plan edit-task 2 --no-phase";

/// The command line of `edit-task`.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
#[command(
    override_usage = "git plan edit-task <--title <TEXT>|--description <TEXT>|--phase <NUMBER>|--no-phase> [[PLAN] TASK]"
)]
pub(super) struct Args {
    #[command(flatten)]
    task: TaskArgs,
    #[command(flatten)]
    edit: Edit,
}

#[derive(Debug, clap::Args)]
#[group(required = true, multiple = true)]
struct Edit {
    /// The new title
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// The new description
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// The number of the phase it belongs to from now on
    #[arg(long, value_name = "NUMBER")]
    phase: Option<u32>,
    /// Take it out of its phase
    #[arg(long, conflicts_with = "phase")]
    no_phase: bool,
}

/// Changes the task and says so.
pub(super) fn run(args: Args, out: &mut Output) -> Result<ExitStatus> {
    let target = args.task.task()?;
    let edit = TaskEdit {
        title: args.edit.title,
        description: args.edit.description,
        phase: match (args.edit.phase, args.edit.no_phase) {
            (Some(number), _) => Some(PhaseEdit::Into(number)),
            (None, true) => Some(PhaseEdit::Out),
            (None, false) => None,
        },
    };
    let ws = workspace::open(Access::Write, out)?;
    let task = ops::edit_task(&ws, target, edit)?;
    let title = Printable::new(&task.title);
    out.line(format_args!("Edited task {}: {title}", task.number))?;
    Ok(ExitStatus::Done)
}
