//! Fetches the lines that violations stand on, from the state that was judged.

use std::collections::BTreeMap;

use anyhow::Result;

use crate::git::{Objects, Repo};
use crate::model::evaluation::{Evaluation, Violation};
use crate::model::path::RepoPath;
use crate::model::source_line::SourceLine;
use crate::model::tree::{Overlay, Snapshot, TreeSource};

/// A larger file was not judged either.
const READ_LIMIT: u64 = 16 * 1024 * 1024;

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

/// Gives the violations of `evaluations`, all of `snapshot`, their lines: one read a file. A file
/// that cannot be read any more leaves its violations without.
///
/// # Errors
/// When the object database cannot be opened.
pub(super) fn quote<'a>(
    repo: &Repo,
    (source, snapshot): (&TreeSource, &Snapshot),
    evaluations: impl IntoIterator<Item = &'a mut Evaluation>,
    lines: Lines,
) -> Result<()> {
    let rules = evaluations.into_iter().flat_map(|it| &mut it.rules);
    let violations = rules.flat_map(|rule| rule.violations.iter_mut().take(lines.limit()));
    let mut by_file: BTreeMap<RepoPath, Vec<&mut Violation>> = BTreeMap::new();
    for violation in violations {
        if let Some(file) = &violation.file {
            by_file.entry(file.clone()).or_default().push(violation);
        }
    }
    if by_file.is_empty() {
        return Ok(());
    }
    let objects = repo.shared_objects();
    for (path, mut violations) in by_file {
        violations.sort_by_key(|violation| violation.line);
        if *source == TreeSource::Worktree && quote_disk(repo, &path, &mut violations) {
            continue;
        }
        if let Ok(Some(content)) = content(repo, &objects, snapshot, &path) {
            quote_file(&content, &mut violations);
        }
    }
    Ok(())
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

/// Quotes violations that are sorted by line.
fn quote_file(content: &[u8], violations: &mut [&mut Violation]) {
    // A byte order mark is no part of the first line's columns.
    let content = content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content);
    let mut numbered = (1..).zip(content.split(|byte| *byte == b'\n')).peekable();
    for violation in violations {
        let (Some(line), Some(column)) = (violation.line, violation.column) else {
            continue;
        };
        while numbered.next_if(|(number, _)| *number < line).is_some() {}
        violation.source_line = numbered
            .peek()
            .filter(|(number, _)| *number == line)
            .map(|(_, text)| SourceLine::new(text, column));
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
    let over = snapshot
        .overlay
        .binary_search_by(|(over, _)| over.cmp(path));
    let over = over.ok().and_then(|at| snapshot.overlay.get(at));
    let entry = match (over, snapshot.base) {
        (Some((_, Overlay::OnDisk)), _) => return repo.read_worktree_file(path, READ_LIMIT),
        (Some((_, Overlay::Object(entry))), _) => Some(*entry),
        (Some((_, Overlay::Absent | Overlay::Other)), _) | (None, None) => None,
        (None, Some(base)) => objects.entry_at(base, path)?,
    };
    let Some(blob) = entry.and_then(|entry| entry.file_blob()) else {
        return Ok(None);
    };
    objects.blob(blob).map(Some)
}
