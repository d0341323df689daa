//! Evaluations for people: per broken rule the places, clickable, and an honest count of the rest.

use std::io::{self, Write};

use crate::model::count::counted;
use crate::model::evaluation::{Evaluation, RuleOutcome, RuleStatus, Violation};
use crate::model::hit::{Analysis, Unjudged};
use crate::model::judged::Judged;
use crate::model::printable::Printable;

use super::source_text::{WIDTH, excerpt};
use super::style::{Style, Tone};

/// How many places of a rule are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// Five, and how many more there are.
    Brief,
    /// All.
    Full,
}

/// How an evaluation is written.
#[derive(Debug, Clone, Copy)]
pub struct Manner {
    /// How many places of a rule are listed.
    pub detail: Detail,
    /// Coloured or not.
    pub style: Style,
    /// How many columns a line of source may take.
    pub width: usize,
}

impl Manner {
    /// The manner of hooks: few places, and no terminal is known of.
    pub const BRIEF: Self = Self {
        detail: Detail::Brief,
        style: Style::Plain,
        width: WIDTH,
    };
}

impl Detail {
    /// Returns how many places of a rule are listed.
    pub const fn limit(self) -> usize {
        match self {
            Self::Brief => 5,
            Self::Full => usize::MAX,
        }
    }
}

/// Writes the broken rules of an evaluation, each line behind `indent`.
///
/// # Errors
/// When `out` cannot be written.
pub fn broken_rules(
    out: &mut dyn Write,
    evaluation: &Evaluation,
    manner: Manner,
    indent: &str,
) -> io::Result<()> {
    for rule in evaluation
        .rules
        .iter()
        .filter(|rule| rule.status == RuleStatus::NeedsMigration)
    {
        broken_rule(out, rule, manner, indent)?;
    }
    unjudged(out, evaluation, manner.detail, indent)
}

fn broken_rule(
    out: &mut dyn Write,
    rule: &RuleOutcome,
    manner: Manner,
    indent: &str,
) -> io::Result<()> {
    let (style, limit) = (manner.style, manner.detail.limit());
    let id = style.paint(Tone::Strong, Printable::new(&rule.id));
    let severity = rule.severity;
    let category = rule.category.as_ref();
    let category = category.map_or_else(String::new, |it| format!(", {}", Printable::new(it)));
    let count = rule.violations.len();
    writeln!(out, "{indent}{id} ({severity}{category}): {count}")?;
    for violation in rule.violations.iter().take(limit) {
        writeln!(out, "{indent}  {}", place(violation, style))?;
        if let (Some(line), Some(source)) = (violation.line, &violation.source_line) {
            let source = (line, source, violation.matched.as_deref());
            excerpt(out, source, (style, manner.width), &format!("{indent}    "))?;
        }
    }
    more(out, rule.violations.len(), manner.detail, indent)?;
    if let Some(guidance) = &rule.guidance {
        let guidance = guidance.trim_end().lines().map(Printable::new);
        for (at, line) in guidance.enumerate() {
            let label = if at == 0 { "guidance: " } else { "          " };
            writeln!(out, "{indent}  {label}{line}")?;
        }
    }
    Ok(())
}

/// `file:line:column: message`, as terminals and editors make clickable.
fn place(violation: &Violation, style: Style) -> String {
    let message = Printable::new(&*violation.message);
    let note = match violation.analysis {
        Analysis::Code => "",
        Analysis::Text => " (as text)",
    };
    match (&violation.file, violation.line, violation.column) {
        (Some(file), Some(line), Some(column)) => {
            let file = style.paint(Tone::Bad, file);
            format!("{file}:{line}:{column}: {message}{note}")
        }
        (Some(file), ..) => format!("{}: {message}{note}", style.paint(Tone::Bad, file)),
        (None, ..) => format!("{message}{note}"),
    }
}

fn unjudged(
    out: &mut dyn Write,
    evaluation: &Evaluation,
    detail: Detail,
    indent: &str,
) -> io::Result<()> {
    let files = &evaluation.unjudged;
    if files.is_empty() {
        return Ok(());
    }
    let count = counted(files.len(), "file");
    writeln!(out, "{indent}{count} not judged as code:")?;
    for Unjudged { path, reason } in files.iter().take(detail.limit()) {
        writeln!(out, "{indent}  {path} ({})", reason.phrase())?;
    }
    more(out, files.len(), detail, indent)
}

/// Says how many of `count` things are not listed.
fn more(out: &mut dyn Write, count: usize, detail: Detail, indent: &str) -> io::Result<()> {
    match count.saturating_sub(detail.limit()) {
        0 => Ok(()),
        more => writeln!(out, "{indent}  ... and {more} more"),
    }
}

/// Names an evaluation: its task if it has one, else its spec.
pub fn subject(judged: &Judged) -> String {
    match &judged.task {
        Some(task) => format!("task {task} {}", Printable::new(&task.title)),
        None => Printable::new(&judged.evaluation.spec.name).to_string(),
    }
}
