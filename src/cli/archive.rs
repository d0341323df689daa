//! `git plan archive`.

use anyhow::Result;

use crate::error::Failure;
use crate::model::count::counted;
use crate::model::printable::Printable;
use crate::ops::archive_plan::{ArchiveReview, archive_plan, review};
use crate::ops::seal::{SealCheck, verify_seal};
use crate::report::gate_text;
use crate::store::Access;

use super::exit_status::ExitStatus;
use super::output::Output;
use super::progress::{Bar, meanwhile};
use super::prompt::{self, Consent};
use super::target::PlanArg;
use super::workspace;

/// How many incomplete tasks are named.
const NAMED: usize = 5;

/// What `--help` ends with.
const EXAMPLES: &str = "\
Examples:
  git plan archive
  git plan archive 1 --notes \"done in v2.0\" --yes
  git plan archive 1 --verify     whether it still is as it was sealed";

/// The command line of `archive`.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    #[command(flatten)]
    plan: PlanArg,
    /// Kept with the plan
    #[arg(long, value_name = "TEXT")]
    notes: Option<String>,
    /// Archive it even if tasks are incomplete or broken
    #[arg(short, long)]
    yes: bool,
    /// Compare an archived plan with what it was sealed with
    #[arg(long, requires = "plan", conflicts_with_all = ["notes", "yes"])]
    verify: bool,
}

/// Reviews the plan, asks if there is something to ask, and seals it.
pub(super) fn run(args: &Args, out: &mut Output) -> Result<ExitStatus> {
    let ws = workspace::open(Access::Write, out)?;
    if let (true, Some(id)) = (args.verify, args.plan.id()?) {
        let check = meanwhile("Comparing", || verify_seal(&ws, id))?;
        return verify(&check, out);
    }
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
    let (last, seal) = meanwhile("Sealing the plan", || {
        archive_plan(&ws, &review, args.notes.as_deref())
    })?;
    out.left_out(&last.left_out);
    out.line(format_args!("Plan {id} archived successfully"))?;
    out.line(format_args!("Final snapshot: {}", last.snapshot.short()))?;
    out.line(format_args!("Seal: {seal}"))?;
    Ok(ExitStatus::Done)
}

fn verify(check: &SealCheck, out: &mut Output) -> Result<ExitStatus> {
    let id = check.plan.id;
    if check.differing.is_empty() {
        out.line(format_args!(
            "Plan {id} is as it was sealed: {}",
            check.seal
        ))?;
        return Ok(ExitStatus::Done);
    }
    let names = check.differing.iter().take(NAMED);
    let names: Vec<String> = names.map(|path| format!("  {path}")).collect();
    let more = check.differing.len().saturating_sub(NAMED);
    let rest = match more {
        0 => String::new(),
        more => format!("\n  ... and {more} more"),
    };
    let message = format!(
        "plan {id} is not as it was sealed:\n{}{rest}",
        names.join("\n")
    );
    let hint = format!("'git show {}' lists what it was sealed with", check.seal);
    Err(Failure::no(message).hint(hint).into())
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
