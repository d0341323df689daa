//! Where a work tree stands, in lines that scripts can rely on: a word, then its values.

use std::io::{self, Write};

use crate::model::overview::{HookSighting, Standing};
use crate::model::printable::Printable;

/// What ends a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineEnd {
    /// A line break; free text is escaped where it could be taken for more than text.
    Newline,
    /// NUL; free text is as it is.
    Nul,
}

/// Writes a standing, version 1. What is not known has no line, or `-` as its value; free text
/// comes last. Lines may be added under the same version.
///
/// # Errors
/// When `out` cannot be written.
pub fn standing(out: &mut dyn Write, it: &Standing, end: LineEnd) -> io::Result<()> {
    let text = |text: &str| match end {
        LineEnd::Newline => Printable::new(text).to_string(),
        LineEnd::Nul => text.replace('\0', ""),
    };
    let mut lines = vec!["version 1".to_owned()];
    if let Some(plan) = &it.plan {
        lines.push(format!("plan {} {}", plan.id, text(&plan.name)));
    }
    let counts = it.tasks;
    let counts = [
        ("pending", counts.pending),
        ("in_progress", counts.in_progress),
        ("completed", counts.completed),
        ("failed", counts.failed),
        ("blocked", counts.blocked),
    ];
    lines.extend(counts.map(|(word, count)| format!("tasks {word} {count}")));
    if let Some(task) = &it.active_task {
        let (plan, number, title) = (task.plan_id, task.number, text(&task.title));
        let (status, audit) = (task.status, task.audit_status);
        lines.push(format!("active {plan} {number} {status} {audit} {title}"));
    }
    if let Some(evidence) = &it.last_evidence {
        let count = evidence.violations.map(|count| count.to_string());
        let (count, at) = (count.as_deref().unwrap_or("-"), evidence.recorded_at);
        lines.push(format!("evidence {count} {at}"));
    }
    if let Some(checkpoint) = &it.last_checkpoint {
        let (sequence, snapshot) = (checkpoint.sequence, checkpoint.snapshot);
        let name = text(&checkpoint.name);
        lines.push(format!("checkpoint {sequence} {snapshot} {name}"));
    }
    for HookSighting { name, last_seen } in &it.hooks {
        let seen = last_seen.map_or_else(|| "-".to_owned(), |at| at.to_string());
        lines.push(format!("hook {name} {seen}"));
    }
    let end = match end {
        LineEnd::Newline => b"\n",
        LineEnd::Nul => b"\0",
    };
    for line in lines {
        out.write_all(line.as_bytes())?;
        out.write_all(end)?;
    }
    Ok(())
}
