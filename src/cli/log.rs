//! `git plan log`.

use std::ffi::OsString;

use anyhow::{Context as _, Result};
use serde::Serialize;

use crate::error::Failure;
use crate::model::count::counted;
use crate::model::event::Event;
use crate::ops;
use crate::report::journal_text;
use crate::store::Access;

use super::exit_status::ExitStatus;
use super::output::{Format, Output};
use super::progress::meanwhile;
use super::target::plan_id;
use super::workspace;

/// What `--help` ends with.
const EXAMPLES: &str = "\
Examples:
  git plan log -n 20
  git plan log 2                  what happened to plan 2
  git plan log --verify           whether anything of it was changed";

/// The command line of `log`.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// Show only what happened to this plan
    #[arg(value_name = "PLAN")]
    plan: Option<OsString>,
    /// Show at most this many lines
    #[arg(short = 'n', long, value_name = "COUNT")]
    max_count: Option<usize>,
    /// Check that no line was changed, removed, added or moved
    #[arg(long, conflicts_with_all = ["plan", "max_count"])]
    verify: bool,
    /// How to answer
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Serialize)]
struct Answer {
    events: Vec<Event>,
}

/// Shows the journal, newest first.
pub(super) fn run(args: &Args, out: &mut Output) -> Result<ExitStatus> {
    let plan = args.plan.as_deref().map(plan_id).transpose()?;
    let ws = workspace::open(Access::Read, out)?;
    out.page();
    if args.verify {
        let checked = meanwhile("Checking the journal", || ops::verify_log(&ws))?;
        return verify(args, &checked, out);
    }
    let mut events = ops::log(&ws, plan)?;
    events.truncate(args.max_count.unwrap_or(usize::MAX));
    match args.format {
        Format::Json => out.json(&Answer { events })?,
        Format::Text => {
            let style = out.style(|| ws.repo().config())?;
            journal_text::journal(out.data(), &events, style).context("writing the log")?;
        }
    }
    Ok(ExitStatus::Done)
}

fn verify(
    args: &Args,
    (events, broken): &(usize, Option<i64>),
    out: &mut Output,
) -> Result<ExitStatus> {
    #[derive(Serialize)]
    struct Answer {
        events: usize,
        first_broken: Option<i64>,
    }
    if args.format == Format::Json {
        out.json(&Answer {
            events: *events,
            first_broken: *broken,
        })?;
    }
    match broken {
        Some(line) => Err(Failure::no(format!(
            "line {line} of the journal is not as it was written, or does not follow the one before"
        ))
        .into()),
        None if args.format == Format::Json => Ok(ExitStatus::Done),
        None => {
            let lines = counted(*events, "line");
            out.line(format_args!("The journal is whole: {lines}"))?;
            Ok(ExitStatus::Done)
        }
    }
}
