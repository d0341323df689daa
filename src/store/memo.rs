//! memo.db: what the last scan of each spec found, lines of source that reports showed, and how
//! distant commits are related. A cache that never fails anybody.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension as _, named_params};
use sha2::{Digest as _, Sha256};

use super::connection::{connect, immediate};
use super::place::Modes;
use crate::model::id::{BlobId, CommitId, SpecHash, TreeId};

/// `GPlm`, so that no other file of ours is taken for a memo.
const APPLICATION_ID: i32 = 0x4750_6c6d;
/// Raised whenever a table or a payload changes; an older file is dropped, not migrated.
const VERSION: i32 = 5;
/// How many rows are kept, those of the specs that came last.
const ROWS: u32 = 256;
/// How many lines of source are kept, the last written ones.
const LINES: u32 = 4096;
/// How many descendants of one commit are kept: a task is seen from a few branches.
const DESCENDANTS: u32 = 4;

/// One row per spec and engine version: the tree scanned last and what was found there. Beside
/// that, lines of objects, and which commits descend from which, where it took long to tell.
///
/// Whatever goes wrong, the file is dropped and this memo remembers nothing from then on.
#[derive(Debug)]
pub struct Memo {
    state: Mutex<State>,
}

#[derive(Debug)]
enum State {
    /// Not looked at yet.
    Closed(PathBuf),
    Open(PathBuf, Connection),
    Off,
}

impl Memo {
    /// Names the memo of `directory` (`plan/` in the common directory); it is opened when first
    /// asked, and only if that directory is there.
    pub fn open(directory: &Path) -> Self {
        let state = match fs::canonicalize(directory) {
            Ok(directory) => State::Closed(directory.join("memo.db")),
            Err(_) => State::Off,
        };
        Self {
            state: Mutex::new(state),
        }
    }

    /// Makes a memo that remembers nothing (`--no-memo`).
    pub const fn none() -> Self {
        Self {
            state: Mutex::new(State::Off),
        }
    }

    /// Removes the memo of `directory`: whatever it knows can be found out again.
    pub fn remove(directory: &Path) {
        discard(&directory.join("memo.db"));
    }

    /// Reports whether it can be read and written just now.
    pub fn works(&self) -> bool {
        self.attempt(|connection| immediate(connection, |_| Ok::<_, rusqlite::Error>(())))
            .is_some()
    }

    /// Returns the tree of the last scan of `spec` by this version of the engine, and its payload.
    pub fn get(&self, spec: &SpecHash, engine: u32) -> Option<(TreeId, Vec<u8>)> {
        self.attempt(|connection| {
            let row = connection
                .prepare_cached(
                    "SELECT tree_oid, payload, checksum FROM memo
                     WHERE spec_hash = :spec AND engine = :engine",
                )?
                .query_row(named_params! { ":spec": spec, ":engine": engine }, |row| {
                    Ok((row.get(0)?, row.get(1)?, row.get(2)?))
                })
                .optional()?;
            let Some((tree, payload, checksum)): Option<(TreeId, Vec<u8>, Vec<u8>)> = row else {
                return Ok(None);
            };
            if checksum != seal(spec, engine, tree, &payload) {
                return Err(rusqlite::Error::InvalidQuery);
            }
            Ok(Some((tree, payload)))
        })
        .flatten()
    }

    /// Remembers what a scan of `tree` found, in place of the scan before.
    pub fn put(&self, spec: &SpecHash, engine: u32, tree: TreeId, payload: &[u8]) {
        self.attempt(|connection| {
            immediate(connection, |transaction| {
                transaction
                    .prepare_cached(
                        // In place, since SQLite then writes only the pages that differ: most commits
                        // change no violation.
                        "INSERT INTO memo (spec_hash, engine, tree_oid, payload, checksum)
                     VALUES (:spec, :engine, :tree, :payload, :checksum)
                     ON CONFLICT (spec_hash, engine) DO UPDATE SET
                     tree_oid = excluded.tree_oid, payload = excluded.payload,
                     checksum = excluded.checksum",
                    )?
                    .execute(named_params! {
                        ":spec": spec,
                        ":engine": engine,
                        ":tree": tree,
                        ":payload": payload,
                        ":checksum": seal(spec, engine, tree, payload),
                    })?;
                transaction
                    .prepare_cached(
                        "DELETE FROM memo
                     WHERE id <= (SELECT MAX(id) FROM memo) - :rows",
                    )?
                    .execute(named_params! { ":rows": ROWS })
            })
        });
    }

    /// Returns those of some lines that it remembers, by object and 1-based number.
    pub fn lines(&self, wanted: &[(BlobId, u32)]) -> HashMap<(BlobId, u32), Vec<u8>> {
        let found = self.attempt(|connection| {
            let mut query = connection.prepare_cached(
                "SELECT text, checksum FROM lines WHERE blob_oid = :blob AND number = :number",
            )?;
            let mut lines = HashMap::new();
            for (blob, number) in wanted {
                let place = named_params! { ":blob": blob, ":number": number };
                let row = query.query_row(place, |row| Ok((row.get(0)?, row.get(1)?)));
                let Some((text, checksum)): Option<(Vec<u8>, Vec<u8>)> = row.optional()? else {
                    continue;
                };
                if checksum != seal_line(*blob, *number, &text) {
                    return Err(rusqlite::Error::InvalidQuery);
                }
                lines.insert((*blob, *number), text);
            }
            Ok(lines)
        });
        found.unwrap_or_default()
    }

    /// Remembers lines of objects.
    pub fn put_lines(&self, lines: &[((BlobId, u32), Vec<u8>)]) {
        self.attempt(|connection| {
            immediate(connection, |transaction| {
                let mut insert = transaction.prepare_cached(
                    "INSERT OR REPLACE INTO lines (blob_oid, number, text, checksum)
                     VALUES (:blob, :number, :text, :checksum)",
                )?;
                for ((blob, number), text) in lines {
                    insert.execute(named_params! {
                        ":blob": blob,
                        ":number": number,
                        ":text": text,
                        ":checksum": seal_line(*blob, *number, text),
                    })?;
                }
                transaction
                    .prepare_cached(
                        "DELETE FROM lines
                     WHERE id <= (SELECT MAX(id) FROM lines) - :lines",
                    )?
                    .execute(named_params! { ":lines": LINES })
            })
        });
    }

    /// Returns commits whose histories are known to contain `ancestor`, the last learned first. What
    /// the id of a commit stands for never changes, and its history with it.
    pub fn descendants(&self, ancestor: CommitId) -> Vec<CommitId> {
        let found = self.attempt(|connection| {
            connection
                .prepare_cached(
                    "SELECT descendant FROM ancestry
                     WHERE ancestor = :ancestor ORDER BY id DESC",
                )?
                .query_map(named_params! { ":ancestor": ancestor }, |row| row.get(0))?
                .collect()
        });
        found.unwrap_or_default()
    }

    /// Remembers that the history of `descendant` contains all of `ancestors`.
    pub fn put_descendant(&self, descendant: CommitId, ancestors: &[CommitId]) {
        self.attempt(|connection| {
            immediate(connection, |transaction| {
                let mut insert = transaction.prepare_cached(
                    "INSERT OR REPLACE INTO ancestry (ancestor, descendant)
                     VALUES (:ancestor, :descendant)",
                )?;
                let mut tidy = transaction.prepare_cached(
                    "DELETE FROM ancestry WHERE ancestor = :ancestor AND id NOT IN
                     (SELECT id FROM ancestry WHERE ancestor = :ancestor
                      ORDER BY id DESC LIMIT :kept)",
                )?;
                for ancestor in ancestors {
                    let pair = named_params! { ":ancestor": ancestor, ":descendant": descendant };
                    insert.execute(pair)?;
                    tidy.execute(named_params! { ":ancestor": ancestor, ":kept": DESCENDANTS })?;
                }
                Ok::<_, rusqlite::Error>(())
            })
        });
    }

    /// Runs `job` on the open memo. A memo that is merely busy is left to those who have it.
    fn attempt<T>(&self, job: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Option<T> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let State::Closed(path) = &*state {
            let path = path.clone();
            *state = match open(&path).or_else(|error| {
                if !is_busy(&error) {
                    discard(&path);
                }
                open(&path)
            }) {
                Ok(connection) => State::Open(path, connection),
                Err(_) => State::Off,
            };
        }
        let State::Open(path, connection) = &*state else {
            return None;
        };
        match job(connection) {
            Ok(value) => Some(value),
            Err(error) if is_busy(&error) => None,
            Err(_) => {
                let path = path.clone();
                *state = State::Off;
                discard(&path);
                None
            }
        }
    }
}

fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked)
    )
}

/// Opens a memo of this version, or makes one where there is none yet.
fn open(path: &Path) -> rusqlite::Result<Connection> {
    match fs::symlink_metadata(path) {
        // A pipe would hang, a link would lead elsewhere.
        Ok(metadata) if !metadata.is_file() => return Err(rusqlite::Error::InvalidQuery),
        _ => {}
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
    let connection = connect(path, flags, Duration::from_millis(200))?;
    let is_ours = |connection: &Connection| -> rusqlite::Result<bool> {
        let pragma = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i32>(0));
        Ok(pragma("application_id")? == APPLICATION_ID && pragma("user_version")? == VERSION)
    };
    if !is_ours(&connection)? {
        Modes::of(&path.with_file_name("planning.db"))
            .give(path)
            .map_err(|_| rusqlite::Error::InvalidQuery)?;
        connection.execute_batch("PRAGMA journal_mode = DELETE;")?;
        immediate(&connection, |transaction| {
            if is_ours(transaction)? {
                return Ok(());
            }
            transaction.execute_batch(
                "CREATE TABLE memo (
                     id        INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
                     spec_hash TEXT NOT NULL,
                     engine    INTEGER NOT NULL,
                     tree_oid  TEXT NOT NULL,
                     payload   BLOB NOT NULL,
                     checksum  BLOB NOT NULL,
                     UNIQUE (spec_hash, engine)
                 ) STRICT;
                 CREATE TABLE lines (
                     id       INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
                     blob_oid TEXT NOT NULL,
                     number   INTEGER NOT NULL,
                     text     BLOB NOT NULL,
                     checksum BLOB NOT NULL,
                     UNIQUE (blob_oid, number)
                 ) STRICT;
                 CREATE TABLE ancestry (
                     id         INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
                     ancestor   TEXT NOT NULL,
                     descendant TEXT NOT NULL,
                     UNIQUE (ancestor, descendant)
                 ) STRICT;",
            )?;
            transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
            transaction.pragma_update(None, "user_version", VERSION)
        })?;
    }
    // What a power cut leaves of it is found damaged and dropped; syncs would cost every commit.
    connection.execute_batch("PRAGMA synchronous = OFF;")?;
    Ok(connection)
}

/// Removes the file and its companions; what cannot be removed stays unused.
fn discard(path: &Path) {
    for suffix in ["", "-wal", "-shm", "-journal"] {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        let _ = fs::remove_file(name);
    }
}

/// Ties a payload to what it is about, so that a damaged row is never believed.
fn seal(spec: &SpecHash, engine: u32, tree: TreeId, payload: &[u8]) -> Vec<u8> {
    digest(&format!("{spec} {engine} {tree}\n"), payload)
}

fn seal_line(blob: BlobId, number: u32, text: &[u8]) -> Vec<u8> {
    digest(&format!("{blob} {number}\n"), text)
}

fn digest(about: &str, payload: &[u8]) -> Vec<u8> {
    let mut digest = Sha256::new();
    digest.update(about);
    digest.update(payload);
    digest.finalize().to_vec()
}
