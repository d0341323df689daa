//! `show-diff`: what the checkpoints of a task changed.

use anyhow::{Context as _, Result};

use crate::checkpoint;
use crate::error::Failure;
use crate::model::checkpoint::{Checkpoint, Origin};
use crate::model::diff::FileDiff;
use crate::model::path::RepoPath;

use super::resolve::TaskRef;
use super::rewind::{self, Shown};
use super::workspace::Workspace;

/// One checkpoint and what it changed.
#[derive(Debug)]
pub struct ShownDiff {
    /// The checkpoint.
    pub checkpoint: Checkpoint,
    /// Its files, each with its text.
    pub files: Vec<FileDiff>,
}

/// Returns the diffs of the checkpoint with that sequence number, or of `file` in it.
///
/// # Errors
/// Fatal when there is no such task, checkpoint or file in it, or an object is gone.
pub fn show_diff(
    ws: &Workspace,
    wanted: TaskRef,
    sequence: u32,
    file: Option<&RepoPath>,
) -> Result<ShownDiff> {
    let home = rewind::checkpoints(ws, wanted, Shown::Superseded)?;
    let checkpoint = home.with_sequence(sequence)?;
    let mut files = ws.read(|store| store.diffs(checkpoint.id))?;
    if let Some(path) = file {
        files.retain(|diff| diff.path == *path || diff.old_path.as_ref() == Some(path));
        if files.is_empty() {
            let message = format!("{path} did not change in checkpoint {sequence}");
            return Err(Failure::fatal(message)
                .hint("without '--file' all that changed is shown")
                .into());
        }
    }
    if files
        .iter()
        .any(|diff| diff.text.is_none() && !diff.is_binary)
    {
        make_texts(ws, &checkpoint, &mut files)?;
    }
    Ok(ShownDiff { checkpoint, files })
}

/// Texts too large to be stored are made from the objects again.
fn make_texts(ws: &Workspace, checkpoint: &Checkpoint, files: &mut [FileDiff]) -> Result<()> {
    let commit = ws
        .repo()
        .commit(checkpoint.snapshot)
        .with_context(|| format!("the objects of checkpoint {} are gone", checkpoint.sequence))?;
    let base = match checkpoint.origin {
        Origin::Commit => commit.parents.first().copied(),
        _ => checkpoint.head,
    };
    let base = base
        .map(|base| ws.repo().commit(base))
        .transpose()?
        .map(|base| base.tree);
    for diff in files.iter_mut().filter(|diff| diff.text.is_none()) {
        *diff = checkpoint::full_diff(ws.repo(), base, Some(commit.tree), diff)?;
    }
    Ok(())
}
