//! Jobs: the checkboxes inside a task.

use anyhow::Result;
use rusqlite::{Row, named_params};
use serde_json::json;

use super::planning::{Reader, Writer, missing};
use super::sealed::Sealed as _;
use crate::model::id::{JobId, TaskId};
use crate::model::task::{Job, Task};

fn job(row: &Row<'_>) -> rusqlite::Result<Job> {
    Ok(Job {
        id: row.get("id")?,
        number: row.get("job_number")?,
        description: row.get("description")?,
        completed: row.get("completed")?,
        is_audit_job: row.get("is_audit_job")?,
    })
}

impl Reader<'_> {
    /// Lists a task's jobs by number.
    ///
    /// # Errors
    /// Those of the database.
    pub fn jobs(&self, task: TaskId) -> Result<Vec<Job>> {
        self.list(
            "SELECT * FROM plan_jobs WHERE task_id = :task ORDER BY job_number",
            named_params! { ":task": task },
            job,
        )
    }
}

impl Writer<'_> {
    /// Adds a job under the next number; journalled as `job.added`.
    ///
    /// # Errors
    /// An archived plan, and those of the database.
    pub fn add_job(&self, task: &Task, description: &str, is_audit_job: bool) -> Result<Job> {
        self.existing_task(task.id)?;
        let number = self.number(
            "SELECT IFNULL(MAX(job_number), 0) + 1 FROM plan_jobs WHERE task_id = :task",
            named_params! { ":task": task.id },
        )?;
        let id = self
            .insert(
                "INSERT INTO plan_jobs (task_id, job_number, description, is_audit_job, created_at)
                 VALUES (:task, :number, :description, :is_audit_job, :at)",
                named_params! {
                    ":task": task.id,
                    ":number": number,
                    ":description": description,
                    ":is_audit_job": is_audit_job,
                    ":at": self.at,
                },
            )
            .unless_archived(task.plan_id, "add jobs to")?;
        let detail = json!({ "job": number, "description": description, "audit": is_audit_job });
        self.log_task("job.added", (task.plan_id, task.number), detail)?;
        Ok(Job {
            id: JobId(id),
            number,
            description: description.to_owned(),
            completed: false,
            is_audit_job,
        })
    }

    /// Ticks a job or takes the tick away; journalled as `job.checked` or `job.unchecked`.
    ///
    /// # Errors
    /// A job that is not there, an archived plan, and those of the database.
    pub fn check_job(&self, task: &Task, number: u32, completed: bool) -> Result<Job> {
        let changed = self.change(
            "UPDATE plan_jobs SET completed = :completed
             WHERE task_id = :task AND job_number = :number",
            named_params! { ":task": task.id, ":number": number, ":completed": completed },
        );
        changed.unless_archived(task.plan_id, "update jobs of")?;
        let job = self.first(
            "SELECT * FROM plan_jobs WHERE task_id = :task AND job_number = :number",
            named_params! { ":task": task.id, ":number": number },
            job,
        )?;
        let absent = || missing(format!("Job {number} not found in task {}", task.number));
        let job = job.ok_or_else(absent)?;
        let action = if completed {
            "job.checked"
        } else {
            "job.unchecked"
        };
        let detail = json!({ "job": number });
        self.log_task(action, (task.plan_id, task.number), detail)?;
        Ok(job)
    }
}
