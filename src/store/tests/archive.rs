//! Archived plans: nothing of theirs comes, changes or goes, by our own hand or another's.

use super::*;
use crate::error::{Status, status_of};
use crate::model::event::{Cause, Rewritten};
use crate::model::evidence::{EvidenceKind, NewEvidence};
use crate::model::id::TaskNumber;
use crate::model::plan::{NewPhase, PlanStatus};
use crate::model::task::{AuditStatus, TaskEdit, TaskStatus};

/// Two plans with a row in every table; the first is archived.
fn archived(planning: &Planning) -> (PlanId, Task) {
    write(planning, |writer| {
        let (plan, task) = fill(writer)?;
        fill(writer)?;
        writer.start_task(&main(), &task)?;
        writer.archive_plan(plan, &json!({ "notes": "done" }))?;
        Ok((plan, task))
    })
}

fn fill(writer: &Writer<'_>) -> anyhow::Result<(PlanId, Task)> {
    let (plan, task) = plan_with_task(writer)?;
    writer.add_phase(plan, new_phase())?;
    writer.add_job(&task, "write", false)?;
    let mut new = new_checkpoint(plan, Some(task.id), Origin::Manual, 1);
    new.captured.files.push(super::checkpoints::diff("a.rs"));
    writer.add_checkpoint(new)?;
    writer.add_evidence(evidence(&task))?;
    Ok((plan, task))
}

fn new_phase() -> NewPhase {
    NewPhase {
        number: None,
        title: "Ground".to_owned(),
        description: None,
        success_criteria: None,
    }
}

fn evidence(task: &Task) -> NewEvidence {
    NewEvidence {
        task_id: task.id,
        kind: EvidenceKind::Claim,
        spec_hash: None,
        tree: None,
        head: None,
        dirty: true,
        worktree: main(),
        passed: true,
        violations: None,
        evaluation_json: None,
    }
}

type Change<'a> = &'a dyn Fn(&Writer<'_>, &Task) -> anyhow::Result<()>;

/// Checks what is said to each of some changes to plan 1, and that they change nothing.
fn refused(changes: &[(&str, Change<'_>)]) {
    let planning = Planning::in_memory().unwrap();
    let (plan, task) = archived(&planning);
    let state = || {
        read(&planning, |it| {
            Ok((it.plan(plan)?, it.tasks(plan)?, it.events(None)?))
        })
    };
    let before = state();
    for (doing, change) in changes {
        let error = planning
            .write(ACTOR, NOW, |writer| change(writer, &task))
            .unwrap_err();
        assert_eq!(error.to_string(), format!("Cannot {doing} archived plan 1"));
        assert_eq!(status_of(&error), Status::No);
    }
    assert_eq!(state(), before);
}

#[test]
fn the_plan_is_refused_by_name() {
    let plan = PlanId(1);
    refused(&[
        ("change", &|w, _| w.archive_plan(plan, &json!({}))),
        ("add phases to", &|w, _| {
            w.add_phase(plan, new_phase()).map(drop)
        }),
        ("add tasks to", &|w, _| {
            w.add_task(plan, new_task("x"), None).map(drop)
        }),
        ("add tasks to", &|w, _| {
            w.add_task(plan, new_task("x"), Some(("x", &hash("b"))))
                .map(drop)
        }),
    ]);
}

#[test]
fn its_tasks_are_refused_by_name() {
    refused(&[
        ("update tasks of", &|w, t| {
            w.set_task_status(t, TaskStatus::Pending, false).map(drop)
        }),
        ("update tasks of", &|w, t| {
            w.set_audit_status(t, AuditStatus::Pass)
        }),
        ("update tasks of", &|w, t| w.assign_task(t, None).map(drop)),
        ("update tasks of", &|w, t| {
            w.edit_task(t, TaskEdit::default()).map(drop)
        }),
        ("change the specs of", &|w, t| {
            w.set_spec(t, "x", &hash("b")).map(drop)
        }),
        ("remove tasks from", &|w, t| w.remove_task(t)),
        ("start tasks of", &|w, t| w.start_task(&main(), t)),
        ("add jobs to", &|w, t| w.add_job(t, "x", false).map(drop)),
        ("update jobs of", &|w, t| w.check_job(t, 1, true).map(drop)),
        ("record evidence in", &|w, t| {
            w.add_evidence(evidence(t)).map(drop)
        }),
    ]);
}

#[test]
fn its_checkpoints_are_refused_by_name() {
    let first = |w: &Writer<'_>| w.latest_checkpoint(PlanId(1), None).unwrap().unwrap().id;
    refused(&[
        ("add checkpoints to", &|w, t| {
            let new = new_checkpoint(t.plan_id, Some(t.id), Origin::Manual, 2);
            w.add_checkpoint(new).map(drop)
        }),
        ("change checkpoints of", &|w, _| {
            let task = w.task(PlanId(2), TaskNumber(1))?.map(|task| task.id);
            let living = w.checkpoints(PlanId(2), task, Superseded::Shown)?;
            w.supersede(first(w), living[0].id)
        }),
        ("remove checkpoints from", &|w, _| {
            w.remove_checkpoint(first(w))
        }),
    ]);
}

#[test]
fn archiving_ends_active_tasks_and_keeps_the_metadata() {
    let planning = Planning::in_memory().unwrap();
    let (plan, _) = archived(&planning);
    read(&planning, |reader| {
        assert_eq!(reader.active_tasks()?, []);
        let plan = reader.plan(plan)?.unwrap();
        assert_eq!(plan.status, PlanStatus::Archived);
        assert_eq!(plan.metadata, json!({ "notes": "done" }));
        Ok(())
    });
}

#[test]
fn the_file_itself_refuses_on_every_table() {
    let repository = Repository::new();
    let planning = repository.open(Access::Create);
    archived(&planning);
    drop(planning);
    let connection = raw(&repository.database());
    let refused = |sql: &str| {
        let error = connection.execute_batch(sql).unwrap_err();
        assert!(
            error.to_string().contains("the plan is archived"),
            "{sql}: {error}"
        );
    };
    let owned = [
        ("plan_phases", "plan_id"),
        ("plan_specs", "plan_id"),
        ("plan_tasks", "plan_id"),
        ("plan_jobs", "task_id"),
        ("active_tasks", "task_id"),
        ("code_snapshots", "plan_id"),
        ("code_diffs", "snapshot_id"),
        ("task_evidence", "task_id"),
    ];
    // A row of the archived plan could only get there behind the triggers' back.
    connection
        .execute_batch(
            "DROP TRIGGER archived_active_tasks_insert;
             INSERT INTO active_tasks VALUES ('side', 1, ''), ('other', 2, '');",
        )
        .unwrap();
    for (table, key) in owned {
        refused(&format!("UPDATE {table} SET {key} = {key} WHERE {key} = 1"));
        refused(&format!("UPDATE {table} SET {key} = 1 WHERE {key} = 2"));
        refused(&format!("UPDATE {table} SET {key} = 2 WHERE {key} = 1"));
        refused(&format!("DELETE FROM {table} WHERE {key} = 1"));
        if table != "active_tasks" {
            refused(&format!(
                "CREATE TEMP TABLE copy AS SELECT * FROM {table} WHERE {key} = 1;
                 INSERT INTO {table} SELECT * FROM copy;"
            ));
            connection.execute_batch("DROP TABLE copy").unwrap();
        }
    }
    refused("UPDATE plans SET status = 'active' WHERE id = 1");
    refused("UPDATE plans SET name = 'x' WHERE id = 1");
    refused("DELETE FROM plans WHERE id = 1");
    refused("REPLACE INTO plans (id, uid, name, created_at) VALUES (1, 'u', 'x', '')");
    let triggers =
        "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'trigger' AND name LIKE 'archived%'";
    let count: isize = connection
        .query_row(triggers, [], |row| row.get(0))
        .unwrap();
    assert_eq!(
        count,
        3 * (owned.len() as isize + 1) - 1,
        "a table has no test here"
    );
}

#[test]
fn an_archived_plan_is_sealed_against_inserts_into_active_tasks() {
    let repository = Repository::new();
    archived(&repository.open(Access::Create));
    let error = raw(&repository.database())
        .execute("INSERT INTO active_tasks VALUES ('side', 1, '')", [])
        .unwrap_err();
    assert_eq!(error.to_string(), "the plan is archived");
}

#[test]
fn what_is_nobodys_goes_on() {
    let planning = Planning::in_memory().unwrap();
    archived(&planning);
    write(&planning, |writer| {
        let (old, new) = (commit(1), commit(9));
        writer.add_rewrites(&[Rewritten { old, new }], Cause::Amend)?;
        writer.set_meta("k", "v")?;
        writer.set_gate_verdict(old, &hash("a"), true)?;
        // Only the evidence of the living plan is anchored; the sealed one does not stand in the way.
        assert_eq!(writer.anchor_evidence(&main(), new, NOW)?, 1);
        assert!(!writer.awaits_commit(&main())?);
        Ok(())
    });
}
