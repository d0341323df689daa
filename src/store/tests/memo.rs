//! The memo: remembers, forgets, and never fails anybody.

use std::thread;

use super::*;
use crate::model::id::BlobId;

fn memo(repository: &Repository) -> Memo {
    Memo::open(&repository.plan())
}

fn with_plan() -> Repository {
    let repository = Repository::new();
    fs::create_dir(repository.plan()).unwrap();
    repository
}

fn file(repository: &Repository) -> PathBuf {
    repository.plan().join("memo.db")
}

fn tree(seed: u8) -> TreeId {
    TreeId(oid(seed))
}

#[test]
fn the_last_scan_of_a_spec_is_remembered() {
    let repository = with_plan();
    let first = memo(&repository);
    assert_eq!(first.get(&hash("a"), 1), None);
    first.put(&hash("a"), 1, tree(1), b"one");
    first.put(&hash("a"), 1, tree(2), b"two\xff\0");
    first.put(&hash("b"), 1, tree(3), b"");
    first.put(&hash("a"), 2, tree(4), b"four");
    for memo in [&first, &memo(&repository)] {
        assert_eq!(
            memo.get(&hash("a"), 1),
            Some((tree(2), b"two\xff\0".to_vec()))
        );
        assert_eq!(memo.get(&hash("b"), 1), Some((tree(3), Vec::new())));
        assert_eq!(memo.get(&hash("a"), 2), Some((tree(4), b"four".to_vec())));
        assert_eq!(memo.get(&hash("a"), 3), None);
    }
}

#[test]
fn some_descendants_of_a_commit_are_remembered() {
    let repository = with_plan();
    let commit = |seed: u8| CommitId(oid(seed));
    let first = memo(&repository);
    assert_eq!(first.descendants(commit(1)), []);
    first.put_descendant(commit(10), &[commit(1), commit(2)]);
    for seed in 11..15 {
        first.put_descendant(commit(seed), &[commit(1)]);
    }
    first.put_descendant(commit(12), &[commit(1)]);
    let again = memo(&repository);
    assert_eq!(again.descendants(commit(1)), [12, 14, 13, 11].map(commit));
    assert_eq!(again.descendants(commit(2)), [commit(10)]);
    assert_eq!(Memo::none().descendants(commit(1)), []);
}

#[test]
fn lines_of_objects_are_remembered() {
    let repository = with_plan();
    let blob = |seed: u8| BlobId(oid(seed));
    let first = memo(&repository);
    let places = [(blob(1), 1), (blob(1), 2), (blob(2), 1)];
    assert!(first.lines(&places).is_empty());
    first.put_lines(&[(places[0], b"a\xff".to_vec()), (places[2], Vec::new())]);
    first.put_lines(&[(places[0], b"b".to_vec())]);
    let again = memo(&repository).lines(&places);
    assert_eq!(again.len(), 2);
    assert_eq!(again[&places[0]], b"b");
    assert_eq!(again[&places[2]], b"");
    assert!(Memo::none().lines(&places).is_empty());
    rusqlite::Connection::open(file(&repository))
        .unwrap()
        .execute_batch("UPDATE lines SET text = x'61'")
        .unwrap();
    assert!(memo(&repository).lines(&places).is_empty(), "damaged");
    assert!(!file(&repository).exists());
}

#[test]
fn nothing_is_made_where_no_plans_are() {
    let repository = Repository::new();
    memo(&repository).put(&hash("a"), 1, tree(1), b"x");
    assert_eq!(memo(&repository).get(&hash("a"), 1), None);
    assert!(!repository.plan().exists());
    let repository = with_plan();
    drop(memo(&repository));
    assert!(!file(&repository).exists(), "opened though never asked");
    Memo::none().put(&hash("a"), 1, tree(1), b"x");
    assert_eq!(Memo::none().get(&hash("a"), 1), None);
}

#[test]
fn whatever_is_in_its_place_makes_way() {
    let check = |spoil: &dyn Fn(&Path)| {
        let repository = with_plan();
        let known = memo(&repository);
        known.put(&hash("a"), 1, tree(1), b"x");
        drop(known);
        spoil(&file(&repository));
        let fresh = memo(&repository);
        assert_eq!(fresh.get(&hash("a"), 1), None);
        drop(fresh);
        let again = memo(&repository);
        again.put(&hash("a"), 1, tree(2), b"y");
        drop(again);
        assert_eq!(
            memo(&repository).get(&hash("a"), 1),
            Some((tree(2), b"y".to_vec()))
        );
    };
    check(&|file| fs::write(file, b"no database").unwrap());
    check(&|file| fs::write(file, b"").unwrap());
    check(&|file| {
        let bytes = fs::read(file).unwrap();
        fs::write(file, &bytes[..bytes.len() / 2]).unwrap();
    });
    check(&|file| raw(file).execute_batch("PRAGMA user_version = 99").unwrap());
    check(&|file| {
        raw(file)
            .execute_batch("PRAGMA application_id = 5")
            .unwrap()
    });
    check(&|file| raw(file).execute_batch("DROP TABLE memo").unwrap());
    check(&|file| {
        raw(file)
            .execute_batch("UPDATE memo SET payload = x'00'")
            .unwrap()
    });
    check(&|file| {
        raw(file)
            .execute_batch("UPDATE memo SET tree_oid = 'zz'")
            .unwrap()
    });
    #[cfg(unix)]
    check(&|file| {
        fs::remove_file(file).unwrap();
        std::os::unix::fs::symlink("/etc/passwd", file).unwrap();
    });
    #[cfg(unix)]
    check(&|file| {
        fs::remove_file(file).unwrap();
        assert!(Command::new("mkfifo").arg(file).status().unwrap().success());
    });
}

#[test]
fn a_directory_in_its_place_is_left_alone() {
    let repository = with_plan();
    fs::create_dir_all(file(&repository).join("inside")).unwrap();
    let off = memo(&repository);
    off.put(&hash("a"), 1, tree(1), b"x");
    assert_eq!(off.get(&hash("a"), 1), None);
    assert!(file(&repository).join("inside").exists());
}

#[test]
fn a_busy_memo_is_left_to_the_one_who_has_it() {
    let repository = with_plan();
    let known = memo(&repository);
    known.put(&hash("a"), 1, tree(1), b"x");
    let holder = raw(&file(&repository));
    holder.execute_batch("BEGIN IMMEDIATE").unwrap();
    known.put(&hash("a"), 1, tree(2), b"y");
    assert_eq!(known.get(&hash("a"), 1), Some((tree(1), b"x".to_vec())));
    holder.execute_batch("ROLLBACK").unwrap();
    known.put(&hash("a"), 1, tree(3), b"z");
    assert_eq!(known.get(&hash("a"), 1), Some((tree(3), b"z".to_vec())));
}

#[test]
fn it_does_not_grow_without_end() {
    let repository = with_plan();
    let memo = memo(&repository);
    for n in 0..300 {
        memo.put(&SpecHash(format!("{n:064}")), 1, tree(1), b"x");
    }
    assert_eq!(memo.get(&SpecHash(format!("{:064}", 0)), 1), None);
    assert!(memo.get(&SpecHash(format!("{:064}", 299)), 1).is_some());
    let rows: u32 = raw(&file(&repository))
        .query_row("SELECT COUNT(*) FROM memo", [], |row| row.get(0))
        .unwrap();
    assert_eq!(rows, 256);
}

#[test]
fn many_share_it() {
    let repository = with_plan();
    thread::scope(|scope| {
        for seed in 1..=16 {
            let repository = &repository;
            scope.spawn(move || {
                let memo = memo(repository);
                memo.put(&hash("a"), seed.into(), tree(seed), &[seed]);
                if let Some(found) = memo.get(&hash("a"), seed.into()) {
                    assert_eq!(found, (tree(seed), vec![seed]));
                }
            });
        }
    });
    memo(&repository).put(&hash("z"), 1, tree(9), b"still works");
    assert!(memo(&repository).get(&hash("z"), 1).is_some());
}
