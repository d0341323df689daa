//! What an examination found, as text.

use std::io::{self, Write};

use crate::model::count::counted;
use crate::model::finding::{Examination, Severity};

use super::style::{Style, Tone};

/// Writes one line for each finding, and below it what to do about it.
///
/// # Errors
/// When `out` cannot be written.
pub fn examination(out: &mut dyn Write, it: &Examination, style: Style) -> io::Result<()> {
    for finding in &it.findings {
        let tone = match finding.severity {
            Severity::Ok => Tone::Good,
            Severity::Warning => Tone::Caution,
            Severity::Error => Tone::Bad,
        };
        let severity = style.paint(tone, format_args!("{:<7}", finding.severity));
        writeln!(out, "{severity}  {}: {}", finding.check, finding.what)?;
        let advice = finding.advice.iter().flat_map(|advice| advice.lines());
        for line in advice {
            writeln!(out, "         {line}")?;
        }
    }
    let count = |severity| {
        let such = it.findings.iter().filter(|it| it.severity == severity);
        such.count()
    };
    writeln!(
        out,
        "{}, {}",
        counted(count(Severity::Error), "error"),
        counted(count(Severity::Warning), "warning")
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::finding::Check;

    #[test]
    fn advice_stands_below_what_it_is_for() {
        let mut out = Vec::new();
        let findings = vec![
            Check::Git.ok("2.47.3"),
            Check::Hooks.error("none", "'git plan install' puts them there"),
            Check::Lfs.warning("odd", "either\n  1. this"),
        ];
        examination(&mut out, &findings.into(), Style::Plain).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "ok       git: 2.47.3\n\
             error    hooks: none\n         'git plan install' puts them there\n\
             warning  lfs: odd\n         either\n           1. this\n\
             1 error, 1 warning\n"
        );
    }
}
