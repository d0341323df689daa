//! `verify-task`: judge one task, record the evidence, and set where the task stands.

use anyhow::Result;

use crate::checkpoint;
use crate::model::checkpoint::{Checkpoint, Origin};
use crate::model::evaluation::{Evaluation, Verdict};
use crate::model::evidence::{EvidenceKind, NewEvidence};
use crate::model::plan::Plan;
use crate::model::task::{AuditStatus, Task, TaskStatus};
use crate::model::tree::{Snapshot, TreeSource};
use crate::scan::{Progress, touches_scope};

use super::judge::{Bench, ReadySpec, must_be_verified, required_spec_of};
use super::quote::Lines;
use super::resolve::{self, TaskRef};
use super::standing::{set_audit, set_status};
use super::take_checkpoint::keep_worktree;
use super::workspace::Workspace;

/// What `verify-task` may leave behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Record {
    /// Nothing.
    Nothing,
    /// Evidence and status; a checkpoint when it fails.
    Outcome,
    /// Evidence, status and a checkpoint in any case.
    OutcomeAndCheckpoint,
}

/// What `verify-task` found and changed.
#[derive(Debug)]
pub struct TaskVerified {
    /// The task as it stands now.
    pub task: Task,
    /// Where it stood before.
    pub status_before: TaskStatus,
    /// The evaluation of its spec.
    pub evaluation: Evaluation,
    /// Whether it was in force and is broken now.
    pub is_regression: bool,
    /// The checkpoint taken, if any.
    pub checkpoint: Option<Checkpoint>,
}

/// Judges a task on the work tree.
///
/// # Errors
/// Fatal without a spec, or when a file in scope could not be judged and no violation was seen;
/// then nothing changes. A judged "no" when something should be recorded in an archived plan.
pub fn verify_task(
    ws: &Workspace,
    wanted: TaskRef,
    (record, lines): (Record, Lines),
    progress: &dyn Progress,
) -> Result<TaskVerified> {
    let (plan, task, ready) = ws.read(|store| {
        let (plan, task) = resolve::task(store, ws.worktree(), wanted)?;
        if record != Record::Nothing {
            resolve::must_be_open(&plan, "record a verification in")?;
        }
        let ready = required_spec_of(store, &task)?;
        Ok((plan, task, ready))
    })?;
    let bench = Bench::new(ws, progress);
    let recalled = bench.recall(&[&ready]);
    let source = TreeSource::Worktree;
    let snapshot = ws.repo().snapshot(&source)?;
    let mut evaluations = bench.judge_recalled(&source, &snapshot, &[&ready], recalled)?;
    let evaluation = evaluations.swap_remove(0);
    must_be_verified(&format!("task {}", task.number), &evaluation)?;
    let status_before = task.status;
    let is_regression = task.in_force && evaluation.verdict == Verdict::Broken;
    let mut verified = TaskVerified {
        task,
        status_before,
        evaluation,
        is_regression,
        checkpoint: None,
    };
    if record != Record::Nothing {
        let evidence = evidence_of(ws, &verified, &snapshot, &ready)?;
        verified.task = keep(ws, &verified, evidence)?;
        verified.checkpoint = take(ws, &plan, &verified, record)?;
    }
    bench.quote((&source, &snapshot), [&mut verified.evaluation], lines);
    Ok(verified)
}

/// Records the evidence and sets where the task stands.
fn keep(ws: &Workspace, verified: &TaskVerified, evidence: NewEvidence) -> Result<Task> {
    ws.write(|store| {
        let now = resolve::unchanged(store, &verified.task)?;
        store.add_evidence(evidence)?;
        let audit = match verified.evaluation.verdict {
            Verdict::Met => AuditStatus::Pass,
            Verdict::Broken | Verdict::Unverified => AuditStatus::Fail,
        };
        set_audit(store, &now, audit)?;
        set_status(store, &now, next_status(&verified.evaluation, &now))
    })
}

/// Met completes a task from any status; broken fails what is in force and starts what is pending.
const fn next_status(evaluation: &Evaluation, task: &Task) -> (TaskStatus, bool) {
    match (evaluation.verdict, task.in_force, task.status) {
        (Verdict::Met, ..) => (TaskStatus::Completed, true),
        (_, true, _) => (TaskStatus::Failed, true),
        (_, false, TaskStatus::Pending) => (TaskStatus::InProgress, false),
        (_, false, status) => (status, false),
    }
}

fn evidence_of(
    ws: &Workspace,
    verified: &TaskVerified,
    snapshot: &Snapshot,
    ready: &ReadySpec,
) -> Result<NewEvidence> {
    Ok(NewEvidence {
        task_id: verified.task.id,
        kind: EvidenceKind::Verification,
        spec_hash: Some(ready.hash.clone()),
        tree: verified.evaluation.tree.tree,
        head: snapshot.commit,
        dirty: touches_scope(&ready.spec, snapshot)?,
        worktree: ws.worktree().clone(),
        passed: verified.evaluation.verdict == Verdict::Met,
        violations: Some(verified.evaluation.total_violations),
        evaluation_json: Some(serde_json::to_string(&verified.evaluation)?),
    })
}

fn take(
    ws: &Workspace,
    plan: &Plan,
    verified: &TaskVerified,
    record: Record,
) -> Result<Option<Checkpoint>> {
    let failed = verified.evaluation.verdict != Verdict::Met;
    let outcome = if failed { "failed" } else { "passed" };
    let name = format!("verify-task-{}-{outcome}", verified.task.number);
    if record == Record::OutcomeAndCheckpoint {
        return keep_worktree(
            ws,
            plan,
            Some(&verified.task),
            (&name, Origin::Verification),
        )
        .map(Some);
    }
    if !failed || is_kept(ws, plan, &verified.task)? {
        return Ok(None);
    }
    keep_worktree(
        ws,
        plan,
        Some(&verified.task),
        (&name, Origin::Verification),
    )
    .map(Some)
}

/// Reports whether the task's latest checkpoint already holds the present state.
fn is_kept(ws: &Workspace, plan: &Plan, task: &Task) -> Result<bool> {
    let latest = ws.read(|store| {
        let all = store.checkpoints(plan.id, Some(task.id), crate::store::Superseded::Hidden)?;
        Ok(all.into_iter().next_back())
    })?;
    latest.map_or(Ok(false), |latest| {
        checkpoint::holds_present_state(ws.repo(), &latest)
    })
}
