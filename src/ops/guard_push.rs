//! The gate: what is being pushed, judged by the tasks its history says are completed.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};

use crate::model::evaluation::Verdict;
use crate::model::event::PushedRef;
use crate::model::id::{CommitId, SpecHash};
use crate::model::judged::{GateReport, Judged, JudgedTip, TaskLabel};
use crate::model::task::Task;
use crate::model::tree::TreeSource;
use crate::scan::{ENGINE_VERSION, Progress, Silent};

use super::completion::split_by_history;
use super::judge::{Bench, ReadySpec, required_spec_of};
use super::quote::Lines;
use super::workspace::Workspace;

/// Judges the tree of every commit that the push would make a ref name.
///
/// Deletions, `refs/plan/*` and refs that name no commit are not judged; work tree, index and HEAD
/// do not matter.
///
/// # Errors
/// When the database, a pushed commit or its tree cannot be read: the push could not be judged.
pub fn guard_push(ws: &Workspace, pushed: &[PushedRef]) -> Result<GateReport> {
    let mut report = GateReport::default();
    for (commit, remote_names) in tips(ws, pushed)? {
        let split = split_by_history(ws, commit)?;
        // Only a later push would miss it, and that one has other ways to know.
        drop(split.remember(ws));
        for task in &split.elsewhere {
            let label = TaskLabel::from(task);
            if !report.not_checked.contains(&label) {
                report.not_checked.push(label);
            }
        }
        let failed = judge_tip(ws, commit, &split.here, &Silent)?;
        if !failed.is_empty() {
            report.held.push(JudgedTip {
                commit,
                remote_names,
                failed,
            });
        }
    }
    Ok(report)
}

/// The commits to judge, each with the remote refs that would name it.
fn tips(ws: &Workspace, pushed: &[PushedRef]) -> Result<BTreeMap<CommitId, Vec<Vec<u8>>>> {
    let mut tips: BTreeMap<CommitId, Vec<Vec<u8>>> = BTreeMap::new();
    for update in pushed {
        if update.local.is_zero() || update.remote_name.starts_with(b"refs/plan/") {
            continue;
        }
        let peeled = ws.repo().peel_to_commit(update.local);
        if let Some(commit) = peeled.with_context(|| format!("reading {}", update.local))? {
            tips.entry(commit)
                .or_default()
                .push(update.remote_name.clone());
        }
    }
    Ok(tips)
}

/// Writes down that what a report holds back is let through after all, as the policy says.
///
/// # Errors
/// When the database cannot be written.
pub fn let_through(ws: &Workspace, report: &GateReport) -> Result<()> {
    ws.write(|store| {
        for tip in &report.held {
            for judged in &tip.failed {
                let key = verdict_key(&judged.evaluation.spec.hash);
                store.set_gate_verdict(tip.commit, &key, false)?;
            }
        }
        Ok(())
    })
}

/// Judges one commit; only what the store does not already hold as met is looked at.
///
/// # Errors
/// When the database, the commit or its tree cannot be read, or the deadline of `progress` passed.
pub(super) fn judge_tip(
    ws: &Workspace,
    commit: CommitId,
    tasks: &[Task],
    progress: &dyn Progress,
) -> Result<Vec<Judged>> {
    let pending: Vec<(&Task, ReadySpec)> = ws.read(|store| {
        let mut pending = Vec::new();
        for task in tasks {
            let ready = required_spec_of(store, task)?;
            if store.gate_verdict(commit, &verdict_key(&ready.hash))? != Some(true) {
                pending.push((task, ready));
            }
        }
        Ok(pending)
    })?;
    if pending.is_empty() {
        return Ok(Vec::new());
    }
    let bench = Bench::new(ws, progress);
    let specs: Vec<&ReadySpec> = pending.iter().map(|(_, ready)| ready).collect();
    let evaluations = bench.judge_commit(commit, &specs)?;
    let met = |verdict| verdict == Verdict::Met;
    let remembered = ws.write(|store| {
        for evaluation in evaluations.iter().filter(|it| met(it.verdict)) {
            store.set_gate_verdict(commit, &verdict_key(&evaluation.spec.hash), true)?;
        }
        Ok(())
    });
    // Only time is lost when the verdict cannot be kept: the next push judges again.
    drop(remembered);
    let judged = pending
        .iter()
        .zip(evaluations)
        .filter(|(_, it)| !met(it.verdict));
    let mut failed: Vec<Judged> = judged
        .map(|((task, _), evaluation)| Judged {
            task: Some(TaskLabel::from(*task)),
            evaluation,
            since: None,
        })
        .collect();
    let broken = failed.iter_mut().map(|judged| &mut judged.evaluation);
    let source = TreeSource::Revision(commit.to_string());
    bench.quote(
        (&source, &ws.repo().snapshot_of(commit)?),
        broken,
        Lines::BRIEF,
    );
    Ok(failed)
}

/// Another engine may judge the same bytes otherwise, so a verdict is only its own.
fn verdict_key(spec: &SpecHash) -> SpecHash {
    SpecHash(format!("{spec}.{ENGINE_VERSION}"))
}
