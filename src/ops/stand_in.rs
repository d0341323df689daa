//! Which commit of a history stands for one that is not in it: same tree, or same change.

use anyhow::Result;

use crate::git::{Known, Repo};
use crate::model::id::{CommitId, TreeId};
use crate::model::path::RepoPath;

/// How many new commits are compared by content before giving up.
const MAX_COMPARED: usize = 500;

/// The new commits of a history, each looked at no closer than needed.
pub(super) struct NewCommits<'a> {
    repo: &'a Repo,
    tip: CommitId,
    commits: Vec<Candidate>,
}

struct Candidate {
    id: CommitId,
    tree: TreeId,
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
    /// Lists the commits of `tip`'s history that are not `known`.
    ///
    /// # Errors
    /// When the history cannot be read.
    pub(super) fn of(repo: &'a Repo, tip: CommitId, known: Known) -> Result<Self> {
        let mut commits = Vec::new();
        for id in repo.new_commits(tip, known, MAX_COMPARED)? {
            let info = repo.commit(id)?;
            let change = match info.parents.as_slice() {
                [] => Some(None),
                [parent] => Some(Some(repo.commit(*parent)?.tree)),
                _ => None,
            };
            commits.push(Candidate {
                id,
                tree: info.tree,
                change: change.map(|from| Change {
                    from,
                    to: info.tree,
                }),
                paths: None,
            });
        }
        Ok(Self { repo, tip, commits })
    }

    /// Finds the commit with the tree of `commit`, or with its change, or with all that its branch
    /// had changed by then, as a squash has.
    ///
    /// # Errors
    /// When a commit or a tree cannot be read.
    pub(super) fn stand_in(&mut self, commit: CommitId) -> Result<Option<CommitId>> {
        let info = self.repo.commit(commit)?;
        if let Some(same) = self.commits.iter().find(|it| it.tree == info.tree) {
            return Ok(Some(same.id));
        }
        if self.commits.is_empty() {
            return Ok(None);
        }
        let base = self.repo.merge_base(commit, self.tip)?;
        let single = info.parents.first().filter(|_| info.parents.len() == 1);
        for from in [single.copied(), base.filter(|base| Some(base) != single)] {
            let Some(from) = from else {
                continue;
            };
            let change = Change {
                from: Some(self.repo.commit(from)?.tree),
                to: info.tree,
            };
            if let Some(same) = self.with_change(change)? {
                return Ok(Some(same));
            }
        }
        Ok(None)
    }

    fn with_change(&mut self, wanted: Change) -> Result<Option<CommitId>> {
        let paths = paths(self.repo, wanted)?;
        if paths.is_empty() {
            return Ok(None);
        }
        let name = self.repo.patch_between(wanted.from, wanted.to)?;
        for candidate in &mut self.commits {
            let Some(change) = candidate.change else {
                continue;
            };
            let touched = match candidate.paths.take() {
                Some(known) => known,
                None => self::paths(self.repo, change)?,
            };
            let is_same =
                touched == paths && self.repo.patch_between(change.from, change.to)? == name;
            candidate.paths = Some(touched);
            if is_same {
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
