//! From what a user types, and from HEAD, to object ids.

use anyhow::{Context as _, Result};

use super::library::from_library;
use super::objects::{Kind, Source, missing, parse_oid};
use super::repo::Repo;
use crate::error::Failure;
use crate::model::id::{CommitId, Oid, TreeId};
use crate::model::printable::Printable;

/// What HEAD names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The commit; `None` on an unborn branch.
    pub commit: Option<CommitId>,
    /// The branch, without `refs/heads/`; `None` when detached.
    pub branch: Option<String>,
}

impl Repo {
    /// Reads this work tree's HEAD.
    ///
    /// # Errors
    /// When HEAD cannot be read or is malformed.
    pub fn head(&self) -> Result<Head> {
        let (commit, symbolic) = match self.shared_objects().source() {
            Source::Library(repository) => head_by_library(repository),
            Source::Executable(_) => self.head_by_executable(),
        }
        .context("reading HEAD")?;
        let branch = symbolic.map(|name| match name.strip_prefix("refs/heads/") {
            Some(branch) => branch.to_owned(),
            None => name,
        });
        Ok(Head {
            commit: commit.map(CommitId),
            branch,
        })
    }

    fn head_by_executable(&self) -> Result<(Option<Oid>, Option<String>)> {
        let line = |words: &[&str]| {
            let answer = self.git.call(words).answer()?;
            match answer.status {
                Some(0) => Ok(Some(answer.stdout.trim_ascii().to_vec())),
                Some(1) => Ok(None),
                _ => Err(answer.into_error()),
            }
        };
        let symbolic = line(&["symbolic-ref", "--quiet", "HEAD"])?;
        let commit = line(&["rev-parse", "--verify", "--quiet", "HEAD"])?;
        Ok((
            commit.map(|oid| parse_oid(&oid)).transpose()?,
            symbolic.map(|name| String::from_utf8_lossy(&name).into_owned()),
        ))
    }

    /// Resolves any revision to a commit, tags peeled; it is never taken for an option.
    ///
    /// # Errors
    /// A [`Failure`] when nothing, or no commit, goes by that name.
    pub fn resolve_commit(&self, revision: &str) -> Result<CommitId> {
        let oid = self.resolve(revision)?;
        let commit = self.peel_to_commit(oid).ok().flatten();
        Ok(commit.ok_or_else(|| bad_revision(revision))?)
    }

    /// Resolves a revision that names a commit, a tag of one, or a tree.
    ///
    /// # Errors
    /// A [`Failure`] when it names nothing that holds files.
    pub fn resolve_tree(&self, revision: &str) -> Result<(Option<CommitId>, TreeId)> {
        let oid = self.resolve(revision)?;
        match self.peel(oid).map_err(|_| bad_revision(revision))? {
            (Kind::Commit, oid) => {
                let commit = self.commit(CommitId(oid))?;
                Ok((Some(commit.id), commit.tree))
            }
            (Kind::Tree, oid) => Ok((None, TreeId(oid))),
            _ => Err(bad_revision(revision).into()),
        }
    }

    /// Peels a tag; `None` when what it names in the end is no commit.
    ///
    /// # Errors
    /// When an object on the way is missing.
    pub fn peel_to_commit(&self, oid: Oid) -> Result<Option<CommitId>> {
        Ok(match self.peel(oid)? {
            (Kind::Commit, oid) => Some(CommitId(oid)),
            _ => None,
        })
    }

    /// Reports whether the repository holds an object; one that a partial clone left behind is not held.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn has_object(&self, oid: Oid) -> Result<bool> {
        Ok(self.shared_objects().header(oid)?.is_some())
    }

    /// Follows tags to what is no tag.
    fn peel(&self, mut oid: Oid) -> Result<(Kind, Oid)> {
        let objects = self.shared_objects();
        loop {
            let (kind, _) = objects
                .header(oid)?
                .ok_or_else(|| missing(Kind::Commit, oid))?;
            if kind != Kind::Tag {
                return Ok((kind, oid));
            }
            let tag = objects.expect(oid, Kind::Tag)?;
            let line = tag.split(|byte| *byte == b'\n').next().unwrap_or_default();
            let target = line
                .strip_prefix(b"object ")
                .context("a tag names nothing")?;
            oid = parse_oid(target)?;
        }
    }

    /// Resolves a revision to whatever object it names; a full id is taken as it is, and `HEAD` read.
    ///
    /// # Errors
    /// A [`Failure`] when nothing goes by that name.
    // Git does it, so that every way of naming works as it does everywhere.
    pub fn resolve(&self, revision: &str) -> Result<Oid> {
        if let Ok(oid) = revision.parse() {
            return Ok(oid);
        }
        if revision == "HEAD"
            && let Ok(Head {
                commit: Some(CommitId(oid)),
                ..
            }) = self.head()
        {
            return Ok(oid);
        }
        if revision.contains('\0') {
            return Err(bad_revision(revision).into());
        }
        let words = [
            "rev-parse",
            "--verify",
            "--quiet",
            "--end-of-options",
            revision,
        ];
        let answer = self.git.call(&words).answer()?;
        match answer.status {
            Some(0) => parse_oid(&answer.stdout),
            _ => Err(bad_revision(revision).into()),
        }
    }
}

fn head_by_library(repository: &git2::Repository) -> Result<(Option<Oid>, Option<String>)> {
    let head = repository.find_reference("HEAD")?;
    let Some(target) = head.symbolic_target_bytes() else {
        let commit = head.target().map(from_library).transpose()?;
        return Ok((commit, None));
    };
    let commit = match head.resolve() {
        Ok(branch) => branch.target().map(from_library).transpose()?,
        Err(error) if error.code() == git2::ErrorCode::NotFound => None,
        Err(error) => return Err(error.into()),
    };
    Ok((commit, Some(String::from_utf8_lossy(target).into_owned())))
}

pub(super) fn bad_revision(revision: &str) -> Failure {
    Failure::fatal(format!("bad revision '{}'", Printable::new(revision)))
        .hint("it names no commit here; 'git branch --all' and 'git tag' list names that do")
}
