//! Going back to a checkpoint: what would change, what is in the way, and the steps that do it.
//!
//! The steps first save the present state, then let Git step from it to the target. Only what
//! the saved state holds can disappear; HEAD and branches stay as they are unless that was asked for.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use anyhow::Result;

use super::diff;
use super::graft::{Edits, graft};
use super::obstacle::Ground;
use super::present::Present;
use super::state::{Scope, State};
use super::step::{Part, Source, Step};
use crate::git::{Conversion, Objects, Repo};
use crate::model::checkpoint::Origin;
use crate::model::diff::FileDiff;
use crate::model::id::{CommitId, TreeId};
use crate::model::path::RepoPath;
use crate::model::rewind::{Destination, HeadMove, HeadPlace, Interrupted};
use crate::model::tree::{Entry, Mode, TreeChange};

/// What a rewind would do and how.
#[derive(Debug, Clone)]
pub struct RewindPlan {
    /// From the present state to that after the steps, per file.
    pub changes: Vec<FileDiff>,
    /// What the steps would have to overwrite although no checkpoint can hold it: ignored
    /// files, repositories of their own, files left out. With any of these there are no steps.
    pub obstacles: Vec<RepoPath>,
    /// What to do once the present state is saved.
    pub steps: Vec<Step>,
    /// The work tree that the steps were worked out for.
    pub present: TreeId,
}

impl RewindPlan {
    /// Returns the steps as lines of one POSIX script, run with `set -e` from the top of the work
    /// tree; the first is `save`, which puts the id of a checkpoint of the present state into `NOW`.
    pub fn commands(&self, save: &str) -> Vec<String> {
        if self.steps.is_empty() {
            return Vec::new();
        }
        let lines = self.steps.iter().flat_map(Step::lines);
        std::iter::once(save.to_owned()).chain(lines).collect()
    }
}

/// Works out how to go to `destination`: for a work-tree checkpoint to its work tree and index,
/// for a commit to its tree, untracked files staying as they are. After a rewind was interrupted,
/// what it has written so far counts as ours to replace.
///
/// Changes nothing but for objects that no ref holds.
///
/// # Errors
/// In a bare repository, when the checkpoint is no longer there or not readable.
pub fn plan_rewind(
    repo: &Repo,
    destination: &Destination,
    interrupted: Option<&Interrupted>,
) -> Result<RewindPlan> {
    let objects = repo.objects();
    let also = match interrupted {
        Some(interrupted) => paths_written(repo, interrupted)?,
        None => Vec::new(),
    };
    let present = Present::capture(repo, &also)?;
    let scope = Scope(&destination.paths);
    let goal = if destination.origin == Origin::Commit && scope.is_everything() {
        Goal::commit(repo, &objects, &present, destination.snapshot)?
    } else {
        let base = match interrupted {
            Some(interrupted) => State::of_checkpoint(repo, &objects, interrupted.saved)?,
            None => State::of_present(&present),
        };
        let state = target_state(repo, &objects, destination, &base)?;
        Goal::state(repo, &objects, &present, (state, scope))?
    };
    let obstacles = Ground::new(repo, &objects, &present)?.obstacles(&goal.changes)?;
    let mut steps = Vec::new();
    if obstacles.is_empty() {
        steps.extend(goal.steps);
        steps.extend(head_steps(destination.head.as_ref()));
    }
    Ok(RewindPlan {
        changes: diff::of_changes(&objects, &goal.changes),
        obstacles,
        steps,
        present: present.tree,
    })
}

/// Returns the paths that an interrupted rewind may have written where nothing was before; its
/// safety checkpoint does not hold them, and Git may ignore them.
///
/// # Errors
/// When a checkpoint is no longer there or not readable.
pub fn paths_written(repo: &Repo, interrupted: &Interrupted) -> Result<Vec<RepoPath>> {
    let objects = repo.objects();
    let saved = State::of_checkpoint(repo, &objects, interrupted.saved)?;
    let goal = target_state(repo, &objects, &interrupted.destination, &saved)?;
    let changes = objects.diff_trees(Some(saved.tree), Some(goal.tree))?;
    let appeared = changes.into_iter().filter(|change| change.old.is_none());
    Ok(appeared.map(|change| change.path).collect())
}

/// The state that a rewind from `base` leads to.
fn target_state(
    repo: &Repo,
    objects: &Objects,
    destination: &Destination,
    base: &State,
) -> Result<State> {
    let state = if destination.origin == Origin::Commit {
        commit_state(objects, base, repo.commit(destination.snapshot)?.tree)?
    } else {
        State::of_checkpoint(repo, objects, destination.snapshot)?
    };
    let scope = Scope(&destination.paths);
    if scope.is_everything() {
        return Ok(state);
    }
    base.with(&state, scope, objects)
}

/// A commit says nothing of untracked files: those that are not in its way stay.
fn commit_state(objects: &Objects, base: &State, tree: TreeId) -> Result<State> {
    let untracked: Vec<RepoPath> = base.untracked(objects)?.into_iter().collect();
    let (_, apart) = in_the_way(objects, (base.tree, &untracked), tree)?;
    let mut kept = Edits::new();
    for path in apart {
        let entry = objects.entry_at(base.tree, &path)?;
        kept.insert(path, entry);
    }
    Ok(State {
        tree: graft(objects, Some(tree), &kept)?,
        ..State::of_tree(tree)
    })
}

fn head_steps(head: Option<&HeadMove>) -> Vec<Step> {
    match head {
        None => Vec::new(),
        Some(HeadMove::NewBranch { name, at }) => at
            .iter()
            .map(|at| Step::CreateBranch(name.clone(), *at))
            .chain([Step::AttachHead(name.clone())])
            .collect(),
        Some(HeadMove::Back { head, dropping }) => {
            let back = match head {
                HeadPlace::Branch(name) => Step::AttachHead(name.clone()),
                HeadPlace::Detached(commit) => Step::DetachHead(*commit),
            };
            let drop = dropping
                .clone()
                .map(|(name, at)| Step::DropBranch(name, at));
            std::iter::once(back).chain(drop).collect()
        }
    }
}

fn is_file(entry: &Entry) -> bool {
    entry.file_blob().is_some()
}

/// Where a rewind leads and how.
struct Goal {
    changes: Vec<TreeChange>,
    steps: Vec<Step>,
}

impl Goal {
    fn state(
        repo: &Repo,
        objects: &Objects,
        present: &Present,
        (goal, scope): (State, Scope<'_>),
    ) -> Result<Self> {
        let changes = objects.diff_trees(Some(present.tree), Some(goal.tree))?;
        let changed: BTreeSet<&RepoPath> = changes.iter().map(|change| &change.path).collect();
        let raw: BTreeSet<&RepoPath> = goal.raw.iter().map(|(path, _)| path).collect();
        let mut steps = Vec::new();
        if !scope.is_everything() {
            // What is out of scope was merged in here, so it must not change any more.
            let index = Part::Index(1 + usize::from(present.head.is_some()));
            steps.push(Step::Expect(Part::WorkTree, present.tree));
            steps.push(Step::Expect(index, present.index));
        }
        steps.push(Step::ReadIndex(Source::Saved));
        steps.extend(intended_as_saved(objects, present)?);
        steps.extend([Step::Refresh, Step::Switch(Source::Saved, goal.tree.0)]);
        let is_left =
            |path: &RepoPath| scope.holds(path) && !changed.contains(path) && !raw.contains(path);
        steps.extend(check_out_again(
            (repo, objects),
            present,
            (&changes, goal.tree),
            is_left,
        )?);
        steps.extend(left_out_by_sparse((repo, objects), &goal)?);
        steps.push(Step::ReadIndex(Source::Object(goal.index.0)));
        // Git takes a file of another size for changed without a look; an entry put in anew has none.
        let mut entries = goal.stages;
        for (path, _) in &goal.raw {
            let entry = objects.entry_at(goal.index, path)?;
            entries.extend(entry.filter(is_file).map(|entry| (path.clone(), 0, entry)));
        }
        let written = goal.raw.into_iter();
        steps.extend(written.map(|(path, blob)| Step::WriteRaw(path, blob)));
        if !entries.is_empty() {
            steps.push(Step::PutEntries(entries));
        }
        if !goal.intended.is_empty() {
            steps.push(Step::IntendToAdd(goal.intended));
        }
        steps.push(Step::Refresh);
        Ok(Self { changes, steps })
    }

    fn commit(repo: &Repo, objects: &Objects, present: &Present, target: CommitId) -> Result<Self> {
        let tree = repo.commit(target)?.tree;
        let (colliding, apart) = in_the_way(objects, (present.tree, &present.untracked), tree)?;
        let apart: BTreeSet<RepoPath> = apart.into_iter().collect();
        let mut changes = objects.diff_trees(Some(present.tree), Some(tree))?;
        changes.retain(|change| change.new.is_some() || !apart.contains(&change.path));
        let mut steps = vec![Step::AddTracked];
        if !colliding.is_empty() {
            steps.push(Step::AddForced(colliding));
        }
        steps.extend([
            Step::Refresh,
            Step::NoteTracked,
            Step::Switch(Source::Tracked, target.0),
        ]);
        // Whether Git takes one of these for changed depends on how young it is.
        let all = |_: &RepoPath| true;
        steps.extend(check_out_again(
            (repo, objects),
            present,
            (&changes, tree),
            all,
        )?);
        steps.push(Step::Refresh);
        Ok(Self { changes, steps })
    }
}

/// Lets Git write files of `goal` anew whose blob may be the same now: it would leave bytes that it
/// takes for that blob.
fn check_out_again(
    (repo, objects): (&Repo, &Objects),
    present: &Present,
    (changes, goal): (&[TreeChange], TreeId),
    is_left: impl Fn(&RepoPath) -> bool,
) -> Result<Option<Step>> {
    let stale = present.raw.iter().map(|(path, _)| path.clone());
    let stale = stale.chain(converted_anew(repo, objects, changes, goal)?);
    let mut again = BTreeMap::new();
    for path in stale {
        if is_left(&path)
            && let Some(entry) = objects.entry_at(goal, &path)?.filter(is_file)
        {
            again.insert(path, entry);
        }
    }
    let again: Vec<(RepoPath, Entry)> = again.into_iter().collect();
    Ok((!again.is_empty()).then_some(Step::CheckOutAgain(again)))
}

/// Reading a tree leaves the intent to add an empty file as it is, and Git steps from no such entry.
fn intended_as_saved(objects: &Objects, present: &Present) -> Result<Option<Step>> {
    let mut entries = Vec::new();
    for path in &present.intended {
        let entry = objects.entry_at(present.tree, path)?;
        entries.extend(entry.map(|entry| (path.clone(), 0, entry)));
    }
    Ok((!entries.is_empty()).then_some(Step::PutEntries(entries)))
}

/// In a sparse checkout a step to another state removes what lies outside of it, untracked and
/// modified files among it: lets Git write those.
fn left_out_by_sparse((repo, objects): (&Repo, &Objects), goal: &State) -> Result<Option<Step>> {
    if !repo.config()?.bool("core.sparseCheckout", false)? {
        return Ok(None);
    }
    let differing = objects.diff_trees(Some(goal.index), Some(goal.tree))?;
    let there = differing.into_iter().filter_map(|change| {
        let entry = change.new.filter(|it| it.mode != Mode::Gitlink)?;
        Some((change.path, entry))
    });
    let there: Vec<(RepoPath, Entry)> = there.collect();
    Ok((!there.is_empty()).then_some(Step::CheckOutAgain(there)))
}

/// Returns the files of `goal` that Git converts otherwise there than now, since `changes` bring
/// other attributes along.
fn converted_anew(
    repo: &Repo,
    objects: &Objects,
    changes: &[TreeChange],
    goal: TreeId,
) -> Result<Vec<RepoPath>> {
    let is_attributes = |change: &TreeChange| {
        let mut names = change.path.as_bytes().rsplit(|byte| *byte == b'/');
        names.next() == Some(b".gitattributes")
    };
    if !changes.iter().any(is_attributes) {
        return Ok(Vec::new());
    }
    let mut paths = Vec::new();
    objects.walk_tree(goal, &mut |path, entry| {
        paths.extend(is_file(&entry).then_some(path));
        Ok(())
    })?;
    let now = repo.look_up_conversions(&paths)?;
    let then: HashMap<_, _> = repo.conversions_in(goal, &paths)?.into_iter().collect();
    let now: HashMap<_, _> = now.known(repo)?.into_iter().collect();
    let is_known = |conversion: Option<&Conversion>| {
        matches!(conversion, None | Some(Conversion::Text { .. }))
    };
    paths.retain(|path| {
        let (now, then) = (now.get(path), then.get(path));
        now != then || !is_known(now)
    });
    Ok(paths)
}

/// Divides the untracked paths of a work tree into those in whose place `target` writes, and others.
fn in_the_way(
    objects: &Objects,
    (tree, untracked): (TreeId, &[RepoPath]),
    target: TreeId,
) -> Result<(Vec<RepoPath>, Vec<RepoPath>)> {
    let without = untracked.iter().map(|path| (path.clone(), None));
    let tracked = graft(objects, Some(tree), &without.collect())?;
    let written: BTreeSet<RepoPath> = objects
        .diff_trees(Some(tracked), Some(target))?
        .into_iter()
        .filter(|change| change.old.is_none())
        .map(|change| change.path)
        .collect();
    let paths = untracked.iter().cloned();
    Ok(paths.partition(|path| collides(path, &written)))
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

#[cfg(test)]
mod tests;
