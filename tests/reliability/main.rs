//! `cargo bench --bench reliability`: what git-plan promises to survive, done to it many times.
//!
//! `cargo bench --bench reliability -- WORD…` takes only the trials named. Ends with status 1 when
//! a target is missed. Ordinary tests run the same trials, smaller (tests/it/promises.rs).

#![allow(
    clippy::unwrap_used,
    clippy::too_many_lines,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a trial that cannot go on should stop where it stands, and its output is its purpose"
)]

mod cost;
#[path = "../it/support/mod.rs"]
#[allow(dead_code, reason = "the tests use the rest of it")]
mod support;
mod trials;

use std::process::ExitCode;
use std::time::Instant;

use trials::Finding;

/// A trial at full size, with the word that selects it.
type Trial = (&'static str, fn() -> Vec<Finding>);

const TRIALS: [Trial; 8] = [
    ("crowd", || trials::crowd(32, 100)),
    ("trees", || trials::trees(8, 25)),
    ("kills", || trials::kills(1_000)),
    ("gc", || trials::beside_gc(4, 200)),
    ("full", trials::full_disk),
    ("read-only", trials::read_only),
    ("databases", trials::databases),
    ("refs", || cost::many_checkpoints(10_000)),
];

fn main() -> ExitCode {
    let words = std::env::args().skip(1);
    let wanted: Vec<String> = words.filter(|word| !word.starts_with('-')).collect();
    let is_wanted = |name: &str| wanted.is_empty() || wanted.iter().any(|word| word == name);
    let mut rows = Vec::new();
    for (name, trial) in TRIALS.into_iter().filter(|(name, _)| is_wanted(name)) {
        let start = Instant::now();
        let findings = trial();
        eprintln!("{name}: {:.0} s", start.elapsed().as_secs_f64());
        for finding in &findings {
            eprintln!("  {finding}");
        }
        rows.extend(findings);
    }
    let build = if cfg!(debug_assertions) {
        "debug"
    } else {
        "release"
    };
    let cpus = std::thread::available_parallelism().map_or(0, usize::from);
    println!("{cpus} processors, {build} build\n");
    println!("| trial | target | measured | |\n|---|---|---|---|");
    for row in &rows {
        println!("{row}");
    }
    if rows.iter().any(Finding::is_missed) {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}
