//! Writing the objects of a checkpoint; each is on the disk when its function returns.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use super::objects::{Kind, Objects, parse_oid};
use super::raw_tree;
use super::repo::Repo;
use super::worktree_file::{kind_of, may_never_end, on_disk, open};
use crate::crash;
use crate::model::id::{BlobId, CommitId, TreeId};
use crate::model::path::RepoPath;
use crate::model::time::Timestamp;
use crate::model::tree::Entry;

/// How often files are stored again that git could not store: a running `git gc` may have removed
/// the directory an object was about to be put into.
const RETRIES: u64 = 5;

/// What a commit is to say.
#[derive(Debug, Clone, Copy)]
pub struct CommitText<'a> {
    /// The state it records.
    pub tree: TreeId,
    /// What it follows, first parent first.
    pub parents: &'a [CommitId],
    /// The message, trailers included.
    pub message: &'a [u8],
    /// When, as author and as committer; UTC.
    pub at: Timestamp,
    /// `Name <email>`, as author and as committer; never taken from the environment, where a
    /// hook finds the author of the commit being made.
    pub author: &'a str,
}

impl Objects {
    /// Stores a blob.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write_blob(&self, content: &[u8]) -> Result<BlobId> {
        self.write(Kind::Blob, content).map(BlobId)
    }

    /// Stores a tree of these entries, given in any order.
    ///
    /// # Errors
    /// For a name that Git would not check out or that occurs twice, and when it cannot be written.
    pub fn write_tree(&self, entries: &[(Vec<u8>, Entry)]) -> Result<TreeId> {
        self.write(Kind::Tree, &raw_tree::format(entries)?)
            .map(TreeId)
    }

    /// Stores a commit; no ref moves.
    ///
    /// # Errors
    /// For an author or message that a commit cannot hold, and when it cannot be written.
    pub fn write_commit(&self, commit: &CommitText<'_>) -> Result<CommitId> {
        if commit.author.contains(['\n', '\0']) || !commit.author.ends_with('>') {
            bail!("a commit cannot hold this author: {:?}", commit.author);
        }
        if commit.message.contains(&0) {
            bail!("a commit message cannot hold a NUL byte");
        }
        let identity = format!("{} {} +0000", commit.author, commit.at.0.max(0));
        let mut text = format!("tree {}\n", commit.tree);
        for parent in commit.parents {
            text.push_str(&format!("parent {parent}\n"));
        }
        text.push_str(&format!("author {identity}\ncommitter {identity}\n\n"));
        self.write(Kind::Commit, &[text.as_bytes(), commit.message].concat())
            .map(CommitId)
    }
}

impl Repo {
    /// Stores files of the work tree as blobs, with the filters that `git add` would run, in the
    /// order of `paths`; `None` for what is not, or no longer, a readable regular file.
    ///
    /// # Errors
    /// When a filter fails or a blob cannot be written.
    pub fn hash_files(&self, paths: &[RepoPath]) -> Result<Vec<Option<BlobId>>> {
        let top = self.top()?;
        // Git would follow a link and store what it points at.
        let is_file = |path: &RepoPath| kind_of(top, path).is_some_and(|kind| kind.is_file());
        let mut blobs = vec![None; paths.len()];
        let mut rest = Vec::from_iter(paths.iter().enumerate());
        let mut failures = 0;
        loop {
            for (_, path) in &rest {
                on_disk(top, path)?;
            }
            rest.retain(|(_, path)| is_file(path));
            if rest.is_empty() {
                return Ok(blobs);
            }
            let lines = rest.iter().flat_map(|(_, path)| input_line(path));
            let words = ["hash-object", "-w", "--stdin-paths"];
            let answer = self
                .git
                .synced_call(&words)
                .input(lines.collect::<Vec<u8>>())
                .start()?
                .answer_unless(|| rest.iter().any(|(_, path)| may_never_end(top, path)))?;
            crash::point();
            let ids: Vec<_> = answer
                .stdout
                .split(|byte| *byte == b'\n')
                .filter(|id| !id.is_empty())
                .collect();
            for ((place, _), id) in rest.iter().zip(&ids) {
                if let Some(slot) = blobs.get_mut(*place) {
                    *slot = Some(BlobId(parse_oid(id)?));
                }
            }
            if ids.len() > rest.len() {
                bail!("git hash-object said too much");
            }
            rest.drain(..ids.len());
            // Git stops at the first file it cannot store. If that one has gone or cannot be
            // read, it is left out and the others are tried again.
            let Some((_, culprit)) = rest.first() else {
                return Ok(blobs);
            };
            if is_file(culprit) && open(&on_disk(top, culprit)?).is_ok() {
                failures += 1;
                if failures > RETRIES {
                    return Err(answer.into_error()).with_context(|| format!("storing {culprit}"));
                }
                std::thread::sleep(Duration::from_millis(failures));
                continue;
            }
            rest.remove(0);
        }
    }
}

/// Writes a path the way `--stdin-paths` reads it: as a C string where a line could not hold it.
pub(super) fn input_line(path: &RepoPath) -> Vec<u8> {
    let bytes = path.as_bytes();
    let plain =
        !bytes.starts_with(b"\"") && !bytes.iter().any(|byte| matches!(byte, b'\n' | b'\r'));
    if plain {
        return [bytes, b"\n"].concat();
    }
    let mut quoted = vec![b'"'];
    for byte in bytes {
        match byte {
            b'"' | b'\\' => quoted.extend([b'\\', *byte]),
            b' '..=b'~' => quoted.push(*byte),
            _ => quoted.extend(format!("\\{byte:03o}").into_bytes()),
        }
    }
    quoted.extend(b"\"\n");
    quoted
}
