//! The content of one file of a snapshot, and the crew that reads many of them.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context as _, Result};

use super::look::READ_LIMIT;
use crate::git::{Objects, Repo};
use crate::model::hit::UnjudgedReason;
use crate::model::id::BlobId;
use crate::model::path::RepoPath;
use crate::model::tree::Overlay;

/// Where a file's content is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Content {
    /// In the object database.
    Blob(BlobId),
    /// In the work tree.
    Disk,
}

impl Content {
    /// Where an overlay has it; `None` when there is no regular file.
    pub(super) fn of(overlay: &Overlay) -> Option<Self> {
        match overlay {
            Overlay::Object(entry) => entry.file_blob().map(Self::Blob),
            Overlay::OnDisk => Some(Self::Disk),
            Overlay::Absent | Overlay::Other => None,
        }
    }

    /// Reads it, unless it is too large or cannot be read.
    pub(super) fn read(
        self,
        repo: &Repo,
        objects: &Objects,
        path: &RepoPath,
    ) -> Result<Vec<u8>, UnjudgedReason> {
        let content = match self {
            Self::Disk => repo.read_worktree_file(path, READ_LIMIT),
            Self::Blob(id) => objects
                .blob_size(id)
                .and_then(|size| (size <= READ_LIMIT).then(|| objects.blob(id)).transpose()),
        };
        content
            .map_err(|_| UnjudgedReason::Unreadable)?
            .ok_or(UnjudgedReason::TooLarge)
    }
}

/// With fewer items than this, starting threads costs more than they save.
const ALONE: usize = 8;

/// Does the same work on every item, on all processors; answers in the order of the items. The
/// handle at hand serves where one is enough.
///
/// # Errors
/// The first failure of the work, or of opening the object database.
pub(super) fn on_each<T: Sync, R: Send + Sync>(
    (repo, objects): (&Repo, &Objects),
    items: &[T],
    work: impl Fn(&Objects, &T) -> Result<R> + Sync,
) -> Result<Vec<R>> {
    if items.len() < ALONE {
        return items.iter().map(|item| work(objects, item)).collect();
    }
    let next = AtomicUsize::new(0);
    let answers: Vec<OnceLock<R>> = items.iter().map(|_| OnceLock::new()).collect();
    let shares = rayon::broadcast(|_| -> Result<()> {
        let objects = repo.objects();
        loop {
            let turn = next.fetch_add(1, Ordering::Relaxed);
            let (Some(item), Some(answer)) = (items.get(turn), answers.get(turn)) else {
                return Ok(());
            };
            answer.get_or_init({
                let done = work(&objects, item)?;
                || done
            });
        }
    });
    shares.into_iter().collect::<Result<()>>()?;
    let answer = |answer: OnceLock<R>| answer.into_inner().context("a file was left out");
    answers.into_iter().map(answer).collect()
}
