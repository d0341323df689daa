//! The gate on a commit that it has judged before.

use std::time::Duration;

use crate::project::Project;
use crate::stopwatch::race;
use crate::table::Table;
use crate::world::timed;

pub(crate) fn measure(project: &Project, table: &mut Table) {
    let world = &project.world;
    let head = world.git(&["rev-parse", "HEAD"]);
    let head = head.trim_end();
    let zeros = "0".repeat(head.len());
    let update = format!("refs/heads/main {head} refs/heads/main {zeros}\n");
    let gate = || {
        let mut hook = world.command(".git/hooks/pre-push", &["origin", "nowhere"]);
        timed(&mut hook, &[0], update.as_bytes())
    };
    let [plain, gate] = race(
        25,
        [&mut || world.timed(&["rev-parse", "HEAD"], &[0]), &mut {
            gate
        }],
    );
    let what = "the gate on a commit judged before";
    table.at_most(what, Duration::from_millis(10), gate);
    table.tell(what, gate, Some(("`git rev-parse HEAD`", plain)));
}
