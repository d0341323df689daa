//! What `verify` and `verify-task` say to people.

use std::io::{self, Write};

use crate::model::count::{counted, listed};
use crate::model::evaluation::{Evaluation, Verdict};
use crate::model::judged::{Judged, TaskLabel, Verification};
use crate::model::printable::Printable;

use super::evaluation_text::{Manner, broken_rules, subject};
use super::style::Tone;

/// Writes a verification of many.
///
/// # Errors
/// When `out` cannot be written.
pub fn verification(
    out: &mut dyn Write,
    verification: &Verification,
    manner: Manner,
) -> io::Result<()> {
    for judged in &verification.evaluations {
        one(out, judged, manner)?;
    }
    not_checked(out, &verification.not_checked)?;
    if verification.evaluations.len() > 1 {
        let specs = counted(verification.evaluations.len(), "spec");
        let violations = counted(verification.total_violations(), "violation");
        writeln!(out, "{specs}, {violations}")?;
    }
    Ok(())
}

fn one(out: &mut dyn Write, judged: &Judged, manner: Manner) -> io::Result<()> {
    let evaluation = &judged.evaluation;
    let (tone, word) = match (evaluation.verdict, &judged.since) {
        (Verdict::Met, None) => (Tone::Good, "met"),
        (Verdict::Met, Some(_)) => (Tone::Good, "nothing new"),
        (Verdict::Broken, None) => (Tone::Bad, "broken"),
        (Verdict::Broken, Some(_)) => (Tone::Bad, "newly broken"),
        (Verdict::Unverified, _) => (Tone::Caution, "could not verify"),
    };
    let word = manner.style.paint(tone, word);
    let violations = match &judged.since {
        None => counted(evaluation.total_violations, "violation"),
        Some(since) => format!(
            "{} since {}, {} older left out",
            counted(evaluation.total_violations, "new violation"),
            Printable::new(&since.revision),
            since.older_violations
        ),
    };
    let files = counted(evaluation.files_in_scope, "file");
    writeln!(
        out,
        "{}: {word} ({violations}, {files} in scope)",
        subject(judged)
    )?;
    broken_rules(out, evaluation, manner, "  ")?;
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
    writeln!(
        out,
        "not checked, completed in another history: task {}",
        listed(tasks)
    )
}

/// Writes what `verify-task` found, without what it changed.
///
/// # Errors
/// When `out` cannot be written.
pub fn task_evaluation(
    out: &mut dyn Write,
    evaluation: &Evaluation,
    manner: Manner,
) -> io::Result<()> {
    writeln!(out, "Verification complete:")?;
    writeln!(out, "  Total violations: {}", evaluation.total_violations)?;
    if evaluation.total_violations > 0 {
        writeln!(out)?;
        writeln!(out, "Violations by rule:")?;
    }
    broken_rules(out, evaluation, manner, "  ")?;
    vacuous(out, evaluation)?;
    writeln!(out)
}
