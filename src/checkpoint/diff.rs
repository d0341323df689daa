//! How two trees differ, file by file, as text.

use anyhow::Result;

use super::patch::{Pair, TEXT_LIMIT};
use super::rename::{self, Joined};
use super::version::Version;
use crate::git::{Objects, Repo};
use crate::model::diff::FileDiff;
use crate::model::id::TreeId;
use crate::model::tree::TreeChange;

/// All the text of one comparison together takes at most this many bytes; later files keep their counts only.
const TOTAL_LIMIT: usize = 32 << 20;

/// Compares two trees (`None` is the empty tree): renames found, binary files noticed, sorted by path.
///
/// Reads only what differs. Text over 1 MiB, and all text beyond 32 MiB in sum, is left out;
/// [`full_diff`] makes it. Files over 16 MiB count as binary.
///
/// # Errors
/// When a tree cannot be read. A blob that is not here costs its file the text and the counts, nothing else.
pub fn diff_trees(repo: &Repo, old: Option<TreeId>, new: Option<TreeId>) -> Result<Vec<FileDiff>> {
    let objects = repo.objects();
    let changes = objects.diff_trees(old, new)?;
    Ok(of_changes(&objects, &changes))
}

/// Makes `file`, one of the differences between these trees, again with its text whatever its length.
///
/// # Errors
/// When a tree cannot be read.
pub fn full_diff(
    repo: &Repo,
    old: Option<TreeId>,
    new: Option<TreeId>,
    file: &FileDiff,
) -> Result<FileDiff> {
    let objects = repo.objects();
    let old_path = file.old_path.as_ref().unwrap_or(&file.path);
    let entry = |tree: Option<TreeId>, path| match tree {
        Some(tree) => objects.entry_at(tree, path),
        None => Ok(None),
    };
    let change = TreeChange {
        path: file.path.clone(),
        old: entry(old, old_path)?,
        new: entry(new, &file.path)?,
    };
    let joined = match (&file.old_path, change.old, change.new) {
        (Some(old_path), Some(old), Some(new)) => {
            let sides = [
                TreeChange {
                    path: old_path.clone(),
                    old: Some(old),
                    new: None,
                },
                TreeChange {
                    path: file.path.clone(),
                    old: None,
                    new: Some(new),
                },
            ];
            rename::join(&objects, &sides)
        }
        _ => rename::join(&objects, &[change]),
    };
    let made = joined
        .iter()
        .find_map(|joined| Some(load(&objects, joined)?.diff(usize::MAX)));
    Ok(made.unwrap_or_else(|| file.clone()))
}

/// Tells the changes of a tree walk as text.
pub(super) fn of_changes(objects: &Objects, changes: &[TreeChange]) -> Vec<FileDiff> {
    let mut left = TOTAL_LIMIT;
    rename::join(objects, changes)
        .iter()
        .filter_map(|joined| {
            let diff = load(objects, joined)?.diff(TEXT_LIMIT.min(left));
            left -= diff.text.as_ref().map_or(0, Vec::len);
            Some(diff)
        })
        .collect()
}

fn load(objects: &Objects, joined: &Joined) -> Option<Pair> {
    let side = |side: &Option<_>| {
        let (path, entry) = side.as_ref()?;
        Some(Version::load(objects, path, *entry))
    };
    match (side(&joined.old), side(&joined.new), joined.similarity) {
        (Some(old), Some(new), Some(similarity)) => Some(Pair::Renamed {
            old,
            new,
            similarity,
        }),
        (Some(old), Some(new), None) => Some(Pair::Changed { old, new }),
        (None, Some(new), _) => Some(Pair::Added(new)),
        (Some(old), None, _) => Some(Pair::Deleted(old)),
        (None, None, _) => None,
    }
}
