//! What a commit object says.

use anyhow::{Context as _, Result};

use super::objects::{Kind, parse_oid};
use super::repo::Repo;
use crate::model::id::{CommitId, Oid, TreeId};
use crate::model::printable::Printable;
use crate::model::time::Timestamp;

/// A commit, as its object has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommitInfo {
    /// Its id.
    pub id: CommitId,
    /// The state it records.
    pub tree: TreeId,
    /// What it follows, first parent first; none at the edge of a shallow clone.
    pub parents: Vec<CommitId>,
    /// The first paragraph of the message, on one line.
    pub subject: Vec<u8>,
    /// Who wrote it and when, as the object has it; rewriting a commit keeps that.
    pub author: Vec<u8>,
    /// When it was committed.
    pub committed_at: Timestamp,
    /// The whole message, in its own bytes.
    pub message: Vec<u8>,
}

impl CommitInfo {
    /// Returns the author's name, as told.
    pub fn author_name(&self) -> &[u8] {
        let end = self.author.iter().position(|byte| *byte == b'<');
        let name = self.author.get(..end.unwrap_or(0));
        name.unwrap_or_default().trim_ascii()
    }
}

impl Repo {
    /// Reads a commit.
    ///
    /// # Errors
    /// When it is missing, no commit, or malformed.
    pub fn commit(&self, id: CommitId) -> Result<CommitInfo> {
        let raw = self.shared_objects().expect(id.0, Kind::Commit)?;
        let mut commit = parse(id, &raw).with_context(|| format!("reading commit {id}"))?;
        if !commit.parents.is_empty() && self.is_shallow_edge(id.0)? {
            commit.parents.clear();
        }
        Ok(commit)
    }

    /// Whether history was cut off here when the repository was cloned.
    pub(super) fn is_shallow_edge(&self, id: Oid) -> Result<bool> {
        let file = self.layout.common_dir.join("shallow");
        match std::fs::read_to_string(&file) {
            Ok(text) => Ok(text.lines().any(|line| line.parse() == Ok(id))),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error).with_context(|| format!("reading {}", Printable::path(&file))),
        }
    }
}

fn parse(id: CommitId, raw: &[u8]) -> Result<CommitInfo> {
    let end = raw.windows(2).position(|pair| pair == b"\n\n");
    let (headers, message) = raw.split_at(end.unwrap_or(raw.len()));
    let message = message.get(2..).unwrap_or_default();
    // A header's continuation lines begin with a space, so none of them can pose as another.
    let values = |name: &'static [u8]| {
        headers
            .split(|byte| *byte == b'\n')
            .filter_map(move |line| line.strip_prefix(name)?.strip_prefix(b" "))
    };
    let tree = values(b"tree").next().context("it names no tree")?;
    let committer = values(b"committer").next().context("it has no committer")?;
    Ok(CommitInfo {
        id,
        tree: TreeId(parse_oid(tree)?),
        parents: values(b"parent")
            .map(|oid| parse_oid(oid).map(CommitId))
            .collect::<Result<_>>()?,
        subject: subject(message),
        author: values(b"author").next().unwrap_or_default().to_vec(),
        committed_at: moment(committer),
        message: message.to_vec(),
    })
}

/// Reads the seconds of `Name <email> seconds zone`; a mangled identity is as old as can be, as in Git.
pub(super) fn moment(identity: &[u8]) -> Timestamp {
    let after = identity.rsplit(|byte| *byte == b'>').next();
    let seconds = after
        .and_then(|text| std::str::from_utf8(text).ok())
        .and_then(|text| text.split_ascii_whitespace().next()?.parse().ok());
    Timestamp(seconds.unwrap_or(0))
}

fn subject(message: &[u8]) -> Vec<u8> {
    message
        .split(|byte| *byte == b'\n')
        .map(<[u8]>::trim_ascii_end)
        .skip_while(|line| line.is_empty())
        .take_while(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join(&b' ')
}
