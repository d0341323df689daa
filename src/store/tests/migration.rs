//! Schemas: older databases are backed up and brought forward, by commands only.

use std::fs;

use super::super::connection::consistent;
use super::super::open::open;
use super::super::place::Place;
use super::super::schema::{SCHEMAS, Schema, Stamp, fingerprint};
use super::*;

/// The schemas so far and one more.
fn future() -> Vec<Schema> {
    let mut schemas = SCHEMAS.to_vec();
    let code = schemas.last().unwrap().code;
    schemas.push(Schema {
        sql: "ALTER TABLE plans ADD COLUMN colour TEXT;",
        code,
    });
    schemas
}

fn place(repository: &Repository) -> Place {
    Place::new(&repository.plan(), Modes::PRIVATE).unwrap()
}

fn backups(repository: &Repository) -> Vec<String> {
    let Ok(entries) = fs::read_dir(repository.plan().join("backup")) else {
        return Vec::new();
    };
    let name = |entry: std::io::Result<fs::DirEntry>| entry.unwrap().file_name();
    let mut names: Vec<String> = entries.map(|e| name(e).into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn the_code_in_a_schema_is_what_its_fingerprint_says() {
    let connection = rusqlite::Connection::open_in_memory().unwrap();
    for schema in SCHEMAS {
        connection.execute_batch(schema.sql).unwrap();
        assert_eq!(fingerprint(&connection).unwrap(), schema.code);
    }
}

#[test]
fn a_command_migrates_after_a_backup() {
    let repository = Repository::new();
    write(&repository.open(Access::Create), plan_with_task);
    let connection = open(&place(&repository), Access::Write, &future()).unwrap();
    let (name, colour): (String, Option<String>) = connection
        .query_row("SELECT name, colour FROM plans", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .unwrap();
    assert_eq!((name.as_str(), colour), ("Auth", None));
    assert_eq!(backups(&repository), ["planning-v1-1.db"]);

    let backup = raw(&repository.plan().join("backup/planning-v1-1.db"));
    let stamp = consistent(&backup, |state| Stamp::read(state, &repository.database()));
    assert_eq!(stamp.unwrap(), Stamp::Ours(1));
    let plans: u32 = backup
        .query_row("SELECT COUNT(*) FROM plans", [], |row| row.get(0))
        .unwrap();
    assert_eq!(plans, 1);

    drop(open(&place(&repository), Access::Write, &future()).unwrap());
    assert_eq!(backups(&repository).len(), 1, "nothing more to migrate");
}

#[test]
fn a_failed_migration_leaves_the_old_schema() {
    let repository = Repository::new();
    write(&repository.open(Access::Create), plan_with_task);
    let mut schemas = future();
    schemas.push(Schema {
        sql: "CREATE TABLE half (id INTEGER); SELECT no_such_function();",
        code: "",
    });
    open(&place(&repository), Access::Write, &schemas).unwrap_err();
    let planning = repository.open(Access::Write);
    assert_eq!(read(&planning, |reader| reader.plans(None)).len(), 1);
}

#[test]
fn only_three_backups_are_kept() {
    let repository = Repository::new();
    drop(repository.open(Access::Create));
    let mut schemas = SCHEMAS.to_vec();
    let code = schemas.last().unwrap().code;
    for sql in [
        "ALTER TABLE plans ADD COLUMN a TEXT;",
        "ALTER TABLE plans ADD COLUMN b TEXT;",
        "ALTER TABLE plans ADD COLUMN c TEXT;",
        "ALTER TABLE plans ADD COLUMN d TEXT;",
    ] {
        schemas.push(Schema { sql, code });
        drop(open(&place(&repository), Access::Write, &schemas).unwrap());
    }
    assert_eq!(
        backups(&repository),
        ["planning-v2-2.db", "planning-v3-3.db", "planning-v4-4.db"]
    );
}

#[test]
fn hooks_and_readers_never_migrate() {
    let repository = Repository::new();
    write(&repository.open(Access::Create), plan_with_task);
    let before = fs::read(repository.database()).unwrap();
    let refused = open(&place(&repository), Access::Hook, &future()).unwrap_err();
    let refused = OpenError::sort(refused, &repository.database());
    assert!(
        matches!(refused, OpenError::SchemaOlder { found: 1, known: 2 }),
        "{refused}"
    );
    let reader = open(&place(&repository), Access::Read, &future()).unwrap();
    let plans: u32 = reader
        .query_row("SELECT COUNT(*) FROM plans", [], |row| row.get(0))
        .unwrap();
    assert_eq!(plans, 1);
    drop(reader);
    assert_eq!(fs::read(repository.database()).unwrap(), before);
    assert_eq!(backups(&repository), [""; 0]);
}

#[test]
fn a_damaged_database_is_not_migrated() {
    let repository = Repository::new();
    drop(repository.open(Access::Create));
    {
        let connection = raw(&repository.database());
        connection
            .execute_batch(
                "PRAGMA foreign_keys = OFF;
                 INSERT INTO plan_phases (plan_id, phase_number, title, created_at)
                 VALUES (7, 1, 'Adrift', '');",
            )
            .unwrap();
    }
    let before = fs::read(repository.database()).unwrap();
    let refused = open(&place(&repository), Access::Write, &future()).unwrap_err();
    let refused = OpenError::sort(refused, &repository.database());
    assert!(
        refused
            .to_string()
            .ends_with("is damaged: a row of plan_phases refers to nothing in plans"),
        "{refused}"
    );
    assert_eq!(backups(&repository), [""; 0]);
    assert_eq!(fs::read(repository.database()).unwrap(), before);
}
