//! Pushes that passed the gate by (`--no-verify`, the configuration, a client without hooks):
//! noticed by the next command, which writes them into the journal.

use std::collections::BTreeMap;

use anyhow::Result;
use serde_json::json;

use crate::git::{Known, ReflogEntry};
use crate::model::event::{Cause, NewEvent, Rewritten};
use crate::model::id::{CommitId, Oid};
use crate::model::judged::{TaskLabel, UnverifiedPush};
use crate::model::task::Task;
use crate::store::{Access, Reader};

use super::completion::Histories;
use super::guard_push::{Verdicts, judge_tip};
use super::judge::spec_of;
use super::patience::hurried;
use super::workspace::Workspace;

/// Where it is stored what remote-tracking refs named when they were last looked at.
const MARK: &str = "remotes_seen";

const REMOTES: &str = "refs/remotes/";

/// How far back the reflog of one ref is read.
const MAX_REFLOG: usize = 100;

/// Pushes that the gate did not let through.
#[derive(Default)]
struct Unjudged {
    /// For each commit the refs that show it, and the tasks it was never judged by.
    pushes: BTreeMap<CommitId, (Vec<String>, Vec<Task>)>,
    /// Which commits stand for which: once they are pushed, the gate compares them no longer.
    copies: Vec<Rewritten>,
}

/// Notices the pushes since the last time whose commit the gate never let through although a
/// completed task was concerned; each is told once.
///
/// A command that only reads writes nothing unless there is such a push.
///
/// # Errors
/// When the repository or the database cannot be read or written: then a later command tells.
pub fn notice(ws: &Workspace) -> Result<Vec<UnverifiedPush>> {
    if !ws.database_path().try_exists()? || ws.read(|store| store.tasks_in_force())?.is_empty() {
        return Ok(Vec::new());
    }
    let stored = ws.read(|store| store.meta(MARK))?;
    let seen: BTreeMap<String, Oid> = stored
        .as_ref()
        .and_then(|mark| serde_json::from_str(mark).ok())
        .unwrap_or_default();
    let refs = ws.repo().refs_under(REMOTES)?.into_iter();
    let now: BTreeMap<String, Oid> = refs.map(|entry| (entry.name, entry.target)).collect();
    if now == seen {
        return Ok(Vec::new());
    }
    let unjudged = unjudged(ws, &seen, &now)?;
    let writer;
    let to = match ws.access() {
        Access::Read if unjudged.pushes.is_empty() => return Ok(Vec::new()),
        Access::Read => {
            writer = Workspace::open_as_is(Access::Write)?;
            &writer
        }
        Access::Create | Access::Write | Access::Hook => ws,
    };
    let mark = serde_json::to_string(&now)?;
    let is_first = to.write(|store| {
        if store.meta(MARK)? != stored {
            return Ok(false);
        }
        for (commit, (names, tasks)) in &unjudged.pushes {
            store.record(event(*commit, names, tasks))?;
        }
        store.add_rewrites(&unjudged.copies, Cause::Copy)?;
        store.set_meta(MARK, &mark)?;
        Ok(true)
    })?;
    if !is_first {
        // Another process tells.
        return Ok(Vec::new());
    }
    // Nobody asked for it, so it must not keep anybody waiting.
    let hurried = hurried(ws.repo())?;
    let pushes = unjudged.pushes.into_iter();
    Ok(pushes
        .map(|(commit, (names, tasks))| UnverifiedPush {
            failed: judge_tip(&mut Verdicts::new(ws), commit, &tasks, &hurried).ok(),
            tasks: tasks.iter().map(TaskLabel::from).collect(),
            names,
            commit,
        })
        .collect())
}

fn unjudged(
    ws: &Workspace,
    seen: &BTreeMap<String, Oid>,
    now: &BTreeMap<String, Oid>,
) -> Result<Unjudged> {
    let mut unjudged = Unjudged::default();
    for (name, _) in now.iter().filter(|(name, id)| seen.get(*name) != Some(id)) {
        let reflog = ws.repo().shared_reflog(name, MAX_REFLOG)?.into_iter();
        let new = reflog.take_while(|entry| seen.get(name) != Some(&entry.new.0));
        for push in new.filter(ReflogEntry::is_push) {
            unjudged.add(ws, name, &push)?;
        }
    }
    Ok(unjudged)
}

impl Unjudged {
    /// Adds a push if there are tasks that were completed then, that its history answers for, and
    /// that the gate did not judge it by.
    fn add(&mut self, ws: &Workspace, name: &str, push: &ReflogEntry) -> Result<()> {
        let is_concerned = ws.read(|store| {
            let tasks = store.tasks_in_force()?;
            let then = tasks.iter().map(|task| was_completed(store, task, push));
            Ok(then.collect::<Result<Vec<_>>>()?.contains(&true))
        })?;
        if !is_concerned || !ws.repo().has_object(push.new.0)? {
            return Ok(());
        }
        let known = known_before(ws, push)?;
        let split = Histories::of(ws, vec![push.new], known)?.split(push.new)?;
        let mut tasks = Vec::new();
        for task in split.here {
            if ws.read(|store| {
                Ok(was_completed(store, &task, push)? && !was_judged(store, &task, push.new)?)
            })? {
                tasks.push(task);
            }
        }
        if tasks.is_empty() {
            return Ok(());
        }
        self.copies.extend(split.copies);
        let name = name.trim_start_matches(REMOTES).to_owned();
        let (names, known) = self.pushes.entry(push.new).or_default();
        if !names.contains(&name) {
            names.push(name);
        }
        if known.len() < tasks.len() {
            *known = tasks;
        }
        Ok(())
    }
}

/// What the ref had before a push; its remote has all of the push by now.
fn known_before(ws: &Workspace, push: &ReflogEntry) -> Result<Known> {
    Ok(match push.old {
        Some(old) if ws.repo().has_object(old.0)? => Known::History(old),
        _ => Known::Remotes,
    })
}

fn was_completed(store: &Reader<'_>, task: &Task, push: &ReflogEntry) -> Result<bool> {
    let completions = store.completions(task.id)?;
    Ok(completions.iter().any(|it| it.recorded_at <= push.at))
}

fn was_judged(store: &Reader<'_>, task: &Task, commit: CommitId) -> Result<bool> {
    match spec_of(store, task)? {
        Some(ready) => store.has_gate_verdict(commit, &ready.hash),
        None => Ok(true),
    }
}

fn event(commit: CommitId, names: &[String], tasks: &[Task]) -> NewEvent {
    let tasks: Vec<String> = tasks
        .iter()
        .map(|task| TaskLabel::from(task).to_string())
        .collect();
    NewEvent {
        action: "push.unverified",
        plan_id: None,
        task_number: None,
        detail: json!({ "refs": names.join(" "), "commit": commit, "tasks": tasks.join(" ") }),
    }
}
