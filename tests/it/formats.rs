//! The main journeys in every format of repository that the installed Git can make, among them
//! those that libgit2 refuses to open.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::support::verbs::SPEC;
use crate::support::{Answer, TestRepo};

/// How a repository is made: where it is, if this Git can make it.
type Make = fn(&TestRepo) -> Option<PathBuf>;

const FORMATS: [(&str, Make); 12] = [
    ("sha1, files", |repo| initialized(repo, "sha1", "files")),
    ("sha256, files", |repo| initialized(repo, "sha256", "files")),
    ("sha1, reftable", |repo| {
        initialized(repo, "sha1", "reftable")
    }),
    ("sha256, reftable", |repo| {
        initialized(repo, "sha256", "reftable")
    }),
    ("partial clone", |repo| {
        cloned(repo, &["--filter=blob:none"])
    }),
    ("shallow clone", |repo| cloned(repo, &["--depth=1"])),
    ("split index", |repo| {
        changed(repo, "update-index --split-index")
    }),
    ("sparse checkout", |repo| {
        changed(repo, "sparse-checkout set --cone src")
    }),
    ("sparse index", |repo| {
        changed(repo, "sparse-checkout set --cone --sparse-index src")
    }),
    ("linked work tree", |repo| {
        cloned(repo, &[])?;
        repo.git(["worktree", "add", "-q", "-b", "linked", "../linked"])
            .ok();
        Some(repo.world().join("linked"))
    }),
    ("linked work tree, sha256, reftable", |repo| {
        initialized(repo, "sha256", "reftable")?;
        repo.git(["worktree", "add", "-q", "-b", "linked", "../linked"])
            .ok();
        Some(repo.world().join("linked"))
    }),
    ("of another owner, by git -c safe.directory", another_owner),
];

fn identify(repo: &TestRepo) {
    repo.git(["config", "user.name", "Tester"]).ok();
    repo.git(["config", "user.email", "tester@example.com"])
        .ok();
}

fn base(repo: &TestRepo) {
    repo.write("src/a.py", "keep()\n");
    repo.write("other/b.py", "keep()\n");
    repo.write("src/spec.yaml", SPEC);
    repo.commit("base");
}

/// A repository of that format with a remote of the same.
fn initialized(repo: &TestRepo, objects: &str, refs: &str) -> Option<PathBuf> {
    let formats = [
        format!("--object-format={objects}"),
        format!("--ref-format={refs}"),
    ];
    let made = repo.git(["init", "-q", "-b", "main", &formats[0], &formats[1]]);
    if made.status != 0 {
        return None;
    }
    identify(repo);
    base(repo);
    let bare = ["init", "-q", "--bare", &formats[0], "../origin.git"];
    repo.git(bare).ok();
    repo.git(["remote", "add", "origin", "../origin.git"]).ok();
    Some(repo.root().to_owned())
}

/// A clone, made with `options`, of a repository with a commit more than is asked for.
fn cloned(repo: &TestRepo, options: &[&str]) -> Option<PathBuf> {
    let origin = TestRepo::new();
    base(&origin);
    origin.write("src/a.py", "keep(2)\n");
    origin.commit("second");
    let bare = repo.world().join("origin.git");
    let (from, to) = (origin.root().to_str()?, bare.to_str()?);
    repo.git(["clone", "-q", "--bare", from, to]).ok();
    repo.git_in(&bare, ["config", "uploadpack.allowFilter", "true"])
        .ok();
    let url = format!("file://{to}");
    let words = ["clone", "-q", &url, "."];
    repo.git(words[..2].iter().chain(options).chain(&words[2..]))
        .ok();
    identify(repo);
    Some(repo.root().to_owned())
}

/// A clone in which one more command was run.
fn changed(repo: &TestRepo, words: &str) -> Option<PathBuf> {
    let top = cloned(repo, &[])?;
    let done = repo.git(words.split(' '));
    (done.status == 0).then_some(top)
}

/// A clone that belongs to somebody else, which is for root to make.
fn another_owner(repo: &TestRepo) -> Option<PathBuf> {
    let top = cloned(repo, &[])?;
    let given = repo.run_in(repo.world(), "chown", ["-R", "12345", "repo"], b"");
    if given.status != 0 || repo.git(["status"]).status == 0 {
        return None;
    }
    Some(top)
}

/// A repository, and how Git is called there.
struct Place {
    repo: TestRepo,
    top: PathBuf,
    settings: Vec<String>,
}

impl Place {
    fn git(&self, words: &str) -> Answer {
        let words = words.split(' ').map(str::to_owned);
        self.repo
            .git_in(&self.top, self.settings.iter().cloned().chain(words))
    }

    fn write(&self, path: &str, content: &str) {
        let file = self.top.join(path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, content).unwrap();
    }

    #[track_caller]
    fn commit(&self, text: &str) -> String {
        self.write("src/a.py", text);
        self.git("add src").ok();
        self.git("commit -q -m step").ok().stderr
    }

    /// Files of the work tree with their bytes, the index, and what Git says of both.
    fn state(&self) -> (BTreeMap<PathBuf, Vec<u8>>, String, String) {
        let mut files = BTreeMap::new();
        let mut folders = vec![self.top.clone()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                match path.file_name().unwrap() == ".git" {
                    true => {}
                    false if path.is_dir() => folders.push(path),
                    false => drop(files.insert(path.clone(), std::fs::read(&path).unwrap())),
                }
            }
        }
        let index = self.git("ls-files -s").ok().stdout;
        (files, index, self.git("status --porcelain=v2").ok().stdout)
    }
}

fn journeys(place: &Place) {
    place.git("plan init --name Plan").ok();
    place.git("plan install").ok();
    place
        .git("plan add-task --title Task --spec src/spec.yaml")
        .ok();
    place.git("plan start 1").ok();
    // A commit through the hooks, and a checkpoint of staged, unstaged and untracked work.
    let said = place.commit("legacy()\n");
    assert_eq!(
        said,
        "git-plan: task 1.1 · checkpoint 1 · 1 violation left (+1)\n"
    );
    place.write("src/a.py", "staged()\n");
    place.git("add src/a.py").ok();
    place.write("src/a.py", "legacy()\nmore()\n");
    place.write("src/new", "untracked\n");
    place
        .git("plan checkpoint --name mine")
        .ok()
        .says("Sequence: 2");
    let mine = place.state();
    place.git("plan verify-task").exits(1).says("1 violation");
    place.git("plan verify --all --staged").ok();
    place.git("plan verify --all --at HEAD").exits(1);
    // There and back.
    std::fs::remove_file(place.top.join("src/new")).unwrap();
    place.write("src/a.py", "other()\n");
    place.git("add src").ok();
    let other = place.state();
    place.git("plan rewind --checkpoint mine --apply").ok();
    assert_eq!(place.state(), mine);
    place.git("plan rewind --undo").ok();
    assert_eq!(place.state(), other);
    let printed = place.git("plan rewind --to 2 --format json").ok();
    assert_ne!(printed.json()["commands"][0], serde_json::Value::Null);
    // Completed, amended, pushed; broken, and held back.
    place.commit("modern()\n");
    place.git("plan verify-task").ok().says("VERIFIED");
    place.git("commit -q --amend -m done").ok();
    place.git("push -q origin HEAD:refs/heads/pushed").ok();
    place.commit("legacy()\n");
    place
        .git("push -q origin HEAD:refs/heads/pushed")
        .exits(1)
        .warns("breaks 1 completed task")
        .warns("src/a.py:1:1");
    place.commit("modern()\n");
    place.git("push -q origin HEAD:refs/heads/pushed").ok();
    let listed = place.git("plan rewind --format json").ok().json();
    let rows = listed["checkpoints"].as_array().unwrap();
    let commits = rows.iter().filter(|row| row["origin"] == "commit");
    assert_eq!(commits.count(), 4, "{listed}");
    // Sealed, and nothing the worse for it.
    place.git("plan archive --yes").ok();
    place.git("plan archive --verify 1").ok();
    place.git("plan doctor --verify-log").ok();
    place.git("gc -q --prune=now").ok();
    place.git("fsck --strict --no-dangling").ok();
    place.git("plan rewind 1 1 --to 2").ok();
}

fn travel(what: &str, make: Make) -> bool {
    let repo = TestRepo::without_git();
    let Some(top) = make(&repo) else {
        eprintln!("SKIPPED, since it cannot be made here: {what}");
        return false;
    };
    let settings = match repo.git_in(&top, ["status"]).status {
        0 => Vec::new(),
        _ => vec!["-c".to_owned(), format!("safe.directory={}", top.display())],
    };
    eprintln!("{what}");
    journeys(&Place {
        repo,
        top,
        settings,
    });
    true
}

#[test]
fn every_format_of_repository_will_do() {
    let lanes = 4;
    let run = |lane: usize| -> usize {
        let mine = FORMATS.iter().skip(lane).step_by(lanes);
        mine.filter(|(what, make)| travel(what, *make)).count()
    };
    let done: usize = std::thread::scope(|scope| {
        let lanes: Vec<_> = (0..lanes)
            .map(|lane| scope.spawn(move || run(lane)))
            .collect();
        lanes.into_iter().map(|lane| lane.join().unwrap()).sum()
    });
    assert!(done >= 7, "only {done} could be made");
}

/// Git takes such trees, and so do we: `git fsck` has no more than a word about them.
#[test]
fn links_called_like_what_git_reads() {
    for (objects, refs) in [("sha1", "files"), ("sha256", "reftable")] {
        let repo = TestRepo::without_git();
        let Some(top) = initialized(&repo, objects, refs) else {
            continue;
        };
        repo.plan_words("init --name P").ok();
        for name in [".gitignore", ".gitattributes", "src/.mailmap"] {
            std::os::unix::fs::symlink("elsewhere", top.join(name)).unwrap();
        }
        repo.plan_words("checkpoint --name links").ok();
        let rewind = ["rewind", "--checkpoint", "links", "--apply", "--no-task"];
        std::fs::remove_file(top.join(".gitignore")).unwrap();
        repo.plan(rewind).ok();
        assert!(top.join(".gitignore").is_symlink());
    }
}
