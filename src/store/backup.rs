//! A copy of planning.db, whole and of one moment, whoever writes meanwhile.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::place::{Modes, Place};
use super::planning::Planning;
use crate::error::Failure;
use crate::model::printable::Printable;
use crate::model::time::Timestamp;

impl Planning {
    /// Copies the database to `file`, or to a new file beside it that is named after `at`, and
    /// returns where the copy is. The copy is on the disk when this returns.
    ///
    /// # Errors
    /// Fatal when the file is there already; else when it cannot be written.
    pub fn back_up(&self, file: Option<&Path>, at: Timestamp) -> Result<PathBuf> {
        let target = match file {
            Some(file) => std::path::absolute(file).context("making a path absolute")?,
            None => self.new_backup(at)?,
        };
        let context = || format!("cannot back up to {}", Printable::path(&target));
        if target.symlink_metadata().is_ok() {
            let sentence = format!("{} exists already", Printable::path(&target));
            return Err(Failure::fatal(sentence).hint("name another file").into());
        }
        let folder = target.parent().unwrap_or_else(|| Path::new("."));
        let copy = tempfile::NamedTempFile::new_in(folder).with_context(context)?;
        let progress: Option<fn(rusqlite::backup::Progress)> = None;
        self.connection
            .backup("main", copy.path(), progress)
            .with_context(context)?;
        copy.as_file().sync_all().with_context(context)?;
        copy.persist_noclobber(&target)
            .map_err(|error| error.error)
            .with_context(context)?;
        Ok(target)
    }

    fn new_backup(&self, at: Timestamp) -> Result<PathBuf> {
        let directory = self.path.parent().unwrap_or_else(|| Path::new("."));
        let folder = Place::new(directory, Modes::of(&self.path))?.backup_folder()?;
        let moment = at.to_string().replace(':', "");
        let mut target = folder.join(format!("backup-{moment}.db"));
        for number in 2.. {
            match fs::symlink_metadata(&target) {
                Ok(_) => target = folder.join(format!("backup-{moment}-{number}.db")),
                Err(_) => break,
            }
        }
        Ok(target)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Access;

    #[test]
    fn a_copy_holds_what_was_there_and_never_replaces_a_file() {
        let directory = tempfile::TempDir::new().unwrap();
        let planning = Planning::open(&directory.path().join("plan"), Access::Create).unwrap();
        let set = |value: &str| {
            planning
                .write("", Timestamp(0), |writer| writer.set_meta("k", value))
                .unwrap();
        };
        set("first");
        let first = planning.back_up(None, Timestamp(7)).unwrap();
        set("second");
        let second = planning.back_up(None, Timestamp(7)).unwrap();
        assert_ne!(first, second);
        let restored = directory.path().join("restored");
        fs::create_dir(&restored).unwrap();
        let file = restored.join("planning.db");
        fs::copy(&first, &file).unwrap();
        let copy = Planning::open(&restored, Access::Read).unwrap();
        assert_eq!(
            copy.read(|reader| reader.meta("k")).unwrap().as_deref(),
            Some("first")
        );
        let error = planning.back_up(Some(&file), Timestamp(7)).unwrap_err();
        assert!(error.to_string().ends_with("exists already"), "{error}");
    }
}
