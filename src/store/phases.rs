//! Phases: groups of a plan's tasks.

use anyhow::Result;
use rusqlite::{Row, named_params};
use serde_json::json;

use super::planning::{Reader, Writer};
use super::sealed::Sealed as _;
use crate::error::Failure;
use crate::model::id::{PhaseId, PlanId};
use crate::model::plan::{NewPhase, Phase};

fn phase(row: &Row<'_>) -> rusqlite::Result<Phase> {
    Ok(Phase {
        id: row.get("id")?,
        number: row.get("phase_number")?,
        title: row.get("title")?,
        description: row.get("description")?,
        success_criteria: row.get("success_criteria")?,
    })
}

impl Reader<'_> {
    /// Lists a plan's phases by number.
    ///
    /// # Errors
    /// Those of the database.
    pub fn phases(&self, plan: PlanId) -> Result<Vec<Phase>> {
        self.list(
            "SELECT * FROM plan_phases WHERE plan_id = :plan ORDER BY phase_number",
            named_params! { ":plan": plan },
            phase,
        )
    }

    /// Returns the row of a phase that users know by number.
    pub(super) fn phase_id(&self, plan: PlanId, number: u32) -> Result<PhaseId> {
        self.first(
            "SELECT id FROM plan_phases WHERE plan_id = :plan AND phase_number = :number",
            named_params! { ":plan": plan, ":number": number },
            |row| row.get("id"),
        )?
        .ok_or_else(|| {
            Failure::fatal(format!("Phase {number} not found in plan {plan}"))
                .hint(format!("'git plan show {plan}' lists the phases"))
                .into()
        })
    }
}

impl Writer<'_> {
    /// Adds a phase under the number wanted or the next free one; journalled as `phase.added`.
    ///
    /// # Errors
    /// A taken number, a plan that is not there or is archived, and those of the database.
    pub fn add_phase(&self, plan: PlanId, new: NewPhase) -> Result<Phase> {
        self.existing_plan(plan)?;
        let phases = self.phases(plan)?;
        let number = match new.number {
            Some(number) if phases.iter().any(|phase| phase.number == number) => {
                let taken = format!("Phase {number} exists already in plan {plan}");
                return Err(Failure::fatal(taken).into());
            }
            Some(number) => number,
            None => phases
                .last()
                .map_or(1, |last| last.number.saturating_add(1)),
        };
        let id = self
            .insert(
                "INSERT INTO plan_phases
                     (plan_id, phase_number, title, description, success_criteria, created_at)
                 VALUES (:plan, :number, :title, :description, :success_criteria, :at)",
                named_params! {
                    ":plan": plan,
                    ":number": number,
                    ":title": new.title,
                    ":description": new.description,
                    ":success_criteria": new.success_criteria,
                    ":at": self.at,
                },
            )
            .unless_archived(plan, "add phases to")?;
        let detail = json!({ "number": number, "title": new.title });
        self.log_plan("phase.added", plan, detail)?;
        Ok(Phase {
            id: PhaseId(id),
            number,
            title: new.title,
            description: new.description,
            success_criteria: new.success_criteria,
        })
    }
}
