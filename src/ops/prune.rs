//! `prune`: drop automatic checkpoints that are superseded or old, by rule.

use std::collections::{BTreeSet, HashMap, HashSet};

use anyhow::{Context as _, Result};

use crate::checkpoint::ref_name;
use crate::model::checkpoint::{Checkpoint, Origin};
use crate::model::id::{CommitId, PlanId, TaskId, TreeId};
use crate::model::plan::PlanStatus;
use crate::model::time::Timestamp;
use crate::store::Reader;

use super::rewind_record::needed;
use super::upkeep::{checkpoints_of, folded, settle};
use super::workspace::Workspace;

/// How many of the newest checkpoints of a task stay, where nothing is said.
const KEEP: usize = 20;

/// Under which key the commits are noted whose refs have to follow their rows.
const DROPPED: &str = "prune.dropped";

/// How old, in days, a checkpoint must be, where nothing is said.
const DAYS: u32 = 30;

/// Which automatic checkpoints go: those that are both old enough and not among the newest, and
/// superseded ones that are old enough.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    keep: usize,
    days: u32,
}

impl Rule {
    /// Fills in what was not said: either bound alone is the only one, none are the usual two.
    pub fn new(keep: Option<usize>, days: Option<u32>) -> Self {
        match (keep, days) {
            (None, None) => Self {
                keep: KEEP,
                days: DAYS,
            },
            (keep, days) => Self {
                keep: keep.unwrap_or(0),
                days: days.unwrap_or(0),
            },
        }
    }
}

/// What goes, or went.
#[derive(Debug, Default)]
pub struct Pruned {
    /// The checkpoints.
    pub checkpoints: Vec<Checkpoint>,
    /// How many commits no checkpoint needs any more.
    pub snapshots: usize,
    /// How many bytes their stored diffs take; the objects are Git's to collect.
    pub diff_bytes: u64,
}

/// Tells which checkpoints `rule` drops.
///
/// # Errors
/// When the database cannot be read.
pub fn to_prune(ws: &Workspace, rule: Rule) -> Result<Pruned> {
    ws.read(|store| {
        let checkpoints = choose(store, rule, ws.now())?;
        let mut diff_bytes = 0;
        for checkpoint in &checkpoints {
            diff_bytes += store.diff_size(checkpoint.id)?;
        }
        let going: HashSet<_> = checkpoints.iter().map(|it| it.id).collect();
        let mut snapshots = HashSet::new();
        for checkpoint in &checkpoints {
            let others = store.checkpoints_of_snapshot(checkpoint.snapshot)?;
            if others.iter().all(|other| going.contains(&other.id)) {
                snapshots.insert(checkpoint.snapshot);
            }
        }
        Ok(Pruned {
            checkpoints,
            snapshots: snapshots.len(),
            diff_bytes,
        })
    })
}

/// Drops the checkpoints that `rule` names: first their rows, in one transaction that also notes
/// which refs have to follow, then those refs.
///
/// # Errors
/// When the repository or the database cannot be read or written.
pub fn prune(ws: &Workspace, rule: Rule) -> Result<Pruned> {
    let pruned = to_prune(ws, rule)?;
    if pruned.checkpoints.is_empty() {
        return Ok(pruned);
    }
    ws.write(|store| {
        // What has come to be needed meanwhile stays.
        let still = choose(store, rule, ws.now())?;
        let still: HashSet<_> = still.iter().map(|it| it.id).collect();
        let mut dropped = dropped(store)?;
        for checkpoint in &pruned.checkpoints {
            if still.contains(&checkpoint.id) {
                store.remove_checkpoint(checkpoint.id)?;
                dropped.insert(checkpoint.snapshot);
            }
        }
        store.set_meta(DROPPED, &serde_json::to_string(&dropped)?)
    })?;
    finish(ws)?;
    Ok(pruned)
}

/// Returns the commits whose rows were dropped and whose refs may still be there.
///
/// # Errors
/// When the database cannot be read.
pub(super) fn dropped(store: &Reader<'_>) -> Result<BTreeSet<CommitId>> {
    let noted = store.meta(DROPPED)?;
    let noted = noted.map(|text| serde_json::from_str(&text)).transpose();
    Ok(noted
        .context("reading what was dropped")?
        .unwrap_or_default())
}

/// Drops the refs that a prune, also one that was killed, has left.
///
/// # Errors
/// When the repository or the database cannot be read or written.
pub(super) fn finish(ws: &Workspace) -> Result<()> {
    let (noted, gone) = ws.read(|store| {
        let listed: BTreeSet<CommitId> = store.snapshots()?.into_iter().collect();
        Ok((store.meta(DROPPED)?, &dropped(store)? - &listed))
    })?;
    let folded = folded(ws)?;
    let names: Vec<String> = gone.iter().map(|snapshot| ref_name(*snapshot)).collect();
    ws.repo().delete_refs(&names)?;
    if gone.iter().any(|snapshot| folded.contains(snapshot)) {
        settle(ws, &gone)?;
    }
    ws.write(|store| match store.meta(DROPPED)? == noted {
        true => store.remove_meta(DROPPED),
        false => Ok(()),
    })
}

fn choose(store: &Reader<'_>, rule: Rule, now: Timestamp) -> Result<Vec<Checkpoint>> {
    let mut commits: HashSet<CommitId> = store.evidence_commits()?.into_iter().collect();
    commits.extend(needed(store)?);
    let trees: HashSet<TreeId> = store.evidence_trees()?.into_iter().collect();
    let latest = now.0.saturating_sub(i64::from(rule.days) * 86_400);
    let mut chosen = Vec::new();
    for plan in store.plans(None)? {
        if plan.status == PlanStatus::Archived {
            continue;
        }
        let mut rows = checkpoints_of(store, plan.id)?;
        rows.sort_by_key(|row| std::cmp::Reverse(row.sequence));
        let mut newer: HashMap<(PlanId, Option<TaskId>), usize> = HashMap::new();
        for row in rows {
            let is_current = row.superseded_by.is_none();
            let rank = newer.entry((row.plan_id, row.task_id)).or_default();
            // The newest of a task stays, whatever the rule.
            let is_recent = is_current && *rank < rule.keep.max(1);
            *rank += usize::from(is_current);
            let is_needed = commits.contains(&row.snapshot) || trees.contains(&row.tree);
            if !is_recent && !is_needed && is_automatic(&row) && row.timestamp.0 <= latest {
                chosen.push(row);
            }
        }
    }
    chosen.sort_by_key(|row| row.id);
    Ok(chosen)
}

/// Reports whether nobody gave the checkpoint its name.
fn is_automatic(checkpoint: &Checkpoint) -> bool {
    match checkpoint.origin {
        Origin::Commit | Origin::Verification | Origin::Rewind => true,
        Origin::Archive => false,
        Origin::Manual => {
            let number = checkpoint.name.strip_prefix("edit_");
            number.is_some_and(|number| number.parse::<u32>().is_ok())
        }
    }
}
