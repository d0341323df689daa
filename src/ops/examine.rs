//! The part of `doctor` that looks at what is stored: database, journal, checkpoints, spool, memo.

use std::collections::HashSet;

use anyhow::Result;

use crate::git::{Repo, Road};
use crate::model::count::counted;
use crate::model::finding::{Check, Finding};
use crate::model::id::{CommitId, WorktreeName};
use crate::model::printable::Printable;
use crate::store::{OpenError, Reader};

use super::rewind::UNFINISHED_HINT;
use super::rewind_record::unfinished_anywhere;
use super::spool;
use super::workspace::Workspace;

/// Everything of ours that is a ref.
const REFS: &str = "refs/plan/";

/// The refs that a row each stands for.
const CHECKPOINTS: &str = "refs/plan/checkpoints/";

/// How many of the same kind are named.
const NAMED: usize = 3;

/// Looks at Git itself and at everything that git-plan keeps in this repository.
pub fn examine(ws: &Workspace) -> Vec<Finding> {
    let mut findings = vec![git(ws).unwrap_or_else(|error| unreadable(Check::Git, &error))];
    match ws.planning() {
        Ok(_) => findings.extend(stored(ws)),
        Err(OpenError::Missing { .. }) => findings.push(without_database(ws)),
        Err(error) => findings.push(unopened(ws, &error)),
    }
    findings
}

fn git(ws: &Workspace) -> Result<Finding> {
    let version = ws.repo().version()?;
    let version = Printable::new(&version);
    let road = match ws.repo().road() {
        Road::Library => "objects are read by libgit2",
        Road::Executable => {
            "libgit2 does not read this repository, so objects are read by git: the same, slower"
        }
    };
    Ok(Check::Git.ok(format!("{version}; {road}")))
}

fn without_database(ws: &Workspace) -> Finding {
    let refs = ws.repo().refs_under(REFS).unwrap_or_default();
    if refs.is_empty() {
        return Check::Database.ok("none yet; 'git plan init' makes the first plan");
    }
    let path = ws.database_path();
    Check::Database.error(
        format!(
            "{} is missing, yet {} of checkpoints are there",
            Printable::path(&path),
            counted(refs.len(), "ref")
        ),
        backups(ws),
    )
}

fn unopened(ws: &Workspace, error: &OpenError) -> Finding {
    let is_damaged = matches!(error, OpenError::Damaged { .. } | OpenError::Foreign { .. });
    let advice = match error.hint() {
        Some(hint) if !is_damaged => hint.to_owned(),
        _ => backups(ws),
    };
    Check::Database.error(error.to_string(), advice)
}

fn backups(ws: &Workspace) -> String {
    let folder = ws.repo().plan_dir().join("backup");
    let none = std::fs::read_dir(&folder).map_or(true, |mut entries| entries.next().is_none());
    match none {
        true => "put a copy of yours in its place; git-plan itself kept none".to_owned(),
        false => format!(
            "copies from before migrations are in {}",
            Printable::path(&folder)
        ),
    }
}

fn unreadable(check: Check, error: &anyhow::Error) -> Finding {
    let said = format!("{error:#}").replace('\n', " ");
    check.error(
        format!("could not be examined: {}", Printable::new(&said)),
        "the message says what stands in the way",
    )
}

fn stored(ws: &Workspace) -> Vec<Finding> {
    let kept = |check, found: Result<Vec<Finding>>| {
        found.unwrap_or_else(|error| vec![unreadable(check, &error)])
    };
    let mut findings = kept(Check::Database, ws.read(|store| database(ws, store)));
    findings.extend(kept(Check::Journal, ws.read(journal)));
    findings.extend(kept(
        Check::Checkpoints,
        ws.read(|store| checkpoints(ws, store)),
    ));
    findings.extend(kept(Check::Spool, waiting(ws)));
    findings.extend(kept(Check::Rewind, ws.read(rewinds)));
    findings.push(memo(ws));
    findings
}

fn database(ws: &Workspace, store: &Reader<'_>) -> Result<Vec<Finding>> {
    let faults = store.faults()?;
    if faults.is_empty() {
        let path = ws.database_path();
        let plans = counted(store.plans(None)?.len(), "plan");
        let path = Printable::path(&path);
        return Ok(vec![Check::Database.ok(format!("{path}, {plans}"))]);
    }
    let fault = |fault: &String| {
        let what = format!("planning.db is damaged: {}", Printable::new(fault));
        Check::Database.error(what, backups(ws))
    };
    Ok(faults.iter().map(fault).collect())
}

fn journal(store: &Reader<'_>) -> Result<Vec<Finding>> {
    Ok(vec![match store.first_broken_event()? {
        None => Check::Journal.ok("every line fits the one before"),
        Some(line) => Check::Journal.error(
            format!("line {line} was changed, or does not fit the one before"),
            "'git plan log' shows the lines; what is from this one on is not to be relied on",
        ),
    }])
}

/// Names the checkpoints whose objects are gone, those apart that others took the place of.
fn without_objects(
    repo: &Repo,
    store: &Reader<'_>,
    listed: &HashSet<CommitId>,
) -> Result<(Vec<String>, Vec<String>)> {
    let (mut lost, mut hidden) = (Vec::new(), Vec::new());
    for snapshot in listed {
        if repo.has_object(snapshot.0)? {
            continue;
        }
        for row in store.checkpoints_of_snapshot(*snapshot)? {
            let name = Printable::new(&row.name).to_string();
            let name = format!("{name} of plan {} ({})", row.plan_id, snapshot.short());
            match row.superseded_by {
                Some(_) => hidden.push(name),
                None => lost.push(name),
            }
        }
    }
    Ok((lost, hidden))
}

/// A row needs its object, and a ref of ours names an object and is listed by a row.
fn checkpoints(ws: &Workspace, store: &Reader<'_>) -> Result<Vec<Finding>> {
    let (repo, mut findings) = (ws.repo(), Vec::new());
    let listed: HashSet<CommitId> = store.snapshots()?.into_iter().collect();
    let refs = repo.refs_under(REFS)?;
    let (lost, hidden) = without_objects(repo, store, &listed)?;
    let (mut broken, mut unlisted) = (Vec::new(), Vec::new());
    for entry in &refs {
        let name = Printable::new(&entry.name).to_string();
        if !repo.has_object(entry.target)? {
            broken.push(name);
        } else if name.starts_with(CHECKPOINTS) && !listed.contains(&CommitId(entry.target)) {
            unlisted.push(name);
        }
    }
    if !lost.is_empty() {
        findings.push(Check::Checkpoints.error(
            format!("their objects are gone: {}", named(lost)),
            "fetch these commits from wherever they still are; until then no rewind leads there",
        ));
    }
    if !hidden.is_empty() {
        findings.push(Check::Checkpoints.warning(
            format!(
                "others took their place, and their objects are gone: {}",
                named(hidden)
            ),
            "a rewrite of all history leaves them; what took their place is listed",
        ));
    }
    if !broken.is_empty() {
        findings.push(Check::Checkpoints.error(
            format!(
                "refs without an object, which stop 'git gc': {}",
                named(broken)
            ),
            "'git fsck' tells what else is missing; a copy of the repository may have it",
        ));
    }
    if !unlisted.is_empty() {
        findings.push(Check::Checkpoints.warning(
            format!("no plan lists what these refs keep: {}", named(unlisted)),
            "they keep objects from being removed, and do nothing else",
        ));
    }
    if findings.is_empty() {
        let (rows, refs) = (counted(listed.len(), "commit"), counted(refs.len(), "ref"));
        let sound = format!("{rows} kept, {refs}, every object there");
        findings.push(Check::Checkpoints.ok(sound));
    }
    Ok(findings)
}

fn named(mut all: Vec<String>) -> String {
    all.sort();
    let more = all.len().saturating_sub(NAMED);
    all.truncate(NAMED);
    let some = all.join(", ");
    match more {
        0 => some,
        more => format!("{some} and {more} more"),
    }
}

/// What is left after this very command has taken in everything that has a home.
fn waiting(ws: &Workspace) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    if ws.adopted() > 0 {
        findings.push(Check::Spool.warning(
            format!(
                "{} had run past the hooks, and now {} listed",
                counted(ws.adopted(), "commit"),
                if ws.adopted() == 1 { "is" } else { "are" }
            ),
            "look below at what stands against the hooks, if anything does",
        ));
    }
    let left = spool::all(&ws.repo().plan_dir())?.len();
    findings.push(match left {
        0 => Check::Spool.ok("no commit waits for a plan"),
        left => Check::Spool.warning(
            format!("{} for a plan, since several could be meant", waits(left)),
            "'git plan start PLAN TASK' says which is meant from then on",
        ),
    });
    Ok(findings)
}

/// Names the work trees that are half of one state and half of another.
fn rewinds(store: &Reader<'_>) -> Result<Vec<Finding>> {
    let found = unfinished_anywhere(store)?;
    let finding = |worktree: &WorktreeName| {
        let place = match worktree.0.as_str() {
            "" => "the main work tree".to_owned(),
            name => format!("the work tree {}", Printable::new(name)),
        };
        Check::Rewind.error(
            format!("a rewind of {place} is unfinished"),
            format!("there, {UNFINISHED_HINT}"),
        )
    };
    Ok(match found.is_empty() {
        true => vec![Check::Rewind.ok("none is unfinished")],
        false => found.iter().map(finding).collect(),
    })
}

fn waits(count: usize) -> String {
    let verb = if count == 1 { "waits" } else { "wait" };
    format!("{} {verb}", counted(count, "commit"))
}

fn memo(ws: &Workspace) -> Finding {
    match ws.memo().works() {
        true => Check::Memo.ok("works"),
        false => Check::Memo.warning(
            "memo.db cannot be used, so every verification looks at every file",
            "give yourself the right to write in the directory 'plan', or leave it at that",
        ),
    }
}
