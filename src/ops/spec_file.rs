//! A spec file of the user's: read within bounds and checked before anything is stored.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::error::Failure;
use crate::model::printable::Printable;
use crate::spec::{self, Parsed};

/// One byte more than any spec may have, so that the parser sees that there is too much.
const READ_AT_MOST: u64 = 256 * 1024 + 1;

/// Where a spec is read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SpecSource {
    /// A regular file.
    File(PathBuf),
    /// Standard input, to its end.
    Stdin,
}

impl SpecSource {
    fn name(&self) -> String {
        match self {
            Self::File(path) => Printable::path(path).to_string(),
            Self::Stdin => "<stdin>".to_owned(),
        }
    }

    fn read(&self) -> Result<Vec<u8>> {
        match self {
            Self::File(path) => read_file(path),
            Self::Stdin => bounded(io::stdin().lock()).context("cannot read standard input"),
        }
    }
}

/// A spec that parsed.
#[derive(Debug, Clone)]
pub struct SpecFile {
    /// What messages call it; safe to show.
    pub name: String,
    /// The text as it was read.
    pub yaml: String,
    /// What it means.
    pub parsed: Parsed,
}

impl SpecFile {
    /// Reads and checks a spec.
    ///
    /// # Errors
    /// Fatal when it cannot be read; a judged "no" with the whole diagnostic when it is no spec.
    pub fn read(source: &SpecSource) -> Result<Self> {
        let name = source.name();
        let bytes = source.read()?;
        let parsed = spec::parse(&bytes).map_err(|wrong| Failure::no(wrong.render(&name)))?;
        let yaml = String::from_utf8(bytes).with_context(|| format!("{name} is not UTF-8"))?;
        Ok(Self { name, yaml, parsed })
    }

    /// Returns what is odd about it, complete and safe to show.
    pub fn warnings(&self) -> impl Iterator<Item = String> {
        let warnings = self.parsed.warnings.iter();
        warnings.map(|warning| warning.render(&self.name))
    }
}

/// Asks what the path names before it is opened: opening a FIFO would wait for a writer.
fn read_file(path: &Path) -> Result<Vec<u8>> {
    let reading = || format!("cannot read {}", Printable::path(path));
    let found = std::fs::metadata(path).with_context(reading)?;
    if found.is_dir() {
        return Err(Failure::fatal(format!("{} is a directory", Printable::path(path))).into());
    }
    if !found.is_file() {
        let message = format!("{} is not a regular file", Printable::path(path));
        let hint = "'-' in place of the name reads standard input";
        return Err(Failure::fatal(message).hint(hint).into());
    }
    bounded(File::open(path).with_context(reading)?).with_context(reading)
}

fn bounded(from: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(READ_AT_MOST).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Status, status_of};

    #[test]
    fn what_cannot_be_read_is_fatal_and_never_waits() {
        let dir = tempfile::tempdir().unwrap();
        let fifo = dir.path().join("fifo");
        let made = std::process::Command::new("mkfifo").arg(&fifo).status();
        let mut paths = vec![dir.path().join("missing"), dir.path().to_owned()];
        if made.is_ok_and(|status| status.success()) {
            paths.push(fifo);
        }
        for path in paths {
            let error = SpecFile::read(&SpecSource::File(path)).unwrap_err();
            assert_eq!(status_of(&error), Status::Fatal, "{error:#}");
        }
    }

    #[test]
    fn never_more_than_the_bound_is_read() {
        let much = io::repeat(b'a');
        assert_eq!(bounded(much).unwrap().len() as u64, READ_AT_MOST);
    }
}
