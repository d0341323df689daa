//! The journal: complete, append-only, and telling when somebody changed it.

use super::*;
use crate::model::event::NewEvent;
use crate::model::id::TaskNumber;
use crate::model::task::TaskStatus;

fn eventful() -> Repository {
    let repository = Repository::new();
    write(&repository.open(Access::Create), |writer| {
        let (plan, task) = plan_with_task(writer)?;
        writer.set_task_status(&task, TaskStatus::InProgress, false)?;
        writer.add_checkpoint(new_checkpoint(plan, Some(task.id), Origin::Commit, 1))?;
        writer.add_plan(new_plan("Other"))
    });
    repository
}

#[test]
fn every_change_is_a_line() {
    let repository = eventful();
    let planning = repository.open(Access::Read);
    read(&planning, |reader| {
        let events = reader.events(None)?;
        let lines: Vec<_> = events
            .iter()
            .map(|it| (it.id, it.action.as_str(), it.plan_id, it.task_number))
            .collect();
        let (one, first) = (Some(PlanId(1)), Some(TaskNumber(1)));
        assert_eq!(
            lines,
            [
                (1, "plan.created", one, None),
                (2, "task.added", one, first),
                (3, "task.status", one, first),
                (4, "checkpoint.taken", one, first),
                (5, "plan.created", Some(PlanId(2)), None),
            ]
        );
        assert_eq!(events[2].detail["to"], "in_progress");
        assert_eq!((events[0].actor.as_str(), events[0].at), (ACTOR, NOW));
        assert_eq!(events[0].previous_hash, "");
        for pair in events.windows(2) {
            assert_eq!(pair[1].previous_hash, pair[0].hash);
        }
        assert_eq!(reader.events(Some(PlanId(1)))?, events[..4]);
        assert_eq!(reader.first_broken_event()?, None);
        Ok(())
    });
}

#[test]
fn the_hash_is_what_the_documentation_says() {
    let planning = Planning::in_memory().unwrap();
    write(&planning, |writer| {
        writer.record(NewEvent {
            action: "test.done",
            plan_id: Some(PlanId(3)),
            task_number: None,
            detail: json!({ "quote": "\"ä\"" }),
        })
    });
    use sha2::Digest as _;
    let text = r#"[1,"2023-11-14T22:13:20Z","Ada <ada@example.com>","test.done",3,null,"{\"quote\":\"\\\"ä\\\"\"}",""]"#;
    let expected = super::super::columns::hex(&sha2::Sha256::digest(text));
    assert_eq!(
        read(&planning, |reader| reader.events(None))[0].hash,
        expected
    );
}

#[test]
fn the_journal_only_grows() {
    let repository = eventful();
    let connection = raw(&repository.database());
    for sql in [
        "DELETE FROM plan_events WHERE id = 5",
        "UPDATE plan_events SET actor = 'x' WHERE id = 5",
        "INSERT INTO plan_events SELECT 7, at, actor, action, plan_id, task_number, detail_json,
             previous_hash, hash FROM plan_events WHERE id = 5",
        "INSERT OR REPLACE INTO plan_events SELECT * FROM plan_events WHERE id = 5",
    ] {
        let error = connection.execute(sql, []).unwrap_err();
        assert_eq!(error.to_string(), "the journal is append-only", "{sql}");
    }
}

#[test]
fn tampering_is_found() {
    let check = |sql: &str, expected: Option<i64>| {
        let repository = eventful();
        let connection = raw(&repository.database());
        let triggers = "SELECT name, sql FROM sqlite_schema
                        WHERE type = 'trigger' AND tbl_name = 'plan_events'";
        let triggers: Vec<(String, String)> = connection
            .prepare(triggers)
            .unwrap()
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        // Whoever tampers drops the triggers first and puts them back.
        for (name, _) in &triggers {
            connection
                .execute_batch(&format!("DROP TRIGGER {name}"))
                .unwrap();
        }
        connection.execute_batch(sql).unwrap();
        for (_, sql) in &triggers {
            connection.execute_batch(sql).unwrap();
        }
        drop(connection);
        let planning = repository.open(Access::Read);
        let found = read(&planning, |reader| reader.first_broken_event());
        assert_eq!(found, expected, "{sql}");
    };
    check("", None);
    for (column, value) in [
        ("at", "'1999-01-01T00:00:00Z'"),
        ("actor", "'Eve'"),
        ("action", "'plan.renamed'"),
        ("plan_id", "NULL"),
        ("task_number", "9"),
        ("detail_json", "'{}'"),
        ("previous_hash", "'00'"),
        ("hash", "'00'"),
    ] {
        check(
            &format!("UPDATE plan_events SET {column} = {value} WHERE id = 3"),
            Some(3),
        );
    }
    check("DELETE FROM plan_events WHERE id = 1", Some(2));
    check("DELETE FROM plan_events WHERE id = 3", Some(4));
    check("UPDATE plan_events SET id = 60 WHERE id = 5", Some(60));
    check(
        "UPDATE plan_events SET id = -id WHERE id IN (3, 4);
         UPDATE plan_events SET id = 7 + id WHERE id < 0;",
        Some(3),
    );
    check("DELETE FROM plan_events WHERE id = 5", None);
}
