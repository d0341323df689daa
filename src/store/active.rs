//! Active tasks: the one task that commits in a work tree are tied to.

use anyhow::Result;
use rusqlite::named_params;
use serde_json::json;

use super::planning::{Reader, Writer};
use super::sealed::Sealed as _;
use super::tasks::task;
use crate::model::id::{PlanId, TaskId, TaskNumber, WorktreeName};
use crate::model::task::Task;
use crate::model::time::Timestamp;

impl Reader<'_> {
    /// Returns the active task of a work tree.
    ///
    /// # Errors
    /// Those of the database.
    pub fn active_task(&self, worktree: &WorktreeName) -> Result<Option<Task>> {
        self.first(
            "SELECT plan_tasks.* FROM active_tasks JOIN plan_tasks ON plan_tasks.id = task_id
             WHERE worktree = :worktree",
            named_params! { ":worktree": worktree },
            task,
        )
    }

    /// Returns the task that was the active one of a work tree at a moment in the past, as the
    /// journal tells; none when it was removed since.
    ///
    /// # Errors
    /// Those of the database.
    pub fn active_task_at(&self, worktree: &WorktreeName, at: Timestamp) -> Result<Option<Task>> {
        let last: Option<(String, PlanId, TaskNumber)> = self.first(
            "SELECT action, plan_id, task_number FROM plan_events
             WHERE action IN ('task.started', 'task.stopped') AND at <= :at
                 AND json_extract(detail_json, '$.worktree') = :worktree
             ORDER BY id DESC LIMIT 1",
            named_params! { ":worktree": worktree, ":at": at },
            |row| {
                Ok((
                    row.get("action")?,
                    row.get("plan_id")?,
                    row.get("task_number")?,
                ))
            },
        )?;
        match last {
            Some((action, plan, number)) if action == "task.started" => self.task(plan, number),
            _ => Ok(None),
        }
    }

    /// Lists every work tree that has an active task.
    ///
    /// # Errors
    /// Those of the database.
    pub fn active_tasks(&self) -> Result<Vec<(WorktreeName, TaskId)>> {
        self.list(
            "SELECT worktree, task_id FROM active_tasks ORDER BY worktree",
            [],
            |row| Ok((row.get("worktree")?, row.get("task_id")?)),
        )
    }
}

impl Writer<'_> {
    /// Makes a task the active one of a work tree, in place of another; journalled as
    /// `task.started`. The task's status is not touched.
    ///
    /// # Errors
    /// An archived plan, and those of the database.
    pub fn start_task(&self, worktree: &WorktreeName, task: &Task) -> Result<()> {
        const DOING: &str = "start tasks of";
        self.existing_task(task.id)?;
        self.change(
            "INSERT INTO active_tasks (worktree, task_id, started_at)
             VALUES (:worktree, :task, :at)
             ON CONFLICT (worktree) DO UPDATE SET task_id = :task, started_at = :at",
            named_params! { ":worktree": worktree, ":task": task.id, ":at": self.at },
        )
        .unless_archived(task.plan_id, DOING)?;
        self.change(
            "UPDATE plan_tasks SET started_at = IFNULL(started_at, :at) WHERE id = :task",
            named_params! { ":task": task.id, ":at": self.at },
        )
        .unless_archived(task.plan_id, DOING)?;
        let detail = json!({ "worktree": worktree });
        self.log_task("task.started", (task.plan_id, task.number), detail)
    }

    /// Ends the active task of a work tree, and returns which it was; journalled as
    /// `task.stopped`.
    ///
    /// # Errors
    /// Those of the database.
    pub fn stop_task(&self, worktree: &WorktreeName) -> Result<Option<TaskId>> {
        let Some(task) = self.active_task(worktree)? else {
            return Ok(None);
        };
        self.change(
            "DELETE FROM active_tasks WHERE worktree = :worktree",
            named_params! { ":worktree": worktree },
        )
        .unless_archived(task.plan_id, "stop tasks of")?;
        let detail = json!({ "worktree": worktree });
        self.log_task("task.stopped", (task.plan_id, task.number), detail)?;
        Ok(Some(task.id))
    }
}
