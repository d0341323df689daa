//! `git plan doctor`.

use anyhow::{Context as _, Result};
use serde::Serialize;

use crate::error::Failure;
use crate::hook::doctor::doctor;
use crate::model::count::counted;
use crate::model::finding::Severity;
use crate::ops::{self, Workspace};
use crate::report::doctor_text;
use crate::store::Access;

use super::exit_status::ExitStatus;
use super::output::{Format, Output};
use super::progress::meanwhile;

/// What `--help` ends with.
const EXAMPLES: &str = "\
Examples:
  git plan doctor
  git plan doctor --verify-log    whether anything of the journal was changed
  git plan doctor --format json";

/// The command line of `doctor`.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// Only check that no line of the journal was changed, removed, added or moved
    #[arg(long)]
    verify_log: bool,
    /// How to answer
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Examines the repository and says what was found; an error among that is a "no".
pub(super) fn run(args: &Args, out: &mut Output) -> Result<ExitStatus> {
    let ws = Workspace::open(Access::Read)?;
    if args.verify_log {
        return verify_log(args.format, &ws, out);
    }
    let found = meanwhile("Examining the repository", || doctor(&ws))?;
    match args.format {
        Format::Json => out.json(&found)?,
        Format::Text => {
            let style = out.style(|| ws.repo().config())?;
            doctor_text::examination(out.data(), &found, style).context("writing the findings")?;
        }
    }
    Ok(match found.worst {
        Severity::Ok | Severity::Warning => ExitStatus::Done,
        Severity::Error => ExitStatus::No,
    })
}

fn verify_log(format: Format, ws: &Workspace, out: &mut Output) -> Result<ExitStatus> {
    #[derive(Serialize)]
    struct Answer {
        events: usize,
        first_broken: Option<i64>,
    }
    let (events, first_broken) = meanwhile("Checking the journal", || ops::verify_log(ws))?;
    match format {
        Format::Json => out.json(&Answer {
            events,
            first_broken,
        })?,
        Format::Text if first_broken.is_none() => {
            let lines = counted(events, "line");
            out.line(format_args!("The journal is whole: {lines}"))?;
        }
        Format::Text => {}
    }
    match first_broken {
        None => Ok(ExitStatus::Done),
        Some(line) => Err(Failure::no(format!(
            "line {line} of the journal is not as it was written, or does not follow the one before"
        ))
        .into()),
    }
}
