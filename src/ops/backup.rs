//! `backup`: a copy of the planning database.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::workspace::Workspace;

/// Copies the database to a file, by default to a new one in `plan/backup`; returns where.
///
/// # Errors
/// When there is no database, the file is there already, or it cannot be written.
pub fn backup(ws: &Workspace, file: Option<&Path>) -> Result<PathBuf> {
    ws.planning()?.back_up(file, ws.now())
}
