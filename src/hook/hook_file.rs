//! Writing hook files so that each is either the old one or the new one, and all of them or none.

use std::fs::{self, Permissions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::existing::Script;
use crate::git::Sharing;
use crate::model::printable::Printable;

/// A file that is to become another; `None` stands for no file.
#[derive(Debug)]
pub(super) struct Change {
    pub(super) path: PathBuf,
    pub(super) before: Option<Script>,
    pub(super) after: Option<NewFile>,
}

/// What a file is to hold.
#[derive(Debug)]
pub(super) struct NewFile {
    pub(super) bytes: Vec<u8>,
    pub(super) mode: Mode,
}

/// The permissions of a written file.
#[derive(Debug, Clone)]
pub(super) enum Mode {
    /// Those of the file it replaces.
    Kept(Permissions),
    /// A new program's: the umask's, widened as `core.sharedRepository` says.
    Program(Sharing),
    /// A note's: its owner's, widened as `core.sharedRepository` says.
    Note(Sharing),
}

/// Makes a directory and those above that are missing; returns what was made, that below first.
pub(super) fn make_directory(directory: &Path) -> Result<Vec<PathBuf>> {
    let missing = directory.ancestors().take_while(|path| !path.exists());
    let missing: Vec<_> = missing.map(Path::to_owned).collect();
    let doing = || format!("making the hooks directory {}", Printable::path(directory));
    fs::create_dir_all(directory).with_context(doing)?;
    Ok(missing)
}

/// Removes those directories that nothing is in, and returns the others; those below others come
/// first.
pub(super) fn remove_empty(directories: &[PathBuf]) -> Vec<PathBuf> {
    // Fails whenever anything is in it, which is the test.
    let stays = |path: &&PathBuf| fs::remove_dir(path).is_err() && path.exists();
    directories.iter().filter(stays).cloned().collect()
}

/// Makes every change, or undoes those already made and reports the first error.
pub(super) fn apply(changes: &[Change]) -> Result<()> {
    for (made, change) in changes.iter().enumerate() {
        if let Err(error) = make(&change.path, change.after.as_ref()) {
            return Err(undo(&changes[..made], error));
        }
    }
    Ok(())
}

/// Puts everything back because of `error`, which is returned with what else went wrong.
pub(super) fn undo(changes: &[Change], error: anyhow::Error) -> anyhow::Error {
    changes.iter().fold(error, |error, change| {
        let before = change.before.as_ref().map(|script| NewFile {
            bytes: script.bytes.clone(),
            mode: Mode::Kept(script.permissions.clone()),
        });
        match make(&change.path, before.as_ref()) {
            Ok(()) => error,
            Err(undoing) => error.context(format!("could not be undone: {undoing:#}")),
        }
    })
}

fn make(path: &Path, file: Option<&NewFile>) -> Result<()> {
    match file {
        Some(file) => write(path, file),
        None => {
            fs::remove_file(path).with_context(|| format!("removing {}", Printable::path(path)))?;
            sync_directory(path)
        }
    }
}

/// Writes a file beside `path`, puts it on the disk and renames it to `path`.
pub(super) fn write(path: &Path, file: &NewFile) -> Result<()> {
    let context = || format!("writing {}", Printable::path(path));
    let directory = path.parent().unwrap_or(Path::new("."));
    let mut temporary = builder(&file.mode)
        .prefix(".git-plan-")
        .tempfile_in(directory)
        .with_context(context)?;
    temporary.write_all(&file.bytes).with_context(context)?;
    set_permissions(temporary.as_file(), &file.mode).with_context(context)?;
    temporary.as_file().sync_all().with_context(context)?;
    temporary.persist(path).with_context(context)?;
    sync_directory(path)
}

#[cfg(unix)]
fn builder(mode: &Mode) -> tempfile::Builder<'static, 'static> {
    use std::os::unix::fs::PermissionsExt as _;
    let mut builder = tempfile::Builder::new();
    if let Mode::Program(_) = mode {
        builder.permissions(Permissions::from_mode(0o755));
    }
    builder
}

#[cfg(unix)]
fn set_permissions(file: &fs::File, mode: &Mode) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    match mode {
        Mode::Kept(permissions) => file.set_permissions(permissions.clone()),
        Mode::Program(sharing) | Mode::Note(sharing) => {
            let is_program = matches!(mode, Mode::Program(_));
            let bits = if is_program { 0o7777 } else { 0o7666 };
            let current = file.metadata()?.permissions().mode();
            file.set_permissions(Permissions::from_mode(sharing.widen(current) & bits))
        }
    }
}

/// Makes a rename or removal last through a power failure.
#[cfg(unix)]
fn sync_directory(path: &Path) -> Result<()> {
    let directory = path.parent().unwrap_or(Path::new("."));
    fs::File::open(directory)
        .and_then(|directory| directory.sync_all())
        .with_context(|| format!("writing {}", Printable::path(directory)))
}

#[cfg(not(unix))]
fn builder(_: &Mode) -> tempfile::Builder<'static, 'static> {
    tempfile::Builder::new()
}

#[cfg(not(unix))]
fn set_permissions(_: &fs::File, _: &Mode) -> std::io::Result<()> {
    Ok(())
}

#[cfg(not(unix))]
fn sync_directory(_: &Path) -> Result<()> {
    Ok(())
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn a_failure_undoes_what_was_made() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        fs::write(at("kept"), "old").unwrap();
        fs::set_permissions(at("kept"), Permissions::from_mode(0o750)).unwrap();
        let new = || {
            Some(NewFile {
                bytes: b"new".to_vec(),
                mode: Mode::Program(Sharing::Umask),
            })
        };
        let kept = Script {
            bytes: b"old".to_vec(),
            permissions: Permissions::from_mode(0o750),
        };
        let change = |path, before, after| Change {
            path,
            before,
            after,
        };
        let mut changes = vec![
            change(at("kept"), Some(kept), new()),
            change(at("made"), None, new()),
        ];
        apply(&changes).unwrap();
        assert_eq!(fs::read(at("made")).unwrap(), b"new");
        fs::remove_file(at("made")).unwrap();

        changes.push(change(at("no such directory/x"), None, new()));
        apply(&changes).unwrap_err();
        assert_eq!(fs::read(at("kept")).unwrap(), b"old");
        let mode = fs::metadata(at("kept")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o750);
        assert!(!at("made").exists());
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }
}
