//! The nouns of git-plan; no I/O, no clap, no git, no database.

pub mod checkpoint;
pub mod choice;
pub mod count;
pub mod diff;
pub mod evaluation;
pub mod event;
pub mod evidence;
pub mod find;
pub mod finding;
pub mod history;
pub mod hit;
pub mod id;
pub mod install;
pub mod judged;
pub mod overview;
pub mod path;
pub mod plan;
pub mod printable;
pub mod rewind;
pub mod source_line;
pub mod spec;
pub mod spec_check;
pub mod task;
pub mod time;
pub mod tree;
