//! Reading objects: libgit2's database, or the git executable where libgit2 refuses the repository.

use std::cell::{OnceCell, RefCell};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use super::batch::Batch;
use super::command::Git;
use super::library::{self, from_library, retry, to_library};
use super::raw_tree;
use crate::crash;
use crate::error::Failure;
use crate::model::id::{BlobId, Oid, TreeId};
use crate::model::path::RepoPath;
use crate::model::tree::{Entry, Mode};

/// Git's four kinds of objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Blob,
    Tree,
    Commit,
    Tag,
}

impl Kind {
    const ALL: [Self; 4] = [Self::Blob, Self::Tree, Self::Commit, Self::Tag];

    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Blob => "blob",
            Self::Tree => "tree",
            Self::Commit => "commit",
            Self::Tag => "tag",
        }
    }

    pub(super) fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    const fn library(self) -> git2::ObjectType {
        match self {
            Self::Blob => git2::ObjectType::Blob,
            Self::Tree => git2::ObjectType::Tree,
            Self::Commit => git2::ObjectType::Commit,
            Self::Tag => git2::ObjectType::Tag,
        }
    }

    fn from_library(kind: git2::ObjectType) -> Result<Self> {
        Self::ALL
            .into_iter()
            .find(|known| known.library() == kind)
            .with_context(|| format!("unknown kind {kind}"))
    }
}

/// A handle for reading objects, and for writing those of a checkpoint; one per thread. It costs
/// nothing until it is asked.
pub struct Objects {
    git: Git,
    git_dir: PathBuf,
    opened: OnceCell<Source>,
    /// The trees on the way to the path that was looked up last, outermost first.
    way: RefCell<Vec<(TreeId, Entries)>>,
}

/// The entries of a tree.
type Entries = Vec<(Vec<u8>, Entry)>;

/// Who answers.
pub(super) enum Source {
    Library(git2::Repository),
    Executable(Box<Batch>),
}

impl Objects {
    /// Names the repository whose own directory is `git_dir`.
    pub(super) fn of(git: &Git, git_dir: &Path) -> Self {
        Self {
            git: git.clone(),
            git_dir: git_dir.to_owned(),
            opened: OnceCell::new(),
            way: RefCell::default(),
        }
    }

    /// Returns who answers: libgit2, or git where libgit2 refuses the repository.
    pub(super) fn source(&self) -> &Source {
        self.opened.get_or_init(|| {
            let library = library::open(&self.git_dir, self.git.environment());
            library.map_or_else(
                || Source::Executable(Box::new(Batch::new(self.git.clone()))),
                Source::Library,
            )
        })
    }

    /// Returns a blob's content.
    ///
    /// # Errors
    /// When it is missing (a partial clone never fetches on our account), no blob, or damaged.
    pub fn blob(&self, id: BlobId) -> Result<Vec<u8>> {
        self.expect(id.0, Kind::Blob)
    }

    /// Returns a blob's size in bytes, without reading its content where the storage allows.
    ///
    /// # Errors
    /// As [`Objects::blob`].
    pub fn blob_size(&self, id: BlobId) -> Result<u64> {
        match self.header(id.0)? {
            Some((Kind::Blob, size)) => Ok(size),
            Some((kind, _)) => bail!("object {id} is a {}, not a blob", kind.word()),
            None => Err(missing(Kind::Blob, id.0)),
        }
    }

    /// Returns the entries of one tree, in Git's order.
    ///
    /// # Errors
    /// When it is missing, no tree, or malformed.
    pub fn tree(&self, id: TreeId) -> Result<Entries> {
        let raw = self.expect(id.0, Kind::Tree)?;
        raw_tree::parse(&raw, id.0.as_bytes().len()).with_context(|| format!("reading tree {id}"))
    }

    /// Returns what lies at a path of a tree; the empty path is the tree itself. Paths asked for in
    /// order cost one read a tree.
    ///
    /// # Errors
    /// When a tree on the way cannot be read.
    pub fn entry_at(&self, tree: TreeId, path: &RepoPath) -> Result<Option<Entry>> {
        let mut here = Entry {
            mode: Mode::Tree,
            oid: tree.0,
        };
        let mut way = self.way.borrow_mut();
        let segments = path.as_bytes().split(|byte| *byte == b'/');
        let segments = segments.filter(|segment| !segment.is_empty());
        for (depth, segment) in segments.enumerate() {
            if here.mode != Mode::Tree {
                return Ok(None);
            }
            let id = TreeId(here.oid);
            if way.get(depth).is_none_or(|(tree, _)| *tree != id) {
                way.truncate(depth);
                way.push((id, self.tree(id)?));
            }
            let entries = way.get(depth).into_iter().flat_map(|(_, entries)| entries);
            match entries.into_iter().find(|(name, _)| name == segment) {
                Some((_, entry)) => here = *entry,
                None => return Ok(None),
            }
        }
        Ok(Some(here))
    }

    pub(super) fn expect(&self, oid: Oid, kind: Kind) -> Result<Vec<u8>> {
        match self.read(oid)? {
            Some((found, content)) if found == kind => Ok(content),
            Some((found, _)) => bail!("object {oid} is a {}, not a {}", found.word(), kind.word()),
            None => Err(missing(kind, oid)),
        }
    }

    /// Returns an object's kind and content; `None` when the repository lacks it.
    pub(super) fn read(&self, oid: Oid) -> Result<Option<(Kind, Vec<u8>)>> {
        let repository = match self.source() {
            Source::Executable(batch) => return batch.read(oid),
            Source::Library(repository) => repository,
        };
        if !same_format(repository, oid) {
            return Ok(None);
        }
        let database = repository.odb().context("opening the object database")?;
        match database.read(to_library(oid)?) {
            Ok(object) => Ok(Some((
                Kind::from_library(object.kind())?,
                object.data().to_vec(),
            ))),
            Err(error) if error.code() == git2::ErrorCode::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| format!("reading object {oid}")),
        }
    }

    /// Returns an object's kind and size; `None` when the repository lacks it.
    pub(super) fn header(&self, oid: Oid) -> Result<Option<(Kind, u64)>> {
        let repository = match self.source() {
            Source::Executable(batch) => return batch.header(oid),
            Source::Library(repository) => repository,
        };
        if !same_format(repository, oid) {
            return Ok(None);
        }
        let database = repository.odb().context("opening the object database")?;
        match database.read_header(to_library(oid)?) {
            Ok((size, kind)) => Ok(Some((Kind::from_library(kind)?, u64::try_from(size)?))),
            Err(error) if error.code() == git2::ErrorCode::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| format!("looking up object {oid}")),
        }
    }

    /// Stores an object, on the disk when this returns; one that is already there is left alone.
    pub(super) fn write(&self, kind: Kind, content: &[u8]) -> Result<Oid> {
        let context = || format!("writing a {}", kind.word());
        let written = match self.source() {
            Source::Library(repository) => {
                let write = || repository.odb()?.write(kind.library(), content);
                from_library(retry(write).with_context(context)?)?
            }
            Source::Executable(batch) => {
                let mut stored = vec!["hash-object", "-w", "-t", kind.word(), "--stdin"];
                // It would refuse what git fsck has a word about, as a link called `.gitignore`.
                stored.extend((kind == Kind::Tree).then_some("--literally"));
                let output = batch.git().synced_call(&stored).input(content).output();
                parse_oid(&output.with_context(context)?)?
            }
        };
        crash::point();
        Ok(written)
    }
}

/// libgit2 panics or errs on an id of the other hash; no repository holds such an object.
fn same_format(repository: &git2::Repository, oid: Oid) -> bool {
    let length = match repository.object_format() {
        git2::ObjectFormat::Sha1 => 20,
        git2::ObjectFormat::Sha256 => 32,
    };
    oid.as_bytes().len() == length
}

pub(super) fn missing(kind: Kind, oid: Oid) -> anyhow::Error {
    Failure::fatal(format!(
        "{} {oid} is missing from this repository",
        kind.word()
    ))
    .hint("in a shallow or partial clone it may not have been fetched")
    .into()
}

/// Reads an object id as git prints it.
pub(super) fn parse_oid(text: &[u8]) -> Result<Oid> {
    std::str::from_utf8(text.trim_ascii())
        .ok()
        .and_then(|text| text.parse().ok())
        .context("git printed no object id")
}
