//! Opening planning.db: for whom, how patiently, and what must hold before anything is read.

use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::connection::{connect, consistent, distrust};
use super::open_error::OpenError;
use super::place::{Found, Modes, Place};
use super::planning::Planning;
use super::schema::{SCHEMAS, Schema, Stamp, check_code, migrate, newest};
use crate::crash;

/// Who is asking; decides how long to wait for a lock and whether migrating is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// A command that may make the database: waits 30 s, may migrate.
    Create,
    /// A command that writes: waits 30 s, may migrate.
    Write,
    /// A command that only reads: waits 30 s, never migrates; an older schema is read as it is.
    Read,
    /// A hook: waits 2 s, never migrates.
    Hook,
}

impl Access {
    const fn patience(self) -> Duration {
        match self {
            Self::Create | Self::Write | Self::Read => Duration::from_secs(30),
            Self::Hook => Duration::from_secs(2),
        }
    }

    fn flags(self) -> OpenFlags {
        // A reader too: it has to undo what a killed writer left half done. Where writing is not
        // possible, SQLite falls back to reading.
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE;
        match self {
            Self::Create => flags | OpenFlags::SQLITE_OPEN_CREATE,
            Self::Write | Self::Read | Self::Hook => flags,
        }
    }
}

impl Planning {
    /// Opens planning.db in `directory` (`plan/` in the repository's common directory).
    ///
    /// # Errors
    /// Every state of the file that is not a database of a known schema; the file stays as it is.
    pub fn open(directory: &Path, access: Access) -> Result<Self, OpenError> {
        let modes = Modes::of(&directory.join("planning.db"));
        Self::open_shared(directory, access, modes)
    }

    /// Like [`open`](Self::open), with these permissions for what it makes, rather than those of the
    /// database that is there.
    ///
    /// # Errors
    /// As for [`open`](Self::open).
    pub fn open_shared(directory: &Path, access: Access, modes: Modes) -> Result<Self, OpenError> {
        let sort = |error| OpenError::sort(error, &directory.join("planning.db"));
        let place = Place::new(directory, modes).map_err(sort)?;
        let connection = open(&place, access, SCHEMAS).map_err(sort)?;
        Ok(Self::new(connection, place.database()))
    }

    /// Makes a planning database in memory, for tests.
    ///
    /// # Errors
    /// Only when SQLite itself fails.
    pub fn in_memory() -> Result<Self> {
        let connection = Connection::open_in_memory()?;
        distrust(&connection)?;
        migrate(&connection, None, SCHEMAS)?;
        connection.execute_batch("PRAGMA foreign_keys = ON;")?;
        Ok(Self::new(connection, ":memory:".into()))
    }
}

/// Opens the database at `place`, whose schemas so far are `schemas`.
pub(super) fn open(place: &Place, access: Access, schemas: &[Schema]) -> Result<Connection> {
    if access == Access::Create {
        place.create()?;
    }
    let path = place.database();
    let found = place.look()?;
    match (found, access) {
        (Found::File, _) | (_, Access::Create) => {}
        (Found::Nothing, _) => return Err(OpenError::Missing { path }.into()),
        (Found::EmptyFile, _) => return Err(empty(&path)),
    }
    let connection = connect(&path, access.flags(), access.patience())?;
    // Another program's database in WAL mode must not be checkpointed by our leaving it.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    if found != Found::File {
        // Before anything is written: the journal inherits the permissions of the file.
        place.protect(&path)?;
        crash::point();
    }
    let version = settle(&connection, place, access, schemas)?;
    if let Some(schema) = usize::try_from(version)
        .ok()
        .and_then(|version| schemas.get(version.checked_sub(1)?))
    {
        check_code(&connection, &path, schema)?;
    }
    configure(&connection, access)?;
    Ok(connection)
}

/// Makes sure the schema is one that `access` can work with, and returns its number.
fn settle(
    connection: &Connection,
    place: &Place,
    access: Access,
    schemas: &[Schema],
) -> Result<u32> {
    let known = newest(schemas);
    let path = place.database();
    match consistent(connection, |state| Stamp::read(state, &path))? {
        Stamp::Ours(found) if found == known => return Ok(found),
        Stamp::Ours(found) if found > known => {
            return Err(OpenError::SchemaNewer { found, known }.into());
        }
        Stamp::Ours(found) if access == Access::Hook => {
            return Err(OpenError::SchemaOlder { found, known }.into());
        }
        Stamp::Ours(found) if access == Access::Read => return Ok(found),
        Stamp::Blank if access != Access::Create => return Err(empty(&path)),
        Stamp::Ours(_) | Stamp::Blank => {}
    }
    migrate(connection, Some(place), schemas)?;
    Ok(known)
}

fn empty(path: &Path) -> anyhow::Error {
    OpenError::Damaged {
        path: path.to_owned(),
        detail: "it is empty; 'git plan init' makes a new one".to_owned(),
    }
    .into()
}

/// A rollback journal, synced with its directory: what was committed survives a power cut, and
/// the file stays readable on media that cannot be written.
fn configure(connection: &Connection, access: Access) -> rusqlite::Result<()> {
    connection.execute_batch(match access {
        Access::Read => "PRAGMA query_only = ON;",
        Access::Create | Access::Write | Access::Hook => {
            "PRAGMA journal_mode = DELETE; PRAGMA synchronous = EXTRA; PRAGMA foreign_keys = ON;"
        }
    })
}
