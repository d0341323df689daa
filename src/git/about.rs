//! Which Git this is, and which road its objects are read by.

use anyhow::Result;

use super::command::Git;
use super::objects::Source;
use super::repo::Repo;

/// Who answers questions about objects and refs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Road {
    /// libgit2, in this process.
    Library,
    /// The git executable, where libgit2 refuses the repository.
    Executable,
}

impl Repo {
    /// Returns which road this repository's objects are read by.
    pub fn road(&self) -> Road {
        match self.shared_objects().source() {
            Source::Library(_) => Road::Library,
            Source::Executable(_) => Road::Executable,
        }
    }

    /// Returns what `git version` says, such as `2.47.3`.
    ///
    /// # Errors
    /// When git fails.
    pub fn version(&self) -> Result<String> {
        self.git.version()
    }
}

impl Git {
    pub(super) fn version(&self) -> Result<String> {
        let printed = self.call(&["version"]).output()?;
        let text = String::from_utf8_lossy(&printed);
        let version = text.trim().trim_start_matches("git version ");
        Ok(version.to_owned())
    }
}
