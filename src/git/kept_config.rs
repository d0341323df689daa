//! What git printed of its configuration, kept for as long as no file it came from has changed.
//!
//! To ask git takes a child, and a good part of what a hook takes. Only git knows where all of the
//! configuration lies, so it is asked that too, once; includes, which may depend on anything, are
//! left to git every time, and so is what the environment carries.

use std::fs::{self, Metadata};
use std::io::Write as _;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::Result;
use sha2::{Digest as _, Sha256};
use tempfile::NamedTempFile;

use super::command::{Answer, path_from_bytes};
use super::config::asked;
use super::repo::Repo;
use crate::error::is_absent;

/// Raised whenever what is kept means something else.
const VERSION: u8 = 1;

/// What changed so lately may change once more without looking different.
const SETTLED: Duration = Duration::from_millis(if cfg!(test) { 20 } else { 2_000 });

/// Variables that name files of configuration, or decide which are read.
const NAMING: [&str; 5] = [
    "HOME",
    "XDG_CONFIG_HOME",
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_SYSTEM",
    "GIT_CONFIG_NOSYSTEM",
];

/// Variables that carry configuration.
const CARRYING: [&str; 3] = ["GIT_CONFIG", "GIT_CONFIG_COUNT", "GIT_CONFIG_PARAMETERS"];

/// The bytes of a SHA-256.
const SEAL: usize = 32;

/// What is kept, behind a seal.
struct Kept {
    /// Where the configuration comes from, be they there or not.
    files: Vec<PathBuf>,
    /// What git printed; nothing where these are not all of the files, so that git has to be asked.
    rows: Vec<u8>,
}

impl Kept {
    fn read(bytes: &[u8]) -> Option<([u8; SEAL], Self)> {
        let (seal, mut rest) = bytes.split_first_chunk()?;
        let mut files = Vec::new();
        loop {
            let end = rest.iter().position(|byte| *byte == 0)?;
            let (file, after) = rest.split_at(end);
            rest = after.get(1..)?;
            if file.is_empty() {
                break;
            }
            files.push(path_from_bytes(file));
        }
        let rows = rest.to_vec();
        Some((*seal, Self { files, rows }))
    }

    fn write(&self, seal: &[u8; SEAL]) -> Vec<u8> {
        let mut bytes = seal.to_vec();
        for file in &self.files {
            bytes.extend(file.as_os_str().as_bytes());
            bytes.push(0);
        }
        bytes.push(0);
        bytes.extend(&self.rows);
        bytes
    }
}

impl Repo {
    fn kept_path(&self) -> PathBuf {
        self.plan_dir().join("config.cache")
    }

    /// Returns what git would print of the sections that are asked for, if that is kept and still
    /// holds.
    pub(super) fn kept_config(&self) -> Option<Vec<u8>> {
        let kept = self.kept()?;
        (!kept.rows.is_empty()).then_some(kept.rows)
    }

    /// Removes what is kept.
    pub(super) fn drop_kept_config(&self) {
        // It is a cache; what cannot be removed is in nobody's way.
        let _ = fs::remove_file(self.kept_path());
    }

    fn kept(&self) -> Option<Kept> {
        let (seal, kept) = Kept::read(&fs::read(self.kept_path()).ok()?)?;
        (self.seal(&kept)? == seal).then_some(kept)
    }

    /// Keeps what git printed, where it is plain to see later whether it still holds.
    pub(super) fn keep_config(&self, printed: &[u8]) {
        if !printed.split(|byte| *byte == 0).any(depends) && self.kept().is_none() {
            // What cannot be kept is asked for again.
            let _ = self.learn(printed);
        }
    }

    fn learn(&self, printed: &[u8]) -> Result<()> {
        let own = self.layout.common_dir.join("config");
        // Two that do not agree on what holds must not spend their time on learning it.
        if !is_settled(&own) || !is_settled(&self.kept_path()) {
            return Ok(());
        }
        // First, for where nothing can be written all that follows is in vain.
        let mut file = NamedTempFile::new_in(self.plan_dir())?;
        let elsewhere = self.files_elsewhere()?;
        let are_told = elsewhere.is_some();
        let mut kept = Kept {
            files: std::iter::once(own)
                .chain(elsewhere.into_iter().flatten())
                .collect(),
            rows: Vec::new(),
        };
        let places: Vec<_> = kept.files.iter().map(|file| identity(file)).collect();
        let settled = kept.files.iter().all(|file| is_settled(file));
        // Read once more, now that the files have been looked at.
        let (origins, again) = self.origins()?;
        let is_known = |origin: &PathBuf| {
            let place = identity(origin);
            place.is_some() && places.contains(&place)
        };
        if are_told && origins.iter().all(is_known) {
            kept.rows = asked(printed);
        }
        if let Some(seal) = self.seal(&kept)
            && settled
            && again == printed
            && places
                == kept
                    .files
                    .iter()
                    .map(|file| identity(file))
                    .collect::<Vec<_>>()
        {
            file.write_all(&kept.write(&seal))?;
            file.persist(self.kept_path())?;
        }
        Ok(())
    }

    /// The files of the system and the user, as git names them since 2.41.
    fn files_elsewhere(&self) -> Result<Option<Vec<PathBuf>>> {
        let mut files = Vec::new();
        for name in ["GIT_CONFIG_SYSTEM", "GIT_CONFIG_GLOBAL"] {
            let answer = self.git.plain_call(&["var", name]).answer()?;
            match answer {
                Answer {
                    status: Some(0),
                    stdout,
                    ..
                } => {
                    let lines = stdout.split(|byte| *byte == b'\n');
                    files.extend(lines.filter(|line| !line.is_empty()).map(path_from_bytes));
                }
                // There is none.
                Answer {
                    status: Some(1),
                    stderr,
                    ..
                } if stderr.is_empty() => {}
                _ => return Ok(None),
            }
        }
        Ok(Some(files))
    }

    /// Where each row comes from, as far as from files, and the rows.
    fn origins(&self) -> Result<(Vec<PathBuf>, Vec<u8>)> {
        let words = ["config", "-z", "--list", "--show-origin"];
        let printed = self.git.plain_call(&words).output()?;
        let mut tokens = printed.split(|byte| *byte == 0);
        let (mut origins, mut rows) = (Vec::new(), Vec::new());
        while let (Some(origin), Some(row)) = (tokens.next(), tokens.next()) {
            // Anything but a file is at no place.
            let file = origin.strip_prefix(b"file:").unwrap_or_default();
            let file = path_from_bytes(file);
            origins.push(self.git.environment().directory().join(file));
            rows.extend([row, b"\0"].concat());
        }
        Ok((origins, rows))
    }

    /// Seals what is kept together with all that it depends on; `None` where that cannot be told.
    fn seal(&self, kept: &Kept) -> Option<[u8; SEAL]> {
        let environment = self.git.environment();
        if CARRYING.iter().any(|name| environment.holds(name)) {
            return None;
        }
        let mut digest = Sha256::new_with_prefix([VERSION]);
        let mut add = |field: &[u8]| {
            digest.update(field.len().to_be_bytes());
            digest.update(field);
        };
        for name in NAMING {
            add(&[u8::from(environment.holds(name))]);
            add(environment.variable(name).unwrap_or_default().as_bytes());
        }
        // Another git may look elsewhere. In a hook it goes by another name, and may be a copy.
        let program = fs::metadata(self.git.program()).ok()?;
        let program = [
            program.size().cast_signed(),
            program.mtime(),
            program.mtime_nsec(),
        ];
        add(format!("{program:?}").as_bytes());
        for file in &kept.files {
            add(file.as_os_str().as_bytes());
            add(signs(file)?.as_bytes());
        }
        add(&kept.rows);
        Some(digest.finalize().into())
    }
}

/// What changes with a file; `None` when it cannot be looked at.
fn signs(file: &Path) -> Option<String> {
    let metadata = match fs::metadata(file) {
        Ok(metadata) => metadata,
        Err(error) => return is_absent(&error).then(String::new),
    };
    let place = place(&metadata);
    let times = [
        metadata.mtime(),
        metadata.mtime_nsec(),
        metadata.ctime(),
        metadata.ctime_nsec(),
    ];
    Some(format!("{place:?} {} {times:?}", metadata.size()))
}

fn identity(file: &Path) -> Option<(u64, u64)> {
    fs::metadata(file).ok().as_ref().map(place)
}

fn place(metadata: &Metadata) -> (u64, u64) {
    (metadata.dev(), metadata.ino())
}

/// Whether a file has not changed lately, as the clock that nobody can turn back for it tells.
fn is_settled(file: &Path) -> bool {
    let metadata = match fs::metadata(file) {
        Ok(metadata) => metadata,
        Err(error) => return is_absent(&error),
    };
    let seconds = u64::try_from(metadata.ctime()).unwrap_or_default();
    let nanoseconds = u32::try_from(metadata.ctime_nsec()).unwrap_or_default();
    let changed = UNIX_EPOCH + Duration::new(seconds, nanoseconds);
    let age = SystemTime::now().duration_since(changed);
    age.is_ok_and(|age| age > SETTLED)
}

/// Whether a row makes the configuration depend on more than its files: on what is included, or on
/// the work tree.
fn depends(row: &[u8]) -> bool {
    let sections: [&[u8]; 3] = [b"include.", b"includeif.", b"extensions.worktreeconfig"];
    sections.iter().any(|section| row.starts_with(section))
}

#[cfg(test)]
mod tests;
