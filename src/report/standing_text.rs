//! Where a work tree stands, as text.

use std::io::{self, Write};

use crate::model::count::counted;
use crate::model::overview::{HookSighting, Standing, TaskCounts};
use crate::model::plan::Plan;
use crate::model::printable::Printable;
use crate::model::task::Task;

use super::style::{Style, Tone};
use super::task_text::status_tone;

/// Writes a standing, one line for each thing known.
///
/// # Errors
/// When `out` cannot be written.
pub fn standing(out: &mut dyn Write, it: &Standing, style: Style) -> io::Result<()> {
    match &it.plan {
        Some(plan) => {
            writeln!(out, "Plan {}", style.paint(Tone::Strong, named(plan)))?;
            writeln!(out, "Tasks: {}", standings(it.tasks))?;
        }
        None => without_plan(out, &it.active_plans)?,
    }
    match &it.active_task {
        Some(task) => active(out, task, style)?,
        None => writeln!(out, "Active task: none")?,
    }
    if let Some(evidence) = &it.last_evidence {
        let violations = evidence.violations.map_or_else(
            || "not counted".to_owned(),
            |count| counted(count, "violation"),
        );
        writeln!(out, "Last evidence: {violations}, {}", evidence.recorded_at)?;
    }
    if let Some(checkpoint) = &it.last_checkpoint {
        let name = Printable::new(&checkpoint.name);
        let (sequence, at) = (checkpoint.sequence, checkpoint.timestamp);
        writeln!(out, "Last checkpoint: [{sequence}] {name}, {at}")?;
    }
    hooks(out, &it.hooks)
}

fn named(plan: &Plan) -> String {
    format!("{}: {}", plan.id, Printable::new(&plan.name))
}

fn without_plan(out: &mut dyn Write, active: &[Plan]) -> io::Result<()> {
    if active.is_empty() {
        return writeln!(out, "No active plan");
    }
    writeln!(out, "No current plan; active plans:")?;
    active
        .iter()
        .try_for_each(|plan| writeln!(out, "  {}", named(plan)))
}

fn active(out: &mut dyn Write, task: &Task, style: Style) -> io::Result<()> {
    let title = Printable::new(&task.title);
    let status = style.paint(status_tone(task.status), task.status);
    let (plan, number) = (task.plan_id, task.number);
    writeln!(
        out,
        "Active task: {plan}.{number}: {title} ({status}, audit: {})",
        task.audit_status
    )
}

fn standings(tasks: TaskCounts) -> String {
    let counts = [
        (tasks.completed, "completed"),
        (tasks.in_progress, "in progress"),
        (tasks.pending, "pending"),
        (tasks.failed, "failed"),
        (tasks.blocked, "blocked"),
    ];
    let some: Vec<String> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    if some.is_empty() {
        return "none".to_owned();
    }
    some.join(", ")
}

fn hooks(out: &mut dyn Write, hooks: &[HookSighting]) -> io::Result<()> {
    if hooks.iter().all(|hook| hook.last_seen.is_none()) {
        return writeln!(
            out,
            "Hooks: none has run yet ('git plan install' sets them up)"
        );
    }
    writeln!(out, "Hooks last run:")?;
    for hook in hooks {
        let seen = hook
            .last_seen
            .map_or_else(|| "never".to_owned(), |at| at.to_string());
        writeln!(out, "  {:<15}  {seen}", hook.name)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_there_is_counted() {
        let check = |counts, expected: &str| assert_eq!(standings(counts), expected);
        check(TaskCounts::default(), "none");
        check(
            TaskCounts {
                pending: 2,
                completed: 1,
                ..TaskCounts::default()
            },
            "1 completed, 2 pending",
        );
    }
}
