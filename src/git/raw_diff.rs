//! What git's diffs print with `--raw -z`.

use anyhow::{Result, bail};

use crate::model::path::RepoPath;

/// One path that differs, in the words that git printed.
pub(super) struct Row<'a> {
    /// The mode on the newer side.
    pub(super) mode: &'a [u8],
    /// The id on the newer side.
    pub(super) id: &'a [u8],
    /// Whether it is in conflict, which says nothing of either side.
    pub(super) is_unmerged: bool,
    /// Where.
    pub(super) path: RepoPath,
}

/// Reads `:MODE MODE ID ID LETTER` and a path, over and over; no renames.
pub(super) fn rows(printed: &[u8]) -> Result<Vec<Row<'_>>> {
    let mut rows = Vec::new();
    let mut fields = printed.split(|byte| *byte == 0);
    while let (Some(row), Some(path)) = (fields.next(), fields.next()) {
        let row = row.strip_prefix(b":").unwrap_or(row);
        let words: Vec<&[u8]> = row.split(|byte| *byte == b' ').collect();
        let [_, mode, _, id, letter] = *words.as_slice() else {
            bail!("a row of {} words", words.len());
        };
        rows.push(Row {
            mode,
            id,
            is_unmerged: letter == b"U",
            path: RepoPath::new(path),
        });
    }
    Ok(rows)
}
