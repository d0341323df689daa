//! Fetches the lines that violations stand on, from the state that was judged.

use std::collections::BTreeMap;

use anyhow::Result;

use crate::git::{Objects, Repo};
use crate::model::evaluation::{Evaluation, Violation};
use crate::model::id::BlobId;
use crate::model::path::RepoPath;
use crate::model::source_line::SourceLine;
use crate::model::tree::{Overlay, Snapshot, TreeSource};
use crate::store::Memo;

use super::judge::Bench;

/// A larger file was not judged either.
const READ_LIMIT: u64 = 16 * 1024 * 1024;

/// A longer line of an object is not remembered.
const REMEMBERED_BYTES: usize = 1000;

/// Which violations get their line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lines {
    /// None.
    None,
    /// So many of each rule.
    First(usize),
    /// All.
    All,
}

impl Lines {
    /// As many as a report lists unless it is asked for all.
    pub const BRIEF: Self = Self::First(5);

    const fn limit(self) -> usize {
        match self {
            Self::None => 0,
            Self::First(limit) => limit,
            Self::All => usize::MAX,
        }
    }
}

/// Where the content of a file is.
enum Place {
    Disk,
    Object(BlobId),
}

impl Bench<'_> {
    /// Gives the violations of `evaluations`, all of `snapshot`, their lines: at most one read a
    /// file. A file that cannot be read any more leaves its violations without.
    pub(super) fn quote<'a>(
        &self,
        (source, snapshot): (&TreeSource, &Snapshot),
        evaluations: impl IntoIterator<Item = &'a mut Evaluation>,
        lines: Lines,
    ) {
        let rules = evaluations.into_iter().flat_map(|it| &mut it.rules);
        let violations = rules.flat_map(|rule| rule.violations.iter_mut().take(lines.limit()));
        let mut by_file: BTreeMap<RepoPath, Vec<&mut Violation>> = BTreeMap::new();
        for violation in violations {
            if let Some(file) = &violation.file {
                by_file.entry(file.clone()).or_default().push(violation);
            }
        }
        if by_file.is_empty() {
            return;
        }
        let objects = self.repo.shared_objects();
        let mut in_objects = Vec::new();
        for (path, mut violations) in by_file {
            violations.sort_by_key(|violation| violation.line);
            if *source == TreeSource::Worktree && quote_disk(self.repo, &path, &mut violations) {
                continue;
            }
            match place(&objects, snapshot, &path) {
                Ok(Some(Place::Object(blob))) => in_objects.push((blob, violations)),
                Ok(Some(Place::Disk)) => {
                    if let Ok(Some(content)) = self.repo.read_worktree_file(&path, READ_LIMIT) {
                        quote_file(&content, &mut violations);
                    }
                }
                Ok(None) | Err(_) => {}
            }
        }
        let read = |blob| objects.blob(blob).ok();
        if let Lines::First(_) = lines {
            quote_remembered(self.memo, read, in_objects);
            return;
        }
        // All of them are more than is worth remembering.
        for (blob, mut violations) in in_objects {
            if let Some(content) = read(blob) {
                quote_file(&content, &mut violations);
            }
        }
    }
}

/// Quotes lines of objects that are remembered, reads the others, and remembers those.
fn quote_remembered(
    memo: &Memo,
    read: impl Fn(BlobId) -> Option<Vec<u8>>,
    files: Vec<(BlobId, Vec<&mut Violation>)>,
) {
    let numbers = files.iter().flat_map(|(blob, violations)| {
        let lines = violations.iter().filter_map(|violation| violation.line);
        lines.map(|line| (*blob, line))
    });
    let numbers: Vec<_> = numbers.collect();
    let known = memo.lines(&numbers);
    let mut learned = Vec::new();
    for (blob, mut violations) in files {
        let knows = |line| known.contains_key(&(blob, line));
        if violations.iter().filter_map(|it| it.line).all(knows) {
            give(&mut violations, |line| {
                known.get(&(blob, line)).map(Vec::as_slice)
            });
        } else if let Some(content) = read(blob) {
            let lines = quote_file(&content, &mut violations).into_iter();
            let short = lines.filter(|(_, text)| text.len() <= REMEMBERED_BYTES);
            learned.extend(short.map(|(line, text)| ((blob, line), text.to_owned())));
        }
    }
    if !learned.is_empty() {
        memo.put_lines(&learned);
    }
}

/// Quotes a file of the work tree from the disk, which is quicker than from the object that it is
/// unchanged from; a file that Git keeps otherwise than it lies there may not fit.
fn quote_disk(repo: &Repo, path: &RepoPath, violations: &mut [&mut Violation]) -> bool {
    let Ok(Some(content)) = repo.read_worktree_file(path, READ_LIMIT) else {
        return false;
    };
    quote_file(&content, violations);
    violations.iter().all(|violation| {
        let matched = violation.matched.as_deref();
        let line = violation.source_line.as_ref();
        line.zip(matched).is_some_and(|(line, matched)| {
            let first = matched.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
            let rest = line.text.get(line.at..).unwrap_or_default();
            first.take(1).all(|word| rest.starts_with(word))
        })
    })
}

/// Quotes violations that are sorted by line; returns the lines, with their numbers.
fn quote_file<'a>(content: &'a [u8], violations: &mut [&mut Violation]) -> BTreeMap<u32, &'a [u8]> {
    // A byte order mark is no part of the first line's columns.
    let content = content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content);
    let mut numbered = (1..).zip(content.split(|byte| *byte == b'\n')).peekable();
    let lines = violations.iter().filter_map(|violation| {
        let line = violation.line?;
        while numbered.next_if(|(number, _)| *number < line).is_some() {}
        numbered
            .peek()
            .filter(|(number, _)| *number == line)
            .copied()
    });
    let lines: BTreeMap<u32, &[u8]> = lines.collect();
    give(violations, |line| lines.get(&line).copied());
    lines
}

fn give<'a>(violations: &mut [&mut Violation], line: impl Fn(u32) -> Option<&'a [u8]>) {
    for violation in violations {
        if let (Some(number), Some(column)) = (violation.line, violation.column) {
            violation.source_line = line(number).map(|text| SourceLine::new(text, column));
        }
    }
}

/// Returns what a regular file of `snapshot` holds that was judged, and so is not too large; `None`
/// when there is none any more.
pub(super) fn content(
    repo: &Repo,
    objects: &Objects,
    snapshot: &Snapshot,
    path: &RepoPath,
) -> Result<Option<Vec<u8>>> {
    match place(objects, snapshot, path)? {
        Some(Place::Disk) => repo.read_worktree_file(path, READ_LIMIT),
        Some(Place::Object(blob)) => objects.blob(blob).map(Some),
        None => Ok(None),
    }
}

/// Where the content of a regular file of `snapshot` is.
fn place(objects: &Objects, snapshot: &Snapshot, path: &RepoPath) -> Result<Option<Place>> {
    let over = snapshot
        .overlay
        .binary_search_by(|(over, _)| over.cmp(path));
    let over = over.ok().and_then(|at| snapshot.overlay.get(at));
    let entry = match (over, snapshot.base) {
        (Some((_, Overlay::OnDisk)), _) => return Ok(Some(Place::Disk)),
        (Some((_, Overlay::Object(entry))), _) => Some(*entry),
        (Some((_, Overlay::Absent | Overlay::Other)), _) | (None, None) => None,
        (None, Some(base)) => objects.entry_at(base, path)?,
    };
    Ok(entry.and_then(|entry| entry.file_blob()).map(Place::Object))
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::model::hit::Analysis;
    use crate::model::id::Oid;
    use crate::model::spec::{Clause, PatternKind};

    fn at(line: u32) -> Violation {
        Violation {
            file: Some(RepoPath::from("a")),
            line: Some(line),
            column: Some(2),
            kind: PatternKind::Identifiers,
            clause: Clause::Match,
            pattern: "x".into(),
            matched: None,
            message: "".into(),
            analysis: Analysis::Code,
            source_line: None,
        }
    }

    #[test]
    fn an_object_is_read_until_all_its_lines_are_remembered() {
        let plan = tempfile::tempdir().unwrap();
        let memo = Memo::open(plan.path());
        let blob = BlobId(Oid::from_bytes(&[1; 20]).unwrap());
        let content = format!("\u{feff}one\r\ntwo\n{}\nfour", "long".repeat(300));
        let reads = Cell::new(0);
        let read = |_| {
            reads.set(reads.get() + 1);
            Some(content.clone().into_bytes())
        };
        let check = |lines: &[u32], expected: &[Option<&str>], so_far: usize| {
            let mut violations: Vec<Violation> = lines.iter().copied().map(at).collect();
            let of_file = (blob, violations.iter_mut().collect());
            quote_remembered(&memo, read, vec![of_file]);
            let quoted = violations.iter().map(|it| it.source_line.as_ref());
            let quoted: Vec<_> = quoted.map(|it| it.map(|it| &*it.text)).collect();
            assert_eq!(quoted, expected, "{lines:?}");
            assert_eq!(reads.get(), so_far, "{lines:?}");
        };
        check(&[1, 2], &[Some("one"), Some("two")], 1);
        check(&[1, 2], &[Some("one"), Some("two")], 1);
        check(&[1, 4], &[Some("one"), Some("four")], 2);
        check(
            &[1, 1, 2, 4],
            &[Some("one"), Some("one"), Some("two"), Some("four")],
            2,
        );
        check(&[9], &[None], 3);
        for reads in [4, 5] {
            let long = format!("{}…", "long".repeat(250));
            check(&[3], &[Some(&long)], reads);
        }
    }
}
