//! What a commit changes, as a name that survives rebasing.

use std::path::Path;

use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};

use super::objects::Objects;
use super::repo::Repo;
use crate::model::id::{CommitId, TreeId};
use crate::model::tree::{Entry, TreeChange};

/// Blobs over this size count by their ids, as binary ones do.
const TEXT_LIMIT: u64 = 1 << 20;

/// How far into a blob Git looks for a NUL byte before it calls it text.
const BINARY_PROBE: usize = 8_000;

impl Repo {
    /// Names the change a commit makes to its first parent: equal for commits that change the same
    /// files by the same lines in the same surroundings (three lines), white space aside, wherever
    /// in the file that is. 64 hex digits; the ids of `git patch-id` follow the same idea but are
    /// not the same. `None` for a merge and for a commit that changes nothing.
    ///
    /// # Errors
    /// When an object cannot be read.
    pub fn patch_id(&self, id: CommitId) -> Result<Option<String>> {
        let commit = self.commit(id)?;
        let parent = match commit.parents.as_slice() {
            [] => None,
            [parent] => Some(self.commit(*parent)?.tree),
            _ => return Ok(None),
        };
        self.patch_between(parent, commit.tree)
    }

    /// Names the change from one tree to another as [`Repo::patch_id`] does that of a commit.
    ///
    /// # Errors
    /// When an object cannot be read.
    pub fn patch_between(&self, old: Option<TreeId>, new: TreeId) -> Result<Option<String>> {
        let objects = self.shared_objects();
        let changes = objects.diff_trees(old, Some(new))?;
        if changes.is_empty() {
            return Ok(None);
        }
        let mut hash = Sha256::new();
        for change in &changes {
            add(&mut hash, &objects, change)
                .with_context(|| format!("comparing {}", change.path))?;
        }
        Ok(Some(
            hash.finalize()
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect(),
        ))
    }
}

fn add(hash: &mut Sha256, objects: &Objects, change: &TreeChange) -> Result<()> {
    hash.update(change.path.as_bytes());
    for side in [change.old, change.new] {
        let mode = side.map_or(0, |entry| entry.mode.bits());
        hash.update(format!("\0{mode:o}"));
    }
    let (Some(old), Some(new)) = (text(objects, change.old)?, text(objects, change.new)?) else {
        for side in [change.old, change.new] {
            let oid = side.map(|entry| entry.oid.to_string()).unwrap_or_default();
            hash.update(format!("\0{oid}\0"));
        }
        return Ok(());
    };
    let nowhere = None::<&Path>;
    let patch = git2::Patch::from_buffers(&old, nowhere, &new, nowhere, None)?;
    for hunk in 0..patch.num_hunks() {
        for line in 0..patch.num_lines_in_hunk(hunk)? {
            let line = patch.line_in_hunk(hunk, line)?;
            hash.update([0, u8::try_from(line.origin()).unwrap_or(b'?')]);
            let visible = line
                .content()
                .iter()
                .filter(|byte| !byte.is_ascii_whitespace());
            hash.update(visible.copied().collect::<Vec<u8>>());
        }
    }
    hash.update([0, 0]);
    Ok(())
}

/// Returns one side as text; `None` when it is too large or no text.
fn text(objects: &Objects, side: Option<Entry>) -> Result<Option<Vec<u8>>> {
    let Some(entry) = side else {
        return Ok(Some(Vec::new()));
    };
    let Some(blob) = entry.file_blob() else {
        return Ok(None);
    };
    if objects.blob_size(blob)? > TEXT_LIMIT {
        return Ok(None);
    }
    let content = objects.blob(blob)?;
    let probe = content.get(..BINARY_PROBE).unwrap_or(&content);
    Ok((!probe.contains(&0)).then_some(content))
}
