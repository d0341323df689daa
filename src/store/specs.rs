//! Stored spec texts; a text once stored is never changed.

use anyhow::Result;
use rusqlite::named_params;

use super::planning::{Reader, Writer};
use crate::model::id::{PlanId, SpecHash, SpecId};

impl Reader<'_> {
    /// Returns a spec's YAML text as stored, and the hash of its rules.
    ///
    /// # Errors
    /// Those of the database.
    pub fn spec_text(&self, id: SpecId) -> Result<Option<(String, SpecHash)>> {
        self.first(
            "SELECT spec_yaml, spec_hash FROM plan_specs WHERE id = :id",
            named_params! { ":id": id },
            |row| Ok((row.get("spec_yaml")?, row.get("spec_hash")?)),
        )
    }
}

impl Writer<'_> {
    pub(super) fn add_spec(
        &self,
        plan: PlanId,
        yaml: &str,
        hash: &SpecHash,
    ) -> rusqlite::Result<SpecId> {
        self.insert(
            "INSERT INTO plan_specs (plan_id, spec_yaml, spec_hash, created_at)
             VALUES (:plan, :yaml, :hash, :at)",
            named_params! { ":plan": plan, ":yaml": yaml, ":hash": hash, ":at": self.at },
        )
        .map(SpecId)
    }
}
