//! What a spec finds now, as text.

use std::io::{self, Write};

use crate::model::count::counted;
use crate::model::printable::Printable;
use crate::model::spec_check::{RuleCheck, SpecCheck};

use super::style::{Style, Tone};

/// Writes what each rule finds and what is odd about it.
///
/// # Errors
/// When `out` cannot be written.
pub fn spec_check(out: &mut dyn Write, check: &SpecCheck, style: Style) -> io::Result<()> {
    let name = style.paint(Tone::Strong, Printable::new(&check.spec.name));
    let rules = counted(check.rules.len(), "rule");
    writeln!(
        out,
        "{name}: {rules}, {} now",
        counted(check.total_violations, "violation")
    )?;
    check
        .rules
        .iter()
        .try_for_each(|rule| one_rule(out, rule, style))
}

fn one_rule(out: &mut dyn Write, rule: &RuleCheck, style: Style) -> io::Result<()> {
    let files = counted(rule.files_in_scope, "file");
    let violations = counted(rule.violations, "violation");
    writeln!(out)?;
    writeln!(
        out,
        "{}: {violations}, {files} in scope",
        style.paint(Tone::Strong, Printable::new(&rule.id))
    )?;
    for pattern in &rule.patterns {
        let (clause, kind) = (pattern.clause.as_str(), pattern.kind.as_str());
        let text = Printable::new(&pattern.pattern);
        let (hits, files) = (counted(pattern.hits, "hit"), counted(pattern.files, "file"));
        writeln!(out, "  {clause} {kind}: {text}: {hits} in {files}")?;
    }
    for warning in &rule.warnings {
        writeln!(
            out,
            "  {} {warning}",
            style.paint(Tone::Caution, "warning:")
        )?;
    }
    Ok(())
}
