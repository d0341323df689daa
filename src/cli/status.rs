//! `git plan status`.

use anyhow::{Context as _, Result};

use crate::ops;
use crate::report::standing_porcelain::{self, LineEnd};
use crate::report::standing_text;
use crate::store::Access;

use super::exit_status::ExitStatus;
use super::output::{Format, Output};
use super::workspace;

/// What `--help` ends with.
const EXAMPLES: &str = "\
Examples:
  git plan status
  git plan status --porcelain     for scripts
  git plan status --format json";

/// The command line of `status`.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// Answer in lines that stay as they are, for scripts
    #[arg(long, conflicts_with = "format")]
    porcelain: bool,
    /// The same, each line ended by NUL and its text as it is
    #[arg(short = 'z', conflicts_with = "format")]
    nul: bool,
    /// How to answer
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Shows where this work tree stands.
pub(super) fn run(args: &Args, out: &mut Output) -> Result<ExitStatus> {
    let ws = workspace::open(Access::Read, out)?;
    let standing = ops::status(&ws)?;
    if args.porcelain || args.nul {
        let end = match args.nul {
            true => LineEnd::Nul,
            false => LineEnd::Newline,
        };
        standing_porcelain::standing(out.data(), &standing, end).context("writing the status")?;
        return Ok(ExitStatus::Done);
    }
    match args.format {
        Format::Json => out.json(&standing)?,
        Format::Text => {
            let style = out.style(|| ws.repo().config())?;
            standing_text::standing(out.data(), &standing, style).context("writing the status")?;
        }
    }
    Ok(ExitStatus::Done)
}
