//! Why planning.db could not be opened, in one exact sentence each.

use std::path::{Path, PathBuf};
use std::{fmt, fs, io, mem};

use anyhow::anyhow;
use rusqlite::ErrorCode;

use crate::model::printable::Printable;

/// Why planning.db could not be opened; the file is as it was.
#[derive(Debug)]
pub enum OpenError {
    /// There is none.
    Missing {
        /// Where it would be.
        path: PathBuf,
    },
    /// Something else is in its place: text, a directory, a link, another program's database.
    Foreign {
        /// Where.
        path: PathBuf,
        /// What it is instead, as a clause.
        detail: String,
    },
    /// It was one of ours, and cannot be trusted any more.
    Damaged {
        /// Where.
        path: PathBuf,
        /// What is wrong, as a clause.
        detail: String,
    },
    /// A newer git-plan wrote it.
    SchemaNewer {
        /// Its schema.
        found: u32,
        /// The newest one known here.
        known: u32,
    },
    /// An older git-plan wrote it, and a hook must not migrate it.
    SchemaOlder {
        /// Its schema.
        found: u32,
        /// The newest one known here.
        known: u32,
    },
    /// Anything else: permissions, a lock held too long, the disk.
    Io(anyhow::Error),
}

impl OpenError {
    /// Returns what to do about it, where that is plain.
    pub const fn hint(&self) -> Option<&'static str> {
        match self {
            Self::SchemaNewer { .. } => Some("upgrade git-plan"),
            Self::SchemaOlder { .. } => Some("any 'git plan' command that writes migrates it"),
            Self::Foreign { .. } | Self::Damaged { .. } => {
                Some("put a copy of yours in its place; 'git plan doctor' tells where one may be")
            }
            Self::Missing { .. } | Self::Io(_) => None,
        }
    }

    /// Sorts out what went wrong while opening `path`.
    pub(super) fn sort(error: anyhow::Error, path: &Path) -> Self {
        match error.downcast::<Self>() {
            Ok(known) => known,
            Err(error) => match error.downcast::<rusqlite::Error>() {
                Ok(error) => Self::of_sqlite(error, path),
                Err(other) => Self::Io(other),
            },
        }
    }

    fn of_sqlite(error: rusqlite::Error, path: &Path) -> Self {
        let code = error.sqlite_error_code();
        let length = path.as_os_str().len();
        if code == Some(ErrorCode::CannotOpen) && length > LONGEST_PATH {
            let path = Printable::path(path);
            return Self::Io(anyhow!(
                "cannot open planning database {path}: its path has {length} bytes, and SQLite \
                 takes at most {LONGEST_PATH}"
            ));
        }
        if code == Some(ErrorCode::CannotOpen)
            && let Some(reason) = refusal(path)
        {
            let sentence = format!("cannot open planning database {}", Printable::path(path));
            return Self::Io(anyhow::Error::new(reason).context(sentence));
        }
        let path = path.to_owned();
        let said = match code {
            Some(ErrorCode::NotADatabase) => {
                return Self::Foreign {
                    path,
                    detail: "it is no SQLite database".to_owned(),
                };
            }
            Some(ErrorCode::DatabaseCorrupt) => {
                return Self::Damaged {
                    path,
                    detail: error.to_string(),
                };
            }
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                "is locked by another process"
            }
            Some(ErrorCode::ReadOnly) => {
                "needs an interrupted change undone first, and is read-only"
            }
            Some(ErrorCode::DiskFull) => "finds no space left on its disk",
            Some(ErrorCode::CannotOpen) => "cannot be opened",
            _ => "cannot be read",
        };
        let sentence = format!("planning database {} {said}", Printable::path(&path));
        Self::Io(anyhow::Error::new(error).context(sentence))
    }
}

/// What SQLite is made for, less the ending of a journal's name.
const LONGEST_PATH: usize = 504;

/// What the system says when asked for a file that SQLite could not open; SQLite does not tell.
fn refusal(path: &Path) -> Option<io::Error> {
    match fs::File::open(path) {
        Err(reason) => Some(reason),
        Ok(file) => {
            // Closing it would drop the locks of every other connection of this process.
            mem::forget(file);
            None
        }
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { .. } => {
                f.write_str("Planning database not found. Run 'git plan init' first.")
            }
            Self::Foreign { path, detail } => {
                write!(
                    f,
                    "{} is not a git-plan database: {detail}",
                    Printable::path(path)
                )
            }
            Self::Damaged { path, detail } => {
                write!(
                    f,
                    "planning database {} is damaged: {detail}",
                    Printable::path(path)
                )
            }
            Self::SchemaNewer { found, known } => write!(
                f,
                "planning database has schema {found}, this git-plan knows schemas up to {known}"
            ),
            Self::SchemaOlder { found, known } => write!(
                f,
                "planning database has schema {found}, this git-plan needs schema {known}, \
                 and a hook does not migrate"
            ),
            Self::Io(error) => write!(f, "{error:#}"),
        }
    }
}

impl std::error::Error for OpenError {}

/// Reports whether the database itself is what failed, so that everything else that needs it will.
pub fn is_database_trouble(error: &anyhow::Error) -> bool {
    error
        .chain()
        .any(|cause| cause.is::<OpenError>() || cause.is::<rusqlite::Error>())
}
