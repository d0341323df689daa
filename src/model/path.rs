//! Paths inside a repository: bytes with `/` between segments, never absolute.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use serde::{Serialize, Serializer};

use super::printable::Printable;

/// A path from the repository's root, in Git's own bytes; not always UTF-8. A copy shares them.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RepoPath(Arc<[u8]>);

impl RepoPath {
    /// Wraps the bytes Git uses for a path.
    pub fn new(bytes: impl Into<Arc<[u8]>>) -> Self {
        Self(bytes.into())
    }

    /// Returns the bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Returns the last segment.
    pub fn file_name(&self) -> &[u8] {
        self.0
            .rsplit(|byte| *byte == b'/')
            .next()
            .unwrap_or_default()
    }

    /// Returns what follows the last dot of the file name, if there is one and something precedes it.
    pub fn extension(&self) -> Option<&[u8]> {
        let name = self.file_name();
        let dot = name.iter().rposition(|byte| *byte == b'.')?;
        (dot > 0).then(|| &name[dot + 1..])
    }
}

impl fmt::Display for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Printable::new(&self.0).fmt(f)
    }
}

impl fmt::Debug for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl From<&str> for RepoPath {
    fn from(text: &str) -> Self {
        Self(text.as_bytes().into())
    }
}

/// Machine output keeps UTF-8 names as they are; other bytes become U+FFFD, since JSON has no bytes.
impl Serialize for RepoPath {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&String::from_utf8_lossy(&self.0))
    }
}

/// Writes a path of the file system as [`RepoPath`] is written, where `serde` would refuse it.
///
/// # Errors
/// Those of the serializer.
pub fn lossy<S: Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&path.to_string_lossy())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_name_and_extension() {
        let check = |path: &str, name: &str, extension: Option<&str>| {
            let path = RepoPath::from(path);
            assert_eq!(path.file_name(), name.as_bytes());
            assert_eq!(path.extension(), extension.map(str::as_bytes));
        };
        check("a/b/c.rs", "c.rs", Some("rs"));
        check("Makefile", "Makefile", None);
        check("x/.gitignore", ".gitignore", None);
        check("a.d/b", "b", None);
        check("a.test.ts", "a.test.ts", Some("ts"));
    }
}
