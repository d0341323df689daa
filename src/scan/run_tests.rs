//! Scans of real repositories: memo against rescan, overlays, and what cannot be read.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use tempfile::TempDir;

use super::super::tests::{pattern, rule, spec};
use super::super::{Hurried, Overdue, Progress, Scanner, Silent, touches_scope};
use super::*;
use crate::git::Repo;
use crate::model::find::{PlaceKind, PlaceQuery};
use crate::model::hit::UnjudgedReason;
use crate::model::spec::PatternKind;
use crate::model::tree::{Entry, Mode, Overlay};
use crate::store::Memo;

/// Paths with what a tree has there.
type Files = BTreeMap<String, (Mode, Vec<u8>)>;

/// A repository without a commit; trees are written into it as they are needed.
struct Fixture {
    directory: TempDir,
    repo: Repo,
}

impl Fixture {
    fn new() -> Self {
        let directory = TempDir::new().unwrap();
        let git = directory.path().join(".git");
        for part in ["objects", "refs", "plan"] {
            std::fs::create_dir_all(git.join(part)).unwrap();
        }
        std::fs::write(git.join("HEAD"), "ref: refs/heads/main\n").unwrap();
        let repo = Repo::at(directory.path()).unwrap();
        Self { directory, repo }
    }

    fn memo(&self) -> Memo {
        Memo::open(&self.repo.plan_dir())
    }

    fn tree(&self, files: &Files) -> TreeId {
        let paths = files
            .iter()
            .map(|(path, (mode, content))| (path.as_str(), (*mode, content.as_slice())));
        self.write_tree(paths.collect())
    }

    fn write_tree(&self, files: Vec<(&str, (Mode, &[u8]))>) -> TreeId {
        let objects = self.repo.objects();
        let mut entries = BTreeMap::new();
        let mut directories: BTreeMap<&str, Vec<_>> = BTreeMap::new();
        for (path, (mode, content)) in files {
            match path.split_once('/') {
                Some((directory, rest)) => directories
                    .entry(directory)
                    .or_default()
                    .push((rest, (mode, content))),
                None => {
                    let oid = objects.write_blob(content).unwrap().0;
                    entries.insert(path.as_bytes().to_vec(), Entry { mode, oid });
                }
            }
        }
        for (name, files) in directories {
            let oid = self.write_tree(files).0;
            entries.insert(
                name.as_bytes().to_vec(),
                Entry {
                    mode: Mode::Tree,
                    oid,
                },
            );
        }
        objects
            .write_tree(&entries.into_iter().collect::<Vec<_>>())
            .unwrap()
    }

    /// What turns one state into another: from the disk where `on_disk` says so, else as staged.
    fn overlay(
        &self,
        from: &Files,
        to: &Files,
        on_disk: impl Fn(usize) -> bool,
    ) -> Vec<(RepoPath, Overlay)> {
        let objects = self.repo.objects();
        for path in PATHS {
            let full = self.directory.path().join(path);
            let _ = std::fs::remove_file(&full).or_else(|_| std::fs::remove_dir_all(&full));
        }
        let mut overlay = BTreeMap::new();
        for path in from.keys().filter(|path| !to.contains_key(*path)) {
            overlay.insert(RepoPath::from(path.as_str()), Overlay::Absent);
        }
        for (at, (path, (mode, content))) in to.iter().enumerate() {
            if from.get(path) == Some(&(*mode, content.clone())) {
                continue;
            }
            let over = match (on_disk(at), mode) {
                (true, Mode::File | Mode::Executable) => {
                    self.write(path, content);
                    Overlay::OnDisk
                }
                (true, _) => Overlay::Other,
                (false, mode) => Overlay::Object(Entry {
                    mode: *mode,
                    oid: objects.write_blob(content).unwrap().0,
                }),
            };
            overlay.insert(RepoPath::from(path.as_str()), over);
        }
        overlay.into_iter().collect()
    }

    fn write(&self, path: &str, content: &[u8]) {
        let full = self.directory.path().join(path);
        std::fs::create_dir_all(full.parent().unwrap_or(Path::new("/"))).unwrap();
        std::fs::write(full, content).unwrap();
    }

    fn scan(&self, memo: &Memo, snapshot: &Snapshot, specs: &[Spec]) -> Vec<Findings> {
        let hashes: Vec<_> = (0..specs.len())
            .map(|at| SpecHash(format!("spec {at}")))
            .collect();
        let specs: Vec<_> = specs.iter().zip(&hashes).collect();
        self.scanner(memo).scan(snapshot, &specs).unwrap()
    }

    /// The plain way: a tree of its own, in which every file is parsed for every spec.
    fn plain(&self, files: &Files, specs: &[Spec]) -> Vec<Findings> {
        let snapshot = &at(Some(self.tree(files)));
        let hash = SpecHash(String::new());
        let memo = Memo::none();
        let one = |spec| {
            let found =
                self.scanner(&memo)
                    .scan_from(snapshot, &[(spec, &hash)], vec![None], Filter::Off);
            found.unwrap().remove(0)
        };
        specs.iter().map(one).collect()
    }

    fn scanner<'a>(&'a self, memo: &'a Memo) -> Scanner<'a> {
        Scanner {
            repo: &self.repo,
            memo,
            progress: &Silent,
        }
    }
}

fn at(base: Option<TreeId>) -> Snapshot {
    Snapshot {
        commit: None,
        base,
        overlay: Vec::new(),
    }
}

fn specs() -> Vec<Spec> {
    let mut first = rule("a", vec![pattern(PatternKind::Identifiers, "legacy_login")]);
    first.scope.exclude = vec!["tests/".to_owned()];
    first.expect = vec![pattern(PatternKind::Identifiers, "/new_\\w+/")];
    let mut second = rule("b", vec![pattern(PatternKind::SqlTables, "users")]);
    second.where_ = vec![pattern(PatternKind::Expressions, "db.query")];
    let mut third = rule("c", vec![pattern(PatternKind::Identifiers, "legacy_login")]);
    third.scope.include = vec!["**/*.md".to_owned(), "bin/".to_owned()];
    vec![
        spec(vec![first.clone(), second.clone()]),
        spec(vec![third, first]),
        spec(vec![second]),
    ]
}

const PATHS: [&str; 10] = [
    "a.py",
    "src/b.js",
    "src/deep/c.py",
    "tests/d.py",
    "notes.md",
    "bin/tool",
    "bin/data",
    "m.sql",
    "src/b",
    "src/deep",
];

const CONTENTS: [&[u8]; 8] = [
    b"legacy_login()\nnew_login()\n",
    b"#!/usr/bin/env python3\nlegacy_login()\n",
    b"db.query('SELECT * FROM users')\n",
    b"# legacy_login\n",
    b"x = 1\n",
    b"DELETE FROM users;\n",
    b"legacy_login\0",
    b"def new_thing():\n    return db.query(\"select 1 from users u\")\n",
];

/// What happens to a path.
#[derive(Debug, Clone)]
enum Edit {
    Put(usize, usize, Mode),
    Remove(usize),
    Move(usize, usize),
}

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let path = || 0..PATHS.len();
    let mode = prop_oneof![
        6 => Just(Mode::File),
        1 => Just(Mode::Executable),
        1 => Just(Mode::Symlink),
        1 => Just(Mode::Gitlink),
    ];
    let edit = prop_oneof![
        6 => (path(), 0..CONTENTS.len(), mode).prop_map(|(path, content, mode)| Edit::Put(path, content, mode)),
        1 => path().prop_map(Edit::Remove),
        2 => (path(), path()).prop_map(|(from, to)| Edit::Move(from, to)),
    ];
    proptest::collection::vec(edit, 0..6)
}

fn apply(files: &mut Files, edits: &[Edit]) {
    let put = |files: &mut Files, path: usize, file: (Mode, Vec<u8>)| {
        // A file takes the place of a directory, and a directory that of a file.
        let path = PATHS[path];
        let within = |one: &str, other: &str| {
            one.strip_prefix(other)
                .is_some_and(|it| it.starts_with('/'))
        };
        files.retain(|known, _| !within(known, path) && !within(path, known));
        files.insert(path.to_owned(), file);
    };
    for edit in edits {
        match edit {
            Edit::Put(path, content, mode) => {
                put(files, *path, (*mode, CONTENTS[*content].to_vec()));
            }
            Edit::Remove(path) => drop(files.remove(PATHS[*path])),
            Edit::Move(from, to) => {
                if let Some(file) = files.remove(PATHS[*from]) {
                    put(files, *to, file);
                }
            }
        }
    }
}

/// One state of the work tree: where it starts from, what is committed and what is not, which
/// changes are staged only, and which specs are asked.
#[derive(Debug, Clone)]
struct Turn {
    switch: Option<prop::sample::Index>,
    committed: Vec<Edit>,
    dirty: Vec<Edit>,
    staged: u16,
    asked: usize,
}

fn turn() -> impl Strategy<Value = Turn> {
    let switch = proptest::option::weighted(0.3, any::<prop::sample::Index>());
    let all = (switch, edits(), edits(), any::<u16>(), 1usize..8);
    all.prop_map(|(switch, committed, dirty, staged, asked)| Turn {
        switch,
        committed,
        dirty,
        staged,
        asked,
    })
}

fn first_files() -> Files {
    let mut files = Files::new();
    let first = [
        Edit::Put(0, 0, Mode::File),
        Edit::Put(5, 1, Mode::Executable),
        Edit::Put(7, 5, Mode::File),
    ];
    apply(&mut files, &first);
    files
}

#[test]
fn the_memo_equals_a_rescan() {
    let (turns, hits) = (Cell::new(0), Cell::new(0));
    let mut runner = TestRunner::new(Config {
        cases: 24,
        failure_persistence: None,
        ..Config::default()
    });
    let outcome = runner.run(&proptest::collection::vec(turn(), 1..6), |sequence| {
        let fixture = Fixture::new();
        let memo = fixture.memo();
        let specs = specs();
        let mut files = first_files();
        let mut commits = vec![files.clone()];
        for turn in sequence {
            if let Some(switch) = turn.switch {
                files = switch.get(&commits).clone();
            }
            apply(&mut files, &turn.committed);
            commits.push(files.clone());
            let mut laid_over = files.clone();
            apply(&mut laid_over, &turn.dirty);
            let snapshot = Snapshot {
                overlay: fixture.overlay(&files, &laid_over, |at| turn.staged >> at & 1 == 0),
                ..at(Some(fixture.tree(&files)))
            };
            // Not every spec is asked every time, so that they remember different trees.
            let expected = fixture.plain(&laid_over, &specs);
            for (index, spec) in specs
                .iter()
                .enumerate()
                .filter(|(index, _)| turn.asked & (1 << index) != 0)
            {
                let hash = SpecHash(format!("spec {index}"));
                let found = fixture
                    .scanner(&memo)
                    .scan(&snapshot, &[(spec, &hash)])
                    .unwrap();
                prop_assert_eq!(&found[0], &expected[index]);
            }
            prop_assert_eq!(
                fixture.scan(&Memo::none(), &snapshot, &specs),
                expected.clone()
            );
            turns.set(turns.get() + 1);
            hits.set(hits.get() + usize::from(expected.iter().any(|found| !found.hits.is_empty())));
            if turn.asked == 7 {
                prop_assert_eq!(fixture.scan(&memo, &snapshot, &specs), expected);
            }
        }
        Ok(())
    });
    outcome.unwrap();
    assert!(
        hits.get() * 2 >= turns.get(),
        "{} of {}",
        hits.get(),
        turns.get()
    );
}

fn files(all: &[(&str, &str)]) -> Files {
    all.iter()
        .map(|(path, content)| {
            (
                (*path).to_owned(),
                (Mode::File, content.as_bytes().to_vec()),
            )
        })
        .collect()
}

fn identifiers(text: &str) -> Spec {
    spec(vec![rule(
        "r",
        vec![pattern(PatternKind::Identifiers, text)],
    )])
}

fn lines(findings: &Findings) -> Vec<(String, u32)> {
    findings
        .hits
        .iter()
        .map(|hit| (hit.path.to_string(), hit.line))
        .collect()
}

#[test]
fn the_overlay_is_judged_and_never_remembered() {
    let fixture = Fixture::new();
    let memo = fixture.memo();
    let tree = fixture.tree(&files(&[
        ("a.py", "foo\n"),
        ("b.py", "x\nfoo\n"),
        ("c.py", "foo\n"),
    ]));
    fixture.write("b.py", b"y\ny\nfoo\n");
    fixture.write("new.py", b"foo\n");
    let dirty = Snapshot {
        overlay: vec![
            ("a.py".into(), Overlay::Absent),
            ("b.py".into(), Overlay::OnDisk),
            ("c.py".into(), Overlay::Other),
            ("new.py".into(), Overlay::OnDisk),
        ],
        ..at(Some(tree))
    };
    let specs = [identifiers("foo")];
    for _ in 0..2 {
        let found = &fixture.scan(&memo, &dirty, &specs)[0];
        assert_eq!(
            lines(found),
            [("b.py".to_owned(), 3), ("new.py".to_owned(), 1)]
        );
        assert_eq!((found.files_in_scope, found.files_scanned), (2, 2));
        let clean = &fixture.scan(&memo, &at(Some(tree)), &specs)[0];
        assert_eq!(clean.hits.len(), 3);
        assert_eq!(clean.files_in_scope_by_rule, [3]);
    }
}

#[test]
fn an_unborn_branch_is_its_overlay() {
    let fixture = Fixture::new();
    fixture.write("a.py", b"foo\n");
    let snapshot = Snapshot {
        overlay: vec![("a.py".into(), Overlay::OnDisk)],
        ..at(None)
    };
    let found = fixture.scan(&fixture.memo(), &snapshot, &[identifiers("foo")]);
    assert_eq!(lines(&found[0]), [("a.py".to_owned(), 1)]);
}

#[test]
fn what_cannot_be_read_is_tried_again() {
    let fixture = Fixture::new();
    let memo = fixture.memo();
    let specs = [identifiers("foo")];
    let tree = fixture.tree(&files(&[
        ("a.py", "foo\n"),
        ("tool", "#!/usr/bin/python\nfoo\n"),
        ("x.md", "foo"),
    ]));
    let objects = fixture.directory.path().join(".git/objects");
    let away = fixture.directory.path().join("away");
    let entry = |path: &str| {
        fixture
            .repo
            .objects()
            .entry_at(tree, &path.into())
            .unwrap()
            .unwrap()
    };
    let loose = |path: &str| {
        let oid = entry(path).oid.to_string();
        objects.join(&oid[..2]).join(&oid[2..])
    };
    let missing = ["a.py", "tool"];
    std::fs::create_dir(&away).unwrap();
    for path in missing {
        std::fs::rename(loose(path), away.join(path)).unwrap();
    }
    let found = &fixture.scan(&memo, &at(Some(tree)), &specs)[0];
    let reasons: Vec<_> = found.unjudged.iter().map(|file| file.reason).collect();
    assert_eq!(reasons, [UnjudgedReason::Unreadable; 2]);
    assert_eq!((found.files_in_scope, found.files_scanned), (2, 0));
    for path in missing {
        std::fs::rename(away.join(path), loose(path)).unwrap();
    }
    let found = &fixture.scan(&memo, &at(Some(tree)), &specs)[0];
    assert!(found.unjudged.is_empty());
    assert_eq!(
        lines(found),
        [("a.py".to_owned(), 1), ("tool".to_owned(), 2)]
    );
}

#[test]
fn what_went_away_after_it_was_listed_is_unreadable() {
    let fixture = Fixture::new();
    fixture.write("folder.py/x", b"");
    let paths = ["folder.py", "gone.py", "no/folder.py"];
    let snapshot = Snapshot {
        overlay: paths.map(|path| (path.into(), Overlay::OnDisk)).to_vec(),
        ..at(None)
    };
    let found = &fixture.scan(&Memo::none(), &snapshot, &[identifiers("foo")])[0];
    let reasons: Vec<_> = found.unjudged.iter().map(|file| file.reason).collect();
    assert_eq!(reasons, [UnjudgedReason::Unreadable; 3]);
    assert!(
        found
            .unjudged
            .iter()
            .all(|file| file.reason.forbids_verdict())
    );
    assert_eq!((found.files_in_scope, found.files_scanned), (3, 0));
}

#[test]
fn too_large_a_file_forbids_a_verdict() {
    let fixture = Fixture::new();
    let huge = "x".repeat(17 << 20);
    fixture.write("b.py", huge.as_bytes());
    let tree = fixture.tree(&files(&[
        ("a.py", &huge),
        ("LICENSE", &huge),
        ("a.bin", &huge),
    ]));
    let snapshot = Snapshot {
        overlay: vec![("b.py".into(), Overlay::OnDisk)],
        ..at(Some(tree))
    };
    let found = &fixture.scan(&Memo::none(), &snapshot, &[identifiers("foo")])[0];
    let reasons: Vec<_> = found
        .unjudged
        .iter()
        .map(|file| (file.path.to_string(), file.reason))
        .collect();
    let expected = ["a.py", "b.py"].map(|path| (path.to_owned(), UnjudgedReason::TooLarge));
    assert_eq!(reasons, expected);
    assert_eq!((found.files_in_scope, found.files_scanned), (2, 0));
}

#[test]
fn a_memo_of_another_world_is_ignored() {
    let fixture = Fixture::new();
    let memo = fixture.memo();
    let hash = SpecHash("spec 0".to_owned());
    let tree = fixture.tree(&files(&[("a.py", "foo\n")]));
    let specs = [identifiers("foo")];
    let gone = "1".repeat(40).parse().unwrap();
    let other = memory::encode(&Ledger::new(2)).unwrap();
    let stale = memory::encode(&Ledger::new(1)).unwrap();
    for (at_tree, payload) in [(tree, &b"junk"[..]), (tree, &other), (gone, &stale)] {
        memo.put(&hash, ENGINE_VERSION, at_tree, payload);
        assert_eq!(
            fixture.scan(&memo, &at(Some(tree)), &specs)[0].hits.len(),
            1
        );
    }
}

#[test]
fn cheap_scans_need_a_near_memo() {
    let fixture = Fixture::new();
    let memo = fixture.memo();
    let hash = SpecHash("spec 0".to_owned());
    let spec = identifiers("foo");
    let mut all = files(&[("a.py", "foo\n"), ("b.py", "foo\n")]);
    let first = fixture.tree(&all);
    all.extend(files(&[("c.py", "foo\n"), ("d.py", "foo\n")]));
    let second = fixture.tree(&all);
    let cheap_all = |trees: &[TreeId], changed| {
        let found = fixture
            .scanner(&memo)
            .scan_if_cheap(trees, (&spec, &hash), changed);
        let found = found.unwrap()?;
        Some(
            found
                .iter()
                .map(|found| found.hits.len())
                .collect::<Vec<_>>(),
        )
    };
    let cheap = |tree, changed| cheap_all(&[tree], changed).map(|found| found[0]);
    assert_eq!(cheap(first, 100), None);
    fixture.scan(&memo, &at(Some(first)), std::slice::from_ref(&spec));
    assert_eq!(cheap(first, 0), Some(2));
    assert_eq!(cheap(second, 1), None);
    assert_eq!(cheap_all(&[first, second], 1), None);
    assert_eq!(cheap_all(&[first, second, first], 2), Some(vec![2, 4, 2]));
    assert_eq!(cheap(second, 2), Some(4));
}

#[test]
fn what_a_glance_tells_is_not_written_down_each_time() {
    let fixture = Fixture::new();
    let memo = fixture.memo();
    let hash = SpecHash("spec 0".to_owned());
    let spec = identifiers("foo");
    let mut all = files(&[("a.py", "foo\n"), ("b.py", "bar\n")]);
    let mut last = fixture.tree(&all);
    fixture.scan(&memo, &at(Some(last)), std::slice::from_ref(&spec));
    let mut check = |what: &str, changed: &[(&str, &str)], is_renewed: bool, hits: usize| {
        let before = memo.get(&hash, ENGINE_VERSION).map(|found| found.0);
        all.extend(files(changed));
        let tree = fixture.tree(&all);
        let scanner = fixture.scanner(&memo);
        // As after a commit: its parent, and itself.
        let found = scanner.scan_if_cheap(&[last, tree], (&spec, &hash), 1000);
        let found = found.unwrap().unwrap();
        assert_eq!(found[1].hits.len(), hits, "{what}");
        assert_eq!(found[1].files_in_scope, all.len(), "{what}");
        let after = memo.get(&hash, ENGINE_VERSION).map(|found| found.0);
        let expected = if is_renewed { Some(tree) } else { before };
        assert_eq!(after, expected, "{what}");
        last = tree;
    };
    check("nothing", &[], false, 1);
    check("no needle", &[("b.py", "baz\n")], false, 1);
    check("a needle in a comment", &[("b.py", "# foo\n")], false, 1);
    check("a needle in a string", &[("b.py", "x = 'foo'\n")], true, 1);
    check("a hit that is gone", &[("a.py", "bar\n")], false, 0);
    check("a new hit", &[("c.py", "foo\n")], true, 1);
    // One commit after the other leaves it behind, not only the last.
    for at in 0..GLANCES {
        check("one more file", &[(&format!("n{at}.py"), "x\n")], false, 1);
    }
    check("one too many", &[("n.py", "x\n")], true, 1);
}

#[test]
fn links_and_submodules_are_no_files() {
    let fixture = Fixture::new();
    let objects = fixture.repo.objects();
    let oid = objects.write_blob(b"foo\n").unwrap().0;
    let entry = |name: &str, mode| (name.as_bytes().to_vec(), Entry { mode, oid });
    let tree = objects
        .write_tree(&[
            entry("a.py", Mode::Symlink),
            entry("b.py", Mode::Executable),
            entry("c.py", Mode::Gitlink),
        ])
        .unwrap();
    let found = &fixture.scan(&Memo::none(), &at(Some(tree)), &[identifiers("foo")])[0];
    assert_eq!(lines(found), [("b.py".to_owned(), 1)]);
    assert_eq!(found.files_in_scope, 1);
}

#[test]
fn only_paths_in_scope_make_evidence_dirty() {
    let mut spec = identifiers("foo");
    spec.rules[0].scope.include = vec!["src/**".to_owned(), "conf/*.yaml".to_owned()];
    let check = |path: &str, expected: bool| {
        let snapshot = Snapshot {
            overlay: vec![(path.into(), Overlay::Absent)],
            ..at(None)
        };
        assert_eq!(touches_scope(&spec, &snapshot).unwrap(), expected, "{path}");
    };
    check("src/a.py", true);
    check("src/a.yaml", false);
    check("conf/a.yaml", true);
    check("a.py", false);
    check("src/tool", true);
    check("src/.gitignore", false);
}

#[test]
fn find_lists_places_in_path_order() {
    let fixture = Fixture::new();
    let tree = fixture.tree(&files(&[
        ("b.py", "def validate_user(): pass\n\n  def other(): pass\n"),
        ("a.js", "function validateCard() {}\nclass Card {}\n"),
        ("c.py", "validate_me()\n"),
        ("ui/Button.vue", "<script>\nexport default {}\n</script>\n"),
        ("z.py", "def validate_z(): pass\n"),
    ]));
    let snapshot = Snapshot {
        overlay: vec![("z.py".into(), Overlay::Absent)],
        ..at(Some(tree))
    };
    let find = |kind, name: Option<&str>, limit| {
        let query = PlaceQuery {
            kind,
            name: name.map(str::to_owned),
            method: None,
            language: None,
            limit,
        };
        let memo = Memo::none();
        let places = fixture.scanner(&memo).find(&snapshot, &query).unwrap();
        places
            .iter()
            .map(|place| format!("{}:{} {}", place.file, place.line, place.name))
            .collect::<Vec<_>>()
    };
    let validate = ["a.js:1 validateCard", "b.py:1 validate_user"];
    assert_eq!(find(PlaceKind::Function, Some("validate*"), None), validate);
    assert_eq!(
        find(PlaceKind::Function, Some("validate*"), Some(1)),
        validate[..1]
    );
    assert_eq!(find(PlaceKind::Function, Some("validate"), None), [""; 0]);
    assert_eq!(find(PlaceKind::Function, None, None).len(), 3);
    assert_eq!(find(PlaceKind::Class, Some("C*"), None), ["a.js:2 Card"]);
    assert_eq!(
        find(PlaceKind::Component, Some("Bu*"), None),
        ["ui/Button.vue:1 Button"]
    );
}

#[test]
fn past_the_deadline_there_is_no_answer_and_nothing_is_remembered() {
    let fixture = Fixture::new();
    let memo = fixture.memo();
    let slow = "[".repeat(1 << 19) + "legacy_login";
    let files = files(&[("a.ts", &slow)]);
    let snapshot = at(Some(fixture.tree(&files)));
    let spec = spec(vec![rule(
        "a",
        vec![pattern(PatternKind::Identifiers, "legacy_login")],
    )]);
    let hash = SpecHash("spec".to_owned());
    for limit in [Duration::ZERO, Duration::from_millis(5)] {
        let scanner = Scanner {
            progress: &Hurried::within(limit),
            ..fixture.scanner(&memo)
        };
        let error = scanner.scan(&snapshot, &[(&spec, &hash)]).unwrap_err();
        assert!(error.root_cause().is::<Overdue>(), "{error:#}");
        assert!(memo.get(&hash, ENGINE_VERSION).is_none());
    }
    let patient = Scanner {
        progress: &Hurried::within(Duration::from_secs(600)),
        ..fixture.scanner(&memo)
    };
    let found = patient.scan(&snapshot, &[(&spec, &hash)]).unwrap();
    assert_eq!(found[0].hits.len(), 1);
    assert!(memo.get(&hash, ENGINE_VERSION).is_some());
}

/// Counts the looks at files.
#[derive(Default)]
struct Looks(AtomicUsize);

impl Progress for Looks {
    fn advance(&self, files: usize) {
        self.0.fetch_add(files, Ordering::Relaxed);
    }
}

#[test]
fn many_specs_look_at_each_file_once() {
    let fixture = Fixture::new();
    let sources = (0..40).map(|at| (format!("d/{at}.py"), format!("foo()\nbar_{at}()\n")));
    let sources: Vec<_> = sources.collect();
    let all: Vec<_> = sources
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect();
    let tree = fixture.tree(&files(&all));
    let specs: Vec<Spec> = (0..20)
        .map(|at| {
            spec(vec![rule(
                "r",
                vec![
                    pattern(PatternKind::Identifiers, "foo"),
                    pattern(PatternKind::Expressions, &format!("bar_{at}(")),
                ],
            )])
        })
        .collect();
    let hashes: Vec<_> = (0..20).map(|at| SpecHash(format!("spec {at}"))).collect();
    let asked: Vec<_> = specs.iter().zip(&hashes).collect();
    let memo = fixture.memo();
    let looks = |tree| {
        let looks = Looks::default();
        let scanner = Scanner {
            progress: &looks,
            ..fixture.scanner(&memo)
        };
        let found = scanner.scan(&at(Some(tree)), &asked).unwrap();
        assert!(found.iter().all(|found| found.hits.len() >= 41));
        looks.0.into_inner()
    };
    assert_eq!(looks(tree), 40);
    assert_eq!(looks(tree), 0);
    let more: Vec<_> = all.iter().copied().chain([("new.py", "foo()\n")]).collect();
    assert_eq!(looks(fixture.tree(&files(&more))), 1);
}
