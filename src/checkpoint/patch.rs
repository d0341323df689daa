//! The unified diff of one file: text that `git apply` takes, whatever the user's diff configuration.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use similar::{Algorithm, DiffOp, capture_diff_slices_deadline, group_diff_ops};

use super::version::Version;
use crate::model::diff::{Change, FileDiff};
use crate::model::path::RepoPath;
use crate::model::tree::Mode;

/// Text above this many bytes is not kept.
pub(super) const TEXT_LIMIT: usize = 1 << 20;

/// Lines shown around a change.
const CONTEXT: usize = 3;

/// After this the rest of a file counts as replaced: a coarser diff, still a right one.
const PATIENCE: Duration = Duration::from_millis(500);

/// A file's change, with the content that shows it.
#[derive(Debug)]
pub(super) enum Pair {
    /// It appeared.
    Added(Version),
    /// It went away.
    Deleted(Version),
    /// It is still at its path.
    Changed { old: Version, new: Version },
    /// It moved; `similarity` is a percentage.
    Renamed {
        old: Version,
        new: Version,
        similarity: u8,
    },
}

impl Pair {
    /// Compares the two sides; text over `limit` bytes is left out, its counts are not.
    pub(super) fn diff(&self, limit: usize) -> FileDiff {
        let mut patch = Patch::new(limit);
        let (path, old_path, change) = match self {
            Self::Added(new) => {
                patch.section(&Sides::added(new));
                (&new.path, None, Change::Added)
            }
            Self::Deleted(old) => {
                patch.section(&Sides::deleted(old));
                (&old.path, None, Change::Deleted)
            }
            Self::Changed { old, new } if kind(old) != kind(new) => {
                // A file that becomes a link cannot be patched line by line.
                patch.section(&Sides::deleted(old));
                patch.section(&Sides::added(new));
                (&new.path, None, Change::TypeChanged)
            }
            Self::Changed { old, new } => {
                patch.section(&Sides::both(old, new));
                (&new.path, None, Change::Modified)
            }
            Self::Renamed {
                old,
                new,
                similarity,
            } => {
                patch.section(&Sides {
                    similarity: Some(*similarity),
                    ..Sides::both(old, new)
                });
                (&new.path, Some(old.path.clone()), Change::Renamed)
            }
        };
        FileDiff {
            path: path.clone(),
            old_path,
            change,
            added: patch.added,
            removed: patch.removed,
            is_binary: patch.is_binary,
            text: patch.text,
        }
    }
}

/// What a path is as far as patches go: the executable bit is no other kind.
fn kind(version: &Version) -> Mode {
    match version.entry.mode {
        Mode::Executable => Mode::File,
        other => other,
    }
}

/// The two sides of one `diff --git` section.
struct Sides<'a> {
    old: Option<&'a Version>,
    new: Option<&'a Version>,
    old_path: &'a RepoPath,
    new_path: &'a RepoPath,
    similarity: Option<u8>,
}

impl<'a> Sides<'a> {
    fn added(new: &'a Version) -> Self {
        Self {
            old: None,
            new: Some(new),
            old_path: &new.path,
            new_path: &new.path,
            similarity: None,
        }
    }

    fn deleted(old: &'a Version) -> Self {
        Self {
            old: Some(old),
            new: None,
            old_path: &old.path,
            new_path: &old.path,
            similarity: None,
        }
    }

    fn both(old: &'a Version, new: &'a Version) -> Self {
        Self {
            old: Some(old),
            new: Some(new),
            old_path: &old.path,
            new_path: &new.path,
            similarity: None,
        }
    }

    fn same_content(&self) -> bool {
        matches!((self.old, self.new), (Some(old), Some(new)) if old.entry.oid == new.entry.oid)
    }

    fn any(&self, test: impl Fn(&Version) -> bool) -> bool {
        self.old.is_some_and(&test) || self.new.is_some_and(test)
    }
}

/// The text of one file's change while it grows, and what it counts.
struct Patch {
    text: Option<Vec<u8>>,
    limit: usize,
    added: u32,
    removed: u32,
    is_binary: bool,
}

impl Patch {
    fn new(limit: usize) -> Self {
        Self {
            text: Some(Vec::new()),
            limit,
            added: 0,
            removed: 0,
            is_binary: false,
        }
    }

    fn put(&mut self, bytes: &[u8]) {
        match &mut self.text {
            Some(text) if text.len() + bytes.len() <= self.limit => text.extend_from_slice(bytes),
            other => *other = None,
        }
    }

    fn line(&mut self, line: &str) {
        self.put(line.as_bytes());
        self.put(b"\n");
    }

    fn section(&mut self, sides: &Sides<'_>) {
        self.header(sides);
        if sides.same_content() {
            return;
        }
        if sides.any(|side| side.bytes().is_none() && !side.is_binary()) {
            self.text = None;
        } else if sides.any(Version::is_binary) {
            self.is_binary = true;
            let name = |side: Option<&Version>, prefix| match side {
                Some(version) => format!(
                    "{} ({} bytes)",
                    quoted(prefix, &version.path),
                    version.size()
                ),
                None => "/dev/null".to_owned(),
            };
            let (old, new) = (name(sides.old, "a/"), name(sides.new, "b/"));
            self.line(&format!("Binary files {old} and {new} differ"));
        } else {
            self.hunks(sides);
        }
    }

    fn header(&mut self, sides: &Sides<'_>) {
        let (a, b) = (quoted("a/", sides.old_path), quoted("b/", sides.new_path));
        self.line(&format!("diff --git {a} {b}"));
        let bits = |version: &Version| format!("{:06o}", version.entry.mode.bits());
        let mut suffix = String::new();
        match (sides.old, sides.new) {
            (Some(old), Some(new)) if old.entry.mode != new.entry.mode => {
                self.line(&format!("old mode {}", bits(old)));
                self.line(&format!("new mode {}", bits(new)));
            }
            (Some(old), Some(_)) => suffix = format!(" {}", bits(old)),
            (Some(old), None) => self.line(&format!("deleted file mode {}", bits(old))),
            (None, Some(new)) => self.line(&format!("new file mode {}", bits(new))),
            (None, None) => {}
        }
        if let Some(similarity) = sides.similarity {
            self.line(&format!("similarity index {similarity}%"));
            self.line(&format!("rename from {}", quoted("", sides.old_path)));
            self.line(&format!("rename to {}", quoted("", sides.new_path)));
        }
        if !sides.same_content() {
            // Whole ids: they mean the same in every clone, and binary files apply from the objects.
            let id = |side: Option<&Version>, other: Option<&Version>| match (side, other) {
                (Some(version), _) => version.entry.oid.to_string(),
                (None, Some(other)) => "0".repeat(other.entry.oid.as_bytes().len() * 2),
                (None, None) => String::new(),
            };
            let (old, new) = (id(sides.old, sides.new), id(sides.new, sides.old));
            self.line(&format!("index {old}..{new}{suffix}"));
        }
    }

    fn hunks(&mut self, sides: &Sides<'_>) {
        let mut ids = HashMap::new();
        let old = Lines::split(bytes(sides.old), &mut ids);
        let new = Lines::split(bytes(sides.new), &mut ids);
        let groups = group_diff_ops(
            capture_diff_slices_deadline(
                Algorithm::Myers,
                &old.ids,
                &new.ids,
                Some(Instant::now() + PATIENCE),
            ),
            CONTEXT,
        );
        if groups.is_empty() {
            return;
        }
        let label = |side: Option<&Version>, prefix: &str| match side {
            // Without the tab, patch readers end a name with a space in it too early.
            Some(version) => {
                let name = quoted(prefix, &version.path);
                let tab = if name.contains(' ') { "\t" } else { "" };
                name + tab
            }
            None => "/dev/null".to_owned(),
        };
        self.line(&format!("--- {}", label(sides.old, "a/")));
        self.line(&format!("+++ {}", label(sides.new, "b/")));
        for group in &groups {
            self.hunk(group, &old, &new);
        }
    }

    fn hunk(&mut self, ops: &[DiffOp], old: &Lines<'_>, new: &Lines<'_>) {
        let (Some(first), Some(last)) = (ops.first(), ops.last()) else {
            return;
        };
        let range = |start: usize, end: usize| match end - start {
            0 => format!("{start},0"),
            1 => format!("{}", start + 1),
            len => format!("{},{len}", start + 1),
        };
        self.line(&format!(
            "@@ -{} +{} @@",
            range(first.old_range().start, last.old_range().end),
            range(first.new_range().start, last.new_range().end)
        ));
        for op in ops {
            if let DiffOp::Equal { .. } = op {
                op.old_range().for_each(|n| self.content(b" ", old.line(n)));
                continue;
            }
            for n in op.old_range() {
                self.removed = self.removed.saturating_add(1);
                self.content(b"-", old.line(n));
            }
            for n in op.new_range() {
                self.added = self.added.saturating_add(1);
                self.content(b"+", new.line(n));
            }
        }
    }

    fn content(&mut self, sign: &[u8], line: &[u8]) {
        self.put(sign);
        self.put(line);
        if !line.ends_with(b"\n") {
            self.put(b"\n\\ No newline at end of file\n");
        }
    }
}

fn bytes(side: Option<&Version>) -> &[u8] {
    side.and_then(Version::bytes).unwrap_or_default()
}

/// A text's lines as small numbers, equal for equal lines; a line ends with `\n` and nothing else.
struct Lines<'a> {
    text: &'a [u8],
    ids: Vec<u32>,
    starts: Vec<u32>,
}

impl<'a> Lines<'a> {
    fn split(text: &'a [u8], known: &mut HashMap<&'a [u8], u32>) -> Self {
        let mut lines = Self {
            text,
            ids: Vec::new(),
            starts: vec![0],
        };
        let mut start = 0u32;
        for line in text.split_inclusive(|byte| *byte == b'\n') {
            let next = u32::try_from(known.len()).unwrap_or(u32::MAX);
            lines.ids.push(*known.entry(line).or_insert(next));
            start = start.saturating_add(u32::try_from(line.len()).unwrap_or(u32::MAX));
            lines.starts.push(start);
        }
        lines
    }

    fn line(&self, n: usize) -> &'a [u8] {
        match (self.starts.get(n), self.starts.get(n + 1)) {
            (Some(start), Some(end)) => self
                .text
                .get(*start as usize..*end as usize)
                .unwrap_or_default(),
            _ => &[],
        }
    }
}

/// A path as Git writes it into patches with `core.quotePath` at its default.
fn quoted(prefix: &str, path: &RepoPath) -> String {
    let odd = |byte: &u8| !(0x20..0x7f).contains(byte) || matches!(byte, b'"' | b'\\');
    let bytes = path.as_bytes();
    if !bytes.iter().any(odd) {
        return prefix.to_owned() + &String::from_utf8_lossy(bytes);
    }
    let mut out = format!("\"{prefix}");
    for byte in bytes {
        match byte {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            0x07 => out.push_str("\\a"),
            0x08 => out.push_str("\\b"),
            b'\t' => out.push_str("\\t"),
            b'\n' => out.push_str("\\n"),
            0x0b => out.push_str("\\v"),
            0x0c => out.push_str("\\f"),
            b'\r' => out.push_str("\\r"),
            byte if odd(byte) => out.push_str(&format!("\\{byte:03o}")),
            byte => out.push(char::from(*byte)),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests;
