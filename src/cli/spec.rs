//! `git plan spec`: verbs about specs themselves.

use anyhow::Result;
use clap::Subcommand;

use super::exit_status::ExitStatus;
use super::output::Output;
use super::{spec_check, spec_show};

/// The command line of `spec`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Check a spec file and show what each rule finds now
    Check(spec_check::Args),
    /// Print the spec of a task
    Show(spec_show::Args),
}

/// Runs the verb named.
pub(super) fn run(args: &Args, out: &mut Output) -> Result<ExitStatus> {
    match &args.command {
        Command::Check(args) => spec_check::run(args, out),
        Command::Show(args) => spec_show::run(args, out),
    }
}
