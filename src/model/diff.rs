//! How one file differs between two states.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

use super::path::RepoPath;

/// What happened to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// It appeared.
    Added,
    /// Its content or mode changed.
    Modified,
    /// It went away.
    Deleted,
    /// It moved, perhaps with changes.
    Renamed,
    /// It became another kind of thing, such as a link.
    TypeChanged,
}

impl Change {
    const ALL: [Self; 5] = [
        Self::Added,
        Self::Modified,
        Self::Deleted,
        Self::Renamed,
        Self::TypeChanged,
    ];

    /// Returns the word stored and shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Modified => "modified",
            Self::Deleted => "deleted",
            Self::Renamed => "renamed",
            Self::TypeChanged => "type_changed",
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Change {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|change| change.as_str() == text)
            .ok_or_else(|| format!("unknown change {text:?}"))
    }
}

/// How one file differs between two states.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileDiff {
    /// Where it is now, or was when deleted.
    pub path: RepoPath,
    /// Where it was, when renamed.
    pub old_path: Option<RepoPath>,
    /// What happened.
    pub change: Change,
    /// Lines that appeared.
    pub added: u32,
    /// Lines that went away.
    pub removed: u32,
    /// Whether it is not text; then the counts are 0 and the text names sizes.
    pub is_binary: bool,
    /// The unified diff with its `diff --git` header, in the file's own bytes; `None` when it is
    /// over 1 MiB and has to be made from the objects again.
    #[serde(skip)]
    pub text: Option<Vec<u8>>,
}
