//! Plans, phases, tasks, jobs and active tasks: what is stored comes back, numbers are allocated.

use super::*;
use crate::error::status_of;
use crate::model::id::TaskNumber;
use crate::model::plan::{NewPhase, PlanStatus};
use crate::model::task::{AuditStatus, PhaseEdit, TaskEdit, TaskStatus};

const LATER: Timestamp = Timestamp(1_800_000_000);

fn memory() -> Planning {
    Planning::in_memory().unwrap()
}

fn phase(number: Option<u32>) -> NewPhase {
    NewPhase {
        number,
        title: "Ground".to_owned(),
        description: Some("first".to_owned()),
        success_criteria: None,
    }
}

#[test]
fn a_plan_comes_back_as_it_was_made() {
    let planning = memory();
    let new = NewPlan {
        name: "Auth \u{1f512}".to_owned(),
        description: Some("Zeile\n2".to_owned()),
        metadata: json!({ "owner": "ada", "n": [1, 2.5, null] }),
    };
    let plan = write(&planning, |writer| writer.add_plan(new.clone()));
    assert_eq!(
        read(&planning, |reader| reader.plan(plan.id)),
        Some(plan.clone())
    );
    assert_eq!(
        (plan.name, plan.description, plan.metadata),
        (new.name, new.description, new.metadata)
    );
    assert_eq!((plan.id, plan.created_at), (PlanId(1), NOW));
    assert_eq!(plan.status, PlanStatus::Active);
    assert_eq!(plan.uid.len(), 26);
}

#[test]
fn plans_are_listed_newest_first_and_by_status() {
    let planning = memory();
    write(&planning, |writer| {
        for name in ["a", "b", "c"] {
            writer.add_plan(new_plan(name))?;
        }
        writer.archive_plan(PlanId(2), &json!({}))
    });
    let ids = |status| -> Vec<i64> {
        let plans = read(&planning, |reader| reader.plans(status));
        plans.iter().map(|plan| plan.id.0).collect()
    };
    assert_eq!(ids(None), [3, 2, 1]);
    assert_eq!(ids(Some(PlanStatus::Active)), [3, 1]);
    assert_eq!(ids(Some(PlanStatus::Archived)), [2]);
    assert_eq!(ids(Some(PlanStatus::Completed)), [0; 0]);
}

#[test]
fn times_out_of_range_survive() {
    for seconds in [0, -1, 4_294_967_296, i64::MAX, i64::MIN] {
        let planning = memory();
        let at = Timestamp(seconds);
        let plan = planning
            .write(ACTOR, at, |writer| writer.add_plan(new_plan("x")))
            .unwrap();
        assert_eq!(plan.created_at, at);
    }
}

#[test]
fn phases_are_numbered_on_request_or_by_turn() {
    let planning = memory();
    write(&planning, |writer| {
        let plan = writer.add_plan(new_plan("p"))?.id;
        let numbers = [None, Some(5), None, Some(2)]
            .map(|number| writer.add_phase(plan, phase(number)).unwrap().number);
        assert_eq!(numbers, [1, 5, 6, 2]);
        let error = writer.add_phase(plan, phase(Some(5))).unwrap_err();
        assert_eq!(error.to_string(), "Phase 5 exists already in plan 1");
        let listed: Vec<u32> = writer
            .phases(plan)?
            .iter()
            .map(|phase| phase.number)
            .collect();
        assert_eq!(listed, [1, 2, 5, 6]);
        Ok(())
    });
}

#[test]
fn task_numbers_are_never_used_again() {
    let planning = memory();
    write(&planning, |writer| {
        let (plan, first) = plan_with_task(writer)?;
        let second = writer.add_task(plan, new_task("b"), None)?;
        assert_eq!(
            (first.number, second.number),
            (TaskNumber(1), TaskNumber(2))
        );
        writer.remove_task(&second)?;
        assert_eq!(
            writer.add_task(plan, new_task("c"), None)?.number,
            TaskNumber(3)
        );
        let other = writer.add_plan(new_plan("other"))?.id;
        assert_eq!(
            writer.add_task(other, new_task("a"), None)?.number,
            TaskNumber(1)
        );
        Ok(())
    });
}

#[test]
fn what_is_not_there_is_named() {
    let planning = memory();
    let check = |job: &dyn Fn(&Writer<'_>) -> anyhow::Result<()>, expected: &str| {
        let error = planning.write(ACTOR, NOW, job).unwrap_err();
        assert_eq!(error.to_string(), expected);
        assert_eq!(status_of(&error), crate::error::Status::Fatal);
    };
    let (plan, task) = write(&planning, plan_with_task);
    let nowhere = PlanId(99);
    check(
        &|w| w.add_task(nowhere, new_task("x"), None).map(drop),
        "Plan 99 not found",
    );
    check(
        &|w| w.add_phase(nowhere, phase(None)).map(drop),
        "Plan 99 not found",
    );
    check(
        &|w| w.archive_plan(nowhere, &json!({})),
        "Plan 99 not found",
    );
    let mut in_phase = new_task("x");
    in_phase.phase = Some(4);
    check(
        &|w| w.add_task(plan, in_phase.clone(), None).map(drop),
        "Phase 4 not found in plan 1",
    );
    check(
        &|w| w.check_job(&task, 7, true).map(drop),
        "Job 7 not found in task 1",
    );
    write(&planning, |writer| writer.remove_task(&task));
    let gone = "Task 1 not found in plan 1";
    check(
        &|w| {
            w.set_task_status(&task, TaskStatus::Pending, false)
                .map(drop)
        },
        gone,
    );
    check(&|w| w.remove_task(&task), gone);
}

#[test]
fn a_task_is_edited_assigned_and_given_a_spec() {
    let planning = memory();
    write(&planning, |writer| {
        let (plan, task) = plan_with_task(writer)?;
        writer.add_phase(plan, phase(Some(3)))?;
        let edit = TaskEdit {
            title: Some("Move it".to_owned()),
            description: None,
            phase: Some(PhaseEdit::Into(3)),
        };
        let edited = writer.edit_task(&task, edit)?;
        assert_eq!(edited.title, "Move it");
        assert_eq!(edited.phase_id, Some(writer.phases(plan)?[0].id));
        let described = TaskEdit {
            description: Some("why".to_owned()),
            ..TaskEdit::default()
        };
        let edited = writer.edit_task(&edited, described)?;
        assert_eq!(
            (edited.title.as_str(), edited.description.as_deref()),
            ("Move it", Some("why"))
        );
        assert_eq!(
            writer
                .assign_task(&task, Some("bo"))?
                .assigned_to
                .as_deref(),
            Some("bo")
        );
        assert_eq!(writer.assign_task(&task, None)?.assigned_to, None);

        let old = edited.spec_id.unwrap();
        writer.set_task_status(&task, TaskStatus::Completed, true)?;
        writer.set_audit_status(&task, AuditStatus::Pass)?;
        let new = writer.set_spec(&task, "rules: [1]", &hash("b"))?;
        assert_eq!(
            (new.audit_status, new.in_force),
            (AuditStatus::Pending, true)
        );
        let text = |id| writer.spec_text(id).unwrap();
        assert_eq!(
            text(new.spec_id.unwrap()),
            Some(("rules: [1]".to_owned(), hash("b")))
        );
        assert_eq!(text(old), Some(("rules: []".to_owned(), hash("a"))));
        assert_eq!(writer.task_by_uid(&task.uid)?, Some(new));
        Ok(())
    });
}

#[test]
fn a_task_knows_when_it_was_started_and_completed() {
    let planning = memory();
    let (_, task) = write(&planning, plan_with_task);
    let set = |at, status, in_force| {
        let task = planning
            .write(ACTOR, at, |writer| {
                writer.set_task_status(&task, status, in_force)
            })
            .unwrap();
        assert_eq!((task.status, task.in_force), (status, in_force));
        (task.started_at, task.completed_at)
    };
    assert_eq!(set(NOW, TaskStatus::Blocked, false), (None, None));
    assert_eq!(set(NOW, TaskStatus::InProgress, false), (Some(NOW), None));
    assert_eq!(
        set(LATER, TaskStatus::Completed, true),
        (Some(NOW), Some(LATER))
    );
    assert_eq!(
        set(NOW, TaskStatus::Completed, true),
        (Some(NOW), Some(LATER))
    );
    assert_eq!(set(NOW, TaskStatus::Failed, true), (Some(NOW), None));
    assert_eq!(set(LATER, TaskStatus::InProgress, false), (Some(NOW), None));
}

#[test]
fn tasks_in_force_have_a_spec_and_a_living_plan() {
    let planning = memory();
    write(&planning, |writer| {
        let (plan, task) = plan_with_task(writer)?;
        let bare = writer.add_task(plan, new_task("bare"), None)?;
        let (sealed, other) = plan_with_task(writer)?;
        for task in [&task, &bare, &other] {
            writer.set_task_status(task, TaskStatus::Failed, true)?;
        }
        writer.archive_plan(sealed, &json!({}))?;
        let ids: Vec<_> = writer
            .tasks_in_force()?
            .iter()
            .map(|task| task.id)
            .collect();
        assert_eq!(ids, [task.id]);
        Ok(())
    });
}

#[test]
fn jobs_are_ticked() {
    let planning = memory();
    write(&planning, |writer| {
        let (_, task) = plan_with_task(writer)?;
        writer.add_job(&task, "write", false)?;
        let audit = writer.add_job(&task, "check", true)?;
        assert_eq!((audit.number, audit.is_audit_job), (2, true));
        assert!(writer.check_job(&task, 2, true)?.completed);
        let jobs = writer.jobs(task.id)?;
        assert_eq!(
            jobs.iter().map(|job| job.completed).collect::<Vec<_>>(),
            [false, true]
        );
        assert!(!writer.check_job(&task, 2, false)?.completed);
        Ok(())
    });
}

#[test]
fn each_work_tree_has_one_active_task() {
    let planning = memory();
    write(&planning, |writer| {
        let (plan, first) = plan_with_task(writer)?;
        let second = writer.add_task(plan, new_task("b"), None)?;
        let side = WorktreeName("side".to_owned());
        writer.start_task(&main(), &first)?;
        writer.start_task(&side, &first)?;
        writer.start_task(&main(), &second)?;
        assert_eq!(writer.active_task(&main())?.unwrap().id, second.id);
        assert_eq!(
            writer.active_tasks()?,
            [(main(), second.id), (side.clone(), first.id)]
        );
        assert_eq!(writer.task_by_id(first.id)?.unwrap().started_at, Some(NOW));
        assert_eq!(writer.stop_task(&main())?, Some(second.id));
        assert_eq!(writer.stop_task(&main())?, None);
        writer.remove_task(&first)?;
        assert_eq!(writer.active_task(&side)?, None);
        Ok(())
    });
}

#[test]
fn the_journal_tells_which_task_was_active_when() {
    let planning = memory();
    let (_, first) = write(&planning, plan_with_task);
    let at = |second: i64, job: &dyn Fn(&Writer<'_>) -> anyhow::Result<()>| {
        planning.write(ACTOR, Timestamp(second), job).unwrap();
    };
    let side = WorktreeName("side".to_owned());
    at(10, &|writer| writer.start_task(&main(), &first));
    at(15, &|writer| writer.start_task(&side, &first));
    at(20, &|writer| writer.stop_task(&main()).map(drop));
    at(30, &|writer| {
        let second = writer.add_task(first.plan_id, new_task("b"), None)?;
        writer.start_task(&main(), &second)
    });
    let active = |worktree: &WorktreeName, second: i64| {
        read(&planning, |reader| {
            let task = reader.active_task_at(worktree, Timestamp(second))?;
            Ok(task.map(|task| task.number.0))
        })
    };
    assert_eq!(active(&main(), 9), None);
    assert_eq!(active(&main(), 10), Some(1));
    assert_eq!(active(&main(), 19), Some(1));
    assert_eq!(active(&main(), 20), None);
    assert_eq!(active(&main(), 35), Some(2));
    assert_eq!(active(&side, 14), None);
    assert_eq!(active(&side, 99), Some(1));
    at(40, &|writer| writer.remove_task(&first));
    assert_eq!(active(&side, 99), None);
}

#[test]
fn facts_and_verdicts_are_replaced() {
    let planning = memory();
    write(&planning, |writer| {
        assert_eq!(writer.meta("hook")?, None);
        writer.set_meta("hook", "1")?;
        writer.set_meta("hook", "2")?;
        assert_eq!(writer.meta("hook")?.as_deref(), Some("2"));
        assert_eq!(writer.gate_verdict(commit(1), &hash("a"))?, None);
        writer.set_gate_verdict(commit(1), &hash("a"), false)?;
        writer.set_gate_verdict(commit(1), &hash("a"), true)?;
        assert_eq!(writer.gate_verdict(commit(1), &hash("a"))?, Some(true));
        assert_eq!(writer.gate_verdict(commit(1), &hash("b"))?, None);
        Ok(())
    });
}
