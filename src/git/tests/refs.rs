//! Revisions, refs, reflogs and what commits have to do with each other.

use super::both_ways;
use crate::error::{Status, status_of};
use crate::git::repo::Repo;
use crate::git::testing::{Sandbox, git_makes};
use crate::git::{Known, Operation};
use crate::model::id::{CommitId, Oid};

#[test]
fn revisions_of_every_kind() {
    let sandbox = Sandbox::with_repository(&["-b", "main"]);
    sandbox.write("r/d/f", "1");
    let one: CommitId = sandbox.commit_all("r", "fix nasty bug").parse().unwrap();
    sandbox.git("r", &["tag", "-a", "-m", "x", "v1"]);
    sandbox.git("r", &["tag", "-a", "-m", "y", "v1-again", "v1"]);
    sandbox.git("r", &["tag", "of-blob", "HEAD:d/f"]);
    sandbox.git("r", &["tag", "of-tree", "HEAD^{tree}"]);
    sandbox.commit_all("r", "two");
    let tag: Oid = sandbox
        .git("r", &["rev-parse", "v1-again"])
        .parse()
        .unwrap();
    let tree = sandbox.git("r", &["rev-parse", "HEAD:d"]);
    both_ways(&sandbox, "r", |repo| {
        let full = one.to_string();
        for name in [
            "HEAD~1",
            "v1",
            "v1-again",
            "main^",
            ":/nasty bug",
            "HEAD^{/nasty}",
            &full,
            &full[..10],
        ] {
            assert_eq!(repo.resolve_commit(name).unwrap(), one, "{name}");
        }
        let nothing = "1".repeat(40);
        for name in [
            "",
            "nope",
            "--all",
            "-h",
            "HEAD:d/f",
            "of-blob",
            "of-tree",
            "a\0b",
            "HEAD\nmain",
            &nothing,
        ] {
            let error = repo.resolve_commit(name).unwrap_err();
            assert_eq!(status_of(&error), Status::Fatal);
            assert!(
                error.to_string().starts_with("bad revision '"),
                "{name}: {error}"
            );
        }
        assert_eq!(repo.resolve_tree("HEAD:d").unwrap().1.to_string(), tree);
        assert_eq!(repo.resolve_tree("of-tree").unwrap().0, None);
        assert_eq!(repo.resolve_tree("v1").unwrap().0, Some(one));
        assert!(repo.resolve_tree("of-blob").is_err());
        assert_eq!(repo.peel_to_commit(tag).unwrap(), Some(one));
        assert_eq!(repo.peel_to_commit(tree.parse().unwrap()).unwrap(), None);
        assert!(
            repo.peel_to_commit(Oid::from_bytes(&[1; 20]).unwrap())
                .is_err()
        );
    });
}

#[test]
fn refs_are_created_once_and_dropped_together() {
    for option in ["--object-format=sha1", "--ref-format=reftable"] {
        if !git_makes(option) {
            continue;
        }
        let sandbox = Sandbox::with_repository(&[option]);
        let one: CommitId = sandbox.commit_all("r", "one").parse().unwrap();
        let two: CommitId = sandbox.commit_all("r", "two").parse().unwrap();
        both_ways(&sandbox, "r", |repo| {
            let name = |number: u32| format!("refs/plan/checkpoints/{number}");
            for number in [2, 1, 1] {
                repo.create_ref(&name(number), one).unwrap();
            }
            let clash = repo.create_ref(&name(1), two).unwrap_err();
            assert!(clash.to_string().contains("already"), "{clash}");
            let nothing = CommitId(Oid::from_bytes(&[1; 20]).unwrap());
            assert!(repo.create_ref(&name(3), nothing).is_err());
            sandbox.git("r", &["pack-refs", "--all"]);
            repo.create_ref(&name(4), two).unwrap();
            let listed = repo.refs_under("refs/plan/").unwrap();
            let names: Vec<&str> = listed.iter().map(|entry| entry.name.as_str()).collect();
            assert_eq!(names, [name(1), name(2), name(4)]);
            let named = repo.ref_names_under("refs/plan/checkpoints/").unwrap();
            assert!(named.iter().eq(names), "{named:?}");
            assert!(repo.ref_names_under("refs/plan/none/").unwrap().is_empty());
            assert_eq!(listed[2].target, two.0);
            assert_eq!(repo.refs_under("refs/plan/none/").unwrap(), []);
            let all: Vec<String> = (1..6).chain(1..2).map(name).collect();
            repo.delete_refs(&all).unwrap();
            assert_eq!(repo.refs_under("refs/plan/").unwrap(), []);
            repo.delete_refs(&[]).unwrap();
        });
        assert_eq!(sandbox.git("r", &["rev-list", "--count", "HEAD"]), "2");
    }
}

/// Writers that never share a name must never get in each other's way.
#[test]
fn many_writers_at_once() {
    let sandbox = Sandbox::with_repository(&[]);
    let commit = sandbox.commit_all("r", "one").parse().unwrap();
    std::thread::scope(|scope| {
        for writer in 0..4 {
            let sandbox = &sandbox;
            scope.spawn(move || {
                let repo = sandbox.repo("r");
                for number in 0..10 {
                    repo.create_ref(&format!("refs/plan/{writer}-{number}"), commit)
                        .unwrap();
                    repo.create_ref(&format!("refs/plan/shared-{number}"), commit)
                        .unwrap();
                }
            });
        }
    });
    assert_eq!(
        sandbox.repo("r").refs_under("refs/plan/").unwrap().len(),
        50
    );
}

#[test]
fn the_reflog_is_read_from_its_end() {
    let sandbox = Sandbox::with_repository(&[]);
    for number in 0..30 {
        sandbox.commit_all("r", &format!("{number} {}", "long subject ".repeat(60)));
    }
    sandbox.git(
        "r",
        &["commit", "-q", "--allow-empty", "--amend", "-m", "amended"],
    );
    both_ways(&sandbox, "r", |repo| {
        let latest = repo.head_reflog(3).unwrap();
        assert_eq!(latest.len(), 3);
        assert_eq!(latest[0].message, b"commit (amend): amended");
        assert_eq!(latest[0].old, Some(latest[1].new));
        assert_eq!(latest[0].at.to_string(), "2001-02-03T04:05:06Z");
        let all = repo.head_reflog(1000).unwrap();
        assert_eq!(all.len(), 31);
        assert_eq!(all[..3], latest);
        assert_eq!(all[30].old, None);
        assert_eq!(repo.head_reflog(31).unwrap(), all);
        assert_eq!(repo.head_reflog(0).unwrap(), []);
    });
}

#[test]
fn who_holds_a_commit() {
    let sandbox = Sandbox::with_repository(&["-b", "main"]);
    let one: CommitId = sandbox.commit_all("r", "one").parse().unwrap();
    sandbox.git("r", &["update-ref", "refs/remotes/origin/main", "HEAD"]);
    let two: CommitId = sandbox.commit_all("r", "two").parse().unwrap();
    let three: CommitId = sandbox.commit_all("r", "three").parse().unwrap();
    let amended: CommitId = {
        sandbox.git(
            "r",
            &["commit", "-q", "--allow-empty", "--amend", "-m", "3"],
        );
        sandbox.git("r", &["rev-parse", "HEAD"]).parse().unwrap()
    };
    sandbox.git(
        "r",
        &["update-ref", "refs/plan/checkpoints/x", &three.to_string()],
    );
    both_ways(&sandbox, "r", |repo| {
        assert!(repo.is_ancestor(one, one).unwrap());
        assert!(repo.is_ancestor(one, amended).unwrap());
        assert!(!repo.is_ancestor(amended, one).unwrap());
        assert!(!repo.is_ancestor(three, amended).unwrap());
        assert!(repo.is_on_any_ref(two).unwrap());
        assert!(
            !repo.is_on_any_ref(three).unwrap(),
            "a ref of ours does not count"
        );
        let among = |ancestor| repo.descendants_among(ancestor, &[one, three, amended]);
        assert_eq!(among(one).unwrap(), [one, three, amended].into());
        assert_eq!(among(two).unwrap(), [three, amended].into());
        assert_eq!(among(three).unwrap(), [three].into());
        let new = |known, max| repo.new_commits(&[one, amended], known, max).unwrap();
        assert_eq!(new(Known::Remotes, 9), [amended, two]);
        assert_eq!(new(Known::Remotes, 1), [amended]);
        assert_eq!(new(Known::History(two), 9), [amended]);
        assert_eq!(new(Known::History(amended), 9), []);
    });
    sandbox.git("r", &["checkout", "-q", "--detach", &three.to_string()]);
    assert!(
        sandbox.repo("r").is_on_any_ref(three).unwrap(),
        "HEAD counts"
    );
}

#[test]
fn a_patch_id_survives_a_rebase() {
    let sandbox = Sandbox::with_repository(&["-b", "main"]);
    let lines =
        |range: std::ops::Range<u32>| -> String { range.map(|n| format!("line {n}\n")).collect() };
    sandbox.write("r/f", lines(0..40));
    sandbox.commit_all("r", "base");
    sandbox.git("r", &["checkout", "-q", "-b", "topic"]);
    sandbox.write("r/f", lines(0..40).replace("line 20\n", "line twenty\n"));
    sandbox.write("r/new\nname", "fresh\n");
    let before = sandbox.commit_all("r", "change");
    sandbox.write("r/f", lines(0..40).replace("line 30\n", "line thirty\n"));
    let other = sandbox.commit_all("r", "another change");
    sandbox.git("r", &["checkout", "-q", "main"]);
    sandbox.write("r/f", lines(0..40).replace("line 2\n", "line 2\nline 2b\n"));
    sandbox.commit_all("r", "meanwhile");
    sandbox.git("r", &["cherry-pick", &before]);
    let after = sandbox.git("r", &["rev-parse", "HEAD"]);
    sandbox.git("r", &["checkout", "-q", "-b", "third"]);
    sandbox.write("r/f", "all new\n");
    sandbox.commit_all("r", "third");
    let empty = sandbox.commit_all("r", "nothing");
    sandbox.git("r", &["merge", "-q", "-s", "ours", "-m", "join", "topic"]);
    let id_of = |repo: &Repo, commit: &str| repo.patch_id(commit.parse().unwrap()).unwrap();
    both_ways(&sandbox, "r", |repo| {
        let id = id_of(repo, &before).unwrap();
        assert_eq!(id.len(), 64);
        assert_eq!(id_of(repo, &after).as_ref(), Some(&id));
        assert_ne!(id_of(repo, &other), Some(id));
        assert_eq!(id_of(repo, &empty), None);
        let merge = repo.head().unwrap().commit.unwrap();
        assert_eq!(repo.patch_id(merge).unwrap(), None);
    });
}

#[test]
fn unfinished_operations() {
    let sandbox = Sandbox::with_repository(&["-b", "main"]);
    let edit = |content: &str| {
        sandbox.write("r/f", content);
        sandbox.commit_all("r", content)
    };
    edit("base\n");
    sandbox.git("r", &["checkout", "-q", "-b", "side"]);
    let one = edit("side 1\n");
    let two = edit("side 2\n");
    sandbox.git("r", &["format-patch", "-q", "-1", "-o", "../patches"]);
    sandbox.git("r", &["checkout", "-q", "main"]);
    edit("main\n");
    let check = |expected| assert_eq!(sandbox.repo("r").operation(), expected);
    let through = |words: &[&str], end: &[&str], expected| {
        sandbox.git_fails("r", words);
        check(Some(expected));
        sandbox.git("r", end);
        check(None);
    };
    check(None);
    through(&["merge", "side"], &["merge", "--abort"], Operation::Merge);
    through(
        &["rebase", "side"],
        &["rebase", "--abort"],
        Operation::Rebase,
    );
    through(
        &["rebase", "--apply", "side"],
        &["rebase", "--abort"],
        Operation::Rebase,
    );
    through(
        &["cherry-pick", &two],
        &["cherry-pick", "--abort"],
        Operation::CherryPick,
    );
    through(&["revert", &one], &["revert", "--abort"], Operation::Revert);
    through(
        &["am", "-q", "../patches/0001-side-2.patch"],
        &["am", "--abort"],
        Operation::Apply,
    );
    sandbox.git("r", &["bisect", "start"]);
    check(Some(Operation::Bisect));
    sandbox.git("r", &["bisect", "reset"]);
    check(None);
    // A conflict of the first of two, committed by hand: only the list of the rest is left.
    sandbox.git_fails("r", &["cherry-pick", &one, &two]);
    sandbox.write("r/f", "resolved\n");
    sandbox.commit_all("r", "resolved");
    check(Some(Operation::CherryPick));
}
