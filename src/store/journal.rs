//! The journal: what happened, who did it, each line sealed by the hash of the line before.

use anyhow::Result;
use rusqlite::{Row, named_params};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::columns::{Json, hex};
use super::planning::{Reader, Writer};
use crate::model::event::{Event, NewEvent};
use crate::model::id::{PlanId, TaskNumber};

/// A line as it is hashed: every column as stored, in the order of the table.
struct Line {
    id: i64,
    at: String,
    actor: String,
    action: String,
    plan_id: Option<i64>,
    task_number: Option<i64>,
    detail: String,
    previous_hash: String,
}

impl Line {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            at: row.get("at")?,
            actor: row.get("actor")?,
            action: row.get("action")?,
            plan_id: row.get("plan_id")?,
            task_number: row.get("task_number")?,
            detail: row.get("detail_json")?,
            previous_hash: row.get("previous_hash")?,
        })
    }

    /// SHA-256 of the columns as one JSON array, in hex.
    fn hash(&self) -> Result<String> {
        let text = serde_json::to_vec(&(
            self.id,
            &self.at,
            &self.actor,
            &self.action,
            self.plan_id,
            self.task_number,
            &self.detail,
            &self.previous_hash,
        ))?;
        Ok(hex(&Sha256::digest(text)))
    }
}

fn event(row: &Row<'_>) -> rusqlite::Result<Event> {
    Ok(Event {
        id: row.get("id")?,
        at: row.get("at")?,
        actor: row.get("actor")?,
        action: row.get("action")?,
        plan_id: row.get("plan_id")?,
        task_number: row.get("task_number")?,
        detail: row.get::<_, Json>("detail_json")?.0,
        previous_hash: row.get("previous_hash")?,
        hash: row.get("hash")?,
    })
}

impl Reader<'_> {
    /// Lists what happened, oldest first; of one plan, or everything.
    ///
    /// # Errors
    /// Those of the database.
    pub fn events(&self, plan: Option<PlanId>) -> Result<Vec<Event>> {
        match plan {
            Some(plan) => self.list(
                "SELECT * FROM plan_events WHERE plan_id = :plan ORDER BY id",
                named_params! { ":plan": plan },
                event,
            ),
            None => self.list("SELECT * FROM plan_events ORDER BY id", [], event),
        }
    }

    /// Returns the first line whose number, hash or link to the line before is wrong.
    ///
    /// A journal cut short at its end, or written anew from some line on, has none.
    ///
    /// # Errors
    /// Those of the database.
    pub fn first_broken_event(&self) -> Result<Option<i64>> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT * FROM plan_events ORDER BY id")?;
        let mut rows = statement.query([])?;
        let (mut next, mut previous) = (1, String::new());
        while let Some(row) = rows.next()? {
            let line = Line::read(row)?;
            let hash: String = row.get("hash")?;
            if line.id != next || line.previous_hash != previous || line.hash()? != hash {
                return Ok(Some(line.id));
            }
            (next, previous) = (line.id + 1, hash);
        }
        Ok(None)
    }
}

impl Writer<'_> {
    /// Appends to the journal what no other method here journals by itself.
    ///
    /// # Errors
    /// Those of the database.
    pub fn record(&self, event: NewEvent) -> Result<()> {
        let last = self.first(
            "SELECT id, hash FROM plan_events ORDER BY id DESC LIMIT 1",
            [],
            |row| Ok((row.get("id")?, row.get("hash")?)),
        )?;
        let (last, previous_hash): (i64, String) = last.unwrap_or_default();
        let line = Line {
            id: last + 1,
            at: self.at.to_string(),
            actor: self.actor.to_owned(),
            action: event.action.to_owned(),
            plan_id: event.plan_id.map(|plan| plan.0),
            task_number: event.task_number.map(|number| number.0.into()),
            detail: event.detail.to_string(),
            previous_hash,
        };
        self.insert(
            "INSERT INTO plan_events
                 (id, at, actor, action, plan_id, task_number, detail_json, previous_hash, hash)
             VALUES (:id, :at, :actor, :action, :plan, :task, :detail, :previous_hash, :hash)",
            named_params! {
                ":id": line.id,
                ":at": line.at,
                ":actor": line.actor,
                ":action": line.action,
                ":plan": line.plan_id,
                ":task": line.task_number,
                ":detail": line.detail,
                ":previous_hash": line.previous_hash,
                ":hash": line.hash()?,
            },
        )?;
        Ok(())
    }

    /// Journals `action` on a plan.
    pub(super) fn log_plan(&self, action: &'static str, plan: PlanId, detail: Value) -> Result<()> {
        self.record(NewEvent {
            action,
            plan_id: Some(plan),
            task_number: None,
            detail,
        })
    }

    /// Journals `action` on a task.
    pub(super) fn log_task(
        &self,
        action: &'static str,
        task: (PlanId, TaskNumber),
        detail: Value,
    ) -> Result<()> {
        self.record(NewEvent {
            action,
            plan_id: Some(task.0),
            task_number: Some(task.1),
            detail,
        })
    }
}
