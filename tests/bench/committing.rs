//! What hooks add to a commit and to a rebase, and what they cost where there are no plans.

use std::cell::Cell;
use std::fs;
use std::time::Duration;

use crate::project::Project;
use crate::stopwatch::race;
use crate::syncs::Scratch;
use crate::table::Table;
use crate::world::{World, timed};

const NO_HOOKS: [&str; 2] = ["-c", "core.hooksPath=/dev/null"];
pub(crate) const PLAIN: &str = "the same without hooks";

/// What post-commit may add to a commit, without its syncs.
const POST_COMMIT: Duration = Duration::from_millis(15);

/// How many commits are rebased.
const PICKS: usize = 20;

pub(crate) fn measure(project: &Project, table: &mut Table) {
    commits(project, Duration::from_millis(25), table);
    let [plain, hooked] = rebases(project);
    let limit = Duration::from_millis(30) + Duration::from_millis(5) * PICKS as u32;
    let what = "a rebase of 20 commits";
    table.extra(what, Some(limit), hooked, (PLAIN, plain));
    without_plans(table);
}

/// What hooks add to a commit may be `limit`.
pub(crate) fn commits(project: &Project, limit: Duration, table: &mut Table) {
    let world = &project.world;
    let turn = Cell::new(0);
    let commit = |words: &[&str]| {
        let number = turn.replace(turn.get() + 1);
        project.change(number);
        world.timed(
            &[words, &["commit", "-q", "-a", "-m", "measured"]].concat(),
            &[0],
        )
    };
    // Put aside, and not switched off with -c: what that sets is asked for in every hook.
    let (before, aside) = (
        world.root().join(".git/hooks/pre-commit"),
        world.outside("aside"),
    );
    let alone = || {
        fs::rename(&before, &aside).unwrap();
        let time = commit(&[]);
        fs::rename(&aside, &before).unwrap();
        time
    };
    let scratch = Scratch::new(&world.plan_dir());
    let [plain, after, hooked, syncs] = race(
        25,
        [
            &mut || commit(&NO_HOOKS),
            &mut { alone },
            &mut || commit(&[]),
            &mut || scratch.commit(),
        ],
    );
    let after = (after, syncs);
    table.extra_but(
        "a commit with post-commit alone",
        POST_COMMIT,
        after,
        (PLAIN, plain),
    );
    table.extra(
        "a commit with all hooks",
        Some(limit),
        hooked,
        (PLAIN, plain),
    );
}

/// Takes the time of rebasing 20 commits without hooks and with them.
pub(crate) fn rebases(project: &Project) -> [Duration; 2] {
    let world = &project.world;
    world.git(&["switch", "-q", "-c", "topic"]);
    for number in 0..PICKS {
        project.change(number);
        world.git(&["commit", "-q", "-a", "-m", "pick"]);
    }
    let base = format!("HEAD~{PICKS}");
    let rebase = |words: &[&str]| {
        let words = [words, &["rebase", "-q", "--force-rebase", &base]].concat();
        world.timed(&words, &[0])
    };
    let times = race(11, [&mut || rebase(&NO_HOOKS), &mut || rebase(&[])]);
    world.git(&["switch", "-q", "main"]);
    times
}

fn without_plans(table: &mut Table) {
    let world = World::new();
    world.write("README", "hello\n");
    world.git(&["add", "-A"]);
    world.git(&["commit", "-q", "-m", "base"]);
    world.git(&["plan", "install"]);
    let hook = || timed(&mut world.command(".git/hooks/post-commit", &[]), &[0], b"");
    let shell = || timed(&mut world.command("sh", &["-c", ":"]), &[0], b"");
    let [shell, hook] = race(41, [&mut { shell }, &mut { hook }]);
    let what = "a hook in a repository without plans";
    table.at_most(what, Duration::from_millis(6), hook);
    table.tell(what, hook, Some(("`sh -c :`", shell)));
}
