//! What it takes to have bytes on the disk, so that measures can leave it out.

use std::fs::{self, File, OpenOptions};
use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::stopwatch::time;

/// About so many bytes one transaction puts into its journal, and as many into the database.
const WRITTEN: usize = 40_960;

/// A file beside the database that is written as the database is; gone when dropped.
pub(crate) struct Scratch {
    database: PathBuf,
}

impl Scratch {
    pub(crate) fn new(folder: &Path) -> Self {
        let database = folder.join("bench");
        fs::write(&database, [7; WRITTEN]).unwrap();
        Self { database }
    }

    /// The time of what one transaction syncs, where it does: a new journal, its directory, the
    /// journal with its header, the database, and the directory when the journal is gone.
    pub(crate) fn transaction(&self) -> Duration {
        let folder = self.folder();
        let mut file = OpenOptions::new().write(true).open(&self.database).unwrap();
        let journal = self.database.with_extension("journal");
        time(|| {
            let mut new = File::create_new(&journal).unwrap();
            synced_write(&mut new, &[7; WRITTEN]);
            folder.sync_all().unwrap();
            synced_write(&mut new, &[7; 12]);
            synced_write(&mut file, &[7; WRITTEN]);
            fs::remove_file(&journal).unwrap();
            folder.sync_all().unwrap();
        })
    }

    /// The time of what post-commit syncs: the spooled file, the ref with its directory, and a
    /// transaction.
    pub(crate) fn commit(&self) -> Duration {
        let folder = self.folder();
        let before = time(|| {
            for name in ["spooled", "ref"] {
                let path = self.database.with_extension(name);
                let mut new = File::create_new(&path).unwrap();
                synced_write(&mut new, &[7; 200]);
                fs::remove_file(&path).unwrap();
            }
            folder.sync_all().unwrap();
        });
        before + self.transaction()
    }

    fn folder(&self) -> File {
        File::open(self.database.parent().unwrap()).unwrap()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        fs::remove_file(&self.database).unwrap();
    }
}

fn synced_write(file: &mut File, bytes: &[u8]) {
    file.seek(SeekFrom::Start(0)).unwrap();
    file.write_all(bytes).unwrap();
    file.sync_all().unwrap();
}
