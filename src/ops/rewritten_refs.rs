//! All refs rewritten, ours included, by what runs no hook and notes nothing, as `git filter-branch`
//! does with `--all`. What our refs are named by, and what it has put aside, tell what became of
//! history. Checkpoints of the work tree stay what they were.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use anyhow::Result;
use serde_json::json;

use crate::checkpoint::{self, held_by};
use crate::git::{CommitInfo, HeadMove, Moved, ORIGINAL, ReflogEntry, Repo};
use crate::model::checkpoint::{Checkpoint, NewCheckpoint, Origin};
use crate::model::event::{Cause, NewEvent, Rewritten};
use crate::model::id::{CheckpointId, CommitId, Oid};
use crate::model::plan::PlanStatus;

use super::filtered::{list_states, states};
use super::follow_rewrite::Follow;
use super::keep::hold_all;
use super::pairing::{self, are_alike, pair};
use super::reconcile::{mark_key, mark_of};
use super::upkeep::{KEEP, REFS};
use super::workspace::Workspace;

/// Which of what `git filter-branch` has put aside was dealt with.
const SEEN: &str = "reconcile.original";

/// Where all refs of ours are.
const OURS: &str = "refs/plan/";

/// How far back a reflog is searched for the rewrite of its ref.
const MAX_REFLOG: usize = 100;

/// What was rewritten and not dealt with yet.
#[derive(Default)]
pub(super) struct RewrittenRefs {
    /// What is put aside, as it is noted once dealt with.
    seen: String,
    /// What known commits have become.
    tips: Vec<Rewritten>,
    /// Refs of ours that hold something else than they did, or nothing.
    moved: Vec<Moved>,
    /// Those of them whose own object is gone: what was known by which id, and what is left of it.
    left: Vec<Rewritten>,
    /// Their names.
    stale: Vec<String>,
}

impl RewrittenRefs {
    /// Looks for them; `None` when there are none, or all is dealt with. Our refs are looked at only
    /// if something may have happened since the last command.
    ///
    /// # Errors
    /// When the repository or the database cannot be read.
    pub(super) fn find(ws: &Workspace) -> Result<Option<Self>> {
        let repo = ws.repo();
        let has_original = !repo.ref_names_under(ORIGINAL)?.is_empty();
        let last = repo.head_reflog(1)?.into_iter().next();
        let (noted, mark, plans) = ws.read(|store| {
            let mark = store.meta(&mark_key(ws.worktree()))?;
            Ok((store.meta(SEEN)?, mark, store.plans(None)?))
        })?;
        let is_quiet = last.is_some_and(|last| mark == Some(mark_of(&last)));
        let is_open = plans.iter().any(|plan| plan.status != PlanStatus::Archived);
        if !is_open || (is_quiet && !has_original) {
            return Ok(None);
        }
        let aside: BTreeMap<String, Oid> = match has_original {
            true => repo.refs_under(ORIGINAL)?.into_iter(),
            false => Vec::new().into_iter(),
        }
        .filter_map(|entry| Some((entry.name.strip_prefix(ORIGINAL)?.to_owned(), entry.target)))
        .collect();
        let mut found = Self {
            seen: serde_json::to_string(&aside)?,
            ..Self::default()
        };
        let is_news = has_original && noted.as_ref() != Some(&found.seen);
        if is_news {
            found.add_aside(repo, &aside)?;
        }
        if is_news || !is_quiet {
            let aside = if is_news { aside } else { BTreeMap::new() };
            found.add_ours(ws, &aside)?;
        }
        let is_nothing = !is_news && found.moved.is_empty() && found.stale.is_empty();
        Ok(Some(found).filter(|_| !is_nothing))
    }

    fn add_aside(&mut self, repo: &Repo, aside: &BTreeMap<String, Oid>) -> Result<()> {
        let now = repo.refs_under("refs/")?.into_iter();
        let now: HashMap<String, Oid> = now.map(|entry| (entry.name, entry.target)).collect();
        for (name, old) in aside {
            if name.starts_with(OURS) || !repo.has_object(*old)? {
                continue;
            }
            let (reflog, at_last) = match name.as_str() {
                "HEAD" => (repo.head_reflog(MAX_REFLOG)?, repo.head()?.commit),
                name => {
                    let target = now.get(name).map(|target| repo.peel_to_commit(*target));
                    (
                        repo.shared_reflog(name, MAX_REFLOG)?,
                        target.transpose()?.flatten(),
                    )
                }
            };
            let old = CommitId(*old);
            let then = reflog.iter().find(|entry| is_rewrite_of(entry, old));
            let new = match (then, at_last) {
                (Some(entry), _) => Some(entry.new),
                // Without a reflog it may have gone on since.
                (None, Some(now)) => {
                    let (was, is) = (repo.commit(old)?, repo.commit(now)?);
                    Some(now).filter(|_| is.committed_at <= was.committed_at)
                }
                (None, None) => None,
            };
            self.tips.extend(new.map(|new| Rewritten { old, new }));
        }
        Ok(())
    }

    /// Our refs are named by what they hold, and archives put aside under their names.
    fn add_ours(&mut self, ws: &Workspace, aside: &BTreeMap<String, Oid>) -> Result<()> {
        let repo = ws.repo();
        let ours = repo.refs_under(OURS)?;
        let names: HashSet<&String> = ours.iter().map(|entry| &entry.name).collect();
        let gone = aside.iter().filter(|(name, old)| {
            let is_here = || repo.has_object(**old).unwrap_or(false);
            name.starts_with(OURS) && !names.contains(name) && is_here()
        });
        self.moved.extend(gone.map(|(name, old)| Moved {
            name: name.clone(),
            old: *old,
            now: None,
        }));
        for entry in ours {
            let named = entry.name.rsplit('/').next().and_then(|id| id.parse().ok());
            let held = named.or(aside.get(&entry.name).copied());
            let Some(held) = held.filter(|held| *held != entry.target) else {
                continue;
            };
            let (old, new) = (CommitId(held), CommitId(entry.target));
            if !repo.has_object(held)? {
                self.add_left(ws, &entry.name, Rewritten { old, new })?;
                continue;
            }
            if is_current(ws, old)?
                && checkpoint::label_of(repo, old)?.is_none()
                && (aside.contains_key(&entry.name)
                    || are_alike(&repo.commit(old)?, &repo.commit(new)?))
            {
                self.tips.push(Rewritten { old, new });
            }
            self.moved.push(Moved {
                name: entry.name,
                old: held,
                now: Some(entry.target),
            });
        }
        Ok(())
    }

    /// The old commit was put aside, and that was removed: what its ref holds is all there is.
    fn add_left(&mut self, ws: &Workspace, name: &str, pair: Rewritten) -> Result<()> {
        let repo = ws.repo();
        if name.starts_with(REFS) {
            if is_current(ws, pair.old)? {
                self.left.push(pair);
            }
        } else if name.starts_with(KEEP) {
            for held in held_by(repo, pair.new)? {
                if let Some(new) = checkpoint::relabel(repo, held)? {
                    let old = by_label(ws, new)?;
                    self.left.extend(old.map(|old| Rewritten { old, new }));
                }
            }
        } else {
            return Ok(());
        }
        self.stale.push(name.to_owned());
        Ok(())
    }

    /// Puts our refs back, then lists what was rewritten; returns how many checkpoints were adopted.
    ///
    /// # Errors
    /// When the repository or the database cannot be read or written.
    pub(super) fn settle(self, ws: &Workspace) -> Result<usize> {
        let mut found = paired(ws, &self.tips)?;
        ws.repo().put_back_refs(&self.moved)?;
        let states: Vec<(CheckpointId, NewCheckpoint)> = states(ws, &self.left)?;
        let held = states.iter().map(|(_, new)| new.captured.snapshot);
        hold_all(ws, &held.collect::<BTreeSet<_>>())?;
        found.pairs.extend(self.left.iter().cloned());
        let follow = Follow::prepare(ws, vec![(Cause::Rebase, found.pairs)])?;
        let adopted = ws.write(|store| {
            let adopted = states.len() + follow.apply(store)?.len();
            list_states(store, states)?;
            if !found.unclear.is_empty() {
                store.record(NewEvent {
                    action: "rewrite.unclear",
                    plan_id: None,
                    task_number: None,
                    detail: json!({ "old": found.unclear }),
                })?;
            }
            store.set_meta(SEEN, &self.seen)?;
            Ok(adopted)
        })?;
        ws.repo().delete_refs(&self.stale)?;
        Ok(adopted)
    }
}

/// Reports whether a commit is a checkpoint that no other took the place of. What our refs hold of
/// histories that were rewritten before may have been rewritten again, to no end.
fn is_current(ws: &Workspace, commit: CommitId) -> Result<bool> {
    let rows = ws.read(|store| store.checkpoints_of_snapshot(commit))?;
    Ok(rows.iter().any(|row| row.superseded_by.is_none()))
}

fn is_rewrite_of(entry: &ReflogEntry, old: CommitId) -> bool {
    entry.head_move() == HeadMove::Filtered && entry.old == Some(old)
}

/// Finds the row of a checkpoint of the work tree by what its commit says, where its own is gone.
fn by_label(ws: &Workspace, commit: CommitId) -> Result<Option<CommitId>> {
    let Some(label) = checkpoint::label_of(ws.repo(), commit)? else {
        return Ok(None);
    };
    let rows = ws.read(|store| {
        let mut rows = Vec::new();
        for snapshot in store.snapshots()? {
            rows.extend(store.checkpoints_of_snapshot(snapshot)?);
        }
        Ok(rows)
    })?;
    let is_it = |row: &Checkpoint| {
        row.origin != Origin::Commit && row.name == label.name && row.timestamp == label.at
    };
    let mut gone = Vec::new();
    for row in rows.iter().filter(|row| is_it(row)) {
        if !ws.repo().has_object(row.snapshot.0)? {
            gone.push(row.snapshot);
        }
    }
    gone.dedup();
    Ok(gone.pop().filter(|_| gone.is_empty()))
}

/// What became of the commits that are of interest here.
#[derive(Default)]
pub(super) struct Found {
    pub(super) pairs: Vec<Rewritten>,
    pub(super) unclear: Vec<CommitId>,
}

/// Pairs what the histories of `tips` had with what they have, as far as checkpoints and evidence
/// may be about it.
///
/// # Errors
/// When the histories or the database cannot be read.
pub(super) fn paired(ws: &Workspace, tips: &[Rewritten]) -> Result<Found> {
    let repo = ws.repo();
    let old: Vec<CommitId> = tips.iter().map(|tip| tip.old).collect();
    let new: Vec<CommitId> = tips.iter().map(|tip| tip.new).collect();
    let commits = |ids: Vec<CommitId>| -> Result<Vec<CommitInfo>> {
        ids.into_iter().map(|id| repo.commit(id)).collect()
    };
    let olds = commits(repo.only_in(&old, &new)?)?;
    let news = commits(repo.only_in(&new, &old)?)?;
    let pairing::Pairing { new, unclear } = pair(&olds, &news, tips);
    let (known, since) = ws.read(|store| {
        let known = [store.snapshots()?, store.evidence_commits()?].concat();
        let plans = store.plans(None)?.into_iter();
        let open = plans.filter(|plan| plan.status != PlanStatus::Archived);
        let known: HashSet<CommitId> = known.into_iter().collect();
        Ok((known, open.map(|plan| plan.created_at).min()))
    })?;
    // What the hooks missed is of interest too, and is not known yet.
    let is_recent = |old: &CommitInfo| since.is_some_and(|since| old.committed_at >= since);
    let of_interest = olds
        .iter()
        .filter(|old| known.contains(&old.id) || is_recent(old));
    let pairs = of_interest.filter_map(|old| {
        Some(Rewritten {
            old: old.id,
            new: *new.get(&old.id)?,
        })
    });
    Ok(Found {
        pairs: pairs.collect(),
        unclear: unclear
            .into_iter()
            .filter(|it| known.contains(it))
            .collect(),
    })
}
