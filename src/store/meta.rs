//! Small facts about the repository, such as how far a reflog was read; not journalled.

use anyhow::Result;
use rusqlite::named_params;

use super::planning::{Reader, Writer};

impl Reader<'_> {
    /// Returns the fact stored under `key`.
    ///
    /// # Errors
    /// Those of the database.
    pub fn meta(&self, key: &str) -> Result<Option<String>> {
        self.first(
            "SELECT value FROM meta WHERE key = :key",
            named_params! { ":key": key },
            |row| row.get("value"),
        )
    }

    /// Returns the facts whose keys begin with `prefix`, with what follows it in each key, by key.
    ///
    /// # Errors
    /// Those of the database.
    pub fn meta_under(&self, prefix: &str) -> Result<Vec<(String, String)>> {
        self.list(
            "SELECT substr(key, length(:prefix) + 1) AS rest, value FROM meta
             WHERE substr(key, 1, length(:prefix)) = :prefix ORDER BY key",
            named_params! { ":prefix": prefix },
            |row| Ok((row.get("rest")?, row.get("value")?)),
        )
    }
}

impl Writer<'_> {
    /// Stores a fact in place of the one before.
    ///
    /// # Errors
    /// Those of the database.
    pub fn set_meta(&self, key: &str, value: &str) -> Result<()> {
        self.change(
            "INSERT INTO meta (key, value) VALUES (:key, :value)
             ON CONFLICT (key) DO UPDATE SET value = :value",
            named_params! { ":key": key, ":value": value },
        )?;
        Ok(())
    }

    /// Forgets a fact; fine if there is none.
    ///
    /// # Errors
    /// Those of the database.
    pub fn remove_meta(&self, key: &str) -> Result<()> {
        self.change(
            "DELETE FROM meta WHERE key = :key",
            named_params! { ":key": key },
        )?;
        Ok(())
    }
}
