//! The seal of an archived plan: a commit whose tree holds all there is of the plan as readable files.
//!
//! The files follow from the rows alone, so they can be made again and compared. Their members are
//! named here one by one: what the rest of the program shows may change, a seal may not.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use crate::checkpoint;
use crate::error::Failure;
use crate::git::{Objects, Repo};
use crate::model::checkpoint::Checkpoint;
use crate::model::id::{BlobId, CommitId, PlanId, TreeId};
use crate::model::path::RepoPath;
use crate::model::plan::{Plan, PlanStatus};
use crate::model::task::Task;
use crate::model::time::Timestamp;
use crate::store::Reader;

use super::resolve;
use super::upkeep::checkpoints_of;
use super::workspace::Workspace;

/// The member of the plan's metadata that names the seal; the seal cannot hold it.
const MEMBER: &str = "seal";

/// The file of a seal that tells of the plan itself.
const PLAN_FILE: &str = "plan.json";

/// What closes the journal that a seal holds.
const LAST_EVENT: &str = "plan.archived";

/// What comparing a plan with its seal found.
#[derive(Debug)]
pub struct SealCheck {
    /// The plan.
    pub plan: Plan,
    /// The seal.
    pub seal: CommitId,
    /// The files of the seal that the rows do not make any more.
    pub differing: Vec<RepoPath>,
}

/// Where the refs are that keep seals.
const REFS: &str = "refs/plan/archive/";

/// Returns the name of the ref that keeps a seal.
fn ref_name(seal: CommitId) -> String {
    format!("{REFS}{seal}")
}

/// Writes the seal of a plan that is about to be archived with `metadata`, and names it in there.
///
/// # Errors
/// When rows cannot be read or objects not be written.
pub(super) fn seal(
    repo: &Repo,
    store: &Reader<'_>,
    (plan, last): (&Plan, &Checkpoint),
    metadata: &mut serde_json::Map<String, Value>,
    at: Timestamp,
) -> Result<CommitId> {
    metadata.remove(MEMBER);
    let plan = Plan {
        metadata: Value::Object(metadata.clone()),
        ..plan.clone()
    };
    let objects = repo.objects();
    let tree = write(&objects, &files(store, &plan)?)?;
    let message = format!("git-plan archive: plan {}\n", plan.id);
    let seal = checkpoint::write_seal(repo, (tree, last.snapshot), message.as_bytes(), at)?;
    repo.create_ref(&ref_name(seal), seal)?;
    metadata.insert(MEMBER.into(), json!(seal));
    Ok(seal)
}

/// Drops the seals that killed attempts to archive the plan have left beside `seal`.
///
/// # Errors
/// When the repository cannot be read or written.
pub(super) fn drop_other_seals(repo: &Repo, plan: &Plan, seal: CommitId) -> Result<()> {
    let objects = repo.objects();
    let mut left = Vec::new();
    for entry in repo.refs_under(REFS)? {
        let other = CommitId(entry.target);
        if other != seal && uid_in(repo, &objects, other)?.as_ref() == Some(&plan.uid) {
            left.push(entry.name);
        }
    }
    repo.delete_refs(&left)
}

/// Reads of which plan a seal is.
fn uid_in(repo: &Repo, objects: &Objects, seal: CommitId) -> Result<Option<String>> {
    let tree = repo.commit(seal)?.tree;
    let Some(entry) = objects.entry_at(tree, &RepoPath::from(PLAN_FILE))? else {
        return Ok(None);
    };
    let plan: Value = serde_json::from_slice(&objects.blob(BlobId(entry.oid))?)?;
    Ok(plan.get("uid").and_then(Value::as_str).map(str::to_owned))
}

/// Makes the files of an archived plan again and compares them with its seal.
///
/// # Errors
/// Fatal when there is no such plan, it is not archived, or has no seal; else when seal or rows
/// cannot be read.
pub fn verify_seal(ws: &Workspace, id: PlanId) -> Result<SealCheck> {
    let repo = ws.repo();
    let objects = repo.objects();
    let (plan, seal, made) = ws.read(|store| {
        let plan = store.plan(id)?.ok_or_else(|| resolve::no_plan(id))?;
        if plan.status != PlanStatus::Archived {
            return Err(Failure::fatal(format!("Plan {id} is not archived")).into());
        }
        let named = plan.metadata.get(MEMBER).and_then(Value::as_str);
        let seal = named
            .and_then(|named| named.parse().ok())
            .map(CommitId)
            .ok_or_else(|| Failure::fatal(format!("Plan {id} was archived without a seal")))?;
        let made = write(&objects, &files(store, &plan)?)?;
        Ok((plan, seal, made))
    })?;
    let sealed = repo.commit(seal).context("reading the seal")?.tree;
    let changes = objects.diff_trees(Some(sealed), Some(made))?;
    Ok(SealCheck {
        plan,
        seal,
        differing: changes.into_iter().map(|change| change.path).collect(),
    })
}

type Files = BTreeMap<String, Vec<u8>>;

fn write(objects: &Objects, files: &Files) -> Result<TreeId> {
    let mut entries = Vec::new();
    for (path, content) in files {
        let BlobId(oid) = objects.write_blob(content)?;
        entries.push((RepoPath::from(path.as_str()), oid));
    }
    checkpoint::write_files(objects, &entries)
}

fn files(store: &Reader<'_>, plan: &Plan) -> Result<Files> {
    let mut files = Files::new();
    let mut metadata = plan.metadata.clone();
    if let Some(members) = metadata.as_object_mut() {
        members.remove(MEMBER);
    }
    files.insert("FORMAT".into(), b"1\n".to_vec());
    put(
        &mut files,
        PLAN_FILE,
        &json!({
            "id": plan.id.0,
            "uid": plan.uid,
            "name": plan.name,
            "description": plan.description,
            "created_at": plan.created_at.to_string(),
            "metadata": metadata,
        }),
    )?;
    let phases = store.phases(plan.id)?;
    for phase in &phases {
        let body = json!({
            "number": phase.number,
            "title": phase.title,
            "description": phase.description,
            "success_criteria": phase.success_criteria,
        });
        put(&mut files, &format!("phases/{}.json", phase.number), &body)?;
    }
    for task in store.tasks(plan.id)? {
        let phase = phases.iter().find(|phase| Some(phase.id) == task.phase_id);
        put_task(store, &mut files, &task, phase.map(|phase| phase.number))?;
    }
    put_checkpoints(store, &mut files, plan.id)?;
    put_journal(store, &mut files, plan.id)?;
    Ok(files)
}

fn put(files: &mut Files, path: &str, body: &Value) -> Result<()> {
    let mut text = serde_json::to_vec_pretty(body)?;
    text.push(b'\n');
    files.insert(path.to_owned(), text);
    Ok(())
}

fn put_task(store: &Reader<'_>, files: &mut Files, task: &Task, phase: Option<u32>) -> Result<()> {
    let jobs = store.jobs(task.id)?;
    let jobs = jobs.iter().map(|job| {
        json!({
            "number": job.number,
            "description": job.description,
            "completed": job.completed,
            "audit": job.is_audit_job,
        })
    });
    let number = task.number;
    let body = json!({
        "number": number.0,
        "uid": task.uid,
        "title": task.title,
        "description": task.description,
        "status": task.status.as_str(),
        "audit_status": task.audit_status.as_str(),
        "in_force": task.in_force,
        "assigned_to": task.assigned_to,
        "phase": phase,
        "created_at": task.created_at.to_string(),
        "started_at": task.started_at.map(|at| at.to_string()),
        "completed_at": task.completed_at.map(|at| at.to_string()),
        "jobs": jobs.collect::<Vec<_>>(),
    });
    put(files, &format!("tasks/{number}.json"), &body)?;
    if let Some(spec) = task.spec_id
        && let Some((text, _)) = store.spec_text(spec)?
    {
        files.insert(format!("specs/{number}.yaml"), text.into_bytes());
    }
    for evidence in store.evidence(task.id)?.iter().rev() {
        let evaluation = store.evaluation_json(evidence.id)?;
        let body = json!({
            "kind": evidence.kind,
            "recorded_at": evidence.recorded_at.to_string(),
            "spec_hash": evidence.spec_hash.as_ref().map(ToString::to_string),
            "tree": evidence.tree.map(|id| id.to_string()),
            "head": evidence.head.map(|id| id.to_string()),
            "anchor": evidence.anchor.map(|id| id.to_string()),
            "dirty": evidence.dirty,
            "worktree": evidence.worktree.0,
            "passed": evidence.passed,
            "violations": evidence.violations,
            "evaluation": evaluation,
        });
        put(
            files,
            &format!("evidence/{number}/{}.json", evidence.id),
            &body,
        )?;
    }
    Ok(())
}

fn put_checkpoints(store: &Reader<'_>, files: &mut Files, plan: PlanId) -> Result<()> {
    let rows = checkpoints_of(store, plan)?;
    for row in &rows {
        let by = row.superseded_by;
        let by = by.and_then(|by| rows.iter().find(|other| other.id == by));
        let task = match row.task_id {
            Some(task) => store.task_by_id(task)?.map(|task| task.number.0),
            None => None,
        };
        let body = json!({
            "uid": row.uid,
            "task": task,
            "sequence": row.sequence,
            "name": row.name,
            "timestamp": row.timestamp.to_string(),
            "origin": row.origin.as_str(),
            "snapshot": row.snapshot.to_string(),
            "tree": row.tree.to_string(),
            "head": row.head.map(|head| head.to_string()),
            "branch": row.branch,
            "worktree": row.worktree.0,
            "superseded_by": by.map(|other| &other.uid),
        });
        put(files, &format!("checkpoints/{}.json", row.uid), &body)?;
        let mut diff = Vec::new();
        for file in store.diffs(row.id)? {
            match file.text {
                Some(text) => diff.extend(text),
                // As in the database: over 1 MiB it is made from the objects again.
                None => diff.extend(
                    format!("# {}: +{} -{}\n", file.path, file.added, file.removed).bytes(),
                ),
            }
        }
        files.insert(format!("diffs/{}.diff", row.uid), diff);
    }
    Ok(())
}

/// The journal up to, and without, the line that tells of the sealing.
fn put_journal(store: &Reader<'_>, files: &mut Files, plan: PlanId) -> Result<()> {
    let events = store.events(Some(plan))?;
    let end = events.iter().rposition(|event| event.action == LAST_EVENT);
    let mut text = String::new();
    for event in &events[..end.unwrap_or(events.len())] {
        let line = json!({
            "id": event.id,
            "at": event.at.to_string(),
            "actor": event.actor,
            "action": event.action,
            "task": event.task_number.map(|number| number.0),
            "detail": event.detail,
            "previous_hash": event.previous_hash,
            "hash": event.hash,
        });
        text.push_str(&format!("{line}\n"));
    }
    files.insert("journal.jsonl".into(), text.into_bytes());
    Ok(())
}
