//! Tasks as text: an entry of a plan, with its jobs and its spec.

use std::io::{self, Write};

use crate::model::overview::TaskOverview;
use crate::model::printable::Printable;
use crate::model::task::{AuditStatus, Job, TaskStatus};

use super::style::{Style, Tone};

const INSIDE_A_TASK: &str = "      ";

/// Returns the checkbox of something done or not.
pub(super) const fn tick(done: bool) -> &'static str {
    if done { "[X]" } else { "[ ]" }
}

/// Writes a task, what is out of the ordinary about it, its jobs, and its spec if the text is there.
pub(super) fn entry(out: &mut dyn Write, it: &TaskOverview, style: Style) -> io::Result<()> {
    let task = &it.task;
    let title = Printable::new(&task.title);
    let tick = tick(task.status == TaskStatus::Completed);
    let audit = match task.audit_status {
        AuditStatus::Pending => String::new(),
        judged => format!(
            " {}",
            style.paint(audit_tone(judged), format_args!("(audit: {judged})"))
        ),
    };
    writeln!(out, "  {tick} Task {}: {title}{audit}", task.number)?;
    if !matches!(task.status, TaskStatus::Pending | TaskStatus::Completed) {
        let status = style.paint(status_tone(task.status), task.status);
        writeln!(out, "{INSIDE_A_TASK}Status: {status}")?;
    }
    if let Some(text) = &task.description {
        field(out, INSIDE_A_TASK, "Description", text)?;
    }
    if let Some(name) = &task.assigned_to {
        field(out, INSIDE_A_TASK, "Assigned to", name)?;
    }
    if let Some(spec) = &it.spec {
        let hash: String = spec.hash.0.chars().take(8).collect();
        writeln!(out, "{INSIDE_A_TASK}Spec: {hash}")?;
        for line in spec.yaml.as_deref().unwrap_or_default().lines() {
            writeln!(out, "{INSIDE_A_TASK}  | {}", Printable::block(line))?;
        }
    }
    it.jobs.iter().try_for_each(|job| checkbox(out, job))
}

fn checkbox(out: &mut dyn Write, job: &Job) -> io::Result<()> {
    let tick = tick(job.completed);
    let mark = if job.is_audit_job { " [AUDIT]" } else { "" };
    let description = Printable::new(&job.description);
    writeln!(
        out,
        "{INSIDE_A_TASK}{tick} Job {}: {description}{mark}",
        job.number
    )
}

/// Writes `name: text`, further lines of the text indented below the first.
pub(super) fn field(out: &mut dyn Write, indent: &str, name: &str, text: &str) -> io::Result<()> {
    let mut lines = text.lines();
    let first = lines.next().unwrap_or_default();
    writeln!(out, "{indent}{name}: {}", Printable::block(first))?;
    lines.try_for_each(|line| writeln!(out, "{indent}  {}", Printable::block(line)))
}

/// Returns the tone a status is shown in.
pub(super) const fn status_tone(status: TaskStatus) -> Tone {
    match status {
        TaskStatus::Completed => Tone::Good,
        TaskStatus::Failed => Tone::Bad,
        TaskStatus::InProgress | TaskStatus::Blocked => Tone::Caution,
        TaskStatus::Pending => Tone::Quiet,
    }
}

const fn audit_tone(audit: AuditStatus) -> Tone {
    match audit {
        AuditStatus::Pass => Tone::Good,
        AuditStatus::Fail => Tone::Bad,
        AuditStatus::Pending => Tone::Quiet,
    }
}
