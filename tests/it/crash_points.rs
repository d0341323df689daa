//! Every operation that takes several steps, ended after each of them as by `kill -9`; the next
//! command mends what was left, and nothing is lost or doubled.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

use tempfile::TempDir;

use crate::support::TestRepo;
use crate::support::kept::Which::Current;
use crate::support::verbs::SPEC;

/// What is stored, as far as a kill may not disturb it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Kept {
    /// Owner, name, object and time of each checkpoint, sorted.
    checkpoints: Vec<(String, String, String, String)>,
    plans: Vec<(String, String)>,
}

/// Two tasks, the first active with a spec, hooks installed, and a commit of each kind of change.
fn project() -> TestRepo {
    let repo = TestRepo::installed();
    repo.write("spec.yaml", SPEC);
    repo.write("a.py", "legacy()\n");
    repo.commit("code");
    repo.plan_words("add-task --title one --spec spec.yaml")
        .ok();
    repo.plan_words("add-task --title two").ok();
    repo.plan_words("start 1").ok();
    repo
}

/// As [`project`], with as many checkpoints as may have a ref of their own, a second apart; a
/// backup of the database as it was before is in `.git/old.db`.
fn many() -> TestRepo {
    static MADE: LazyLock<TempDir> = LazyLock::new(|| {
        let repo = project();
        repo.plan(["backup", ".git/old.db"]).ok();
        let script = "for n in $(seq 30); do echo $n >a.py; \
            GIT_PLAN_CLOCK=$((1789990000 + n)) git-plan checkpoint >/dev/null || exit; done";
        repo.sh(script).ok();
        let made = tempfile::tempdir().unwrap();
        copy(repo.root(), &made.path().join("repo"));
        made
    });
    let repo = TestRepo::without_git();
    copy(&MADE.path().join("repo"), repo.root());
    repo
}

fn copy(from: &Path, to: &Path) {
    // Gone first: what the last round left must not show through.
    if to.exists() {
        std::fs::remove_dir_all(to).unwrap();
    }
    let done = Command::new("cp").arg("-a").arg(from).arg(to).status();
    assert!(done.unwrap().success());
}

fn kept(repo: &TestRepo) -> Kept {
    let database = rusqlite::Connection::open(repo.path(".git/plan/planning.db")).unwrap();
    let sound: String = database
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(sound, "ok");
    let list = |sql: &str| -> Vec<(String, String, String, String)> {
        let mut statement = database.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
        });
        rows.unwrap().map(Result::unwrap).collect()
    };
    let checkpoints = list(
        "SELECT s.plan_id || '.' || coalesce(t.task_number, ''), s.checkpoint_name, s.snapshot_oid, s.timestamp \
         FROM code_snapshots s LEFT JOIN plan_tasks t ON t.id = s.task_id ORDER BY 1, 2, 3",
    );
    let plans = list("SELECT name, status, '', '' FROM plans ORDER BY id");
    Kept {
        checkpoints,
        plans: plans
            .into_iter()
            .map(|(name, status, ..)| (name, status))
            .collect(),
    }
}

/// Checks what must hold after any kill, once a command has run since.
#[track_caller]
fn is_sound(repo: &TestRepo, what: &str) -> Kept {
    let kept = kept(repo);
    let fsck = repo.git(["fsck", "--strict", "--no-dangling"]).ok();
    assert_eq!(
        (fsck.stdout.as_str(), fsck.stderr.as_str()),
        ("", ""),
        "{what}"
    );
    // A row needs its object, also once Git has tidied up; every ref of ours is listed.
    let listed: BTreeSet<&str> = kept.checkpoints.iter().map(|row| row.2.as_str()).collect();
    let words = ["cat-file", "--batch-check"];
    let ids: Vec<&str> = listed.iter().copied().collect();
    let answer = repo.run_in(repo.root(), "git", words, ids.join("\n").as_bytes());
    assert!(
        !answer.stdout.contains("missing"),
        "{what}: {}",
        answer.stdout
    );
    let refs = repo.git([
        "for-each-ref",
        "--format=%(objectname)",
        "refs/plan/checkpoints",
    ]);
    for id in refs.ok().stdout.lines() {
        assert!(listed.contains(id), "{what}: {id} is listed nowhere");
    }
    let unique: BTreeSet<(&str, &str)> = kept
        .checkpoints
        .iter()
        .map(|(owner, _, id, _)| (owner.as_str(), id.as_str()))
        .collect();
    assert_eq!(
        unique.len(),
        kept.checkpoints.len(),
        "{what}: doubled: {kept:?}"
    );
    let spool = repo.path(".git/plan/spool");
    if spool.exists() {
        let left = std::fs::read_dir(spool).unwrap();
        let left: Vec<_> = left.map(|entry| entry.unwrap().file_name()).collect();
        let waiting = left
            .iter()
            .filter(|name| name.to_string_lossy().ends_with(".json"));
        assert_eq!(waiting.count(), 0, "{what}: {left:?}");
    }
    kept
}

/// Runs `script` from the state of `repo` once for each crash point, and hands what a following
/// `git plan status` has made of it to `check`, with the state before. Returns how many points
/// there were.
fn at_each_point(repo: &TestRepo, script: &str, mut check: impl FnMut(u32, &Kept, &Kept)) -> u32 {
    let (top, spare) = (repo.root(), repo.world().join("spare"));
    copy(top, &spare);
    let before = kept(repo);
    for point in 1..100 {
        copy(&spare, top);
        let killing = format!("export GIT_PLAN_CRASH_AT={point}\n{script}");
        let answer = repo.sh(&killing);
        let fell = answer.stderr.contains("Abort") || answer.status > 128 || answer.status == -1;
        repo.plan(["status"]).ok();
        let what = format!("killed at {point}");
        let after = is_sound(repo, &what);
        check(point, &before, &after);
        if !fell {
            repo.plan(["doctor", "--verify-log"]).ok();
            return point - 1;
        }
    }
    panic!("there is no end to it");
}

fn names(kept: &Kept, owner: &str) -> Vec<String> {
    let rows = kept.checkpoints.iter().filter(|row| row.0 == owner);
    rows.map(|row| row.1.clone()).collect()
}

fn commits(repo: &TestRepo, revisions: &str) -> BTreeSet<String> {
    let listed = repo.git(["rev-list", revisions]).ok().stdout;
    listed
        .lines()
        .map(|id| format!("commit-{}", &id[..8]))
        .collect()
}

#[test]
fn a_commit() {
    let repo = project();
    repo.write("a.py", "modern()\n");
    // Aborted hooks make Git say so; the commit stands.
    let points = at_each_point(&repo, "git commit -qam done", |point, _, after| {
        let made = commits(&repo, "HEAD~1..HEAD");
        let listed: BTreeSet<String> = names(after, "1.1").into_iter().collect();
        assert_eq!(listed, made, "killed at {point}");
    });
    assert!(points >= 4, "{points}");
}

#[test]
fn an_amend() {
    let repo = project();
    repo.commit_file("first");
    repo.plan_words("start 2").ok();
    let script = "git commit -q --amend -m again";
    let points = at_each_point(&repo, script, |point, before, after| {
        let mut all = names(before, "1.1");
        all.extend(commits(&repo, "HEAD~1..HEAD"));
        all.sort();
        assert_eq!(names(after, "1.1"), all, "killed at {point}");
        assert_eq!(names(after, "1.2"), [""; 0], "killed at {point}");
        assert_eq!(repo.kept("1 1", Current).len(), 1, "killed at {point}");
    });
    assert!(points >= 4, "{points}");
}

#[test]
fn a_rebase() {
    let repo = project();
    repo.git(["switch", "-q", "-c", "topic"]).ok();
    repo.commit_file("one");
    repo.commit_file("two");
    let ahead = repo
        .git(["commit-tree", "-p", "main", "-m", "ahead", "main^{tree}"])
        .ok();
    repo.git(["branch", "-f", "main", ahead.line()]).ok();
    let points = at_each_point(&repo, "git rebase -q main", |point, before, after| {
        let mut all = names(before, "1.1");
        all.extend(commits(&repo, "main..HEAD"));
        all.sort();
        assert_eq!(names(after, "1.1"), all, "killed at {point}");
        assert_eq!(repo.kept("1 1", Current).len(), 2, "killed at {point}");
    });
    assert!(points >= 3, "{points}");
}

#[test]
fn a_checkpoint_of_the_work_tree() {
    let repo = project();
    repo.write("a.py", "staged\n");
    repo.git(["add", "a.py"]).ok();
    repo.write("a.py", "not staged\n");
    repo.write("dir/new", "untracked\n");
    let script = "git plan checkpoint --name mine";
    let mut found = Vec::new();
    at_each_point(&repo, script, |_, _, after| {
        found.push(names(after, "1.1"));
    });
    // Not there, then there, and never twice.
    assert_eq!(found[0], [""; 0]);
    assert_eq!(found.last().unwrap(), &["mine"]);
    assert!(found.len() >= 8 && found.is_sorted(), "{found:?}");
    assert!(
        found.iter().filter(|names| !names.is_empty()).count() >= 3,
        "{found:?}"
    );
}

#[test]
fn a_failed_verification() {
    let repo = project();
    let script = "git plan verify-task 1 1";
    let points = at_each_point(&repo, script, |point, _, after| {
        assert!(
            names(after, "1.1").len() <= 1,
            "killed at {point}: {after:?}"
        );
        // Again, and all is as if it had never been killed.
        repo.plan_words("verify-task 1 1").exits(1);
        assert_eq!(
            names(&kept(&repo), "1.1"),
            ["verify-task-1-failed"],
            "killed at {point}"
        );
        let show = repo.plan_words("show 1 --tasks --format json").ok().json();
        assert_eq!(
            show["tasks"][0]["audit_status"], "fail",
            "killed at {point}"
        );
    });
    assert!(points >= 5, "{points}");
}

#[test]
fn archiving() {
    let repo = project();
    repo.write("a.py", "modern()\n");
    let points = at_each_point(&repo, "git plan archive 1 --yes", |point, _, after| {
        let is_archived = after.plans[0].1 == "archived";
        if !is_archived {
            repo.plan_words("archive 1 --yes").ok();
        }
        repo.plan_words("archive --verify 1").ok();
        let mut last = names(&kept(&repo), "1.");
        last.retain(|name| name == "final-archive");
        assert_eq!(last.len(), 1, "killed at {point}");
        let seals = repo.git(["for-each-ref", "refs/plan/archive"]).ok().stdout;
        assert_eq!(seals.lines().count(), 1, "killed at {point}: {seals}");
    });
    assert!(points >= 8, "{points}");
}

#[test]
fn pruning() {
    let repo = project();
    for text in ["1", "2", "3", "4"] {
        repo.write("a.py", text);
        repo.plan_words("checkpoint").ok();
    }
    let script = "git plan prune --keep 2";
    let mut found = Vec::new();
    at_each_point(&repo, script, |_, _, after| {
        found.push(names(after, "1.1").len())
    });
    // All there, then both gone for good.
    assert_eq!((found[0], *found.last().unwrap()), (4, 2), "{found:?}");
    assert!(found.iter().all(|count| [4, 2].contains(count)) && found.len() >= 4);
    assert!(found.is_sorted_by(|a, b| a >= b), "{found:?}");
}

#[test]
fn pruning_what_shares_a_ref() {
    let repo = many();
    repo.plan_words("add-task --title any-command").ok();
    assert_ne!(repo.git(["for-each-ref", "refs/plan/keep"]).ok().stdout, "");
    let mut found = Vec::new();
    at_each_point(&repo, "git plan prune --keep 25", |point, _, after| {
        found.push(names(after, "1.1").len());
        repo.git(["gc", "-q", "--prune=now"]).ok();
        is_sound(&repo, &format!("killed at {point}, tidied up"));
    });
    assert_eq!((found[0], *found.last().unwrap()), (30, 25), "{found:?}");
    assert!(found.is_sorted_by(|a, b| a >= b), "{found:?}");
}

#[test]
fn keeping_the_refs_few() {
    let repo = many();
    let script = "git plan add-task --title any-command";
    let points = at_each_point(&repo, script, |point, before, after| {
        assert_eq!(after.checkpoints, before.checkpoints, "killed at {point}");
        repo.git(["reflog", "expire", "--expire=now", "--all"]).ok();
        repo.git(["gc", "-q", "--prune=now"]).ok();
        is_sound(&repo, &format!("killed at {point}, tidied up"));
    });
    assert!(points >= 5, "{points}");
}

#[test]
fn catching_up() {
    let repo = project();
    // A ref without a row, a commit that is spooled, and one that no hook saw.
    repo.write("a.py", "1");
    repo.sh(
        "count() { git for-each-ref refs/plan/checkpoints | wc -l; }; before=$(count); n=1; \
        while [ $(count) = $before ]; do GIT_PLAN_CRASH_AT=$n git-plan checkpoint --name mine; \
        n=$((n + 1)); done",
    )
    .ok();
    repo.sh("GIT_PLAN_CRASH_AT=1 git commit -qam spooled").ok();
    repo.sh("echo 2 >a.py; GIT_PLAN_HOOKS=0 git commit -qam unseen")
        .ok();
    let points = at_each_point(&repo, "git plan start 2", |point, _, after| {
        let mut all = commits(&repo, "HEAD~2..HEAD");
        all.insert("mine".to_owned());
        let listed: BTreeSet<String> = names(after, "1.1").into_iter().collect();
        assert_eq!(listed, all, "killed at {point}");
    });
    assert!(points >= 4, "{points}");
}

#[test]
fn making_the_database() {
    let repo = TestRepo::new();
    repo.commit_file("base");
    let spare = repo.world().join("spare");
    copy(repo.root(), &spare);
    for point in 1.. {
        copy(&spare, repo.root());
        let answer = repo.sh(&format!("GIT_PLAN_CRASH_AT={point} git plan init --name P"));
        if answer.status == 0 {
            assert!(point >= 4, "{point}");
            break;
        }
        repo.plan_words("init --name Q").ok();
        let plans = repo.plan_words("list --format json").ok().json();
        let count = plans["plans"].as_array().unwrap().len();
        assert!((1..=2).contains(&count), "killed at {point}");
        is_sound(&repo, &format!("killed at {point}"));
    }
}

#[test]
fn a_rewind_is_undone_or_finished() {
    let repo = project();
    repo.write("a.py", "good\n");
    repo.write("new", "good\n");
    repo.plan_words("checkpoint --name good").ok();
    repo.write("a.py", "bad\n");
    std::fs::remove_file(repo.path("new")).unwrap();
    let script = "git plan rewind --to 1 --apply";
    let points = at_each_point(&repo, script, |point, before, after| {
        for row in &before.checkpoints {
            assert!(after.checkpoints.contains(row), "killed at {point}");
        }
        let unfinished = repo.plan(["list"]).ok().stderr.contains("unfinished");
        let word = if point % 2 == 0 {
            "--continue"
        } else {
            "--undo"
        };
        if unfinished {
            repo.plan(["rewind", word]).ok();
        }
        let text = (repo.read("a.py"), repo.path("new").exists());
        let (good, bad) = ((b"good\n".to_vec(), true), (b"bad\n".to_vec(), false));
        assert!(text == good || text == bad, "killed at {point}: {text:?}");
        let wanted = if word == "--undo" { bad } else { good };
        assert!(!unfinished || text == wanted, "killed at {point}: {text:?}");
    });
    assert!(points >= 8, "{points}");
}

#[test]
fn shared_refs_are_taken_in_again_by_a_database_that_lost_its_rows() {
    let repo = many();
    repo.plan_words("add-task --title any-command").ok();
    assert_ne!(repo.git(["for-each-ref", "refs/plan/keep"]).ok().stdout, "");
    let before = kept(&repo);
    let database = repo.path(".git/plan/planning.db");
    std::fs::copy(repo.path(".git/old.db"), database).unwrap();
    repo.plan(["status"]).ok();
    let after = is_sound(&repo, "restored");
    assert_eq!(after.checkpoints.len(), before.checkpoints.len());
    let ids = |kept: &Kept| -> Vec<String> {
        kept.checkpoints
            .iter()
            .map(|row| row.2.clone())
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect()
    };
    assert_eq!(ids(&after), ids(&before));
    let taken = |kept: &Kept| -> BTreeSet<(String, String)> {
        let rows = kept.checkpoints.iter().skip(1);
        rows.map(|row| (row.2.clone(), row.3.clone())).collect()
    };
    assert_eq!(taken(&after), taken(&before));
    // In the order they were taken in.
    repo.plan_words("rewind --to 30 --apply").ok();
    assert_eq!(repo.read("a.py"), b"30\n");
    repo.plan_words("rewind --to 1 --apply").ok();
    assert_eq!(repo.read("a.py"), b"1\n");
}

#[test]
fn a_lock_that_a_killed_process_left_is_in_nobodys_way() {
    let repo = project();
    repo.sh("echo 1 >a.py; GIT_PLAN_HOOKS=0 git commit -qam unseen")
        .ok();
    let name = format!(".git/refs/plan/checkpoints/{}.lock", repo.rev("HEAD"));
    repo.write(&name, "");
    repo.plan_words("status").ok();
    assert_eq!(repo.kept("1 1", Current), ["1 unseen"]);
    repo.git(["commit", "-q", "--amend", "-m", "again"]).ok();
    repo.git(["reflog", "expire", "--expire=now", "--all"]).ok();
    repo.git(["gc", "-q", "--prune=now"]).ok();
    assert_eq!(is_sound(&repo, "tidied up").checkpoints.len(), 3);
}
