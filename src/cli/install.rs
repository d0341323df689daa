//! `git plan install`.

use anyhow::{Context as _, Result};

use crate::hook::install::{Aliases, Conflicts, InstallRequest, install};
use crate::hook::shim;
use crate::model::install::{Effect, HookName};
use crate::ops::Workspace;
use crate::report::install_text;
use crate::store::Access;

use super::exit_status::ExitStatus;
use super::output::{Format, Output};
use super::user_pages::UserPages;

/// What `--help` ends with.
const EXAMPLES: &str = "\
Examples:
  git plan install
  git plan install --dry-run
  git plan install --hooks=pre-push,post-commit

'git plan uninstall' takes everything out again, to the byte.";

/// The command line of `install`.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// Only these hooks, separated by commas
    #[arg(long, value_name = "HOOKS", value_delimiter = ',')]
    hooks: Vec<HookName>,
    /// Leave the aliases `git rewind` and `git checkpoint` alone
    #[arg(long)]
    skip_aliases: bool,
    /// Go into files that a hook manager wrote, and replace blocks that were edited by hand
    #[arg(long)]
    force: bool,
    /// Say what would be written, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Print the blocks, for pasting where git-plan must not write
    #[arg(long, conflicts_with_all = ["skip_aliases", "force", "dry_run", "format"])]
    manual: bool,
    #[command(flatten)]
    user: UserPages,
    /// How to answer
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

pub(super) const fn effect(is_dry_run: bool) -> Effect {
    if is_dry_run {
        Effect::DryRun
    } else {
        Effect::Write
    }
}

pub(super) const fn conflicts(is_forced: bool) -> Conflicts {
    if is_forced {
        Conflicts::Force
    } else {
        Conflicts::Refuse
    }
}

/// Installs hooks and aliases and says what was written where.
pub(super) fn run(args: Args, out: &mut Output) -> Result<ExitStatus> {
    if args.user.are_wanted() {
        return args.user.install(effect(args.dry_run), out);
    }
    let hooks = if args.hooks.is_empty() {
        HookName::ALL.to_vec()
    } else {
        args.hooks
    };
    if args.manual {
        out.line(shim::manual(&hooks).trim_end())?;
        return Ok(ExitStatus::Done);
    }
    let ws = Workspace::open(Access::Read)?;
    let request = InstallRequest {
        hooks,
        conflicts: conflicts(args.force),
        aliases: if args.skip_aliases {
            Aliases::Skip
        } else {
            Aliases::Set
        },
        effect: effect(args.dry_run),
        program: None,
    };
    let report = install(ws.repo(), &request)?;
    match args.format {
        Format::Json => out.json(&report)?,
        Format::Text => install_text::install(out.data(), &report).context("writing the report")?,
    }
    Ok(ExitStatus::Done)
}
