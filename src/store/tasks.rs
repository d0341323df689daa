//! Tasks: their making, their words, their standing and their removal.

use anyhow::Result;
use rusqlite::{Row, ToSql, named_params};
use serde_json::json;
use ulid::Ulid;

use super::planning::{Reader, Writer, missing};
use super::sealed::Sealed as _;
use crate::model::id::{PlanId, SpecHash, TaskId, TaskNumber};
use crate::model::task::{AuditStatus, NewTask, PhaseEdit, Task, TaskEdit, TaskStatus};

pub(super) fn task(row: &Row<'_>) -> rusqlite::Result<Task> {
    Ok(Task {
        id: row.get("id")?,
        uid: row.get("uid")?,
        plan_id: row.get("plan_id")?,
        number: row.get("task_number")?,
        title: row.get("title")?,
        description: row.get("description")?,
        status: row.get("status")?,
        audit_status: row.get("audit_status")?,
        in_force: row.get("in_force")?,
        assigned_to: row.get("assigned_to")?,
        spec_id: row.get("spec_id")?,
        phase_id: row.get("phase_id")?,
        created_at: row.get("created_at")?,
        started_at: row.get("started_at")?,
        completed_at: row.get("completed_at")?,
    })
}

impl Reader<'_> {
    /// Returns a task by the number users type.
    ///
    /// # Errors
    /// Those of the database.
    pub fn task(&self, plan: PlanId, number: TaskNumber) -> Result<Option<Task>> {
        self.first(
            "SELECT * FROM plan_tasks WHERE plan_id = :plan AND task_number = :number",
            named_params! { ":plan": plan, ":number": number },
            task,
        )
    }

    /// Returns a task by its row.
    ///
    /// # Errors
    /// Those of the database.
    pub fn task_by_id(&self, id: TaskId) -> Result<Option<Task>> {
        self.first(
            "SELECT * FROM plan_tasks WHERE id = :id",
            named_params! { ":id": id },
            task,
        )
    }

    /// Returns a task by the name that stays unique when plans travel.
    ///
    /// # Errors
    /// Those of the database.
    pub fn task_by_uid(&self, uid: &str) -> Result<Option<Task>> {
        self.first(
            "SELECT * FROM plan_tasks WHERE uid = :uid",
            named_params! { ":uid": uid },
            task,
        )
    }

    /// Lists a plan's tasks by number.
    ///
    /// # Errors
    /// Those of the database.
    pub fn tasks(&self, plan: PlanId) -> Result<Vec<Task>> {
        self.list(
            "SELECT * FROM plan_tasks WHERE plan_id = :plan ORDER BY task_number",
            named_params! { ":plan": plan },
            task,
        )
    }

    /// Lists the tasks in force that have a spec, of every plan that is not archived, by plan
    /// and number.
    ///
    /// # Errors
    /// Those of the database.
    pub fn tasks_in_force(&self) -> Result<Vec<Task>> {
        self.list(
            "SELECT plan_tasks.* FROM plan_tasks JOIN plans ON plans.id = plan_tasks.plan_id
             WHERE in_force = 1 AND spec_id IS NOT NULL AND plans.status <> 'archived'
             ORDER BY plan_id, task_number",
            [],
            task,
        )
    }
}

impl Writer<'_> {
    /// Adds a task under the next number, which is never one that a removed task had; journalled
    /// as `task.added`. `spec` is the YAML text and the hash of its rules.
    ///
    /// # Errors
    /// A plan or phase that is not there, an archived plan, and those of the database.
    pub fn add_task(
        &self,
        plan: PlanId,
        new: NewTask,
        spec: Option<(&str, &SpecHash)>,
    ) -> Result<Task> {
        const DOING: &str = "add tasks to";
        self.existing_plan(plan)?;
        let phase = new
            .phase
            .map(|number| self.phase_id(plan, number))
            .transpose()?;
        let spec_id = spec
            .map(|(yaml, hash)| self.add_spec(plan, yaml, hash))
            .transpose();
        let spec_id = spec_id.unless_archived(plan, DOING)?;
        let number = self.number(
            "SELECT MAX(
                 (SELECT IFNULL(MAX(task_number), 0) FROM plan_tasks WHERE plan_id = :plan),
                 IFNULL((SELECT task_number FROM plan_events
                     WHERE plan_id = :plan AND action = 'task.added'
                     ORDER BY id DESC LIMIT 1), 0)) + 1",
            named_params! { ":plan": plan },
        )?;
        let id = self
            .insert(
                "INSERT INTO plan_tasks (uid, plan_id, phase_id, task_number, title, description,
                     assigned_to, spec_id, created_at)
                 VALUES (:uid, :plan, :phase, :number, :title, :description,
                     :assigned_to, :spec, :at)",
                named_params! {
                    ":uid": Ulid::generate().to_string(),
                    ":plan": plan,
                    ":phase": phase,
                    ":number": number,
                    ":title": new.title,
                    ":description": new.description,
                    ":assigned_to": new.assigned_to,
                    ":spec": spec_id,
                    ":at": self.at,
                },
            )
            .unless_archived(plan, DOING)?;
        let task = self.existing_task(TaskId(id))?;
        let hash = spec.map(|(_, hash)| hash);
        let detail = json!({ "uid": task.uid, "title": task.title, "spec_hash": hash });
        self.log_task("task.added", (plan, task.number), detail)?;
        Ok(task)
    }

    /// Changes the words of a task, or its phase; journalled as `task.edited`.
    ///
    /// # Errors
    /// A phase that is not there, an archived plan, and those of the database.
    pub fn edit_task(&self, task: &Task, edit: TaskEdit) -> Result<Task> {
        let number = match edit.phase {
            Some(PhaseEdit::Into(number)) => Some(number),
            Some(PhaseEdit::Out) | None => None,
        };
        let phase = number
            .map(|number| self.phase_id(task.plan_id, number))
            .transpose()?;
        self.update(
            task,
            "UPDATE plan_tasks
             SET title = IFNULL(:title, title),
                 description = IFNULL(:description, description),
                 phase_id = CASE WHEN :moves THEN :phase ELSE phase_id END
             WHERE id = :id",
            named_params! {
                ":id": task.id,
                ":title": edit.title,
                ":description": edit.description,
                ":moves": edit.phase.is_some(),
                ":phase": phase,
            },
        )?;
        let detail = json!({
            "title": edit.title,
            "description": edit.description,
            "phase": match edit.phase {
                Some(PhaseEdit::Out) => json!("none"),
                Some(PhaseEdit::Into(_)) | None => json!(number),
            },
        });
        self.log_task("task.edited", (task.plan_id, task.number), detail)?;
        self.existing_task(task.id)
    }

    /// Gives a task a new spec; the old text stays stored. What the last verification said is
    /// about the old one, so it is forgotten, while a task in force stays in force. Journalled as
    /// `task.spec`.
    ///
    /// # Errors
    /// An archived plan, and those of the database.
    pub fn set_spec(&self, task: &Task, yaml: &str, hash: &SpecHash) -> Result<Task> {
        let spec = self
            .add_spec(task.plan_id, yaml, hash)
            .unless_archived(task.plan_id, "change the specs of")?;
        self.update(
            task,
            "UPDATE plan_tasks SET spec_id = :spec, audit_status = 'pending' WHERE id = :id",
            named_params! { ":id": task.id, ":spec": spec },
        )?;
        let detail = json!({ "spec_hash": hash });
        self.log_task("task.spec", (task.plan_id, task.number), detail)?;
        self.existing_task(task.id)
    }

    /// Sets the status, and whether the task is in force; journalled as `task.status`.
    ///
    /// `completed_at` is set when the task becomes completed and cleared when it is no longer;
    /// `started_at` is set by the first `in_progress`.
    ///
    /// # Errors
    /// An archived plan, and those of the database.
    pub fn set_task_status(&self, task: &Task, status: TaskStatus, in_force: bool) -> Result<Task> {
        self.update(
            task,
            "UPDATE plan_tasks
             SET status = :status,
                 in_force = :in_force,
                 reopened_at_evidence = CASE WHEN :in_force OR NOT in_force
                     THEN reopened_at_evidence
                     ELSE (SELECT IFNULL(MAX(id), 0) FROM task_evidence WHERE task_id = :id) END,
                 started_at = CASE WHEN :status = 'in_progress'
                                   THEN IFNULL(started_at, :at) ELSE started_at END,
                 completed_at = CASE WHEN :status = 'completed'
                                     THEN IFNULL(completed_at, :at) END
             WHERE id = :id",
            named_params! {
                ":id": task.id,
                ":status": status,
                ":in_force": in_force,
                ":at": self.at,
            },
        )?;
        let detail = json!({ "from": task.status, "to": status, "in_force": in_force });
        self.log_task("task.status", (task.plan_id, task.number), detail)?;
        self.existing_task(task.id)
    }

    /// Sets what the last verification said; journalled as `task.audit`.
    ///
    /// # Errors
    /// An archived plan, and those of the database.
    pub fn set_audit_status(&self, task: &Task, audit: AuditStatus) -> Result<()> {
        self.update(
            task,
            "UPDATE plan_tasks SET audit_status = :audit WHERE id = :id",
            named_params! { ":id": task.id, ":audit": audit },
        )?;
        let detail = json!({ "audit_status": audit });
        self.log_task("task.audit", (task.plan_id, task.number), detail)
    }

    /// Sets who works on a task; journalled as `task.assigned`.
    ///
    /// # Errors
    /// An archived plan, and those of the database.
    pub fn assign_task(&self, task: &Task, to: Option<&str>) -> Result<Task> {
        self.update(
            task,
            "UPDATE plan_tasks SET assigned_to = :to WHERE id = :id",
            named_params! { ":id": task.id, ":to": to },
        )?;
        let detail = json!({ "assigned_to": to });
        self.log_task("task.assigned", (task.plan_id, task.number), detail)?;
        self.existing_task(task.id)
    }

    /// Removes a task with its jobs, its evidence and its standing as active task; its
    /// checkpoints become the plan's, under fresh sequences. Journalled as `task.removed`.
    ///
    /// # Errors
    /// An archived plan, and those of the database.
    pub fn remove_task(&self, task: &Task) -> Result<()> {
        for sql in [
            "DELETE FROM active_tasks WHERE task_id = :id",
            "DELETE FROM plan_jobs WHERE task_id = :id",
            "DELETE FROM task_evidence WHERE task_id = :id",
        ] {
            self.change(sql, named_params! { ":id": task.id })
                .unless_archived(task.plan_id, "remove tasks from")?;
        }
        let moved = self.release_checkpoints(task)?;
        let removed = self
            .change(
                "DELETE FROM plan_tasks WHERE id = :id",
                named_params! { ":id": task.id },
            )
            .unless_archived(task.plan_id, "remove tasks from")?;
        if removed == 0 {
            return Err(no_task(task));
        }
        let detail = json!({ "uid": task.uid, "title": task.title, "checkpoints": moved });
        self.log_task("task.removed", (task.plan_id, task.number), detail)
    }

    pub(super) fn existing_task(&self, id: TaskId) -> Result<Task> {
        self.task_by_id(id)?
            .ok_or_else(|| missing("Task not found"))
    }

    fn update(&self, task: &Task, sql: &str, params: &[(&str, &dyn ToSql)]) -> Result<()> {
        let changed = self.change(sql, params);
        match changed.unless_archived(task.plan_id, "update tasks of")? {
            0 => Err(no_task(task)),
            _ => Ok(()),
        }
    }
}

fn no_task(task: &Task) -> anyhow::Error {
    missing(format!(
        "Task {} not found in plan {}",
        task.number, task.plan_id
    ))
}
