//! How violations came and went, and who brought those that are left, as text.

use std::io::{self, Write};

use super::style::{Style, Tone};
use crate::model::count::counted;
use crate::model::evaluation::{SpecRef, Verdict};
use crate::model::history::{BlameReport, BlamedViolation, CountedCommit, History, Introduced};
use crate::model::id::CommitId;
use crate::model::judged::TaskLabel;
use crate::model::printable::Printable;
use crate::model::time::Timestamp;

/// From nothing to the most there is.
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// For a commit that could not be judged.
const UNKNOWN: char = '?';

/// Writes a history: in a sentence, as a line of bars from old to new, and commit by commit.
///
/// # Errors
/// When `out` cannot be written.
pub fn history(
    out: &mut dyn Write,
    history: &History,
    (style, width): (Style, usize),
) -> io::Result<()> {
    let name = subject(history.task.as_ref(), &history.spec, style);
    let (Some(newest), Some(oldest)) = (history.commits.first(), history.commits.last()) else {
        return writeln!(out, "{name}: no commits");
    };
    writeln!(
        out,
        "{name}: {} → {} over {}",
        count(oldest),
        counted(newest.violations, "violation"),
        counted(history.commits.len(), "commit")
    )?;
    let oldest_first: Vec<&CountedCommit> = history.commits.iter().rev().collect();
    writeln!(out, "{}", bars(&oldest_first, width.max(1)))?;
    let wide = |it: &CountedCommit| count(it).len();
    let columns = history.commits.iter().map(wide).max().unwrap_or_default();
    for commit in &history.commits {
        let id = style.paint(Tone::Caution, commit.commit.short());
        let change = match commit.change {
            None | Some(0) => String::new(),
            Some(change) => format!("{change:+}"),
        };
        let tone = if change.starts_with('+') {
            Tone::Bad
        } else {
            Tone::Good
        };
        let change = style.paint(tone, format_args!("{change:>6}"));
        writeln!(
            out,
            "{id} {} {:>columns$} {change}  {}",
            date(commit.committed_at),
            count(commit),
            Printable::new(&commit.subject)
        )?;
    }
    Ok(())
}

fn subject(task: Option<&TaskLabel>, spec: &SpecRef, style: Style) -> String {
    match task {
        Some(task) => {
            let title = Printable::new(&task.title);
            style.paint(Tone::Strong, format_args!("Task {task} {title}"))
        }
        None => style.paint(Tone::Strong, Printable::new(&spec.name)),
    }
}

fn count(commit: &CountedCommit) -> String {
    match commit.verdict {
        Verdict::Unverified => UNKNOWN.to_string(),
        Verdict::Met | Verdict::Broken => commit.violations.to_string(),
    }
}

/// One bar a commit; where there is no room, one for several, as the last of them has it.
fn bars(oldest_first: &[&CountedCommit], width: usize) -> String {
    let most = oldest_first.iter().map(|it| it.violations).max();
    let most = most.unwrap_or_default().max(1);
    let bar = |commit: &CountedCommit| match commit.verdict {
        Verdict::Unverified => UNKNOWN,
        Verdict::Met => BARS[0],
        // What is left shows, however little it is.
        Verdict::Broken => BARS[(commit.violations * (BARS.len() - 1)).div_ceil(most)],
    };
    let shown = oldest_first.len().min(width);
    (1..=shown)
        .filter_map(|at| oldest_first.get(at * oldest_first.len() / shown - 1))
        .map(|commit| bar(commit))
        .collect()
}

fn date(moment: Timestamp) -> String {
    moment.to_string().chars().take(10).collect()
}

/// Writes every violation with its commit, and which commits brought how many.
///
/// # Errors
/// When `out` cannot be written.
pub fn blame(out: &mut dyn Write, report: &BlameReport, style: Style) -> io::Result<()> {
    let name = subject(report.task.as_ref(), &report.spec, style);
    writeln!(
        out,
        "{name}: {}",
        counted(report.violations.len(), "violation")
    )?;
    let mut rule = None;
    for blamed in &report.violations {
        if rule != Some(&blamed.rule) {
            rule = Some(&blamed.rule);
            writeln!(
                out,
                "{}",
                style.paint(Tone::Strong, Printable::new(&blamed.rule))
            )?;
        }
        writeln!(out, "  {}  {}", origin(blamed, style), place(blamed, style))?;
    }
    by_commit(out, report, style)
}

fn origin(blamed: &BlamedViolation, style: Style) -> String {
    match &blamed.introduced {
        Introduced::Committed(it) => {
            let mark = if it.is_cut_off { "^" } else { "" };
            let id = style.paint(Tone::Caution, format_args!("{mark}{}", it.commit.short()));
            let author = Printable::new(&it.author);
            format!("{id} {} {author}", date(it.authored_at))
        }
        Introduced::Uncommitted => style.paint(Tone::Quiet, "not committed"),
        Introduced::Missing => style.paint(Tone::Quiet, "missing"),
    }
}

fn place(blamed: &BlamedViolation, style: Style) -> String {
    let violation = &blamed.violation;
    let message = Printable::new(&*violation.message);
    match (&violation.file, violation.line, violation.column) {
        (Some(file), Some(line), Some(column)) => {
            format!(
                "{}:{line}:{column}: {message}",
                style.paint(Tone::Bad, file)
            )
        }
        _ => message.to_string(),
    }
}

/// The commits, those that brought most first.
fn by_commit(out: &mut dyn Write, report: &BlameReport, style: Style) -> io::Result<()> {
    let mut commits: Vec<(usize, CommitId, &str)> = Vec::new();
    let mut is_cut_off = false;
    for blamed in &report.violations {
        let Introduced::Committed(it) = &blamed.introduced else {
            continue;
        };
        is_cut_off |= it.is_cut_off;
        match commits.iter_mut().find(|(_, known, _)| *known == it.commit) {
            Some((count, ..)) => *count += 1,
            None => commits.push((1, it.commit, &it.summary)),
        }
    }
    commits.sort_by_key(|(count, ..)| std::cmp::Reverse(*count));
    if !commits.is_empty() {
        writeln!(out)?;
    }
    for (count, commit, summary) in commits {
        let id = style.paint(Tone::Caution, commit.short());
        writeln!(out, "{count:>5} {id} {}", Printable::new(summary))?;
    }
    if is_cut_off {
        writeln!(out, "^ or an older commit: history is cut off there")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commit(violations: usize) -> CountedCommit {
        CountedCommit {
            commit: CommitId("1".repeat(40).parse().unwrap()),
            committed_at: Timestamp(0),
            author: "A".to_owned(),
            subject: "s".to_owned(),
            verdict: if violations == 0 {
                Verdict::Met
            } else {
                Verdict::Broken
            },
            violations,
            change: None,
        }
    }

    #[test]
    fn bars_show_the_least_that_is_left_and_fit() {
        let check = |counts: &[usize], width: usize, expected: &str| {
            let commits: Vec<_> = counts.iter().map(|count| commit(*count)).collect();
            let commits: Vec<_> = commits.iter().collect();
            assert_eq!(bars(&commits, width), expected, "{counts:?}");
        };
        check(&[8, 4, 0], 80, "█▅▁");
        check(&[1000, 1, 0], 80, "█▂▁");
        check(&[0, 0], 80, "▁▁");
        check(&[0, 1], 80, "▁█");
        check(&[7, 7, 7, 7, 0, 0, 0, 0], 4, "██▁▁");
        check(&[1, 2, 3, 4, 5, 6, 7], 3, "▃▅█");
        check(&[], 3, "");
        let unknown = CountedCommit {
            verdict: Verdict::Unverified,
            ..commit(0)
        };
        assert_eq!(bars(&[&commit(1), &unknown], 9), "█?");
    }
}
