//! What `verify` and `verify-task` say to people.

use std::io::{self, Write};

use crate::model::evaluation::{Evaluation, Verdict};
use crate::model::judged::{Judged, TaskLabel, Verification};
use crate::model::printable::Printable;
use crate::model::words::counted;

use super::evaluation_text::{Detail, broken_rules, subject};
use super::style::{Style, Tone};

/// Writes a verification of many.
///
/// # Errors
/// When `out` cannot be written.
pub fn verification(
    out: &mut dyn Write,
    verification: &Verification,
    (detail, style): (Detail, Style),
) -> io::Result<()> {
    for judged in &verification.evaluations {
        one(out, judged, (detail, style))?;
    }
    not_checked(out, &verification.not_checked)?;
    if verification.evaluations.len() > 1 {
        let specs = counted(verification.evaluations.len(), "spec");
        let violations = counted(verification.total_violations(), "violation");
        writeln!(out, "{specs}, {violations}")?;
    }
    Ok(())
}

fn one(out: &mut dyn Write, judged: &Judged, (detail, style): (Detail, Style)) -> io::Result<()> {
    let evaluation = &judged.evaluation;
    let (tone, word) = match evaluation.verdict {
        Verdict::Met => (Tone::Good, "met"),
        Verdict::Broken => (Tone::Bad, "broken"),
        Verdict::Unverified => (Tone::Caution, "could not verify"),
    };
    let word = style.paint(tone, word);
    let violations = counted(evaluation.total_violations, "violation");
    let files = counted(evaluation.files_in_scope, "file");
    writeln!(
        out,
        "{}: {word} ({violations}, {files} in scope)",
        subject(judged)
    )?;
    broken_rules(out, evaluation, (detail, style), "  ")?;
    vacuous(out, evaluation)
}

fn vacuous(out: &mut dyn Write, evaluation: &Evaluation) -> io::Result<()> {
    for rule in evaluation.rules.iter().filter(|rule| rule.vacuous) {
        let id = Printable::new(&rule.id);
        writeln!(out, "  {id}: vacuous, nothing in its scope was judged")?;
    }
    Ok(())
}

/// Writes the one line about tasks that were completed in another history.
///
/// # Errors
/// When `out` cannot be written.
pub fn not_checked(out: &mut dyn Write, tasks: &[TaskLabel]) -> io::Result<()> {
    if tasks.is_empty() {
        return Ok(());
    }
    let names: Vec<String> = tasks.iter().map(ToString::to_string).collect();
    writeln!(
        out,
        "not checked, completed in another history: task {}",
        names.join(", ")
    )
}

/// Writes what `verify-task` found, without what it changed.
///
/// # Errors
/// When `out` cannot be written.
pub fn task_evaluation(
    out: &mut dyn Write,
    evaluation: &Evaluation,
    (detail, style): (Detail, Style),
) -> io::Result<()> {
    writeln!(out, "Verification complete:")?;
    writeln!(out, "  Total violations: {}", evaluation.total_violations)?;
    if evaluation.total_violations > 0 {
        writeln!(out)?;
        writeln!(out, "Violations by rule:")?;
    }
    broken_rules(out, evaluation, (detail, style), "  ")?;
    vacuous(out, evaluation)?;
    writeln!(out)
}
