//! The gate: what is being pushed, judged by the tasks its history says are completed.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

use crate::git::Known;
use crate::model::evaluation::Verdict;
use crate::model::event::PushedRef;
use crate::model::id::{CommitId, SpecHash};
use crate::model::judged::{GateReport, Judged, JudgedTip, TaskLabel};
use crate::model::task::Task;
use crate::model::tree::TreeSource;
use crate::scan::{ENGINE_VERSION, Progress, Silent};

use super::completion::Histories;
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
    let tips = tips(ws, pushed)?;
    let ids = tips.keys().copied().collect();
    let mut histories = Histories::of(ws, ids, Known::Remotes)?;
    let mut verdicts = Verdicts::new(ws);
    for (commit, remote_names) in tips {
        let split = histories.split(commit)?;
        // Only a later push would miss it, and that one has other ways to know.
        drop(split.remember(ws));
        for task in &split.elsewhere {
            let label = TaskLabel::from(task);
            if !report.not_checked.contains(&label) {
                report.not_checked.push(label);
            }
        }
        let failed = judge_tip(&mut verdicts, commit, &split.here, &Silent)?;
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

/// Verdicts on their way to the store: thousands of refs are not as many transactions.
pub(super) struct Verdicts<'a> {
    ws: &'a Workspace,
    met: Vec<(CommitId, SpecHash)>,
    written: Instant,
}

impl<'a> Verdicts<'a> {
    /// None yet.
    pub(super) fn new(ws: &'a Workspace) -> Self {
        Self {
            ws,
            met: Vec::new(),
            written: Instant::now(),
        }
    }

    /// Adds one. What was judged in a second is not lost when the time for all of it runs out.
    fn add(&mut self, commit: CommitId, spec: &SpecHash) {
        self.met.push((commit, verdict_key(spec)));
        if self.written.elapsed() > Duration::from_secs(1) {
            self.write();
        }
    }

    fn write(&mut self) {
        let met = std::mem::take(&mut self.met);
        self.written = Instant::now();
        if met.is_empty() {
            return;
        }
        let written = self.ws.write(|store| {
            let mut each = met.iter();
            each.try_for_each(|(commit, key)| store.set_gate_verdict(*commit, key, true))
        });
        // Only time is lost when a verdict cannot be kept: the next push judges again.
        drop(written);
    }
}

impl Drop for Verdicts<'_> {
    fn drop(&mut self) {
        self.write();
    }
}

/// Judges one commit; only what the store does not already hold as met is looked at.
///
/// # Errors
/// When the database, the commit or its tree cannot be read, or the deadline of `progress` passed.
pub(super) fn judge_tip(
    verdicts: &mut Verdicts<'_>,
    commit: CommitId,
    tasks: &[Task],
    progress: &dyn Progress,
) -> Result<Vec<Judged>> {
    let ws = verdicts.ws;
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
    for evaluation in evaluations.iter().filter(|it| met(it.verdict)) {
        verdicts.add(commit, &evaluation.spec.hash);
    }
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
