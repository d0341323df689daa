//! `verify`: judge many specs on one tree; what the gate would say, and more.

use anyhow::Result;

use crate::error::Failure;
use crate::model::id::PlanId;
use crate::model::judged::{Judged, TaskLabel, Verification};
use crate::model::plan::PlanStatus;
use crate::model::task::Task;
use crate::model::tree::{Snapshot, TreeSource};
use crate::scan::Progress;
use crate::store::Reader;

use super::completion::split_by_history;
use super::judge::{Bench, ReadySpec, required_spec_of};
use super::workspace::Workspace;

/// Which specs are judged.
#[derive(Debug, Clone)]
pub enum Subject {
    /// The tasks the gate would judge.
    InForce,
    /// Every task with a spec of one plan, or of every plan that is not archived.
    All(Option<PlanId>),
    /// These specs; no database is needed.
    Specs(Vec<ReadySpec>),
}

/// Judges `subject` on `source`; records nothing.
///
/// # Errors
/// When the database, the revision or the tree cannot be read.
pub fn verify(
    ws: &Workspace,
    source: &TreeSource,
    subject: Subject,
    progress: &dyn Progress,
) -> Result<Verification> {
    let snapshot = ws.repo().snapshot(source)?;
    let bench = Bench {
        repo: ws.repo(),
        memo: ws.memo(),
        progress,
    };
    let (tasks, elsewhere) = match subject {
        Subject::Specs(specs) => return judge_specs(&bench, source, &snapshot, &specs),
        Subject::All(plan) => (ws.read(|store| tasks_with_spec(store, plan))?, Vec::new()),
        Subject::InForce => in_force(ws, source, &snapshot)?,
    };
    let specs: Vec<ReadySpec> = ws.read(|store| {
        tasks
            .iter()
            .map(|task| required_spec_of(store, task))
            .collect()
    })?;
    let wanted: Vec<&ReadySpec> = specs.iter().collect();
    let evaluations = bench.judge(source, &snapshot, &wanted)?;
    let judged = tasks
        .iter()
        .zip(evaluations)
        .map(|(task, evaluation)| Judged {
            task: Some(TaskLabel::from(task)),
            evaluation,
        });
    Ok(Verification {
        evaluations: judged.collect(),
        not_checked: elsewhere.iter().map(TaskLabel::from).collect(),
    })
}

fn judge_specs(
    bench: &Bench<'_>,
    source: &TreeSource,
    snapshot: &Snapshot,
    specs: &[ReadySpec],
) -> Result<Verification> {
    let wanted: Vec<&ReadySpec> = specs.iter().collect();
    let evaluations = bench.judge(source, snapshot, &wanted)?;
    let judged = evaluations.into_iter().map(|evaluation| Judged {
        task: None,
        evaluation,
    });
    Ok(Verification {
        evaluations: judged.collect(),
        not_checked: Vec::new(),
    })
}

/// The tasks in force that the judged state answers for; work tree and index also answer for what
/// was completed in them and not committed yet.
pub(super) fn in_force(
    ws: &Workspace,
    source: &TreeSource,
    snapshot: &Snapshot,
) -> Result<(Vec<Task>, Vec<Task>)> {
    let Some(tip) = snapshot.commit else {
        return Ok((ws.read(|store| store.tasks_in_force())?, Vec::new()));
    };
    let split = split_by_history(ws, tip)?;
    let mut here = split.here;
    let mut others = Vec::new();
    for task in split.elsewhere {
        let is_pending_here = !matches!(source, TreeSource::Revision(_))
            && ws
                .read(|store| store.completions(task.id))?
                .iter()
                .any(|evidence| evidence.anchor.is_none() && evidence.worktree == *ws.worktree());
        if is_pending_here {
            here.push(task)
        } else {
            others.push(task)
        }
    }
    here.sort_by_key(|task| (task.plan_id, task.number));
    Ok((here, others))
}

fn tasks_with_spec(store: &Reader<'_>, plan: Option<PlanId>) -> Result<Vec<Task>> {
    let plans = match plan {
        Some(id) => {
            let missing = || Failure::fatal(format!("Plan {id} not found"));
            vec![store.plan(id)?.ok_or_else(missing)?]
        }
        None => store.plans(None)?,
    };
    let mut tasks = Vec::new();
    for open in plans
        .iter()
        .rev()
        .filter(|it| plan.is_some() || it.status != PlanStatus::Archived)
    {
        tasks.extend(
            store
                .tasks(open.id)?
                .into_iter()
                .filter(|task| task.spec_id.is_some()),
        );
    }
    Ok(tasks)
}
