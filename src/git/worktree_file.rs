//! Reading one file of the work tree without being led astray by links, pipes or races.

use std::fs::{File, FileType, Metadata, OpenOptions, symlink_metadata};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use super::repo::Repo;
use crate::model::path::RepoPath;

impl Repo {
    /// Reads a regular file of the work tree; `None` when it holds more than `limit` bytes.
    ///
    /// # Errors
    /// When there is no regular file, a directory on the way is a link, or it cannot be read. A
    /// link is never followed, and a pipe never waited for.
    pub fn read_worktree_file(&self, path: &RepoPath, limit: u64) -> Result<Option<Vec<u8>>> {
        read_regular(self.top()?, path, limit).with_context(|| format!("reading {path}"))
    }

    /// Whether a file of the work tree may not be read; a pipe is never waited for.
    ///
    /// # Errors
    /// When the path leads out of the work tree.
    pub fn is_denied(&self, path: &RepoPath) -> Result<bool> {
        let opened = open(&on_disk(self.top()?, path)?);
        Ok(opened.is_err_and(|error| error.kind() == std::io::ErrorKind::PermissionDenied))
    }
}

/// Reads a regular file under a directory, as [`Repo::read_worktree_file`] does.
///
/// # Errors
/// As there.
pub fn read_regular(top: &Path, path: &RepoPath, limit: u64) -> Result<Option<Vec<u8>>> {
    let full = on_disk(top, path)?;
    let mut parent = top.to_owned();
    for component in full.strip_prefix(top)?.parent().into_iter().flatten() {
        parent.push(component);
        if !symlink_metadata(&parent)?.is_dir() {
            bail!("a directory on the way is a link");
        }
    }
    let seen = symlink_metadata(&full)?;
    if !seen.is_file() {
        bail!("it is not a regular file");
    }
    if seen.len() > limit {
        return Ok(None);
    }
    let file = open(&full)?;
    if !same_file(&seen, &file.metadata()?) {
        bail!("it was replaced while being opened");
    }
    let mut content = Vec::with_capacity(usize::try_from(seen.len())?);
    file.take(limit.saturating_add(1))
        .read_to_end(&mut content)?;
    let within = u64::try_from(content.len())? <= limit;
    Ok(within.then_some(content))
}

/// Returns what is at a path of the repository, links not followed; `None` for nothing.
pub(super) fn kind_of(top: &Path, path: &RepoPath) -> Option<FileType> {
    let seen = symlink_metadata(on_disk(top, path).ok()?).ok()?;
    Some(seen.file_type())
}

/// Whether there is what a reader may wait for or read for ever: a pipe, a socket or a device.
pub(super) fn may_never_end(top: &Path, path: &RepoPath) -> bool {
    kind_of(top, path).is_some_and(|kind| !kind.is_file() && !kind.is_dir() && !kind.is_symlink())
}

/// Returns where a path of the repository is on the disk.
///
/// # Errors
/// When it would lead out of the work tree, or cannot exist on this system.
pub(super) fn on_disk(top: &Path, path: &RepoPath) -> Result<PathBuf> {
    let bytes = path.as_bytes();
    let astray = |segment: &[u8]| matches!(segment, b"" | b"." | b"..") || segment.contains(&0);
    if bytes.split(|byte| *byte == b'/').any(astray) {
        bail!("{path} is no path of a file");
    }
    Ok(top.join(native(bytes)?))
}

#[cfg(unix)]
fn native(bytes: &[u8]) -> Result<&Path> {
    use std::os::unix::ffi::OsStrExt as _;
    Ok(Path::new(std::ffi::OsStr::from_bytes(bytes)))
}

/// Elsewhere names are Unicode, and `\` or `:` in one would mean another place.
#[cfg(not(unix))]
fn native(bytes: &[u8]) -> Result<&Path> {
    let text = std::str::from_utf8(bytes).context("its name is not UTF-8")?;
    if text.contains(['\\', ':']) {
        bail!("its name cannot exist on this system");
    }
    Ok(Path::new(text))
}

/// Opens without waiting, should a pipe have taken the file's place.
pub(super) fn open(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, NONBLOCK);
    options.read(true).open(path)
}

/// `O_NONBLOCK`; nothing where its value is not known for certain.
#[cfg(unix)]
const NONBLOCK: i32 = if cfg!(any(target_os = "linux", target_os = "android")) {
    if cfg!(any(
        target_arch = "x86",
        target_arch = "x86_64",
        target_arch = "arm",
        target_arch = "aarch64",
        target_arch = "riscv64"
    )) {
        0o4000
    } else {
        0
    }
} else if cfg!(any(
    target_vendor = "apple",
    target_os = "freebsd",
    target_os = "netbsd",
    target_os = "openbsd"
)) {
    0x4
} else {
    0
};

#[cfg(unix)]
fn same_file(seen: &Metadata, opened: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    opened.is_file() && (seen.dev(), seen.ino()) == (opened.dev(), opened.ino())
}

#[cfg(not(unix))]
fn same_file(_seen: &Metadata, opened: &Metadata) -> bool {
    opened.is_file()
}
