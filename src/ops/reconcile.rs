//! Catch up with what the hooks missed: spooled commits, checkpoints without a row, and commits
//! that HEAD's reflog shows as made here.

use std::collections::HashSet;

use anyhow::Result;

use crate::checkpoint;
use crate::git::ReflogEntry;
use crate::model::checkpoint::NewCheckpoint;
use crate::model::event::Rewritten;
use crate::model::id::{CommitId, WorktreeName};
use crate::model::plan::{Plan, PlanStatus};
use crate::model::task::Task;
use crate::model::time::Timestamp;
use crate::store::{Reader, Writer};

use super::follow_rewrite::follow_rewrite;
use super::record_commit::keep_commit;
use super::spool::{self, Spooled};
use super::workspace::Workspace;

/// How far back the reflog is read; what is older was somebody else's to notice.
const MAX_REFLOG: usize = 200;

/// Where the refs are that keep checkpoints alive.
const REFS: &str = "refs/plan/checkpoints/";

/// Reports whether there may be something to adopt.
///
/// Cheap: two folders are listed, the end of the reflog is read and two rows are compared.
///
/// # Errors
/// When the repository or the database cannot be read.
pub fn is_behind(ws: &Workspace) -> Result<bool> {
    if !spool::all(&ws.repo().plan_dir())?.is_empty() {
        return Ok(true);
    }
    let last = ws.repo().head_reflog(1)?.into_iter().next();
    let (listed, marker) = ws.read(|store| {
        let listed: HashSet<CommitId> = store.snapshots()?.into_iter().collect();
        Ok((listed, store.meta(&marker_key(ws.worktree()))?))
    })?;
    let refs = ws.repo().refs_under(REFS)?;
    Ok(
        last.is_some_and(|last| marker.as_deref() != Some(marker_of(&last).as_str()))
            || refs
                .iter()
                .any(|entry| !listed.contains(&CommitId(entry.target))),
    )
}

/// Lists what is missing; returns how many checkpoints were adopted.
///
/// # Errors
/// When the repository or the database cannot be read or written.
pub fn reconcile(ws: &Workspace) -> Result<usize> {
    let adopted = adopt_spooled(ws)? + adopt_orphan_refs(ws)?;
    Ok(adopted + adopt_from_reflog(ws)?)
}

fn adopt_spooled(ws: &Workspace) -> Result<usize> {
    let mut adopted = 0;
    for entry in spool::all(&ws.repo().plan_dir())? {
        if !ws.repo().has_object(entry.commit.0)? {
            spool::remove(&ws.repo().plan_dir(), entry.commit)?;
            continue;
        }
        let Some((plan, task)) = ws.read(|store| home_of(store, &entry))? else {
            continue;
        };
        keep_commit(
            ws,
            entry.commit,
            (&plan, task.as_ref()),
            &entry.worktree,
            |_| Ok(()),
        )?;
        spool::remove(&ws.repo().plan_dir(), entry.commit)?;
        adopted += 1;
    }
    Ok(adopted)
}

/// The plan and task a spooled commit belongs to; `None` while that is still ambiguous.
fn home_of(store: &Reader<'_>, entry: &Spooled) -> Result<Option<(Plan, Option<Task>)>> {
    let plans = store.plans(None)?;
    let open = |plan: &&Plan| plan.status != PlanStatus::Archived;
    if let Some(uid) = &entry.plan_uid {
        let plan = plans.iter().filter(open).find(|plan| plan.uid == *uid);
        let task = match &entry.task_uid {
            Some(uid) => store.task_by_uid(uid)?,
            None => None,
        };
        return Ok(plan.map(|plan| (plan.clone(), task)));
    }
    let mut active = plans
        .iter()
        .filter(|plan| plan.status == PlanStatus::Active);
    Ok(match (active.next(), active.next()) {
        (Some(only), None) if only.created_at <= entry.at => Some((only.clone(), None)),
        _ => None,
    })
}

/// A ref without a row is what a crash between the two leaves; our own commits say what they are.
fn adopt_orphan_refs(ws: &Workspace) -> Result<usize> {
    let refs = ws.repo().refs_under(REFS)?;
    let listed: HashSet<CommitId> = ws.read(|store| store.snapshots())?.into_iter().collect();
    let orphans = refs.into_iter().map(|entry| CommitId(entry.target));
    let mut adopted = 0;
    for snapshot in orphans.filter(|snapshot| !listed.contains(snapshot)) {
        let Some((label, captured)) = checkpoint::recapture(ws.repo(), snapshot)? else {
            continue;
        };
        let home = ws.read(|store| {
            let plan = store
                .plans(None)?
                .into_iter()
                .find(|plan| plan.uid == label.plan_uid);
            let task = match &label.task_uid {
                Some(uid) => store.task_by_uid(uid)?,
                None => None,
            };
            Ok(plan
                .filter(|plan| plan.status != PlanStatus::Archived)
                .map(|plan| (plan, task)))
        })?;
        let Some((plan, task)) = home else {
            continue;
        };
        let new = NewCheckpoint {
            plan_id: plan.id,
            task_id: task.map(|task| task.id),
            name: Some(label.name).filter(|name| !name.is_empty()),
            origin: label.origin,
            worktree: checkpoint::worktree_of(ws.repo(), snapshot)?
                .unwrap_or_else(|| ws.worktree().clone()),
            patch_id: None,
            captured,
        };
        ws.write(|store| store.add_checkpoint(new))?;
        adopted += 1;
    }
    Ok(adopted)
}

fn adopt_from_reflog(ws: &Workspace) -> Result<usize> {
    let Some(last) = ws.repo().head_reflog(1)?.into_iter().next() else {
        return Ok(0);
    };
    let marker = ws.read(|store| store.meta(&marker_key(ws.worktree())))?;
    if marker.as_deref() == Some(marker_of(&last).as_str()) {
        return Ok(0);
    }
    let active = ws.read(|store| store.plans(Some(PlanStatus::Active)))?;
    let Some(oldest) = active.iter().map(|plan| plan.created_at).min() else {
        return Ok(0);
    };
    let entries = ws.repo().head_reflog(MAX_REFLOG)?;
    let unseen: Vec<&ReflogEntry> = entries
        .iter()
        .take_while(|entry| marker.as_deref() != Some(marker_of(entry).as_str()))
        .filter(|entry| entry.at >= oldest)
        .collect();
    let mut adopted = 0;
    let mut done = HashSet::new();
    for entry in unseen
        .iter()
        .rev()
        .filter(|entry| is_made_here(&entry.message))
    {
        if done.insert(entry.new) {
            adopted += usize::from(adopt_entry(ws, entry)?);
        }
    }
    ws.write(|store| store.set_meta(&marker_key(ws.worktree()), &marker_of(&last)))?;
    Ok(adopted)
}

/// Keeps the commit of one reflog entry unless it is kept already or no longer in HEAD's history.
fn adopt_entry(ws: &Workspace, entry: &ReflogEntry) -> Result<bool> {
    let is_amend = entry.message.starts_with(b"commit (amend)");
    if let Some(old) = entry.old.filter(|_| is_amend)
        && follow_rewrite(
            ws,
            &[Rewritten {
                old,
                new: entry.new,
            }],
            "amend",
        )? > 0
    {
        return Ok(true);
    }
    let Some(head) = ws.repo().head()?.commit else {
        return Ok(false);
    };
    let is_kept = ws.read(|store| Ok(!store.checkpoints_of_snapshot(entry.new)?.is_empty()))?;
    if is_kept || !ws.repo().has_object(entry.new.0)? || !ws.repo().is_ancestor(entry.new, head)? {
        return Ok(false);
    }
    let Some((plan, task)) = ws.read(|store| home_at(store, ws.worktree(), entry.at))? else {
        return Ok(false);
    };
    keep_commit(ws, entry.new, (&plan, task.as_ref()), ws.worktree(), |_| {
        Ok(())
    })?;
    Ok(true)
}

/// The plan and task that a commit made at `at` in this work tree was for, as far as is known now.
fn home_at(
    store: &Reader<'_>,
    worktree: &WorktreeName,
    at: Timestamp,
) -> Result<Option<(Plan, Option<Task>)>> {
    if let Some((task, since)) = store.active_since(worktree)?
        && since <= at
    {
        return Ok(store.plan(task.plan_id)?.map(|plan| (plan, Some(task))));
    }
    let mut active = store.plans(Some(PlanStatus::Active))?;
    Ok(match active.pop() {
        Some(only) if active.is_empty() && only.created_at <= at => Some((only, None)),
        _ => None,
    })
}

/// Reports whether a reflog message tells of a commit made here, rather than fetched or moved to.
///
/// Commits of a rebase are left out: they take the place of others, which `post-rewrite` tells.
fn is_made_here(message: &[u8]) -> bool {
    let made = [
        &b"commit"[..],
        b"cherry-pick",
        b"revert",
        b"am:",
        b"merge ",
        b"pull",
    ];
    let is_made = made.iter().any(|word| message.starts_with(word));
    let moved = message.windows(12).any(|window| window == b"Fast-forward");
    is_made && !moved && !message.ends_with(b"(start)") && !is_pull_rebase(message)
}

fn is_pull_rebase(message: &[u8]) -> bool {
    message.starts_with(b"pull")
        && message
            .windows(7)
            .any(|window| window == b"rebase " || window == b"(pick):")
}

fn marker_key(worktree: &WorktreeName) -> String {
    format!("reconciled.{}", worktree.0)
}

fn marker_of(entry: &ReflogEntry) -> String {
    format!("{} {}", entry.new, entry.at.0)
}

/// Notes that what the reflog tells so far happened before any plan, unless something is noted.
///
/// # Errors
/// When the database cannot be read or written.
pub(super) fn mark_where_plans_begin(
    store: &Writer<'_>,
    worktree: &WorktreeName,
    reflog: &[ReflogEntry],
) -> Result<()> {
    let key = marker_key(worktree);
    match reflog.first() {
        Some(last) if store.meta(&key)?.is_none() => store.set_meta(&key, &marker_of(last)),
        _ => Ok(()),
    }
}

/// Notes that the newest reflog entry is dealt with, if the one before it was.
///
/// # Errors
/// When the database cannot be read or written.
pub(super) fn mark_seen(
    store: &Writer<'_>,
    worktree: &WorktreeName,
    reflog: &[ReflogEntry],
) -> Result<()> {
    let Some(last) = reflog.first() else {
        return Ok(());
    };
    let key = marker_key(worktree);
    let marker = store.meta(&key)?;
    if marker.is_some() && marker == reflog.get(1).map(marker_of) {
        store.set_meta(&key, &marker_of(last))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_commits_made_here_are_adopted() {
        let check = |message: &str, made: bool| {
            assert_eq!(is_made_here(message.as_bytes()), made, "{message}");
        };
        check("commit: x", true);
        check("commit (initial): x", true);
        check("commit (amend): x", true);
        check("commit (merge): x", true);
        check("cherry-pick: x", true);
        check("revert: Revert \"x\"", true);
        check("am: x", true);
        check("merge topic: Merge made by the 'ort' strategy.", true);
        check("pull: Merge made by the 'ort' strategy.", true);
        check("merge topic: Fast-forward", false);
        check("pull: Fast-forward", false);
        check("pull --rebase (pick): x", false);
        check("rebase (pick): x", false);
        check("reset: moving to HEAD~1", false);
        check("checkout: moving from a to b", false);
        check("clone: from x", false);
    }
}
