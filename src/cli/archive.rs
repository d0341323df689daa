//! `git plan archive`.

use anyhow::Result;

use crate::error::Failure;
use crate::model::printable::Printable;
use crate::model::words::counted;
use crate::ops::archive_plan::{ArchiveReview, archive_plan, review};
use crate::report::gate_text;
use crate::store::Access;

use super::exit_status::ExitStatus;
use super::output::Output;
use super::progress::Bar;
use super::prompt::{self, Consent};
use super::target::PlanArg;
use super::workspace;

/// How many incomplete tasks are named.
const NAMED: usize = 5;

/// The command line of `archive`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    plan: PlanArg,
    /// Kept with the plan
    #[arg(long, value_name = "TEXT")]
    notes: Option<String>,
    /// Archive it even if tasks are incomplete or broken
    #[arg(short, long)]
    yes: bool,
}

/// Reviews the plan, asks if there is something to ask, and seals it.
pub(super) fn run(args: &Args, out: &mut Output) -> Result<ExitStatus> {
    let ws = workspace::open(Access::Write, out)?;
    let review = review(&ws, args.plan.id()?, &Bar::default())?;
    let id = review.plan.id;
    if !review.is_clear() {
        say(&review, out)?;
        let consent = match args.yes {
            true => Consent::Given,
            false => prompt::consent(out, &format!("Archive plan {id} all the same?"))?,
        };
        if consent == Consent::Withheld {
            let failure = Failure::no(format!("plan {id} is not archived: it is not finished"));
            return Err(failure.hint("finish it, or agree with --yes").into());
        }
    }
    let last = archive_plan(&ws, &review, args.notes.as_deref())?;
    out.left_out(&last.left_out);
    out.line(format_args!("Plan {id} archived successfully"))?;
    out.line(format_args!("Final snapshot: {}", last.snapshot.short()))?;
    Ok(ExitStatus::Done)
}

fn say(review: &ArchiveReview, out: &mut Output) -> Result<()> {
    let ArchiveReview {
        incomplete, broken, ..
    } = review;
    if !incomplete.is_empty() {
        let tasks = counted(incomplete.len(), "task");
        out.warning(format_args!("{tasks} not completed"));
        for task in incomplete.iter().take(NAMED) {
            out.note(format_args!("  {task} {}", Printable::new(&task.title)));
        }
        let more = incomplete.len().saturating_sub(NAMED);
        if more > 0 {
            out.note(format_args!("  ... and {more} more"));
        }
    }
    if !broken.is_empty() {
        let tasks = counted(broken.len(), "completed task");
        out.warning(format_args!("{tasks} broken"));
        out.report(|to, style| gate_text::broken(to, broken, style))?;
    }
    Ok(())
}
