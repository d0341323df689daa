//! `git plan blame`.

use anyhow::{Context as _, Result};

use crate::model::tree::TreeSource;
use crate::ops::blame::blame;
use crate::report::history_text;
use crate::store::Access;

use super::exit_status::ExitStatus;
use super::output::{Format, Output};
use super::progress::Bar;
use super::target::CriterionArgs;
use super::workspace;

/// What `--help` ends with.
const EXAMPLES: &str = "\
Examples:
  git plan blame                  what the active task has left, and who brought it
  git plan blame 1 2 --at origin/main";

/// The command line of `blame`.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    #[command(flatten)]
    criterion: CriterionArgs,
    /// Look at a commit instead of the work tree
    #[arg(long, value_name = "REV")]
    at: Option<String>,
    /// How to answer
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Shows which commit brought each violation that is left.
pub(super) fn run(args: &Args, out: &mut Output) -> Result<ExitStatus> {
    let ws = workspace::open(Access::Read, out)?;
    out.page();
    let source = args
        .at
        .clone()
        .map_or(TreeSource::Worktree, TreeSource::Revision);
    let criterion = args.criterion.criterion(out)?;
    let answer = blame(&ws, &criterion, &source, &Bar::default())?;
    match args.format {
        Format::Json => out.json(&answer)?,
        Format::Text => {
            let style = out.style(|| ws.repo().config())?;
            history_text::blame(out.data(), &answer, style).context("writing the blame")?;
        }
    }
    Ok(ExitStatus::Done)
}
