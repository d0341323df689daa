//! pre-commit: would this commit break a task that is completed?

use anyhow::Result;

use crate::git::{Config, bad_setting};
use crate::model::judged::Judged;
use crate::ops::Workspace;
use crate::ops::check_staged::check_staged;

/// What `plan.preCommit` and `plan.prePush` can say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Policy {
    /// Do not look.
    Off,
    /// Say so, and let Git go on.
    Warn,
    /// Say so, and stop Git.
    Block,
}

impl Policy {
    /// Reads `key`; `default` when it is not set.
    ///
    /// # Errors
    /// Fatal when it is set to something else.
    pub fn configured(config: &Config, key: &str, default: Self) -> Result<Self> {
        match config.get(key).map(str::to_ascii_lowercase).as_deref() {
            None => Ok(default),
            Some("off" | "false" | "no") => Ok(Self::Off),
            Some("warn") => Ok(Self::Warn),
            Some("block" | "on" | "true" | "yes") => Ok(Self::Block),
            Some(_) => {
                let expected = format!("{key}: expected one of off, warn, block");
                Err(bad_setting(key, expected).into())
            }
        }
    }
}

/// Returns the completed tasks that the staged tree would break, and what is to be done about it.
///
/// # Errors
/// When the staged tree could not be judged.
pub fn pre_commit(ws: &Workspace) -> Result<(Policy, Vec<Judged>)> {
    let policy = Policy::configured(ws.repo().config()?, "plan.preCommit", Policy::Warn)?;
    match policy {
        Policy::Off => Ok((policy, Vec::new())),
        Policy::Warn | Policy::Block => Ok((policy, check_staged(ws)?)),
    }
}
