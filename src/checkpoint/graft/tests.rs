//! Edited trees must be those that Git's own index would write.

use super::*;
use crate::checkpoint::testing::TestRepo;
use crate::git::Repo;

/// `files` are the base; an edit is `+path` or `-path`; `want` are the files afterwards.
fn check(files: &[&str], edits: &[&str], want: &[&str]) {
    let repo = TestRepo::new();
    let blob = repo.git_with(&["hash-object", "-w", "--stdin"], b"x");
    let blob = String::from_utf8(blob).unwrap().trim().to_owned();
    let write = |paths: &[&str]| -> TreeId {
        repo.git(&["read-tree", "--empty"]);
        for path in paths {
            let info = format!("100644,{blob},{path}");
            repo.git(&["update-index", "--add", "--cacheinfo", &info]);
        }
        repo.answer(&["write-tree"]).parse().unwrap()
    };
    let entry = Entry {
        mode: Mode::File,
        oid: blob.parse().unwrap(),
    };
    let edits: Edits = edits
        .iter()
        .map(|edit| {
            (
                RepoPath::from(&edit[1..]),
                edit.starts_with('+').then_some(entry),
            )
        })
        .collect();
    let objects = Repo::at(&repo.top()).unwrap().objects();
    let base = (!files.is_empty()).then(|| write(files));
    let made = graft(&objects, base, &edits).unwrap();
    assert_eq!(made, write(want), "{files:?} {edits:?}");
}

#[test]
fn trees_come_out_as_git_writes_them() {
    check(&[], &[], &[]);
    check(&[], &["+a/b/c"], &["a/b/c"]);
    check(&["a", "b/c"], &[], &["a", "b/c"]);
    check(&["a", "b/c"], &["-b/c"], &["a"]);
    check(&["a/b/c/d"], &["-a/b/c/d"], &[]);
    check(&["a", "b"], &["-zzz", "-b/none/here", "+b"], &["a", "b"]);
    check(
        &["a", "a-b", "a.b/x", "a0"],
        &["+a/x", "-a"],
        &["a-b", "a.b/x", "a/x", "a0"],
    );
}

#[test]
fn files_and_directories_take_each_others_place() {
    check(&["d"], &["-d", "+d/x"], &["d/x"]);
    check(&["d"], &["+d/x"], &["d/x"]);
    check(&["d/x", "d/y"], &["-d/x", "-d/y", "+d"], &["d"]);
    check(&["d/x", "d/y"], &["+d"], &["d"]);
    check(&["d/x"], &["-d"], &["d/x"]);
    check(&["d"], &["-d/x"], &["d"]);
}
