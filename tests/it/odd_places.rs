//! Repositories without a work tree or without a commit, and commands that do not run at the top.

use crate::support::TestRepo;
use crate::support::verbs::{CHANGING, SPEC, project};

const NO_WORK_TREE: &str = "this operation must be run in a work tree";

/// A bare clone of a project, with a plan of its own.
fn bare() -> TestRepo {
    let mut repo = project();
    repo.git(["clone", "-q", "--bare", ".", "../bare.git"]).ok();
    repo.env("GIT_DIR", repo.world().join("bare.git").to_str().unwrap());
    for words in [
        "init --name Plan",
        "add-task --title Task --spec spec.yaml",
        "add-job 1 --description Job",
    ] {
        repo.plan_in(
            repo.world(),
            words.replace("spec.yaml", "repo/spec.yaml").split(' '),
        )
        .ok();
    }
    repo
}

#[test]
fn a_bare_repository_has_plans_too() {
    let repo = bare();
    let run = |words: &str| repo.plan_in(repo.world(), words.split(' '));
    for words in [
        "list",
        "show 1",
        "status",
        "log",
        "spec show 1 1",
        "show-diff 1 1",
        "rewind 1 1",
        "verify --staged",
        "verify --at HEAD",
        "find function --at HEAD",
    ] {
        let answer = run(words).ok();
        assert_eq!(answer.stderr, "", "{words}");
    }
    run("verify --all --at HEAD")
        .exits(1)
        .says("a.py:2:5: `legacy`");
    run("verify --spec repo/spec.yaml --at main")
        .exits(1)
        .says("a.py:2:5: `legacy`");
    for words in [
        "verify",
        "verify --all",
        "verify --spec repo/spec.yaml",
        "verify-task 1 1",
        "verify-task 1 1 --no-update",
        "spec check repo/spec.yaml",
        "find function",
        "update-task 1 1 --status completed",
    ] {
        run(words)
            .fails(128, NO_WORK_TREE)
            .warns("hint: 'git plan verify --at REV' judges a commit without one");
    }
    for words in ["checkpoint 1 1", "checkpoint", "archive 1 --yes"] {
        run(words)
            .exits(128)
            .warns(&format!("error: {NO_WORK_TREE}"));
    }
    run("show 1")
        .ok()
        .says("Status: active")
        .says("[ ] Task 1: Task");
    for words in CHANGING {
        let needs_files = [
            "set-spec",
            "--spec",
            "verify-task",
            "checkpoint",
            "archive",
            "completed",
        ];
        if !needs_files.iter().any(|word| words.contains(word)) && !words.starts_with("remove") {
            run(words).ok();
        }
    }
    run("set-spec 1 1 repo/spec.yaml").ok();
    run("remove-task 1 1").ok();
}

#[test]
fn before_the_first_commit() {
    let repo = TestRepo::new();
    repo.write("spec.yaml", SPEC);
    repo.write("a.py", "legacy()\n");
    let remote = repo.with_remote();
    repo.plan_words("init --name Plan")
        .ok()
        .says("Created plan 1: Plan");
    repo.plan_words("install").ok();
    repo.plan_words("add-task --title Task --spec spec.yaml")
        .ok();
    repo.plan_words("start 1").ok();
    repo.plan_words("status").ok().says("Active task: 1.1");
    repo.plan_words("verify-task")
        .exits(1)
        .says("Task 1 INCOMPLETE (1 violation)");
    repo.plan_words("checkpoint").ok().says("Files affected: 2");
    repo.plan_words("rewind")
        .ok()
        .says("[1] verify-task-1-failed")
        .says("Git ref: none (main)");
    repo.plan_words("verify --at HEAD")
        .fails(128, "bad revision 'HEAD'");
    repo.git(["push", "-q", "origin", "main"]).exits(1);

    repo.write("a.py", "modern()\n");
    repo.write("b/c.py", "");
    repo.git(["add", "b"]).ok();
    repo.plan_words("verify-task")
        .ok()
        .says("Task 1 VERIFIED (0 violations)");
    let script = repo.plan_words("rewind --to 1 --format json").ok().json();
    repo.follow(repo.root(), &script);
    assert_eq!(repo.read("a.py"), b"legacy()\n");
    assert!(!repo.path("b/c.py").exists());
    assert_eq!(repo.git(["ls-files"]).ok().stdout, "");
    repo.plan_words("rewind").ok().says("before-rewind");

    repo.write("a.py", "modern()\n");
    repo.commit("first")
        .warns("git-plan: task 1.1 · checkpoint 4 · ");
    repo.plan_words("rewind").ok().says("[4] commit-");
    repo.git(["push", "-q", "origin", "main"]).ok();
    assert_eq!(
        repo.git_in(&remote, ["rev-parse", "main"]).ok().line(),
        repo.rev("HEAD")
    );
}

#[test]
fn below_the_top() {
    let repo = project();
    repo.write("sub/deep/inner.yaml", SPEC.replace("no-legacy", "inner"));
    repo.write("sub/a.py", "legacy()\n");
    let deep = repo.path("sub/deep");
    let run = |words: &str| repo.plan_in(&deep, words.split(' '));
    run("add-task --title Inner --spec inner.yaml")
        .ok()
        .says("Verification spec: inner.yaml");
    run("set-spec 2 ../../spec.yaml").ok();
    run("set-spec 2 inner.yaml").ok();
    run("spec check inner.yaml")
        .ok()
        .says("inner: 2 violations");
    run("spec check spec.yaml").fails(128, "cannot read spec.yaml");
    run("verify --spec inner.yaml")
        .exits(1)
        .says("sub/a.py:1:1")
        .says("  a.py:2:5");
    run("start 2").ok();
    run("verify-task --output out.json")
        .exits(1)
        .says("sub/a.py:1:1");
    assert!(repo.path("sub/deep/out.json").exists());
    run("checkpoint").ok();
    run("show-diff --sequence 2")
        .ok()
        .says("+++ b/sub/deep/out.json");
    run("show-diff --sequence 2 --file sub/deep/out.json").ok();
    run("find function keep").ok().says("a.py:1: keep");

    // `git -C` and aliases, which Git runs from elsewhere.
    let elsewhere = |words: &[&str]| repo.git_in(repo.world(), words);
    elsewhere(&["-C", "repo/sub/deep", "plan", "spec", "check", "inner.yaml"]).ok();
    elsewhere(&["-C", "repo", "-C", "sub", "plan", "list"])
        .ok()
        .says("Plan");
    repo.git_in(&deep, ["rewind", "--to", "2"])
        .ok()
        .says("[2] edit_2");
    repo.git_in(&deep, ["checkpoint", "--name", "alias"]).ok();
    repo.git(["config", "alias.chk", "!git plan spec check"])
        .ok();
    repo.git_in(&deep, ["chk", "inner.yaml"])
        .ok()
        .says("inner: 2 violations");
    repo.git_in(&repo.path(".git"), ["plan", "list"])
        .ok()
        .says("Plan");
    repo.git_in(&repo.path(".git"), ["plan", "checkpoint"])
        .fails(128, NO_WORK_TREE);
}

#[test]
fn a_repository_beside_its_work_tree() {
    let mut repo = TestRepo::without_git();
    let world = repo.world().to_owned();
    repo.env("GIT_DIR", world.join("dotfiles.git").to_str().unwrap());
    repo.env("GIT_WORK_TREE", repo.root().to_owned().to_str().unwrap());
    repo.git(["init", "-q", "-b", "main"]).ok();
    repo.git(["config", "user.name", "Tester"]).ok();
    repo.git(["config", "user.email", "tester@example.com"])
        .ok();
    repo.write("config/spec.yaml", SPEC);
    repo.write("config/a.py", "legacy()\n");
    repo.commit("base");
    let sub = repo.path("config");
    let run = |words: &str| repo.plan_in(&sub, words.split(' '));
    run("init --name Dots").ok();
    run("install").ok();
    assert!(world.join("dotfiles.git/plan/planning.db").exists());
    assert!(!repo.path(".git").exists() && !repo.path("config/.git").exists());
    run("add-task --title Task --spec spec.yaml").ok();
    run("start 1").ok();
    run("verify-task").exits(1).says("config/a.py:1:1");
    repo.write("config/a.py", "modern()\n");
    let committed = repo.git_in(&sub, ["commit", "-qam", "done"]).ok();
    assert!(
        committed
            .stderr
            .contains("checkpoint 2 · no violations left"),
        "{}",
        committed.stderr
    );
    repo.write("config/new.py", "");
    run("verify-task --checkpoint").ok();
    // From outside the work tree the same plan is read.
    repo.plan_in(&world, ["show", "1"])
        .ok()
        .says("[X] Task 1: Task (audit: pass)");
    repo.plan_in(&world, ["verify"]).ok().says("met");
    let script = run("rewind --to 1 --format json").ok().json();
    repo.follow(repo.root(), &script);
    assert_eq!(repo.read("config/a.py"), b"legacy()\n");
    assert!(!repo.path("config/new.py").exists());
}

#[cfg(target_os = "linux")]
#[test]
fn a_folder_whose_name_is_no_text() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    let mut repo = TestRepo::without_git();
    let folder = repo
        .world()
        .join(OsStr::from_bytes(b"odd \xff\n'\"$x \x1b[31m"));
    let linked = repo.world().join(OsStr::from_bytes(b"linked \xfe\n"));
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("spec.yaml"), SPEC).unwrap();
    std::fs::write(folder.join("a.py"), "legacy()\n").unwrap();
    for name in ["GIT_AUTHOR", "GIT_COMMITTER"] {
        repo.env(&format!("{name}_NAME"), "Tester");
        repo.env(&format!("{name}_EMAIL"), "tester@example.com");
    }
    let git = |words: &[&str]| repo.git_in(&folder, words).ok();
    let run = |words: &str| repo.plan_in(&folder, words.split(' ')).ok();
    git(&["init", "-q", "-b", "main"]);
    run("init --name P").warns("odd \\xff\\n'\"$x \\u{1b}[31m/.git/plan/planning.db");
    run("install");
    let hooks = run("install --dry-run --format json").json();
    assert_eq!(hooks["hooks"][0]["action"], "unchanged");
    run("add-task --title T --spec spec.yaml");
    run("start 1");
    git(&["add", "-A"]);
    git(&["commit", "-qm", "c"]).warns("git-plan: task 1.1 · checkpoint 1");
    std::fs::write(folder.join("a.py"), "modern()\n").unwrap();
    run("verify-task").says("VERIFIED");
    let script = run("rewind --to 1 --format json").json();
    repo.follow(&folder, &script);
    assert_eq!(std::fs::read(folder.join("a.py")).unwrap(), b"legacy()\n");

    let words = ["worktree", "add", "-q", "-b", "other"].map(OsStr::new);
    repo.git_in(&folder, words.into_iter().chain([linked.as_os_str()]))
        .ok();
    repo.plan_in(&linked, ["start", "1"]).ok();
    repo.git_in(&linked, ["commit", "-q", "--allow-empty", "-m", "l"])
        .ok()
        .warns("git-plan: task 1.1 · checkpoint 3");
    for words in [
        "status",
        "log",
        "status --format json",
        "log --format json",
        "rewind --format json",
    ] {
        repo.plan_in(&linked, words.split(' ')).ok();
    }
}

#[test]
fn a_rewind_saves_the_state_first_though_no_plan_can_be_told() {
    let repo = project();
    repo.plan_words("init --name Second").ok();
    repo.plan_words("init --name Third").ok();
    repo.plan_words("archive 1 --yes").ok();
    repo.write("a.py", "changed\n");
    let script = repo
        .plan_words("rewind 1 1 --to 1 --format json")
        .ok()
        .json();
    let said = repo.follow(repo.root(), &script);
    assert_eq!(repo.read("a.py"), b"def keep():\n    legacy()\n");
    let hint = said.stderr.split_once("the state is kept as ").unwrap().1;
    let id = hint.split(',').next().unwrap();
    assert_eq!(
        repo.git(["show", &format!("{id}:a.py")]).ok().stdout,
        "changed\n"
    );
    repo.git(["fsck", "--strict"]).ok();
    repo.plan_words("list").ok();
}

#[test]
fn a_path_that_is_too_long_for_a_database_is_said_to_be() {
    let repo = TestRepo::without_git();
    let deep = format!("{0}/{0}/{0}", "d".repeat(200));
    std::fs::create_dir_all(repo.path(&deep)).unwrap();
    let deep = repo.path(&deep);
    repo.git_in(&deep, ["init", "-q"]).ok();
    repo.plan_in(&deep, ["init", "--name", "P"])
        .exits(128)
        .warns(" bytes, and SQLite takes at most 504");
    repo.plan_in(&deep, ["install"]).ok();
    repo.plan_in(&deep, ["uninstall"]).ok();
}
