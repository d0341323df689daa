//! `git plan add-task`.

use std::ffi::OsString;

use anyhow::Result;

use crate::model::find::PlaceQuery;
use crate::model::printable::Printable;
use crate::model::task::NewTask;
use crate::model::tree::TreeSource;
use crate::ops::find::find;
use crate::ops::spec_file::SpecFile;
use crate::ops::template::template;
use crate::ops::{self, NOTED, note_places};
use crate::store::Access;

use super::exit_status::ExitStatus;
use super::find::query;
use super::output::Output;
use super::progress::Bar;
use super::target::{PlanArg, spec_source};
use super::workspace;

/// What `--help` ends with.
const EXAMPLES: &str = "\
Examples:
  git plan add-task --title \"Replace ioutil\" --spec specs/ioutil.yaml
  git plan add-task 2 --title \"Write the guide\" --phase 1 --assigned-to Ada

'git plan spec check FILE' shows what a spec finds before a task is made of it.";

/// The command line of `add-task`.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    #[command(flatten)]
    plan: PlanArg,
    /// The task's title
    #[arg(long, value_name = "TEXT")]
    title: String,
    /// What is to be done
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// The file with the spec that says when it is done; - reads standard input
    #[arg(long, value_name = "FILE")]
    spec: Option<OsString>,
    /// A personal template in place of a spec file: its name without `.yaml`
    #[arg(long, value_name = "NAME", conflicts_with = "spec")]
    template: Option<String>,
    /// Note in the description where the code has places like it: what `find` takes, as in
    /// "api_route POST"
    #[arg(long, value_name = "QUERY")]
    like: Option<String>,
    /// Who works on it
    #[arg(long, value_name = "NAME")]
    assigned_to: Option<String>,
    /// The number of the phase it belongs to
    #[arg(long, value_name = "NUMBER")]
    phase: Option<u32>,
}

/// Adds the task and says so.
pub(super) fn run(args: Args, out: &mut Output) -> Result<ExitStatus> {
    let ws = workspace::open(Access::Write, out)?;
    let spec = match &args.template {
        Some(name) => Some(template(name)?),
        None => args.spec.as_deref().map(spec_source),
    };
    let spec = spec.as_ref().map(SpecFile::read).transpose()?;
    let mut new = NewTask {
        title: args.title,
        description: args.description,
        assigned_to: args.assigned_to,
        phase: args.phase,
    };
    if let Some(like) = &args.like {
        let query = PlaceQuery {
            limit: Some(NOTED + 1),
            ..query(like)?
        };
        let places = find(&ws, &TreeSource::Worktree, &query, &Bar::default())?;
        if places.is_empty() {
            out.warning(format_args!("nothing is like '{}'", Printable::new(like)));
        } else {
            note_places(&mut new, like, &places);
        }
    }
    let task = ops::add_task(&ws, args.plan.id()?, new, spec.as_ref())?;
    let title = Printable::new(&task.title);
    out.line(format_args!(
        "Added task {} to plan {}: {title}",
        task.number, task.plan_id
    ))?;
    if let Some(spec) = spec {
        out.line(format_args!("Verification spec: {}", spec.name))?;
        spec.warnings().for_each(|warning| out.warning(warning));
    }
    Ok(ExitStatus::Done)
}
