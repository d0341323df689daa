//! Pasting the commands must give the captured state back: random states, real Git, a real shell.

mod apply;

use std::collections::BTreeMap;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use super::*;
use crate::checkpoint::testing::TestRepo;
use crate::checkpoint::{Label, of_commit, of_worktree, recapture};
use crate::model::checkpoint::Captured;
use crate::model::time::Timestamp;

/// SplitMix64: the same numbers for the same seed on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % end as u64).unwrap()
    }
}

const NAMES: [&[u8]; 15] = [
    b"a",
    b"b.txt",
    b"d",
    b"d/x",
    b"d/y/z",
    b"d/k.o",
    b"e/f/g",
    b"e",
    b"new\nline\n",
    b"qu'o\"te\\",
    b"\xff\xfe",
    b"-dash",
    b"sp ace/in %s",
    b"mixed.eol",
    b"tab\t/$(id)",
];

/// Kind, executable bit and content of every file and link below the top, `.git` aside.
type Tree = BTreeMap<Vec<u8>, (char, bool, Vec<u8>)>;

fn tree_of(repo: &TestRepo) -> Tree {
    use std::os::unix::ffi::OsStringExt as _;
    fn walk(top: &Path, directory: &Path, tree: &mut Tree) {
        for child in std::fs::read_dir(directory).unwrap() {
            let path = child.unwrap().path();
            let name = path
                .strip_prefix(top)
                .unwrap()
                .as_os_str()
                .as_bytes()
                .to_vec();
            let metadata = path.symlink_metadata().unwrap();
            if name == b".git" {
            } else if metadata.is_dir() {
                walk(top, &path, tree);
            } else if metadata.is_symlink() {
                let target = path.read_link().unwrap().into_os_string().into_vec();
                tree.insert(name, ('l', false, target));
            } else {
                let executable = metadata.permissions().mode() & 0o100 != 0;
                tree.insert(name, ('f', executable, std::fs::read(&path).unwrap()));
            }
        }
    }
    let mut tree = Tree::new();
    walk(&repo.top(), &repo.top(), &mut tree);
    tree
}

fn ignored(name: &[u8]) -> bool {
    name.ends_with(b".o")
}

fn clear_way(repo: &TestRepo, name: &[u8]) {
    let _ = std::fs::remove_file(repo.path(name));
    let _ = std::fs::remove_dir_all(repo.path(name));
    for (at, _) in name.iter().enumerate().filter(|(_, byte)| **byte == b'/') {
        let parent = repo.path(&name[..at]);
        if parent.symlink_metadata().is_ok_and(|found| !found.is_dir()) {
            std::fs::remove_file(parent).unwrap();
        }
    }
    std::fs::create_dir_all(repo.path(name).parent().unwrap()).unwrap();
}

fn git_path(repo: &TestRepo, words: &[&str], name: &[u8]) {
    let mut arguments: Vec<&std::ffi::OsStr> = vec!["--literal-pathspecs".as_ref()];
    arguments.extend(words.iter().map(std::ffi::OsStr::new));
    arguments.push("--".as_ref());
    arguments.push(std::ffi::OsStr::from_bytes(name));
    repo.run("git", &arguments, b"");
}

fn edit(repo: &TestRepo, random: &mut Random) {
    let name = NAMES[random.below(NAMES.len())];
    let contents: [&[u8]; 8] = [
        b"",
        b"$Id: old $\n",
        b"x\r\n\0\n",
        b"one\n",
        b"one\ntwo",
        b"\0bin",
        b"x\r\ny\n",
        b"r\r\ns\r\n",
    ];
    match random.below(15) {
        0..=3 => {
            clear_way(repo, name);
            repo.write(name, contents[random.below(contents.len())]);
        }
        4 => {
            clear_way(repo, name);
            std::os::unix::fs::symlink("some/where", repo.path(name)).unwrap();
        }
        5 => {
            let _ = std::fs::remove_file(repo.path(name));
            let _ = std::fs::remove_dir_all(repo.path(name));
        }
        6 => {
            let path = repo.path(name);
            if path.symlink_metadata().is_ok_and(|found| found.is_file()) {
                let mode = [0o644, 0o755][random.below(2)];
                std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
            }
        }
        7..=9 => git_path(repo, &["add"], name),
        10 => drop(repo.run("git", &["add".as_ref(), "-A".as_ref()], b"")),
        11 => git_path(repo, &["rm", "-r", "-q", "--cached"], name),
        12 => {
            let to = NAMES[random.below(NAMES.len())];
            if to != name && !to.starts_with(name) && !name.starts_with(to) {
                clear_way(repo, to);
                let _ = std::fs::rename(repo.path(name), repo.path(to));
            }
        }
        13 => {
            let top = name.split(|byte| *byte == b'/').next().unwrap();
            let aside = [top, b"-aside"].concat();
            if repo.path(top).is_dir() && !repo.path(top).is_symlink() {
                clear_way(repo, &aside);
                std::fs::rename(repo.path(top), repo.path(&aside)).unwrap();
                let target = std::ffi::OsStr::from_bytes(&aside);
                std::os::unix::fs::symlink(target, repo.path(top)).unwrap();
            }
        }
        _ => {
            clear_way(repo, name);
            repo.write(name, b"staged\n");
            git_path(repo, &["add"], name);
            repo.write(name, b"staged\nand more\n");
        }
    }
}

/// Makes the bytes on the disk those that Git checks out: committed files are not looked at again.
fn check_out_fresh(repo: &TestRepo) {
    for name in tree_of(repo).into_keys().filter(|name| !ignored(name)) {
        std::fs::remove_file(repo.path(name)).unwrap();
    }
    repo.git(&["reset", "-q", "--hard"]);
}

/// Leaves a conflict in the index, if the state allows a merge.
fn conflict(repo: &TestRepo) {
    repo.git(&["add", "-A"]);
    repo.git(&["commit", "-q", "--allow-empty", "-m", "before"]);
    let base = repo.answer(&["rev-parse", "HEAD"]);
    let tree = |line: &str| {
        repo.git(&["read-tree", &base]);
        let lines = format!("0 {} 0\td\n{line}", "0".repeat(40));
        repo.git_with(&["update-index", "--index-info"], lines.as_bytes());
        let tree = repo.answer(&["write-tree"]);
        let commit = repo.answer(&["commit-tree", "-m", "side", "-p", &base, &tree]);
        repo.git(&["reset", "-q", "--hard", &base]);
        commit
    };
    let blob = |text: &str| {
        String::from_utf8(repo.git_with(&["hash-object", "-w", "--stdin"], text.as_bytes()))
            .unwrap()
    };
    let (ours, theirs) = (blob("ours\n"), blob("theirs\n"));
    let mine = tree(&format!("100644 {} 0\tclash\n", ours.trim()));
    let other = tree(&format!("100755 {} 0\tclash\n", theirs.trim()));
    repo.git(&["reset", "-q", "--hard", &mine]);
    let _ = repo.run(
        "git",
        &["merge".as_ref(), "-q".as_ref(), other.as_ref()],
        b"",
    );
}

fn label() -> Label {
    Label {
        plan_uid: "P".to_owned(),
        task_uid: None,
        name: "t".to_owned(),
        origin: Origin::Manual,
        at: Timestamp(1_700_000_000),
    }
}

fn to(captured: &Captured, origin: Origin) -> Destination {
    Destination {
        snapshot: captured.snapshot,
        origin,
        paths: Vec::new(),
        head: None,
    }
}

/// What must not change by taking a checkpoint.
fn untouched(repo: &TestRepo) -> Vec<Option<Vec<u8>>> {
    [
        "index",
        "HEAD",
        "logs/HEAD",
        "refs/stash",
        "ORIG_HEAD",
        "refs/heads/main",
    ]
    .iter()
    .map(|name| std::fs::read(repo.top().join(".git").join(name)).ok())
    .collect()
}

fn take(repo: &TestRepo) -> Captured {
    let before = (untouched(repo), tree_of(repo));
    let captured = of_worktree(&Repo::at(&repo.top()).unwrap(), &label()).unwrap();
    assert_eq!((untouched(repo), tree_of(repo)), before);
    captured
}

/// Runs the commands as they are printed, the first one's outcome given.
fn paste(repo: &TestRepo, plan: &RewindPlan) {
    let commands = plan.commands("save");
    assert_eq!(commands.first().map(String::as_str), Some("save"));
    for line in &commands {
        assert!(!line.contains('\n') && !line.contains("clean") && !line.contains("--hard"));
    }
    let now = take(repo).snapshot;
    let script = format!("NOW={now}\n{}\n", commands[1..].join("\n"));
    let output = repo.run("sh", &["-e".as_ref(), "-s".as_ref()], script.as_bytes());
    assert!(
        output.status.success(),
        "{script}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

fn kept(tree: &Tree) -> Tree {
    let own = |(name, _): &(&Vec<u8>, &_)| !ignored(name);
    tree.iter()
        .filter(own)
        .map(|(name, file)| (name.clone(), file.clone()))
        .collect()
}

fn dropped(tree: &Tree) -> Tree {
    let own = |(name, _): &(&Vec<u8>, &_)| ignored(name);
    tree.iter()
        .filter(own)
        .map(|(name, file)| (name.clone(), file.clone()))
        .collect()
}

fn seeded(seed: u64) -> (TestRepo, Random) {
    let (repo, mut random) = (TestRepo::new(), Random(seed));
    repo.write(".gitignore", "*.o\n");
    if seed % 3 == 1 {
        let attributes = [
            "*.eol text=auto\nb.txt eol=crlf\na ident\n",
            "* text=auto\nd eol=crlf\nb.txt eol=crlf text\nd/** eol=crlf\ne text ident\n",
        ];
        repo.write(".gitattributes", attributes[random.below(2)]);
    }
    if seed % 5 != 4 {
        for _ in 0..6 {
            edit(&repo, &mut random);
        }
        // What is on the disk is not always what Git would check out.
        repo.commit_all();
    }
    (repo, random)
}

/// A state that is a conflict, or has an intended addition, for some seeds.
fn edited(seed: u64) -> (TestRepo, Random) {
    let (repo, mut random) = seeded(seed);
    if seed % 4 == 2 {
        conflict(&repo);
    }
    for _ in 0..random.below(12) {
        edit(&repo, &mut random);
    }
    if seed % 3 == 1 && seed % 4 != 2 {
        // Clean files whose bytes are not those of a fresh checkout.
        repo.commit_all();
        edit(&repo, &mut random);
    }
    if seed.is_multiple_of(3) {
        clear_way(&repo, b"intended");
        repo.write("intended", ["", "later\n"][random.below(2)]);
        git_path(&repo, &["add", "-N"], b"intended");
    }
    (repo, random)
}

/// What Git says of index and work tree.
///
/// It calls a file modified without a look whose size is not what it was when it was added, even if
/// adding it again would change nothing; a rewind leaves no such file.
fn look(repo: &TestRepo) -> (Vec<u8>, Vec<Vec<u8>>) {
    let printed = repo.git(&["status", "--porcelain=v2", "-z", "-uall", "--no-renames"]);
    let rows = printed.split(|byte| *byte == 0);
    let is_modified = |row: &&[u8]| {
        let fields: Vec<&[u8]> = row.splitn(9, |byte| *byte == b' ').collect();
        let [b"1", b".M", _, _, indexed, found, _, id, name] = fields[..] else {
            return true;
        };
        let name = std::ffi::OsStr::from_bytes(name);
        let words = ["hash-object".as_ref(), "--".as_ref(), name];
        indexed != found || repo.run("git", &words, b"").stdout.trim_ascii() != id
    };
    (
        repo.git(&["ls-files", "-s", "-z"]),
        rows.filter(is_modified).map(<[u8]>::to_vec).collect(),
    )
}

/// One state, more edits, and back; false when something was in the way.
fn round_trip(seed: u64) -> bool {
    let (repo, mut random) = edited(seed);
    let (want, want_git) = (tree_of(&repo), look(&repo));
    let captured = take(&repo);
    let opened = Repo::at(&repo.top()).unwrap();
    assert_eq!(
        recapture(&opened, captured.snapshot).unwrap(),
        Some((label(), captured.clone()))
    );
    repo.git(&["fsck", "--strict", "--no-dangling"]);
    for _ in 0..random.below(12) {
        edit(&repo, &mut random);
    }
    if seed % 7 == 3 {
        let _ = std::fs::remove_file(repo.path(".gitignore"));
    }
    let plan = plan_rewind(&opened, &to(&captured, Origin::Manual), None).unwrap();
    if !plan.obstacles.is_empty() {
        assert!(plan.steps.is_empty());
        return false;
    }
    let (before, head) = (tree_of(&repo), repo.top().join(".git/HEAD"));
    let head = std::fs::read(head).unwrap();
    paste(&repo, &plan);
    let after = tree_of(&repo);
    assert_eq!(kept(&after), kept(&want), "seed {seed}");
    assert_eq!(look(&repo), want_git, "seed {seed}");
    let mut touched = plan
        .changes
        .iter()
        .flat_map(|file| file.old_path.iter().chain([&file.path]));
    if !touched.any(|path| ignored(path.as_bytes())) {
        assert_eq!(dropped(&after), dropped(&before), "seed {seed}");
    }
    assert_eq!(std::fs::read(repo.top().join(".git/HEAD")).unwrap(), head);
    true
}

#[test]
fn pasting_the_commands_gives_the_captured_state_back() {
    assert_mostly(round_trip);
}

/// Runs 32 seeds, or as many as `GIT_PLAN_TEST_SEEDS` says; obstacles may stop a few.
fn assert_mostly(journey: fn(u64) -> bool) {
    let seeds: u64 = std::env::var("GIT_PLAN_TEST_SEEDS").map_or(32, |n| n.parse().unwrap());
    let run = |lane| {
        (lane..seeds)
            .step_by(4)
            .filter(|seed| journey(*seed))
            .count()
    };
    let done: usize = std::thread::scope(|scope| {
        let lanes: Vec<_> = (0..4).map(|lane| scope.spawn(move || run(lane))).collect();
        lanes.into_iter().map(|lane| lane.join().unwrap()).sum()
    });
    assert!(done as u64 * 10 >= seeds * 7, "only {done} of {seeds} ran");
}

/// Back to a commit: its tracked files and index exactly, untracked files as they were.
fn commit_round_trip(seed: u64) -> bool {
    let (repo, mut random) = seeded(seed | 1);
    for _ in 0..5 {
        edit(&repo, &mut random);
    }
    let target = repo.commit_all();
    check_out_fresh(&repo);
    let want: Tree = kept(&tree_of(&repo));
    let want_index = repo.git(&["ls-files", "-s", "-z"]);
    for _ in 0..6 {
        edit(&repo, &mut random);
    }
    if seed.is_multiple_of(2) {
        repo.commit_all();
    }
    if seed % 4 == 2 {
        conflict(&repo);
    }
    for _ in 0..random.below(10) {
        edit(&repo, &mut random);
    }
    let opened = Repo::at(&repo.top()).unwrap();
    let captured = of_commit(&opened, target.parse().unwrap()).unwrap();
    let plan = plan_rewind(&opened, &to(&captured, Origin::Commit), None).unwrap();
    if !plan.obstacles.is_empty() {
        assert!(plan.steps.is_empty());
        return false;
    }
    let before = tree_of(&repo);
    let listed = repo.git(&["ls-files", "-o", "--exclude-standard", "-z"]);
    let untracked: BTreeSet<&[u8]> = listed.split(|byte| *byte == 0).collect();
    paste(&repo, &plan);
    assert_eq!(
        repo.git(&["ls-files", "-s", "-z"]),
        want_index,
        "seed {seed}"
    );
    let removed: BTreeSet<&[u8]> = plan
        .changes
        .iter()
        .flat_map(|file| file.old_path.iter().chain([&file.path]))
        .map(RepoPath::as_bytes)
        .collect();
    let mut expected = want.clone();
    for (name, file) in &before {
        let stays = untracked.contains(name.as_slice()) || ignored(name);
        if stays && !want.contains_key(name) && !removed.contains(name.as_slice()) {
            expected.insert(name.clone(), file.clone());
        }
    }
    let mut after = tree_of(&repo);
    after.retain(|name, _| !ignored(name) || expected.contains_key(name));
    assert_eq!(after, expected, "seed {seed}");
    true
}

#[test]
fn pasting_the_commands_gives_a_commit_back() {
    assert_mostly(commit_round_trip);
}

#[test]
fn what_no_checkpoint_holds_is_an_obstacle() {
    let check = |target: &[&str], prepare: &dyn Fn(&TestRepo), want: &[&str]| {
        let repo = TestRepo::new();
        repo.git(&["config", "plan.checkpoint.maxFileSize", "100"]);
        repo.write(".gitignore", "*.o\n/build\n");
        repo.commit_all();
        for name in target {
            repo.write(name, "wanted\n");
            git_path(&repo, &["add", "-f"], name.as_bytes());
        }
        let captured = take(&repo);
        repo.git(&["reset", "-q", "--hard"]);
        prepare(&repo);
        let before = tree_of(&repo);
        let plan = plan_rewind(
            &Repo::at(&repo.top()).unwrap(),
            &to(&captured, Origin::Manual),
            None,
        )
        .unwrap();
        let found: Vec<String> = plan.obstacles.iter().map(ToString::to_string).collect();
        assert_eq!(found, want);
        assert_eq!(plan.steps.is_empty(), !want.is_empty());
        assert_eq!(tree_of(&repo), before);
    };
    check(&["x"], &|_| {}, &[]);
    check(&["x.o"], &|repo| repo.write("x.o", "mine"), &["x.o"]);
    check(
        &["build"],
        &|repo| repo.write("build/deep/er", "mine"),
        &["build/deep/er"],
    );
    check(
        &["build/a", "build/b"],
        &|repo| repo.write("build", "mine"),
        &["build"],
    );
    check(&["build/a"], &|repo| repo.write("build/b", "mine"), &[]);
    check(&["d"], &|repo| repo.write("d/k.o", "mine"), &["d/k.o"]);
    check(&["d"], &|repo| repo.write("d/untracked", "mine"), &[]);
    check(
        &["d"],
        &|repo| std::fs::create_dir_all(repo.path("d/empty")).unwrap(),
        &[],
    );
    check(
        &["sub/a"],
        &|repo| drop(repo.git(&["init", "-q", "sub"])),
        &["sub"],
    );
    check(
        &["sub"],
        &|repo| drop(repo.git(&["init", "-q", "sub/deep"])),
        &["sub/deep"],
    );
    check(&["x"], &|repo| repo.write("x", "long".repeat(100)), &["x"]);
    let outside = |repo: &TestRepo| std::os::unix::fs::symlink("..", repo.path("build")).unwrap();
    check(&["build/a"], &outside, &["build"]);
}

#[test]
fn a_link_in_the_place_of_a_directory_that_was_moved() {
    let repo = TestRepo::new();
    repo.write("d/in", "1\n");
    repo.commit_all();
    let whole = take(&repo);
    std::fs::rename(repo.path("d"), repo.path("moved")).unwrap();
    std::os::unix::fs::symlink("moved", repo.path("d")).unwrap();
    let linked = take(&repo);
    let tree = format!("{}^{{tree}}", linked.snapshot);
    let held = repo.answer(&["ls-tree", "-r", "--name-only", &tree]);
    assert_eq!(held, "d\nmoved/in");
    let opened = Repo::at(&repo.top()).unwrap();
    let want = tree_of(&repo);
    for (goal, is_link) in [(&whole, false), (&linked, true)] {
        let plan = plan_rewind(&opened, &to(goal, Origin::Manual), None).unwrap();
        paste(&repo, &plan);
        assert_eq!(repo.path("d").is_symlink(), is_link);
    }
    assert_eq!(tree_of(&repo), want);
}

#[test]
fn an_empty_file_that_is_to_be_added_goes_and_comes_back() {
    let repo = TestRepo::new();
    repo.write("a", "1\n");
    let target = repo.commit_all();
    let bare = take(&repo);
    repo.write("empty", "");
    repo.git(&["add", "-N", "empty"]);
    let intended = take(&repo);
    let (want, want_git) = (tree_of(&repo), look(&repo));
    let opened = Repo::at(&repo.top()).unwrap();
    let commit = of_commit(&opened, target.parse().unwrap()).unwrap();
    for (other, origin) in [(&bare, Origin::Manual), (&commit, Origin::Commit)] {
        let plan = plan_rewind(&opened, &to(other, origin), None);
        paste(&repo, &plan.unwrap());
        assert!(!repo.path("empty").exists());
        assert_eq!(repo.answer(&["status", "--porcelain"]), "");
        let back = plan_rewind(&opened, &to(&intended, Origin::Manual), None);
        paste(&repo, &back.unwrap());
        assert_eq!(
            (tree_of(&repo), look(&repo)),
            (want.clone(), want_git.clone())
        );
    }
}

#[test]
fn what_lies_outside_of_a_sparse_checkout_stays() {
    let repo = TestRepo::new();
    for name in ["in/a", "out/x", "out/y"] {
        repo.write(name, "1\n");
    }
    repo.commit_all();
    repo.git(&["sparse-checkout", "set", "--no-cone", "/in/"]);
    assert!(!repo.path("out").exists());
    repo.write("out/x", "modified\n");
    repo.write("out/new", "untracked\n");
    std::os::unix::fs::symlink("new", repo.path("out/link")).unwrap();
    let (want, want_git) = (tree_of(&repo), look(&repo));
    let captured = take(&repo);
    repo.write("in/a", "2\n");
    repo.write("out/new", "2\n");
    let opened = Repo::at(&repo.top()).unwrap();
    let goal = to(&captured, Origin::Manual);
    let paths = vec!["in".into()];
    for goal in [
        Destination {
            paths,
            ..goal.clone()
        },
        goal,
    ] {
        let (before, is_whole) = (tree_of(&repo), goal.paths.is_empty());
        let plan = plan_rewind(&opened, &goal, None).unwrap();
        paste(&repo, &plan);
        assert_eq!(repo.read("in/a"), b"1\n");
        let new: &[u8] = if is_whole { b"untracked\n" } else { b"2\n" };
        assert_eq!(repo.read("out/new"), new);
        assert_eq!(tree_of(&repo).len(), before.len());
    }
    assert_eq!((tree_of(&repo), look(&repo)), (want, want_git));
}

#[test]
fn a_file_and_a_repository_take_each_others_place() {
    let repo = TestRepo::new();
    repo.write("f", "1\n");
    repo.git(&["init", "-q", "sub"]);
    let sub = repo.path("sub");
    let sub = sub.to_str().unwrap();
    repo.git(&["-C", sub, "commit", "-q", "--allow-empty", "-m", "s"]);
    repo.git(&["add", "sub", "f"]);
    repo.git(&["commit", "-q", "-m", "c"]);
    std::fs::rename(repo.path("sub"), repo.path("aside")).unwrap();
    repo.write("sub", "a file of mine\n");
    std::fs::remove_file(repo.path("f")).unwrap();
    repo.git(&["clone", "-q", "aside", "f"]);
    let captured = take(&repo);
    let tree = format!("{}^{{tree}}", captured.snapshot);
    assert_eq!(repo.answer(&["ls-tree", "-r", "--name-only", &tree]), "sub");
    let left_out = captured.left_out.iter().map(|left| left.path.to_string());
    assert_eq!(left_out.collect::<Vec<_>>(), ["f", "aside"]);
    repo.write("sub", "other\n");
    let opened = Repo::at(&repo.top()).unwrap();
    let plan = plan_rewind(&opened, &to(&captured, Origin::Manual), None).unwrap();
    paste(&repo, &plan);
    assert_eq!(repo.read("sub"), b"a file of mine\n");
    assert!(repo.path("f/.git").exists());
}

#[test]
fn bytes_that_git_would_not_check_out_come_back() {
    let check = |then: &str, meanwhile: &str| {
        let repo = TestRepo::new();
        repo.write(".gitattributes", "*.w eol=crlf\n");
        repo.write("f.w", "0\r\n");
        repo.write("g\n.w", "0\r\n");
        repo.commit_all();
        for name in ["f.w", "g\n.w"] {
            repo.write(name, then);
        }
        let captured = take(&repo);
        for name in ["f.w", "g\n.w"] {
            repo.write(name, meanwhile);
        }
        let plan = plan_rewind(
            &Repo::at(&repo.top()).unwrap(),
            &to(&captured, Origin::Manual),
            None,
        )
        .unwrap();
        paste(&repo, &plan);
        assert_eq!(repo.read("f.w"), then.as_bytes(), "{meanwhile:?}");
        assert_eq!(repo.read("g\n.w"), then.as_bytes(), "{meanwhile:?}");
    };
    for then in ["1\n2\r\n", "1\r\n2\r\n", "1\n2\n"] {
        for meanwhile in ["1\n2\r\n", "1\r\n2\r\n", "1\n2\n", "other\n", "other\r\n"] {
            check(then, meanwhile);
        }
    }
}

#[test]
fn bytes_of_clean_files_that_git_would_not_check_out_come_back() {
    let check = |attributes: &str, kept: &str, meanwhile: &str| {
        let repo = TestRepo::new();
        repo.git(&["config", "filter.strip.clean", "sed s/secret//"]);
        repo.write(".gitattributes", format!("*.w {attributes}\n"));
        for name in ["f.w", "g\n.w"] {
            repo.write(name, kept);
        }
        repo.commit_all();
        assert_eq!(repo.answer(&["status", "--porcelain"]), "", "{attributes}");
        let captured = take(&repo);
        for name in ["f.w", "g\n.w"] {
            repo.write(name, meanwhile);
        }
        let plan = plan_rewind(
            &Repo::at(&repo.top()).unwrap(),
            &to(&captured, Origin::Manual),
            None,
        );
        paste(&repo, &plan.unwrap());
        for name in ["f.w", "g\n.w"] {
            assert_eq!(
                repo.read(name),
                kept.as_bytes(),
                "{attributes}: {meanwhile:?}"
            );
        }
        assert_eq!(repo.answer(&["status", "--porcelain"]), "", "{attributes}");
    };
    let endings = ["1\n2\n", "1\r\n2\r\n", "1\r\n2\n", "\r1\n", "\0\n", "", "1"];
    for attributes in ["text=auto", "eol=crlf", "text=auto eol=crlf", "text eol=lf"] {
        for kept in endings {
            for meanwhile in ["other\n", "1\n2\n", "1\r\n2\r\n"] {
                check(attributes, kept, meanwhile);
            }
        }
    }
    check("ident", "$Id: mine $\n", "$Id$\n");
    check("ident", "$Id$\n", "other\n");
    check("filter=strip", "a secret\n", "a \n");
    check("working-tree-encoding=UTF-16LE", "a\0", "b\0");
}

/// Wherever Git takes attributes from, those of clean files and of untracked ones are heeded.
#[test]
fn attributes_from_anywhere_are_heeded() {
    let check = |prepare: &dyn Fn(&TestRepo)| {
        let repo = TestRepo::new();
        repo.write("d/e/f.w", "1\r\n2\r\n");
        // Else it is as young as the index, and read for that alone.
        let file = std::fs::File::options()
            .append(true)
            .open(repo.top().join("d/e/f.w"));
        file.unwrap().set_modified(std::time::UNIX_EPOCH).unwrap();
        prepare(&repo);
        repo.commit_all();
        assert_eq!(repo.answer(&["status", "--porcelain"]), "");
        repo.write("new/n.w", "1\r\n");
        repo.write("new/.gitattributes", "*.w text\n");
        let captured = take(&repo);
        repo.write("d/e/f.w", "other\n");
        repo.write("new/n.w", "other\n");
        let opened = Repo::at(&repo.top()).unwrap();
        let plan = plan_rewind(&opened, &to(&captured, Origin::Manual), None);
        paste(&repo, &plan.unwrap());
        assert_eq!(repo.read("d/e/f.w"), b"1\r\n2\r\n");
        assert_eq!(repo.read("new/n.w"), b"1\r\n");
    };
    let text = "*.w text\n";
    check(&|_| {});
    check(&|repo| repo.write("d/.gitattributes", text));
    check(&|repo| repo.write("d/e/.gitattributes", text));
    check(&|repo| repo.write(".git/info/attributes", text));
    check(&|repo| {
        repo.write(".git/info/exclude", ".gitattributes\n");
        repo.write("d/.gitattributes", text);
    });
    check(&|repo| {
        repo.write("../attributes", text);
        let file = repo.top().join("../attributes");
        repo.git(&["config", "core.attributesFile", file.to_str().unwrap()]);
    });
    check(&|repo| {
        repo.git(&["config", "core.autocrlf", "input"]);
    });
}

/// What Git has checked out with attributes or settings that are gone counts as it lies there, also
/// where Git does not look again.
#[test]
fn bytes_of_clean_files_outlive_what_made_them() {
    let check = |attributes: &str, settings: &[&str], text: &[u8]| {
        let repo = TestRepo::new();
        repo.write("d/f.w", text);
        repo.write("other", "x\n");
        repo.commit_all();
        repo.write(".git/info/attributes", attributes);
        if let [key, value] = settings {
            repo.git(&["config", key, value]);
        }
        check_out_fresh(&repo);
        // Else they are as young as the index, and read for that alone.
        for name in ["d/f.w", "other"] {
            let file = std::fs::File::options().append(true).open(repo.path(name));
            file.unwrap().set_modified(std::time::UNIX_EPOCH).unwrap();
        }
        repo.git(&["update-index", "--refresh"]);
        let want = tree_of(&repo);
        assert_ne!(repo.read("d/f.w"), text, "{attributes:?} {settings:?}");
        std::fs::remove_file(repo.path(".git/info/attributes")).unwrap();
        if let [key, _] = settings {
            repo.git(&["config", "--unset", key]);
        }
        assert_eq!(repo.answer(&["status", "--porcelain"]), "");
        let plans = repo.path(".git/plan");
        std::fs::create_dir_all(plans).unwrap();
        take(&repo);
        // What was learnt then is not all there is to know now.
        repo.write("new", "staged\n");
        repo.git(&["add", "new"]);
        let captured = take(&repo);
        repo.write("d/f.w", "other\n");
        let plan = plan_rewind(
            &Repo::at(&repo.top()).unwrap(),
            &to(&captured, Origin::Manual),
            None,
        );
        paste(&repo, &plan.unwrap());
        std::fs::remove_file(repo.path("new")).unwrap();
        assert_eq!(tree_of(&repo), want, "{attributes:?} {settings:?}");
    };
    check("*.w text eol=crlf\n", &[], b"1\n2\n");
    check("*.w ident\n", &[], b"$Id$\n");
    check("*.w working-tree-encoding=UTF-16\n", &[], b"1\n");
    check("", &["core.autocrlf", "true"], b"1\n2\n");
    check("* text=auto\n", &["core.eol", "crlf"], b"1\n2\n");
}

#[test]
fn attributes_that_changed_meanwhile_change_no_bytes() {
    let check = |before: &str, after: &str| {
        let repo = TestRepo::new();
        let texts = [("a.w", "1\n2\n"), ("b.w", "1\r\n2\r\n"), ("c", "$Id$\n")];
        repo.write(".gitattributes", before);
        texts.iter().for_each(|(name, text)| repo.write(name, text));
        repo.commit_all();
        check_out_fresh(&repo);
        let want = tree_of(&repo);
        let captured = take(&repo);
        repo.write(".gitattributes", after);
        repo.commit_all();
        check_out_fresh(&repo);
        let plan = plan_rewind(
            &Repo::at(&repo.top()).unwrap(),
            &to(&captured, Origin::Manual),
            None,
        );
        paste(&repo, &plan.unwrap());
        assert_eq!(tree_of(&repo), want, "{before} {after}");
    };
    let attributes = [
        "",
        "* text=auto eol=crlf\n",
        "* -text\n",
        "*.w text\nc ident\n",
    ];
    for before in attributes {
        for after in attributes {
            check(before, after);
        }
    }
}

#[test]
fn a_commit_is_as_git_checks_it_out() {
    let check = |attributes: &str, meanwhile: &str| {
        let repo = TestRepo::new();
        repo.write(".gitattributes", attributes);
        repo.write("f.w", "1\n2\n");
        let target = repo.commit_all();
        check_out_fresh(&repo);
        let want = tree_of(&repo);
        repo.write(".gitattributes", "* -text\n");
        repo.write("f.w", meanwhile);
        repo.commit_all();
        check_out_fresh(&repo);
        repo.write(".gitattributes", attributes);
        let opened = Repo::at(&repo.top()).unwrap();
        let captured = of_commit(&opened, target.parse().unwrap()).unwrap();
        let plan = plan_rewind(&opened, &to(&captured, Origin::Commit), None).unwrap();
        paste(&repo, &plan);
        assert_eq!(tree_of(&repo), want, "{attributes:?} {meanwhile:?}");
        assert_eq!(repo.answer(&["diff", "--name-only"]), "");
    };
    for attributes in ["*.w eol=crlf\n", "* text=auto eol=crlf\n", "* -text\n"] {
        for meanwhile in ["1\n2\n", "1\r\n2\n", "1\r\n2\r\n"] {
            check(attributes, meanwhile);
        }
    }
}

#[test]
fn a_commit_leaves_untracked_files_alone_unless_they_collide() {
    let repo = TestRepo::new();
    repo.write("old", "1\n");
    repo.write("dir/in", "1\n");
    let target = repo.commit_all();
    repo.git(&["rm", "-rq", "old", "dir"]);
    repo.commit_all();
    for name in ["old", "dir", "free", "deep/free"] {
        repo.write(name, "mine\n");
    }
    let opened = Repo::at(&repo.top()).unwrap();
    let captured = of_commit(&opened, target.parse().unwrap()).unwrap();
    let plan = plan_rewind(&opened, &to(&captured, Origin::Commit), None).unwrap();
    let shown: Vec<String> = plan
        .changes
        .iter()
        .map(|file| format!("{} {}", file.change, file.path))
        .collect();
    assert_eq!(shown, ["deleted dir", "added dir/in", "modified old"]);
    paste(&repo, &plan);
    assert_eq!(repo.read("old"), b"1\n");
    assert_eq!(repo.read("dir/in"), b"1\n");
    assert_eq!(repo.read("deep/free"), b"mine\n");
    assert_eq!(
        repo.answer(&["status", "--porcelain"]),
        "A  dir/in\nA  old\n?? deep/\n?? free"
    );
}

#[test]
fn conflicts_come_back_and_the_merge_goes_on() {
    let (repo, _) = seeded(3);
    conflict(&repo);
    let (index, status) = (
        repo.git(&["ls-files", "-s", "-z"]),
        repo.git(&["status", "--porcelain=v2"]),
    );
    assert!(!repo.git(&["ls-files", "-u"]).is_empty());
    let captured = take(&repo);
    repo.write("clash", "resolved\n");
    repo.git(&["add", "-A"]);
    let plan = plan_rewind(
        &Repo::at(&repo.top()).unwrap(),
        &to(&captured, Origin::Manual),
        None,
    )
    .unwrap();
    paste(&repo, &plan);
    assert_eq!(repo.git(&["ls-files", "-s", "-z"]), index);
    assert_eq!(repo.git(&["status", "--porcelain=v2"]), status);
    repo.git(&["rev-parse", "--verify", "-q", "MERGE_HEAD"]);
}
