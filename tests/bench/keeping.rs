//! Work-tree checkpoints, the way back, and sealing a plan that has many.

use std::cell::Cell;
use std::fs;
use std::path::Path;
use std::time::Duration;

use crate::project::Project;
use crate::stopwatch::race;
use crate::table::Table;
use crate::world::timed;

/// How many checkpoints the archived plan has.
const CHECKPOINTS: usize = 50;

/// Keeps the whole state as a commit held by a ref, as far as plain Git can.
const PLAIN_WAY: &str = "cp .git/index .git/bench-index
    GIT_INDEX_FILE=.git/bench-index git add -A
    tree=$(GIT_INDEX_FILE=.git/bench-index git write-tree)
    index=$(git commit-tree -p HEAD -m index \"$(git write-tree)\")
    commit=$(git commit-tree -p HEAD -p $index -m state $tree)
    git update-ref refs/bench/$commit $commit
    rm .git/bench-index";

/// A checkpoint may take so many times as long as the plain way.
const CHECKPOINT_LIMIT: f64 = 1.2;

/// In a large tree it, and printing the way back, may take so many times as long as `git status`. In
/// a small one that is over before the children we need have started.
pub(crate) const STATUS_LIMIT: f64 = 1.5;

pub(crate) fn measure(project: &Project, table: &mut Table) {
    checkpoints(project, None, table);
    archive(project, table);
}

/// Takes checkpoints of a work tree that differs in a handful of files, and prints the way back;
/// both may be held to `git status`.
pub(crate) fn checkpoints(project: &Project, status_limit: Option<f64>, table: &mut Table) {
    let world = &project.world;
    let turn = Cell::new(0);
    for number in 0..4 {
        project.change(number);
    }
    for number in 0..2 {
        world.write(&format!("new/{number}.txt"), "an untracked file\n");
    }
    let change = || {
        let number = turn.replace(turn.get() + 1);
        world.append(&project.path(0), "");
        world.write("new/changing.txt", &format!("an untracked file {number}\n"));
    };
    let [plain, ours] = race(
        15,
        [
            &mut || {
                change();
                timed(&mut world.command("sh", &["-ec", PLAIN_WAY]), &[0], b"")
            },
            &mut || {
                change();
                world.timed(&["plan", "checkpoint", "1"], &[0])
            },
        ],
    );
    let ours = (ours, Duration::ZERO);
    let plain = ("plain Git", plain);
    table.ratio("a work-tree checkpoint", CHECKPOINT_LIMIT, ours, plain);
    let [status, rewind, ours] = race(
        15,
        [
            &mut || world.timed(&["status", "--porcelain"], &[0]),
            &mut || world.timed(&["plan", "rewind", "1", "--to", "5"], &[0]),
            &mut || {
                change();
                world.timed(&["plan", "checkpoint", "1"], &[0])
            },
        ],
    );
    let rows = [
        ("`rewind --to`, printing", rewind),
        ("a work-tree checkpoint, again", ours),
    ];
    for (what, time) in rows {
        match status_limit {
            Some(limit) => {
                let time = (time, Duration::ZERO);
                table.ratio(what, limit, time, ("git status", status));
            }
            None => table.tell(what, time, Some(("`git status`", status))),
        }
    }
}

/// Archives one plan over and over: what archiving wrote is put back each time.
fn archive(project: &Project, table: &mut Table) {
    let world = &project.world;
    world.git(&["plan", "init", "--name", "To be archived"]);
    for number in 0..CHECKPOINTS {
        project.change(number);
        world.git(&["plan", "checkpoint", "2"]);
    }
    let kept = [("plan", "kept-plan"), ("refs/plan", "kept-refs")];
    for (part, copy) in kept {
        copy_folder(&world.root().join(".git").join(part), &world.outside(copy));
    }
    let [time] = race(
        11,
        [&mut || {
            for (part, copy) in kept {
                let part = world.root().join(".git").join(part);
                fs::remove_dir_all(&part).unwrap();
                copy_folder(&world.outside(copy), &part);
            }
            world.timed(&["plan", "archive", "2", "--yes"], &[0])
        }],
    );
    let limit = Duration::from_millis(500);
    table.at_most("`archive` of a plan with 50 checkpoints", limit, time);
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
