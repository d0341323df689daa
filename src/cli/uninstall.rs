//! `git plan uninstall`.

use anyhow::{Context as _, Result};

use crate::hook::uninstall::{UninstallRequest, uninstall};
use crate::report::install_text;

use super::exit_status::ExitStatus;
use super::install::{Scope, conflicts, effect};
use super::output::{Format, Output};
use super::user_pages::UserPages;

/// What `--help` ends with.
const EXAMPLES: &str = "\
Examples:
  git plan uninstall --dry-run
  git plan uninstall
  git plan uninstall --man --completions";

/// The command line of `uninstall`.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    #[command(flatten)]
    scope: Scope,
    /// Also remove blocks that were edited by hand
    #[arg(long)]
    force: bool,
    /// Say what would be removed, and remove nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    user: UserPages,
    /// How to answer
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Takes hooks and aliases out again and says what was removed; plans and checkpoints stay.
pub(super) fn run(args: &Args, out: &mut Output) -> Result<ExitStatus> {
    if args.user.are_wanted() {
        return args.user.uninstall(effect(args.dry_run), out);
    }
    let request = UninstallRequest {
        conflicts: conflicts(args.force),
        effect: effect(args.dry_run),
    };
    let report = args.scope.on_ground(|ground| uninstall(ground, &request))?;
    match args.format {
        Format::Json => out.json(&report)?,
        Format::Text => {
            install_text::uninstall(out.data(), &report).context("writing the report")?;
        }
    }
    Ok(ExitStatus::Done)
}
