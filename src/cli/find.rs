//! `git plan find`.

use anyhow::{Context as _, Result};
use clap::ValueEnum;
use serde::Serialize;

use crate::error::Failure;
use crate::model::find::{Place, PlaceKind, PlaceQuery};
use crate::model::printable::Printable;
use crate::model::tree::TreeSource;
use crate::ops::find::find;
use crate::store::Access;

use super::exit_status::ExitStatus;
use super::output::{Format, Output};
use super::progress::Bar;
use super::workspace;

/// What `--help` ends with.
const EXAMPLES: &str = "\
Examples:
  git plan find function 'validate*'
  git plan find api_route /users
  git plan find api_route POST
  git plan find api_route 'GET /users*'
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
    /// Only in files of this language: a name (`python`) or an extension (`py`)
    #[arg(long, value_name = "LANGUAGE")]
    language: Option<String>,
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
    /// SQL tables, wherever a statement names them
    Table,
}

const METHODS: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

impl Kind {
    /// Builds the query: of the words after the kind, a route's method alone is one, and the rest
    /// is the name.
    fn query(self, words: &[&str]) -> PlaceQuery {
        let kind = match self {
            Self::Function => PlaceKind::Function,
            Self::Class => PlaceKind::Class,
            Self::Component => PlaceKind::Component,
            Self::ApiRoute => PlaceKind::ApiRoute,
            Self::Table => PlaceKind::Table,
        };
        let is_method = |word: &str| {
            let mut methods = METHODS.iter();
            kind == PlaceKind::ApiRoute && methods.any(|it| word.eq_ignore_ascii_case(it))
        };
        let method = words.first().copied().filter(|word| is_method(word));
        let name = &words[usize::from(method.is_some())..];
        PlaceQuery {
            kind,
            name: (!name.is_empty()).then(|| name.join(" ")),
            method: method.map(str::to_owned),
            language: None,
            limit: None,
        }
    }
}

/// Reads a query as one would type it after `find`: `api_route POST /users`.
///
/// # Errors
/// Usage when the first word is no kind of place.
pub(super) fn query(text: &str) -> Result<PlaceQuery> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let (kind, rest) = words.split_first().unwrap_or((&"", &[]));
    let kind = Kind::from_str(kind, true).map_err(|_| {
        let kinds = "api_route, function, class, component or table";
        Failure::usage(format!(
            "'{}' does not begin with {kinds}",
            Printable::new(text)
        ))
    })?;
    Ok(kind.query(rest))
}

impl Args {
    fn query(&self) -> Result<PlaceQuery> {
        let mut query = match &self.method {
            None => self.kind.query(&self.words()),
            Some(_) if self.kind != Kind::ApiRoute => {
                let failure = Failure::usage("--method is about routes alone");
                return Err(failure
                    .hint("'git plan find api_route --method GET'")
                    .into());
            }
            Some(method) => PlaceQuery {
                method: Some(method.clone()),
                name: self.name.clone(),
                ..self.kind.query(&[])
            },
        };
        query.language.clone_from(&self.language);
        query.limit = self.limit;
        Ok(query)
    }

    /// The name in its words: a route may come as it is shown, `GET /users`.
    fn words(&self) -> Vec<&str> {
        let name = self.name.as_deref();
        match self.kind {
            Kind::ApiRoute => name.unwrap_or_default().split_whitespace().collect(),
            _ => name.into_iter().collect(),
        }
    }
}

/// Finds the places and shows each with its line of source.
pub(super) fn run(args: &Args, out: &mut Output) -> Result<ExitStatus> {
    #[derive(Serialize)]
    struct Answer {
        places: Vec<Place>,
    }
    let ws = workspace::open(Access::Read, out)?;
    out.page();
    let source = args
        .at
        .clone()
        .map_or(TreeSource::Worktree, TreeSource::Revision);
    let places = find(&ws, &source, &args.query()?, &Bar::default())?;
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
