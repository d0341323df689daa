//! A file that an answer is to be written to: known to be writable before any work is done, and
//! never left half-written.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::model::printable::Printable;

/// Where to write, and how.
#[derive(Debug)]
pub(super) enum OutputFile {
    /// A file that is there or will be, replaced in one step.
    File(PathBuf),
    /// Something else that takes bytes: a pipe, a terminal.
    Stream(PathBuf, File),
}

impl OutputFile {
    /// Makes sure that `path` can be written; changes nothing there.
    ///
    /// # Errors
    /// When it cannot.
    pub(super) fn prepare(path: &Path) -> Result<Self> {
        Self::open(path).with_context(|| writing(path))
    }

    fn open(path: &Path) -> Result<Self> {
        let Ok(found) = fs::metadata(path) else {
            // Nothing is there, or what a link names is missing.
            drop(tempfile::tempfile_in(directory(path))?);
            return Ok(Self::File(path.to_owned()));
        };
        let opened = File::options().append(true).open(path)?;
        if !found.is_file() {
            return Ok(Self::Stream(path.to_owned(), opened));
        }
        let real = fs::canonicalize(path)?;
        drop(tempfile::tempfile_in(directory(&real))?);
        Ok(Self::File(real))
    }

    /// Writes `text`.
    ///
    /// # Errors
    /// When it cannot be written after all.
    pub(super) fn write(self, text: &[u8]) -> Result<()> {
        match self {
            Self::File(path) => replace(&path, text).with_context(|| writing(&path)),
            Self::Stream(path, mut stream) => {
                stream.write_all(text).with_context(|| writing(&path))
            }
        }
    }
}

fn replace(path: &Path, text: &[u8]) -> Result<()> {
    let mut written = builder().tempfile_in(directory(path))?;
    written.write_all(text)?;
    if let Ok(there) = fs::metadata(path) {
        written.as_file().set_permissions(there.permissions())?;
    }
    written.persist(path)?;
    Ok(())
}

/// What the umask leaves of everybody's rights, as for any file that a program makes.
#[cfg(unix)]
fn builder() -> tempfile::Builder<'static, 'static> {
    use std::os::unix::fs::PermissionsExt as _;
    let mut builder = tempfile::Builder::new();
    builder.permissions(fs::Permissions::from_mode(0o666));
    builder
}

#[cfg(not(unix))]
fn builder() -> tempfile::Builder<'static, 'static> {
    tempfile::Builder::new()
}

fn directory(path: &Path) -> &Path {
    let parent = path.parent().unwrap_or(Path::new("/"));
    match parent.as_os_str().is_empty() {
        true => Path::new("."),
        false => parent,
    }
}

fn writing(path: &Path) -> String {
    format!("writing {}", Printable::path(path))
}
