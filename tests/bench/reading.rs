//! Looking at plans, and the smallest change to one, against the smallest question to Git.

use std::time::Duration;

use crate::project::Project;
use crate::stopwatch::race;
use crate::syncs;
use crate::table::Table;
use crate::world::PROGRAM;

const BASELINE: &str = "git rev-parse HEAD";
const LIMIT: f64 = 6.0;

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
    let scratch = syncs::Scratch::new(&world.plan_dir());
    let [baseline, add, syncs] = race(
        21,
        [
            &mut || world.timed(&["rev-parse", "HEAD"], &[0]),
            &mut plan(&["add-task", "--title", "One more"]),
            &mut || scratch.transaction(),
        ],
    );
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
