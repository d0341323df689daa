//! `git plan find`.

use anyhow::{Context as _, Result};
use clap::ValueEnum;
use serde::Serialize;

use crate::model::find::{Place, PlaceKind, PlaceQuery};
use crate::model::printable::Printable;
use crate::model::tree::TreeSource;
use crate::ops::Workspace;
use crate::ops::find::find;
use crate::store::Access;

use super::exit_status::ExitStatus;
use super::output::{Format, Output};
use super::progress::Bar;

/// What `--help` ends with.
const EXAMPLES: &str = "\
Examples:
  git plan find function 'validate*'
  git plan find api_route /users
  git plan find api_route POST
  git plan find component --at v1.0

Exit status: 0 found, 1 nothing found.";

/// The command line of `find`.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// What to look for
    #[arg(value_enum)]
    kind: Kind,
    /// A glob for the name, such as `validate*`; for routes the path, or a method such as POST
    #[arg(value_name = "NAME")]
    name: Option<String>,
    /// For routes, the HTTP method
    #[arg(long)]
    method: Option<String>,
    /// Stop after this many
    #[arg(long, value_name = "COUNT")]
    limit: Option<usize>,
    /// Look in a commit or tree instead of the work tree
    #[arg(long, value_name = "REV")]
    at: Option<String>,
    /// How to answer
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// Functions and methods
    Function,
    /// Classes, structs, interfaces and other types
    Class,
    /// UI components
    Component,
    /// Declared HTTP routes
    #[value(name = "api_route", alias = "api-route")]
    ApiRoute,
}

const METHODS: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

impl Args {
    fn query(&self) -> PlaceQuery {
        let kind = match self.kind {
            Kind::Function => PlaceKind::Function,
            Kind::Class => PlaceKind::Class,
            Kind::Component => PlaceKind::Component,
            Kind::ApiRoute => PlaceKind::ApiRoute,
        };
        let is_method = |name: &&String| {
            kind == PlaceKind::ApiRoute
                && self.method.is_none()
                && METHODS
                    .iter()
                    .any(|method| name.eq_ignore_ascii_case(method))
        };
        let method = self
            .method
            .clone()
            .or_else(|| self.name.as_ref().filter(is_method).cloned());
        let name = self.name.as_ref().filter(|name| !is_method(name)).cloned();
        PlaceQuery {
            kind,
            name,
            method,
            limit: self.limit,
        }
    }
}

/// Finds the places and shows each with its line of source.
pub(super) fn run(args: &Args, out: &mut Output) -> Result<ExitStatus> {
    #[derive(Serialize)]
    struct Answer {
        places: Vec<Place>,
    }
    let ws = Workspace::open(Access::Read)?;
    let source = args
        .at
        .clone()
        .map_or(TreeSource::Worktree, TreeSource::Revision);
    let places = find(&ws, &source, &args.query(), &Bar::default())?;
    let status = if places.is_empty() {
        ExitStatus::No
    } else {
        ExitStatus::Done
    };
    match args.format {
        Format::Json => out.json(&Answer { places })?,
        Format::Text => say(&places, out).context("writing the places")?,
    }
    Ok(status)
}

fn say(places: &[Place], out: &mut Output) -> Result<()> {
    for place in places {
        let name = Printable::new(&place.name);
        let method = place
            .method
            .as_ref()
            .map(|it| format!("{} ", Printable::new(it)));
        let method = method.unwrap_or_default();
        out.line(format_args!(
            "{}:{}: {method}{name}",
            place.file, place.line
        ))?;
        out.line(format_args!("    {}", Printable::new(&place.text)))?;
    }
    Ok(())
}
