//! Whether a repository has plans at all, told without starting a child: a hook's cheap way out.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Whether there is anything for a hook to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plans {
    /// The repository has plans, or had some.
    Present,
    /// It has none.
    Absent,
    /// Only [`super::Repo::discover`] can tell.
    Unknown,
}

/// The largest `packed-refs` that is looked through, in bytes; about 2 ms.
const PACKED_REFS_LIMIT: u64 = 16 << 20;

impl Plans {
    /// Looks for plans of the repository a hook was called in: from `GIT_DIR`, else `.git` of the
    /// current directory, which is where Git puts a hook.
    pub fn here() -> Self {
        if std::env::var_os("GIT_COMMON_DIR").is_some() {
            return Self::Unknown;
        }
        Self::of(Path::new("."), std::env::var_os("GIT_DIR"))
    }

    pub(super) fn of(directory: &Path, git_dir: Option<OsString>) -> Self {
        let found = match git_dir.filter(|value| !value.is_empty()) {
            Some(git_dir) => Some(directory.join(git_dir)),
            None => dot_git(directory),
        };
        let common = found.and_then(|git_dir| {
            let shared = git_dir.join("commondir");
            match std::fs::read(&shared) {
                Ok(text) => {
                    Some(git_dir.join(super::command::path_from_bytes(text.trim_ascii_end())))
                }
                Err(_) => git_dir.join("HEAD").is_file().then_some(git_dir),
            }
        });
        common.map_or(Self::Unknown, |common| Self::in_common_dir(&common))
    }

    fn in_common_dir(common: &Path) -> Self {
        if holds_more_than_an_installation(&common.join("plan"))
            || common.join("refs").join("plan").exists()
        {
            return Self::Present;
        }
        let packed = common.join("packed-refs");
        match std::fs::metadata(&packed) {
            _ if common.join("reftable").exists() => Self::Unknown,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Self::Absent,
            Ok(metadata) if metadata.len() <= PACKED_REFS_LIMIT => match std::fs::read(&packed) {
                Ok(refs) if names_plan_refs(&refs) => Self::Present,
                Ok(_) => Self::Absent,
                Err(_) => Self::Unknown,
            },
            Ok(_) | Err(_) => Self::Unknown,
        }
    }
}

/// Installing hooks leaves a receipt, and that is no plan yet.
fn holds_more_than_an_installation(plan: &Path) -> bool {
    let Ok(entries) = std::fs::read_dir(plan) else {
        return plan.exists();
    };
    entries.flatten().any(|entry| {
        !entry
            .file_name()
            .as_encoded_bytes()
            .starts_with(b"install.")
    })
}

fn names_plan_refs(packed: &[u8]) -> bool {
    let name = |line: &[u8]| line.iter().position(|byte| *byte == b' ').map(|at| at + 1);
    packed
        .split(|byte| *byte == b'\n')
        .any(|line| name(line).is_some_and(|at| line[at..].starts_with(b"refs/plan/")))
}

/// `.git` as a directory, or as a file that says where it is.
fn dot_git(directory: &Path) -> Option<PathBuf> {
    let dot_git = directory.join(".git");
    if dot_git.is_dir() {
        return Some(dot_git);
    }
    let text = std::fs::read(&dot_git).ok()?;
    let target = text.strip_prefix(b"gitdir:")?.trim_ascii();
    Some(directory.join(super::command::path_from_bytes(target)))
}
