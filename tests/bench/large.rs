//! What grows with the repository and what must not: 30,000 files, or 80,000 when asked for.

use std::cell::Cell;
use std::time::Duration;

use crate::project::{MET_SPEC, Project};
use crate::stopwatch::race;
use crate::table::Table;
use crate::world::timed;
use crate::{committing, keeping};

/// The branch that is pushed, and how many completed tasks its push is judged by.
const COMMITS: usize = 20;
const FILES_A_COMMIT: usize = 10;
const COMPLETED: usize = 5;

/// Both verdicts are fine; what the spec finds is not what is measured.
const JUDGED: [i32; 2] = [0, 1];

pub(crate) fn large(_: &Project, table: &mut Table) {
    measure(30_000, "30,000 files", table);
}

pub(crate) fn huge(_: &Project, table: &mut Table) {
    measure(80_000, "80,000 files", table);
}

fn measure(files: usize, title: &'static str, table: &mut Table) {
    eprintln!("making a repository of {title}");
    let project = Project::new(files);
    table.section(title);
    verifications(&project, table);
    committing::commits(&project, Duration::from_millis(30), table);
    let [plain, hooked] = committing::rebases(&project);
    let hooked = (hooked, Duration::ZERO);
    let plain = (committing::PLAIN, plain);
    table.ratio("a rebase of 20 commits", 1.3, hooked, plain);
    keeping::checkpoints(&project, Some(keeping::STATUS_LIMIT), table);
    push(&project, table);
}

fn verifications(project: &Project, table: &mut Table) {
    let world = &project.world;
    let spec = project.spec();
    let verify = |words: &[&str]| {
        let words = [&["plan", "verify", "--spec", spec.to_str().unwrap()], words].concat();
        world.timed(&words, &JUDGED)
    };
    verify(&[]);
    let turn = Cell::new(0);
    let [status, worktree, commit, changed] = race(
        11,
        [
            &mut || world.timed(&["status", "--porcelain"], &[0]),
            &mut || verify(&[]),
            &mut || verify(&["--at", "HEAD"]),
            &mut || {
                project.change(turn.replace(turn.get() + 1));
                let plain = ["-c", "core.hooksPath=/dev/null", "commit", "-qam", "x"];
                world.git(&plain);
                let time = verify(&["--at", "HEAD"]);
                verify(&[]);
                time
            },
        ],
    );
    table.at_most("unchanged commit", Duration::from_millis(15), commit);
    let limit = Duration::from_millis(30);
    table.at_most("one file changed by a commit", limit, changed);
    let worktree = (worktree, Duration::ZERO);
    table.ratio("unchanged work tree", 1.3, worktree, ("git status", status));
}

/// Pushes a branch that no gate has seen, again and again.
fn push(project: &Project, table: &mut Table) {
    let world = &project.world;
    world.git(&["stash", "-q", "--include-untracked"]);
    for number in 0..COMPLETED {
        let spec = world.outside(&format!("met-{number}.yaml"));
        // Specs that say the same are judged once.
        let text = MET_SPEC.replace("md5_hex", &format!("md5_hex_{number}"));
        std::fs::write(&spec, text).unwrap();
        let title = format!("Done {number}");
        let spec = spec.to_str().unwrap();
        world.git(&["plan", "add-task", "--title", &title, "--spec", spec]);
        world.git(&["plan", "verify-task", &(21 + number).to_string()]);
    }
    world.git(&["switch", "-q", "-c", "pushed"]);
    let turn = Cell::new(0);
    let [gate] = race(
        11,
        [&mut || {
            for _ in 0..COMMITS {
                let first = turn.replace(turn.get() + FILES_A_COMMIT);
                (first..first + FILES_A_COMMIT).for_each(|number| project.change(number));
                world.git(&["commit", "-q", "-a", "-m", "step"]);
            }
            let head = world.git(&["rev-parse", "HEAD"]);
            let head = head.trim_end();
            let zeros = "0".repeat(head.len());
            let update = format!("refs/heads/pushed {head} refs/heads/pushed {zeros}\n");
            let mut hook = world.command(".git/hooks/pre-push", &["origin", "nowhere"]);
            timed(&mut hook, &[0], update.as_bytes())
        }],
    );
    let what = "the gate on 20 new commits, 200 files, 6 completed tasks";
    table.at_most(what, Duration::from_millis(300), gate);
}
