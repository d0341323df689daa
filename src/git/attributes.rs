//! Whether there are attributes at all: most repositories have none, and asking git for those of
//! every file takes as long as listing the files does.

#[cfg(unix)]
use std::collections::HashSet;
use std::path::Path;
use std::thread::{self, JoinHandle};

use anyhow::Result;

use super::command::{Running, path_from_bytes};
use super::index_file::IndexFile;
use super::repo::Repo;

const FILE: &str = ".gitattributes";

/// A search that has begun.
pub(super) struct Search {
    variables: Running,
    folders: JoinHandle<bool>,
}

impl Repo {
    /// Starts to look where attributes may come from; `None` where a first look has found some, or
    /// says that they come from elsewhere.
    pub(super) fn search_attributes(&self) -> Result<Option<Search>> {
        let top = self.top()?.to_owned();
        let info = self.layout.common_dir.join("info").join("attributes");
        if info.exists()
            || top.join(FILE).exists()
            || self.git.environment().holds("GIT_ATTR_SOURCE")
            || self.config()?.get("attr.tree").is_some()
        {
            return Ok(None);
        }
        let index = self.own_index();
        Ok(Some(Search {
            variables: self.git.plain_call(&["var", "-l"]).start()?,
            folders: thread::Builder::new().spawn(move || are_in_folders(&index, &top))?,
        }))
    }
}

impl Search {
    /// Whether some were found, or may be where we could not look.
    pub(super) fn finds_any(self) -> Result<bool> {
        let said = self.variables.answer()?.stdout;
        // Git tells since 2.42; what it tells of itself comes after the configuration.
        let is_there = |name: &[u8]| {
            let mut lines = said.split(|byte| *byte == b'\n').rev();
            let path = lines.find_map(|line| line.strip_prefix(name));
            path.is_none_or(|path| path_from_bytes(path).exists())
        };
        let may_be_elsewhere = is_there(b"GIT_ATTR_SYSTEM=") || is_there(b"GIT_ATTR_GLOBAL=");
        Ok(self.folders.join().unwrap_or(true) || may_be_elsewhere)
    }
}

/// Whether an index, or a directory that it has files in, has attributes.
fn are_in_folders(index: &Path, top: &Path) -> bool {
    let Ok(bytes) = std::fs::read(index) else {
        return index.exists();
    };
    let Some(index) = IndexFile::read(&bytes).filter(|index| index.extensions.is_whole()) else {
        return true;
    };
    let paths = index.entries.iter().map(|entry| &*entry.path);
    paths.clone().any(|path| path.ends_with(FILE.as_bytes())) || are_above(top, paths)
}

/// Whether the directories of the work tree that paths are in, the top among them, hold attributes.
#[cfg(unix)]
pub(super) fn are_above<'a>(top: &Path, paths: impl Iterator<Item = &'a [u8]>) -> bool {
    use rustix::fs::{AtFlags, CWD, Mode, OFlags, openat, statat};
    let Ok(top) = openat(CWD, top, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty()) else {
        return true;
    };
    let mut directories = HashSet::from([&b""[..]]);
    for path in paths {
        for (end, _) in path.iter().enumerate().rev().filter(|it| *it.1 == b'/') {
            // What is above one that is known is known as well.
            if !directories.insert(&path[..=end]) {
                break;
            }
        }
    }
    directories.into_iter().any(|directory| {
        let file = [directory, FILE.as_bytes()].concat();
        statat(&top, file, AtFlags::SYMLINK_NOFOLLOW).is_ok()
    })
}

#[cfg(not(unix))]
pub(super) fn are_above<'a>(_top: &Path, _paths: impl Iterator<Item = &'a [u8]>) -> bool {
    true
}
