//! What counts as moved, by exact and by nearly equal content.

use super::*;
use crate::checkpoint::testing::TestRepo;
use crate::git::Repo;
use crate::model::id::TreeId;

type Files<'a> = &'a [(&'a str, &'a str)];

fn tree(repo: &TestRepo, files: Files<'_>) -> TreeId {
    repo.git(&["read-tree", "--empty"]);
    for (path, content) in files {
        let oid = repo.git_with(&["hash-object", "-w", "--stdin"], content.as_bytes());
        let oid = String::from_utf8(oid).unwrap();
        let info = format!("100644,{},{path}", oid.trim());
        repo.git(&["update-index", "--add", "--cacheinfo", &info]);
    }
    repo.answer(&["write-tree"]).parse().unwrap()
}

/// Each line is `old -> new similarity`, `-path`, `+path` or `~path`.
fn check(old: Files<'_>, new: Files<'_>, want: &[&str]) {
    let repo = TestRepo::new();
    let (old, new) = (tree(&repo, old), tree(&repo, new));
    let objects = Repo::at(&repo.top()).unwrap().objects();
    let changes = objects.diff_trees(Some(old), Some(new)).unwrap();
    let found: Vec<String> = join(&objects, &changes)
        .into_iter()
        .map(|joined| match (joined.old, joined.new, joined.similarity) {
            (Some((old, _)), Some((new, _)), Some(percent)) => format!("{old} -> {new} {percent}"),
            (Some(_), Some((new, _)), None) => format!("~{new}"),
            (Some((old, _)), None, _) => format!("-{old}"),
            (None, Some((new, _)), _) => format!("+{new}"),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(found, want);
}

#[test]
fn equal_content_has_moved() {
    check(&[("a", "x\n")], &[("b", "x\n")], &["a -> b 100"]);
    check(&[("a", "x\n")], &[("a", "x\n"), ("b", "x\n")], &["+b"]);
    check(
        &[("1/m", "x\n"), ("2/n", "x\n")],
        &[("3/n", "x\n"), ("4/m", "x\n")],
        &["2/n -> 3/n 100", "1/m -> 4/m 100"],
    );
    check(
        &[("1/m", "x\n")],
        &[("2/m", "x\n"), ("3/m", "x\n")],
        &["1/m -> 2/m 100", "+3/m"],
    );
}

#[test]
fn an_empty_file_needs_its_name() {
    check(
        &[("p/init", "")],
        &[("q/init", "")],
        &["p/init -> q/init 100"],
    );
    check(
        &[("p/init", "")],
        &[("q/other", "")],
        &["-p/init", "+q/other"],
    );
}

#[test]
fn half_the_content_is_enough() {
    let lines = |range: std::ops::Range<u32>| {
        range.fold(String::new(), |s, n| s + &format!("line {n:04}\n"))
    };
    let (whole, most, few) = (lines(0..100), lines(10..110), lines(60..160));
    check(&[("a", &whole)], &[("b", &most)], &["a -> b 90"]);
    check(&[("a", &whole)], &[("b", &few)], &["-a", "+b"]);
    check(&[("a", &whole)], &[("b", &lines(0..49))], &["-a", "+b"]);
    check(
        &[("a", &whole), ("z", &lines(5..105))],
        &[("b", &most)],
        &["-a", "z -> b 95"],
    );
    check(&[("a", &whole)], &[("a", &most)], &["~a"]);
}

#[test]
fn many_files_are_bounded_and_still_found_by_name() {
    let files = |directory: &str, end: &str| -> Vec<(String, String)> {
        let file = |n| {
            (
                format!("{directory}/f{n:03}"),
                format!("same\nsame\nsame\n{n}\n{end}"),
            )
        };
        (0..250).map(file).collect()
    };
    let repo = TestRepo::new();
    let write = |files: Vec<(String, String)>| {
        repo.git(&["rm", "-rqf", "--ignore-unmatch", "."]);
        for (path, text) in files {
            repo.write(path, text);
        }
        repo.git(&["add", "-A"]);
        repo.answer(&["write-tree"]).parse::<TreeId>().unwrap()
    };
    let (old, new) = (write(files("old", "")), write(files("zew", "more\n")));
    let objects = Repo::at(&repo.top()).unwrap().objects();
    let changes = objects.diff_trees(Some(old), Some(new)).unwrap();
    let joined = join(&objects, &changes);
    assert_eq!(joined.len(), 250);
    for joined in joined {
        let (old, new) = (joined.old.unwrap().0, joined.new.unwrap().0);
        assert_eq!(old.file_name(), new.file_name());
    }
}
