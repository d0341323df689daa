//! What the commit about to be made would break among the tasks in force.

use anyhow::Result;

use crate::model::evaluation::Verdict;
use crate::model::judged::{Judged, TaskLabel};
use crate::model::task::Task;
use crate::model::tree::TreeSource;

use super::judge::{Bench, ReadySpec, required_spec_of};
use super::patience::hurried;
use super::quote::Lines;
use super::verify::in_force;
use super::workspace::Workspace;

/// Returns the evaluations of those tasks in force that the index breaks more than HEAD does.
///
/// # Errors
/// When index, HEAD or database cannot be read, or judging takes longer than a hook may.
pub fn check_staged(ws: &Workspace) -> Result<Vec<Judged>> {
    let (tasks, specs): (Vec<Task>, Vec<ReadySpec>) = ws.read(|store| {
        let tasks = store.tasks_in_force()?.into_iter();
        tasks
            .map(|task| required_spec_of(store, &task).map(|spec| (task, spec)))
            .collect()
    })?;
    if tasks.is_empty() {
        return Ok(Vec::new());
    }
    let staged = ws.repo().snapshot(&TreeSource::Staged)?;
    let hurried = hurried(ws.repo())?;
    let bench = Bench::new(ws, &hurried);
    let wanted: Vec<&ReadySpec> = specs.iter().collect();
    let after = bench.judge(&TreeSource::Staged, &staged, &wanted)?;
    let mut worse = Vec::new();
    for ((task, spec), evaluation) in tasks.iter().zip(&specs).zip(after) {
        if evaluation.verdict != Verdict::Broken {
            continue;
        }
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
            worse.push((task, evaluation));
        }
    }
    if worse.is_empty() {
        return Ok(Vec::new());
    }
    // Asked last: a long history takes longer to walk than a tree that is remembered to judge.
    let (here, _) = in_force(ws, &TreeSource::Staged, staged.commit)?;
    worse.retain(|(task, _)| here.iter().any(|it| it.id == task.id));
    let mut judged: Vec<Judged> = worse
        .into_iter()
        .map(|(task, evaluation)| Judged {
            task: Some(TaskLabel::from(task)),
            evaluation,
            since: None,
        })
        .collect();
    let evaluations = judged.iter_mut().map(|judged| &mut judged.evaluation);
    bench.quote((&TreeSource::Staged, &staged), evaluations, Lines::BRIEF);
    Ok(judged)
}
