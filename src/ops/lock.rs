//! Files that keep processes apart; a kill releases them.

use std::fs::File;

use anyhow::{Context as _, Result};

use crate::model::printable::Printable;

use super::workspace::Workspace;

/// Opens a lock of that name, to be taken by whoever asked.
///
/// # Errors
/// When it cannot be opened.
pub(super) fn open(ws: &Workspace, name: &str) -> Result<File> {
    let path = ws.repo().plan_dir().join(name);
    File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .with_context(|| format!("opening {}", Printable::path(&path)))
}
