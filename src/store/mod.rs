//! The only door to rusqlite: planning.db (the truth) and memo.db (a cache).

mod active;
mod backup;
mod checkpoints;
mod columns;
mod connection;
mod diffs;
mod evidence;
mod jobs;
mod journal;
mod memo;
mod meta;
mod open;
mod open_error;
mod phases;
mod place;
mod planning;
mod plans;
mod rewrites;
mod schema;
mod sealed;
mod specs;
mod tasks;
mod verdicts;

#[cfg(test)]
mod tests;

pub use checkpoints::Superseded;
pub use memo::Memo;
pub use open::Access;
pub use open_error::{OpenError, is_database_trouble};
pub use place::Modes;
pub use planning::{Planning, Reader, TaskKey, Writer};
