//! File changes as text: a summary line each, or the whole diff.

use std::io::{self, Write};

use crate::model::diff::{Change, FileDiff};
use crate::model::printable::Printable;

use super::style::{Style, Tone};

/// Writes one line for each file: what happened, where, and how many lines.
///
/// # Errors
/// When `out` cannot be written.
pub fn summary(out: &mut dyn Write, files: &[FileDiff], style: Style) -> io::Result<()> {
    for file in files {
        let letter = match file.change {
            Change::Added => style.paint(Tone::Good, "A"),
            Change::Modified => style.paint(Tone::Caution, "M"),
            Change::Deleted => style.paint(Tone::Bad, "D"),
            Change::Renamed => style.paint(Tone::Caution, "R"),
            Change::TypeChanged => style.paint(Tone::Caution, "T"),
        };
        let from = file
            .old_path
            .as_ref()
            .map(|old| format!("{old} -> "))
            .unwrap_or_default();
        let counts = if file.is_binary {
            "binary".to_owned()
        } else {
            format!("+{} -{}", file.added, file.removed)
        };
        writeln!(out, "  {letter} {from}{} ({counts})", file.path)?;
    }
    Ok(())
}

/// Writes the diffs as text; `Raw` bytes where the output is no terminal, so that they apply.
///
/// # Errors
/// When `out` cannot be written.
pub fn diffs(out: &mut dyn Write, files: &[FileDiff], ink: Ink) -> io::Result<()> {
    for file in files {
        match (&file.text, ink) {
            (None, _) => writeln!(out, "{}: the diff cannot be shown", file.path)?,
            (Some(text), Ink::Raw) => out.write_all(text)?,
            (Some(text), Ink::Safe(style)) => safe(out, text, style)?,
        }
    }
    Ok(())
}

/// How diffs are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ink {
    /// In the files' own bytes.
    Raw,
    /// With everything that a terminal could act on escaped.
    Safe(Style),
}

fn safe(out: &mut dyn Write, text: &[u8], style: Style) -> io::Result<()> {
    let mut is_header = true;
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        is_header = match line {
            [b'd', b'i', b'f', b'f', b' ', ..] => true,
            [b'@', b'@', ..] => false,
            _ => is_header,
        };
        let shown = Printable::block(line);
        let tone = match line.first() {
            _ if is_header => Some(Tone::Strong),
            Some(b'@') => Some(Tone::Quiet),
            Some(b'+') => Some(Tone::Good),
            Some(b'-') => Some(Tone::Bad),
            _ => None,
        };
        match tone {
            Some(tone) => writeln!(out, "{}", style.paint(tone, shown))?,
            None => writeln!(out, "{shown}")?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_sees_no_control_characters_and_a_file_every_byte() {
        let text =
            b"diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -1 +1 @@\n-\x1b[2J\xff\n+--- x\n".to_vec();
        let file = FileDiff {
            path: "f".into(),
            old_path: None,
            change: Change::Modified,
            added: 1,
            removed: 1,
            is_binary: false,
            text: Some(text.clone()),
        };
        let mut raw = Vec::new();
        diffs(&mut raw, std::slice::from_ref(&file), Ink::Raw).unwrap();
        assert_eq!(raw, text);
        let mut shown = Vec::new();
        diffs(&mut shown, &[file], Ink::Safe(Style::Plain)).unwrap();
        let shown = String::from_utf8(shown).unwrap();
        assert!(shown.contains("-\\u{1b}[2J\\xff\n+--- x\n"), "{shown}");
    }
}
