//! Opening the workspace of a command, and saying what was left unfinished, unverified or lost
//! there.

use anyhow::Result;

use crate::hook::lost::lost;
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
    say_notices(&ws, access, out)?;
    Ok(ws)
}

/// Opens the workspace of the current directory for a command that will look at the work tree.
///
/// # Errors
/// As [`Workspace::open`].
pub(super) fn open_on_worktree(access: Access, out: &mut Output) -> Result<Workspace> {
    let ws = Workspace::open_on_worktree(access)?;
    say_notices(&ws, access, out)?;
    Ok(ws)
}

fn say_notices(ws: &Workspace, access: Access, out: &mut Output) -> Result<()> {
    // Trouble with the database is the command's own to report when it comes to it.
    if access != Access::Create && is_unfinished(ws).unwrap_or(false) {
        out.warning("a rewind of this work tree is unfinished");
        out.hint(UNFINISHED_HINT);
    }
    for push in past_gate::notice(ws).unwrap_or_default() {
        out.report(|to, style| gate_text::unverified(to, &push, style))?;
    }
    let lost = lost(ws.repo()).unwrap_or_default();
    if !lost.is_empty() {
        let names: Vec<_> = lost.iter().map(|hook| hook.as_str()).collect();
        out.warning(format_args!(
            "hooks that were installed no longer reach git-plan: {}",
            names.join(", ")
        ));
        out.hint("'git plan doctor' tells why, 'git plan install' what to do");
    }
    Ok(())
}
