//! Refs of ours: listing, creating once, dropping many at a time.

use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;

use anyhow::{Context as _, Result, bail};

use super::library::{from_library, retry, to_library};
use super::objects::{Kind, Source, missing, parse_oid};
use super::repo::Repo;
use crate::crash;
use crate::model::id::{CommitId, Oid};

/// One entry of a ref listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefEntry {
    /// The whole name.
    pub name: String,
    /// The object it names, not peeled.
    pub target: Oid,
}

/// A ref that somebody else has moved or dropped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// The whole name.
    pub name: String,
    /// What it held.
    pub old: Oid,
    /// What it holds; `None` when it is gone.
    pub now: Option<Oid>,
}

impl Repo {
    /// Lists the refs below `prefix`, which ends in a slash, sorted by name.
    ///
    /// # Errors
    /// When the refs cannot be read.
    pub fn refs_under(&self, prefix: &str) -> Result<Vec<RefEntry>> {
        let listed = match self.shared_objects().source() {
            Source::Library(repository) => refs_by_library(repository, prefix).ok(),
            Source::Executable(_) => None,
        };
        let mut refs = match listed {
            Some(refs) => refs,
            None => self.refs_by_executable(prefix)?,
        };
        refs.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(refs)
    }

    /// Lists the names of the refs below `prefix`, which ends in a slash, without asking what they
    /// name: much cheaper where each ref is a file.
    ///
    /// # Errors
    /// When they cannot be listed.
    pub fn ref_names_under(&self, prefix: &str) -> Result<BTreeSet<String>> {
        let common = &self.layout.common_dir;
        if common.join("reftable").exists() {
            let refs = self.refs_by_executable(prefix)?;
            return Ok(refs.into_iter().map(|entry| entry.name).collect());
        }
        let mut names = BTreeSet::new();
        // Loose ones first: packing moves a ref from one place to the other.
        let mut folders = vec![prefix.trim_end_matches('/').to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in present(fs::read_dir(common.join(&folder)))?
                .into_iter()
                .flatten()
            {
                let entry = entry?;
                let name = format!("{folder}/{}", entry.file_name().to_string_lossy());
                if entry.file_type()?.is_dir() {
                    folders.push(name);
                } else if !name.ends_with(".lock") {
                    names.insert(name);
                }
            }
        }
        names.extend(self.packed_names(prefix)?);
        Ok(names)
    }

    fn refs_by_executable(&self, prefix: &str) -> Result<Vec<RefEntry>> {
        let words = ["for-each-ref", "--format=%(objectname) %(refname)", prefix];
        let printed = self.git.call(&words).output()?;
        let lines = printed
            .split(|byte| *byte == b'\n')
            .filter(|line| !line.is_empty());
        lines
            .map(|line| {
                let space = line.iter().position(|byte| *byte == b' ');
                let (oid, name) = line.split_at(space.context("git for-each-ref printed no name")?);
                Ok(RefEntry {
                    name: String::from_utf8_lossy(name.trim_ascii()).into_owned(),
                    target: parse_oid(oid)?,
                })
            })
            .collect()
    }

    /// Creates a ref, on the disk when this returns; fine if it is there with the same target.
    ///
    /// # Errors
    /// When it names something else already, or the commit is missing: one broken ref is enough
    /// to stop `git gc`.
    pub fn create_ref(&self, name: &str, target: CommitId) -> Result<()> {
        if !self.has_object(target.0)? {
            return Err(missing(Kind::Commit, target.0))
                .with_context(|| format!("creating ref {name}"));
        }
        let created = match self.shared_objects().source() {
            Source::Library(repository) => {
                let target = to_library(target.0)?;
                retry(|| repository.reference(name, target, false, "").map(drop))
                    .map_err(Into::into)
            }
            Source::Executable(_) => self.update_refs(&format!("create {name}\0{target}\0")),
        };
        self.created(created, name, target)
    }

    /// Judges how creating a ref went: fine as well if it is there with the same target.
    pub(super) fn created(&self, created: Result<()>, name: &str, target: CommitId) -> Result<()> {
        let Err(error) = created else {
            crash::point();
            return Ok(());
        };
        match self.ref_target(name) {
            Ok(Some(found)) if found == target.0 => Ok(()),
            Ok(Some(found)) => bail!("ref {name} names {found} already, not {target}"),
            _ => Err(error).with_context(|| format!("creating ref {name}")),
        }
    }

    /// Reports whether a ref cannot be made now: somebody is at it, or was killed on the way.
    pub fn is_ref_locked(&self, name: &str) -> bool {
        let lock = self.layout.common_dir.join(format!("{name}.lock"));
        lock.symlink_metadata().is_ok()
    }

    pub(super) fn ref_target(&self, name: &str) -> Result<Option<Oid>> {
        let found = self.refs_by_executable(name)?;
        Ok(found
            .into_iter()
            .find(|entry| entry.name == name)
            .map(|entry| entry.target))
    }

    /// Drops refs; those that are gone already are passed over, and so are those that are locked.
    ///
    /// # Errors
    /// When git cannot; then some of them are still there.
    pub fn delete_refs(&self, names: &[String]) -> Result<()> {
        let names = names.iter().filter(|name| !self.is_ref_locked(name));
        let names: BTreeSet<&str> = names.map(String::as_str).collect();
        let rest = match self.shared_objects().source() {
            Source::Library(repository) => {
                let packed = self.packed_names("refs/")?;
                let (packed, loose) = names.into_iter().partition(|name| packed.contains(*name));
                delete_loose(repository, &loose)?;
                packed
            }
            Source::Executable(_) => names,
        };
        if rest.is_empty() {
            return Ok(());
        }
        let commands = rest.iter().map(|name| format!("delete {name}\0\0"));
        self.update_refs(&commands.collect::<String>())
            .with_context(|| format!("dropping {} refs", rest.len()))?;
        crash::point();
        Ok(())
    }

    /// Lets refs hold again what they did. Those that are locked are passed over.
    ///
    /// # Errors
    /// When git cannot; then none is changed.
    pub fn put_back_refs(&self, moved: &[Moved]) -> Result<()> {
        let free = moved.iter().filter(|it| !self.is_ref_locked(&it.name));
        let commands: String = free
            .map(|Moved { name, old, now }| match now {
                Some(now) => format!("update {name}\0{old}\0{now}\0"),
                None => format!("create {name}\0{old}\0"),
            })
            .collect();
        match commands.is_empty() {
            true => Ok(()),
            false => self.update_refs(&commands),
        }
    }

    /// The names that are packed and start with `prefix`; others may be very many.
    fn packed_names(&self, prefix: &str) -> Result<BTreeSet<String>> {
        let packed = self.layout.common_dir.join("packed-refs");
        let packed = present(fs::read(packed))?.unwrap_or_default();
        let lines = packed.split(|byte| *byte == b'\n');
        let names = lines.filter_map(|line| {
            let space = line.iter().position(|byte| *byte == b' ')?;
            let name = line.get(space + 1..)?.trim_ascii_end();
            if !name.starts_with(prefix.as_bytes()) {
                return None;
            }
            Some(String::from_utf8_lossy(name).into_owned())
        });
        Ok(names.collect())
    }

    /// Does all of it or nothing: input that breaks off before its end does nothing.
    pub(super) fn update_refs(&self, commands: &str) -> Result<()> {
        let words = ["update-ref", "--no-deref", "-z", "--stdin"];
        let call = self.unhooked(self.git.synced_call(&words))?.outlasting();
        let input = format!("start\0{commands}commit\0");
        call.input(input).output().map(drop)
    }
}

/// Drops refs that have files of their own, one by one: git would lock all of them and
/// `packed-refs` at once, and leave that in everybody's way when it is killed.
fn delete_loose(repository: &git2::Repository, names: &BTreeSet<&str>) -> Result<()> {
    for name in names {
        let deleted = retry(|| match repository.find_reference(name) {
            Err(error) if error.code() == git2::ErrorCode::NotFound => Ok(()),
            found => found?.delete(),
        });
        deleted.with_context(|| format!("dropping ref {name}"))?;
        crash::point();
    }
    Ok(())
}

/// What is not there holds nothing.
fn present<T>(read: std::io::Result<T>) -> Result<Option<T>> {
    match read {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        other => Ok(Some(other.context("listing refs")?)),
    }
}

fn refs_by_library(repository: &git2::Repository, prefix: &str) -> Result<Vec<RefEntry>> {
    let mut refs = Vec::new();
    for reference in repository.references_glob(&format!("{prefix}*"))? {
        let reference = reference?;
        refs.push(RefEntry {
            name: String::from_utf8_lossy(reference.name_bytes()).into_owned(),
            target: from_library(
                reference
                    .resolve()?
                    .target()
                    .context("a ref names nothing")?,
            )?,
        });
    }
    Ok(refs)
}
