//! Plans.

use anyhow::Result;
use rusqlite::{Row, named_params};
use serde_json::{Value, json};
use ulid::Ulid;

use super::columns::Json;
use super::planning::{Reader, Writer, missing};
use super::sealed::Sealed as _;
use crate::model::id::PlanId;
use crate::model::plan::{NewPlan, Plan, PlanStatus};

fn plan(row: &Row<'_>) -> rusqlite::Result<Plan> {
    Ok(Plan {
        id: row.get("id")?,
        uid: row.get("uid")?,
        name: row.get("name")?,
        description: row.get("description")?,
        created_at: row.get("created_at")?,
        status: row.get("status")?,
        metadata: row.get::<_, Json>("metadata_json")?.0,
    })
}

impl Reader<'_> {
    /// Returns one plan.
    ///
    /// # Errors
    /// Those of the database.
    pub fn plan(&self, id: PlanId) -> Result<Option<Plan>> {
        self.first(
            "SELECT * FROM plans WHERE id = :id",
            named_params! { ":id": id },
            plan,
        )
    }

    /// Lists plans, all or of one status, newest first.
    ///
    /// # Errors
    /// Those of the database.
    pub fn plans(&self, status: Option<PlanStatus>) -> Result<Vec<Plan>> {
        self.list(
            "SELECT * FROM plans WHERE :status IS NULL OR status = :status ORDER BY id DESC",
            named_params! { ":status": status },
            plan,
        )
    }

    /// Refuses a plan that is not there.
    pub(super) fn existing_plan(&self, id: PlanId) -> Result<Plan> {
        self.plan(id)?.ok_or_else(|| no_plan(id))
    }
}

fn no_plan(id: PlanId) -> anyhow::Error {
    missing(format!("Plan {id} not found"))
}

impl Writer<'_> {
    /// Makes an active plan; journalled as `plan.created`.
    ///
    /// # Errors
    /// Those of the database.
    pub fn add_plan(&self, new: NewPlan) -> Result<Plan> {
        let id = PlanId(self.insert(
            "INSERT INTO plans (uid, name, description, created_at, status, metadata_json)
             VALUES (:uid, :name, :description, :at, 'active', :metadata)",
            named_params! {
                ":uid": Ulid::generate().to_string(),
                ":name": new.name,
                ":description": new.description,
                ":at": self.at,
                ":metadata": Json(new.metadata),
            },
        )?);
        let plan = self.existing_plan(id)?;
        let detail = json!({ "uid": plan.uid, "name": plan.name });
        self.log_plan("plan.created", id, detail)?;
        Ok(plan)
    }

    /// Seals a plan with its final metadata and ends its active tasks; journalled as
    /// `plan.archived`. Nothing of the plan changes after that.
    ///
    /// # Errors
    /// A plan that is not there or is archived already, and those of the database.
    pub fn archive_plan(&self, plan: PlanId, metadata: &Value) -> Result<()> {
        // First: afterwards these rows could not go any more.
        self.change(
            "DELETE FROM active_tasks
             WHERE task_id IN (SELECT id FROM plan_tasks WHERE plan_id = :id)",
            named_params! { ":id": plan },
        )
        .unless_archived(plan, "change")?;
        let changed = self.change(
            "UPDATE plans
             SET status = 'archived', metadata_json = :metadata WHERE id = :id",
            named_params! { ":id": plan, ":metadata": Json(metadata.clone()) },
        );
        if changed.unless_archived(plan, "change")? == 0 {
            return Err(no_plan(plan));
        }
        self.log_plan("plan.archived", plan, json!({ "metadata": metadata }))
    }
}
