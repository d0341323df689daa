//! `git plan doctor`.

use anyhow::{Context as _, Result};

use crate::hook::doctor::doctor;
use crate::model::finding::Severity;
use crate::ops::Workspace;
use crate::report::doctor_text;
use crate::store::Access;

use super::exit_status::ExitStatus;
use super::output::{Format, Output};
use super::progress::meanwhile;

/// What `--help` ends with.
const EXAMPLES: &str = "\
Examples:
  git plan doctor
  git plan doctor --format json";

/// The command line of `doctor`.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// How to answer
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Examines the repository and says what was found; an error among that is a "no".
pub(super) fn run(args: &Args, out: &mut Output) -> Result<ExitStatus> {
    let ws = Workspace::open(Access::Read)?;
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
