//! `git plan install`.

use anyhow::{Context as _, Result};
use clap::ValueEnum;

use crate::hook::ground::Ground;
use crate::hook::install::{Aliases, Conflicts, InstallRequest, install};
use crate::hook::managers;
use crate::hook::shim;
use crate::model::install::{Effect, HookManager, HookMode, HookName};
use crate::ops::{Workspace, pages};
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
  git plan install --mode=config
  git plan install --man --completions

'git plan uninstall' takes everything out again, to the byte.";

/// The command line of `install`.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    #[command(flatten)]
    scope: Scope,
    /// How Git is told: by hook files, or by the configuration, which Git 2.54 and newer look at
    #[arg(long, value_enum, default_value_t = Mode::File)]
    mode: Mode,
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
    /// Print the blocks for pasting, or the lines for the configuration of a tool that writes hooks
    #[arg(
        long,
        value_name = "TOOL",
        value_enum,
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "sh",
        conflicts_with_all = ["skip_aliases", "force", "dry_run", "format"]
    )]
    manual: Option<Tool>,
    #[command(flatten)]
    user: UserPages,
    /// How to answer
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// For what to install or uninstall.
#[derive(Debug, Clone, Copy, clap::Args)]
#[group(multiple = false)]
pub(super) struct Scope {
    /// For this repository, all its work trees (the default)
    #[arg(long, conflicts_with_all = ["man", "completions"])]
    local: bool,
    /// For this work tree alone
    #[arg(long, conflicts_with_all = ["man", "completions"])]
    worktree: bool,
    /// For every repository of yours, or with hook files for every new one
    #[arg(long, conflicts_with_all = ["man", "completions"])]
    global: bool,
}

impl Scope {
    /// Calls `work` with the ground that is meant.
    ///
    /// # Errors
    /// When there is no repository where one is needed, and those of `work`.
    pub(super) fn on_ground<T>(self, work: impl FnOnce(&Ground<'_>) -> Result<T>) -> Result<T> {
        if self.global {
            return work(&Ground::user(pages::notes_dir()?)?);
        }
        let ws = Workspace::open(Access::Read)?;
        match self.worktree {
            true => work(&Ground::worktree(ws.repo())?),
            false => work(&Ground::repository(ws.repo())),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Mode {
    /// Hook files
    File,
    /// The configuration
    Config,
}

/// Whose configuration the printed lines are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Tool {
    /// A hook in sh
    Sh,
    /// pre-commit, or prek
    #[value(alias = "prek")]
    PreCommit,
    /// lefthook
    Lefthook,
    /// husky
    Husky,
}

impl Tool {
    const fn manager(self) -> Option<HookManager> {
        match self {
            Self::Sh => None,
            Self::PreCommit => Some(HookManager::PreCommit),
            Self::Lefthook => Some(HookManager::Lefthook),
            Self::Husky => Some(HookManager::Husky),
        }
    }
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
    if let Some(tool) = args.manual {
        let text = match tool.manager() {
            Some(manager) => managers::snippet(manager, &hooks),
            None => shim::manual(&hooks),
        };
        out.line(text.trim_end())?;
        return Ok(ExitStatus::Done);
    }
    let request = InstallRequest {
        hooks,
        mode: match args.mode {
            Mode::File => HookMode::File,
            Mode::Config => HookMode::Config,
        },
        conflicts: conflicts(args.force),
        aliases: if args.skip_aliases {
            Aliases::Skip
        } else {
            Aliases::Set
        },
        effect: effect(args.dry_run),
        program: None,
    };
    let report = args.scope.on_ground(|ground| install(ground, &request))?;
    match args.format {
        Format::Json => out.json(&report)?,
        Format::Text => install_text::install(out.data(), &report).context("writing the report")?,
    }
    Ok(ExitStatus::Done)
}
