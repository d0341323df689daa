//! Checkpoints: their rows, taken, listed, superseded and dropped.

use anyhow::Result;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Row, named_params};
use serde_json::{Value, json};
use ulid::Ulid;

use super::columns::{Json, hex};
use super::planning::{Reader, Writer, missing};
use super::sealed::Sealed as _;
use crate::error::Failure;
use crate::model::checkpoint::{Captured, Checkpoint, LeftOut, NewCheckpoint};
use crate::model::event::NewEvent;
use crate::model::id::{CheckpointId, CommitId, PlanId, TaskId, TaskNumber, TreeId};
use crate::model::path::RepoPath;
use crate::model::task::Task;

/// Whether a list holds the checkpoints that another has taken the place of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Superseded {
    /// Leave them out.
    Hidden,
    /// Keep them in.
    Shown,
}

/// Paths left out, as JSON that keeps every byte: a name that is not UTF-8 is in hex.
struct LeftOuts(Vec<LeftOut>);

impl ToSql for LeftOuts {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let entry = |LeftOut { path, reason }: &LeftOut| match str::from_utf8(path.as_bytes()) {
            Ok(path) => json!({ "path": path, "reason": reason }),
            Err(_) => json!({ "path_hex": hex(path.as_bytes()), "reason": reason }),
        };
        let entries: Vec<Value> = self.0.iter().map(entry).collect();
        Ok(Value::from(entries).to_string().into())
    }
}

impl FromSql for LeftOuts {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let Json(list) = Json::column_result(value)?;
        let entry = |entry: &Value| {
            let text = |key: &str| entry.get(key).and_then(Value::as_str);
            let path = match text("path") {
                Some(path) => RepoPath::from(path),
                None => RepoPath::new(unhex(text("path_hex")?)?),
            };
            let reason = text("reason")?.to_owned();
            Some(LeftOut { path, reason })
        };
        list.as_array()
            .and_then(|entries| entries.iter().map(entry).collect())
            .map(Self)
            .ok_or_else(|| FromSqlError::Other("not a list of paths left out".into()))
    }
}

fn unhex(digits: &str) -> Option<Vec<u8>> {
    (0..digits.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok())
        .collect()
}

fn checkpoint(row: &Row<'_>) -> rusqlite::Result<Checkpoint> {
    let files: u32 = row.get("files")?;
    Ok(Checkpoint {
        id: row.get("id")?,
        uid: row.get("uid")?,
        plan_id: row.get("plan_id")?,
        task_id: row.get("task_id")?,
        sequence: row.get("sequence")?,
        name: row.get("checkpoint_name")?,
        timestamp: row.get("timestamp")?,
        origin: row.get("origin")?,
        snapshot: row.get("snapshot_oid")?,
        tree: row.get("tree_oid")?,
        head: row.get("git_ref")?,
        branch: row.get("branch")?,
        worktree: row.get("worktree")?,
        superseded_by: row.get("superseded_by")?,
        files: usize::try_from(files).unwrap_or(usize::MAX),
        left_out: row.get::<_, LeftOuts>("left_out_json")?.0,
    })
}

impl Reader<'_> {
    /// Lists a task's checkpoints by sequence; without a task, those of the plan itself.
    ///
    /// # Errors
    /// Those of the database.
    pub fn checkpoints(
        &self,
        plan: PlanId,
        task: Option<TaskId>,
        superseded: Superseded,
    ) -> Result<Vec<Checkpoint>> {
        self.list(
            "SELECT *, json_array_length(files_json) AS files FROM code_snapshots
             WHERE plan_id = :plan AND task_id IS :task AND (:all OR superseded_by IS NULL)
             ORDER BY sequence",
            named_params! {
                ":plan": plan,
                ":task": task,
                ":all": superseded == Superseded::Shown,
            },
            checkpoint,
        )
    }

    /// Returns the last checkpoint of a task; without a task, the last one of the plan, whatever
    /// its task.
    ///
    /// # Errors
    /// Those of the database.
    pub fn latest_checkpoint(
        &self,
        plan: PlanId,
        task: Option<TaskId>,
    ) -> Result<Option<Checkpoint>> {
        self.first(
            "SELECT *, json_array_length(files_json) AS files FROM code_snapshots
             WHERE plan_id = :plan AND (:task IS NULL OR task_id = :task)
                 AND superseded_by IS NULL
             ORDER BY id DESC LIMIT 1",
            named_params! { ":plan": plan, ":task": task },
            checkpoint,
        )
    }

    /// Returns one checkpoint.
    ///
    /// # Errors
    /// Those of the database.
    pub fn checkpoint(&self, id: CheckpointId) -> Result<Option<Checkpoint>> {
        self.first(
            "SELECT *, json_array_length(files_json) AS files FROM code_snapshots WHERE id = :id",
            named_params! { ":id": id },
            checkpoint,
        )
    }

    /// Lists the checkpoints, of any plan or task, that hold this very commit.
    ///
    /// # Errors
    /// Those of the database.
    pub fn checkpoints_of_snapshot(&self, snapshot: CommitId) -> Result<Vec<Checkpoint>> {
        self.list(
            "SELECT *, json_array_length(files_json) AS files FROM code_snapshots
             WHERE snapshot_oid = :snapshot ORDER BY id",
            named_params! { ":snapshot": snapshot },
            checkpoint,
        )
    }

    /// Lists the checkpoints, of any plan or task, that hold this state.
    ///
    /// # Errors
    /// Those of the database.
    pub fn checkpoints_of_tree(&self, tree: TreeId) -> Result<Vec<Checkpoint>> {
        self.list(
            "SELECT *, json_array_length(files_json) AS files FROM code_snapshots
             WHERE tree_oid = :tree ORDER BY id",
            named_params! { ":tree": tree },
            checkpoint,
        )
    }

    /// Lists the checkpoints, of any plan or task, of commits that make the same change.
    ///
    /// # Errors
    /// Those of the database.
    pub fn checkpoints_of_patch(&self, patch_id: &str) -> Result<Vec<Checkpoint>> {
        self.list(
            "SELECT *, json_array_length(files_json) AS files FROM code_snapshots
             WHERE patch_id = :patch_id ORDER BY id",
            named_params! { ":patch_id": patch_id },
            checkpoint,
        )
    }

    /// Lists every commit that a checkpoint holds, each once: what refs must keep alive.
    ///
    /// # Errors
    /// Those of the database.
    pub fn snapshots(&self) -> Result<Vec<CommitId>> {
        self.list(
            "SELECT DISTINCT snapshot_oid FROM code_snapshots ORDER BY snapshot_oid",
            [],
            |row| row.get("snapshot_oid"),
        )
    }

    fn next_sequence(&self, plan: PlanId, task: Option<TaskId>) -> Result<u32> {
        self.number(
            "SELECT IFNULL(MAX(sequence), 0) + 1 FROM code_snapshots
             WHERE plan_id = :plan AND task_id IS :task",
            named_params! { ":plan": plan, ":task": task },
        )
    }
}

impl Writer<'_> {
    /// Stores a checkpoint and its diffs under the next sequence; journalled as
    /// `checkpoint.taken`. A commit that is a checkpoint of this plan and task already makes no
    /// second one: the row that is there is returned.
    ///
    /// # Errors
    /// A plan or task that is not there, an archived plan, and those of the database.
    pub fn add_checkpoint(&self, new: NewCheckpoint) -> Result<Checkpoint> {
        self.existing_plan(new.plan_id)?;
        let number = self.number_in_plan(new.plan_id, new.task_id)?;
        // Another command may have adopted it since its ref was made.
        if let Some(there) = self.same(&new)? {
            return Ok(there);
        }
        let sequence = self.next_sequence(new.plan_id, new.task_id)?;
        let id = self
            .insert_checkpoint(&new, sequence)
            .unless_archived(new.plan_id, "add checkpoints to")?;
        for diff in new.captured.files {
            self.insert_diff(id, diff)?;
        }
        let stored = self
            .checkpoint(id)?
            .ok_or_else(|| missing("Checkpoint not found"))?;
        self.record(NewEvent {
            action: "checkpoint.taken",
            plan_id: Some(new.plan_id),
            task_number: number,
            detail: json!({
                "uid": stored.uid,
                "sequence": sequence,
                "name": stored.name,
                "origin": stored.origin,
                "snapshot": stored.snapshot,
                "tree": stored.tree,
                "worktree": stored.worktree,
            }),
        })?;
        Ok(stored)
    }

    /// Hides a checkpoint behind the one that took its place, which is shown again if it was
    /// hidden itself; journalled as `checkpoint.superseded`.
    ///
    /// # Errors
    /// A checkpoint that is not there, an archived plan, and those of the database.
    pub fn supersede(&self, old: CheckpointId, by: CheckpointId) -> Result<()> {
        let (old, by) = (
            self.existing_checkpoint(old)?,
            self.existing_checkpoint(by)?,
        );
        if old.id == by.id || (old.superseded_by == Some(by.id) && by.superseded_by.is_none()) {
            return Ok(());
        }
        self.change(
            "UPDATE code_snapshots SET superseded_by = CASE id WHEN :old THEN :by END
             WHERE id IN (:old, :by)",
            named_params! { ":old": old.id, ":by": by.id },
        )
        .unless_archived(old.plan_id, "change checkpoints of")?;
        let detail = json!({ "old": old.uid, "by": by.uid });
        self.log_checkpoint("checkpoint.superseded", &old, detail)
    }

    /// Drops a checkpoint's row and diffs, not its objects; what it had superseded counts as
    /// superseded by what superseded it. Journalled as `checkpoint.pruned`.
    ///
    /// # Errors
    /// A checkpoint that is not there, an archived plan, and those of the database.
    pub fn remove_checkpoint(&self, id: CheckpointId) -> Result<()> {
        let old = self.existing_checkpoint(id)?;
        for sql in [
            "DELETE FROM code_diffs WHERE snapshot_id = :id",
            "UPDATE code_snapshots
             SET superseded_by = (SELECT superseded_by FROM code_snapshots WHERE id = :id)
             WHERE superseded_by = :id",
            "DELETE FROM code_snapshots WHERE id = :id",
        ] {
            self.change(sql, named_params! { ":id": id })
                .unless_archived(old.plan_id, "remove checkpoints from")?;
        }
        let detail = json!({
            "uid": old.uid,
            "sequence": old.sequence,
            "name": old.name,
            "snapshot": old.snapshot,
        });
        self.log_checkpoint("checkpoint.pruned", &old, detail)
    }

    /// Makes a task's checkpoints the plan's, in their order, and returns how many.
    pub(super) fn release_checkpoints(&self, task: &Task) -> Result<usize> {
        let checkpoints = self.checkpoints(task.plan_id, Some(task.id), Superseded::Shown)?;
        for checkpoint in &checkpoints {
            let sequence = self.next_sequence(task.plan_id, None)?;
            self.change(
                "UPDATE code_snapshots SET task_id = NULL, sequence = :sequence WHERE id = :id",
                named_params! { ":id": checkpoint.id, ":sequence": sequence },
            )
            .unless_archived(task.plan_id, "change checkpoints of")?;
        }
        Ok(checkpoints.len())
    }

    fn same(&self, new: &NewCheckpoint) -> Result<Option<Checkpoint>> {
        self.first(
            "SELECT *, json_array_length(files_json) AS files FROM code_snapshots
             WHERE snapshot_oid = :snapshot AND plan_id = :plan AND task_id IS :task
                 AND origin = :origin",
            named_params! {
                ":snapshot": new.captured.snapshot,
                ":plan": new.plan_id,
                ":task": new.task_id,
                ":origin": new.origin,
            },
            checkpoint,
        )
    }

    fn insert_checkpoint(
        &self,
        new: &NewCheckpoint,
        sequence: u32,
    ) -> rusqlite::Result<CheckpointId> {
        let Captured {
            snapshot,
            tree,
            head,
            branch,
            files,
            left_out,
        } = &new.captured;
        let files: Vec<Value> = files.iter().map(|file| json!(file.path)).collect();
        let name = match &new.name {
            Some(name) => name.clone(),
            None => format!("edit_{sequence}"),
        };
        self.insert(
            "INSERT INTO code_snapshots (uid, plan_id, task_id, sequence, checkpoint_name,
                 timestamp, git_ref, files_json, left_out_json, origin, snapshot_oid, tree_oid,
                 patch_id, branch, worktree)
             VALUES (:uid, :plan, :task, :sequence, :name,
                 :at, :head, :files, :left_out, :origin, :snapshot, :tree,
                 :patch_id, :branch, :worktree)",
            named_params! {
                ":uid": Ulid::generate().to_string(),
                ":plan": new.plan_id,
                ":task": new.task_id,
                ":sequence": sequence,
                ":name": name,
                ":at": new.taken_at.unwrap_or(self.at),
                ":head": head,
                ":files": Json(files.into()),
                ":left_out": LeftOuts(left_out.clone()),
                ":origin": new.origin,
                ":snapshot": snapshot,
                ":tree": tree,
                ":patch_id": new.patch_id,
                ":branch": branch,
                ":worktree": new.worktree,
            },
        )
        .map(CheckpointId)
    }

    fn existing_checkpoint(&self, id: CheckpointId) -> Result<Checkpoint> {
        self.checkpoint(id)?
            .ok_or_else(|| missing("Checkpoint not found"))
    }

    /// The number of a task, which must be one of the plan's.
    fn number_in_plan(&self, plan: PlanId, task: Option<TaskId>) -> Result<Option<TaskNumber>> {
        let Some(id) = task else { return Ok(None) };
        let task = self.existing_task(id)?;
        if task.plan_id != plan {
            let elsewhere = format!("Task {} is one of plan {}", task.number, task.plan_id);
            return Err(Failure::fatal(elsewhere).into());
        }
        Ok(Some(task.number))
    }

    fn log_checkpoint(&self, action: &'static str, of: &Checkpoint, detail: Value) -> Result<()> {
        let task_number = self.number_in_plan(of.plan_id, of.task_id)?;
        let plan_id = Some(of.plan_id);
        self.record(NewEvent {
            action,
            plan_id,
            task_number,
            detail,
        })
    }
}
