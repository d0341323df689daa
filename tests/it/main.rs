//! End to end: the real binary and the real `git` in sealed temporary repositories.

#![allow(
    clippy::unwrap_used,
    clippy::too_many_lines,
    clippy::print_stderr,
    reason = "a journey is told in one piece and stops where it fails"
)]

mod bad_database;
mod bad_input;
mod bad_specs;
mod commands_page;
mod commit_shapes;
mod crash_points;
mod deadlines;
mod demo;
mod doctor;
mod examples;
mod explain;
mod filter_branch;
mod filtered;
mod find;
mod formats;
mod gate;
mod gate_failures;
mod group_kills;
mod hints;
mod history;
mod hit_tables;
mod hooks;
mod hostile_repository;
mod hostile_text;
mod install;
mod languages;
mod main_job;
mod managers;
mod many_refs;
mod memo;
mod nasty_cases;
mod near_miss;
mod odd_names;
mod odd_places;
mod pages;
mod past_gate;
mod pathologies;
mod promises;
mod prune;
mod push_shapes;
mod reconcile;
mod rewind;
mod routes;
mod safekeeping;
mod seed;
mod sharing;
mod side_doors;
mod since;
mod streams;
mod support;
mod terminal;
#[path = "../reliability/trials/mod.rs"]
mod trials;
mod verify_task;
mod views;
mod violations_over_time;
mod worktrees;
