//! What an installation wrote, kept as `plan/install.json`: advice for `uninstall`, which also
//! works without it, because markers decide.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::hook_file::{self, Mode, NewFile};

/// What an installation wrote.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Receipt {
    /// The version of this format, 1.
    pub(super) version: u32,
    /// By path of the hook file; a path that is not UTF-8 is left out.
    #[serde(default)]
    pub(super) hooks: BTreeMap<String, HookEntry>,
    /// Configuration keys that were written; each was unset before.
    #[serde(default)]
    pub(super) config: Vec<String>,
    /// Whether the configuration had no alias section before.
    #[serde(default)]
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

    /// Writes the receipt.
    pub(super) fn write(&self, plan_dir: &Path) -> Result<()> {
        let mut bytes = serde_json::to_vec_pretty(self).context("writing the install receipt")?;
        bytes.push(b'\n');
        let mode = Mode::Private;
        hook_file::write(&path(plan_dir), &NewFile { bytes, mode })
    }

    /// Removes the receipt, if there is one.
    pub(super) fn remove(plan_dir: &Path) -> Result<()> {
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
        receipt.write(dir.path()).unwrap();
        assert_eq!(Receipt::read(dir.path()), receipt);
        assert_eq!(receipt.directories(), [dir.path().join("hooks")]);
        Receipt::remove(dir.path()).unwrap();
        Receipt::remove(dir.path()).unwrap();
        fs::write(path(dir.path()), "{").unwrap();
        assert_eq!(Receipt::read(dir.path()), Receipt::default());
    }
}
