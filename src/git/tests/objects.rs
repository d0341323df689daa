//! Trees read, compared and written, with git as the oracle.

use super::both_ways;
use crate::git::CommitText;
use crate::git::objects::Objects;
use crate::git::repo::Repo;
use crate::git::testing::Sandbox;
use crate::model::id::{Oid, TreeId};
use crate::model::path::RepoPath;
use crate::model::time::Timestamp;
use crate::model::tree::{Entry, Mode, TreeChange};

/// Names that sort differently with and without a slash, and names that need quoting.
const NAMES: [&[u8]; 9] = [
    b"a",
    b"a.b",
    b"a-b",
    b"a0",
    b"ab",
    b"line\nbreak",
    b"\"quoted",
    b"caf\xe9",
    b"-x",
];

/// A small generator of pseudo-random numbers; the seed makes a failure repeatable.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

fn random_tree(objects: &Objects, dice: &mut Dice, depth: u32) -> TreeId {
    let mut entries = Vec::new();
    for name in NAMES {
        let kind = dice.roll(9);
        let mode = match kind {
            0 => Mode::Executable,
            1 => Mode::Symlink,
            2 => Mode::Gitlink,
            3 | 4 if depth > 0 => Mode::Tree,
            3..=6 => Mode::File,
            _ => continue,
        };
        let oid = match mode {
            Mode::Tree => random_tree(objects, dice, depth - 1).0,
            Mode::Gitlink => Oid::from_bytes(&[7; 20]).unwrap(),
            _ => objects.write_blob(&[b'0' + dice.roll(2) as u8]).unwrap().0,
        };
        entries.push((name.to_vec(), Entry { mode, oid }));
    }
    entries.reverse();
    objects.write_tree(&entries).unwrap()
}

fn diff_by_git(sandbox: &Sandbox, old: &str, new: &str) -> Vec<TreeChange> {
    let words = ["diff-tree", "-r", "--raw", "-z", "--no-renames", old, new];
    let printed = sandbox.git_bytes("r", &words);
    let mut fields = printed.split(|byte| *byte == 0);
    let mut changes = Vec::new();
    while let (Some(row), Some(path)) = (fields.next(), fields.next()) {
        let row = String::from_utf8(row.to_vec()).unwrap();
        let words: Vec<&str> = row.trim_start_matches(':').split(' ').collect();
        let entry = |mode: &str, oid: &str| {
            let mode = Mode::from_bits(u32::from_str_radix(mode, 8).unwrap())?;
            Some(Entry {
                mode,
                oid: oid.parse().unwrap(),
            })
        };
        changes.push(TreeChange {
            path: RepoPath::new(path),
            old: entry(words[0], words[2]),
            new: entry(words[1], words[3]),
        });
    }
    changes
}

#[test]
fn trees_differ_as_git_says() {
    let sandbox = Sandbox::with_repository(&[]);
    let empty = sandbox.git("r", &["hash-object", "-w", "-t", "tree", "--stdin"]);
    let repo = sandbox.repo("r");
    let writer = repo.objects();
    let mut dice = Dice(20_261_122);
    let trees: Vec<TreeId> = (0..12)
        .map(|_| random_tree(&writer, &mut dice, 3))
        .collect();
    both_ways(&sandbox, "r", |repo| {
        let objects = repo.objects();
        for pair in trees.windows(2) {
            let expected = diff_by_git(&sandbox, &pair[0].to_string(), &pair[1].to_string());
            assert!(expected.len() > 10);
            assert!(expected.is_sorted_by_key(|change| change.path.clone()));
            assert_eq!(
                objects.diff_trees(Some(pair[0]), Some(pair[1])).unwrap(),
                expected
            );
        }
        let whole = objects.diff_trees(None, Some(trees[0])).unwrap();
        assert_eq!(whole, diff_by_git(&sandbox, &empty, &trees[0].to_string()));
        let gone = objects.diff_trees(Some(trees[0]), None).unwrap();
        assert_eq!(gone.len(), whole.len());
        assert!(gone.iter().all(|change| change.new.is_none()));
        assert_eq!(
            objects.diff_trees(Some(trees[0]), Some(trees[0])).unwrap(),
            []
        );
        let mut walked = Vec::new();
        let collect = &mut |path, entry| {
            walked.push((path, Some(entry)));
            Ok(())
        };
        objects.walk_tree(trees[0], collect).unwrap();
        let listed: Vec<_> = whole
            .into_iter()
            .map(|change| (change.path, change.new))
            .collect();
        assert_eq!(walked, listed);
        for (path, entry) in walked.iter().chain(walked.iter().rev()) {
            assert_eq!(objects.entry_at(trees[0], path).unwrap(), *entry);
            objects.entry_at(trees[1], path).unwrap();
        }
    });
}

#[test]
fn trees_are_written_as_git_writes_them() {
    let sandbox = Sandbox::with_repository(&[]);
    let repo = sandbox.repo("r");
    let writer = repo.objects();
    let mut dice = Dice(5);
    for _ in 0..5 {
        let tree = random_tree(&writer, &mut dice, 2);
        let listing = sandbox.git_bytes("r", &["ls-tree", "-z", &tree.to_string()]);
        sandbox.write("listing", listing);
        let mut mktree = sandbox.command("r", &["mktree", "-z", "--missing"]);
        let listing = std::fs::File::open(sandbox.path("listing")).unwrap();
        let by_git = String::from_utf8(mktree.stdin(listing).output().unwrap().stdout).unwrap();
        assert_eq!(by_git.trim(), tree.to_string());
    }
    both_ways(&sandbox, "r", |repo| {
        let objects = repo.objects();
        let oid = objects.write_blob(b"x").unwrap().0;
        let file = |name: &[u8]| {
            (
                name.to_vec(),
                Entry {
                    mode: Mode::File,
                    oid,
                },
            )
        };
        let tree = |name: &[u8]| {
            (
                name.to_vec(),
                Entry {
                    mode: Mode::Tree,
                    oid,
                },
            )
        };
        for bad in [&b""[..], b".", b"..", b".git", b".GIT", b"a/b", b"a\0"] {
            assert!(objects.write_tree(&[file(bad)]).is_err(), "{bad:?}");
        }
        let twice = [file(b"a"), file(b"a-b"), tree(b"a")];
        assert!(objects.write_tree(&twice).is_err());
    });
}

#[test]
fn a_commit_of_ours_has_our_author_and_passes_fsck() {
    let sandbox = Sandbox::with_repository(&[]);
    let head = sandbox.commit_all("r", "one");
    both_ways(&sandbox, "r", |repo| {
        let parent = head.parse().unwrap();
        let objects = repo.objects();
        let text = CommitText {
            tree: repo.commit(parent).unwrap().tree,
            parents: &[parent, parent],
            message: b"checkpoint\n\nPlan-Format: 1\n",
            at: Timestamp(1_000_000_000),
            author: "git-plan <git-plan@localhost>",
        };
        let id = objects.write_commit(&text).unwrap();
        let read = repo.commit(id).unwrap();
        assert_eq!(
            (read.tree, read.parents.as_slice()),
            (text.tree, text.parents)
        );
        assert_eq!(
            (read.message.as_slice(), read.committed_at),
            (text.message, text.at)
        );
        let shown = sandbox.git(
            "r",
            &["show", "-s", "--format=%an <%ae>|%cn|%ad", &id.to_string()],
        );
        assert_eq!(
            shown,
            "git-plan <git-plan@localhost>|git-plan|Sun Sep 9 01:46:40 2001 +0000"
        );
        repo.create_ref("refs/plan/checkpoints/x", id).unwrap();
        for author in ["no address", "a\nb <c>"] {
            assert!(
                objects
                    .write_commit(&CommitText { author, ..text })
                    .is_err()
            );
        }
    });
    sandbox.git("r", &["fsck", "--strict", "--no-dangling"]);
}

#[test]
fn wrong_and_missing_objects_are_told_apart() {
    let sandbox = Sandbox::with_repository(&[]);
    sandbox.write("r/f", "12345");
    let head: Oid = sandbox.commit_all("r", "one").parse().unwrap();
    let nothing = Oid::from_bytes(&[9; 20]).unwrap();
    let other_hash = Oid::from_bytes(&[9; 32]).unwrap();
    both_ways(&sandbox, "r", |repo| {
        let objects = repo.objects();
        let blob = sandbox.git("r", &["rev-parse", "HEAD:f"]).parse().unwrap();
        assert_eq!(objects.blob_size(blob).unwrap(), 5);
        assert!(
            objects
                .tree(TreeId(blob.0))
                .unwrap_err()
                .to_string()
                .contains("is a blob")
        );
        for absent in [nothing, other_hash] {
            assert!(
                objects
                    .tree(TreeId(absent))
                    .unwrap_err()
                    .to_string()
                    .contains("missing")
            );
            assert!(!repo.has_object(absent).unwrap());
        }
        assert!(repo.has_object(head).unwrap());
        assert_eq!(
            objects.blob(blob).unwrap(),
            b"12345",
            "still in step after errors"
        );
    });
}

/// Thousands of directories inside each other must neither overflow a stack nor go on for ever.
#[test]
fn a_bottomless_tree_is_an_error() {
    let sandbox = Sandbox::with_repository(&[]);
    let repo: Repo = sandbox.repo("r");
    let objects = repo.objects();
    let blob = objects.write_blob(b"x").unwrap().0;
    let mut here = Entry {
        mode: Mode::File,
        oid: blob,
    };
    let mut tree_at = Vec::new();
    for _ in 0..2100 {
        let tree = objects.write_tree(&[(b"d".to_vec(), here)]).unwrap();
        here = Entry {
            mode: Mode::Tree,
            oid: tree.0,
        };
        tree_at.push(tree);
    }
    assert_eq!(
        objects.diff_trees(None, Some(tree_at[2000])).unwrap().len(),
        1
    );
    let error = objects.diff_trees(None, Some(tree_at[2099])).unwrap_err();
    assert!(error.to_string().contains("2048"), "{error}");
}

#[test]
fn files_are_hashed_as_git_add_would() {
    let sandbox = Sandbox::with_repository(&[]);
    sandbox.git("r", &["config", "filter.upper.clean", "tr a-z A-Z"]);
    sandbox.write(
        "r/.gitattributes",
        "*.up filter=upper\n*.crlf text eol=crlf\n",
    );
    let names: [&[u8]; 8] = [
        b"plain",
        b"x.up",
        b"x.crlf",
        b"sub/\"quote",
        b"line\nbreak",
        b"ends\r",
        b"-dash",
        b"caf\xe9 \\ \t",
    ];
    let mut paths: Vec<RepoPath> = names.iter().map(|name| RepoPath::new(*name)).collect();
    for path in &paths {
        let full = crate::git::worktree_file::on_disk(&sandbox.path("r"), path).unwrap();
        crate::git::testing::write(&full, "text of it\r\n");
    }
    sandbox.git("r", &["add", "-A"]);
    let listing = sandbox.git_bytes("r", &["ls-files", "-s", "-z"]);
    std::os::unix::fs::symlink("plain", sandbox.path("r/link")).unwrap();
    paths.insert(3, RepoPath::from("gone"));
    paths.push(RepoPath::from("link"));
    paths.push(RepoPath::from("sub"));
    both_ways(&sandbox, "r", |repo| {
        let blobs = repo.hash_files(&paths).unwrap();
        assert_eq!(blobs.len(), paths.len());
        for (path, blob) in paths.iter().zip(blobs) {
            let row = listing
                .split(|byte| *byte == 0)
                .find(|row| row.ends_with(&[b"\t", path.as_bytes()].concat()));
            let expected = row.map(|row| String::from_utf8(row[7..47].to_vec()).unwrap());
            assert_eq!(blob.map(|blob| blob.to_string()), expected, "{path}");
        }
        assert_eq!(repo.hash_files(&[]).unwrap(), []);
        assert!(repo.hash_files(&[RepoPath::from("../outside")]).is_err());
    });
}

/// Storing the wrong bytes would be worse than storing none.
#[test]
fn a_filter_that_fails_is_an_error() {
    let sandbox = Sandbox::with_repository(&[]);
    sandbox.git("r", &["config", "filter.broken.clean", "false"]);
    sandbox.git("r", &["config", "filter.broken.required", "true"]);
    sandbox.write("r/.gitattributes", "*.x filter=broken\n");
    sandbox.write("r/a", "1");
    sandbox.write("r/b.x", "2");
    let paths = ["a", "b.x"].map(RepoPath::from);
    let error = sandbox.repo("r").hash_files(&paths).unwrap_err();
    assert!(error.to_string().contains("b.x"), "{error}");
}
