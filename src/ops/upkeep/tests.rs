//! Many checkpoints, few refs, and nothing lost.

use std::path::Path;
use std::process::Command;

use super::*;
use crate::checkpoint::{apply, plan_rewind};
use crate::git::sealed_repo;
use crate::model::plan::{NewPlan, Plan};
use crate::model::rewind::Destination;
use crate::model::time::Timestamp;
use crate::ops::keep::{Home, hold};
use crate::ops::reconcile::Backlog;
use crate::ops::take_checkpoint::keep_worktree;

const NOBODY: &str = "/dev/null";

fn git(top: &Path, words: &[&str]) -> String {
    let output = Command::new("git")
        .current_dir(top)
        .args(words)
        .env("GIT_CONFIG_GLOBAL", NOBODY)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "git {words:?}: {said}");
    String::from_utf8(output.stdout).unwrap()
}

/// A repository with a plan in it, and nothing committed but one file.
fn project(top: &Path) -> (Workspace, Plan) {
    git(top, &["init", "-q", "-b", "main"]);
    git(top, &["config", "user.name", "A"]);
    git(top, &["config", "user.email", "a@b"]);
    std::fs::write(top.join("a"), "base").unwrap();
    git(top, &["add", "-A"]);
    git(top, &["commit", "-q", "-m", "base"]);
    planned(top)
}

/// Opens the repository with a new plan.
fn planned(top: &Path) -> (Workspace, Plan) {
    let repo = sealed_repo(top, &[("GIT_CONFIG_GLOBAL", Path::new(NOBODY))]);
    let ws = Workspace::of_test(repo, Timestamp(1_790_000_000));
    let new = NewPlan {
        name: "P".to_owned(),
        description: None,
        metadata: serde_json::json!({}),
    };
    let plan = ws.write(|store| store.add_plan(new)).unwrap();
    Backlog::find(&ws).unwrap().list(&ws).unwrap();
    (ws, plan)
}

fn live(ws: &Workspace) -> usize {
    ws.repo().refs_under("refs/plan/").unwrap().len()
}

#[test]
fn three_hundred_checkpoints_have_few_refs_and_survive_git_gc() {
    let dir = tempfile::tempdir().unwrap();
    let top = dir.path();
    let (ws, plan) = project(top);
    let take = |number: usize| {
        std::fs::write(top.join("a"), number.to_string()).unwrap();
        keep_worktree(&ws, &plan, None, ("t", Origin::Manual)).unwrap()
    };
    let mut taken = Vec::new();
    for number in 0..300 {
        taken.push(take(number));
        if number % 10 == 0 {
            upkeep(&ws).unwrap();
            assert!(live(&ws) <= LIVE + SLACK + 1, "{number}: {}", live(&ws));
        }
    }
    settle(&ws, &BTreeSet::new()).unwrap();
    assert_eq!(live(&ws), LIVE + 1);
    assert_eq!(folded(&ws).unwrap().len(), 280);
    git(top, &["reflog", "expire", "--expire=now", "--all"]);
    git(top, &["gc", "-q", "--prune=now"]);
    git(top, &["fsck", "--strict", "--no-dangling"]);
    for (number, checkpoint) in taken.iter().enumerate() {
        let tree = ws.repo().commit(checkpoint.snapshot).unwrap().tree;
        let path = "a".into();
        let objects = ws.repo().objects();
        let entry = objects.entry_at(tree, &path).unwrap().unwrap();
        let content = objects.blob(entry.file_blob().unwrap()).unwrap();
        assert_eq!(content, number.to_string().into_bytes());
    }
    for number in [0, 137, 279, 299] {
        let destination = Destination {
            snapshot: taken[number].snapshot,
            origin: Origin::Manual,
            paths: Vec::new(),
            head: None,
        };
        let now = take(1_000 + number).snapshot;
        let plan = plan_rewind(ws.repo(), &destination, None).unwrap();
        apply(ws.repo(), &plan.steps, now, &mut |_| Ok(())).unwrap();
        let content = std::fs::read_to_string(top.join("a")).unwrap();
        assert_eq!(content, number.to_string());
    }
    // Folded ones are neither missing nor orphans.
    let rows = ws.read(all_checkpoints).unwrap();
    let own = rows.iter().filter(|row| row.origin == Origin::Manual);
    assert_eq!(own.count(), 304);
    assert_eq!(Backlog::find(&ws).unwrap().list(&ws).unwrap(), 0);
    assert!(Backlog::find(&ws).unwrap().is_empty());
}

#[test]
fn what_a_row_lost_is_folded_no_more() {
    let dir = tempfile::tempdir().unwrap();
    let (ws, plan) = project(dir.path());
    let mut taken = Vec::new();
    for number in 0..30 {
        std::fs::write(dir.path().join("a"), number.to_string()).unwrap();
        taken.push(keep_worktree(&ws, &plan, None, ("t", Origin::Manual)).unwrap());
    }
    settle(&ws, &BTreeSet::new()).unwrap();
    settle(&ws, &BTreeSet::new()).unwrap();
    assert_eq!(live(&ws), LIVE + 1);
    let first = &taken[0];
    assert!(folded(&ws).unwrap().contains(&first.snapshot));
    ws.write(|store| store.remove_checkpoint(first.id)).unwrap();
    settle(&ws, &BTreeSet::from([first.snapshot])).unwrap();
    assert_eq!(folded(&ws).unwrap().len(), 9);
    assert!(!folded(&ws).unwrap().contains(&first.snapshot));
    git(dir.path(), &["gc", "-q", "--prune=now"]);
    git(dir.path(), &["fsck", "--strict", "--no-dangling"]);
    // A handle opened before the packs were rewritten might still see what it read.
    let ids = git(
        dir.path(),
        &["cat-file", "--batch-all-objects", "--batch-check"],
    );
    assert!(!ids.contains(&first.snapshot.to_string()));
    assert!(ids.contains(&taken[1].snapshot.to_string()));
}

#[test]
fn a_commit_that_its_branch_let_go_gets_its_ref_back_within_a_day() {
    let dir = tempfile::tempdir().unwrap();
    let (ws, plan) = project(dir.path());
    let commit = git(dir.path(), &["rev-parse", "HEAD"])
        .trim()
        .parse()
        .unwrap();
    let home = Home {
        plan: plan.id,
        task: None,
        worktree: ws.worktree().clone(),
    };
    let new = hold(&ws, commit, home).unwrap();
    ws.write(|store| store.add_checkpoint(new)).unwrap();
    settle(&ws, &BTreeSet::new()).unwrap();
    assert_eq!(live(&ws), 0);
    git(dir.path(), &["commit", "-q", "--amend", "-m", "other"]);
    upkeep(&ws).unwrap();
    assert_eq!(live(&ws), 1);
    upkeep(&ws).unwrap();
    assert_eq!(live(&ws), 1);
}

#[test]
fn what_only_a_lost_database_listed_stays_held() {
    let dir = tempfile::tempdir().unwrap();
    let top = dir.path();
    let (ws, plan) = project(top);
    let take = |ws: &Workspace, plan: &Plan, text: String| {
        std::fs::write(top.join("a"), text).unwrap();
        keep_worktree(ws, plan, None, ("t", Origin::Manual)).unwrap()
    };
    let old: Vec<_> = (0..LIVE + 5)
        .map(|number| take(&ws, &plan, format!("old {number}")))
        .collect();
    settle(&ws, &BTreeSet::new()).unwrap();
    assert_eq!(folded(&ws).unwrap().len(), 5);
    drop(ws);
    std::fs::remove_file(top.join(".git/plan/planning.db")).unwrap();
    let (ws, plan) = planned(top);
    for number in 0..LIVE + 5 {
        take(&ws, &plan, format!("new {number}"));
    }
    settle(&ws, &BTreeSet::new()).unwrap();
    git(top, &["gc", "-q", "--prune=now"]);
    for checkpoint in &old {
        assert!(ws.repo().has_object(checkpoint.snapshot.0).unwrap());
    }
}

#[test]
fn thousands_share_one_ref() {
    let dir = tempfile::tempdir().unwrap();
    let top = dir.path();
    let (ws, _) = project(top);
    let script = "for n in $(seq 1001); do printf 'commit refs/x\\nmark :%d\\n\
        committer a <a@b> %d +0000\\ndata 0\\nfrom refs/heads/main^0\\n\\n' $n $n; done \
        | git fast-import --quiet --export-marks=.git/marks && git update-ref -d refs/x";
    let made = Command::new("sh")
        .current_dir(top)
        .args(["-c", script])
        .status();
    assert!(made.unwrap().success());
    let marks = std::fs::read_to_string(top.join(".git/marks")).unwrap();
    let ids = marks.lines().map(|line| line.split(' ').nth(1).unwrap());
    let commits: Vec<CommitId> = ids.map(|id| id.parse().unwrap()).collect();
    let before = live(&ws);
    let name = fold(&ws, &commits).unwrap();
    assert_eq!(fold(&ws, &commits).unwrap(), name);
    assert_eq!(live(&ws), before + 1);
    assert_eq!(folded(&ws).unwrap(), commits.into_iter().collect());
    git(top, &["gc", "-q", "--prune=now"]);
    git(top, &["fsck", "--strict", "--no-dangling"]);
    assert_eq!(folded(&ws).unwrap().len(), 1_001);
}
