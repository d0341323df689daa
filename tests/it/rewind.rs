//! Going back: printed, pasted, applied, undone, killed in the middle, and refused.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::support::TestRepo;

/// A repository with a task whose checkpoint 1, `good`, holds staged, unstaged and untracked work.
fn project() -> TestRepo {
    let repo = TestRepo::new();
    repo.write(".gitignore", "*.log\n");
    repo.write("kept", "1\n");
    repo.write("dir/a", "1\n");
    repo.write("gone", "1\n");
    repo.commit("base");
    repo.plan(["init", "--name", "P"]).ok();
    repo.plan(["add-task", "--title", "T"]).ok();
    repo.plan(["start", "1"]).ok();
    repo.write("kept", "staged\n");
    repo.git(["add", "kept"]).ok();
    repo.write("kept", "staged and more\n");
    repo.write("new file", "untracked\n");
    repo.plan(["checkpoint", "--name", "good"]).ok();
    repo
}

/// Makes a mess of everything.
fn ruin(repo: &TestRepo) {
    repo.git(["rm", "-q", "-f", "--cached", "kept"]).ok();
    repo.write("kept", "ruined\n");
    std::fs::remove_file(repo.path("new file")).unwrap();
    std::fs::remove_file(repo.path("gone")).unwrap();
    repo.write("dir/b", "mess\n");
    repo.git(["add", "dir/b"]).ok();
    repo.write("mine.log", "ignored\n");
}

type State = (BTreeMap<String, (u32, Vec<u8>)>, String, String, String);

/// Every file with its mode and bytes, the index, the status and HEAD.
fn state(repo: &TestRepo) -> State {
    fn walk(top: &Path, folder: &Path, files: &mut BTreeMap<String, (u32, Vec<u8>)>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(top).unwrap().to_str().unwrap().to_owned();
            if path.is_dir() {
                if name != ".git" {
                    walk(top, &path, files);
                }
                continue;
            }
            let mode = path.metadata().unwrap().permissions().mode() & 0o111;
            files.insert(name, (mode, std::fs::read(&path).unwrap()));
        }
    }
    let mut files = BTreeMap::new();
    walk(repo.root(), repo.root(), &mut files);
    files.remove("mine.log");
    (
        files,
        repo.git(["ls-files", "-s"]).ok().stdout,
        repo.git(["status", "--porcelain=v2"]).ok().stdout,
        std::fs::read_to_string(repo.path(".git/HEAD")).unwrap(),
    )
}

#[test]
fn printing_changes_nothing_and_pasting_what_is_printed_goes_back() {
    let repo = project();
    let good = state(&repo);
    ruin(&repo);
    let bad = state(&repo);
    repo.plan(["rewind", "--to", "1"])
        .ok()
        .says("Going back would change:")
        .says("git read-tree")
        .says("--apply");
    let json = repo
        .plan(["rewind", "--to", "1", "--format", "json"])
        .ok()
        .json();
    assert_eq!(state(&repo), bad);
    assert_eq!(
        (&json["version"], &json["applied"]),
        (&1.into(), &false.into())
    );
    let lines = json["commands"].as_array().unwrap().iter();
    let script: Vec<&str> = lines.map(|line| line.as_str().unwrap()).collect();
    assert!(!script.iter().any(|line| line.contains("git clean")));
    repo.sh(&format!("set -e\n{}\n", script.join("\n"))).ok();
    assert_eq!(state(&repo), good);
    assert_eq!(repo.read("mine.log"), b"ignored\n");
    repo.plan(["rewind"]).ok().says("[2] before-rewind");
}

#[test]
fn what_is_printed_lists_the_state_before_where_the_rewind_began() {
    let repo = project();
    repo.plan_words("checkpoint 1 --no-task").ok();
    repo.plan_words("stop").ok();
    repo.plan_words("init --name Another").ok();
    for (owner, saved) in [("1 1", 2), ("1 --no-task", 2)] {
        ruin(&repo);
        let words = format!("rewind {owner} --to 1 --format json");
        let answer = repo.plan_words(&words).ok().json();
        let said = repo.follow(repo.root(), &answer);
        assert_eq!(said.stderr, "", "{owner}");
        let listed = format!("[{saved}] before-rewind");
        repo.plan_words(&format!("rewind {owner}"))
            .ok()
            .says(&listed);
    }
}

#[test]
fn an_index_alone_that_differs_is_gone_back_to() {
    let repo = project();
    let good = state(&repo);
    repo.git(["reset", "-q"]).ok();
    assert_ne!(state(&repo), good);
    repo.plan(["rewind", "--to", "1"])
        .ok()
        .says("The work tree already holds this state")
        .says("git read-tree");
    let answer = repo.plan_words("rewind --to 1 --format json").ok().json();
    repo.follow(repo.root(), &answer);
    assert_eq!(state(&repo), good);
}

#[test]
fn rewind_apply_goes_back_and_can_itself_be_undone() {
    let repo = project();
    let good = state(&repo);
    ruin(&repo);
    let bad = state(&repo);
    repo.plan(["rewind", "--to", "1", "--apply", "--dry-run"])
        .ok()
        .says("Nothing has been executed");
    assert_eq!(state(&repo), bad);
    repo.plan(["rewind", "--checkpoint", "good", "--apply"])
        .ok()
        .says("Went back")
        .says("kept as checkpoint 2");
    assert_eq!(state(&repo), good);
    assert_eq!(repo.read("mine.log"), b"ignored\n");
    repo.plan(["rewind"]).ok().says("[2] before-rewind");
    let undone = repo
        .plan(["rewind", "--undo", "--format", "json"])
        .ok()
        .json();
    assert_eq!(
        (&undone["applied"], &undone["saved_sequence"]),
        (&true.into(), &3.into())
    );
    assert_eq!(state(&repo), bad);
    repo.plan(["rewind", "--undo"]).ok();
    assert_eq!(state(&repo), good);
    repo.plan(["log"])
        .ok()
        .says("rewind.begun")
        .says("rewind.applied")
        .says("rewind.undone");
    repo.git(["fsck", "--strict"]).ok();
}

#[test]
fn a_branch_is_made_where_the_checkpoint_was_and_undo_returns_from_it() {
    let repo = project();
    let good = state(&repo);
    let base = repo.rev("HEAD");
    repo.commit("further");
    let bad = state(&repo);
    repo.plan(["rewind", "--to", "1", "--apply", "--branch", "main"])
        .exits(128)
        .warns("already exists");
    repo.plan(["rewind", "--to", "1", "--apply", "--branch", "a..b"])
        .exits(128)
        .warns("not a valid branch name");
    assert_eq!(state(&repo), bad);
    repo.plan(["rewind", "--to", "1", "--apply", "--branch", "rescue"])
        .ok();
    let now = state(&repo);
    assert_eq!((&now.0, &now.1, &now.2), (&good.0, &good.1, &good.2));
    assert_eq!(now.3, "ref: refs/heads/rescue\n");
    assert_eq!(repo.rev("rescue"), base);
    assert_eq!(repo.rev("main~1"), base);
    repo.plan(["rewind", "--undo"]).ok();
    assert_eq!(state(&repo), bad);
    repo.plan(["rewind", "--undo"]).ok();
    assert_eq!(state(&repo), now);
}

#[test]
fn without_branch_head_stays_even_when_going_to_a_commit() {
    let repo = project();
    repo.commit("one");
    repo.write("kept", "2\n");
    repo.commit("two");
    let head = repo.rev("HEAD");
    repo.write("untracked", "mine\n");
    repo.plan(["rewind"]).ok().says("[2] commit-");
    repo.plan(["rewind", "--to", "2", "--apply"]).ok();
    assert_eq!(repo.rev("HEAD"), head);
    assert_eq!(repo.read("kept"), b"staged and more\n");
    assert_eq!(repo.read("untracked"), b"mine\n");
    repo.plan(["rewind", "--undo"]).ok();
    assert_eq!(repo.read("kept"), b"2\n");
    assert_eq!(
        repo.git(["status", "--porcelain"]).ok().stdout,
        "?? untracked\n"
    );
}

#[test]
fn only_the_paths_named_go_back() {
    let repo = project();
    ruin(&repo);
    let bad = state(&repo);
    repo.plan(["rewind", "--to", "1", "--apply", "--path", "../x"])
        .exits(129)
        .warns("outside the work tree");
    for act in [&["--apply"][..], &[]] {
        repo.plan(["rewind", "--to", "1", "--path", "gon"].iter().chain(act))
            .fails(128, "'gon' is neither in checkpoint 1 nor in the work tree");
    }
    assert_eq!(state(&repo), bad);
    let folder = repo.path("dir");
    repo.git_in(
        &folder,
        [
            "plan", "rewind", "--to", "1", "--apply", "--path", "b", "../gone",
        ],
    )
    .ok();
    assert!(!repo.path("dir/b").exists());
    assert_eq!(repo.read("gone"), b"1\n");
    assert_eq!(repo.read("kept"), b"ruined\n");
    assert!(!repo.path("new file").exists());
    repo.plan(["rewind", "--undo"]).ok();
    assert_eq!(state(&repo), bad);
}

#[test]
fn refused_in_the_middle_of_a_merge_and_in_a_bare_repository() {
    let repo = project();
    repo.commit("ours");
    repo.git(["switch", "-q", "-c", "side", "HEAD~1"]).ok();
    repo.write("kept", "theirs\n");
    repo.commit("theirs");
    repo.git(["merge", "main"]).exits(1);
    let before = state(&repo);
    repo.plan(["rewind", "--to", "1", "--apply"])
        .exits(128)
        .warns("a merge is under way")
        .warns("hint:");
    assert_eq!(state(&repo), before);
    repo.plan(["rewind", "--to", "1"])
        .ok()
        .says("git read-tree");
    repo.plan(["rewind"]).ok().never_says("before-rewind");
    repo.git(["merge", "--abort"]).ok();
    repo.write(".git/index.lock", "");
    repo.plan(["rewind", "--to", "1", "--apply"])
        .exits(128)
        .warns("the index is locked");
    std::fs::remove_file(repo.path(".git/index.lock")).unwrap();
    repo.git(["config", "core.bare", "true"]).ok();
    repo.plan(["rewind", "--to", "1", "--apply"])
        .exits(128)
        .warns("work tree");
}

#[test]
fn an_ignored_file_in_the_way_is_named_and_nothing_is_done() {
    let repo = project();
    repo.write("data.log", "forced\n");
    repo.git(["add", "-f", "data.log"]).ok();
    repo.plan(["checkpoint"]).ok();
    repo.git(["rm", "-q", "--cached", "data.log"]).ok();
    repo.write("data.log", "precious\n");
    let before = state(&repo);
    repo.plan(["rewind", "--to", "2", "--apply"])
        .exits(1)
        .warns("data.log")
        .warns("in the way");
    assert_eq!(state(&repo), before);
    repo.plan(["rewind"]).ok().never_says("before-rewind");
}

fn executable(repo: &TestRepo, path: &str) {
    let mode = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(repo.path(path), mode).unwrap();
}

/// Lets a content filter kill git-plan, and the git that runs it, in the middle of a step.
fn die_in_the_middle(repo: &TestRepo) {
    repo.write(
        ".git/die",
        "#!/bin/sh\n[ -e .git/index.lock ] || exec cat\nset -- $(ps -o ppid= -p $PPID)\nwhile :; do\n  \
         case $(ps -o comm= -p \"$1\") in git-plan) break;; esac\n  \
         set -- $(ps -o ppid= -p \"$1\"); [ \"$1\" -gt 1 ] || break\ndone\n\
         kill -9 \"$1\"\nkill -9 $PPID\n",
    );
    executable(repo, ".git/die");
    repo.write(".git/info/attributes", "kept filter=die\n");
    repo.git(["config", "filter.die.smudge", ".git/die"]).ok();
}

#[test]
fn a_rewind_killed_in_the_middle_goes_on_or_back() {
    for word in ["--continue", "--undo"] {
        let repo = project();
        let good = state(&repo);
        ruin(&repo);
        let bad = state(&repo);
        die_in_the_middle(&repo);
        let killed = repo.plan(["rewind", "--to", "1", "--apply"]);
        assert_ne!(killed.status, 0);
        repo.git(["config", "--unset", "filter.die.smudge"]).ok();
        assert_ne!(state(&repo), good);
        repo.plan(["list"])
            .ok()
            .warns("a rewind of this work tree is unfinished")
            .warns("--continue");
        repo.plan(["doctor"])
            .exits(1)
            .says("error    rewind: a rewind of the main work tree is unfinished")
            .says("there, 'git plan rewind --continue' finishes it");
        repo.plan(["rewind", "--to", "1", "--apply"]).exits(128);
        // What the killed git left: nobody can tell whether it still runs, so nothing removes it.
        if repo.path(".git/index.lock").exists() {
            repo.plan(["rewind", word]).exits(128).warns("locked");
            std::fs::remove_file(repo.path(".git/index.lock")).unwrap();
        }
        repo.plan(["rewind", word]).ok();
        let want = if word == "--undo" { &bad } else { &good };
        assert_eq!(&state(&repo), want, "{word}");
        assert_eq!(repo.read("mine.log"), b"ignored\n");
        repo.plan(["list"]).ok().never_says("unfinished");
        let examined = repo.plan(["doctor"]);
        assert!(examined.stdout.contains("rewind: none is unfinished"));
        repo.plan(["rewind", "--continue"])
            .exits(128)
            .warns("no unfinished rewind");
        if word == "--continue" {
            repo.plan(["rewind", "--undo"]).ok();
            assert_eq!(state(&repo), bad);
        } else {
            repo.plan(["rewind", "--undo"])
                .exits(128)
                .warns("no rewind was applied");
        }
        repo.git(["fsck", "--strict"]).ok();
    }
}

#[test]
fn a_step_that_fails_takes_the_others_back() {
    let repo = project();
    ruin(&repo);
    let bad = state(&repo);
    // Only the file as the checkpoint has it cannot be written.
    repo.write(
        ".git/filter",
        "#!/bin/sh\ntext=$(cat; echo .)\ncase $text in staged*) [ ! -e .git/index.lock ] || exit 1;; esac\n\
         printf %s \"${text%.}\"\n",
    );
    executable(&repo, ".git/filter");
    repo.write(".git/info/attributes", "kept filter=broken\n");
    for (key, value) in [
        ("smudge", ".git/filter"),
        ("clean", "cat"),
        ("required", "true"),
    ] {
        repo.git(["config", &format!("filter.broken.{key}"), value])
            .ok();
    }
    repo.plan(["rewind", "--to", "1", "--apply"])
        .exits(128)
        .warns("nothing was rewound");
    assert_eq!(state(&repo), bad);
    repo.plan(["list"]).ok().never_says("unfinished");
    repo.plan(["rewind", "--undo"])
        .exits(128)
        .warns("no rewind was applied");
}

#[test]
fn wrong_questions_are_usage_errors() {
    let repo = project();
    repo.plan(["rewind", "--apply"]).exits(129);
    repo.plan(["rewind", "--undo", "--to", "1"]).exits(129);
    repo.plan(["rewind", "--to", "9", "--apply"])
        .exits(128)
        .warns("Checkpoint 9 not found");
    repo.plan(["rewind", "--undo"]).exits(128);
}
