//! File names that shells, terminals and parsers trip over go through everything unharmed.

#![cfg(unix)]

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use crate::support::TestRepo;
use crate::support::verbs::SPEC;

const NAMES: [&[u8]; 24] = [
    b"with space.py",
    b" .py",
    b"trailing .py ",
    b"new\nline.py",
    b"ends in a line break.py\n",
    b"tab\t.py",
    b"it's \"quoted\".py",
    b"-dash.py",
    b"--output=x.py",
    b"back\\slash.py",
    b"$(touch pwned).py",
    b"`touch pwned`;touch pwned.py",
    b"*.py",
    b"[a].py",
    b":(top)magic.py",
    b"!bang.py",
    b"#hash.py",
    b"%s%n.py",
    b"~.py",
    "\u{fc}n\u{ef}c\u{f6}de \u{6f22}\u{5b57}.py".as_bytes(),
    "bidi\u{202e}yp.py".as_bytes(),
    b"esc\x1b[31m.py",
    b"latin\xe9.txt",
    b"new\nfolder \xff/-x/y.py",
];

fn path(name: &[u8]) -> &Path {
    Path::new(OsStr::from_bytes(name))
}

fn write(repo: &TestRepo, name: &[u8], content: &str) {
    let file = repo.root().join(path(name));
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, content).unwrap();
}

/// Every file of the work tree with its permissions and content, and the index.
fn state(repo: &TestRepo) -> (BTreeMap<PathBuf, (u32, Vec<u8>)>, String) {
    let mut files = BTreeMap::new();
    let mut folders = vec![repo.root().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let file = entry.unwrap().path();
            if file.is_dir() && !file.ends_with(".git") {
                folders.push(file);
            } else if file.is_file() {
                let mode = fs::metadata(&file).unwrap().permissions().mode();
                files.insert(file.clone(), (mode, fs::read(&file).unwrap()));
            }
        }
    }
    (files, repo.git(["ls-files", "-s", "-z"]).ok().stdout)
}

/// A repository with every odd name committed, checkpoint 1, then changed, deleted and added to.
fn project() -> TestRepo {
    let repo = TestRepo::new();
    repo.write("spec.yaml", SPEC);
    repo.commit("base");
    for words in [
        "init --name Plan",
        "install",
        "add-task --title Task --spec spec.yaml",
        "start 1",
    ] {
        repo.plan_words(words).ok();
    }
    for name in NAMES {
        write(&repo, name, "legacy()\n");
    }
    repo.git(["add", "-A"]).ok();
    let kept = repo.git(["commit", "-qm", "odd names"]).ok();
    assert_eq!(
        kept.stderr,
        "git-plan: task 1.1 · checkpoint 1 · 21 violations left (+21)\n"
    );
    repo
}

/// Changes every third file, deletes every third, stages half of that, and adds one more.
fn change(repo: &TestRepo) {
    for (at, name) in NAMES.iter().enumerate() {
        match at % 3 {
            0 => write(repo, name, "modern()\n"),
            1 => fs::remove_file(repo.root().join(path(name))).unwrap(),
            _ => {}
        }
        if at % 2 == 0 {
            let words = [
                OsStr::new("--literal-pathspecs"),
                OsStr::new("add"),
                OsStr::new("--"),
            ];
            repo.git(words.into_iter().chain([path(name).as_os_str()]))
                .ok();
        }
    }
    write(repo, b"-new\n\xfe \xe2\x80\x8b.py", "legacy()\n");
    let mode = fs::Permissions::from_mode(0o755);
    fs::set_permissions(repo.root().join("tab\t.py"), mode).unwrap();
}

/// The name as every text output shows it.
fn shown(name: &[u8]) -> String {
    let mut text = String::new();
    for chunk in name.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '\n' => text.push_str("\\n"),
                '\t' => text.push_str("\\t"),
                '\u{1b}' | '\u{202e}' | '\u{200b}' => {
                    text.push_str(&format!("\\u{{{:x}}}", u32::from(c)));
                }
                _ => text.push(c),
            }
        }
        for byte in chunk.invalid() {
            text.push_str(&format!("\\x{byte:02x}"));
        }
    }
    text
}

#[test]
fn verification_names_every_one() {
    let repo = project();
    let text = repo.plan_words("verify-task --verbose").exits(1);
    let json = repo
        .plan_words("verify --spec spec.yaml --format json")
        .exits(1)
        .json();
    let violations = json["rules"][0]["violations"].as_array().unwrap();
    for name in NAMES.into_iter().filter(|name| name.ends_with(b".py")) {
        let line = format!("  {}:1:1: `legacy` is still used\n", shown(name));
        assert!(text.stdout.contains(&line), "{line}in\n{}", text.stdout);
        let lossy = String::from_utf8_lossy(name);
        assert!(
            violations.iter().any(|it| it["file"] == *lossy),
            "{lossy:?}"
        );
    }
    for words in ["verify --all --at HEAD", "verify --all --staged"] {
        repo.plan_words(words).exits(1).says("21 violations");
    }
    repo.git(["push", "-q", "."]).exits(128);
}

#[test]
fn a_commit_is_rewound_by_the_printed_commands() {
    let repo = project();
    let (committed, index) = state(&repo);
    change(&repo);
    let changed = state(&repo);
    let text = repo.plan_words("rewind --to 1").ok();
    for (at, name) in NAMES.iter().enumerate().filter(|(at, _)| at % 3 != 2) {
        let letter = if at % 3 == 0 { 'M' } else { 'A' };
        let line = format!("  {letter} {} (", shown(name));
        assert!(text.stdout.contains(&line), "{line} in\n{}", text.stdout);
    }
    paste(&repo, &text.stdout);
    let (mut files, index_now) = state(&repo);
    // A commit says nothing about files that nobody tracks.
    assert!(
        files
            .remove(&repo.root().join(path(b"-new\n\xfe \xe2\x80\x8b.py")))
            .is_some()
    );
    assert!(files == committed, "{:?}", differing(&files, &committed));
    assert_eq!(index_now, index);
    // And back again to what was saved first.
    paste(
        &repo,
        &repo
            .plan_words("rewind --checkpoint before-rewind")
            .ok()
            .stdout,
    );
    let (files, index_now) = state(&repo);
    assert!(files == changed.0, "{:?}", differing(&files, &changed.0));
    assert_eq!(index_now, changed.1);
    assert!(!repo.path("pwned").exists());
}

#[test]
fn a_work_tree_is_rewound_by_the_commands_in_json() {
    let repo = project();
    change(&repo);
    let changed = state(&repo);
    let taken = repo.plan_words("checkpoint --format json").ok().json();
    let files = taken["files"].as_array().unwrap();
    assert!(
        files.iter().any(|it| it["path"] == "new\nline.py"),
        "{files:?}"
    );
    repo.commit("everything").ok();
    for name in NAMES {
        write(&repo, name, "other()\n");
    }
    let answer = repo.plan_words("rewind --to 2 --format json").ok().json();
    repo.follow(repo.root(), &answer);
    let (files, index) = state(&repo);
    assert!(files == changed.0, "{:?}", differing(&files, &changed.0));
    assert_eq!(index, changed.1);
    assert!(!repo.path("pwned").exists());
}

#[test]
fn a_diff_is_one_that_git_applies() {
    let repo = project();
    change(&repo);
    repo.plan_words("checkpoint").ok();
    let (files, _) = state(&repo);
    let command = repo
        .command(repo.root(), "git")
        .args(["plan", "show-diff", "--sequence", "2"])
        .output()
        .unwrap();
    assert!(command.status.success());
    assert!(
        !command.stdout.contains(&0x1b)
            && !command
                .stdout
                .windows(3)
                .any(|it| it == "\u{202e}".as_bytes()),
        "a name drives the terminal"
    );
    let parent = repo.git(["rev-parse", "HEAD"]).ok().line().to_owned();
    repo.git(["worktree", "add", "-q", "../other", &parent])
        .ok();
    let other = repo.world().join("other");
    repo.run_in(&other, "git", ["apply"], &command.stdout).ok();
    for (file, (mode, content)) in &files {
        let there = other.join(file.strip_prefix(repo.root()).unwrap());
        assert_eq!(fs::read(&there).unwrap_or_default(), *content, "{there:?}");
        assert_eq!(
            fs::metadata(&there).unwrap().permissions().mode() & 0o111,
            mode & 0o111
        );
    }
    for name in NAMES.iter().skip(1).step_by(3) {
        assert!(!other.join(path(name)).exists(), "{}", shown(name));
    }
    for name in [&b"-dash.py"[..], b"new\nline.py", b"latin\xe9.txt", b" .py"] {
        let file = OsString::from_vec([b"--file=", name].concat());
        let words = ["plan", "show-diff", "--sequence", "2"].map(OsString::from);
        let answer = repo.git(words.into_iter().chain([file]));
        assert_eq!(answer.status, 0, "{}: {}", shown(name), answer.stderr);
    }
}

/// Runs the lines that `rewind` prints, as a person would copy them.
fn paste(repo: &TestRepo, text: &str) {
    let lines: Vec<&str> = text
        .lines()
        .skip_while(|line| !line.contains("run these at the top"))
        .filter_map(|line| line.strip_prefix("    "))
        .collect();
    assert!(!lines.is_empty(), "{text}");
    repo.run_in(repo.root(), "sh", ["-e"], lines.join("\n").as_bytes())
        .ok();
}

fn differing<'a, V: PartialEq>(
    left: &'a BTreeMap<PathBuf, V>,
    right: &'a BTreeMap<PathBuf, V>,
) -> Vec<&'a PathBuf> {
    let all = left.keys().chain(right.keys());
    all.filter(|key| left.get(*key) != right.get(*key))
        .collect()
}
