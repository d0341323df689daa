//! How one file differs between two states.

use serde::Serialize;

use super::choice::choice;
use super::path::RepoPath;

choice! {
    /// What happened to a file.
    pub enum Change {
        /// It appeared.
        Added = "added",
        /// Its content or mode changed.
        Modified = "modified",
        /// It went away.
        Deleted = "deleted",
        /// It moved, perhaps with changes.
        Renamed = "renamed",
        /// It became another kind of thing, such as a link.
        TypeChanged = "type_changed",
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
