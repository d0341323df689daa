//! Commits took the place of others: let their checkpoints follow.

use anyhow::Result;

use crate::model::event::Rewritten;
use crate::model::plan::PlanStatus;

use super::record_commit::keep_commit;
use super::workspace::Workspace;

/// Links old commits to new ones, and keeps every new one for the tasks of the old ones.
///
/// The old checkpoint stays, hidden, since it is what a rewind needs. Doing it twice changes
/// nothing more. Returns how many checkpoints were carried over.
///
/// # Errors
/// When the repository or the database cannot be read or written.
pub fn follow_rewrite(ws: &Workspace, pairs: &[Rewritten], cause: &str) -> Result<usize> {
    let pairs: Vec<Rewritten> = pairs
        .iter()
        .filter(|pair| pair.old != pair.new)
        .cloned()
        .collect();
    if pairs.is_empty() {
        return Ok(0);
    }
    ws.write(|store| store.add_rewrites(&pairs, cause))?;
    let mut carried = 0;
    for Rewritten { old, new } in pairs {
        for checkpoint in ws.read(|store| store.checkpoints_of_snapshot(old))? {
            let (plan, task) = ws.read(|store| {
                let task = match checkpoint.task_id {
                    Some(id) => store.task_by_id(id)?,
                    None => None,
                };
                Ok((store.plan(checkpoint.plan_id)?, task))
            })?;
            let Some(plan) = plan.filter(|plan| plan.status != PlanStatus::Archived) else {
                continue;
            };
            if checkpoint.superseded_by.is_some() {
                continue;
            }
            let kept = keep_commit(
                ws,
                new,
                (&plan, task.as_ref()),
                &checkpoint.worktree,
                |_| Ok(()),
            )?;
            ws.write(|store| store.supersede(checkpoint.id, kept.id))?;
            carried += 1;
        }
    }
    Ok(carried)
}
