//! Status and snapshots: every shape a path can take.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use super::both_ways;
use crate::git::testing::{Sandbox, git_makes};
use crate::git::{Disk, Staged, Status};
use crate::model::path::RepoPath;
use crate::model::tree::{Entry, Mode, Overlay, Snapshot, TreeSource};

/// A repository with a committed `base/*`, ready to be disturbed.
fn disturbed() -> Sandbox {
    let sandbox = Sandbox::with_repository(&["-b", "main"]);
    for name in [
        "kept", "edited", "staged", "both", "removed", "unlisted", "deleted", "exec", "linked",
        "reverted",
    ] {
        sandbox.write(&format!("r/{name}"), format!("{name}\n"));
    }
    sandbox.write("r/.gitignore", "ignored*\n");
    sandbox.commit_all("r", "one");
    for name in ["staged", "both", "reverted"] {
        sandbox.write(&format!("r/{name}"), "in the index\n");
    }
    sandbox.git("r", &["add", "."]);
    sandbox.write("r/both", "on disk\n");
    sandbox.write("r/reverted", "reverted\n");
    sandbox.write("r/edited", "on disk\n");
    sandbox.git("r", &["rm", "-q", "removed"]);
    sandbox.git("r", &["rm", "-q", "--cached", "unlisted"]);
    std::fs::remove_file(sandbox.path("r/deleted")).unwrap();
    sandbox.git("r", &["update-index", "--chmod=+x", "exec"]);
    std::fs::remove_file(sandbox.path("r/linked")).unwrap();
    std::os::unix::fs::symlink("kept", sandbox.path("r/linked")).unwrap();
    std::os::unix::fs::symlink("/etc", sandbox.path("r/outward")).unwrap();
    sandbox.write("r/intended", "intended\n");
    sandbox.git("r", &["add", "-N", "intended"]);
    sandbox.write("r/un/tracked\n\"name", "x");
    sandbox.write("r/ignored.txt", "x");
    sandbox.git(".", &["init", "-q", "r/nested/empty"]);
    sandbox.git(".", &["init", "-q", "r/nested/full"]);
    sandbox.write("r/nested/full/f", "x");
    sandbox.commit_all("r/nested/full", "inner");
    sandbox
}

fn overlay_of<'a>(snapshot: &'a Snapshot, path: &str) -> Option<&'a Overlay> {
    let found = snapshot
        .overlay
        .iter()
        .find(|(at, _)| *at == RepoPath::from(path));
    found.map(|(_, overlay)| overlay)
}

fn index_entry(sandbox: &Sandbox, path: &str) -> Entry {
    let row = sandbox.git("r", &["ls-files", "-s", "--", path]);
    let words: Vec<&str> = row.split_whitespace().collect();
    Entry {
        mode: Mode::from_bits(u32::from_str_radix(words[0], 8).unwrap()).unwrap(),
        oid: words[1].parse().unwrap(),
    }
}

#[test]
fn every_shape_of_change() {
    let sandbox = disturbed();
    let before = std::fs::read(sandbox.path("r/.git/index")).unwrap();
    let staged = |path: &str| Some(Staged::Entry(index_entry(&sandbox, path)));
    let file = Some(Disk::Mode(Mode::File));
    both_ways(&sandbox, "r/nested", |repo| {
        let status: Status = repo.status().unwrap();
        assert_eq!(status.head, repo.head().unwrap().commit);
        let check = |path: &str, expected_staged, expected_disk, in_head: bool| {
            let row = status
                .changed
                .iter()
                .find(|row| row.path == RepoPath::from(path))
                .unwrap();
            assert_eq!(row.staged, expected_staged, "{path}");
            assert_eq!(row.worktree, expected_disk, "{path}");
            assert_eq!(row.head.is_some(), in_head, "{path}");
            assert_eq!(row.intent_to_add, path == "intended");
            assert!(!row.submodule);
        };
        check("edited", None, file, true);
        check("staged", staged("staged"), None, true);
        check("both", staged("both"), file, true);
        check("reverted", staged("reverted"), file, true);
        check("removed", Some(Staged::Deleted), None, true);
        check("unlisted", Some(Staged::Deleted), None, true);
        check("deleted", None, Some(Disk::Deleted), true);
        check("exec", staged("exec"), file, true);
        check("linked", None, Some(Disk::Mode(Mode::Symlink)), true);
        check("intended", None, file, false);
        assert_eq!(status.changed.len(), 10);
        assert_eq!(status.unmerged, []);
        let untracked: Vec<RepoPath> = ["outward", "un/tracked\n\"name", "unlisted"]
            .map(RepoPath::from)
            .into();
        let mut listed = status.untracked.clone();
        listed.sort();
        assert_eq!(listed, untracked);
        let nested: Vec<RepoPath> = ["nested/empty", "nested/full"].map(RepoPath::from).into();
        assert_eq!(status.nested, nested);
    });
    assert_eq!(std::fs::read(sandbox.path("r/.git/index")).unwrap(), before);
}

#[test]
fn snapshots_of_work_tree_and_index() {
    let sandbox = disturbed();
    let object = |path: &str| Some(Overlay::Object(index_entry(&sandbox, path)));
    both_ways(&sandbox, "r", |repo| {
        let worktree = repo.snapshot(&TreeSource::Worktree).unwrap();
        let staged = repo.snapshot(&TreeSource::Staged).unwrap();
        let revision = repo.snapshot(&TreeSource::Revision("HEAD".into())).unwrap();
        assert_eq!(
            (worktree.commit, worktree.base),
            (revision.commit, revision.base)
        );
        assert_eq!(
            (staged.commit, staged.base),
            (revision.commit, revision.base)
        );
        assert_eq!(revision.overlay, []);
        for snapshot in [&worktree, &staged] {
            assert!(snapshot.overlay.is_sorted_by(|a, b| a.0 < b.0));
        }
        let check = |path: &str, on_disk: Option<Overlay>, in_index: Option<Overlay>| {
            assert_eq!(
                overlay_of(&worktree, path),
                on_disk.as_ref(),
                "{path} on disk"
            );
            assert_eq!(
                overlay_of(&staged, path),
                in_index.as_ref(),
                "{path} in the index"
            );
        };
        check("kept", None, None);
        check("edited", Some(Overlay::OnDisk), None);
        check("staged", object("staged"), object("staged"));
        check("both", Some(Overlay::OnDisk), object("both"));
        check("removed", Some(Overlay::Absent), Some(Overlay::Absent));
        check("unlisted", Some(Overlay::OnDisk), Some(Overlay::Absent));
        check("deleted", Some(Overlay::Absent), None);
        check("linked", Some(Overlay::Other), None);
        check("intended", Some(Overlay::OnDisk), None);
        check("un/tracked\n\"name", Some(Overlay::OnDisk), None);
        check("outward", Some(Overlay::Other), None);
        check("ignored.txt", None, None);
        check("nested/full", Some(Overlay::Other), None);
    });
}

/// What a snapshot has of the disk is what `git status` sees there.
#[track_caller]
fn seen_by_status(sandbox: &Sandbox, state: &str) {
    both_ways(sandbox, "r", |repo| {
        let told = repo.snapshot(&TreeSource::Worktree).unwrap();
        let seen = repo.snapshot_by_status(repo.top().unwrap()).unwrap();
        assert_eq!(told, seen, "{state}");
    });
}

/// The same, with git asked for nothing but what is not tracked.
#[track_caller]
fn seen_by_us(sandbox: &Sandbox, state: &str) {
    seen_by_status(sandbox, state);
    assert!(
        sandbox.repo("r").differences().unwrap().is_some(),
        "{state}"
    );
}

fn set_modified(path: &Path, seconds: u64) {
    let file = std::fs::File::options().write(true).open(path).unwrap();
    let moment = std::time::UNIX_EPOCH + std::time::Duration::from_secs(seconds);
    file.set_modified(moment).unwrap();
}

#[test]
fn one_status_sees_what_we_tell() {
    let sandbox = disturbed();
    seen_by_status(&sandbox, "intended");
    sandbox.git("r", &["rm", "-q", "--cached", "intended"]);
    seen_by_us(&sandbox, "disturbed");
    for path in ["r/kept", "r/both"] {
        set_modified(&sandbox.path(path), 1);
    }
    seen_by_us(&sandbox, "touched");
    sandbox.git("r", &["commit", "-q", "-m", "two"]);
    sandbox.git("r", &["write-tree"]);
    seen_by_us(&sandbox, "committed");
    sandbox.git("r", &["rm", "-q", "-r", "--cached", "."]);
    seen_by_us(&sandbox, "nothing tracked");
    sandbox.git("r", &["reset", "-q"]);
    sandbox.git("r", &["add", "nested/full"]);
    sandbox.git("r", &["commit", "-q", "-m", "a link"]);
    sandbox.write("r/nested/full/f", "y");
    seen_by_status(&sandbox, "a dirty link");
    sandbox.commit_all("r/nested/full", "moved");
    seen_by_status(&sandbox, "a moved link");
}

/// With files older than the index, so that their times tell something.
#[test]
fn old_files_and_what_may_become_of_them() {
    for format in ["--object-format=sha1", "--object-format=sha256"] {
        if !git_makes(format) {
            continue;
        }
        let sandbox = Sandbox::with_repository(&[format]);
        let old = |path: &str, content: &str| {
            sandbox.write(path, content);
            set_modified(&sandbox.path(path), 1_000_000_000);
        };
        for name in ["a", "d/b", "d/e/c", "d/e/empty", "d.x/f", "g", "h", "run"] {
            let content = if name.ends_with("empty") { "" } else { name };
            old(&format!("r/{name}"), content);
        }
        std::os::unix::fs::symlink("a", sandbox.path("r/link")).unwrap();
        sandbox.commit_all("r", "one");
        seen_by_us(&sandbox, "clean");
        for version in ["2", "3", "4"] {
            sandbox.git("r", &["update-index", "--index-version", version]);
            old("r/a", "A");
            old("r/d/e/empty", "now not");
            // Within one second of the inode's change git itself would be deceived.
            let told = sandbox.repo("r").snapshot(&TreeSource::Worktree).unwrap();
            let edited = ["a", "d/e/empty"].map(|path| (path.into(), Overlay::OnDisk));
            assert_eq!(told.overlay, edited, "the same times, but other content");
            old("r/a", "a");
            old("r/d/e/empty", "");
            seen_by_us(&sandbox, "back again");
        }
        std::fs::remove_file(sandbox.path("r/link")).unwrap();
        std::os::unix::fs::symlink("a", sandbox.path("r/link")).unwrap();
        seen_by_us(&sandbox, "a link made again");
        std::fs::remove_file(sandbox.path("r/link")).unwrap();
        sandbox.write("r/link", "a");
        seen_by_us(&sandbox, "a file for a link");
        std::fs::rename(sandbox.path("r/d"), sandbox.path("r/moved")).unwrap();
        seen_by_us(&sandbox, "a directory that has gone");
        std::os::unix::fs::symlink("moved", sandbox.path("r/d")).unwrap();
        seen_by_us(&sandbox, "a link to where it went");
        std::fs::remove_file(sandbox.path("r/g")).unwrap();
        sandbox.write("r/g/inside", "x");
        seen_by_status(&sandbox, "a directory for a file");
        sandbox.git("r/g", &["init", "-q"]);
        seen_by_status(&sandbox, "a repository for a file");
        std::fs::remove_dir_all(sandbox.path("r/g")).unwrap();
        let run = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(sandbox.path("r/run"), run).unwrap();
        seen_by_us(&sandbox, "a mode");
        sandbox.git("r", &["config", "core.fileMode", "false"]);
        seen_by_status(&sandbox, "a mode that means nothing");
        sandbox.git("r", &["config", "core.fileMode", "true"]);
        sandbox.git("r", &["reset", "-q", "--hard"]);
        sandbox.git("r", &["update-index", "--assume-unchanged", "h"]);
        std::fs::remove_file(sandbox.path("r/h")).unwrap();
        seen_by_us(&sandbox, "assumed to be there");
    }
}

/// Other inodes, as after a copy or on some network drives: what they mean is for settings to say.
#[test]
fn many_files_that_were_moved_are_left_to_git() {
    let sandbox = Sandbox::with_repository(&[]);
    for number in 0..101 {
        let path = format!("r/{number}");
        sandbox.write(&path, "x");
        set_modified(&sandbox.path(&path), 1_000_000_000);
    }
    sandbox.commit_all("r", "one");
    let make_anew = |numbers: std::ops::Range<usize>| {
        for number in numbers {
            let path = sandbox.path(&format!("r/{number}"));
            std::fs::copy(&path, sandbox.path("copy")).unwrap();
            set_modified(&sandbox.path("copy"), 1_000_000_000);
            std::fs::rename(sandbox.path("copy"), path).unwrap();
        }
    };
    make_anew(0..100);
    seen_by_us(&sandbox, "a few");
    make_anew(100..101);
    seen_by_status(&sandbox, "many");
    assert!(sandbox.repo("r").differences().unwrap().is_none());
}

#[test]
fn an_unborn_branch_has_no_base() {
    let sandbox = Sandbox::with_repository(&[]);
    sandbox.write("r/added", "x");
    sandbox.git("r", &["add", "."]);
    sandbox.write("r/intended", "x");
    sandbox.git("r", &["add", "-N", "intended"]);
    sandbox.write("r/loose", "x");
    both_ways(&sandbox, "r", |repo| {
        let added = Overlay::Object(index_entry(&sandbox, "added"));
        let staged = repo.snapshot(&TreeSource::Staged).unwrap();
        assert_eq!((staged.commit, staged.base), (None, None));
        assert_eq!(staged.overlay, [(RepoPath::from("added"), added.clone())]);
        let worktree = repo.snapshot(&TreeSource::Worktree).unwrap();
        let names = ["added", "intended", "loose"].map(RepoPath::from);
        let laid = [added, Overlay::OnDisk, Overlay::OnDisk];
        assert_eq!(
            worktree.overlay,
            names.into_iter().zip(laid).collect::<Vec<_>>()
        );
    });
}

#[test]
fn conflicts() {
    let sandbox = Sandbox::with_repository(&["-b", "main"]);
    let commit = |edits: &[(&str, Option<&str>)]| {
        for (path, content) in edits {
            match content {
                Some(content) => sandbox.write(&format!("r/{path}"), content),
                None => std::fs::remove_file(sandbox.path(&format!("r/{path}"))).unwrap(),
            }
        }
        sandbox.commit_all("r", "x")
    };
    commit(&[
        ("f", Some("base\n")),
        ("ours-gone", Some("a\n")),
        ("theirs-gone", Some("b\n")),
    ]);
    sandbox.git("r", &["checkout", "-q", "-b", "side"]);
    commit(&[
        ("f", Some("side\n")),
        ("ours-gone", Some("changed\n")),
        ("theirs-gone", None),
        ("new", Some("1\n")),
    ]);
    sandbox.git("r", &["checkout", "-q", "main"]);
    commit(&[
        ("f", Some("main\n")),
        ("ours-gone", None),
        ("theirs-gone", Some("changed\n")),
        ("new", Some("2\n")),
    ]);
    sandbox.git_fails("r", &["merge", "side"]);
    both_ways(&sandbox, "r", |repo| {
        let status = repo.status().unwrap();
        let check = |path: &str, expected: [bool; 3]| {
            let row = status
                .unmerged
                .iter()
                .find(|row| row.path == RepoPath::from(path))
                .unwrap();
            assert_eq!(row.stages.map(|stage| stage.is_some()), expected, "{path}");
            assert_eq!(row.worktree, Disk::Mode(Mode::File), "{path}");
        };
        check("f", [true, true, true]);
        check("ours-gone", [true, false, true]);
        check("theirs-gone", [true, true, false]);
        check("new", [false, true, true]);
        assert_eq!((status.unmerged.len(), status.changed.len()), (4, 0));
        let worktree = repo.snapshot(&TreeSource::Worktree).unwrap();
        assert_eq!(overlay_of(&worktree, "f"), Some(&Overlay::OnDisk));
        let staged = repo.snapshot(&TreeSource::Staged).unwrap();
        let ours = sandbox.git("r", &["rev-parse", ":2:f"]);
        let expected = Entry {
            mode: Mode::File,
            oid: ours.parse().unwrap(),
        };
        assert_eq!(overlay_of(&staged, "f"), Some(&Overlay::Object(expected)));
        assert_eq!(overlay_of(&staged, "ours-gone"), Some(&Overlay::Absent));
    });
}

/// In a pre-commit hook the index of the commit being made is another file.
#[test]
fn the_index_of_the_commit_being_made() {
    let sandbox = Sandbox::with_repository(&[]);
    sandbox.write("r/f", "1");
    sandbox.write("r/g", "1");
    sandbox.commit_all("r", "one");
    sandbox.write("r/g", "2");
    sandbox.git("r", &["add", "g"]);
    sandbox.write("r/f", "2");
    std::fs::create_dir(sandbox.path("r/.git/hooks")).ok();
    let hook = sandbox.path("r/.git/hooks/pre-commit");
    std::fs::write(&hook, "#!/bin/sh\ncp \"$GIT_INDEX_FILE\" .git/seen-index\n").unwrap();
    std::fs::set_permissions(&hook, std::fs::Permissions::from_mode(0o755)).unwrap();
    sandbox.git("r", &["commit", "-q", "-m", "only f", "--only", "f"]);
    sandbox.git("r", &["reset", "-q", "--soft", "HEAD~1"]);
    let mut environment = sandbox.environment("r");
    environment.set("GIT_INDEX_FILE", ".git/seen-index");
    let repo = crate::git::Repo::discover_in(environment).unwrap();
    let staged = repo.snapshot(&TreeSource::Staged).unwrap();
    let names: Vec<_> = staged
        .overlay
        .iter()
        .map(|(path, _)| path.clone())
        .collect();
    assert_eq!(
        names,
        [RepoPath::from("f")],
        "not g, which is staged but not part of it"
    );
    let changed = repo.status().unwrap().changed;
    let g = changed
        .iter()
        .find(|row| row.path == RepoPath::from("g"))
        .unwrap();
    assert!(
        g.staged.is_some(),
        "status looks at the work tree's own index"
    );
}

#[test]
fn submodules_are_links() {
    let sandbox = Sandbox::with_repository(&[]);
    sandbox.git(".", &["init", "-q", "lib"]);
    sandbox.commit_all("lib", "one");
    let allow = "protocol.file.allow=always";
    sandbox.git(
        "r",
        &["-c", allow, "submodule", "--quiet", "add", "../lib", "m"],
    );
    sandbox.commit_all("r", "with m");
    assert_eq!(sandbox.repo("r").status().unwrap().changed, []);
    sandbox.write("r/m/dirt", "x");
    assert_eq!(
        sandbox.repo("r").status().unwrap().changed,
        [],
        "its insides are its own"
    );
    sandbox.commit_all("r/m", "two");
    let repo = sandbox.repo("r");
    let status = repo.status().unwrap();
    assert!(status.changed[0].submodule);
    assert_eq!(status.changed[0].worktree, Some(Disk::Mode(Mode::Gitlink)));
    let snapshot = repo.snapshot(&TreeSource::Worktree).unwrap();
    assert_eq!(overlay_of(&snapshot, "m"), Some(&Overlay::Other));
}

#[test]
fn a_look_of_our_own_finds_what_git_status_does() {
    let sandbox = disturbed();
    let check = |why: &str| {
        both_ways(&sandbox, "r", |repo| {
            assert_eq!(repo.changes().unwrap(), repo.status().unwrap(), "{why}");
        });
    };
    check("an intended addition is left to git");
    sandbox.git("r", &["rm", "-q", "--cached", "intended"]);
    check("the index notes no tree");
    sandbox.git("r", &["write-tree"]);
    check("the index notes a tree");
    sandbox.git("r", &["commit", "-q", "-m", "two"]);
    check("nothing is staged");
    sandbox.write("r/edited", "edited\n");
    check("a file was written anew as it was");
    sandbox.git("r", &["symbolic-ref", "HEAD", "refs/heads/other"]);
    sandbox.write("r/kept", "kept\n");
    sandbox.git("r", &["add", "kept"]);
    sandbox.write("r/kept", "on disk\n");
    check("nothing is committed");
}

#[test]
fn sparse_and_split_indexes() {
    let sandbox = Sandbox::with_repository(&[]);
    sandbox.write("r/in/f", "1");
    sandbox.write("r/out/f", "1");
    sandbox.commit_all("r", "one");
    sandbox.git("r", &["sparse-checkout", "set", "--sparse-index", "in"]);
    both_ways(&sandbox, "r", |repo| {
        assert_eq!(repo.snapshot(&TreeSource::Worktree).unwrap().overlay, []);
        assert_eq!(repo.snapshot(&TreeSource::Staged).unwrap().overlay, []);
    });
    sandbox.git("r", &["sparse-checkout", "disable"]);
    sandbox.git("r", &["update-index", "--split-index"]);
    sandbox.write("r/in/f", "2");
    both_ways(&sandbox, "r", |repo| {
        assert_eq!(repo.status().unwrap().changed.len(), 1);
    });
}

#[test]
fn files_are_read_without_being_led_astray() {
    let sandbox = Sandbox::with_repository(&[]);
    sandbox.write("r/d/f", "12345");
    sandbox.write("secret", "outside");
    let link = |to: &str, at: &str| std::os::unix::fs::symlink(to, sandbox.path(at)).unwrap();
    link("d/f", "r/link");
    link("..", "r/up");
    link("d", "r/also-d");
    let fifo = std::process::Command::new("mkfifo")
        .arg(sandbox.path("r/fifo"))
        .status();
    assert!(fifo.unwrap().success());
    let repo = sandbox.repo("r/d");
    let read = |path: &str, limit| repo.read_worktree_file(&RepoPath::from(path), limit);
    assert_eq!(read("d/f", 5).unwrap().as_deref(), Some(&b"12345"[..]));
    assert_eq!(read("d/f", 4).unwrap(), None);
    for path in [
        "link",
        "also-d/f",
        "up/secret",
        "../secret",
        "d/../../secret",
        "d",
        "fifo",
        "gone",
        "",
        "/etc/passwd",
        "d//f",
    ] {
        assert!(read(path, 100).is_err(), "{path}");
    }
}

/// A checkpoint must see what `git add` would; a verification must start no program of the user's.
#[test]
fn content_filters_run_for_status_and_not_for_snapshots() {
    let sandbox = Sandbox::with_repository(&[]);
    let log = sandbox.path("log");
    let clean = format!("echo ran >>'{}'; tr a-z A-Z", log.display());
    sandbox.git("r", &["config", "filter.odd=na.me.clean", &clean]);
    sandbox.git("r", &["config", "filter.odd=na.me.required", "true"]);
    sandbox.write("r/.gitattributes", "*.x filter=odd=na.me\n");
    sandbox.write("r/f.x", "text\n");
    sandbox.commit_all("r", "one");
    let touched = std::fs::File::options()
        .append(true)
        .open(sandbox.path("r/f.x"))
        .unwrap();
    touched.set_modified(std::time::UNIX_EPOCH).unwrap();
    std::fs::remove_file(&log).unwrap();
    both_ways(&sandbox, "r", |repo| {
        let snapshot = repo.snapshot(&TreeSource::Worktree).unwrap();
        assert_eq!(snapshot.overlay, [(RepoPath::from("f.x"), Overlay::OnDisk)]);
        repo.snapshot(&TreeSource::Staged).unwrap();
        assert!(!log.exists());
    });
    assert_eq!(sandbox.repo("r").status().unwrap().changed, []);
    assert!(log.exists());
}
