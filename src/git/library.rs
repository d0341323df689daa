//! libgit2, set up once for the way this door uses it: ids in and out, retries, durable writes.

use std::path::Path;
use std::sync::Once;
use std::time::Duration;

use anyhow::{Context as _, Result};

use super::environment::Environment;
use crate::model::id::Oid;

/// How often a write is tried again while another process is tidying the same directories.
const ATTEMPTS: u64 = 20;

/// Variables that relocate parts of a repository in ways libgit2 would not notice.
const RELOCATIONS: [&str; 5] = [
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_GRAFT_FILE",
    "GIT_SHALLOW_FILE",
];

/// Opens a repository's own directory; `None` where libgit2 refuses it or would misread it.
pub(super) fn open(git_dir: &Path, environment: &Environment) -> Option<git2::Repository> {
    set_up();
    if RELOCATIONS
        .iter()
        .any(|name| environment.variable(name).is_some())
    {
        return None;
    }
    let flags = git2::RepositoryOpenFlags::NO_SEARCH | git2::RepositoryOpenFlags::NO_DOTGIT;
    git2::Repository::open_ext(git_dir, flags, std::iter::empty::<&Path>()).ok()
}

#[allow(
    unsafe_code,
    reason = "libgit2 syncs objects and refs only when told through this variadic option, which git2 does not wrap"
)]
fn set_up() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        git2::opts::strict_object_creation(false);
        // Git does not hash again what it reads either; a full scan would pay for it per byte.
        git2::opts::strict_hash_verification(false);
        // SAFETY: the option takes one int by value, and `Once` keeps other threads out. The
        // calls above have initialised the library.
        let set = unsafe {
            libgit2_sys::git_libgit2_opts(libgit2_sys::GIT_OPT_ENABLE_FSYNC_GITDIR as _, 1)
        };
        debug_assert_eq!(set, 0);
    });
}

pub(super) fn to_library(oid: Oid) -> Result<git2::Oid> {
    git2::Oid::from_bytes(oid.as_bytes()).with_context(|| format!("passing on object id {oid}"))
}

pub(super) fn from_library(oid: git2::Oid) -> Result<Oid> {
    Oid::from_bytes(oid.as_bytes()).context("reading an object id")
}

/// Returns the id that a blob of this content has, `length` bytes long.
pub(super) fn blob_id(content: &[u8], length: usize) -> Option<Oid> {
    let format = match length {
        20 => git2::ObjectFormat::Sha1,
        32 => git2::ObjectFormat::Sha256,
        _ => return None,
    };
    let id = git2::Oid::hash_object_ext(git2::ObjectType::Blob, content, format).ok()?;
    from_library(id).ok()
}

/// Tries a write again while it fails for a passing reason: a held lock, or a directory that a
/// running `git gc` has just removed.
pub(super) fn retry<T>(
    mut attempt: impl FnMut() -> Result<T, git2::Error>,
) -> Result<T, git2::Error> {
    let passing = |error: &git2::Error| {
        error.class() == git2::ErrorClass::Os || error.code() == git2::ErrorCode::Locked
    };
    for number in 1..ATTEMPTS {
        match attempt() {
            Err(error) if passing(&error) => std::thread::sleep(Duration::from_millis(number)),
            done => return done,
        }
    }
    attempt()
}
