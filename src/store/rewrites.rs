//! Which commit took which one's place, whoever's plan it concerns; only ever appended to.

use anyhow::Result;
use rusqlite::named_params;
use serde_json::json;

use super::planning::{Reader, Writer};
use crate::model::event::{Cause, NewEvent, Rewritten};
use crate::model::id::CommitId;

impl Reader<'_> {
    /// Lists every commit that took `old`'s place, along chains, in the order they were seen;
    /// `old` itself is not among them, even when a chain comes back to it.
    ///
    /// # Errors
    /// Those of the database.
    pub fn successors(&self, old: CommitId) -> Result<Vec<CommitId>> {
        self.chain(old, Cause::Copy.as_str())
    }

    /// Lists every commit that stands for what `old` did: its successors and all their copies.
    ///
    /// # Errors
    /// Those of the database.
    pub fn stand_ins(&self, old: CommitId) -> Result<Vec<CommitId>> {
        self.chain(old, "")
    }

    fn chain(&self, old: CommitId, left_out: &str) -> Result<Vec<CommitId>> {
        self.list(
            "WITH RECURSIVE chain (id, oid) AS (
                 SELECT id, new_oid FROM rewrites WHERE old_oid = :old AND cause <> :left_out
                 UNION
                 SELECT rewrites.id, rewrites.new_oid
                 FROM chain JOIN rewrites ON rewrites.old_oid = chain.oid
                 WHERE cause <> :left_out)
             SELECT oid FROM chain WHERE oid <> :old GROUP BY oid ORDER BY MAX(id)",
            named_params! { ":old": old, ":left_out": left_out },
            |row| row.get("oid"),
        )
    }

    /// Reports whether `new` is known to have taken another commit's place.
    ///
    /// # Errors
    /// Those of the database.
    pub fn has_predecessor(&self, new: CommitId) -> Result<bool> {
        let count = self.number(
            "SELECT COUNT(*) FROM rewrites WHERE new_oid = :new AND cause <> :copy",
            named_params! { ":new": new, ":copy": Cause::Copy.as_str() },
        )?;
        Ok(count > 0)
    }

    /// Lists the commits that are checkpoints and that no rewrite took the place of, newest first,
    /// at most `max`; archived plans are left out.
    ///
    /// # Errors
    /// Those of the database.
    pub fn rewritable(&self, max: u32) -> Result<Vec<CommitId>> {
        self.list(
            "SELECT snapshot_oid FROM code_snapshots JOIN plans ON plans.id = plan_id
             WHERE origin = 'commit' AND superseded_by IS NULL AND plans.status <> 'archived'
             ORDER BY code_snapshots.id DESC LIMIT :max",
            named_params! { ":max": max },
            |row| row.get("snapshot_oid"),
        )
    }
}

impl Writer<'_> {
    /// Stores the pairs that are new; each is journalled as `rewrite.seen`.
    ///
    /// # Errors
    /// Those of the database.
    pub fn add_rewrites(&self, pairs: &[Rewritten], cause: Cause) -> Result<()> {
        for Rewritten { old, new } in pairs {
            if old == new {
                continue;
            }
            let added = self.change(
                "INSERT INTO rewrites (old_oid, new_oid, cause, seen_at)
                 VALUES (:old, :new, :cause, :at)
                 ON CONFLICT (old_oid, new_oid) DO NOTHING",
                named_params! { ":old": old, ":new": new, ":cause": cause.as_str(), ":at": self.at },
            )?;
            if added > 0 {
                self.record(NewEvent {
                    action: "rewrite.seen",
                    plan_id: None,
                    task_number: None,
                    detail: json!({ "old": old, "new": new, "cause": cause }),
                })?;
            }
        }
        Ok(())
    }
}
