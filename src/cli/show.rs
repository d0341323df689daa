//! `git plan show`.

use anyhow::{Context as _, Result};
use clap::ValueEnum;

use crate::model::overview::PlanOverview;
use crate::ops;
use crate::report::plan_text;
use crate::store::Access;

use super::exit_status::ExitStatus;
use super::output::{Format, Output};
use super::target::PlanArg;
use super::workspace;

/// What `--help` ends with.
const EXAMPLES: &str = "\
Examples:
  git plan show                   the current plan
  git plan show 2 --specs         plan 2, with the text of every spec
  git plan show --layout flat";

/// The command line of `show`.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    #[command(flatten)]
    plan: PlanArg,
    #[command(flatten)]
    content: Content,
    /// How to arrange the tasks
    #[arg(long, value_enum, default_value_t = Layout::Phases)]
    layout: Layout,
    /// How to answer
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Debug, clap::Args)]
struct Content {
    /// Show the tasks, as is the default
    #[arg(long, overrides_with = "no_tasks")]
    tasks: bool,
    /// Leave the tasks out
    #[arg(long)]
    no_tasks: bool,
    /// Show the text of every spec
    #[arg(short = 'v', long, alias = "verbose")]
    specs: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Layout {
    /// By number
    Flat,
    /// Under their phases
    Phases,
}

/// Shows one plan.
pub(super) fn run(args: &Args, out: &mut Output) -> Result<ExitStatus> {
    let ws = workspace::open(Access::Read, out)?;
    out.page();
    let mut shown = ops::show(&ws, args.plan.id()?)?;
    args.content.narrow(&mut shown);
    match args.format {
        Format::Json => out.json(&shown)?,
        Format::Text => {
            let style = out.style(|| ws.repo().config())?;
            let layout = match args.layout {
                Layout::Flat => plan_text::Layout::Flat,
                Layout::Phases => plan_text::Layout::Phases,
            };
            plan_text::overview(out.data(), &shown, layout, style).context("writing the plan")?;
        }
    }
    Ok(ExitStatus::Done)
}

impl Content {
    fn narrow(&self, shown: &mut PlanOverview) {
        if self.no_tasks && !self.tasks {
            shown.tasks = None;
        }
        if self.specs {
            return;
        }
        let tasks = shown.tasks.iter_mut().flatten();
        for spec in tasks.filter_map(|task| task.spec.as_mut()) {
            spec.yaml = None;
        }
    }
}
