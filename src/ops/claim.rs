//! A claim that a task is done: taken at the user's word, but looked at, so that nobody is surprised.

use anyhow::Result;

use crate::error::Failure;
use crate::model::count::counted;
use crate::model::evaluation::{Evaluation, Verdict};
use crate::model::evidence::{EvidenceKind, NewEvidence};
use crate::model::task::{AuditStatus, Task, TaskStatus};
use crate::model::tree::TreeSource;
use crate::scan::{Progress, touches_scope};
use crate::store::Writer;

use super::judge::{Bench, spec_of};
use super::standing::{set_audit, set_status};
use super::workspace::Workspace;

/// A claim that was looked at.
#[derive(Debug)]
pub(super) struct Claim {
    evidence: NewEvidence,
    /// What the spec says of the work tree; `None` when the task has none.
    pub(super) evaluation: Option<Evaluation>,
}

/// Looks at what a claim is worth: judges the work tree by the task's spec.
///
/// # Errors
/// A judged "no" when `plan.requireEvidence` asks for a met spec and it is not met.
pub(super) fn examine(ws: &Workspace, task: &Task, progress: &dyn Progress) -> Result<Claim> {
    let ready = ws.read(|store| spec_of(store, task))?;
    let mut evidence = NewEvidence {
        task_id: task.id,
        kind: EvidenceKind::Claim,
        spec_hash: ready.as_ref().map(|ready| ready.hash.clone()),
        tree: None,
        head: ws.repo().head()?.commit,
        dirty: false,
        worktree: ws.worktree().clone(),
        passed: true,
        violations: None,
        evaluation_json: None,
    };
    let Some(ready) = ready else {
        return Ok(Claim {
            evidence,
            evaluation: None,
        });
    };
    let snapshot = ws.repo().snapshot(&TreeSource::Worktree)?;
    let bench = Bench::new(ws, progress);
    let evaluation = bench
        .judge(&TreeSource::Worktree, &snapshot, &[&ready])?
        .swap_remove(0);
    if evaluation.verdict != Verdict::Met
        && ws.repo().config()?.bool("plan.requireEvidence", false)?
    {
        let why = match evaluation.verdict {
            Verdict::Unverified => "could not be verified".to_owned(),
            _ => {
                let violations = counted(evaluation.total_violations, "violation");
                format!("is not met ({violations})")
            }
        };
        let message = format!(
            "task {} cannot be completed by a claim: its spec {why}",
            task.number
        );
        let hint = format!(
            "'git plan verify-task {} {}' shows them",
            task.plan_id, task.number
        );
        return Err(Failure::no(message).hint(hint).into());
    }
    evidence.tree = evaluation.tree.tree;
    evidence.dirty = touches_scope(&ready.spec, &snapshot)?;
    evidence.violations = Some(evaluation.total_violations);
    evidence.evaluation_json = Some(serde_json::to_string(&evaluation)?);
    Ok(Claim {
        evidence,
        evaluation: Some(evaluation),
    })
}

/// Takes the user's word: the task is completed and in force from now on.
///
/// # Errors
/// When the store cannot be written.
pub(super) fn record(store: &Writer<'_>, task: &Task, claim: &Claim) -> Result<Task> {
    store.add_evidence(claim.evidence.clone())?;
    match claim
        .evaluation
        .as_ref()
        .map(|evaluation| evaluation.verdict)
    {
        Some(Verdict::Met) => set_audit(store, task, AuditStatus::Pass)?,
        Some(Verdict::Broken) => set_audit(store, task, AuditStatus::Fail)?,
        Some(Verdict::Unverified) | None => {}
    }
    set_status(store, task, (TaskStatus::Completed, true))
}
