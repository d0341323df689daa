//! What is remembered of rewinds: the one under way in a work tree, and the last one finished there.

use anyhow::{Context as _, Result};

use crate::error::Failure;
use crate::model::event::NewEvent;
use crate::model::id::{CommitId, WorktreeName};
use crate::model::rewind::{HeadMove, Purpose, RewindRecord};
use crate::store::{Reader, Writer};

/// Returns the rewind of a work tree that was begun and not finished.
///
/// # Errors
/// When the database cannot be read.
pub(super) fn unfinished(
    store: &Reader<'_>,
    worktree: &WorktreeName,
) -> Result<Option<RewindRecord>> {
    read(store, &unfinished_key(worktree))
}

/// Returns the work trees in which a rewind was begun and not finished.
///
/// # Errors
/// When the database cannot be read.
pub(super) fn unfinished_anywhere(store: &Reader<'_>) -> Result<Vec<WorktreeName>> {
    let found = store.meta_under(UNFINISHED)?;
    Ok(found
        .into_iter()
        .map(|(worktree, _)| WorktreeName(worktree))
        .collect())
}

/// Returns the last rewind of a work tree that was finished.
///
/// # Errors
/// When the database cannot be read.
pub(super) fn finished(
    store: &Reader<'_>,
    worktree: &WorktreeName,
) -> Result<Option<RewindRecord>> {
    read(store, &finished_key(worktree))
}

/// Notes a rewind before its first step; journalled as `rewind.begun`.
///
/// # Errors
/// When the database cannot be written.
pub(super) fn begin(
    store: &Writer<'_>,
    worktree: &WorktreeName,
    record: &RewindRecord,
) -> Result<()> {
    store.set_meta(&unfinished_key(worktree), &serde_json::to_string(record)?)?;
    store.record(event("rewind.begun", worktree, record))
}

/// Notes a rewind after its last step; journalled as `rewind.applied`, or as `rewind.undone`.
///
/// # Errors
/// When the database cannot be written.
pub(super) fn finish(
    store: &Writer<'_>,
    worktree: &WorktreeName,
    record: &RewindRecord,
) -> Result<()> {
    store.remove_meta(&unfinished_key(worktree))?;
    // One that was taken back never was: what came before it is still what can be undone.
    if record.purpose != Purpose::TakeBack {
        store.set_meta(&finished_key(worktree), &serde_json::to_string(record)?)?;
    }
    let action = match record.purpose {
        Purpose::Rewind => "rewind.applied",
        Purpose::Undo | Purpose::TakeBack => "rewind.undone",
    };
    store.record(event(action, worktree, record))
}

/// Lists the commits that rewinds, of any work tree, may still need.
///
/// # Errors
/// When the database cannot be read.
pub(super) fn needed(store: &Reader<'_>) -> Result<Vec<CommitId>> {
    let mut needed = Vec::new();
    for (_, text) in store.meta_under("rewind.")? {
        let record = parse(&text)?;
        for way in std::iter::once(record.way).chain(record.taking_back) {
            needed.extend([way.saved, way.destination.snapshot]);
        }
    }
    Ok(needed)
}

fn read(store: &Reader<'_>, key: &str) -> Result<Option<RewindRecord>> {
    store.meta(key)?.map(|text| parse(&text)).transpose()
}

fn parse(text: &str) -> Result<RewindRecord> {
    serde_json::from_str(text).with_context(|| {
        Failure::fatal("what is noted of a rewind was written by another version of git-plan")
    })
}

fn event(action: &'static str, worktree: &WorktreeName, record: &RewindRecord) -> NewEvent {
    let destination = &record.way.destination;
    let branch = match &destination.head {
        Some(HeadMove::NewBranch { name, .. }) => Some(name),
        _ => None,
    };
    NewEvent {
        action,
        plan_id: Some(record.plan),
        task_number: record.task,
        detail: serde_json::json!({
            "to": destination.snapshot,
            "saved": record.way.saved,
            "paths": destination.paths,
            "branch": branch,
            "worktree": worktree,
        }),
    }
}

/// What the keys of unfinished rewinds begin with.
const UNFINISHED: &str = "rewind.unfinished.";

fn unfinished_key(worktree: &WorktreeName) -> String {
    format!("{UNFINISHED}{}", worktree.0)
}

fn finished_key(worktree: &WorktreeName) -> String {
    format!("rewind.finished.{}", worktree.0)
}
