//! `git plan status`.

use anyhow::{Context as _, Result};

use crate::ops::{self, Workspace};
use crate::report::standing_text;
use crate::store::Access;

use super::exit_status::ExitStatus;
use super::output::{Format, Output};

/// The command line of `status`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// How to answer
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Shows where this work tree stands.
pub(super) fn run(args: &Args, out: &mut Output) -> Result<ExitStatus> {
    let ws = Workspace::open(Access::Read)?;
    let standing = ops::status(&ws)?;
    match args.format {
        Format::Json => out.json(&standing)?,
        Format::Text => {
            let style = out.style(|| ws.repo().config())?;
            standing_text::standing(out.data(), &standing, style).context("writing the status")?;
        }
    }
    Ok(ExitStatus::Done)
}
