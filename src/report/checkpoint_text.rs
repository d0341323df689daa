//! Checkpoints as text.

use std::io::{self, Write};

use crate::model::checkpoint::Checkpoint;
use crate::model::printable::Printable;

use super::style::{Style, Tone};

/// Writes a list of checkpoints.
///
/// # Errors
/// When `out` cannot be written.
pub fn checkpoints(out: &mut dyn Write, list: &[Checkpoint], style: Style) -> io::Result<()> {
    list.iter()
        .try_for_each(|checkpoint| one(out, checkpoint, style))
}

/// Writes one checkpoint: number, name, what it was made at and how many files it changed.
///
/// # Errors
/// When `out` cannot be written.
pub fn one(out: &mut dyn Write, checkpoint: &Checkpoint, style: Style) -> io::Result<()> {
    let name = style.paint(Tone::Strong, Printable::new(&checkpoint.name));
    let superseded = if checkpoint.superseded_by.is_some() {
        " (superseded)"
    } else {
        ""
    };
    writeln!(out, "[{}] {name}{superseded}", checkpoint.sequence)?;
    let head = checkpoint
        .head
        .map_or_else(|| "none".to_owned(), |head| head.short());
    let branch = match &checkpoint.branch {
        Some(branch) => format!(" ({})", Printable::new(branch)),
        None => String::new(),
    };
    writeln!(out, "    Git ref: {head}{branch}")?;
    writeln!(out, "    Timestamp: {}", checkpoint.timestamp)?;
    writeln!(out, "    Files: {}", checkpoint.files)?;
    for left_out in &checkpoint.left_out {
        writeln!(
            out,
            "    Left out: {} ({})",
            left_out.path,
            Printable::new(&left_out.reason)
        )?;
    }
    Ok(())
}
