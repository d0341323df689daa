//! `git plan init`.

use anyhow::{Context as _, Result};

use crate::error::Failure;
use crate::model::plan::NewPlan;
use crate::model::printable::Printable;
use crate::ops::{self, Workspace};
use crate::store::Access;

use super::exit_status::ExitStatus;
use super::output::Output;

/// The command line of `init`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The plan's name
    #[arg(long)]
    name: String,
    /// What the plan is about
    #[arg(long)]
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
        out.hint("'git plan install' sets up the hooks that take checkpoints and guard pushes");
    }
    Ok(ExitStatus::Done)
}
