//! `verify`: judge many specs on one tree; what the gate would say, and more.

use anyhow::Result;

use crate::model::id::{CommitId, PlanId};
use crate::model::judged::{Judged, TaskLabel, Verification};
use crate::model::plan::PlanStatus;
use crate::model::task::Task;
use crate::model::tree::TreeSource;
use crate::scan::Progress;
use crate::store::Reader;

use super::completion::split_by_history;
use super::judge::{Bench, ReadySpec, required_spec_of};
use super::quote::Lines;
use super::resolve;
use super::since::Before;
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

/// What `verify` is asked.
#[derive(Debug, Clone)]
pub struct Request {
    /// What is judged.
    pub source: TreeSource,
    /// By which specs.
    pub subject: Subject,
    /// The older state whose violations are left out.
    pub since: Option<String>,
    /// Which violations get the line they stand on.
    pub lines: Lines,
}

/// Judges a state of the repository by specs; records nothing.
///
/// # Errors
/// When the database, a revision or a tree cannot be read.
pub fn verify(ws: &Workspace, request: &Request, progress: &dyn Progress) -> Result<Verification> {
    let snapshot = || ws.repo().snapshot(&request.source);
    let (early, tip) = match request.source {
        TreeSource::Revision(_) => {
            let early = snapshot()?;
            let tip = early.commit;
            (Some(early), tip)
        }
        // These take their time, in which other things are done.
        TreeSource::Worktree | TreeSource::Staged => (None, ws.repo().head()?.commit),
    };
    let bench = Bench::new(ws, progress);
    let chosen = choose(ws, request, tip)?;
    let wanted: Vec<&ReadySpec> = chosen.specs.iter().collect();
    // The older state first, so that the memo is left at the newer one.
    let before = match &request.since {
        Some(revision) => Some(Before::judge(&bench, revision, &wanted)?),
        None => None,
    };
    let recalled = bench.recall(&wanted);
    let snapshot = early.map_or_else(snapshot, Ok)?;
    let mut evaluations = bench.judge_recalled(&request.source, &snapshot, &wanted, recalled)?;
    let lines = if before.is_some() {
        Lines::All
    } else {
        request.lines
    };
    bench.quote((&request.source, &snapshot), &mut evaluations, lines);
    let judged = chosen.labels.into_iter().zip(evaluations).enumerate();
    Ok(Verification {
        evaluations: judged
            .map(|(at, (task, mut evaluation))| Judged {
                task,
                since: before
                    .as_ref()
                    .map(|before| before.leave_out(at, &mut evaluation)),
                evaluation,
            })
            .collect(),
        not_checked: chosen.elsewhere,
    })
}

/// Which specs a request comes to.
struct Chosen {
    /// The task of each spec, if it has one.
    labels: Vec<Option<TaskLabel>>,
    specs: Vec<ReadySpec>,
    /// The tasks that are not judged.
    elsewhere: Vec<TaskLabel>,
}

fn choose(ws: &Workspace, request: &Request, tip: Option<CommitId>) -> Result<Chosen> {
    let (tasks, elsewhere) = match &request.subject {
        Subject::Specs(specs) => {
            return Ok(Chosen {
                labels: vec![None; specs.len()],
                specs: specs.clone(),
                elsewhere: Vec::new(),
            });
        }
        Subject::All(plan) => (ws.read(|store| tasks_with_spec(store, *plan))?, Vec::new()),
        Subject::InForce => in_force(ws, &request.source, tip)?,
    };
    let specs: Vec<ReadySpec> = ws.read(|store| {
        tasks
            .iter()
            .map(|task| required_spec_of(store, task))
            .collect()
    })?;
    let labels = tasks.iter().map(|task| Some(TaskLabel::from(task)));
    Ok(Chosen {
        labels: labels.collect(),
        specs,
        elsewhere: elsewhere.iter().map(TaskLabel::from).collect(),
    })
}

/// The tasks in force that the judged state, of the commit `tip`, answers for; work tree and index also answer for what
/// was completed in them and not committed yet.
pub(super) fn in_force(
    ws: &Workspace,
    source: &TreeSource,
    tip: Option<CommitId>,
) -> Result<(Vec<Task>, Vec<Task>)> {
    let Some(tip) = tip else {
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
            vec![store.plan(id)?.ok_or_else(|| resolve::no_plan(id))?]
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
