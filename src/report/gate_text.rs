//! What is said of completed tasks that are broken: by the hooks that judge, and before they vanish.

use std::io::{self, Write};

use crate::model::count::{counted, listed};
use crate::model::evaluation::Verdict;
use crate::model::judged::{GateReport, Judged, JudgedTip, TaskLabel, UnverifiedPush};
use crate::model::printable::Printable;

use super::evaluation_text::{Manner, broken_rules, subject};
use super::style::Style;
use super::verification_text;

/// How many commits of one push are told about at length.
const TOLD: usize = 10;

/// Writes why a push is held back.
///
/// # Errors
/// When `out` cannot be written.
pub fn held(out: &mut dyn Write, report: &GateReport, style: Style) -> io::Result<()> {
    for tip in report.held.iter().take(TOLD) {
        one_tip(out, tip, style)?;
    }
    let more = report.held.len().saturating_sub(TOLD);
    if more > 0 {
        let more = counted(more, "more commit");
        writeln!(out, "git-plan: ... and {more} of this push, as bad")?;
    }
    not_checked(out, &report.not_checked)?;
    if report.verdict() == Verdict::Broken {
        let task = report
            .held
            .iter()
            .flat_map(|tip| &tip.failed)
            .find_map(|it| it.task.as_ref());
        if let Some(TaskLabel { plan, number, .. }) = task {
            writeln!(
                out,
                "hint: finish the work and push again, or say that it is not done:\n\
                 hint:   git plan update-task {plan} {number} --status in_progress"
            )?;
        }
    }
    Ok(())
}

fn one_tip(out: &mut dyn Write, tip: &JudgedTip, style: Style) -> io::Result<()> {
    let names: Vec<String> = tip
        .remote_names
        .iter()
        .map(|name| Printable::new(name).to_string())
        .collect();
    let what = match broken_tasks(&tip.failed) {
        0 => "could not verify".to_owned(),
        broken => format!("breaks {}", counted(broken, "completed task")),
    };
    writeln!(
        out,
        "git-plan: push of {} ({}): {what}",
        listed(&names),
        tip.commit.short()
    )?;
    for judged in &tip.failed {
        failed(out, judged, ("", style))?;
    }
    Ok(())
}

fn broken_tasks(failed: &[Judged]) -> usize {
    let broken = failed
        .iter()
        .filter(|it| it.evaluation.verdict == Verdict::Broken);
    broken.count()
}

/// Writes what went out although the gate let nothing through.
///
/// # Errors
/// When `out` cannot be written.
pub fn unverified(out: &mut dyn Write, push: &UnverifiedPush, style: Style) -> io::Result<()> {
    let failed = push.failed.as_deref().unwrap_or_default();
    let tasks = match push.tasks.as_slice() {
        [only] => format!("task {only}"),
        several => format!("tasks {}", listed(several)),
    };
    let what = match (&push.failed, broken_tasks(failed)) {
        (Some(all), 0) if all.is_empty() => format!("{tasks} met"),
        (_, 0) => format!("could not verify {tasks} now"),
        (_, broken) => format!("breaks {}", counted(broken, "completed task")),
    };
    writeln!(
        out,
        "git-plan: {} ({}) was pushed unverified: {what}",
        Printable::new(&listed(&push.names)),
        push.commit.short()
    )?;
    let mut failed = failed.iter();
    failed.try_for_each(|judged| self::failed(out, judged, ("", style)))
}

/// Writes why something that takes tasks out of the gate needs a second thought.
///
/// # Errors
/// When `out` cannot be written.
pub fn broken(out: &mut dyn Write, broken: &[Judged], style: Style) -> io::Result<()> {
    for judged in broken {
        let place = match judged.evaluation.tree.source.as_str() {
            "HEAD" => " in HEAD",
            _ => "",
        };
        failed(out, judged, (place, style))?;
    }
    Ok(())
}

fn failed(out: &mut dyn Write, judged: &Judged, (place, style): (&str, Style)) -> io::Result<()> {
    let outcome = match judged.evaluation.verdict {
        Verdict::Unverified => "could not verify".to_owned(),
        _ => counted(judged.evaluation.total_violations, "violation"),
    };
    writeln!(out, "  {}: {outcome}{place}", subject(judged))?;
    let manner = Manner {
        style,
        ..Manner::BRIEF
    };
    broken_rules(out, &judged.evaluation, manner, "    ")
}

/// Writes what the staged tree would break.
///
/// # Errors
/// When `out` cannot be written.
pub fn staged(out: &mut dyn Write, worse: &[Judged], style: Style) -> io::Result<()> {
    writeln!(
        out,
        "git-plan: this commit breaks {}",
        counted(worse.len(), "completed task")
    )?;
    worse
        .iter()
        .try_for_each(|judged| failed(out, judged, ("", style)))
}

/// Writes the one line about tasks that were completed in another history.
///
/// # Errors
/// When `out` cannot be written.
pub fn not_checked(out: &mut dyn Write, tasks: &[TaskLabel]) -> io::Result<()> {
    if tasks.is_empty() {
        return Ok(());
    }
    write!(out, "git-plan: ")?;
    verification_text::not_checked(out, tasks)
}
