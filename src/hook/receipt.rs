//! What an installation wrote, kept as `plan/install.json`: advice for `uninstall`, which also
//! works without it, because markers decide.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::hook_file::{self, Mode, NewFile};
use crate::git::Sharing;

/// What an installation wrote.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Receipt {
    /// The version of this format, 2.
    pub(super) version: u32,
    /// By path of the hook file; a path that is not UTF-8 is left out.
    #[serde(default)]
    pub(super) hooks: BTreeMap<String, HookEntry>,
    /// By path of the configuration file; a path that is not UTF-8 is left out.
    #[serde(default)]
    pub(super) config: BTreeMap<String, ConfigEntry>,
    /// Directories that were made, those below others first; a path that is not UTF-8 is left out.
    #[serde(default)]
    pub(super) made: Vec<PathBuf>,
}

/// What was done to one configuration file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ConfigEntry {
    /// SHA-256 of the file before the first installation, in hex; nothing when there was none.
    pub(super) before: Option<String>,
    /// Whether it had no alias section then.
    pub(super) alias_section_created: bool,
}

/// What was done to one hook file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct HookEntry {
    /// The shim version written.
    pub(super) shim: u32,
    /// SHA-256 of the file before the first installation, in hex; nothing when there was none.
    pub(super) before: Option<String>,
    /// SHA-256 of the file as written last, in hex.
    pub(super) after: String,
}

impl Receipt {
    /// Reads the receipt; one that is missing or unreadable counts as empty.
    pub(super) fn read(plan_dir: &Path) -> Self {
        fs::read(path(plan_dir))
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .unwrap_or_default()
    }

    /// Records that the file at `path` became `after`.
    pub(super) fn record(&mut self, path: &Path, before: Option<&[u8]>, after: &[u8], shim: u32) {
        let Some(path) = path.to_str() else { return };
        let entry = self.hooks.entry(path.to_owned()).or_insert(HookEntry {
            shim,
            before: before.map(sha256),
            after: String::new(),
        });
        entry.shim = shim;
        entry.after = sha256(after);
    }

    /// Records that a configuration file is written which was `before`.
    pub(super) fn record_config(&mut self, path: &Path, before: Option<&[u8]>, has_aliases: bool) {
        let Some(path) = path.to_str() else { return };
        self.config.entry(path.to_owned()).or_insert(ConfigEntry {
            before: before.map(sha256),
            alias_section_created: !has_aliases,
        });
    }

    /// Records that directories were made for hook files, those below others first.
    pub(super) fn record_made(&mut self, directories: &[PathBuf]) {
        let known = directories.iter().filter(|path| path.to_str().is_some());
        self.made.splice(0..0, known.cloned());
    }

    /// Reports whether there was a hook file at `path` before anything of ours was, and it was this.
    pub(super) fn was_hook(&self, path: &Path, text: &[u8]) -> bool {
        let entry = path.to_str().and_then(|path| self.hooks.get(path));
        entry.is_some_and(|entry| entry.before == Some(sha256(text)))
    }

    /// Returns what was noted of a configuration file.
    pub(super) fn config(&self, path: &Path) -> Option<&ConfigEntry> {
        self.config.get(path.to_str()?)
    }

    /// Forgets what was noted of a file.
    pub(super) fn forget(&mut self, path: &Path) {
        if let Some(path) = path.to_str() {
            self.hooks.remove(path);
            self.config.remove(path);
        }
    }

    /// Returns the directories in which hook files were written.
    pub(super) fn directories(&self) -> Vec<PathBuf> {
        let mut directories: Vec<_> = self
            .hooks
            .keys()
            .filter_map(|path| Path::new(path).parent())
            .map(Path::to_owned)
            .collect();
        directories.dedup();
        directories
    }

    /// Writes the receipt; one with nothing in it is no file.
    pub(super) fn write(&self, plan_dir: &Path, sharing: Sharing) -> Result<()> {
        if self.hooks.is_empty() && self.config.is_empty() && self.made.is_empty() {
            return Self::remove(plan_dir);
        }
        let mut bytes = serde_json::to_vec_pretty(self).context("writing the install receipt")?;
        bytes.push(b'\n');
        let mode = Mode::Note(sharing);
        hook_file::write(&path(plan_dir), &NewFile { bytes, mode })
    }

    fn remove(plan_dir: &Path) -> Result<()> {
        match fs::remove_file(path(plan_dir)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(error).context("removing the install receipt")
            }
            _ => Ok(()),
        }
    }
}

fn path(plan_dir: &Path) -> PathBuf {
    plan_dir.join("install.json")
}

impl ConfigEntry {
    /// Reports whether the file was this before anything of ours was in it.
    pub(super) fn was(&self, text: &[u8]) -> bool {
        self.before.as_ref().is_some_and(|sum| *sum == sha256(text))
    }
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receipt_round_trips_and_remembers_the_first_state() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(Receipt::read(dir.path()), Receipt::default());
        let mut receipt = Receipt::default();
        let hook = dir.path().join("hooks/pre-push");
        receipt.record(&hook, Some(b"theirs"), b"one", 1);
        receipt.record(&hook, Some(b"one"), b"two", 2);
        let entry = receipt.hooks.values().next().unwrap();
        assert_eq!(entry.before, Some(sha256(b"theirs")));
        assert_eq!((entry.after.clone(), entry.shim), (sha256(b"two"), 2));
        receipt.write(dir.path(), Sharing::Umask).unwrap();
        assert_eq!(Receipt::read(dir.path()), receipt);
        assert_eq!(receipt.directories(), [dir.path().join("hooks")]);
        receipt.forget(&hook);
        receipt.write(dir.path(), Sharing::Umask).unwrap();
        receipt.write(dir.path(), Sharing::Umask).unwrap();
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
        fs::write(path(dir.path()), "{").unwrap();
        assert_eq!(Receipt::read(dir.path()), Receipt::default());
    }
}
