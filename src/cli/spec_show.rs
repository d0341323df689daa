//! `git plan spec show`.

use anyhow::{Context as _, Result};
use serde::Serialize;

use crate::model::judged::TaskLabel;
use crate::model::overview::StoredSpec;
use crate::model::printable::Printable;
use crate::ops;
use crate::store::Access;

use super::exit_status::ExitStatus;
use super::output::{Format, Output};
use super::target::TaskArgs;
use super::workspace;

/// What `--help` ends with.
const EXAMPLES: &str = "\
Examples:
  git plan spec show              of the active task
  git plan spec show 1 2
  git plan spec show 2 --format json";

/// The command line of `spec show`.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
#[command(override_usage = "git plan spec show [OPTIONS] [[PLAN] TASK]")]
pub(super) struct Args {
    #[command(flatten)]
    task: TaskArgs,
    /// How to answer
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Serialize)]
struct Answer {
    task: TaskLabel,
    spec: StoredSpec,
}

/// Prints the spec as it was stored, byte for byte unless a terminal would act on it.
pub(super) fn run(args: &Args, out: &mut Output) -> Result<ExitStatus> {
    let target = args.task.task()?;
    let ws = workspace::open(Access::Read, out)?;
    out.page();
    let (task, spec) = ops::show_spec(&ws, target)?;
    if args.format == Format::Json {
        let task = TaskLabel::from(&task);
        out.json(&Answer { task, spec })?;
        return Ok(ExitStatus::Done);
    }
    let yaml = spec.yaml.unwrap_or_default();
    let written = match out.shows_on_terminal() {
        true => write!(out.data(), "{}", Printable::block(&yaml)),
        false => write!(out.data(), "{yaml}"),
    };
    written.context("writing the spec")?;
    Ok(ExitStatus::Done)
}
