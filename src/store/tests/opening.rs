//! Opening: every state planning.db can be found in, what is said about it, and that it stays.

use std::io::ErrorKind;
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;

use super::*;

const EVERY: [Access; 4] = [Access::Create, Access::Write, Access::Read, Access::Hook];

/// Makes a sound database, spoils it, and checks what opening it says, `{}` being its path.
fn check(spoil: impl Fn(&Repository), accesses: &[Access], sentence: &str) {
    let repository = Repository::new();
    drop(repository.open(Access::Create));
    spoil(&repository);
    let bytes = || fs::read(repository.database()).ok();
    let is_file = fs::metadata(repository.database()).is_ok_and(|file| file.is_file());
    let before = is_file.then(bytes);
    for access in accesses {
        let began = Instant::now();
        let error = Planning::open(&repository.plan(), *access).unwrap_err();
        let path = fs::canonicalize(repository.0.path())
            .unwrap()
            .join("plan/planning.db");
        let expected = sentence.replace("{}", path.to_str().unwrap());
        assert_eq!(error.to_string(), expected, "{access:?}");
        assert!(began.elapsed() < Duration::from_secs(20), "{access:?}");
        assert!(is_database_trouble(&error.into()));
        assert_eq!(is_file.then(bytes), before, "{access:?} changed the file");
    }
}

fn replace(repository: &Repository, content: &[u8]) {
    fs::write(repository.database(), content).unwrap();
}

fn alter(repository: &Repository, sql: &str) {
    raw(&repository.database()).execute_batch(sql).unwrap();
}

#[test]
fn nothing_there() {
    let missing = "Planning database not found. Run 'git plan init' first.";
    let remove = |repository: &Repository| fs::remove_file(repository.database()).unwrap();
    check(remove, &EVERY[1..], missing);
    let remove = |repository: &Repository| fs::remove_dir_all(repository.plan()).unwrap();
    check(remove, &EVERY[1..], missing);
}

#[test]
fn an_empty_file() {
    let empty = "planning database {} is damaged: it is empty; 'git plan init' makes a new one";
    check(|repository| replace(repository, b""), &EVERY[1..], empty);
    let repository = Repository::new();
    fs::create_dir(repository.plan()).unwrap();
    replace(&repository, b"");
    write(&repository.open(Access::Create), plan_with_task);
}

#[test]
fn something_else() {
    let text = "{} is not a git-plan database: it is no SQLite database";
    check(|it| replace(it, b"hello"), &EVERY, text);
    check(
        |it| replace(it, "x\n".repeat(9000).as_bytes()),
        &EVERY,
        text,
    );

    let directory = |it: &Repository| {
        fs::remove_file(it.database()).unwrap();
        fs::create_dir(it.database()).unwrap();
    };
    check(
        directory,
        &EVERY,
        "{} is not a git-plan database: it is a directory",
    );

    let other = |it: &Repository| {
        fs::remove_file(it.database()).unwrap();
        alter(it, "PRAGMA application_id = 77; CREATE TABLE t (a);");
    };
    let sentence = "{} is not a git-plan database: \
                    it belongs to another program (application id 77)";
    check(other, &EVERY, sentence);

    let anonymous = |it: &Repository| {
        fs::remove_file(it.database()).unwrap();
        alter(it, "CREATE TABLE t (a);");
    };
    let sentence = "{} is not a git-plan database: it is a SQLite database of another program";
    check(anonymous, &EVERY, sentence);

    let wal = |it: &Repository| {
        fs::remove_file(it.database()).unwrap();
        let connection = raw(&it.database());
        connection
            .execute_batch("PRAGMA journal_mode = WAL; CREATE TABLE t (a);")
            .unwrap();
        connection
            .set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)
            .unwrap();
    };
    check(wal, &EVERY, sentence);
}

#[test]
fn one_of_ours_that_is_damaged() {
    let half = |it: &Repository| {
        let bytes = fs::read(it.database()).unwrap();
        replace(it, &bytes[..bytes.len() / 2]);
    };
    let malformed = "planning database {} is damaged: database disk image is malformed";
    check(half, &EVERY, malformed);
    let header = |it: &Repository| {
        let bytes = fs::read(it.database()).unwrap();
        replace(it, &bytes[..60]);
    };
    let repository = Repository::new();
    drop(repository.open(Access::Create));
    header(&repository);
    for access in EVERY {
        let error = Planning::open(&repository.plan(), access).unwrap_err();
        assert!(
            matches!(error, OpenError::Damaged { .. } | OpenError::Foreign { .. }),
            "{error}"
        );
    }

    let code = "planning database {} is damaged: its triggers are not the ones git-plan made";
    let added = "CREATE TRIGGER sly AFTER UPDATE ON plan_tasks
                 BEGIN UPDATE plan_tasks SET in_force = 0; END;";
    check(|it| alter(it, added), &EVERY, code);
    check(
        |it| alter(it, "DROP TRIGGER archived_plans_update;"),
        &EVERY,
        code,
    );
    let negative = "planning database {} is damaged: there is no schema -3";
    check(
        |it| alter(it, "PRAGMA user_version = -3;"),
        &EVERY,
        negative,
    );
}

#[test]
fn a_newer_schema_is_refused_with_both_numbers() {
    check(
        |it| alter(it, "PRAGMA user_version = 9;"),
        &EVERY,
        "planning database has schema 9, this git-plan knows schemas up to 1",
    );
}

#[cfg(unix)]
#[test]
fn links_and_pipes() {
    use std::os::unix::fs::symlink;

    let link = |it: &Repository| {
        let elsewhere = it.plan().join("elsewhere.db");
        fs::rename(it.database(), &elsewhere).unwrap();
        symlink(&elsewhere, it.database()).unwrap();
    };
    check(
        link,
        &EVERY,
        "{} is not a git-plan database: it is a symbolic link",
    );
    let dangling = |it: &Repository| {
        fs::remove_file(it.database()).unwrap();
        symlink("nowhere", it.database()).unwrap();
    };
    check(
        dangling,
        &EVERY,
        "{} is not a git-plan database: it is a symbolic link",
    );
    let pipe = |it: &Repository| {
        fs::remove_file(it.database()).unwrap();
        let made = Command::new("mkfifo").arg(it.database()).status().unwrap();
        assert!(made.success());
    };
    check(
        pipe,
        &EVERY,
        "{} is not a git-plan database: it is not a regular file",
    );

    let repository = Repository::new();
    drop(repository.open(Access::Create));
    let real = repository.0.path().join("real");
    fs::rename(repository.plan(), &real).unwrap();
    symlink(&real, repository.plan()).unwrap();
    let error = Planning::open(&repository.plan(), Access::Read).unwrap_err();
    assert!(matches!(error, OpenError::Foreign { .. }), "{error}");

    let repository = Repository::new();
    let alias = TempDir::new().unwrap();
    symlink(repository.0.path(), alias.path().join("repo")).unwrap();
    let through = alias.path().join("repo/plan");
    drop(Planning::open(&through, Access::Create).unwrap());
    drop(repository.open(Access::Write));
}

#[cfg(unix)]
#[test]
fn only_the_owner_may_read() {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o7777;
    let repository = Repository::new();
    drop(repository.open(Access::Create));
    assert_eq!(mode(&repository.plan()), 0o700);
    assert_eq!(mode(&repository.database()), 0o600);

    let repository = Repository::new();
    let group = Modes {
        directory: 0o2770,
        file: 0o660,
    };
    drop(Planning::open_shared(&repository.plan(), Access::Create, group).unwrap());
    assert_eq!(mode(&repository.plan()), 0o2770);
    assert_eq!(mode(&repository.database()), 0o660);
}

/// Runs the test `name` as somebody who owns nothing here, with these modes on plan/ and the file.
#[cfg(unix)]
fn as_stranger(name: &str, directory: u32, file: u32) {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
    use std::os::unix::process::CommandExt as _;
    let repository = Repository::new();
    write(&repository.open(Access::Create), plan_with_task);
    let before = fs::read(repository.database()).unwrap();
    let set = |path: &Path, mode| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    };
    set(repository.0.path(), 0o755);
    set(&repository.database(), file);
    set(&repository.plan(), directory);
    // The build directory may be closed to strangers.
    let program = repository.0.path().join("test");
    fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
    let mut child = rerun_as(&program, name, &repository.plan());
    if fs::metadata(repository.0.path()).unwrap().uid() == 0 {
        child.gid(65_534).uid(65_534);
    }
    // A child that another test forks meanwhile may hold the copy open for writing a moment longer.
    let output = loop {
        match child.output() {
            Err(busy) if busy.kind() == ErrorKind::ExecutableFileBusy => {}
            output => break output.unwrap(),
        }
    };
    set(&repository.plan(), 0o700);
    set(&repository.database(), 0o600);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(String::from_utf8_lossy(&output.stdout).contains("1 passed"));
    assert_eq!(fs::read(repository.database()).unwrap(), before);
}

#[cfg(unix)]
#[test]
fn a_read_only_file_can_be_read() {
    let Some(plan) = parent_says() else {
        return as_stranger("opening::a_read_only_file_can_be_read", 0o555, 0o444);
    };
    let planning = Planning::open(&plan, Access::Read).unwrap();
    assert_eq!(read(&planning, |reader| reader.plans(None)).len(), 1);
    let planning = Planning::open(&plan, Access::Write).unwrap();
    let error = planning
        .write(ACTOR, NOW, |writer| writer.add_plan(new_plan("No")))
        .unwrap_err();
    assert!(
        error.to_string().ends_with("planning.db is read-only"),
        "{error}"
    );
    assert!(Memo::open(&plan).get(&hash("a"), 1).is_none());
}

#[cfg(unix)]
#[test]
fn an_unreadable_file() {
    let Some(plan) = parent_says() else {
        return as_stranger("opening::an_unreadable_file", 0o555, 0o000);
    };
    for access in EVERY {
        let error = Planning::open(&plan, access).unwrap_err().to_string();
        assert!(
            error.starts_with("cannot open planning database /"),
            "{error}"
        );
        assert!(
            error.ends_with("planning.db: Permission denied (os error 13)"),
            "{error}"
        );
    }
}

#[cfg(unix)]
#[test]
fn an_unreadable_directory() {
    let Some(plan) = parent_says() else {
        return as_stranger("opening::an_unreadable_directory", 0o000, 0o600);
    };
    for access in EVERY {
        let error = Planning::open(&plan, access).unwrap_err().to_string();
        assert!(error.starts_with("cannot look at /"), "{error}");
        assert!(
            error.ends_with("planning.db: Permission denied (os error 13)"),
            "{error}"
        );
    }
}

#[test]
fn a_database_that_somebody_put_into_wal_mode_is_put_back() {
    let repository = Repository::new();
    write(&repository.open(Access::Create), plan_with_task);
    alter(&repository, "PRAGMA journal_mode = WAL;");
    let planning = repository.open(Access::Write);
    assert_eq!(read(&planning, |reader| reader.plans(None)).len(), 1);
    drop(planning);
    let mode: String = raw(&repository.database())
        .pragma_query_value(None, "journal_mode", |row| row.get(0))
        .unwrap();
    assert_eq!(mode, "delete");
}

#[test]
fn a_name_that_drives_terminals_is_escaped() {
    let repository = Repository::new();
    let odd = repository.0.path().join("a\u{1b}[31mb");
    fs::create_dir_all(odd.join("plan/planning.db")).unwrap();
    let error = Planning::open(&odd.join("plan"), Access::Read).unwrap_err();
    assert!(!error.to_string().contains('\u{1b}'), "{error}");
}

#[test]
fn a_reader_cannot_write() {
    let repository = Repository::new();
    drop(repository.open(Access::Create));
    let reader = repository.open(Access::Read);
    let error = reader
        .write(ACTOR, NOW, |writer| writer.add_plan(new_plan("No")))
        .unwrap_err();
    assert!(
        error.to_string().ends_with("planning.db is read-only"),
        "{error}"
    );
}

#[test]
fn a_reader_undoes_what_a_killed_writer_left_half_done() {
    let repository = Repository::new();
    write(&repository.open(Access::Create), plan_with_task);
    let before = fs::read(repository.database()).unwrap();
    // The state of a kill between the first page written and the journal's removal.
    let connection = raw(&repository.database());
    connection
        .execute_batch(
            "PRAGMA cache_size = 1; PRAGMA cache_spill = 1; BEGIN IMMEDIATE;
             INSERT INTO meta SELECT 'k' || value, hex(zeroblob(900))
             FROM (WITH RECURSIVE n (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n
                   WHERE value < 300) SELECT value FROM n);",
        )
        .unwrap();
    let journal = repository.plan().join("planning.db-journal");
    let killed = Repository::new();
    fs::create_dir(killed.plan()).unwrap();
    fs::copy(&journal, killed.plan().join("planning.db-journal")).unwrap();
    fs::copy(repository.database(), killed.database()).unwrap();
    connection.execute_batch("ROLLBACK").unwrap();
    assert_ne!(fs::read(killed.database()).unwrap(), before);

    let reader = killed.open(Access::Read);
    assert_eq!(read(&reader, |reader| reader.plans(None)).len(), 1);
    drop(reader);
    assert_eq!(fs::read(killed.database()).unwrap(), before);
}

#[test]
fn a_held_lock_is_waited_for_and_a_hook_gives_up() {
    let repository = Repository::new();
    let planning = repository.open(Access::Create);
    let began = Instant::now();
    write(&planning, |_| {
        let hook = repository.open(Access::Hook);
        let error = hook
            .write(ACTOR, NOW, |writer| writer.add_plan(new_plan("Late")))
            .unwrap_err();
        assert!(
            error
                .to_string()
                .ends_with("planning.db stayed locked by another process"),
            "{error}"
        );
        Ok(())
    });
    let waited = began.elapsed();
    assert!(waited >= Duration::from_secs(2), "{waited:?}");
    assert!(waited < Duration::from_secs(20), "{waited:?}");
}
