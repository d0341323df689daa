//! What Git makes of a file's bytes on the way out of the object database: line ends, encodings, filters.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use super::attributes::{self, Search};
use super::command::{Call, Running};
use super::repo::Repo;
use super::status::entry;
use crate::model::id::TreeId;
use crate::model::path::RepoPath;
use crate::model::tree::Entry;

/// The attributes that change bytes, in the order they are asked for.
const ATTRIBUTES: [&str; 6] = [
    "text",
    "crlf",
    "eol",
    "ident",
    "filter",
    "working-tree-encoding",
];

/// What `git check-attr` says of an attribute that nothing is said about.
const UNSPECIFIED: &[u8] = b"unspecified";

/// What Git does to the bytes of a file between the disk and the object database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conversion {
    /// Line ends may change, and `$Id$` be filled in on the way out.
    Text {
        /// What comes out.
        ends: LineEnds,
        /// Whether `$Id$` is filled in.
        ident: bool,
    },
    /// Another encoding, or a program that runs on the way in.
    Opaque,
    /// A program runs on the way out.
    Program,
}

/// The line ends that come out of the object database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineEnds {
    /// Those that are in there.
    Kept,
    /// CRLF.
    Crlf,
    /// CRLF in what Git takes for text, else those that are in there.
    CrlfInText,
}

/// A search for files whose bytes may be converted.
pub struct Convertible(Stage);

enum Stage {
    /// Whether there may be any is still to be told.
    Doubted(Search),
    /// Git lists them.
    Listed(Running),
}

/// A run of git that tells the attributes of files.
pub struct Conversions(Option<Running>);

impl Conversions {
    /// Returns those of the paths asked for whose bytes Git may convert, and how.
    ///
    /// # Errors
    /// When git failed.
    pub fn known(self, repo: &Repo) -> Result<Vec<(RepoPath, Conversion)>> {
        match self.0 {
            Some(running) => repo.judge(&running.answer()?.success()?),
            None => Ok(Vec::new()),
        }
    }
}

impl Convertible {
    /// Returns the files, as the index has them and none in conflict; `None` where nothing says
    /// how to convert the files of any directory that has tracked ones.
    ///
    /// # Errors
    /// When git failed.
    pub fn files(self, repo: &Repo) -> Result<Option<Vec<(RepoPath, Entry)>>> {
        let files = match self.0 {
            Stage::Listed(files) => files,
            Stage::Doubted(attributes) => match attributes.finds_any()? {
                true => repo.list_convertible()?,
                false => return Ok(None),
            },
        };
        let printed = files.answer()?.success()?;
        let files = staged_rows(&printed);
        Ok(Some(
            files
                .filter(|(_, entry)| entry.file_blob().is_some())
                .collect(),
        ))
    }
}

impl Repo {
    /// Starts looking for tracked files whose bytes Git may convert, for somebody who will ask
    /// after doing other things.
    ///
    /// # Errors
    /// In a bare repository, or when git cannot be started.
    pub fn look_for_convertible(&self) -> Result<Convertible> {
        let attributes = match self.auto_line_ends()? {
            Some(_) => None,
            None => self.search_attributes()?,
        };
        Ok(Convertible(match attributes {
            Some(attributes) => Stage::Doubted(attributes),
            None => Stage::Listed(self.list_convertible()?),
        }))
    }

    fn list_convertible(&self) -> Result<Running> {
        self.top()?;
        let mut words = vec!["ls-files", "--stage", "-z", "--full-name", "--", ":(top)"];
        let unspecified = ATTRIBUTES.map(|name| format!("!{name}")).join(" ");
        let others = format!(":(top,exclude,attr:{unspecified})");
        if self.auto_line_ends()?.is_none() {
            words.push(&others);
        }
        self.git.call(&words).start()
    }

    /// Whether directories above some paths of the work tree hold attributes.
    ///
    /// # Errors
    /// In a bare repository.
    pub fn has_attributes_above(&self, paths: &[RepoPath]) -> Result<bool> {
        let paths = paths.iter().map(RepoPath::as_bytes);
        Ok(attributes::are_above(self.top()?, paths))
    }

    /// Starts asking how Git converts the bytes of `paths`, for somebody who will ask after doing
    /// other things.
    ///
    /// # Errors
    /// In a bare repository, or when git cannot be started.
    pub fn look_up_conversions(&self, paths: &[RepoPath]) -> Result<Conversions> {
        self.top()?;
        let call = self.git.call(&["check-attr", "-z", "--stdin"]);
        let call = attributes_of(call, paths);
        let running = (!paths.is_empty()).then(|| call.start()).transpose()?;
        Ok(Conversions(running))
    }

    /// Returns those of `paths` whose bytes Git converts by the attributes that a tree brings along.
    ///
    /// # Errors
    /// As [`Repo::look_up_conversions`], or when the tree cannot be read.
    pub fn conversions_in(
        &self,
        tree: TreeId,
        paths: &[RepoPath],
    ) -> Result<Vec<(RepoPath, Conversion)>> {
        self.top()?;
        let index = ScratchIndex::new()?;
        let words = ["read-tree", &tree.to_string()];
        self.unhooked(self.git.call(&words))?
            .index(&index.file())
            .output()?;
        let call = self.git.call(&["check-attr", "--cached", "-z", "--stdin"]);
        let call = attributes_of(call, paths).index(&index.file());
        self.judge(&call.output()?)
    }

    fn judge(&self, printed: &[u8]) -> Result<Vec<(RepoPath, Conversion)>> {
        let fields: Vec<&[u8]> = printed.split(|byte| *byte == 0).collect();
        let mut converted = Vec::new();
        // `path NUL attribute NUL value NUL` for each attribute of each path.
        for rows in fields.chunks_exact(3 * ATTRIBUTES.len()) {
            let path = rows.first().copied().unwrap_or_default();
            let values: Vec<&[u8]> = rows.iter().skip(2).step_by(3).copied().collect();
            if let Some(conversion) = self.conversion(&values)? {
                converted.push((RepoPath::new(path), conversion));
            }
        }
        Ok(converted)
    }

    /// Judges the values of [`ATTRIBUTES`] as gitattributes(5) says.
    fn conversion(&self, values: &[&[u8]]) -> Result<Option<Conversion>> {
        let &[text, crlf, eol, ident, filter, encoding] = values else {
            bail!("git check-attr left an attribute out");
        };
        let config = self.config()?;
        let runs = |direction: &str| {
            let key = format!("filter.{}.{direction}", String::from_utf8_lossy(filter));
            config.get(&key).is_some_and(|command| !command.is_empty())
        };
        if is_named(filter) && (runs("smudge") || runs("process")) {
            return Ok(Some(Conversion::Program));
        }
        if is_named(filter) && runs("clean") || is_named(encoding) {
            return Ok(Some(Conversion::Opaque));
        }
        let text = if text == UNSPECIFIED { crlf } else { text };
        let auto = self.auto_line_ends()?;
        let crlf_by_default = match auto {
            Some(ends) => ends != LineEnds::Kept,
            None => match config.get("core.eol").map(str::to_ascii_lowercase) {
                Some(ends) if ends == "crlf" => true,
                Some(ends) if ends == "lf" => false,
                _ => cfg!(windows),
            },
        };
        let ends = match (text, eol) {
            (b"unset", _) => None,
            (_, b"lf") | (b"input", _) => Some(LineEnds::Kept),
            (b"auto", b"crlf") => Some(LineEnds::CrlfInText),
            (_, b"crlf") => Some(LineEnds::Crlf),
            (b"auto", _) if crlf_by_default => Some(LineEnds::CrlfInText),
            (b"set", _) if crlf_by_default => Some(LineEnds::Crlf),
            (b"auto" | b"set", _) => Some(LineEnds::Kept),
            _ => auto,
        };
        let ident = ident == b"set";
        Ok(match ends {
            None if !ident => None,
            ends => Some(Conversion::Text {
                ends: ends.unwrap_or(LineEnds::Kept),
                ident,
            }),
        })
    }

    /// The line ends that come out where no attribute says anything; `None` when nothing is converted.
    fn auto_line_ends(&self) -> Result<Option<LineEnds>> {
        let value = self.config()?.get("core.autocrlf").unwrap_or("false");
        if value.eq_ignore_ascii_case("input") {
            return Ok(Some(LineEnds::Kept));
        }
        let is_on = self.config()?.bool("core.autocrlf", false)?;
        Ok(is_on.then_some(LineEnds::CrlfInText))
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
        Ok(staged_rows(&listed).collect())
    }

    fn index_of(&self, entries: &[(RepoPath, Entry)]) -> Result<ScratchIndex> {
        let index = ScratchIndex::new()?;
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

/// Reads what `git ls-files --stage -z` printed, but for conflicts.
fn staged_rows(printed: &[u8]) -> impl Iterator<Item = (RepoPath, Entry)> {
    printed.split(|byte| *byte == 0).filter_map(|row| {
        // `mode id stage TAB path`
        let tab = row.iter().position(|byte| *byte == b'\t')?;
        let (facts, path) = row.split_at(tab);
        let facts: Vec<&[u8]> = facts.split(|byte| *byte == b' ').collect();
        let [mode, id, b"0"] = facts.as_slice() else {
            return None;
        };
        let entry = entry(mode, id).ok().flatten()?;
        Some((RepoPath::new(path.get(1..)?), entry))
    })
}

fn attributes_of(call: Call, paths: &[RepoPath]) -> Call {
    let call = ATTRIBUTES.into_iter().fold(call, Call::argument);
    call.input(nul_ended(paths))
}

/// Whether an attribute has a value of its own.
fn is_named(value: &[u8]) -> bool {
    !matches!(value, b"set" | b"unset" | UNSPECIFIED)
}

/// An index that is nobody's; it goes when this does.
struct ScratchIndex {
    directory: tempfile::TempDir,
}

impl ScratchIndex {
    fn new() -> Result<Self> {
        let directory = tempfile::tempdir().context("making a temporary directory")?;
        Ok(Self { directory })
    }

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
