//! How long may be judged what nobody asked for: hooks that observe let Git go on after that.

use std::time::Duration;

use anyhow::Result;

use crate::git::Repo;
use crate::scan::Hurried;

/// In seconds, unless `plan.hooks.timeout` says otherwise.
const USUAL: u64 = 3;

/// Starts the clock of such a judgement.
///
/// # Errors
/// When Git's configuration cannot be read.
pub(super) fn hurried(repo: &Repo) -> Result<Hurried> {
    let seconds = repo.config()?.int("plan.hooks.timeout")?;
    let seconds = seconds.and_then(|seconds| u64::try_from(seconds).ok());
    Ok(Hurried::within(Duration::from_secs(
        seconds.unwrap_or(USUAL),
    )))
}
