//! What Git makes of a file's bytes on the way out of the object database: line ends, encodings, filters.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::repo::Repo;
use super::status::entry;
use crate::model::path::RepoPath;
use crate::model::tree::Entry;

/// The attributes that change bytes.
const ATTRIBUTES: [&str; 6] = [
    "text",
    "eol",
    "crlf",
    "ident",
    "filter",
    "working-tree-encoding",
];

impl Repo {
    /// Returns those of `paths` whose bytes Git may convert between work tree and objects.
    ///
    /// # Errors
    /// In a bare repository, or when git fails.
    pub fn converted_paths(&self, paths: &[RepoPath]) -> Result<Vec<RepoPath>> {
        self.top()?;
        if paths.is_empty() {
            return Ok(Vec::new());
        }
        let line_ends = self.config()?.get("core.autocrlf").unwrap_or("false");
        if !matches!(line_ends, "false" | "no" | "off" | "0") {
            return Ok(paths.to_vec());
        }
        let mut call = vec!["check-attr", "-z", "--stdin"];
        call.extend(ATTRIBUTES);
        let printed = self.git.call(&call).input(nul_ended(paths)).output()?;
        let fields: Vec<&[u8]> = printed.split(|byte| *byte == 0).collect();
        let mut converted: Vec<RepoPath> = fields
            .chunks_exact(3)
            .filter_map(|row| match row {
                [_, b"text", b"unset"] | [_, _, b"unspecified"] => None,
                [path, ..] => Some(RepoPath::new(*path)),
                [] => None,
            })
            .collect();
        converted.dedup();
        Ok(converted)
    }

    /// Writes what Git would check out for `entries` below `directory`, where they are not to be
    /// mistaken for the work tree. A file whose filter fails is missing there.
    ///
    /// # Errors
    /// In a bare repository, when the list of entries cannot be written, or git cannot be run.
    pub fn check_out_beside(&self, entries: &[(RepoPath, Entry)], directory: &Path) -> Result<()> {
        self.top()?;
        let index = self.index_of(entries)?;
        let mut prefix = OsString::from("--prefix=");
        prefix.push(directory);
        prefix.push("/");
        self.git
            .call(&["checkout-index", "-q", "-f", "-a"])
            .argument(prefix)
            .index(&index.file())
            .answer()?;
        Ok(())
    }

    /// Returns what `git add` would make of these paths if the index held `entries`: whether it
    /// converts line ends can depend on what is there. The blobs are stored.
    ///
    /// # Errors
    /// In a bare repository, when the list of entries cannot be written, or git cannot be run.
    pub fn added_over(&self, entries: &[(RepoPath, Entry)]) -> Result<Vec<(RepoPath, Entry)>> {
        self.top()?;
        let index = self.index_of(entries)?;
        let paths: Vec<RepoPath> = entries.iter().map(|(path, _)| path.clone()).collect();
        // A path that cannot be added keeps its entry.
        self.unhooked(self.git.synced_call(&["update-index", "-z", "--stdin"]))?
            .index(&index.file())
            .input(nul_ended(&paths))
            .answer()?;
        let listed = self
            .git
            .call(&["ls-files", "--stage", "-z"])
            .index(&index.file())
            .output()?;
        let rows = listed.split(|byte| *byte == 0).filter_map(|row| {
            // `mode id stage TAB path`
            let tab = row.iter().position(|byte| *byte == b'\t')?;
            let (facts, path) = row.split_at(tab);
            let mut facts = facts.split(|byte| *byte == b' ');
            let entry = entry(facts.next()?, facts.next()?).ok().flatten()?;
            Some((RepoPath::new(path.get(1..)?), entry))
        });
        Ok(rows.collect())
    }

    fn index_of(&self, entries: &[(RepoPath, Entry)]) -> Result<ScratchIndex> {
        let index = ScratchIndex {
            directory: tempfile::tempdir().context("making a temporary directory")?,
        };
        let mut records = Vec::new();
        for (path, entry) in entries {
            records.extend(format!("{:o} {} 0\t", entry.mode.bits(), entry.oid).into_bytes());
            records.extend_from_slice(path.as_bytes());
            records.push(0);
        }
        self.unhooked(self.git.call(&["update-index", "-z", "--index-info"]))?
            .index(&index.file())
            .input(records)
            .output()?;
        Ok(index)
    }
}

/// An index that is nobody's; it goes when this does.
struct ScratchIndex {
    directory: tempfile::TempDir,
}

impl ScratchIndex {
    fn file(&self) -> PathBuf {
        self.directory.path().join("index")
    }
}

pub(super) fn nul_ended(paths: &[RepoPath]) -> Vec<u8> {
    paths.iter().fold(Vec::new(), |mut out, path| {
        out.extend_from_slice(path.as_bytes());
        out.push(0);
        out
    })
}
