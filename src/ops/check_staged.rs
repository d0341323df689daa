//! What the commit about to be made would break among the tasks in force.

use anyhow::Result;

use crate::model::evaluation::Verdict;
use crate::model::judged::{Judged, TaskLabel};
use crate::model::tree::TreeSource;

use super::judge::{Bench, ReadySpec, required_spec_of};
use super::patience::hurried;
use super::verify::in_force;
use super::workspace::Workspace;

/// Returns the evaluations of those tasks in force that the index breaks more than HEAD does.
///
/// # Errors
/// When index, HEAD or database cannot be read, or judging takes longer than a hook may.
pub fn check_staged(ws: &Workspace) -> Result<Vec<Judged>> {
    if ws.read(|store| store.tasks_in_force())?.is_empty() {
        return Ok(Vec::new());
    }
    let staged = ws.repo().snapshot(&TreeSource::Staged)?;
    let (tasks, _) = in_force(ws, &TreeSource::Staged, &staged)?;
    let specs: Vec<ReadySpec> = ws.read(|store| {
        let specs = tasks.iter().map(|task| required_spec_of(store, task));
        specs.collect()
    })?;
    let hurried = hurried(ws.repo())?;
    let bench = Bench {
        repo: ws.repo(),
        memo: ws.memo(),
        progress: &hurried,
    };
    let wanted: Vec<&ReadySpec> = specs.iter().collect();
    let after = bench.judge(&TreeSource::Staged, &staged, &wanted)?;
    let broken = tasks
        .iter()
        .zip(&specs)
        .zip(after)
        .filter(|(_, it)| it.verdict == Verdict::Broken);
    let mut worse = Vec::new();
    for ((task, spec), evaluation) in broken {
        let before = match staged.commit {
            Some(head) => {
                bench
                    .judge_commit(head, &[spec])?
                    .swap_remove(0)
                    .total_violations
            }
            None => 0,
        };
        if evaluation.total_violations > before {
            worse.push(Judged {
                task: Some(TaskLabel::from(task)),
                evaluation,
                since: None,
            });
        }
    }
    Ok(worse)
}
