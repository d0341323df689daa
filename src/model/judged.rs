//! Evaluations with the tasks they are about: what a verification of many and the gate answer.

use std::fmt;

use serde::Serialize;

use super::evaluation::{Evaluation, Verdict};
use super::id::{CommitId, PlanId, TaskNumber};
use super::task::Task;

/// A task as reports name it; shown as `1.2`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TaskLabel {
    /// The plan.
    #[serde(rename = "plan_id")]
    pub plan: PlanId,
    /// The task within it.
    pub number: TaskNumber,
    /// Its title.
    pub title: String,
}

impl From<&Task> for TaskLabel {
    fn from(task: &Task) -> Self {
        Self {
            plan: task.plan_id,
            number: task.number,
            title: task.title.clone(),
        }
    }
}

impl fmt::Display for TaskLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.plan, self.number)
    }
}

/// An evaluation and, when its spec is a task's, that task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Judged {
    /// The task whose spec it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task: Option<TaskLabel>,
    /// What came of it; with `since`, of what is new alone.
    #[serde(flatten)]
    pub evaluation: Evaluation,
    /// What older state it was compared with, if any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Since>,
}

/// An older state whose violations were left out of an evaluation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Since {
    /// As the user named it.
    pub revision: String,
    /// The commit it names; `None` for a bare tree.
    pub commit: Option<CommitId>,
    /// How many violations are not new and were left out.
    pub older_violations: usize,
}

/// What judging several specs on one tree came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verification {
    /// In the order of plans and tasks, or of the files named.
    pub evaluations: Vec<Judged>,
    /// Tasks in force whose completion lies in another history: not judged.
    pub not_checked: Vec<TaskLabel>,
}

impl Verification {
    /// Sums up: broken if anything is, else unverified if anything could not be judged.
    pub fn verdict(&self) -> Verdict {
        sum_up(
            self.evaluations
                .iter()
                .map(|judged| judged.evaluation.verdict),
        )
    }

    /// Returns the violations of all evaluations together.
    pub fn total_violations(&self) -> usize {
        self.evaluations
            .iter()
            .map(|judged| judged.evaluation.total_violations)
            .sum()
    }
}

/// The worst of several verdicts; of none, met.
fn sum_up(verdicts: impl Iterator<Item = Verdict>) -> Verdict {
    verdicts.fold(Verdict::Met, |worst, verdict| match (worst, verdict) {
        (Verdict::Broken, _) | (_, Verdict::Broken) => Verdict::Broken,
        (Verdict::Unverified, _) | (_, Verdict::Unverified) => Verdict::Unverified,
        (Verdict::Met, Verdict::Met) => Verdict::Met,
    })
}

/// What the gate says of one commit that is being pushed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JudgedTip {
    /// The commit.
    pub commit: CommitId,
    /// The refs at the remote that would name it.
    pub remote_names: Vec<Vec<u8>>,
    /// The evaluations that are not met; empty when all are.
    pub failed: Vec<Judged>,
}

/// What the gate says of a push.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GateReport {
    /// The commits that are held back.
    pub held: Vec<JudgedTip>,
    /// Tasks in force whose completion lies in another history: not judged.
    pub not_checked: Vec<TaskLabel>,
}

impl GateReport {
    /// Sums up every commit that is held back.
    pub fn verdict(&self) -> Verdict {
        let failed = self.held.iter().flat_map(|tip| &tip.failed);
        sum_up(failed.map(|judged| judged.evaluation.verdict))
    }
}

/// A push that went out although the gate let nothing through, and what the gate would have said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnverifiedPush {
    /// The remote-tracking refs that show it, without `refs/remotes/`.
    pub names: Vec<String>,
    /// The commit that was pushed.
    pub commit: CommitId,
    /// The completed tasks its history answers for.
    pub tasks: Vec<TaskLabel>,
    /// The evaluations that are not met; `None` when it could not be judged.
    pub failed: Option<Vec<Judged>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_outweighs_unverified_outweighs_met() {
        use Verdict::{Broken, Met, Unverified};
        let check = |verdicts: &[Verdict], sum| {
            assert_eq!(sum_up(verdicts.iter().copied()), sum, "{verdicts:?}");
        };
        check(&[], Met);
        check(&[Met, Met], Met);
        check(&[Met, Unverified, Met], Unverified);
        check(&[Unverified, Broken, Met], Broken);
        check(&[Broken, Unverified], Broken);
    }
}
