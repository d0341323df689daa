//! Status and snapshots: every shape a path can take.

use super::both_ways;
use crate::git::testing::Sandbox;
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

#[test]
fn one_status_sees_what_two_questions_see() {
    let sandbox = disturbed();
    let check = |state: &str| {
        both_ways(&sandbox, "r/nested", |repo| {
            let asked = repo.snapshot(&TreeSource::Worktree).unwrap();
            let seen = repo.snapshot_by_status(repo.top().unwrap()).unwrap();
            assert_eq!(asked, seen, "{state}");
        });
    };
    check("disturbed");
    for path in ["r/kept", "r/both"] {
        let file = std::fs::File::options()
            .write(true)
            .open(sandbox.path(path));
        let long_ago = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1);
        file.unwrap().set_modified(long_ago).unwrap();
    }
    sandbox.git("r", &["config", "diff.autoRefreshIndex", "false"]);
    sandbox.git("r", &["config", "diff.relative", "true"]);
    sandbox.git("r", &["config", "diff.external", "false"]);
    check("touched");
    sandbox.git("r", &["commit", "-q", "-m", "two"]);
    sandbox.git("r", &["write-tree"]);
    check("committed");
    sandbox.git("r", &["rm", "-q", "-r", "--cached", "."]);
    check("nothing tracked");
    sandbox.git("r", &["reset", "-q"]);
    sandbox.git("r", &["add", "nested/full"]);
    sandbox.git("r", &["commit", "-q", "-m", "a link"]);
    sandbox.write("r/nested/full/f", "y");
    check("a dirty link");
    sandbox.commit_all("r/nested/full", "moved");
    check("a moved link");
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
    std::fs::set_permissions(&hook, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
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
