//! What could stand for a plan, a task or a checkpoint, for shells that complete a line.

use std::env;

use anyhow::Result;
use clap_complete::CompletionCandidate as Candidate;

use crate::model::id::{PlanId, TaskNumber};
use crate::model::plan::PlanStatus;
use crate::model::printable::Printable;
use crate::ops::Workspace;
use crate::ops::resolve::{self, TaskRef};
use crate::ops::rewind::{Shown, checkpoints};
use crate::store::Access;

/// Returns the plans.
pub(super) fn plans() -> Vec<Candidate> {
    offered(|ws| {
        let plans = ws.read(|store| store.plans(None))?;
        let rows = plans
            .into_iter()
            .filter(|plan| plan.status != PlanStatus::Archived);
        Ok(rows.map(|plan| row(plan.id, &plan.name)).collect())
    })
}

/// Returns the tasks of the current plan, or the plans where there is none.
pub(super) fn plans_or_tasks() -> Vec<Candidate> {
    let tasks = tasks_of(None);
    if tasks.is_empty() { plans() } else { tasks }
}

/// Returns the tasks of the plan named before.
pub(super) fn tasks() -> Vec<Candidate> {
    match numbers().first() {
        Some(plan) => tasks_of(Some(PlanId(i64::from(*plan)))),
        None => Vec::new(),
    }
}

/// Returns the numbers of the task's checkpoints.
pub(super) fn sequences() -> Vec<Candidate> {
    offered(|ws| {
        let found = checkpoints(ws, named_task(), Shown::Current)?;
        let rows = found.list.iter().rev();
        Ok(rows.map(|it| row(it.sequence, &it.name)).collect())
    })
}

/// Returns what a task can be said to be.
pub(super) fn task_statuses() -> Vec<Candidate> {
    let words = ["pending", "in_progress", "completed", "blocked"];
    words.map(Candidate::new).into()
}

/// Returns what a plan can be.
pub(super) fn plan_statuses() -> Vec<Candidate> {
    ["active", "completed", "archived"]
        .map(Candidate::new)
        .into()
}

/// Returns the names of the task's checkpoints.
pub(super) fn names() -> Vec<Candidate> {
    offered(|ws| {
        let found = checkpoints(ws, named_task(), Shown::Current)?;
        let rows = found.list.iter().rev();
        Ok(rows.map(|it| row(Printable::new(&it.name), "")).collect())
    })
}

fn tasks_of(plan: Option<PlanId>) -> Vec<Candidate> {
    offered(|ws| {
        let tasks = ws.read(|store| {
            let plan = resolve::plan(store, ws.worktree(), plan)?;
            store.tasks(plan.id)
        })?;
        Ok(tasks.iter().map(|it| row(it.number, &it.title)).collect())
    })
}

fn row(value: impl ToString, about: &str) -> Candidate {
    let about = Printable::new(about).to_string();
    Candidate::new(value.to_string()).help((!about.is_empty()).then(|| about.into()))
}

/// Offers nothing where there is nothing to read, and catches up with nothing.
fn offered(list: impl FnOnce(&Workspace) -> Result<Vec<Candidate>>) -> Vec<Candidate> {
    Workspace::open(Access::Hook)
        .and_then(|ws| list(&ws))
        .unwrap_or_default()
}

fn named_task() -> TaskRef {
    match numbers()[..] {
        [plan, task, ..] => TaskRef {
            plan: Some(PlanId(i64::from(plan))),
            number: Some(TaskNumber(task)),
        },
        [task] => TaskRef {
            plan: None,
            number: Some(TaskNumber(task)),
        },
        [] => TaskRef {
            plan: None,
            number: None,
        },
    }
}

/// Reports whether the word to complete begins as an option does.
pub(super) fn is_option_begun() -> bool {
    let (words, index) = line();
    words.get(index).is_some_and(|word| word.starts_with('-'))
}

/// The numbers that stand before the word to complete and belong to no option.
fn numbers() -> Vec<u32> {
    let (words, index) = line();
    before(&words[..index.min(words.len())])
}

/// The words of the line, and which of them is to be completed.
fn line() -> (Vec<String>, usize) {
    let words: Vec<String> = env::args_os()
        .skip_while(|word| word != "--")
        .skip(1)
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    let index = env::var("_CLAP_COMPLETE_INDEX").ok();
    let index = index.and_then(|index| index.parse().ok());
    let index = index.unwrap_or(words.len().saturating_sub(1));
    (words, index)
}

fn before(words: &[String]) -> Vec<u32> {
    let pairs = words.windows(2);
    pairs
        .filter(|pair| !pair[0].starts_with("--"))
        .filter_map(|pair| pair[1].parse().ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_options_are_no_tasks() {
        let check = |line: &str, expected: &[u32]| {
            let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
            assert_eq!(before(&words), expected, "{line}");
        };
        check("git-plan rewind 1 2", &[1, 2]);
        check("git-plan rewind --to 3 2", &[2]);
        check("git-plan rewind", &[]);
        check("git-plan show -v 7", &[7]);
    }
}
