//! Opening the workspace of a command, and saying what was left unfinished or unverified there.

use anyhow::Result;

use crate::ops::rewind::{UNFINISHED_HINT, is_unfinished};
use crate::ops::{Workspace, past_gate};
use crate::report::gate_text;
use crate::store::Access;

use super::output::Output;

/// Opens the workspace of the current directory.
///
/// # Errors
/// As [`Workspace::open`].
pub(super) fn open(access: Access, out: &mut Output) -> Result<Workspace> {
    let ws = Workspace::open(access)?;
    // Trouble with the database is the command's own to report when it comes to it.
    if access != Access::Create && is_unfinished(&ws).unwrap_or(false) {
        out.warning("a rewind of this work tree is unfinished");
        out.hint(UNFINISHED_HINT);
    }
    for push in past_gate::notice(&ws).unwrap_or_default() {
        out.report(|to, style| gate_text::unverified(to, &push, style))?;
    }
    Ok(ws)
}
