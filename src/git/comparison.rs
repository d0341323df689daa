//! How the disk differs from the index: one child lists what is not tracked while we look at what
//! is. Together they take about two thirds of the time of one `git status`.

use std::fs::{File, Metadata};
use std::io::{self, Read as _};
use std::path::Path;
use std::thread::{self, JoinHandle};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Result;

use super::command::Running;
use super::index_file::IndexFile;
use super::index_tree::noted_tree;
use super::objects::parse_oid;
use super::repo::Repo;
use super::status::Disk;
#[cfg(unix)]
use super::touched::touched;
use super::worktree_file::may_never_end;
use super::write::input_line;
use crate::model::id::TreeId;
use crate::model::path::RepoPath;
use crate::model::tree::{Entry, Mode};

/// What the disk has that the index has not.
pub(super) struct Differences {
    /// The tree that the index stands for, if it says so.
    pub(super) tree: Option<TreeId>,
    /// Tracked paths that differ, with what is there instead.
    pub(super) changed: Vec<(RepoPath, Disk)>,
    /// Files and links that are neither tracked nor ignored.
    pub(super) untracked: Vec<RepoPath>,
    /// Directories that are repositories of their own and not submodules.
    pub(super) nested: Vec<RepoPath>,
}

/// A tracked path where the disk may have something else than the index.
pub(super) struct Touched {
    pub(super) path: RepoPath,
    pub(super) indexed: Entry,
    pub(super) disk: Disk,
    /// Whether it is no regular file, although `disk` calls it one, as Git does.
    pub(super) is_special: bool,
}

/// A comparison that has begun.
pub(super) struct Comparison {
    index: Option<Mark>,
    untracked: Running,
    tracked: JoinHandle<Option<Tracked>>,
}

/// What a look at the tracked files has found.
struct Tracked {
    index: Option<Mark>,
    /// The tree that the index stands for, if it says so.
    tree: Option<TreeId>,
    touched: Vec<Touched>,
}

/// What tells one state of an index file from another.
#[derive(PartialEq, Eq)]
struct Mark {
    length: u64,
    modified: SystemTime,
    #[cfg(unix)]
    inode: u64,
}

impl Mark {
    /// There is none where the file is not there, as before the first `git add`.
    fn of(index: &Path) -> Option<Self> {
        Self::from(&std::fs::metadata(index).ok()?)
    }

    fn from(metadata: &Metadata) -> Option<Self> {
        Some(Self {
            length: metadata.len(),
            modified: metadata.modified().ok()?,
            #[cfg(unix)]
            inode: std::os::unix::fs::MetadataExt::ino(metadata),
        })
    }
}

impl Repo {
    /// Starts to compare the work tree with its index, for somebody who will ask for the work
    /// tree's snapshot after doing other things.
    pub fn expect_comparison(&self) {
        if let Ok(mut coming) = self.coming_comparison.lock() {
            // Whoever asks will be told if it cannot be started.
            *coming = self.start_comparison().ok();
        }
    }

    /// Waits for the comparison of the disk with this work tree's own index; it starts no
    /// filter, and a file that only a filter could tell to be unchanged counts as changed.
    /// `None` where git itself must look: something is unusual, or the index moved meanwhile.
    pub(super) fn differences(&self) -> Result<Option<Differences>> {
        let Some((mut differences, touched)) = self.compare()? else {
            return Ok(None);
        };
        differences.changed = self.truly_changed(touched)?;
        Ok(Some(differences))
    }

    /// As [`Repo::differences`], but every file whose bytes are not the index's counts as changed.
    pub(super) fn apparent_differences(&self) -> Result<Option<Differences>> {
        let Some((mut differences, touched)) = self.compare()? else {
            return Ok(None);
        };
        differences.changed = places(touched);
        Ok(Some(differences))
    }

    /// Waits for the comparison; which of the tracked files have changed is still to be judged.
    fn compare(&self) -> Result<Option<(Differences, Vec<Touched>)>> {
        let coming = self.coming_comparison.lock();
        let comparison = match coming.ok().and_then(|mut it| it.take()) {
            Some(begun) => begun,
            None => self.start_comparison()?,
        };
        let Some(tracked) = comparison.tracked.join().ok().flatten() else {
            return Ok(None);
        };
        if self.has_modes_of_its_own(&tracked.touched)? {
            return Ok(None);
        }
        let untracked = comparison.untracked.answer()?.success()?;
        let now = Mark::of(&self.own_index());
        if comparison.index != now || tracked.index != now {
            return Ok(None);
        }
        let mut differences = Differences {
            tree: tracked.tree,
            changed: Vec::new(),
            untracked: Vec::new(),
            nested: Vec::new(),
        };
        for path in untracked.split(|byte| *byte == 0) {
            match path.strip_suffix(b"/") {
                _ if path.is_empty() => {}
                Some(directory) => differences.nested.push(RepoPath::new(directory)),
                None => differences.untracked.push(RepoPath::new(path)),
            }
        }
        Ok(Some((differences, tracked.touched)))
    }

    fn start_comparison(&self) -> Result<Comparison> {
        let top = self.top()?.to_owned();
        let path = self.own_index();
        let index = Mark::of(&path);
        let words = ["ls-files", "-z", "--others", "--exclude-standard"];
        Ok(Comparison {
            index,
            untracked: self.git.call(&words).start()?,
            tracked: thread::Builder::new().spawn(move || look(&path, &top))?,
        })
    }

    /// Whether files differ in their modes where the disk's modes may mean nothing.
    fn has_modes_of_its_own(&self, touched: &[Touched]) -> Result<bool> {
        let differs = |it: &Touched| matches!(it.disk, Disk::Mode(mode) if mode != it.indexed.mode);
        if !touched.iter().any(differs) {
            return Ok(false);
        }
        let config = self.config()?;
        Ok(!config.bool("core.filemode", true)? || !config.bool("core.symlinks", true)?)
    }

    /// Leaves out files whose bytes differ from the index's only by what Git converts.
    fn truly_changed(&self, touched: Vec<Touched>) -> Result<Vec<(RepoPath, Disk)>> {
        let top = self.top()?;
        let is_file = |mode| matches!(mode, Mode::File | Mode::Executable);
        let is_doubtful = |it: &Touched| {
            let same = matches!(it.disk, Disk::Mode(mode) if mode == it.indexed.mode);
            same && is_file(it.indexed.mode) && !it.is_special
        };
        let doubtful = || touched.iter().filter(|it| is_doubtful(it));
        let lines: Vec<u8> = doubtful().flat_map(|it| input_line(&it.path)).collect();
        let mut ids = Vec::new();
        if !lines.is_empty() {
            let call = self.git.call(&["hash-object", "--stdin-paths"]);
            // It stops at a file that has gone or cannot be read; that and later ones count as changed.
            let call = call.settings(&self.no_filters()?).input(lines);
            let is_stuck = || doubtful().any(|it| may_never_end(top, &it.path));
            let answer = call.start()?.answer_unless(is_stuck)?;
            for id in answer.stdout.split(|byte| *byte == b'\n') {
                ids.extend(parse_oid(id).ok());
            }
        }
        let mut ids = ids.into_iter();
        let mut changed = touched;
        changed.retain(|it| !is_doubtful(it) || ids.next() != Some(it.indexed.oid));
        Ok(places(changed))
    }
}

fn places(touched: Vec<Touched>) -> Vec<(RepoPath, Disk)> {
    touched.into_iter().map(|it| (it.path, it.disk)).collect()
}

/// Looks at the files of an index; `None` where git must.
#[cfg(unix)]
fn look(index: &Path, top: &Path) -> Option<Tracked> {
    let mut file = match File::open(index) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Some(Tracked {
                index: None,
                tree: None,
                touched: Vec::new(),
            });
        }
        Err(_) => return None,
    };
    let mark = Mark::from(&file.metadata().ok()?)?;
    let mut bytes = Vec::with_capacity(usize::try_from(mark.length).ok()?);
    file.read_to_end(&mut bytes).ok()?;
    let index = IndexFile::read(&bytes)?;
    let written = mark.modified.duration_since(UNIX_EPOCH).ok()?;
    let written = u32::try_from(written.as_secs()).ok()?;
    Some(Tracked {
        tree: noted_tree(&index),
        touched: touched(&index, written, top)?,
        index: Some(mark),
    })
}

/// Elsewhere what Git notes of a file is not what the system tells.
#[cfg(not(unix))]
fn look(_index: &Path, _top: &Path) -> Option<Tracked> {
    None
}
