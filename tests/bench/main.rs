//! `cargo bench`: what git-plan costs, each measure held against plain Git in the same run.
//!
//! `cargo bench -- WORD…` takes only the groups named, among them `huge`, which is left out otherwise. Ends with status 1 when a target is missed.

#![allow(
    clippy::unwrap_used,
    clippy::too_many_lines,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a benchmark that cannot go on should stop where it stands, and its output is its purpose"
)]

mod committing;
mod keeping;
mod large;
mod peers;
mod project;
mod pushing;
mod reading;
mod sources;
mod stopwatch;
mod syncs;
mod table;
mod verifying;
mod world;

use std::process::ExitCode;

use project::Project;
use table::Table;

/// One group of measures, with the word that selects it.
type Group = (&'static str, fn(&Project, &mut Table));

const GROUPS: [Group; 8] = [
    ("reading", reading::measure),
    ("verifying", verifying::measure),
    ("peers", peers::measure),
    ("committing", committing::measure),
    ("pushing", pushing::measure),
    ("keeping", keeping::measure),
    ("large", large::large),
    (HUGE, large::huge),
];

/// Takes minutes, so that it is measured only when it is named.
const HUGE: &str = "huge";

fn main() -> ExitCode {
    let wanted: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with('-'))
        .collect();
    let is_wanted = |name: &str| match wanted.is_empty() {
        true => name != HUGE,
        false => wanted.iter().any(|word| word == name),
    };
    eprintln!("making a repository of {} files", sources::FILES);
    let project = Project::new(sources::FILES);
    let mut table = Table::new(&project);
    for (name, measure) in GROUPS.into_iter().filter(|(name, _)| is_wanted(name)) {
        eprintln!("measuring {name}");
        measure(&project, &mut table);
    }
    print!("{table}");
    if table.has_failed() {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}
