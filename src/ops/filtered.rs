//! History that `git filter-repo` rewrote as a whole, our refs included. What it notes of old and
//! new commits tells what became of checkpoints and evidence; the old commits are gone.

use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::time::UNIX_EPOCH;

use anyhow::{Context as _, Result};

use crate::checkpoint::{self, ref_name};
use crate::model::checkpoint::{Checkpoint, NewCheckpoint, Origin};
use crate::model::event::{Cause, Rewritten};
use crate::model::id::{CheckpointId, CommitId};
use crate::model::plan::PlanStatus;
use crate::store::Writer;

use super::follow_rewrite::Follow;
use super::keep::hold_all;
use super::workspace::Workspace;

/// Where it notes them, in the common directory: a header, then a line for each commit.
const MAP: &str = "filter-repo/commit-map";

/// Which of its notes was dealt with.
const SEEN: &str = "reconcile.filtered";

/// A rewrite that was not dealt with yet.
pub(super) struct Filtered {
    mark: String,
    /// What is known here and was rewritten.
    pairs: Vec<Rewritten>,
    follow: Follow,
    /// Work-tree checkpoints, each with what it has become.
    states: Vec<(CheckpointId, NewCheckpoint)>,
}

impl Filtered {
    /// Reads the notes; `None` when there are none or they are dealt with.
    ///
    /// # Errors
    /// When the repository or the database cannot be read, or a ref not be written.
    pub(super) fn find(ws: &Workspace) -> Result<Option<Self>> {
        let map = ws.repo().layout().common_dir.join(MAP);
        let Ok(metadata) = map.metadata() else {
            return Ok(None);
        };
        let changed = metadata.modified()?.duration_since(UNIX_EPOCH)?;
        let mark = format!("{} {}", metadata.len(), changed.as_nanos());
        let (seen, known) = ws.read(|store| {
            let commits = [store.snapshots()?, store.evidence_commits()?].concat();
            Ok((store.meta(SEEN)?, commits.into_iter().collect()))
        })?;
        if seen.as_ref() == Some(&mark) {
            return Ok(None);
        }
        let text = fs::read_to_string(&map).context("reading what git filter-repo noted")?;
        let pairs = pairs(ws, &text, &known)?;
        let states = states(ws, &pairs)?;
        let held = states.iter().map(|(_, new)| new.captured.snapshot);
        hold_all(ws, &held.collect())?;
        Ok(Some(Self {
            mark,
            follow: Follow::prepare(ws, vec![(Cause::Rebase, pairs.clone())])?,
            pairs,
            states,
        }))
    }

    /// Writes it all; returns how many checkpoints were adopted.
    ///
    /// # Errors
    /// Those of the database.
    pub(super) fn list(self, store: &Writer<'_>) -> Result<usize> {
        let adopted = self.states.len() + self.follow.apply(store)?.len();
        list_states(store, self.states)?;
        store.set_meta(SEEN, &self.mark)?;
        Ok(adopted)
    }

    /// Names the refs that were called by commits which are gone; they hold what has a ref of its
    /// own name now.
    ///
    /// # Errors
    /// When an object cannot be looked up.
    pub(super) fn stale_refs(&self, ws: &Workspace) -> Result<Vec<String>> {
        let mut stale = Vec::new();
        for Rewritten { old, .. } in &self.pairs {
            if !ws.repo().has_object(old.0)? {
                stale.push(ref_name(*old));
            }
        }
        Ok(stale)
    }
}

/// Reads which of the `known` commits have become others. One that was dropped has no successor.
fn pairs(ws: &Workspace, text: &str, known: &HashSet<CommitId>) -> Result<Vec<Rewritten>> {
    let mut pairs = BTreeSet::new();
    for line in text.lines() {
        let mut ids = line.split_whitespace().map(|id| id.parse().map(CommitId));
        let (Some(Ok(old)), Some(Ok(new))) = (ids.next(), ids.next()) else {
            continue;
        };
        if old != new && known.contains(&old) && ws.repo().has_object(new.0)? {
            pairs.insert((old, new));
        }
    }
    let pairs = pairs.into_iter();
    Ok(pairs.map(|(old, new)| Rewritten { old, new }).collect())
}

/// Lists what work-tree checkpoints have become.
///
/// # Errors
/// Those of the database.
pub(super) fn list_states(
    store: &Writer<'_>,
    states: Vec<(CheckpointId, NewCheckpoint)>,
) -> Result<()> {
    for (old, new) in states {
        let kept = store.add_checkpoint(new)?;
        store.supersede(old, kept.id)?;
    }
    Ok(())
}

/// Reads what work-tree checkpoints of open plans have become, from the commits alone.
///
/// # Errors
/// When the repository or the database cannot be read.
pub(super) fn states(
    ws: &Workspace,
    pairs: &[Rewritten],
) -> Result<Vec<(CheckpointId, NewCheckpoint)>> {
    let mut rows: Vec<(Checkpoint, CommitId)> = Vec::new();
    for Rewritten { old, new } in pairs {
        let found = ws.read(|store| {
            let open = |row: &Checkpoint| -> Result<bool> {
                let plan = store.plan(row.plan_id)?;
                Ok(plan.is_some_and(|plan| plan.status != PlanStatus::Archived))
            };
            let mut found = Vec::new();
            for row in store.checkpoints_of_snapshot(*old)? {
                if row.origin != Origin::Commit && row.superseded_by.is_none() && open(&row)? {
                    found.push(row);
                }
            }
            Ok(found)
        })?;
        rows.extend(found.into_iter().map(|row| (row, *new)));
    }
    rows.sort_by_key(|(row, _)| row.id.0);
    let mut states = Vec::new();
    for (row, new) in rows {
        // What its message says of its parents may not have been changed with them.
        let new = match checkpoint::label_of(ws.repo(), new)? {
            Some(_) => new,
            None => checkpoint::relabel(ws.repo(), new)?.unwrap_or(new),
        };
        if let Some((_, captured)) = checkpoint::recapture(ws.repo(), new)? {
            let new = NewCheckpoint {
                plan_id: row.plan_id,
                task_id: row.task_id,
                name: Some(row.name),
                origin: row.origin,
                taken_at: Some(row.timestamp),
                worktree: row.worktree,
                patch_id: None,
                captured,
            };
            states.push((row.id, new));
        }
    }
    Ok(states)
}
