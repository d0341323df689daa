//! One side of a change: what lay at a path, with its bytes.

use anyhow::Result;

use crate::git::Objects;
use crate::model::id::{BlobId, Oid};
use crate::model::path::RepoPath;
use crate::model::tree::{Entry, Mode};

/// Content above this many bytes is not compared, as Git does above `core.bigFileThreshold`.
pub(super) const CONTENT_LIMIT: u64 = 16 << 20;

/// Git calls a file binary when a NUL is among its first bytes.
const BINARY_PROBE: usize = 8000;

/// What lay at a path on one side.
#[derive(Debug, Clone)]
pub(super) struct Version {
    pub(super) path: RepoPath,
    pub(super) entry: Entry,
    pub(super) content: Content,
}

/// The bytes of a version, as far as they can be compared.
#[derive(Debug, Clone)]
pub(super) enum Content {
    /// A blob's bytes, a link's target or the line that stands for a submodule.
    Bytes(Vec<u8>),
    /// Over [`CONTENT_LIMIT`]; only its size in bytes is known.
    Oversize(u64),
    /// The object is not here, as in a partial clone.
    Missing,
}

impl Version {
    /// Reads what `entry` names; an object that is not here is [`Content::Missing`], no error.
    pub(super) fn load(objects: &Objects, path: &RepoPath, entry: Entry) -> Self {
        let content = if entry.mode == Mode::Gitlink {
            Content::Bytes(format!("Subproject commit {}\n", entry.oid).into_bytes())
        } else {
            load_blob(objects, entry.oid).unwrap_or(Content::Missing)
        };
        Self {
            path: path.clone(),
            entry,
            content,
        }
    }

    /// Whether Git would refuse to show it as text.
    pub(super) fn is_binary(&self) -> bool {
        match &self.content {
            Content::Bytes(bytes) => bytes.iter().take(BINARY_PROBE).any(|byte| *byte == 0),
            Content::Oversize(_) => true,
            Content::Missing => false,
        }
    }

    /// Its size in bytes; 0 when the object is not here.
    pub(super) fn size(&self) -> u64 {
        match &self.content {
            Content::Bytes(bytes) => bytes.len() as u64,
            Content::Oversize(size) => *size,
            Content::Missing => 0,
        }
    }

    /// Its bytes, when they can be compared.
    pub(super) fn bytes(&self) -> Option<&[u8]> {
        match &self.content {
            Content::Bytes(bytes) => Some(bytes),
            Content::Oversize(_) | Content::Missing => None,
        }
    }
}

fn load_blob(objects: &Objects, oid: Oid) -> Result<Content> {
    let size = objects.blob_size(BlobId(oid))?;
    if size > CONTENT_LIMIT {
        return Ok(Content::Oversize(size));
    }
    objects.blob(BlobId(oid)).map(Content::Bytes)
}
