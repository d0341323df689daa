//! How work tree and index differ from HEAD, from one `git status`.

use anyhow::{Context as _, Result, bail};

use super::objects::parse_oid;
use super::raw_tree::parse_mode;
use super::repo::Repo;
use crate::model::id::{CommitId, Oid};
use crate::model::path::RepoPath;
use crate::model::tree::{Entry, Mode};

/// Everything that differs from HEAD. Each list is sorted by path; a path removed from the index
/// but still on the disk is both changed and untracked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Status {
    /// The commit all of this was compared with; `None` on an unborn branch.
    pub head: Option<CommitId>,
    /// Tracked paths that differ.
    pub changed: Vec<Changed>,
    /// Paths with conflicts.
    pub unmerged: Vec<Unmerged>,
    /// Files and links that are neither tracked nor ignored.
    pub untracked: Vec<RepoPath>,
    /// Directories that are repositories of their own and not submodules.
    pub nested: Vec<RepoPath>,
}

/// A tracked path that differs from HEAD in the index, on the disk, or both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// Where.
    pub path: RepoPath,
    /// What HEAD has there.
    pub head: Option<Entry>,
    /// What the index has there, when that differs from HEAD.
    pub staged: Option<Staged>,
    /// What the disk has there, when that differs from the index.
    pub worktree: Option<Disk>,
    /// Whether it is a submodule, on either side.
    pub submodule: bool,
    /// Whether only the intent to add it is recorded (`git add -N`).
    pub intent_to_add: bool,
}

/// What the index holds instead of HEAD's entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Staged {
    /// Nothing.
    Deleted,
    /// This.
    Entry(Entry),
}

/// What the disk holds instead of the index's entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disk {
    /// Nothing.
    Deleted,
    /// Something of this kind.
    Mode(Mode),
}

/// A path with conflicts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmerged {
    /// Where.
    pub path: RepoPath,
    /// Base, ours and theirs (stages 1 to 3 of the index).
    pub stages: [Option<Entry>; 3],
    /// What the disk has there.
    pub worktree: Disk,
    /// Whether it is a submodule.
    pub submodule: bool,
}

impl Repo {
    /// Compares HEAD, index and work tree. The work tree's own index counts, not that of a commit
    /// being made, and nothing is refreshed or locked. Where a file's times have changed, content
    /// filters run as they do for `git add`.
    ///
    /// # Errors
    /// In a bare repository, or when git fails.
    pub fn status(&self) -> Result<Status> {
        self.status_with(&[])
    }

    /// As [`Repo::status`], but starts no filter: a file that only a filter could tell to be
    /// unchanged counts as changed.
    pub(super) fn status_without_filters(&self) -> Result<Status> {
        self.status_with(&self.no_filters()?)
    }

    /// Returns the settings under which a call of git starts no content filter.
    pub(super) fn no_filters(&self) -> Result<Vec<(String, &'static str)>> {
        let mut settings = Vec::new();
        for name in self.config()?.subsections("filter") {
            settings.push((format!("filter.{name}.clean"), ""));
            settings.push((format!("filter.{name}.process"), ""));
            settings.push((format!("filter.{name}.required"), "false"));
        }
        Ok(settings)
    }

    /// Lists the files that Git ignores and does not track, directories looked through.
    ///
    /// # Errors
    /// In a bare repository, or when git fails.
    pub fn ignored_files(&self) -> Result<Vec<RepoPath>> {
        self.top()?;
        let words = [
            "ls-files",
            "-z",
            "--others",
            "--ignored",
            "--exclude-standard",
        ];
        let printed = self.git.call(&words).output()?;
        let names = printed.split(|byte| *byte == 0);
        Ok(names
            .filter(|name| !name.is_empty() && !name.ends_with(b"/"))
            .map(RepoPath::new)
            .collect())
    }

    fn status_with(&self, settings: &[(String, &str)]) -> Result<Status> {
        self.top()?;
        let words = [
            "status",
            "--porcelain=v2",
            "-z",
            "--branch",
            "--untracked-files=all",
            "--no-renames",
            "--no-ahead-behind",
            "--ignore-submodules=dirty",
        ];
        let printed = self.git.call(&words).settings(settings).output()?;
        parse(&printed).context("reading what git status printed")
    }
}

fn parse(printed: &[u8]) -> Result<Status> {
    let mut status = Status::default();
    for row in printed.split(|byte| *byte == 0) {
        match row.split_at_checked(2) {
            None => {}
            Some((b"# ", header)) => {
                if let Some(oid) = header.strip_prefix(b"branch.oid ") {
                    status.head = parse_oid(oid).ok().map(CommitId);
                }
            }
            Some((b"1 ", row)) => status.changed.push(changed(row)?),
            Some((b"u ", row)) => status.unmerged.push(unmerged(row)?),
            Some((b"? ", path)) => match path.strip_suffix(b"/") {
                Some(directory) => status.nested.push(RepoPath::new(directory)),
                None => status.untracked.push(RepoPath::new(path)),
            },
            Some((kind, _)) => bail!("unknown kind of row {:?}", String::from_utf8_lossy(kind)),
        }
    }
    Ok(status)
}

/// `XY sub mH mI mW hH hI path`
fn changed(row: &[u8]) -> Result<Changed> {
    let [xy, sub, head_mode, index_mode, disk_mode, head, index, path] = fields(row)?;
    let [x, y] = xy else {
        bail!("no two status letters");
    };
    let staged = match entry(index_mode, index)? {
        _ if *x == b'.' => None,
        Some(entry) => Some(Staged::Entry(entry)),
        None => Some(Staged::Deleted),
    };
    Ok(Changed {
        path: RepoPath::new(path),
        head: entry(head_mode, head)?,
        staged,
        worktree: (*y != b'.').then(|| disk(disk_mode)),
        submodule: sub.starts_with(b"S"),
        intent_to_add: *y == b'A',
    })
}

/// `XY sub m1 m2 m3 mW h1 h2 h3 path`
fn unmerged(row: &[u8]) -> Result<Unmerged> {
    let [
        _,
        sub,
        mode1,
        mode2,
        mode3,
        disk_mode,
        oid1,
        oid2,
        oid3,
        path,
    ] = fields(row)?;
    Ok(Unmerged {
        path: RepoPath::new(path),
        stages: [
            entry(mode1, oid1)?,
            entry(mode2, oid2)?,
            entry(mode3, oid3)?,
        ],
        worktree: disk(disk_mode),
        submodule: sub.starts_with(b"S"),
    })
}

/// Splits a row; only the last field, the path, may hold spaces.
fn fields<const N: usize>(row: &[u8]) -> Result<[&[u8]; N]> {
    let fields: Vec<&[u8]> = row.splitn(N, |byte| *byte == b' ').collect();
    match fields.try_into() {
        Ok(fields) => Ok(fields),
        Err(_) => bail!("a row has too few fields"),
    }
}

/// Reads a mode and an id as git prints them; the mode 000000 means that there is nothing.
pub(super) fn entry(mode: &[u8], oid: &[u8]) -> Result<Option<Entry>> {
    let oid: Oid = parse_oid(oid)?;
    Ok(parse_mode(mode).map(|mode| Entry { mode, oid }))
}

fn disk(mode: &[u8]) -> Disk {
    parse_mode(mode).map_or(Disk::Deleted, Disk::Mode)
}
