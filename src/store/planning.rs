//! planning.db, open: one way to read it and one way to change it.

use std::fmt;
use std::ops::Deref;
use std::path::PathBuf;

use anyhow::Result;
use rusqlite::{Connection, ErrorCode, OptionalExtension as _, Params, Row};

use super::connection::{consistent, immediate};
use super::open_error::OpenError;
use super::schema::faults;
use crate::crash;
use crate::error::Failure;
use crate::model::id::{PlanId, TaskNumber};
use crate::model::printable::Printable;
use crate::model::time::Timestamp;

/// planning.db.
pub struct Planning {
    pub(super) connection: Connection,
    pub(super) path: PathBuf,
}

/// Which task: its plan and its number there.
pub type TaskKey = (PlanId, TaskNumber);

/// Queries, on one consistent state.
pub struct Reader<'a> {
    pub(super) connection: &'a Connection,
}

/// Changes, in one transaction; each also appends to the journal.
pub struct Writer<'a> {
    reader: Reader<'a>,
    pub(super) actor: &'a str,
    pub(super) at: Timestamp,
}

impl Planning {
    pub(super) const fn new(connection: Connection, path: PathBuf) -> Self {
        Self { connection, path }
    }

    /// Reads one consistent state.
    ///
    /// # Errors
    /// Those of `job`, and those of the database.
    pub fn read<T>(&self, job: impl FnOnce(&Reader<'_>) -> Result<T>) -> Result<T> {
        consistent(&self.connection, |connection| job(&Reader { connection }))
            .map_err(|error| self.explain(error))
    }

    /// Changes the database in one transaction, undone when `job` errs. The journal names `actor`
    /// and `at` for each change.
    ///
    /// # Errors
    /// Those of `job`, and those of the database.
    pub fn write<T>(
        &self,
        actor: &str,
        at: Timestamp,
        job: impl FnOnce(&Writer<'_>) -> Result<T>,
    ) -> Result<T> {
        let written = immediate(&self.connection, |connection| {
            let value = job(&Writer {
                reader: Reader { connection },
                actor,
                at,
            })?;
            crash::point();
            Ok(value)
        })
        .map_err(|error| self.explain(error))?;
        crash::point();
        Ok(written)
    }

    /// Says in a sentence what an error of SQLite's means here; other errors stay as they are.
    fn explain(&self, error: anyhow::Error) -> anyhow::Error {
        let sqlite = |cause: &(dyn std::error::Error + 'static)| {
            Some(cause.downcast_ref::<rusqlite::Error>()?.sqlite_error_code())
        };
        let Some(code) = error.chain().find_map(sqlite) else {
            return error;
        };
        if matches!(
            code,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)
        ) {
            let path = self.path.clone();
            let detail = error.to_string();
            return OpenError::Damaged { path, detail }.into();
        }
        let path = Printable::path(&self.path);
        error.context(match code {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                format!("planning database {path} stayed locked by another process")
            }
            Some(ErrorCode::ReadOnly) => format!("planning database {path} is read-only"),
            Some(ErrorCode::DiskFull) => format!("no space left for planning database {path}"),
            _ => format!("cannot use planning database {path}"),
        })
    }
}

impl fmt::Debug for Planning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Planning").field(&self.path).finish()
    }
}

impl<'a> Deref for Writer<'a> {
    type Target = Reader<'a>;

    fn deref(&self) -> &Reader<'a> {
        &self.reader
    }
}

impl Reader<'_> {
    /// Lists what is wrong with the file's pages and references, a clause each; empty when sound.
    ///
    /// # Errors
    /// Those of the database.
    pub fn faults(&self) -> Result<Vec<String>> {
        Ok(faults(self.connection)?)
    }

    pub(super) fn first<T>(
        &self,
        sql: &str,
        params: impl Params,
        row: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>> {
        let mut statement = self.connection.prepare_cached(sql)?;
        Ok(statement.query_row(params, row).optional()?)
    }

    pub(super) fn list<T>(
        &self,
        sql: &str,
        params: impl Params,
        row: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map(params, row)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// A number that one row always holds.
    pub(super) fn number(&self, sql: &str, params: impl Params) -> Result<u32> {
        let mut statement = self.connection.prepare_cached(sql)?;
        Ok(statement.query_row(params, |row| row.get(0))?)
    }
}

impl Writer<'_> {
    /// Returns the moment this change is journalled under.
    pub const fn at(&self) -> Timestamp {
        self.at
    }

    /// Runs one changing statement and returns how many rows it changed.
    pub(super) fn change(&self, sql: &str, params: impl Params) -> rusqlite::Result<usize> {
        self.connection.prepare_cached(sql)?.execute(params)
    }

    /// Runs one INSERT and returns the id of its row.
    pub(super) fn insert(&self, sql: &str, params: impl Params) -> rusqlite::Result<i64> {
        self.connection.prepare_cached(sql)?.insert(params)
    }
}

/// The refusal of what names a row that is not there.
pub(super) fn missing(sentence: impl Into<String>) -> anyhow::Error {
    Failure::fatal(sentence).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Access;

    #[test]
    fn a_full_disk_is_called_that_and_nothing_is_changed() {
        let directory = tempfile::TempDir::new().unwrap();
        let plan = directory.path().join("plan");
        let planning = Planning::open(&plan, Access::Create).unwrap();
        let full = "PRAGMA max_page_count = 1;";
        planning.connection.execute_batch(full).unwrap();
        let error = planning
            .write("", Timestamp(0), |writer| {
                writer.set_meta("k", &"v".repeat(9_000))
            })
            .unwrap_err();
        let sentence = error.to_string();
        assert!(
            sentence.starts_with("no space left for planning database /"),
            "{sentence}"
        );
        assert_eq!(planning.read(|reader| reader.meta("k")).unwrap(), None);
    }
}
