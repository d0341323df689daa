//! End to end: the real binary and the real `git` in sealed temporary repositories.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test that cannot go on should stop where it stands"
)]

mod demo;
mod main_job;
mod support;
