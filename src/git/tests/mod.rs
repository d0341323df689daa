//! The door against real git.

mod hooks;
mod objects;
mod refs;
mod repositories;
mod states;

use super::repo::Repo;
use super::testing::Sandbox;

/// Runs a test on one repository through libgit2 and through the executable.
fn both_ways(sandbox: &Sandbox, directory: &str, test: impl Fn(&Repo)) {
    test(&sandbox.repo(directory));
    test(&sandbox.repo_by_executable(directory));
}
