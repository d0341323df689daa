//! Whether Git LFS is about to starve: any foreign pre-push makes it install none of its hooks,
//! and then its files are never uploaded.

use std::path::Path;

use anyhow::Result;

use super::existing;
use crate::git::Repo;

/// How Git LFS stands in a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lfs {
    /// Not configured, or its hooks are in place.
    Fed,
    /// Configured for the user, but nothing here uses it.
    Configured,
    /// Files here are stored by it, and its hooks are missing.
    Starving,
    /// The same, and a pre-push of others keeps it from adding its own.
    Starved,
}

/// Looks for the filter, its hooks in `hooks_dir`, and signs of use.
pub(super) fn examine(repo: &Repo, hooks_dir: &Path) -> Result<Lfs> {
    let config = repo.config()?;
    let filter = ["filter.lfs.process", "filter.lfs.clean"];
    let configured = filter.iter().any(|key| config.get(key).is_some());
    let pre_push = existing::text_of(&hooks_dir.join("pre-push"));
    if !configured || says(&pre_push, b"git lfs pre-push") || says(&pre_push, b"git-lfs pre-push") {
        return Ok(Lfs::Fed);
    }
    let common = &repo.layout().common_dir;
    let attributes = [
        repo.layout()
            .top
            .as_ref()
            .map(|top| top.join(".gitattributes")),
        Some(common.join("info/attributes")),
    ];
    let used = common.join("lfs").is_dir()
        || attributes
            .iter()
            .flatten()
            .any(|path| says(&existing::text_of(path), b"filter=lfs"));
    Ok(match (used, pre_push.is_empty()) {
        (true, true) => Lfs::Starving,
        (true, false) => Lfs::Starved,
        (false, _) => Lfs::Configured,
    })
}

fn says(text: &[u8], what: &[u8]) -> bool {
    text.windows(what.len()).any(|window| window == what)
}
