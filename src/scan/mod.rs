//! Tree source and patterns to hits: prefilter, parse candidates, memo by tree.
//!
//! Every file in scope is searched for needles first (`needle`, `prefilter`); only a file that
//! could hold a hit is parsed (`look`), and there each pattern is confirmed by its own rules
//! (`identifiers`, `expressions`, `tables`, `routes`,
//! `structures`). `visits` decides which files have to be
//! looked at, given what `memory` kept of the last tree.

mod agenda;
mod budget;
mod class;
mod code;
mod content;
mod deadline;
mod expressions;
mod find;
mod identifiers;
mod ledger;
mod longer_route;
mod look;
mod memory;
mod modules;
mod needle;
mod pattern;
mod place;
mod prefilter;
mod remarks;
mod room;
mod routes;
mod run;
mod scope;
mod sequence;
mod stretches;
mod structures;
mod tables;
mod text;
mod visits;
mod vocabulary;

use std::time::Duration;

use anyhow::Result;

pub use deadline::{Deadline, Overdue};
pub use run::Recalled;

use crate::git::Repo;
use crate::model::spec::Spec;
use crate::model::tree::Snapshot;
use crate::store::Memo;

/// Bump the first number whenever the same bytes could be judged differently; a build without all
/// languages judges differently too.
pub const ENGINE_VERSION: u32 = (19 << 1) | cfg!(feature = "all-languages") as u32;

/// Scans a repository, and how it may go about it.
pub struct Scanner<'a> {
    /// Where content comes from.
    pub repo: &'a Repo,
    /// What is remembered of earlier scans; [`Memo::none`] remembers nothing.
    pub memo: &'a Memo,
    /// Who is told how far it is.
    pub progress: &'a dyn Progress,
}

/// Told how far a long scan has come, and when to give up; the front decides whether to show it.
pub trait Progress: Sync {
    /// So many files will be looked at.
    fn begin(&self, _files: usize) {}
    /// So many more are done.
    fn advance(&self, _files: usize) {}
    /// All are done, or the scan failed.
    fn end(&self) {}
    /// Past it the scan fails with [`Overdue`].
    fn deadline(&self) -> Deadline {
        Deadline::NONE
    }
}

/// Shows nothing.
pub struct Silent;

impl Progress for Silent {}

/// Shows nothing, and gives up at a deadline.
pub struct Hurried(Deadline);

impl Hurried {
    /// Gives up after `limit` from now.
    pub fn within(limit: Duration) -> Self {
        Self(Deadline::after(limit))
    }
}

impl Progress for Hurried {
    fn deadline(&self) -> Deadline {
        self.0
    }
}

/// Whether any path of the overlay lies in the spec's scope: evidence taken then is *dirty*.
///
/// A file without an extension counts when a scope reaches it, since it may be a script.
///
/// # Errors
/// When a glob does not compile.
pub fn touches_scope(spec: &Spec, snapshot: &Snapshot) -> Result<bool> {
    let agenda = agenda::Agenda::new([spec])?;
    let mut paths = snapshot.overlay.iter().map(|(path, _)| path);
    Ok(paths.any(|path| agenda.may_judge(0, path, &agenda.reaches(path))))
}

#[cfg(test)]
mod tests;
