//! Evidence: recorded evaluations and claims, and the commits they belong to.

use anyhow::Result;
use rusqlite::{Row, named_params};
use serde_json::json;

use super::planning::{Reader, Writer};
use super::sealed::Sealed as _;
use crate::model::event::NewEvent;
use crate::model::evidence::{Evidence, NewEvidence};
use crate::model::id::{CommitId, EvidenceId, TaskId, TreeId, WorktreeName};
use crate::model::time::Timestamp;

fn evidence(row: &Row<'_>) -> rusqlite::Result<Evidence> {
    let violations: Option<u32> = row.get("violations")?;
    Ok(Evidence {
        id: row.get("id")?,
        task_id: row.get("task_id")?,
        kind: row.get("kind")?,
        recorded_at: row.get("recorded_at")?,
        spec_hash: row.get("spec_hash")?,
        tree: row.get("tree_oid")?,
        head: row.get("head_oid")?,
        anchor: row.get("anchor_oid")?,
        dirty: row.get("dirty")?,
        worktree: row.get("worktree")?,
        passed: row.get("passed")?,
        violations: violations.map(|count| usize::try_from(count).unwrap_or(usize::MAX)),
    })
}

impl Reader<'_> {
    /// Lists every commit that evidence was taken at or belongs to, of any task.
    ///
    /// # Errors
    /// Those of the database.
    pub fn evidence_commits(&self) -> Result<Vec<CommitId>> {
        self.list(
            "SELECT head_oid AS oid FROM task_evidence WHERE head_oid IS NOT NULL
             UNION SELECT anchor_oid FROM task_evidence WHERE anchor_oid IS NOT NULL",
            [],
            |row| row.get("oid"),
        )
    }

    /// Lists every tree that evidence is about, of any task.
    ///
    /// # Errors
    /// Those of the database.
    pub fn evidence_trees(&self) -> Result<Vec<TreeId>> {
        self.list(
            "SELECT DISTINCT tree_oid FROM task_evidence WHERE tree_oid IS NOT NULL",
            [],
            |row| row.get("tree_oid"),
        )
    }

    /// Lists a task's evidence, newest first.
    ///
    /// # Errors
    /// Those of the database.
    pub fn evidence(&self, task: TaskId) -> Result<Vec<Evidence>> {
        self.list(
            "SELECT id, task_id, kind, recorded_at, spec_hash, tree_oid, head_oid, anchor_oid,
                 dirty, worktree, passed, violations
             FROM task_evidence WHERE task_id = :task ORDER BY id DESC",
            named_params! { ":task": task },
            evidence,
        )
    }

    /// Lists the evidence by which a task counts as completed since it was last reopened, oldest
    /// first.
    ///
    /// # Errors
    /// Those of the database.
    pub fn completions(&self, task: TaskId) -> Result<Vec<Evidence>> {
        self.list(
            "SELECT task_evidence.* FROM task_evidence
             JOIN plan_tasks ON plan_tasks.id = task_id
             WHERE task_id = :task AND passed AND task_evidence.id > reopened_at_evidence
             ORDER BY task_evidence.id",
            named_params! { ":task": task },
            evidence,
        )
    }

    /// Reports whether a work tree has evidence that belongs to no commit yet.
    ///
    /// # Errors
    /// Those of the database.
    pub fn awaits_commit(&self, worktree: &WorktreeName) -> Result<bool> {
        let count = self.number(
            "SELECT COUNT(*) FROM task_evidence
             JOIN plan_tasks ON plan_tasks.id = task_id JOIN plans ON plans.id = plan_id
             WHERE worktree = :worktree AND anchor_oid IS NULL AND plans.status <> 'archived'",
            named_params! { ":worktree": worktree },
        )?;
        Ok(count > 0)
    }

    /// Returns the evaluation as it was recorded; a claim that nothing checked has none.
    ///
    /// # Errors
    /// Those of the database.
    pub fn evaluation_json(&self, id: EvidenceId) -> Result<Option<String>> {
        let json = self.first(
            "SELECT evaluation_json FROM task_evidence WHERE id = :id",
            named_params! { ":id": id },
            |row| row.get("evaluation_json"),
        )?;
        Ok(json.flatten())
    }
}

impl Writer<'_> {
    /// Stores evidence; journalled as `evidence.recorded`. Clean evidence belongs to HEAD at
    /// once, dirty evidence to no commit yet.
    ///
    /// # Errors
    /// A task that is not there, an archived plan, and those of the database.
    pub fn add_evidence(&self, new: NewEvidence) -> Result<EvidenceId> {
        let task = self.existing_task(new.task_id)?;
        let anchor = if new.dirty { None } else { new.head };
        let violations = new.violations.map(u32::try_from).transpose()?;
        let id = self
            .insert(
                "INSERT INTO task_evidence (task_id, kind, recorded_at, spec_hash, tree_oid,
                     head_oid, anchor_oid, dirty, worktree, passed, violations, evaluation_json)
                 VALUES (:task, :kind, :at, :spec, :tree,
                     :head, :anchor, :dirty, :worktree, :passed, :violations, :evaluation)",
                named_params! {
                    ":task": new.task_id,
                    ":kind": new.kind,
                    ":at": self.at,
                    ":spec": new.spec_hash,
                    ":tree": new.tree,
                    ":head": new.head,
                    ":anchor": anchor,
                    ":dirty": new.dirty,
                    ":worktree": new.worktree,
                    ":passed": new.passed,
                    ":violations": violations,
                    ":evaluation": new.evaluation_json,
                },
            )
            .unless_archived(task.plan_id, "record evidence in")?;
        let detail = json!({
            "kind": new.kind,
            "spec_hash": new.spec_hash,
            "tree": new.tree,
            "commit": new.head,
            "dirty": new.dirty,
            "passed": new.passed,
            "violations": new.violations,
        });
        self.log_task("evidence.recorded", (task.plan_id, task.number), detail)?;
        Ok(EvidenceId(id))
    }

    /// Ties the evidence of a work tree that belongs to no commit yet to `commit`, which was made
    /// at `at`, and returns how many rows that were; later evidence still waits. Journalled as
    /// `evidence.anchored`. Archived plans stay as they are.
    ///
    /// # Errors
    /// Those of the database.
    pub fn anchor_evidence(
        &self,
        worktree: &WorktreeName,
        commit: CommitId,
        at: Timestamp,
    ) -> Result<usize> {
        let anchored = self.change(
            "UPDATE task_evidence SET anchor_oid = :commit
             WHERE worktree = :worktree AND anchor_oid IS NULL AND recorded_at <= :at
                 AND task_id NOT IN (
                 SELECT plan_tasks.id FROM plan_tasks JOIN plans ON plans.id = plan_id
                 WHERE plans.status = 'archived')",
            named_params! { ":worktree": worktree, ":commit": commit, ":at": at },
        )?;
        if anchored > 0 {
            self.record(NewEvent {
                action: "evidence.anchored",
                plan_id: None,
                task_number: None,
                detail: json!({ "worktree": worktree, "commit": commit, "rows": anchored }),
            })?;
        }
        Ok(anchored)
    }
}
