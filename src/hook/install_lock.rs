//! One installation at a time in a repository: work trees and package scripts install at once.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context as _, Result};

use crate::store::Modes;

/// Runs `work` as the only installation in the repository whose plans are in `plan_dir`.
///
/// The lock file goes away afterwards, and the directory with it if nothing else is in there.
pub(super) fn holding<T>(
    plan_dir: &Path,
    modes: Modes,
    work: impl FnOnce() -> Result<T>,
) -> Result<T> {
    let path = plan_dir.join("install.lock");
    let lock = acquire(plan_dir, &path, modes)?;
    let done = work();
    let removed = fs::remove_file(&path).context("removing the install lock");
    // Fails whenever anything is in it, which is the test.
    let _ = fs::remove_dir(plan_dir);
    drop(lock);
    done.and_then(|value| removed.map(|()| value))
}

fn acquire(plan_dir: &Path, path: &Path, modes: Modes) -> Result<File> {
    loop {
        modes.make_directory(plan_dir)?;
        let opened = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(path);
        let file = match opened {
            Ok(file) => file,
            // Another process removed the directory in between; a link to nowhere stays one.
            Err(error) if error.kind() == ErrorKind::NotFound && !plan_dir.is_symlink() => continue,
            Err(error) => return Err(error).context("opening the install lock"),
        };
        file.lock().context("waiting for the install lock")?;
        if is_at(&file, path) {
            return Ok(file);
        }
    }
}

/// Reports whether the locked file still is the one that others would open.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    match (file.metadata(), fs::metadata(path)) {
        (Ok(ours), Ok(theirs)) => (ours.dev(), ours.ino()) == (theirs.dev(), theirs.ino()),
        _ => false,
    }
}

/// An open file cannot be replaced here.
#[cfg(not(unix))]
fn is_at(_: &File, path: &Path) -> bool {
    path.exists()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn one_at_a_time_even_while_the_file_comes_and_goes() {
        let dir = tempfile::tempdir().unwrap();
        let plan_dir = dir.path().join("plan");
        let inside = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..50 {
                        holding(&plan_dir, Modes::PRIVATE, || {
                            assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0);
                            inside.fetch_sub(1, Ordering::SeqCst);
                            Ok(())
                        })
                        .unwrap();
                    }
                });
            }
        });
        assert!(!plan_dir.exists());
    }

    #[cfg(unix)]
    #[test]
    fn what_cannot_be_a_directory_is_an_error() {
        let dir = tempfile::tempdir().unwrap();
        let check = |name: &str| {
            let held = holding(&dir.path().join(name), Modes::PRIVATE, || Ok(()));
            assert!(held.is_err(), "{name}");
        };
        fs::write(dir.path().join("file"), "").unwrap();
        check("file");
        std::os::unix::fs::symlink("nowhere", dir.path().join("link")).unwrap();
        check("link");
        check("no/parent");
    }
}
