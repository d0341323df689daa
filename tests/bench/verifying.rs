//! Ten rules over 5,000 files: cold, unchanged, and with one file changed.

use std::cell::Cell;
use std::fs;
use std::time::Duration;

use crate::project::Project;
use crate::stopwatch::race;
use crate::table::Table;

/// Both verdicts are fine; what the spec finds is not what is measured.
const JUDGED: [i32; 2] = [0, 1];

pub(crate) fn measure(project: &Project, table: &mut Table) {
    let world = &project.world;
    let spec = project.spec();
    let spec = spec.to_str().unwrap();
    let verify = |words: &[&str]| {
        let words = [&["plan", "verify", "--spec", spec], words].concat();
        world.timed(&words, &JUDGED)
    };
    let turn = Cell::new(0);
    let next = || turn.replace(turn.get() + 1);
    let forget = || drop(fs::remove_file(world.plan_dir().join("memo.db")));
    let [cold, task_cold] = race(
        11,
        [
            &mut || {
                forget();
                verify(&[])
            },
            &mut || {
                forget();
                world.timed(&["plan", "verify-task", "1", "--no-update"], &JUDGED)
            },
        ],
    );
    table.at_most("verification, cold", Duration::from_secs(1), cold);
    table.at_most("`verify-task`, cold", Duration::from_secs(1), task_cold);
    let [status, unchanged, task, commit] = race(
        21,
        [
            &mut || world.timed(&["status", "--porcelain"], &[0]),
            &mut || verify(&[]),
            &mut || world.timed(&["plan", "verify-task", "1", "--no-update"], &JUDGED),
            &mut || verify(&["--at", "HEAD"]),
        ],
    );
    let warm = Duration::from_millis(20);
    table.at_most("unchanged work tree", warm, unchanged);
    table.at_most("unchanged work tree, `verify-task`", warm, task);
    table.at_most("unchanged commit", warm, commit);
    table.tell(
        "unchanged work tree",
        unchanged,
        Some(("`git status`", status)),
    );
    let changed = Duration::from_millis(50);
    let [dirty, committed] = race(
        15,
        [
            &mut || {
                project.change(next());
                verify(&[])
            },
            &mut || {
                world.git(&[
                    "-c",
                    "core.hooksPath=/dev/null",
                    "commit",
                    "-q",
                    "-a",
                    "-m",
                    "x",
                ]);
                verify(&["--at", "HEAD"])
            },
        ],
    );
    table.at_most("one file of the work tree changed", changed, dirty);
    table.at_most("one file changed by a commit", changed, committed);
}
