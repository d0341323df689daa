//! Where planning.db lies, what lies there, and who may read it.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow};

use super::open_error::OpenError;
use crate::model::printable::Printable;

/// Who may read plans, as permission bits; core.sharedRepository decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Modes {
    /// Of directories.
    pub directory: u32,
    /// Of files.
    pub file: u32,
}

impl Modes {
    /// Only the owner.
    pub const PRIVATE: Self = Self {
        directory: 0o700,
        file: 0o600,
    };

    /// Returns those that fit a database which is there; private without one.
    #[cfg(unix)]
    pub fn of(database: &Path) -> Self {
        use std::os::unix::fs::MetadataExt as _;
        let Ok(metadata) = fs::metadata(database) else {
            return Self::PRIVATE;
        };
        let file = metadata.mode() & 0o666 | 0o600;
        let group = if file & 0o060 == 0 { 0 } else { 0o2000 };
        Self {
            directory: group | file | (file & 0o444) >> 2,
            file,
        }
    }

    /// Returns those that fit a database which is there; private without one.
    #[cfg(not(unix))]
    pub fn of(_: &Path) -> Self {
        Self::PRIVATE
    }

    /// Gives a file that was just made its permissions.
    ///
    /// # Errors
    /// When the file is somebody else's.
    pub fn give(self, file: &Path) -> Result<()> {
        set_mode(file, self.file)
    }

    /// Makes a directory unless it is there.
    ///
    /// # Errors
    /// When its parent is missing or cannot be written.
    pub fn make_directory(self, directory: &Path) -> Result<()> {
        match private_directory(directory) {
            Ok(()) if self.directory == Self::PRIVATE.directory => Ok(()),
            Ok(()) => set_mode(directory, self.directory),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
            Err(error) => {
                let doing = || format!("cannot create {}", Printable::path(directory));
                Err(error).with_context(doing)
            }
        }
    }
}

/// What was found under the database's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    Nothing,
    EmptyFile,
    File,
}

/// The directory `plan/` of one repository.
#[derive(Debug)]
pub(super) struct Place {
    directory: PathBuf,
    modes: Modes,
}

impl Place {
    /// Takes the real path of the directory's parent, so that a repository reached through
    /// a link works, while `plan` itself and what it holds must be no links.
    pub(super) fn new(directory: &Path, modes: Modes) -> Result<Self> {
        let missing = || OpenError::Missing {
            path: directory.join("planning.db"),
        };
        let name = directory.file_name().ok_or_else(missing)?;
        let parent = match directory.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let parent = match fs::canonicalize(parent) {
            Ok(parent) => parent,
            Err(error) if error.kind() == ErrorKind::NotFound => return Err(missing().into()),
            Err(error) => {
                return Err(error)
                    .with_context(|| format!("cannot reach {}", Printable::path(parent)));
            }
        };
        Ok(Self {
            directory: parent.join(name),
            modes,
        })
    }

    pub(super) fn database(&self) -> PathBuf {
        self.directory.join("planning.db")
    }

    /// Makes the directory unless it is there.
    pub(super) fn create(&self) -> Result<()> {
        self.modes.make_directory(&self.directory)
    }

    /// Looks without opening: closing a file that SQLite has open in this process would drop
    /// SQLite's locks, and opening a pipe would hang.
    pub(super) fn look(&self) -> Result<Found> {
        let foreign = |path: &Path, detail: &str| OpenError::Foreign {
            path: path.to_owned(),
            detail: detail.to_owned(),
        };
        match look(&self.directory)? {
            None => return Ok(Found::Nothing),
            Some(kind) if kind.is_symlink() => {
                return Err(foreign(&self.directory, "it is a symbolic link").into());
            }
            Some(kind) if !kind.is_dir() => {
                return Err(foreign(&self.directory, "it is not a directory").into());
            }
            Some(_) => {}
        }
        let path = self.database();
        match look(&path)? {
            None => Ok(Found::Nothing),
            Some(kind) if kind.is_symlink() => Err(foreign(&path, "it is a symbolic link").into()),
            Some(kind) if kind.is_dir() => Err(foreign(&path, "it is a directory").into()),
            Some(kind) if !kind.is_file() => Err(foreign(&path, "it is not a regular file").into()),
            Some(file) if file.len() == 0 => Ok(Found::EmptyFile),
            Some(_) => Ok(Found::File),
        }
    }

    /// Gives a file that was just made its permissions.
    pub(super) fn protect(&self, file: &Path) -> Result<()> {
        self.modes.give(file)
    }

    /// Names a new file for the state before a migration from schema `version`.
    pub(super) fn new_backup(&self, version: u32) -> Result<PathBuf> {
        let directory = self.backup_folder()?;
        let last = self.list_backups()?.pop().map_or(0, |(number, _)| number);
        Ok(directory.join(format!("planning-v{version}-{}.db", last + 1)))
    }

    /// Returns the folder of backups, made unless it is there.
    pub(super) fn backup_folder(&self) -> Result<PathBuf> {
        let directory = self.backups();
        self.modes.make_directory(&directory)?;
        Ok(directory)
    }

    /// Keeps the three newest backups of migrations.
    pub(super) fn thin_backups(&self) -> Result<()> {
        let backups = self.list_backups()?;
        for (_, path) in backups.iter().rev().skip(3) {
            fs::remove_file(path)
                .with_context(|| format!("cannot remove {}", Printable::path(path)))?;
        }
        Ok(())
    }

    fn backups(&self) -> PathBuf {
        self.directory.join("backup")
    }

    /// Every backup with its number, oldest first.
    fn list_backups(&self) -> Result<Vec<(u64, PathBuf)>> {
        let directory = self.backups();
        let context = || format!("cannot list {}", Printable::path(&directory));
        let mut backups = Vec::new();
        for entry in fs::read_dir(&directory).with_context(context)? {
            let path = entry.with_context(context)?.path();
            let number = path
                .file_name()
                .and_then(|name| {
                    name.to_str()?
                        .strip_prefix("planning-v")?
                        .strip_suffix(".db")
                })
                .and_then(|versions| versions.split_once('-')?.1.parse().ok());
            if let Some(number) = number {
                backups.push((number, path));
            }
        }
        backups.sort();
        Ok(backups)
    }
}

fn look(path: &Path) -> Result<Option<fs::Metadata>> {
    match fs::symlink_metadata(path) {
        Ok(metadata) => Ok(Some(metadata)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => {
            Err(anyhow!(error).context(format!("cannot look at {}", Printable::path(path))))
        }
    }
}

/// Nobody else ever sees it open, not even before its permissions are set.
#[cfg(unix)]
fn private_directory(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new()
        .mode(Modes::PRIVATE.directory)
        .create(path)
}

#[cfg(not(unix))]
fn private_directory(path: &Path) -> std::io::Result<()> {
    fs::create_dir(path)
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
        .with_context(|| format!("cannot set the permissions of {}", Printable::path(path)))
}

#[cfg(not(unix))]
fn set_mode(_: &Path, _: u32) -> Result<()> {
    Ok(())
}
