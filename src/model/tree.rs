//! What is looked at: trees, their entries, and how two of them differ.

use serde::Serialize;

use super::id::{BlobId, CommitId, Oid, TreeId};
use super::path::RepoPath;

/// What a verification judges, as the user names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TreeSource {
    /// Tracked plus untracked-not-ignored files on disk.
    Worktree,
    /// The index.
    Staged,
    /// A commit or tree that `git rev-parse` understands.
    Revision(String),
}

/// What a verification judged, as recorded and reported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct JudgedTree {
    /// `worktree`, `staged` or the revision as typed.
    pub source: String,
    /// The commit judged, or the one that work tree or index started from.
    pub commit: Option<CommitId>,
    /// The tree judged, when it exists as an object: absent for a changed work tree or index.
    pub tree: Option<TreeId>,
}

/// The kind of a tree entry, with Git's octal modes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// 100644 (and the historic 100664).
    File,
    /// 100755.
    Executable,
    /// 120000.
    Symlink,
    /// 160000: a submodule's commit.
    Gitlink,
    /// 040000.
    Tree,
}

impl Mode {
    /// Reads the octal number of a tree or index entry.
    pub const fn from_bits(bits: u32) -> Option<Self> {
        match bits & 0o170_000 {
            0o100_000 if bits & 0o100 != 0 => Some(Self::Executable),
            0o100_000 => Some(Self::File),
            0o120_000 => Some(Self::Symlink),
            0o160_000 => Some(Self::Gitlink),
            0o040_000 => Some(Self::Tree),
            _ => None,
        }
    }

    /// Returns the canonical octal number.
    pub const fn bits(self) -> u32 {
        match self {
            Self::File => 0o100_644,
            Self::Executable => 0o100_755,
            Self::Symlink => 0o120_000,
            Self::Gitlink => 0o160_000,
            Self::Tree => 0o040_000,
        }
    }
}

/// Something a tree holds at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct Entry {
    /// Its kind.
    pub mode: Mode,
    /// Blob, tree, or a submodule's commit.
    pub oid: Oid,
}

impl Entry {
    /// Returns the blob of a regular file; links, submodules and trees have no content to judge.
    pub const fn file_blob(&self) -> Option<BlobId> {
        match self.mode {
            Mode::File | Mode::Executable => Some(BlobId(self.oid)),
            Mode::Symlink | Mode::Gitlink | Mode::Tree => None,
        }
    }
}

/// One path that differs between two trees; at least one side is present.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeChange {
    /// The path on both sides.
    pub path: RepoPath,
    /// What was there.
    pub old: Option<Entry>,
    /// What is there now.
    pub new: Option<Entry>,
}

/// What lies at a path of the work tree or the index and differs from the base tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Overlay {
    /// Nothing: deleted.
    Absent,
    /// An object, as the index has it.
    Object(Entry),
    /// A regular file to be read from the disk.
    OnDisk,
    /// Something that is no regular file (link, directory of another repository, device).
    Other,
}

/// A judged state: a base tree with some paths laid over it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// The commit the base tree is of.
    pub commit: Option<CommitId>,
    /// `None` on an unborn branch.
    pub base: Option<TreeId>,
    /// The paths that differ from the base tree, sorted by path, each once.
    pub overlay: Vec<(RepoPath, Overlay)>,
}

impl Snapshot {
    /// A tree as it is.
    pub const fn of_tree(tree: TreeId) -> Self {
        Self {
            commit: None,
            base: Some(tree),
            overlay: Vec::new(),
        }
    }
}
