//! Plans as text: a table of all, or one with everything in it.

use std::io::{self, Write};

use serde_json::Value;

use crate::model::overview::{PlanOverview, TaskOverview};
use crate::model::plan::{Phase, Plan, PlanStatus};
use crate::model::printable::Printable;
use crate::model::task::TaskStatus;

use super::style::{Style, Tone};
use super::task_text::{self, tick};

/// How the tasks of a plan are arranged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// By number.
    Flat,
    /// Under their phases.
    Phases,
}

/// Writes a table of plans and how many there are.
///
/// # Errors
/// When `out` cannot be written.
pub fn list(out: &mut dyn Write, plans: &[Plan], style: Style) -> io::Result<()> {
    let digits = plans.iter().map(|plan| plan.id.to_string().len()).max();
    let width = digits.unwrap_or(0).max(2);
    if !plans.is_empty() {
        let head = format!("{:>width$}  {:<9}  {:<20}  NAME", "ID", "STATUS", "CREATED");
        writeln!(out, "{}", style.paint(Tone::Strong, head))?;
    }
    for plan in plans {
        // Padded before it is painted: escape sequences have no width.
        let status = format!("{:<9}", plan.status.as_str());
        let status = style.paint(tone(plan.status), status);
        let created = plan.created_at.to_string();
        let name = Printable::new(&plan.name);
        writeln!(
            out,
            "{:>width$}  {status}  {created:<20}  {name}",
            plan.id.0
        )?;
    }
    if !plans.is_empty() {
        writeln!(out)?;
    }
    // The seed's words, whatever the number.
    writeln!(out, "Total: {} plans", plans.len())
}

const fn tone(status: PlanStatus) -> Tone {
    match status {
        PlanStatus::Active => Tone::Good,
        PlanStatus::Completed => Tone::Strong,
        PlanStatus::Archived => Tone::Quiet,
    }
}

/// Writes one plan and, as far as they are there, its tasks.
///
/// # Errors
/// When `out` cannot be written.
pub fn overview(
    out: &mut dyn Write,
    shown: &PlanOverview,
    layout: Layout,
    style: Style,
) -> io::Result<()> {
    head(out, &shown.plan, style)?;
    let Some(tasks) = &shown.tasks else {
        return Ok(());
    };
    match layout {
        Layout::Flat => flat(out, tasks, style),
        Layout::Phases => by_phase(out, &shown.phases, tasks, style),
    }
}

fn head(out: &mut dyn Write, plan: &Plan, style: Style) -> io::Result<()> {
    let title = format!("Plan {}: {}", plan.id, Printable::new(&plan.name));
    writeln!(out, "{}", style.paint(Tone::Strong, title))?;
    writeln!(
        out,
        "Status: {}",
        style.paint(tone(plan.status), plan.status)
    )?;
    writeln!(out, "Created: {}", plan.created_at)?;
    if let Some(text) = &plan.description {
        task_text::field(out, "", "Description", text)?;
    }
    if let Value::Object(members) = &plan.metadata
        && !members.is_empty()
    {
        writeln!(out, "Metadata:")?;
        for (name, value) in members {
            let name = Printable::new(name).to_string();
            let text = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            task_text::field(out, "  ", &name, &text)?;
        }
    }
    Ok(())
}

fn flat(out: &mut dyn Write, tasks: &[TaskOverview], style: Style) -> io::Result<()> {
    writeln!(out, "\nTasks ({}):", tasks.len())?;
    tasks
        .iter()
        .try_for_each(|task| task_text::entry(out, task, style))
}

fn by_phase(
    out: &mut dyn Write,
    phases: &[Phase],
    tasks: &[TaskOverview],
    style: Style,
) -> io::Result<()> {
    for phase in phases {
        let inside: Vec<_> = tasks
            .iter()
            .filter(|task| task.phase == Some(phase.number))
            .collect();
        let is_done = !inside.is_empty()
            && inside
                .iter()
                .all(|it| it.task.status == TaskStatus::Completed);
        let title = format!("Phase {}: {}", phase.number, Printable::new(&phase.title));
        let title = style.paint(Tone::Strong, title);
        writeln!(out, "\n{} {title}", tick(is_done))?;
        if let Some(text) = &phase.description {
            task_text::field(out, "    ", "Description", text)?;
        }
        if let Some(text) = &phase.success_criteria {
            task_text::field(out, "    ", "Success criteria", text)?;
        }
        for task in inside {
            task_text::entry(out, task, style)?;
        }
    }
    let mut orphans = tasks.iter().filter(|it| it.phase.is_none()).peekable();
    if orphans.peek().is_some() {
        let label = if phases.is_empty() {
            "Tasks:"
        } else {
            "Orphaned Tasks (not in any phase):"
        };
        writeln!(out, "\n{label}")?;
    }
    orphans.try_for_each(|task| task_text::entry(out, task, style))
}

#[cfg(test)]
mod tests;
