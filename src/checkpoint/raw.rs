//! Files whose bytes Git would not bring back: what checking out their blob makes is not what is on the disk.

use std::collections::HashSet;

use anyhow::{Context as _, Result};

use super::disk::{Found, WorkTree};
use crate::git::{Objects, Repo};
use crate::model::id::BlobId;
use crate::model::path::RepoPath;
use crate::model::tree::Entry;

/// Returns those of `files`, each with its bytes as they are on the disk, stored as a blob.
pub(super) fn find(
    repo: &Repo,
    objects: &Objects,
    files: &[(RepoPath, Entry)],
) -> Result<Vec<(RepoPath, BlobId)>> {
    let paths: Vec<RepoPath> = files.iter().map(|(path, _)| path.clone()).collect();
    let converted: HashSet<RepoPath> = repo.converted_paths(&paths)?.into_iter().collect();
    if converted.is_empty() {
        return Ok(Vec::new());
    }
    let files: Vec<_> = files
        .iter()
        .filter(|(path, _)| converted.contains(path))
        .cloned()
        .collect();
    let beside = tempfile::tempdir().context("making a temporary directory")?;
    repo.check_out_beside(&files, beside.path())?;
    let (made, kept) = (WorkTree::new(beside.path()), WorkTree::new(repo.top()?));
    let mut raw = Vec::new();
    for (path, _) in files {
        if !matches!(kept.look(&path)?, Found::File(_)) {
            continue;
        }
        let bytes = kept.read(&path)?;
        let same = matches!(made.look(&path)?, Found::File(_)) && made.read(&path)? == bytes;
        if !same {
            raw.push((path, objects.write_blob(&bytes)?));
        }
    }
    Ok(raw)
}
