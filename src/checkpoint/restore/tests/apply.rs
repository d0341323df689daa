//! Doing the steps ourselves gives what pasting gives, and so does going on, or back, after a kill.

use super::*;
use crate::checkpoint::{apply, of_worktree_with, paths_written};
use crate::model::rewind::Interrupted;

/// Everything of work tree and index that must come back.
type Look = (Tree, Vec<u8>, Vec<u8>);

fn look(repo: &TestRepo) -> Look {
    (
        tree_of(repo),
        repo.git(&["ls-files", "-s", "-z"]),
        repo.git(&["status", "--porcelain=v2", "-z", "-uall", "--no-renames"]),
    )
}

fn same(found: &Look, want: &Look, what: &str) {
    assert_eq!(kept(&found.0), kept(&want.0), "{what}");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace('\0', "\n");
    assert_eq!(text(&found.1), text(&want.1), "{what}");
    assert_eq!(text(&found.2), text(&want.2), "{what}");
}

/// Saves the present state and does the steps, killed after `steps` of them.
fn go(
    opened: &Repo,
    destination: &Destination,
    interrupted: Option<&Interrupted>,
    steps: usize,
) -> Option<CommitId> {
    let plan = plan_rewind(opened, destination, interrupted).unwrap();
    if !plan.obstacles.is_empty() {
        return None;
    }
    let also = interrupted.map(|it| paths_written(opened, it).unwrap());
    let saved = of_worktree_with(opened, &label(), &also.unwrap_or_default()).unwrap();
    assert_eq!(saved.tree, plan.present);
    let mut left = steps;
    let done = apply(opened, &plan.steps, saved.snapshot, &mut |_| {
        left -= 1;
        match left {
            0 => anyhow::bail!("killed"),
            _ => Ok(()),
        }
    });
    assert_eq!(done.is_ok(), steps > plan.steps.len(), "{done:?}");
    Some(saved.snapshot)
}

/// A state with a checkpoint of it, and another state on the disk.
fn two_states(seed: u64) -> (TestRepo, Look, Captured) {
    let (repo, mut random) = edited(seed);
    let want = look(&repo);
    let captured = take(&repo);
    for _ in 0..random.below(12) {
        edit(&repo, &mut random);
    }
    (repo, want, captured)
}

const ALL: usize = usize::MAX;

fn there_and_back(seed: u64) -> bool {
    let (repo, want, captured) = two_states(seed);
    let opened = Repo::at(&repo.top()).unwrap();
    let before = look(&repo);
    let head = std::fs::read(repo.top().join(".git/HEAD")).unwrap();
    let target = to(&captured, Origin::Manual);
    let Some(saved) = go(&opened, &target, None, ALL) else {
        same(&look(&repo), &before, "refused");
        return false;
    };
    same(&look(&repo), &want, &format!("there, seed {seed}"));
    let back = Destination {
        snapshot: saved,
        ..target
    };
    // What the rewind brought may be what Git ignores, which is in the way of nothing it left.
    if go(&opened, &back, None, ALL).is_none() {
        return false;
    }
    same(&look(&repo), &before, &format!("back, seed {seed}"));
    assert_eq!(std::fs::read(repo.top().join(".git/HEAD")).unwrap(), head);
    true
}

#[test]
fn applying_gives_the_captured_state_and_undoing_the_one_before() {
    assert_mostly(there_and_back);
}

fn killed(seed: u64) -> bool {
    let mut ran = false;
    for steps in 1..ALL {
        let (repo, want, captured) = two_states(seed);
        let opened = Repo::at(&repo.top()).unwrap();
        let before = look(&repo);
        let target = to(&captured, Origin::Manual);
        let total = plan_rewind(&opened, &target, None).unwrap().steps.len();
        if steps > total {
            break;
        }
        let saved = go(&opened, &target, None, steps).unwrap();
        let interrupted = Interrupted {
            saved,
            destination: target.clone(),
        };
        let undo = Destination {
            snapshot: saved,
            ..target.clone()
        };
        let (end, wanted) = if (seed + steps as u64).is_multiple_of(2) {
            (target, &want)
        } else {
            (undo, &before)
        };
        let what = format!("killed after {steps} of {total}, seed {seed}");
        let saved = go(&opened, &end, Some(&interrupted), ALL);
        assert!(saved.is_some(), "{what}");
        same(&look(&repo), wanted, &what);
        ran = true;
    }
    ran
}

#[test]
fn a_rewind_killed_after_any_step_can_go_on_or_back() {
    let run = |lane| (lane..8).step_by(2).filter(|seed| killed(*seed)).count();
    let ran: usize = std::thread::scope(|scope| {
        let lanes: Vec<_> = (0..2).map(|lane| scope.spawn(move || run(lane))).collect();
        lanes.into_iter().map(|lane| lane.join().unwrap()).sum()
    });
    assert!(ran >= 5, "only {ran} of 8 ran");
}

#[test]
fn what_a_killed_rewind_wrote_is_no_obstacle_even_if_ignored() {
    for goes_on in [true, false] {
        let repo = TestRepo::new();
        repo.write(".gitignore", "*.o\n");
        repo.write("old", "1\n");
        repo.commit_all();
        repo.write("forced.o", "wanted\n");
        git_path(&repo, &["add", "-f"], b"forced.o");
        let want = look(&repo);
        let captured = take(&repo);
        repo.git(&["rm", "-qf", "forced.o"]);
        repo.write("old", "2\n");
        repo.write("mine.o", "stays\n");
        let before = look(&repo);
        let opened = Repo::at(&repo.top()).unwrap();
        let target = to(&captured, Origin::Manual);
        let saved = go(&opened, &target, None, 2).unwrap();
        // Killed in the middle of the step: a half-written file, and the index not yet there.
        repo.write("forced.o", "wan");
        repo.write("old", "");
        let interrupted = Interrupted {
            saved,
            destination: target.clone(),
        };
        let undo = Destination {
            snapshot: saved,
            ..target.clone()
        };
        let (end, wanted) = match goes_on {
            true => (target, &want),
            false => (undo, &before),
        };
        let saved = go(&opened, &end, Some(&interrupted), ALL).unwrap();
        same(&look(&repo), wanted, "in the middle");
        assert_eq!(repo.read("mine.o"), b"stays\n");
        assert_eq!(repo.path("forced.o").exists(), goes_on);
        let half = repo.git(&["cat-file", "blob", &format!("{saved}:forced.o")]);
        assert_eq!(half, b"wan");
    }
}

/// Back to a commit: what there is of it, killed or not, and the state before.
fn commit_killed(seed: u64) -> bool {
    let (repo, mut random) = seeded(seed | 1);
    for _ in 0..5 {
        edit(&repo, &mut random);
    }
    let target = repo.commit_all();
    check_out_fresh(&repo);
    let want_index = repo.git(&["ls-files", "-s", "-z"]);
    for _ in 0..12 {
        edit(&repo, &mut random);
    }
    let before = look(&repo);
    let opened = Repo::at(&repo.top()).unwrap();
    let captured = of_commit(&opened, target.parse().unwrap()).unwrap();
    let destination = to(&captured, Origin::Commit);
    let steps = 1 + random.below(4);
    let Some(saved) = go(&opened, &destination, None, steps) else {
        return false;
    };
    let interrupted = Interrupted {
        saved,
        destination: destination.clone(),
    };
    if seed.is_multiple_of(2) {
        go(&opened, &destination, Some(&interrupted), ALL).unwrap();
        let index = repo.git(&["ls-files", "-s", "-z"]);
        assert_eq!(index, want_index, "seed {seed}");
        let dirty = repo.answer(&["diff", "--name-only"]);
        assert_eq!(dirty, "", "seed {seed}");
    } else {
        let undo = to(&captured, Origin::Manual);
        let undo = Destination {
            snapshot: saved,
            ..undo
        };
        go(&opened, &undo, Some(&interrupted), ALL).unwrap();
        same(&look(&repo), &before, &format!("seed {seed}"));
    }
    true
}

#[test]
fn a_rewind_to_a_commit_can_be_killed_too() {
    assert_mostly(commit_killed);
}

/// Only some paths: they are as in the checkpoint, all others as before.
fn some_paths(seed: u64) -> bool {
    let (repo, want, captured) = two_states(seed);
    let opened = Repo::at(&repo.top()).unwrap();
    let before = look(&repo);
    let paths = ["d", "b.txt", "clash"].map(RepoPath::from).to_vec();
    let within = |name: &[u8]| Scope(&paths).holds(&RepoPath::new(name));
    let destination = Destination {
        paths: paths.clone(),
        ..to(&captured, Origin::Manual)
    };
    let kill = seed.is_multiple_of(2);
    let Some(saved) = go(&opened, &destination, None, if kill { 5 } else { ALL }) else {
        return false;
    };
    if kill {
        let interrupted = Interrupted {
            saved,
            destination: destination.clone(),
        };
        go(&opened, &destination, Some(&interrupted), ALL).unwrap();
    }
    let mut expected: Tree = before.0.clone();
    expected.retain(|name, _| !within(name));
    let theirs = want.0.iter().filter(|(name, _)| within(name));
    for (name, file) in theirs.map(|(name, file)| (name.clone(), file.clone())) {
        let inside = [&name[..], b"/"].concat();
        expected.retain(|other, _| !other.starts_with(&inside));
        expected.insert(name, file);
    }
    let after = look(&repo);
    assert_eq!(kept(&after.0), kept(&expected), "seed {seed}");
    let rows = |look: &Look, inside: bool| -> Vec<Vec<u8>> {
        let rows = look.1.split(|byte| *byte == 0).map(<[u8]>::to_vec);
        rows.filter(|row| {
            let tab = row.iter().position(|byte| *byte == b'\t');
            tab.is_some_and(|tab| within(&row[tab + 1..]) == inside)
        })
        .collect()
    };
    assert_eq!(rows(&after, true), rows(&want, true), "seed {seed}");
    assert_eq!(rows(&after, false), rows(&before, false), "seed {seed}");
    let back = Destination {
        snapshot: saved,
        ..to(&captured, Origin::Manual)
    };
    if go(&opened, &back, None, ALL).is_some() {
        same(&look(&repo), &before, &format!("back, seed {seed}"));
    }
    true
}

#[test]
fn some_paths_go_back_and_the_others_stay() {
    assert_mostly(some_paths);
}

#[test]
fn pasting_for_some_paths_stops_when_anything_changed_since() {
    let repo = TestRepo::new();
    repo.write("a", "1\n");
    repo.write("b", "1\n");
    repo.commit_all();
    let captured = take(&repo);
    repo.write("a", "2\n");
    repo.write("b", "2\n");
    let destination = Destination {
        paths: vec!["a".into()],
        ..to(&captured, Origin::Manual)
    };
    let plan = plan_rewind(&Repo::at(&repo.top()).unwrap(), &destination, None).unwrap();
    repo.write("b", "3\n");
    let now = take(&repo).snapshot;
    let script = format!("NOW={now}\n{}\n", plan.commands("")[1..].join("\n"));
    let run = || repo.run("sh", &["-e".as_ref(), "-s".as_ref()], script.as_bytes());
    assert!(!run().status.success());
    assert_eq!(
        (repo.read("a"), repo.read("b")),
        (b"2\n".to_vec(), b"3\n".to_vec())
    );
    repo.write("b", "2\n");
    paste(&repo, &plan);
    assert_eq!(
        (repo.read("a"), repo.read("b")),
        (b"1\n".to_vec(), b"2\n".to_vec())
    );
}
