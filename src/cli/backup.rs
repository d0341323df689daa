//! `git plan backup`.

use std::ffi::OsString;

use anyhow::Result;

use crate::model::printable::Printable;
use crate::ops;
use crate::store::Access;

use super::exit_status::ExitStatus;
use super::output::Output;
use super::progress::meanwhile;
use super::target::new_path;
use super::workspace;

/// What `--help` ends with.
const EXAMPLES: &str = "\
Examples:
  git plan backup                 into the repository's own directory
  git plan backup ../plans.db";

/// The command line of `backup`.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// The file to make; a new one in `plan/backup` when left out
    #[arg(value_name = "FILE")]
    file: Option<OsString>,
}

/// Copies the planning database and says where to.
pub(super) fn run(args: &Args, out: &mut Output) -> Result<ExitStatus> {
    let ws = workspace::open(Access::Read, out)?;
    let file = args.file.as_deref().map(new_path);
    let made = meanwhile("Copying the database", || ops::backup(&ws, file.as_deref()))?;
    let shown = Printable::path(&made);
    out.line(format_args!("Backed up to {shown}"))?;
    Ok(ExitStatus::Done)
}
