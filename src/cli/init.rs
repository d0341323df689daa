//! `git plan init`.

use anyhow::{Context as _, Result};

use crate::error::Failure;
use crate::hook::ground::Ground;
use crate::hook::install::{InstallRequest, install};
use crate::model::install::Effect;
use crate::model::plan::NewPlan;
use crate::model::printable::Printable;
use crate::ops::{self, Workspace};
use crate::report::install_text;
use crate::store::Access;

use super::exit_status::ExitStatus;
use super::output::Output;
use super::prompt::{self, Consent};

/// What `--help` ends with.
const EXAMPLES: &str = "\
Examples:
  git plan init --name \"Move to Cognito\"
  git plan init --name Q3 --metadata-json '{\"ticket\": \"AUTH-12\"}'";

/// The command line of `init`.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// The plan's name
    #[arg(long)]
    name: String,
    /// What the plan is about
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// A JSON object kept with the plan
    #[arg(long, value_name = "JSON")]
    metadata_json: Option<String>,
}

/// Creates the plan and says so.
pub(super) fn run(args: Args, out: &mut Output) -> Result<ExitStatus> {
    let metadata = serde_json::from_str(args.metadata_json.as_deref().unwrap_or("{}"))
        .with_context(|| Failure::usage("the metadata is not valid JSON"))?;
    let ws = Workspace::open(Access::Create)?;
    let made = ops::init(
        &ws,
        NewPlan {
            name: args.name,
            description: args.description,
            metadata,
        },
    )?;
    if let Some(path) = &made.new_database {
        let path = Printable::path(path);
        out.note(format_args!("Initialized planning database: {path}"));
    }
    let name = Printable::new(&made.plan.name);
    out.line(format_args!("Created plan {}: {name}", made.plan.id))?;
    if made.new_database.is_some() {
        offer_hooks(&ws, out)?;
    }
    Ok(ExitStatus::Done)
}

/// Offers to install what is not installed yet; what stands against that is for `install` to say.
fn offer_hooks(ws: &Workspace, out: &mut Output) -> Result<()> {
    let mut request = InstallRequest {
        effect: Effect::DryRun,
        ..InstallRequest::default()
    };
    let ground = Ground::repository(ws.repo());
    let trial = install(&ground, &request);
    if trial.is_ok_and(|report| report.changes_nothing()) {
        return Ok(());
    }
    let question = "Set up the hooks that take checkpoints and guard pushes now?";
    if prompt::consent(out, question)? == Consent::Withheld {
        out.hint("'git plan install' sets up the hooks that take checkpoints and guard pushes");
        return Ok(());
    }
    request.effect = Effect::Write;
    let report = install(&ground, &request)?;
    install_text::install(out.data(), &report).context("writing the report")
}
