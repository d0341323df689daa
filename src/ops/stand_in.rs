//! Which commit of a history stands for one that is not in it: same tree, or same change.

use std::collections::{BTreeSet, HashMap};

use anyhow::Result;

use crate::git::{Known, Repo};
use crate::model::id::{CommitId, TreeId};
use crate::model::path::RepoPath;

/// How many new commits are compared by content before giving up.
const MAX_COMPARED: usize = 500;

/// The new commits of some histories, each looked at no closer than needed.
pub(super) struct NewCommits<'a> {
    repo: &'a Repo,
    /// The newest first.
    commits: Vec<Candidate>,
    /// Where each is.
    places: HashMap<CommitId, usize>,
}

struct Candidate {
    id: CommitId,
    tree: TreeId,
    parents: Vec<CommitId>,
    /// `None` for a merge, whose change is nobody's.
    change: Option<Change>,
    /// The paths of the change, once they were asked for.
    paths: Option<Vec<RepoPath>>,
}

/// From one tree to another.
#[derive(Clone, Copy)]
struct Change {
    from: Option<TreeId>,
    to: TreeId,
}

impl<'a> NewCommits<'a> {
    /// Lists the commits of the histories of `tips` that are not `known`.
    ///
    /// # Errors
    /// When the histories cannot be read.
    pub(super) fn of(repo: &'a Repo, tips: &[CommitId], known: Known) -> Result<Self> {
        let mut commits = Vec::new();
        for id in repo.new_commits(tips, known, MAX_COMPARED)? {
            let info = repo.commit(id)?;
            let change = match info.parents.as_slice() {
                [] => Some(None),
                [parent] => Some(Some(repo.commit(*parent)?.tree)),
                _ => None,
            };
            commits.push(Candidate {
                id,
                tree: info.tree,
                parents: info.parents,
                change: change.map(|from| Change {
                    from,
                    to: info.tree,
                }),
                paths: None,
            });
        }
        let places = commits.iter().enumerate().map(|(at, it)| (it.id, at));
        Ok(Self {
            repo,
            places: places.collect(),
            commits,
        })
    }

    /// Finds the commit of `tip`'s history with the tree of `commit`, or with its change, or with
    /// all that its branch had changed by then, as a squash has.
    ///
    /// # Errors
    /// When a commit or a tree cannot be read.
    pub(super) fn stand_in(&mut self, commit: CommitId, tip: CommitId) -> Result<Option<CommitId>> {
        let history = self.history(tip);
        if history.is_empty() {
            return Ok(None);
        }
        let info = self.repo.commit(commit)?;
        let mut candidates = history.iter().map(|at| &self.commits[*at]);
        if let Some(same) = candidates.find(|it| it.tree == info.tree) {
            return Ok(Some(same.id));
        }
        let base = self.repo.merge_base(commit, tip)?;
        let single = info.parents.first().filter(|_| info.parents.len() == 1);
        for from in [single.copied(), base.filter(|base| Some(base) != single)] {
            let Some(from) = from else {
                continue;
            };
            let change = Change {
                from: Some(self.repo.commit(from)?.tree),
                to: info.tree,
            };
            if let Some(same) = self.with_change(change, &history)? {
                return Ok(Some(same));
            }
        }
        Ok(None)
    }

    /// Returns where the new commits of one history are, the newest first.
    fn history(&self, tip: CommitId) -> Vec<usize> {
        let mut found = BTreeSet::new();
        let mut pending = vec![tip];
        while let Some(id) = pending.pop() {
            if let Some(at) = self.places.get(&id)
                && found.insert(*at)
            {
                pending.extend(&self.commits[*at].parents);
            }
        }
        found.into_iter().collect()
    }

    fn with_change(&mut self, wanted: Change, history: &[usize]) -> Result<Option<CommitId>> {
        let paths = paths(self.repo, wanted)?;
        if paths.is_empty() {
            return Ok(None);
        }
        // Known once something touches the same paths: between branches it may be long.
        let mut patch = None;
        for at in history {
            let candidate = &mut self.commits[*at];
            let Some(change) = candidate.change else {
                continue;
            };
            let touched = match candidate.paths.take() {
                Some(known) => known,
                None => self::paths(self.repo, change)?,
            };
            let is_alike = touched == paths;
            candidate.paths = Some(touched);
            if !is_alike {
                continue;
            }
            let wanted = match &patch {
                Some(known) => known,
                None => patch.insert(self.repo.patch_between(wanted.from, wanted.to)?),
            };
            if self.repo.patch_between(change.from, change.to)? == *wanted {
                return Ok(Some(candidate.id));
            }
        }
        Ok(None)
    }
}

/// Lists the paths that differ, sorted: cheap, and enough to tell most changes apart.
fn paths(repo: &Repo, change: Change) -> Result<Vec<RepoPath>> {
    let changes = repo.objects().diff_trees(change.from, Some(change.to))?;
    Ok(changes.into_iter().map(|change| change.path).collect())
}
