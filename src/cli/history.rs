//! `git plan history`.

use anyhow::{Context as _, Result};

use crate::ops::history::{Span, history};
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
  git plan history                the active task, over HEAD's last 30 commits
  git plan history 2 -n 100
  git plan history 2 --range v1.0..main";

/// The command line of `history`.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    #[command(flatten)]
    criterion: CriterionArgs,
    /// Count these commits, all of them, by first parents
    #[arg(long, value_name = "A..B", conflicts_with = "max")]
    range: Option<String>,
    /// Count so many of HEAD's last commits
    #[arg(short = 'n', long, value_name = "COUNT", default_value_t = 30)]
    max: usize,
    /// How to answer
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Shows how many violations each commit has.
pub(super) fn run(args: &Args, out: &mut Output) -> Result<ExitStatus> {
    let ws = workspace::open(Access::Read, out)?;
    out.page();
    let span = args.range.clone().map_or(Span::Last(args.max), Span::Range);
    let criterion = args.criterion.criterion(out)?;
    let answer = history(&ws, &criterion, &span, &Bar::default())?;
    match args.format {
        Format::Json => out.json(&answer)?,
        Format::Text => {
            let manner = (out.style(|| ws.repo().config())?, out.width());
            history_text::history(out.data(), &answer, manner).context("writing the history")?;
        }
    }
    Ok(ExitStatus::Done)
}
