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

/// What one transaction syncs: the journal before and after its header, the database, and the
/// directory before and after the journal is gone.
const SYNCS: usize = 5;

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

/// The time of as many synced writes as one transaction makes, where it makes them.
fn synced_writes(file: &Path) -> Duration {
    let mut open = OpenOptions::new();
    let mut file = open
        .create(true)
        .write(true)
        .truncate(false)
        .open(file)
        .unwrap();
    time(|| (0..SYNCS).for_each(|_| synced_write(&mut file)))
}

fn synced_write(file: &mut File) {
    file.seek(SeekFrom::Start(0)).unwrap();
    file.write_all(&[7; 4096]).unwrap();
    file.sync_all().unwrap();
}
