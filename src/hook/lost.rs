//! Hooks that were installed and whose place another tool has taken since; cheap enough to ask
//! with every command.

use std::path::Path;

use anyhow::Result;

use super::doctor::reaches_us;
use super::existing;
use super::receipt::Receipt;
use crate::git::Repo;
use crate::model::install::HookName;

/// Words that say, somewhere in a repository's configuration, that its hooks may be elsewhere; in
/// lower case.
const ELSEWHERE: [&str; 2] = ["hookspath", "worktreeconfig"];

/// Names the hooks that `install` wrote and that no longer reach us.
///
/// # Errors
/// When a hook file cannot be read.
pub fn lost(repo: &Repo) -> Result<Vec<HookName>> {
    let receipt = Receipt::read(&repo.plan_dir());
    let is_written = |hook: &HookName| {
        let mut paths = receipt.hooks.keys().map(Path::new);
        paths.any(|path| path.ends_with(hook.as_str()))
    };
    let written: Vec<_> = HookName::ALL.into_iter().filter(is_written).collect();
    if written.is_empty() {
        return Ok(written);
    }
    let common = &repo.layout().common_dir;
    let config = existing::text_of(&common.join("config"));
    let config = String::from_utf8_lossy(&config).to_ascii_lowercase();
    let dir = match ELSEWHERE.iter().any(|word| config.contains(word)) {
        true => repo.hooks_dir()?,
        false => common.join("hooks"),
    };
    let mut lost = Vec::new();
    for hook in written {
        if !reaches_us(repo, &dir, hook)? {
            lost.push(hook);
        }
    }
    Ok(lost)
}
