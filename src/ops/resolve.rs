//! Which plan and which task are meant when some of it goes without saying.

use anyhow::Result;

use crate::error::Failure;
use crate::model::id::{PlanId, TaskNumber, WorktreeName};
use crate::model::plan::{Plan, PlanStatus};
use crate::model::printable::Printable;
use crate::model::task::Task;
use crate::store::Reader;

/// A task as asked for: no number means the active task, no plan the current one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TaskRef {
    /// The plan named.
    pub plan: Option<PlanId>,
    /// The task named.
    pub number: Option<TaskNumber>,
}

/// Whose checkpoints are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// A plan's own, which belong to none of its tasks.
    Plan(Option<PlanId>),
    /// A task's.
    Task(TaskRef),
}

/// Returns the plan asked for, or else the current one: that of the work tree's active task, or
/// the only active plan.
///
/// # Errors
/// Fatal when there is no such plan, or more than one could be meant.
pub fn plan(store: &Reader<'_>, worktree: &WorktreeName, wanted: Option<PlanId>) -> Result<Plan> {
    if let Some(id) = wanted {
        return named_plan(store, id);
    }
    if let Some(task) = store.active_task(worktree)? {
        return named_plan(store, task.plan_id);
    }
    let mut active = store.plans(Some(PlanStatus::Active))?;
    match (active.pop(), active.is_empty()) {
        (Some(only), true) => Ok(only),
        (None, _) => Err(Failure::fatal("no active plan")
            .hint("'git plan init --name NAME' creates one; 'git plan list' shows the others")
            .into()),
        (Some(oldest), false) => {
            let candidates = std::iter::once(&oldest).chain(active.iter().rev());
            Err(
                Failure::fatal("Multiple active plans found, specify plan_id")
                    .hint(named(candidates))
                    .into(),
            )
        }
    }
}

fn named_plan(store: &Reader<'_>, id: PlanId) -> Result<Plan> {
    Ok(store.plan(id)?.ok_or_else(|| no_plan(id))?)
}

/// Says that a plan is not there.
pub(super) fn no_plan(id: PlanId) -> Failure {
    Failure::fatal(format!("Plan {id} not found")).hint("'git plan list' shows which there are")
}

fn named<'a>(plans: impl Iterator<Item = &'a Plan>) -> String {
    let lines: Vec<String> = plans
        .map(|plan| format!("  {}  {}", plan.id, Printable::new(&plan.name)))
        .collect();
    format!("active plans:\n{}", lines.join("\n"))
}

/// Returns the task asked for and its plan.
///
/// # Errors
/// Fatal when there is no such plan or task, or nothing is named and no task is active.
pub fn task(store: &Reader<'_>, worktree: &WorktreeName, wanted: TaskRef) -> Result<(Plan, Task)> {
    let Some(number) = wanted.number else {
        return active_task(store, worktree, wanted.plan);
    };
    let plan = plan(store, worktree, wanted.plan)?;
    let found = store.task(plan.id, number)?;
    let task = found.ok_or_else(|| {
        Failure::fatal(format!("Task {number} not found in plan {}", plan.id))
            .hint(format!("'git plan show {}' lists its tasks", plan.id))
    })?;
    Ok((plan, task))
}

fn active_task(
    store: &Reader<'_>,
    worktree: &WorktreeName,
    wanted: Option<PlanId>,
) -> Result<(Plan, Task)> {
    let active = store
        .active_task(worktree)?
        .filter(|task| wanted.is_none_or(|id| id == task.plan_id));
    let task = active.ok_or_else(|| {
        Failure::fatal("no active task in this work tree")
            .hint("name the task, or begin with 'git plan start TASK'")
    })?;
    Ok((named_plan(store, task.plan_id)?, task))
}

/// Returns a task as it is now, when what was judged of it still holds.
///
/// # Errors
/// Fatal when it is gone, or was completed, reopened or given another spec meanwhile.
pub(super) fn unchanged(store: &Reader<'_>, task: &Task) -> Result<Task> {
    let now = store.task_by_id(task.id)?;
    let same = now.filter(|now| (now.spec_id, now.in_force) == (task.spec_id, task.in_force));
    Ok(same.ok_or_else(|| {
        let (plan, number) = (task.plan_id, task.number);
        Failure::fatal(format!("task {plan}.{number} was changed meanwhile"))
            .hint("nothing was recorded; run the command again")
    })?)
}

/// Refuses to `change` an archived plan, where `change` reads like "add tasks to".
///
/// # Errors
/// A judged "no" when the plan is archived.
pub fn must_be_open(plan: &Plan, change: &str) -> Result<()> {
    if plan.status == PlanStatus::Archived {
        let failure = Failure::no(format!("Cannot {change} archived plan {}", plan.id));
        return Err(failure
            .hint("it stays as it was sealed; 'git plan init --name NAME' begins another")
            .into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Status, failure_of, status_of};
    use crate::model::plan::NewPlan;
    use crate::model::task::NewTask;
    use crate::model::time::Timestamp;
    use crate::store::{Planning, Writer};

    fn add_plan(store: &Writer<'_>, name: &str) -> Result<Plan> {
        store.add_plan(NewPlan {
            name: name.to_owned(),
            description: None,
            metadata: serde_json::json!({}),
        })
    }

    fn add_task(store: &Writer<'_>, plan: &Plan) -> Result<Task> {
        let new = NewTask {
            title: "t".to_owned(),
            description: None,
            assigned_to: None,
            phase: None,
        };
        store.add_task(plan.id, new, None)
    }

    /// Runs `check` on a store with `plans` plans of two tasks each.
    fn with_plans(plans: usize, check: impl FnOnce(&Writer<'_>) -> Result<()>) {
        let store = Planning::in_memory().unwrap();
        let job = |store: &Writer<'_>| {
            for number in 1..=plans {
                let plan = add_plan(store, &format!("p{number}"))?;
                add_task(store, &plan)?;
                add_task(store, &plan)?;
            }
            check(store)
        };
        store.write("me", Timestamp(0), job).unwrap();
    }

    fn here() -> WorktreeName {
        WorktreeName(String::new())
    }

    #[test]
    fn the_only_active_plan_is_current() {
        with_plans(1, |store| {
            assert_eq!(plan(store, &here(), None)?.name, "p1");
            let error = plan(store, &here(), Some(PlanId(99))).unwrap_err();
            assert_eq!(error.to_string(), "Plan 99 not found");
            assert_eq!(status_of(&error), Status::Fatal);
            Ok(())
        });
    }

    #[test]
    fn of_several_plans_the_active_tasks_is_current() {
        with_plans(3, |store| {
            let error = plan(store, &here(), None).unwrap_err();
            assert_eq!(
                error.to_string(),
                "Multiple active plans found, specify plan_id"
            );
            let hint = failure_of(&error).and_then(Failure::hint_text).unwrap();
            assert_eq!(hint.lines().count(), 4, "{hint}");
            let two = plan(store, &here(), Some(PlanId(2)))?;
            let task = store.task(two.id, TaskNumber(1))?.unwrap();
            store.start_task(&here(), &task)?;
            assert_eq!(plan(store, &here(), None)?.name, "p2");
            assert!(plan(store, &WorktreeName("other".into()), None).is_err());
            Ok(())
        });
        with_plans(0, |store| {
            assert!(plan(store, &here(), None).is_err());
            Ok(())
        });
    }

    #[test]
    fn no_number_is_the_active_task() {
        let asked = |plan: Option<i64>, number: Option<u32>| TaskRef {
            plan: plan.map(PlanId),
            number: number.map(TaskNumber),
        };
        with_plans(2, |store| {
            assert!(task(store, &here(), TaskRef::default()).is_err());
            let active = store.task(PlanId(2), TaskNumber(1))?.unwrap();
            store.start_task(&here(), &active)?;
            let check = |wanted, expected: Option<(i64, u32)>| {
                let found = task(store, &here(), wanted).ok();
                let found = found.map(|(plan, task)| (plan.id.0, task.number.0));
                assert_eq!(found, expected, "{wanted:?}");
            };
            check(asked(None, None), Some((2, 1)));
            check(asked(None, Some(2)), Some((2, 2)));
            check(asked(Some(1), Some(2)), Some((1, 2)));
            check(asked(Some(2), None), Some((2, 1)));
            check(asked(Some(1), None), None);
            check(asked(Some(1), Some(7)), None);
            let error = task(store, &here(), asked(Some(1), Some(7))).unwrap_err();
            assert_eq!(error.to_string(), "Task 7 not found in plan 1");
            Ok(())
        });
    }

    #[test]
    fn an_archived_plan_refuses_by_name() {
        with_plans(1, |store| {
            store.archive_plan(PlanId(1), &serde_json::json!({}))?;
            let archived = plan(store, &here(), Some(PlanId(1)))?;
            let error = must_be_open(&archived, "add tasks to").unwrap_err();
            assert_eq!(error.to_string(), "Cannot add tasks to archived plan 1");
            assert_eq!(status_of(&error), Status::No);
            Ok(())
        });
    }
}
