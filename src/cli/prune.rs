//! `git plan prune`.

use anyhow::{Context as _, Result};
use serde::Serialize;

use crate::model::checkpoint::Checkpoint;
use crate::model::count::counted;
use crate::ops::prune::{Pruned, Rule, prune, to_prune};
use crate::report::checkpoint_text;
use crate::store::Access;

use super::exit_status::ExitStatus;
use super::output::{Format, Output};
use super::progress::meanwhile;
use super::workspace;

/// What `--help` ends with.
const EXAMPLES: &str = "\
Examples:
  git plan prune --dry-run
  git plan prune --keep 5
  git plan prune --older-than 90";

/// The command line of `prune`.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// Keep this many of the newest of every task; 20 if no bound is given
    #[arg(long, value_name = "COUNT")]
    keep: Option<usize>,
    /// Drop only what is older; 30 if no bound is given
    #[arg(long, value_name = "DAYS")]
    older_than: Option<u32>,
    /// Drop nothing, but say what would be dropped
    #[arg(long)]
    dry_run: bool,
    /// How to answer
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Drops automatic checkpoints and says which.
pub(super) fn run(args: &Args, out: &mut Output) -> Result<ExitStatus> {
    let rule = Rule::new(args.keep, args.older_than);
    let (ws, pruned) = if args.dry_run {
        let ws = workspace::open(Access::Read, out)?;
        let pruned = meanwhile("Looking at the checkpoints", || to_prune(&ws, rule))?;
        (ws, pruned)
    } else {
        let ws = workspace::open(Access::Write, out)?;
        let pruned = meanwhile("Dropping checkpoints", || prune(&ws, rule))?;
        (ws, pruned)
    };
    if args.format == Format::Json {
        answer_json(args, &pruned, out)?;
        return Ok(ExitStatus::Done);
    }
    let style = out.style(|| ws.repo().config())?;
    checkpoint_text::checkpoints(out.data(), &pruned.checkpoints, style)
        .context("writing the checkpoints")?;
    let verb = if args.dry_run {
        "Would drop"
    } else {
        "Dropped"
    };
    out.line(format_args!(
        "{verb} {}, {} and {} of diffs; git gc collects the objects",
        counted(pruned.checkpoints.len(), "checkpoint"),
        counted(pruned.snapshots, "ref"),
        counted(usize::try_from(pruned.diff_bytes)?, "byte"),
    ))?;
    Ok(ExitStatus::Done)
}

fn answer_json(args: &Args, pruned: &Pruned, out: &mut Output) -> Result<()> {
    #[derive(Serialize)]
    struct Answer<'a> {
        dry_run: bool,
        checkpoints: &'a [Checkpoint],
        refs: usize,
        diff_bytes: u64,
    }
    out.json(&Answer {
        dry_run: args.dry_run,
        checkpoints: &pruned.checkpoints,
        refs: pruned.snapshots,
        diff_bytes: pruned.diff_bytes,
    })
}
