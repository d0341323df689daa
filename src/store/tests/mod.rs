//! What the store promises, each tried out.

mod archive;
mod checkpoints;
mod concurrency;
mod evidence;
mod journal;
mod memo;
mod migration;
mod opening;
mod plans;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use serde_json::json;
use tempfile::TempDir;

use super::*;
use crate::model::checkpoint::{Captured, NewCheckpoint, Origin};
use crate::model::id::{CommitId, Oid, PlanId, SpecHash, TaskId, TreeId, WorktreeName};
use crate::model::plan::NewPlan;
use crate::model::task::{NewTask, Task};
use crate::model::time::Timestamp;

const ACTOR: &str = "Ada <ada@example.com>";
const NOW: Timestamp = Timestamp(1_700_000_000);

/// A directory that `plan/` may be made in.
struct Repository(TempDir);

impl Repository {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn plan(&self) -> PathBuf {
        self.0.path().join("plan")
    }

    fn database(&self) -> PathBuf {
        self.plan().join("planning.db")
    }

    fn open(&self, access: Access) -> Planning {
        Planning::open(&self.plan(), access).unwrap()
    }
}

/// A connection that knows nothing of the store's rules.
fn raw(path: &Path) -> rusqlite::Connection {
    rusqlite::Connection::open(path).unwrap()
}

fn write<T>(planning: &Planning, job: impl FnOnce(&Writer<'_>) -> anyhow::Result<T>) -> T {
    planning.write(ACTOR, NOW, job).unwrap()
}

fn read<T>(planning: &Planning, job: impl FnOnce(&Reader<'_>) -> anyhow::Result<T>) -> T {
    planning.read(job).unwrap()
}

/// The test `name` again, in a process of its own, which finds `directory` by [`parent_says`].
fn rerun(name: &str, directory: &Path) -> Command {
    rerun_as(&env::current_exe().unwrap(), name, directory)
}

/// As [`rerun`], from a copy of the test program.
fn rerun_as(program: &Path, name: &str, directory: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .args(["--exact", &format!("store::tests::{name}"), "--nocapture"])
        .env("GIT_PLAN_TEST_DIRECTORY", directory);
    command
}

/// The directory a parent process gave; none in an ordinary run.
fn parent_says() -> Option<PathBuf> {
    env::var_os("GIT_PLAN_TEST_DIRECTORY").map(PathBuf::from)
}

fn new_plan(name: &str) -> NewPlan {
    NewPlan {
        name: name.to_owned(),
        description: None,
        metadata: json!({}),
    }
}

fn new_task(title: &str) -> NewTask {
    NewTask {
        title: title.to_owned(),
        description: None,
        assigned_to: None,
        phase: None,
    }
}

/// A plan with one task that has a spec.
fn plan_with_task(writer: &Writer<'_>) -> anyhow::Result<(PlanId, Task)> {
    let plan = writer.add_plan(new_plan("Auth"))?.id;
    let task = writer.add_task(plan, new_task("Move"), Some(("rules: []", &hash("a"))))?;
    Ok((plan, task))
}

fn new_checkpoint(plan: PlanId, task: Option<TaskId>, origin: Origin, seed: u8) -> NewCheckpoint {
    NewCheckpoint {
        plan_id: plan,
        task_id: task,
        name: None,
        origin,
        taken_at: None,
        worktree: main(),
        patch_id: None,
        captured: Captured {
            snapshot: commit(seed),
            tree: TreeId(oid(seed)),
            head: Some(commit(seed)),
            branch: Some("main".to_owned()),
            files: Vec::new(),
            left_out: Vec::new(),
        },
    }
}

fn oid(seed: u8) -> Oid {
    Oid::from_bytes(&[seed; 20]).unwrap()
}

fn commit(seed: u8) -> CommitId {
    CommitId(oid(seed))
}

fn hash(letter: &str) -> SpecHash {
    SpecHash(letter.repeat(64))
}

fn main() -> WorktreeName {
    WorktreeName(String::new())
}
