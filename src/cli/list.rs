//! `git plan list`.

use anyhow::{Context as _, Result};
use clap_complete::ArgValueCandidates;
use serde::Serialize;

use crate::model::plan::{Plan, PlanStatus};
use crate::ops;
use crate::report::plan_text;
use crate::store::Access;

use super::candidates::plan_statuses;
use super::exit_status::ExitStatus;
use super::output::{Format, Output};
use super::workspace;

/// What `--help` ends with.
const EXAMPLES: &str = "\
Examples:
  git plan list
  git plan list --status archived
  git plan list --format json";

/// The command line of `list`.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// List only plans of this status: active, completed or archived
    #[arg(long, add = ArgValueCandidates::new(plan_statuses))]
    status: Option<PlanStatus>,
    /// How to answer
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Serialize)]
struct Answer {
    plans: Vec<Plan>,
}

/// Lists the plans.
pub(super) fn run(args: &Args, out: &mut Output) -> Result<ExitStatus> {
    let ws = workspace::open(Access::Read, out)?;
    out.page();
    let plans = ops::list(&ws, args.status)?;
    match args.format {
        Format::Json => out.json(&Answer { plans })?,
        Format::Text => {
            let style = out.style(|| ws.repo().config())?;
            plan_text::list(out.data(), &plans, style).context("writing the list")?;
        }
    }
    Ok(ExitStatus::Done)
}
