//! The per-file diffs of checkpoints.

use anyhow::Result;
use rusqlite::{Row, named_params};

use super::columns::Bytes;
use super::planning::{Reader, Writer};
use crate::model::diff::FileDiff;
use crate::model::id::CheckpointId;

fn diff(row: &Row<'_>) -> rusqlite::Result<FileDiff> {
    Ok(FileDiff {
        path: row.get("file_path")?,
        old_path: row.get("old_path")?,
        change: row.get("change")?,
        added: row.get("added_lines")?,
        removed: row.get("removed_lines")?,
        is_binary: row.get("is_binary")?,
        text: row.get::<_, Option<Bytes>>("diff_text")?.map(|text| text.0),
    })
}

impl Reader<'_> {
    /// Lists the diffs of one checkpoint, by the bytes of their paths.
    ///
    /// # Errors
    /// Those of the database.
    pub fn diffs(&self, checkpoint: CheckpointId) -> Result<Vec<FileDiff>> {
        self.list(
            "SELECT * FROM code_diffs WHERE snapshot_id = :checkpoint
             ORDER BY CAST(file_path AS BLOB)",
            named_params! { ":checkpoint": checkpoint },
            diff,
        )
    }

    /// Returns how many bytes the stored diffs of one checkpoint take.
    ///
    /// # Errors
    /// Those of the database.
    pub fn diff_size(&self, checkpoint: CheckpointId) -> Result<u64> {
        let size = self.first(
            "SELECT IFNULL(SUM(length(CAST(diff_text AS BLOB))), 0) AS size FROM code_diffs
             WHERE snapshot_id = :checkpoint",
            named_params! { ":checkpoint": checkpoint },
            |row| row.get::<_, i64>("size"),
        )?;
        Ok(size.and_then(|size| u64::try_from(size).ok()).unwrap_or(0))
    }
}

impl Writer<'_> {
    pub(super) fn insert_diff(&self, checkpoint: CheckpointId, diff: FileDiff) -> Result<()> {
        self.insert(
            "INSERT INTO code_diffs (snapshot_id, file_path, old_path, change, diff_text,
                 added_lines, removed_lines, is_binary)
             VALUES (:checkpoint, :path, :old_path, :change, :text,
                 :added, :removed, :is_binary)",
            named_params! {
                ":checkpoint": checkpoint,
                ":path": diff.path,
                ":old_path": diff.old_path,
                ":change": diff.change,
                ":text": diff.text.map(Bytes),
                ":added": diff.added,
                ":removed": diff.removed,
                ":is_binary": diff.is_binary,
            },
        )?;
        Ok(())
    }
}
