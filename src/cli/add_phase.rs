//! `git plan add-phase`.

use anyhow::Result;

use crate::model::plan::NewPhase;
use crate::model::printable::Printable;
use crate::ops;
use crate::store::Access;

use super::exit_status::ExitStatus;
use super::output::Output;
use super::target::PlanArg;
use super::workspace;

/// What `--help` ends with.
const EXAMPLES: &str = "\
Examples:
  git plan add-phase --title \"Cut the old client\"
  git plan add-phase 2 --title Guides --success-criteria \"all pages link to v2\"";

/// The command line of `add-phase`.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    #[command(flatten)]
    plan: PlanArg,
    /// The phase's number; the next free one when left out
    #[arg(long, value_name = "NUMBER")]
    phase_number: Option<u32>,
    /// The phase's title
    #[arg(long, value_name = "TEXT")]
    title: String,
    /// What the phase is about
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// What holds when the phase is over
    #[arg(long, value_name = "TEXT")]
    success_criteria: Option<String>,
}

/// Adds the phase and says so.
pub(super) fn run(args: Args, out: &mut Output) -> Result<ExitStatus> {
    let ws = workspace::open(Access::Write, out)?;
    let new = NewPhase {
        number: args.phase_number,
        title: args.title,
        description: args.description,
        success_criteria: args.success_criteria,
    };
    let (plan, phase) = ops::add_phase(&ws, args.plan.id()?, new)?;
    let title = Printable::new(&phase.title);
    out.line(format_args!(
        "Added phase {} to plan {}: {title}",
        phase.number, plan.id
    ))?;
    Ok(ExitStatus::Done)
}
