//! The schemas of planning.db, oldest first, and the one step from any of them to the newest.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result};
use rusqlite::{Connection, OpenFlags};
use sha2::{Digest as _, Sha256};

use super::columns::hex;
use super::connection::{connect, immediate};
use super::open_error::OpenError;
use super::place::Place;
use crate::crash;

/// `GPln`, so that `file` and other programs can tell whose database this is.
const APPLICATION_ID: i32 = 0x4750_6c6e;

/// One step in the life of planning.db.
#[derive(Debug, Clone)]
pub(super) struct Schema {
    /// What leads here from the schema before.
    pub(super) sql: &'static str,
    /// The fingerprint of every trigger and view once there.
    pub(super) code: &'static str,
}

/// Schema N is at N - 1. Entries are only ever appended.
pub(super) const SCHEMAS: &[Schema] = &[Schema {
    sql: include_str!("schema/0001.sql"),
    code: "c2bc732f97c146c21c616184c1bd5f74afe231d22b4a29c32733c9d828641e12",
}];

/// Whose file it is, as far as its header tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stamp {
    /// Nobody's yet.
    Blank,
    /// Ours, at this schema.
    Ours(u32),
}

impl Stamp {
    /// Reads the header; to be called inside a transaction.
    pub(super) fn read(connection: &Connection, path: &Path) -> Result<Self> {
        let application: i32 = pragma(connection, "application_id")?;
        let version: i32 = pragma(connection, "user_version")?;
        let foreign = |detail| OpenError::Foreign {
            path: path.to_owned(),
            detail,
        };
        if application == APPLICATION_ID {
            return match u32::try_from(version) {
                Ok(version) if version > 0 => Ok(Self::Ours(version)),
                _ => Err(OpenError::Damaged {
                    path: path.to_owned(),
                    detail: format!("there is no schema {version}"),
                }
                .into()),
            };
        }
        if application != 0 {
            let detail = format!("it belongs to another program (application id {application})");
            return Err(foreign(detail).into());
        }
        let things: u32 =
            connection.query_row("SELECT COUNT(*) FROM sqlite_schema", [], |row| row.get(0))?;
        if things > 0 || version != 0 {
            let detail = "it is a SQLite database of another program".to_owned();
            return Err(foreign(detail).into());
        }
        Ok(Self::Blank)
    }
}

fn pragma(connection: &Connection, name: &str) -> rusqlite::Result<i32> {
    connection.pragma_query_value(None, name, |row| row.get(0))
}

/// Brings a blank or older database to the newest of `schemas`, in one transaction that looks
/// again at what is there: another process may have been first.
///
/// `place` is absent for a database in memory, which has nothing to back up.
pub(super) fn migrate(
    connection: &Connection,
    place: Option<&Place>,
    schemas: &[Schema],
) -> Result<()> {
    let path = place.map(Place::database).unwrap_or_default();
    let known = newest(schemas);
    immediate::<_, anyhow::Error>(connection, |transaction| {
        let found = match Stamp::read(transaction, &path)? {
            Stamp::Blank => 0,
            Stamp::Ours(version) => version,
        };
        if found > known {
            return Err(OpenError::SchemaNewer { found, known }.into());
        }
        let steps = schemas.iter().skip(usize::try_from(found)?);
        if steps.len() == 0 {
            return Ok(());
        }
        if found > 0 {
            check(transaction, &path)?;
            if let Some(place) = place {
                back_up(place, found)?;
            }
        }
        for schema in steps {
            transaction
                .execute_batch(schema.sql)
                .with_context(|| format!("cannot migrate from schema {found} to {known}"))?;
        }
        if found == 0 {
            transaction.execute(
                "INSERT INTO meta (key, value) VALUES ('created_by', :version)",
                [concat!("git-plan ", env!("CARGO_PKG_VERSION"))],
            )?;
        }
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        transaction.pragma_update(None, "user_version", known)?;
        check(transaction, &path)?;
        crash::point();
        Ok(())
    })?;
    crash::point();
    Ok(())
}

/// The number of the last of `schemas`.
pub(super) fn newest(schemas: &[Schema]) -> u32 {
    u32::try_from(schemas.len()).unwrap_or(u32::MAX)
}

/// Refuses a database whose pages or references are broken, before it is built upon.
fn check(connection: &Connection, path: &Path) -> Result<()> {
    match faults(connection)?.into_iter().next() {
        None => Ok(()),
        Some(detail) => Err(OpenError::Damaged {
            path: path.to_owned(),
            detail,
        }
        .into()),
    }
}

/// Lists broken pages and dangling references, a clause each.
pub(super) fn faults(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut quick_check = connection.prepare("PRAGMA quick_check")?;
    let mut faults = quick_check
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<Vec<String>>>()?;
    faults.retain(|line| line != "ok");
    let mut foreign_keys = connection.prepare("PRAGMA foreign_key_check")?;
    let dangling = foreign_keys.query_map([], |row| {
        let (from, to): (String, String) = (row.get("table")?, row.get("parent")?);
        Ok(format!("a row of {from} refers to nothing in {to}"))
    })?;
    for fault in dangling {
        faults.push(fault?);
    }
    Ok(faults)
}

/// Copies the state before a migration; through a second connection, because SQLite copies
/// nothing from one that writes.
fn back_up(place: &Place, version: u32) -> Result<()> {
    let target = place.new_backup(version)?;
    let unfinished = target.with_extension("tmp");
    let source = connect(
        &place.database(),
        OpenFlags::SQLITE_OPEN_READ_ONLY,
        Duration::from_secs(30),
    )?;
    let progress: Option<fn(rusqlite::backup::Progress)> = None;
    source
        .backup("main", &unfinished, progress)
        .context("cannot back up the planning database")?;
    place.protect(&unfinished)?;
    std::fs::rename(&unfinished, &target).context("cannot keep the backup")?;
    place.thin_backups()
}

/// Refuses a database with triggers or views that git-plan did not make, or without some it
/// made: they are code, and archived plans are sealed by them.
pub(super) fn check_code(connection: &Connection, path: &Path, schema: &Schema) -> Result<()> {
    if fingerprint(connection)? == schema.code {
        return Ok(());
    }
    Err(OpenError::Damaged {
        path: path.to_owned(),
        detail: "its triggers are not the ones git-plan made".to_owned(),
    }
    .into())
}

/// SHA-256 over the text of every trigger and view.
pub(super) fn fingerprint(connection: &Connection) -> rusqlite::Result<String> {
    let mut statement = connection
        .prepare("SELECT sql FROM sqlite_schema WHERE type IN ('trigger', 'view') ORDER BY name")?;
    let mut rows = statement.query([])?;
    let mut digest = Sha256::new();
    while let Some(row) = rows.next()? {
        let sql: String = row.get(0)?;
        digest.update(sql.as_bytes());
        digest.update([0]);
    }
    Ok(hex(&digest.finalize()))
}
