//! git-plan: plans that a Git repository can check.
//!
//! Modules are listed ground floor first; each uses only those on lower floors
//! (docs/architecture.md, enforced by tests/tidy.rs).

mod crash;
pub mod error;
pub mod model;

pub mod git;
pub mod report;
pub mod spec;
pub mod store;
pub mod syntax;

pub mod checkpoint;
pub mod evaluate;
pub mod scan;

pub mod ops;

pub mod hook;

pub mod cli;
