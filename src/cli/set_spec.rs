//! `git plan set-spec`.

use std::ffi::OsString;

use anyhow::Result;

use crate::error::Failure;
use crate::ops;
use crate::ops::spec_file::SpecFile;
use crate::store::Access;

use super::exit_status::ExitStatus;
use super::output::Output;
use super::target::{self, spec_source, task_and_last, whole_number};
use super::workspace;

/// What `--help` ends with.
const EXAMPLES: &str = "\
Examples:
  git plan set-spec 2 specs/ioutil.yaml
  git plan set-spec 1 2 -         from standard input";

/// The command line of `set-spec`.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
#[command(override_usage = "git plan set-spec [OPTIONS] [[PLAN] TASK] FILE")]
pub(super) struct Args {
    /// The spec (- reads standard input), after the task unless that is the active one
    #[arg(value_name = "FILE", required = true, num_args = 1..=3)]
    words: Vec<OsString>,
}

/// Stores the spec and says so.
pub(super) fn run(args: &Args, out: &mut Output) -> Result<ExitStatus> {
    let (task, file) = task_and_last(&args.words)?;
    if whole_number("task", file).is_ok() && !target::path(file).exists() {
        let failure = Failure::usage("a number, and no file after it");
        return Err(failure
            .hint("the spec comes last: 'git plan set-spec TASK FILE'")
            .into());
    }
    let ws = workspace::open(Access::Write, out)?;
    let spec = SpecFile::read(&spec_source(file))?;
    let task = ops::set_spec(&ws, task, &spec)?;
    out.line(format_args!("Updated task {} spec", task.number))?;
    out.line(format_args!("Verification spec: {}", spec.name))?;
    spec.warnings().for_each(|warning| out.warning(warning));
    if task.in_force {
        let (plan, number) = (task.plan_id, task.number);
        out.hint(format_args!(
            "the task counts as completed, now by this spec: 'git plan verify-task {plan} {number}' \
             judges it"
        ));
    }
    Ok(ExitStatus::Done)
}
