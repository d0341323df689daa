//! Which tasks in force are broken now: what must not vanish without a word, since the gate would
//! open.

use anyhow::Result;

use crate::model::evaluation::{Evaluation, Verdict};
use crate::model::judged::{Judged, TaskLabel};
use crate::model::task::Task;
use crate::model::tree::{Snapshot, TreeSource};
use crate::scan::Progress;

use super::completion::split_by_history;
use super::judge::{Bench, ReadySpec, required_spec_of};
use super::quote::Lines;
use super::workspace::Workspace;

/// Returns, of those of `tasks` that are in force, the evaluations that are not met: by the work
/// tree, else by HEAD if its history answers for the task.
///
/// # Errors
/// When the work tree, HEAD or a spec cannot be read.
pub(super) fn broken(
    ws: &Workspace,
    tasks: &[Task],
    progress: &dyn Progress,
) -> Result<Vec<Judged>> {
    let held: Vec<(&Task, ReadySpec)> = ws.read(|store| {
        let held = tasks
            .iter()
            .filter(|it| it.in_force && it.spec_id.is_some());
        held.map(|task| Ok((task, required_spec_of(store, task)?)))
            .collect()
    })?;
    if held.is_empty() {
        return Ok(Vec::new());
    }
    let snapshot = ws.repo().snapshot(&TreeSource::Worktree)?;
    let bench = Bench::new(ws, progress);
    let specs: Vec<&ReadySpec> = held.iter().map(|(_, ready)| ready).collect();
    let evaluations = bench.judge(&TreeSource::Worktree, &snapshot, &specs)?;
    let mut broken = Vec::new();
    for ((task, ready), evaluation) in held.iter().zip(evaluations) {
        let unmet = match evaluation.verdict {
            Verdict::Met => unmet_by_head(ws, &bench, &snapshot, (task, ready))?,
            Verdict::Broken | Verdict::Unverified => {
                let mut evaluation = evaluation;
                bench.quote(
                    (&TreeSource::Worktree, &snapshot),
                    [&mut evaluation],
                    Lines::BRIEF,
                );
                Some(evaluation)
            }
        };
        broken.extend(unmet.map(|evaluation| Judged {
            task: Some(TaskLabel::from(*task)),
            evaluation,
            since: None,
        }));
    }
    Ok(broken)
}

/// What a push of HEAD would be held back for, though the work tree is mended already.
fn unmet_by_head(
    ws: &Workspace,
    bench: &Bench<'_>,
    worktree: &Snapshot,
    (task, ready): (&Task, &ReadySpec),
) -> Result<Option<Evaluation>> {
    let Some(head) = worktree.commit.filter(|_| !worktree.overlay.is_empty()) else {
        return Ok(None);
    };
    let here = split_by_history(ws, head)?.here;
    if here.iter().all(|answered| answered.id != task.id) {
        return Ok(None);
    }
    let source = TreeSource::Revision("HEAD".to_owned());
    let snapshot = ws.repo().snapshot(&source)?;
    let mut evaluation = bench.judge(&source, &snapshot, &[ready])?.swap_remove(0);
    bench.quote((&source, &snapshot), [&mut evaluation], Lines::BRIEF);
    Ok(Some(evaluation).filter(|it| it.verdict != Verdict::Met))
}
