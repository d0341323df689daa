//! What plans look like.

use super::*;
use crate::model::id::{JobId, PhaseId, PlanId, SpecHash, TaskId, TaskNumber};
use crate::model::overview::StoredSpec;
use crate::model::task::{AuditStatus, Job, Task};
use crate::model::time::Timestamp;
use serde_json::json;

fn plan(id: i64, status: PlanStatus) -> Plan {
    Plan {
        id: PlanId(id),
        uid: "u".into(),
        name: "Auth\u{1b}[2J".into(),
        description: Some("first\nsecond".into()),
        created_at: Timestamp(0),
        status,
        metadata: json!({}),
    }
}

fn task(number: u32, phase: Option<u32>, status: TaskStatus) -> TaskOverview {
    TaskOverview {
        task: Task {
            id: TaskId(1),
            uid: "u".into(),
            plan_id: PlanId(1),
            number: TaskNumber(number),
            title: format!("title {number}"),
            description: None,
            status,
            audit_status: AuditStatus::Pending,
            in_force: false,
            assigned_to: None,
            spec_id: None,
            phase_id: None,
            created_at: Timestamp(0),
            started_at: None,
            completed_at: None,
        },
        phase,
        spec: None,
        jobs: Vec::new(),
    }
}

fn text(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> String {
    let mut out = Vec::new();
    write(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn a_list_is_a_table_and_a_total() {
    let plans = [plan(12, PlanStatus::Active), plan(3, PlanStatus::Archived)];
    assert_eq!(
        text(|out| list(out, &plans, Style::Plain)),
        "\
ID  STATUS     CREATED               NAME
12  active     1970-01-01T00:00:00Z  Auth\\u{1b}[2J
 3  archived   1970-01-01T00:00:00Z  Auth\\u{1b}[2J

Total: 2 plans
"
    );
    assert_eq!(text(|out| list(out, &[], Style::Plain)), "Total: 0 plans\n");
}

fn full() -> PlanOverview {
    let phase = |number, title: &str| Phase {
        id: PhaseId(i64::from(number)),
        number,
        title: title.into(),
        description: None,
        success_criteria: Some("all green".into()),
    };
    let mut done = task(1, Some(1), TaskStatus::Completed);
    done.task.audit_status = AuditStatus::Pass;
    done.jobs = vec![Job {
        id: JobId(1),
        number: 1,
        description: "look".into(),
        completed: true,
        is_audit_job: true,
    }];
    let mut failed = task(2, None, TaskStatus::Failed);
    failed.task.audit_status = AuditStatus::Fail;
    failed.task.assigned_to = Some("alice".into());
    failed.spec = Some(StoredSpec {
        hash: SpecHash("0123456789".into()),
        yaml: Some("a: 1\nb: 2\n".into()),
    });
    PlanOverview {
        plan: plan(1, PlanStatus::Active),
        phases: vec![phase(1, "Cut"), phase(2, "Polish")],
        tasks: Some(vec![done, failed, task(3, Some(2), TaskStatus::Pending)]),
    }
}

#[test]
fn phases_hold_their_tasks_and_the_rest_is_orphaned() {
    assert_eq!(
        text(|out| overview(out, &full(), Layout::Phases, Style::Plain)),
        "\
Plan 1: Auth\\u{1b}[2J
Status: active
Created: 1970-01-01T00:00:00Z
Description: first
  second

[X] Phase 1: Cut
    Success criteria: all green
  [X] Task 1: title 1 (audit: pass)
      [X] Job 1: look [AUDIT]

[ ] Phase 2: Polish
    Success criteria: all green
  [ ] Task 3: title 3

Orphaned Tasks (not in any phase):
  [ ] Task 2: title 2 (audit: fail)
      Status: failed
      Assigned to: alice
      Spec: 01234567
        | a: 1
        | b: 2
"
    );
}

#[test]
fn flat_is_by_number_and_tasks_can_be_left_out() {
    let mut shown = full();
    let flat = text(|out| overview(out, &shown, Layout::Flat, Style::Plain));
    let order: Vec<_> = ["Tasks (3):", "Task 1:", "Task 2:", "Task 3:"]
        .iter()
        .map(|word| flat.find(word).unwrap())
        .collect();
    assert!(order.is_sorted());
    shown.tasks = None;
    let bare = text(|out| overview(out, &shown, Layout::Phases, Style::Plain));
    assert!(!bare.contains("Phase") && !bare.contains("Task"));
}

#[test]
fn colour_changes_no_word() {
    let painted = text(|out| overview(out, &full(), Layout::Phases, Style::Coloured));
    assert!(painted.contains("\u{1b}[1m"));
    let mut bare = String::new();
    for (index, part) in painted.split('\u{1b}').enumerate() {
        let rest = if index == 0 {
            part
        } else {
            part.split_once('m').unwrap().1
        };
        bare.push_str(rest);
    }
    assert_eq!(
        bare,
        text(|out| overview(out, &full(), Layout::Phases, Style::Plain))
    );
}
