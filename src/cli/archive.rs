//! `git plan archive`.

use anyhow::{Context as _, Result};

use crate::error::Failure;
use crate::model::printable::Printable;
use crate::model::words::counted;
use crate::ops::archive_plan::{ArchiveReview, archive_plan, review};
use crate::ops::{Consent, Workspace};
use crate::report::evaluation_text::{Detail, broken_rules, subject};
use crate::store::Access;

use super::exit_status::ExitStatus;
use super::output::Output;
use super::progress::Bar;
use super::prompt;
use super::target::PlanArg;

/// How many incomplete tasks are named.
const NAMED: usize = 5;

/// The command line of `archive`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    plan: PlanArg,
    /// Kept with the plan
    #[arg(long)]
    notes: Option<String>,
    /// Archive it even if tasks are incomplete or broken
    #[arg(short, long)]
    yes: bool,
}

/// Reviews the plan, asks if there is something to ask, and seals it.
pub(super) fn run(args: &Args, out: &mut Output) -> Result<ExitStatus> {
    let ws = Workspace::open(Access::Write)?;
    let review = review(&ws, args.plan.id(), &Bar::default())?;
    let id = review.plan.id;
    if !review.is_clear() {
        say(&ws, &review, out)?;
        let consent = match args.yes {
            true => Consent::Given,
            false => prompt::consent(&format!("Archive plan {id} all the same?"))?,
        };
        if consent == Consent::Withheld {
            let failure = Failure::no(format!("plan {id} is not archived: it is not finished"));
            return Err(failure.hint("finish it, or agree with --yes").into());
        }
    }
    let last = archive_plan(&ws, &review, args.notes.as_deref())?;
    out.line(format_args!("Plan {id} archived successfully"))?;
    out.line(format_args!("Final snapshot: {}", last.snapshot.short()))?;
    Ok(ExitStatus::Done)
}

fn say(ws: &Workspace, review: &ArchiveReview, out: &mut Output) -> Result<()> {
    let incomplete = &review.incomplete;
    if !incomplete.is_empty() {
        out.warning(format_args!(
            "{} not completed",
            counted(incomplete.len(), "task")
        ));
        for task in incomplete.iter().take(NAMED) {
            out.note(format_args!("  {task} {}", Printable::new(&task.title)));
        }
        let more = incomplete.len().saturating_sub(NAMED);
        if more > 0 {
            out.note(format_args!("  ... and {more} more"));
        }
    }
    let style = out.style(|| ws.repo().config())?;
    for judged in &review.broken {
        let mut text = Vec::new();
        broken_rules(&mut text, &judged.evaluation, (Detail::Brief, style), "  ")
            .context("writing the evaluation")?;
        let violations = counted(judged.evaluation.total_violations, "violation");
        out.warning(format_args!(
            "{} is completed but has {violations}",
            subject(judged)
        ));
        out.note(String::from_utf8_lossy(&text).trim_end());
    }
    Ok(())
}
