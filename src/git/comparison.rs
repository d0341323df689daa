//! How the disk differs from the index, asked of two children at once: together they take about
//! half as long as one `git status`.

use std::fs::symlink_metadata;
use std::path::Path;
use std::time::SystemTime;

use anyhow::{Context as _, Result};

use super::command::Running;
use super::objects::parse_oid;
use super::raw_diff;
use super::raw_tree::parse_mode;
use super::repo::Repo;
use super::status::Disk;
use super::worktree_file::on_disk;
use super::write::input_line;
use crate::model::id::Oid;
use crate::model::path::RepoPath;
use crate::model::tree::Mode;

/// What the disk has that the index has not.
pub(super) struct Differences {
    /// Tracked paths that differ, with what is there instead.
    pub(super) changed: Vec<(RepoPath, Disk)>,
    /// Files and links that are neither tracked nor ignored.
    pub(super) untracked: Vec<RepoPath>,
    /// Directories that are repositories of their own and not submodules.
    pub(super) nested: Vec<RepoPath>,
}

/// A comparison that has begun.
pub(super) struct Comparison {
    index: Option<Mark>,
    untracked: Running,
    /// Begun later: it wants to know the names of the filters.
    changed: Option<Running>,
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
        let metadata = std::fs::metadata(index).ok()?;
        Some(Self {
            length: metadata.len(),
            modified: metadata.modified().ok()?,
            #[cfg(unix)]
            inode: std::os::unix::fs::MetadataExt::ino(&metadata),
        })
    }
}

impl Repo {
    /// Starts the half of a comparison that takes no configuration, for somebody who will ask for
    /// the work tree's snapshot after doing other things.
    pub fn expect_untracked(&self) {
        if let Ok(mut coming) = self.coming_comparison.lock() {
            // Whoever asks will be told if it cannot be started.
            *coming = self.start_untracked().ok();
        }
    }

    /// Starts the other half, once the configuration is there.
    pub fn expect_changed(&self) {
        if let Ok(mut coming) = self.coming_comparison.lock()
            && let Some(coming) = coming.as_mut()
        {
            coming.changed = self.start_changed().ok();
        }
    }

    /// Waits for the comparison of the disk with `index`, this work tree's own; it starts no
    /// filter, and a file that only a filter could tell to be unchanged counts as changed.
    /// `None` where one look is not enough: there are conflicts, or the index moved meanwhile.
    pub(super) fn differences(&self, index: &Path) -> Result<Option<Differences>> {
        let coming = self.coming_comparison.lock();
        let comparison = match coming.ok().and_then(|mut it| it.take()) {
            Some(begun) => begun,
            None => self.start_untracked()?,
        };
        let changed = match comparison.changed {
            Some(begun) => begun,
            None => self.start_changed()?,
        };
        let changed = changed.answer()?.success()?;
        let untracked = comparison.untracked.answer()?.success()?;
        if Mark::of(index) != comparison.index {
            return Ok(None);
        }
        let Some(changed) = parse_changed(&changed).context("reading what git diff printed")?
        else {
            return Ok(None);
        };
        let mut differences = Differences {
            changed: self.truly_changed(changed)?,
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
        Ok(Some(differences))
    }

    fn start_untracked(&self) -> Result<Comparison> {
        self.top()?;
        let index = Mark::of(&self.own_index());
        let words = ["ls-files", "-z", "--others", "--exclude-standard"];
        Ok(Comparison {
            index,
            untracked: self.git.call(&words).start()?,
            changed: None,
        })
    }

    fn start_changed(&self) -> Result<Running> {
        let words = [
            "diff",
            "--raw",
            "-z",
            "--no-renames",
            "--no-abbrev",
            "--no-relative",
            "--no-ext-diff",
            "--no-textconv",
            "--ignore-submodules=dirty",
            "-O/dev/null",
            "--",
        ];
        let mut settings = self.no_filters()?;
        // It would take the lock of the user's index and write there.
        settings.push(("diff.autoRefreshIndex".to_owned(), "false"));
        self.git.call(&words).settings(&settings).start()
    }

    /// Leaves out files of which nothing but the times have changed.
    fn truly_changed(&self, mut rows: Vec<Changed>) -> Result<Vec<(RepoPath, Disk)>> {
        let top = self.top()?;
        for row in &mut rows {
            // Git calls a pipe a file, too, and would wait for somebody to write there.
            let is_file =
                || -> Result<bool> { Ok(symlink_metadata(on_disk(top, &row.path)?)?.is_file()) };
            if row.same_mode.is_some() && !is_file().unwrap_or(false) {
                row.same_mode = None;
            }
        }
        let doubtful = rows.iter().filter(|row| row.same_mode.is_some());
        let lines: Vec<u8> = doubtful.flat_map(|row| input_line(&row.path)).collect();
        let mut ids = Vec::new();
        if !lines.is_empty() {
            let call = self.git.call(&["hash-object", "--stdin-paths"]);
            // It stops at a file that has gone or cannot be read; that and later ones count as changed.
            let answer = call.settings(&self.no_filters()?).input(lines).answer()?;
            for id in answer.stdout.split(|byte| *byte == b'\n') {
                ids.extend(parse_oid(id).ok());
            }
        }
        let mut ids = ids.into_iter();
        let same = |row: &Changed| match row.same_mode {
            Some(indexed) => ids.next() == Some(indexed),
            None => false,
        };
        let (_, changed): (Vec<_>, Vec<_>) = rows.into_iter().partition(same);
        Ok(changed
            .into_iter()
            .map(|row| (row.path, row.disk))
            .collect())
    }
}

/// A tracked path that may differ from the index.
struct Changed {
    path: RepoPath,
    disk: Disk,
    /// What the index has of a regular file that is one of the same mode on the disk.
    same_mode: Option<Oid>,
}

/// `None` when a path is in conflict.
fn parse_changed(printed: &[u8]) -> Result<Option<Vec<Changed>>> {
    let mut changed = Vec::new();
    for row in raw_diff::rows(printed)? {
        if row.is_unmerged {
            return Ok(None);
        }
        let mode = parse_mode(row.mode);
        let is_file = matches!(mode, Some(Mode::File | Mode::Executable));
        changed.push(Changed {
            path: row.path,
            disk: mode.map_or(Disk::Deleted, Disk::Mode),
            same_mode: match is_file && parse_mode(row.old_mode) == mode {
                true => Some(parse_oid(row.old_id)?),
                false => None,
            },
        });
    }
    Ok(Some(changed))
}
