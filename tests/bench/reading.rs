//! Looking at plans, and the smallest change to one, against the smallest question to Git.

use std::fs::{File, OpenOptions};
use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::time::Duration;

use crate::project::Project;
use crate::stopwatch::{race, time};
use crate::table::Table;
use crate::world::PROGRAM;

const BASELINE: &str = "git rev-parse HEAD";
const LIMIT: f64 = 6.0;

/// About so many bytes one transaction puts into its journal, and as many into the database.
const WRITTEN: usize = 40_960;

pub(crate) fn measure(project: &Project, table: &mut Table) {
    let world = &project.world;
    let plain = &mut || world.timed(&["rev-parse", "HEAD"], &[0]);
    let plan =
        |words: &'static [&'static str]| move || world.timed(&[&["plan"], words].concat(), &[0]);
    let [baseline, show, status, rewinds] = race(
        41,
        [
            plain,
            &mut plan(&["show"]),
            &mut plan(&["status"]),
            &mut plan(&["rewind", "1"]),
        ],
    );
    let against = (BASELINE, baseline);
    table.ratio("`git plan show`", LIMIT, (show, Duration::ZERO), against);
    table.ratio(
        "`git plan status`",
        LIMIT,
        (status, Duration::ZERO),
        against,
    );
    table.tell("`git plan rewind` (lists 20)", rewinds, Some(against));
    let scratch = world.plan_dir().join("bench");
    std::fs::write(&scratch, [7; WRITTEN]).unwrap();
    let [baseline, add, syncs] = race(
        21,
        [
            &mut || world.timed(&["rev-parse", "HEAD"], &[0]),
            &mut plan(&["add-task", "--title", "One more"]),
            &mut || synced_writes(&scratch),
        ],
    );
    std::fs::remove_file(&scratch).unwrap();
    table.ratio(
        "`git plan add-task`",
        LIMIT,
        (add, syncs),
        (BASELINE, baseline),
    );
    let size = std::fs::metadata(PROGRAM).unwrap().len();
    table.note(
        "size of the program",
        format!("{:.1} MB", size as f64 / 1e6),
    );
}

/// The time of what one transaction syncs, where it does: a new journal, its directory, the journal
/// with its header, the database, and the directory when the journal is gone.
fn synced_writes(database: &Path) -> Duration {
    let folder = File::open(database.parent().unwrap()).unwrap();
    let mut file = OpenOptions::new().write(true).open(database).unwrap();
    let journal = database.with_extension("journal");
    time(|| {
        let mut new = File::create_new(&journal).unwrap();
        synced_write(&mut new, &[7; WRITTEN]);
        folder.sync_all().unwrap();
        synced_write(&mut new, &[7; 12]);
        synced_write(&mut file, &[7; WRITTEN]);
        std::fs::remove_file(&journal).unwrap();
        folder.sync_all().unwrap();
    })
}

fn synced_write(file: &mut File, bytes: &[u8]) {
    file.seek(SeekFrom::Start(0)).unwrap();
    file.write_all(bytes).unwrap();
    file.sync_all().unwrap();
}
