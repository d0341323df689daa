//! What lies at a path of the work tree, seen without following links or opening pipes.

use std::fs::Metadata;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::error::is_absent;
use crate::git::read_regular;
use crate::model::path::RepoPath;

/// The work tree as a directory on the disk.
#[derive(Debug, Clone, Copy)]
pub(super) struct WorkTree<'a> {
    top: &'a Path,
}

/// What lies at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    Nothing,
    File(Stamp),
    /// A symbolic link, with its target.
    Link(Vec<u8>),
    Directory,
    /// A pipe, socket or device.
    Special,
}

/// Changes when a file does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stamp {
    pub(super) size: u64,
    pub(super) executable: bool,
    identity: [i128; 3],
}

impl<'a> WorkTree<'a> {
    pub(super) const fn new(top: &'a Path) -> Self {
        Self { top }
    }

    /// Looks at a path itself, not at what it may link to; nothing is there where a link stands in
    /// for one of its directories.
    pub(super) fn look(self, path: &RepoPath) -> Result<Found> {
        let bytes = path.as_bytes();
        let slashes = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'/');
        for directory in slashes.filter_map(|(end, _)| bytes.get(..end)) {
            let found = self.place(&RepoPath::new(directory)).symlink_metadata();
            if found.is_ok_and(|found| found.is_symlink()) {
                return Ok(Found::Nothing);
            }
        }
        self.look_in_place(path)
    }

    /// As [`WorkTree::look`], where the directories are known to be none of them links.
    pub(super) fn look_in_place(self, path: &RepoPath) -> Result<Found> {
        let place = self.place(path);
        let metadata = match place.symlink_metadata() {
            Ok(metadata) => metadata,
            Err(error) if is_absent(&error) => return Ok(Found::Nothing),
            Err(error) => return Err(error).with_context(|| format!("looking at {path}")),
        };
        let kind = metadata.file_type();
        Ok(if kind.is_symlink() {
            match std::fs::read_link(&place) {
                Ok(target) => Found::Link(os_bytes(target)),
                Err(error) if error.kind() == ErrorKind::NotFound => Found::Nothing,
                Err(error) => return Err(error).with_context(|| format!("reading link {path}")),
            }
        } else if kind.is_dir() {
            Found::Directory
        } else if kind.is_file() {
            Found::File(Stamp::of(&metadata))
        } else {
            Found::Special
        })
    }

    /// Reads a regular file whole.
    pub(super) fn read(self, path: &RepoPath) -> Result<Vec<u8>> {
        let content = read_regular(self.top, path, u64::MAX);
        let content = content.with_context(|| format!("reading {path}"))?;
        Ok(content.unwrap_or_default())
    }

    /// Whether a directory is the top of a repository.
    pub(super) fn is_repository(self, directory: &RepoPath) -> bool {
        self.place(directory)
            .join(".git")
            .symlink_metadata()
            .is_ok()
    }

    /// Lists what a directory holds.
    pub(super) fn children(self, directory: &RepoPath) -> Result<Vec<RepoPath>> {
        let context = || format!("reading directory {directory}");
        let mut children = Vec::new();
        for child in std::fs::read_dir(self.place(directory)).with_context(context)? {
            let name = os_bytes(PathBuf::from(child.with_context(context)?.file_name()));
            children.push(RepoPath::new([directory.as_bytes(), b"/", &name].concat()));
        }
        children.sort();
        Ok(children)
    }

    fn place(self, path: &RepoPath) -> PathBuf {
        self.top.join(native(path))
    }
}

#[cfg(unix)]
fn native(path: &RepoPath) -> PathBuf {
    use std::os::unix::ffi::OsStrExt as _;
    Path::new(std::ffi::OsStr::from_bytes(path.as_bytes())).to_owned()
}

#[cfg(not(unix))]
fn native(path: &RepoPath) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(path.as_bytes()).into_owned())
}

#[cfg(unix)]
fn os_bytes(path: PathBuf) -> Vec<u8> {
    use std::os::unix::ffi::OsStringExt as _;
    path.into_os_string().into_vec()
}

#[cfg(not(unix))]
fn os_bytes(path: PathBuf) -> Vec<u8> {
    path.to_string_lossy().replace('\\', "/").into_bytes()
}

impl Stamp {
    #[cfg(unix)]
    fn of(metadata: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt as _;
        let moment =
            |seconds: i64, nanos: i64| i128::from(seconds) * 1_000_000_000 + i128::from(nanos);
        Self {
            size: metadata.len(),
            executable: metadata.mode() & 0o100 != 0,
            identity: [
                moment(metadata.mtime(), metadata.mtime_nsec()),
                moment(metadata.ctime(), metadata.ctime_nsec()),
                i128::from(metadata.ino()),
            ],
        }
    }

    #[cfg(not(unix))]
    fn of(metadata: &Metadata) -> Self {
        let modified = metadata
            .modified()
            .ok()
            .and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok())
            .and_then(|since| i128::try_from(since.as_nanos()).ok());
        Self {
            size: metadata.len(),
            executable: false,
            identity: [modified.unwrap_or_default(), 0, 0],
        }
    }
}
