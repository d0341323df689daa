//! What the gate said of a commit and a spec; not journalled, since it can be judged again.

use anyhow::Result;
use rusqlite::named_params;

use super::planning::{Reader, Writer};
use crate::model::id::{CommitId, SpecHash};

impl Reader<'_> {
    /// Returns whether `commit` met `spec`, if that was ever judged.
    ///
    /// # Errors
    /// Those of the database.
    pub fn gate_verdict(&self, commit: CommitId, spec: &SpecHash) -> Result<Option<bool>> {
        self.first(
            "SELECT met FROM gate_verdicts WHERE commit_oid = :commit AND spec_hash = :spec",
            named_params! { ":commit": commit, ":spec": spec },
            |row| row.get("met"),
        )
    }

    /// Reports whether the gate ever judged `commit` by a spec whose key begins with `spec`.
    ///
    /// # Errors
    /// Those of the database.
    pub fn has_gate_verdict(&self, commit: CommitId, spec: &SpecHash) -> Result<bool> {
        let count = self.number(
            "SELECT COUNT(*) FROM gate_verdicts
             WHERE commit_oid = :commit AND substr(spec_hash, 1, length(:spec)) = :spec",
            named_params! { ":commit": commit, ":spec": spec },
        )?;
        Ok(count > 0)
    }
}

impl Writer<'_> {
    /// Stores whether `commit` met `spec`.
    ///
    /// # Errors
    /// Those of the database.
    pub fn set_gate_verdict(&self, commit: CommitId, spec: &SpecHash, met: bool) -> Result<()> {
        self.change(
            "INSERT INTO gate_verdicts (commit_oid, spec_hash, met, judged_at)
             VALUES (:commit, :spec, :met, :at)
             ON CONFLICT (commit_oid, spec_hash) DO UPDATE SET met = :met, judged_at = :at",
            named_params! { ":commit": commit, ":spec": spec, ":met": met, ":at": self.at },
        )?;
        Ok(())
    }
}
