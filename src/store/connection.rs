//! One SQLite connection: how it waits for locks, what it distrusts, and its transactions.

use std::hash::{BuildHasher as _, RandomState};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};

/// Opens `path` as a file that may be hostile, waiting up to `patience` for each lock.
///
/// Nothing is written, and no link is followed.
pub(super) fn connect(
    path: &Path,
    flags: OpenFlags,
    patience: Duration,
) -> rusqlite::Result<Connection> {
    // A connection stays on one thread at a time, so SQLite's own mutexes would be for nothing.
    let always = OpenFlags::SQLITE_OPEN_NOFOLLOW | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags | always)?;
    wait(&mut connection, patience)?;
    distrust(&connection)?;
    Ok(connection)
}

/// Takes nothing in the file on trust: neither its pages nor the code in its schema.
pub(super) fn distrust(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    connection.execute_batch("PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0;")?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(())
}

/// Waits in short steps of random length: SQLite's own growing steps starve whoever came first.
fn wait(connection: &mut Connection, patience: Duration) -> rusqlite::Result<()> {
    let mut since = Instant::now();
    connection.busy_handler(Some(move |tries| {
        if tries == 0 {
            since = Instant::now();
        }
        let jitter = RandomState::new().hash_one(tries) % 2_500;
        thread::sleep(Duration::from_micros(500 + jitter));
        since.elapsed() < patience
    }))
}

/// Runs `job` in the only kind of transaction that may write, and commits unless it errs.
///
/// The write lock is taken first: a transaction that has read before it asks for that lock
/// is refused at once, without the wait, when another one writes.
pub(super) fn immediate<T, E: From<rusqlite::Error>>(
    connection: &Connection,
    job: impl FnOnce(&Connection) -> Result<T, E>,
) -> Result<T, E> {
    let transaction = Transaction::new_unchecked(connection, TransactionBehavior::Immediate)?;
    let value = job(&transaction)?;
    transaction.commit()?;
    Ok(value)
}

/// Runs `job` on one consistent state, for reading.
pub(super) fn consistent<T, E: From<rusqlite::Error>>(
    connection: &Connection,
    job: impl FnOnce(&Connection) -> Result<T, E>,
) -> Result<T, E> {
    let transaction = Transaction::new_unchecked(connection, TransactionBehavior::Deferred)?;
    job(&transaction)
}
