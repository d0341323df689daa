//! Going back to a checkpoint: what would change, what is in the way, and the commands that do it.
//!
//! The commands first save the present state, then let Git step from it to the target. Only what
//! the saved state holds can disappear; HEAD, branches and an unfinished merge or rebase stay as they are.

use std::collections::BTreeSet;

use anyhow::Result;

use super::capture::{Extra, record_of};
use super::diff;
use super::graft::graft;
use super::obstacle::Ground;
use super::present::Present;
use super::record::Record;
use super::script;
use crate::error::Failure;
use crate::git::{Objects, Repo};
use crate::model::checkpoint::{Checkpoint, Origin};
use crate::model::diff::FileDiff;
use crate::model::id::{CommitId, TreeId};
use crate::model::path::RepoPath;
use crate::model::tree::TreeChange;

/// Saves the present state and keeps its id for the lines that follow.
const SAVE: &str = "NOW=$(git plan checkpoint --name before-rewind --format id)";

/// Takes stat data in, so that Git knows which files are as the index says.
const REFRESH: &str = "git update-index -q --refresh || :";

/// What a rewind would do and how.
#[derive(Debug, Clone)]
pub struct RewindPlan {
    /// From the present state to that after the commands, per file.
    pub changes: Vec<FileDiff>,
    /// What the commands would have to overwrite although no checkpoint can hold it: ignored
    /// files, repositories of their own, files left out. With any of these there are no commands.
    pub obstacles: Vec<RepoPath>,
    /// Lines of one POSIX script, run with `set -e` from the top of the work tree; the first
    /// saves the present state.
    pub commands: Vec<String>,
}

/// Works out how to go back to `target`: for a work-tree checkpoint to its work tree and index,
/// for a commit to its tree, untracked files staying as they are.
///
/// Changes nothing but for objects that no ref holds.
///
/// # Errors
/// In a bare repository, when the checkpoint is no longer there or not readable.
pub fn plan_rewind(repo: &Repo, target: &Checkpoint) -> Result<RewindPlan> {
    let objects = repo.objects()?;
    let present = Present::capture(repo)?;
    let goal = if target.origin == Origin::Commit {
        Goal::commit(repo, &objects, &present, target.snapshot)?
    } else {
        let (record, tree) = record_of(repo, target.snapshot)?.ok_or_else(|| {
            Failure::fatal(format!("{} is no work-tree checkpoint", target.snapshot))
        })?;
        Goal::worktree(repo, &objects, &present, (&record, tree))?
    };
    let obstacles = Ground::new(repo, &objects, &present)?.obstacles(&goal.changes)?;
    let commands = if obstacles.is_empty() {
        goal.commands
    } else {
        Vec::new()
    };
    Ok(RewindPlan {
        changes: diff::of_changes(&objects, &goal.changes),
        obstacles,
        commands,
    })
}

/// Where a rewind leads and how.
struct Goal {
    changes: Vec<TreeChange>,
    commands: Vec<String>,
}

impl Goal {
    fn worktree(
        repo: &Repo,
        objects: &Objects,
        present: &Present,
        (record, tree): (&Record, TreeId),
    ) -> Result<Self> {
        let extra = match record.extra {
            Some(commit) => Extra::read(repo, objects, commit)?,
            None => Extra::default(),
        };
        let changes = objects.diff_trees(Some(present.tree), Some(tree))?;
        let changed: BTreeSet<&RepoPath> = changes.iter().map(|change| &change.path).collect();
        let raw: BTreeSet<&RepoPath> = extra.raw.iter().map(|(path, _)| path).collect();
        // Their blob stays the same, so Git would leave bytes that it takes for that blob.
        let stale: Vec<&RepoPath> = present
            .raw
            .iter()
            .map(|(path, _)| path)
            .filter(|path| !changed.contains(path) && !raw.contains(path))
            .collect();
        let mut commands = vec![
            SAVE.to_owned(),
            "git read-tree --reset \"$NOW\"".to_owned(),
            REFRESH.to_owned(),
            format!("git read-tree -m -u \"$NOW\" {tree}"),
        ];
        commands.extend(stale.iter().map(|path| check_out_again(path)));
        commands.push(format!("git read-tree --reset {}", record.index));
        commands.extend(extra.raw.iter().map(|(path, entry)| {
            script::with_path(path, |path| {
                format!("git cat-file blob {} > {path}", entry.oid)
            })
        }));
        let stages: Vec<Vec<u8>> = extra
            .stages
            .iter()
            .map(|(path, stage, entry)| {
                let start = format!("{:06o} {} {stage}\t", entry.mode.bits(), entry.oid);
                [start.as_bytes(), path.as_bytes()].concat()
            })
            .collect();
        commands.extend(script::piped(&stages, "git update-index -z --index-info"));
        commands.extend(script::piped(
            &records(&record.intended),
            &add_listed("-N -f"),
        ));
        commands.push(REFRESH.to_owned());
        Ok(Self { changes, commands })
    }

    fn commit(repo: &Repo, objects: &Objects, present: &Present, target: CommitId) -> Result<Self> {
        let tree = repo.commit(target)?.tree;
        let without = present.untracked.iter().map(|path| (path.clone(), None));
        let tracked = graft(objects, Some(present.tree), &without.collect())?;
        let written: BTreeSet<RepoPath> = objects
            .diff_trees(Some(tracked), Some(tree))?
            .into_iter()
            .filter(|change| change.old.is_none())
            .map(|change| change.path)
            .collect();
        let (colliding, apart): (BTreeSet<&RepoPath>, BTreeSet<&RepoPath>) = present
            .untracked
            .iter()
            .partition(|path| collides(path, &written));
        let colliding: Vec<RepoPath> = colliding.into_iter().cloned().collect();
        let mut changes = objects.diff_trees(Some(present.tree), Some(tree))?;
        changes.retain(|change| change.new.is_some() || !apart.contains(&change.path));
        let mut commands = vec![
            SAVE.to_owned(),
            "git -c core.safecrlf=false add -u".to_owned(),
        ];
        commands.extend(script::piped(&records(&colliding), &add_listed("-f")));
        commands.extend([
            REFRESH.to_owned(),
            "TRACKED=$(git write-tree)".to_owned(),
            format!("git read-tree -m -u \"$TRACKED\" {target}"),
            REFRESH.to_owned(),
        ]);
        Ok(Self { changes, commands })
    }
}

/// Whether writing any of `written` would need the place of an untracked `path`.
fn collides(path: &RepoPath, written: &BTreeSet<RepoPath>) -> bool {
    let bytes = path.as_bytes();
    let above = bytes
        .iter()
        .enumerate()
        .filter(|(_, byte)| **byte == b'/')
        .filter_map(|(end, _)| bytes.get(..end))
        .any(|directory| written.contains(&RepoPath::new(directory)));
    let inside = RepoPath::new([bytes, b"/"].concat());
    let below = || {
        let first = written.range(&inside..).next();
        first.is_some_and(|path| path.as_bytes().starts_with(inside.as_bytes()))
    };
    above || written.contains(path) || below()
}

/// Makes Git write a file that it takes for unchanged.
fn check_out_again(path: &RepoPath) -> String {
    script::with_path(path, |path| {
        format!("rm -f -- {path} && git checkout-index -f -u -- {path}")
    })
}

/// Reads paths, each ended by a NUL, and adds just them.
fn add_listed(flags: &str) -> String {
    format!(
        "git --literal-pathspecs -c core.safecrlf=false add {flags} --pathspec-from-file=- --pathspec-file-nul"
    )
}

fn records(paths: &[RepoPath]) -> Vec<Vec<u8>> {
    paths.iter().map(|path| path.as_bytes().to_vec()).collect()
}

#[cfg(test)]
mod tests;
