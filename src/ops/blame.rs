//! `blame`: which commit brought each violation that is left.

use std::collections::{BTreeMap, HashMap};

use anyhow::Result;

use super::judge::{Bench, Criterion, must_be_verified};
use super::quote::{Lines, content};
use super::workspace::Workspace;
use crate::git::{Blamed, LineOrigin, Objects};
use crate::model::evaluation::{Evaluation, Violation};
use crate::model::history::{BlameReport, BlamedViolation, Introduced, Introduction};
use crate::model::path::RepoPath;
use crate::model::printable::Printable;
use crate::model::tree::{Snapshot, TreeSource};
use crate::scan::Progress;

/// The origins of the lines of each file that has violations.
type Origins = HashMap<RepoPath, HashMap<u32, LineOrigin>>;

/// Judges `source` by a spec and asks history about the line of each violation.
///
/// # Errors
/// Fatal without a spec, when a file in scope could not be judged and no violation was seen, or
/// when history cannot be read.
pub fn blame(
    ws: &Workspace,
    criterion: &Criterion,
    source: &TreeSource,
    progress: &dyn Progress,
) -> Result<BlameReport> {
    let (task, ready) = criterion.find(ws)?;
    let snapshot = ws.repo().snapshot(source)?;
    let bench = Bench::new(ws, progress);
    let mut evaluation = bench.judge(source, &snapshot, &[&ready])?.swap_remove(0);
    let what = task.as_ref().map_or_else(
        || format!("spec {}", Printable::new(&ready.spec.name)),
        |task| format!("task {}", task.number),
    );
    must_be_verified(&what, &evaluation)?;
    bench.quote((source, &snapshot), [&mut evaluation], Lines::All);
    let origins = origins(ws, &snapshot, &evaluation, progress)?;
    let rules = evaluation.rules.into_iter();
    let violations = rules.flat_map(|rule| {
        let blamed = |violation| (rule.id.clone(), violation);
        rule.violations.into_iter().map(blamed).collect::<Vec<_>>()
    });
    Ok(BlameReport {
        task,
        spec: evaluation.spec,
        tree: evaluation.tree,
        verdict: evaluation.verdict,
        violations: violations
            .map(|(rule, violation)| BlamedViolation {
                rule,
                introduced: introduced(&violation, &origins),
                violation,
            })
            .collect(),
    })
}

/// Asks about every file with a hit once; a file that the commit lacks has no origins.
fn origins(
    ws: &Workspace,
    snapshot: &Snapshot,
    evaluation: &Evaluation,
    progress: &dyn Progress,
) -> Result<Origins> {
    let mut lines: BTreeMap<&RepoPath, Vec<u32>> = BTreeMap::new();
    for violation in evaluation.rules.iter().flat_map(|rule| &rule.violations) {
        if let (Some(file), Some(line), Some(_)) =
            (&violation.file, violation.line, &violation.matched)
        {
            lines.entry(file).or_default().push(line);
        }
    }
    let objects = ws.repo().objects();
    let mut origins = Origins::new();
    progress.begin(lines.len());
    for (file, mut lines) in lines {
        lines.sort_unstable();
        lines.dedup();
        if let Some(state) = state(ws, &objects, snapshot, file)? {
            origins.insert(file.clone(), ws.repo().blame(file, state, &lines)?);
        }
        progress.advance(1);
    }
    progress.end();
    Ok(origins)
}

/// What of a file history is asked about; `None` when the commit has no such file.
fn state(
    ws: &Workspace,
    objects: &Objects,
    snapshot: &Snapshot,
    file: &RepoPath,
) -> Result<Option<Blamed>> {
    let (Some(commit), Some(base)) = (snapshot.commit, snapshot.base) else {
        return Ok(None);
    };
    let entry = objects.entry_at(base, file)?;
    if entry.and_then(|entry| entry.file_blob()).is_none() {
        return Ok(None);
    }
    let is_changed = snapshot
        .overlay
        .binary_search_by(|(over, _)| over.cmp(file))
        .is_ok();
    if !is_changed {
        return Ok(Some(Blamed::At(commit)));
    }
    Ok(content(ws.repo(), objects, snapshot, file)?.map(Blamed::Content))
}

fn introduced(violation: &Violation, origins: &Origins) -> Introduced {
    let (Some(file), Some(line), Some(_)) = (&violation.file, violation.line, &violation.matched)
    else {
        return Introduced::Missing;
    };
    let origin = origins.get(file).and_then(|lines| lines.get(&line));
    let Some((origin, commit)) = origin.and_then(|origin| Some((origin, origin.commit?))) else {
        return Introduced::Uncommitted;
    };
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Introduced::Committed(Box::new(Introduction {
        commit,
        is_cut_off: origin.is_cut_off,
        author: text(&origin.author),
        author_mail: text(&origin.author_mail),
        authored_at: origin.authored_at,
        summary: text(&origin.summary),
        original_file: origin.path.clone(),
        original_line: origin.line,
    }))
}
