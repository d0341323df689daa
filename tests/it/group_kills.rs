//! `kill -9` of everything that was started, while `git` holds a lock for us: it lets go of the
//! lock by itself, and nothing is left to repair.

#![cfg(unix)]

use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::support::TestRepo;

/// What a wrapper of `git` does with the call it is waiting for, `$GIT` being the real one.
///
/// A reference transaction calls our hook while it holds its locks.
const IN_TRANSACTION: &str = r#"for word; do
    shift
    [ "$word" != core.hooksPath=/dev/null ] || word=core.hooksPath=${0%/*}/hooks
    set -- "$@" "$word"
done
exec "$GIT" "$@""#;

/// An index is locked before what it is to hold is read.
const BEFORE_INPUT: &str = r#"(sleep 0.2; : >"${0%/*}/inside"; sleep 0.2; cat) | "$GIT" "$@""#;

/// Runs a command whose first `git <verb>` takes its time inside, and kills its process group then.
fn killed_inside(repo: &TestRepo, verb: &str, slowly: &str, words: &str) {
    let folder = repo.world().join("slow");
    let inside = folder.join("inside");
    let real = repo.sh("command -v git").ok();
    let write = |name: &str, text: String| {
        let file = folder.join(name);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, text).unwrap();
        repo.run_in(&folder, "chmod", ["+x".as_ref(), file.as_os_str()], b"")
            .ok();
    };
    let hook = format!(
        "#!/bin/sh\n[ $1 = prepared ] || exit 0\n: >'{}'\nsleep 0.3\n",
        inside.display()
    );
    write("hooks/reference-transaction", hook);
    let wrapper = format!(
        "#!/bin/sh\nGIT='{}'\ncase \" $* \" in *' {verb} '*) ;; *) exec \"$GIT\" \"$@\" ;; esac\n{slowly}\n",
        real.line()
    );
    write("git", wrapper);
    let mut command = repo.command(repo.root(), "git-plan");
    let path = command
        .get_envs()
        .find_map(|(name, value)| (name == "PATH").then_some(value?))
        .unwrap()
        .to_owned();
    let slow =
        std::env::join_paths(std::iter::once(folder.clone()).chain(std::env::split_paths(&path)));
    let mut child = command
        .args(words.split(' '))
        .env("PATH", slow.unwrap())
        .process_group(0)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    wait("it gets there", || inside.exists());
    let group = format!("-{}", child.id());
    repo.run_in(repo.world(), "kill", ["-KILL", "--", &group], b"")
        .ok();
    assert!(!child.wait().unwrap().success(), "it ended before");
}

#[track_caller]
fn wait(what: &str, done: impl Fn() -> bool) {
    let start = Instant::now();
    while !done() {
        assert!(start.elapsed() < Duration::from_secs(20), "{what}: never");
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn is_unlocked(repo: &TestRepo) -> bool {
    let found = repo.sh("find .git -name '*.lock' ! -path '.git/plan/*'");
    found.ok().stdout.is_empty()
}

#[test]
fn refs_are_dropped_or_not_and_no_lock_stays() {
    let repo = TestRepo::installed();
    for name in ["one", "two", "three"] {
        repo.write("loose", name);
        repo.plan(["checkpoint", "--name", name]).ok();
    }
    repo.write("loose", "named");
    let script = "for n in 1 2 3 4; do echo $n >loose; git-plan checkpoint >/dev/null; done";
    repo.sh(script).ok();
    repo.git(["pack-refs", "--all"]).ok();
    killed_inside(
        &repo,
        "update-ref",
        IN_TRANSACTION,
        "prune --keep 1 --older-than 0",
    );
    wait("no lock", || is_unlocked(&repo));
    repo.plan_words("checkpoint").ok();
    let kept = repo.plan_words("rewind --format json").ok().json();
    for checkpoint in kept["checkpoints"].as_array().unwrap() {
        repo.rev(checkpoint["snapshot"].as_str().unwrap());
    }
    let held = repo.git(["for-each-ref", "refs/plan/checkpoints"]).ok();
    assert_eq!(held.stdout.lines().count(), 5, "{}", held.stdout);
}

#[test]
fn a_rewind_goes_on_without_repairs() {
    let repo = TestRepo::installed();
    repo.write("README", "ours\n");
    repo.commit("ours");
    repo.sh("git checkout -q -b theirs HEAD~ && echo theirs >README && git commit -qam theirs")
        .ok();
    repo.git(["merge", "-q", "main"]).exits(1);
    let conflict = repo.git(["ls-files", "--stage"]).ok().stdout;
    repo.plan_words("checkpoint --name conflict").ok();
    repo.git(["merge", "--abort"]).ok();
    killed_inside(
        &repo,
        "update-index -z --index-info",
        BEFORE_INPUT,
        "rewind --checkpoint conflict --apply",
    );
    wait("no lock", || is_unlocked(&repo));
    repo.plan_words("rewind --continue").ok();
    let now = repo.git(["ls-files", "--stage"]).ok().stdout;
    assert_eq!(now, conflict);
    let text = std::fs::read_to_string(Path::new(&repo.path("README"))).unwrap();
    assert!(text.contains("<<<<<<<"), "{text}");
}
