//! `git plan log`.

use std::ffi::OsString;

use anyhow::{Context as _, Result};
use serde::Serialize;

use crate::model::event::Event;
use crate::ops;
use crate::report::journal_text;
use crate::store::Access;

use super::exit_status::ExitStatus;
use super::output::{Format, Output};
use super::target::plan_id;
use super::workspace;

/// What `--help` ends with.
const EXAMPLES: &str = "\
Examples:
  git plan log -n 20
  git plan log 2                  what happened to plan 2";

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
