//! Which tracked files may differ from an index, told from what the file system knows of them, as
//! Git tells it.

use std::io::{self, Read as _};
use std::num::NonZero;
use std::os::fd::{AsFd as _, BorrowedFd, OwnedFd};
use std::path::Path;
use std::thread;

use rustix::fs::{
    AtFlags, FileType, Mode as Permissions, OFlags, Stat, openat, readlinkat, statat,
};
use rustix::io::Errno;

use super::comparison::Touched;
use super::index_file::{Entry, IndexFile, Moment, Signs};
use super::library::blob_id;
use super::status::Disk;
use crate::model::id::Oid;
use crate::model::path::RepoPath;
use crate::model::tree::{self, Mode};

/// A file larger than this, in bytes, is left to git to hash.
const HASHED: u64 = 16 << 20;
/// After so many unchanged files that agree in nothing but size and time, Git is left to say what its
/// settings make of that (`core.checkStat`, `core.trustctime`).
const MOVED: usize = 100;
/// A thread costs about as much as looking at this many files.
const FILES_A_THREAD: usize = 1_000;

/// Looks at the files of an index that was written at the second `written`; `None` when Git must be
/// asked: there are conflicts, intended additions, submodules, files that need not be on the disk,
/// or something in the way.
pub(super) fn touched(index: &IndexFile<'_>, written: u32, top: &Path) -> Option<Vec<Touched>> {
    if !index.extensions.is_whole() || !index.entries.iter().all(is_plain) {
        return None;
    }
    let processors = thread::available_parallelism().map_or(1, NonZero::get);
    let threads = processors.min(index.entries.len() / FILES_A_THREAD + 1);
    let part = index.entries.len().div_ceil(threads).max(1);
    let look = |entries| Look::from(top)?.touched(entries, written);
    let parts: io::Result<Vec<_>> = thread::scope(|scope| {
        let others = index.entries.chunks(part).skip(1);
        let others: Vec<_> = others.map(|part| scope.spawn(move || look(part))).collect();
        let first = index.entries.chunks(part).next().map(look);
        let others = others.into_iter().map(|other| {
            let panicked = |_| Err(io::Error::other("a thread panicked"));
            other.join().unwrap_or_else(panicked)
        });
        first.into_iter().chain(others).collect()
    });
    Some(parts.ok()?.into_iter().flatten().collect())
}

fn is_plain(entry: &Entry<'_>) -> bool {
    let unusual = entry.is_unmerged() || entry.is_intended() || entry.is_skipped();
    !unusual && expected(entry).is_some()
}

/// What the index has there; `None` for anything but a file or a link.
fn expected(entry: &Entry<'_>) -> Option<tree::Entry> {
    let mode = match entry.mode() {
        0o100_644 => Mode::File,
        0o100_755 => Mode::Executable,
        0o120_000 => Mode::Symlink,
        _ => return None,
    };
    let oid = Oid::from_bytes(entry.id())?;
    Some(tree::Entry { mode, oid })
}

/// A way through the work tree that follows no link.
struct Look<'a> {
    top: OwnedFd,
    /// The directories we are in, each with the length of its path, `/` included.
    inside: Vec<(usize, OwnedFd)>,
    path: &'a [u8],
    /// Unchanged files that look as if they were copies.
    moved: usize,
}

impl<'a> Look<'a> {
    fn from(top: &Path) -> io::Result<Self> {
        Ok(Self {
            top: openat(rustix::fs::CWD, top, DIRECTORY, Permissions::empty())?,
            inside: Vec::new(),
            path: b"",
            moved: 0,
        })
    }

    fn touched(mut self, entries: &'a [Entry<'_>], written: u32) -> io::Result<Vec<Touched>> {
        let mut touched = Vec::new();
        for entry in entries.iter().filter(|it| !it.is_assumed_unchanged()) {
            touched.extend(self.look_at(entry, written)?);
        }
        Ok(touched)
    }

    fn look_at(&mut self, entry: &'a Entry<'_>, written: u32) -> io::Result<Option<Touched>> {
        let unknown = || io::Error::other("an entry of an unknown kind");
        let indexed = expected(entry).ok_or_else(unknown)?;
        let touched = |disk, is_special| Touched {
            path: RepoPath::new(&*entry.path),
            indexed,
            disk,
            is_special,
        };
        let name_at = entry.path.iter().rposition(|byte| *byte == b'/');
        let (directory, name) = entry.path.split_at(name_at.map_or(0, |slash| slash + 1));
        let Some(directory) = self.enter(directory)? else {
            return Ok(Some(touched(Disk::Deleted, false)));
        };
        let found = match statat(directory, checked(name)?, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(found) => found,
            Err(Errno::NOENT) => return Ok(Some(touched(Disk::Deleted, false))),
            Err(error) => return Err(error.into()),
        };
        let Some(mode) = mode(&found)? else {
            return Ok(Some(touched(Disk::Mode(Mode::File), true)));
        };
        if mode != indexed.mode {
            return Ok(Some(touched(Disk::Mode(mode), false)));
        }
        let (noted, seen) = (entry.signs(), signs(&found));
        // Of a file as young as the index the times tell nothing; 0 is also what Git notes as the
        // size of a file that it found to be so.
        let tells = noted.modified.seconds < written && noted.size != 0;
        if tells && agree(noted, seen) {
            return Ok(None);
        }
        let content = content(directory, name, mode, &found);
        let is_same = content.is_some_and(|it| blob_id(&it, entry.id().len()) == Some(indexed.oid));
        if !is_same {
            return Ok(Some(touched(Disk::Mode(mode), false)));
        }
        let times = |signs: Signs| (signs.modified.seconds, signs.size);
        self.moved += usize::from(tells && times(noted) == times(seen));
        if self.moved > MOVED {
            return Err(io::Error::other("too many files were moved here"));
        }
        Ok(None)
    }

    /// Goes to a directory; `None` when it is not there, or a link stands in for it.
    fn enter(&mut self, directory: &'a [u8]) -> io::Result<Option<BorrowedFd<'_>>> {
        let path = std::mem::replace(&mut self.path, directory);
        let common = directory.iter().zip(path).take_while(|(a, b)| a == b);
        let common = common.count();
        self.inside.retain(|(length, _)| *length <= common);
        let mut at = self.inside.last().map_or(0, |(length, _)| *length);
        for name in directory[at..].split_inclusive(|byte| *byte == b'/') {
            let parent = self.inside.last().map_or(&self.top, |(_, open)| open);
            let name = checked(name.strip_suffix(b"/").unwrap_or(name))?;
            match openat(parent, name, DIRECTORY, Permissions::empty()) {
                Ok(opened) => {
                    at += name.len() + 1;
                    self.inside.push((at, opened));
                }
                Err(Errno::NOENT | Errno::NOTDIR | Errno::LOOP) => return Ok(None),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(Some(match self.inside.last() {
            Some((_, open)) => open.as_fd(),
            None => self.top.as_fd(),
        }))
    }
}

const DIRECTORY: OFlags = OFlags::RDONLY
    .union(OFlags::DIRECTORY)
    .union(OFlags::NOFOLLOW)
    .union(OFlags::CLOEXEC);
const FILE: OFlags = OFlags::RDONLY
    .union(OFlags::NONBLOCK)
    .union(OFlags::NOFOLLOW)
    .union(OFlags::CLOEXEC);

/// A name of an index is no way out of the work tree.
fn checked(name: &[u8]) -> io::Result<&[u8]> {
    match name {
        b"" | b"." | b".." => Err(io::Error::other("no name of a file")),
        name => Ok(name),
    }
}

/// What Git would call it; `None` for a pipe, a socket or a device. A directory may be a
/// repository, which is for Git to tell.
fn mode(found: &Stat) -> io::Result<Option<Mode>> {
    Ok(match FileType::from_raw_mode(found.st_mode) {
        FileType::RegularFile if found.st_mode & 0o100 != 0 => Some(Mode::Executable),
        FileType::RegularFile => Some(Mode::File),
        FileType::Symlink => Some(Mode::Symlink),
        FileType::Directory => return Err(io::Error::other("a directory is in the way")),
        _ => None,
    })
}

/// Whether a file still looks as noted.
fn agree(noted: Signs, found: Signs) -> bool {
    let same = |noted: Moment, found: Moment| {
        let finer = noted.nanoseconds == 0 || noted.nanoseconds == found.nanoseconds;
        noted.seconds == found.seconds && finer
    };
    let rest = |signs: Signs| (signs.inode, signs.user, signs.group, signs.size);
    same(noted.changed, found.changed)
        && same(noted.modified, found.modified)
        && rest(noted) == rest(found)
}

#[allow(
    clippy::unnecessary_cast,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "Git keeps the lower 32 bits, of fields whose types differ from system to system"
)]
fn signs(found: &Stat) -> Signs {
    Signs {
        changed: Moment {
            seconds: found.st_ctime as u32,
            nanoseconds: found.st_ctime_nsec as u32,
        },
        modified: Moment {
            seconds: found.st_mtime as u32,
            nanoseconds: found.st_mtime_nsec as u32,
        },
        inode: found.st_ino as u32,
        user: found.st_uid as u32,
        group: found.st_gid as u32,
        size: found.st_size as u32,
    }
}

/// The bytes of a file or the target of a link; `None` when it is large, cannot be read, or is no
/// longer what it was.
fn content(directory: BorrowedFd<'_>, name: &[u8], mode: Mode, found: &Stat) -> Option<Vec<u8>> {
    if mode == Mode::Symlink {
        let target = readlinkat(directory, name, Vec::new()).ok()?;
        return Some(target.into_bytes());
    }
    let size = u64::try_from(found.st_size).ok()?;
    if size == 0 || size > HASHED {
        return (size == 0).then(Vec::new);
    }
    let file = std::fs::File::from(openat(directory, name, FILE, Permissions::empty()).ok()?);
    if !file.metadata().ok()?.is_file() {
        return None;
    }
    let mut content = Vec::with_capacity(usize::try_from(size).ok()?);
    file.take(HASHED).read_to_end(&mut content).ok()?;
    Some(content)
}
