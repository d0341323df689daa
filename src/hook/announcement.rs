//! All that observing hooks ever say, one line each.

use std::fmt;

use crate::model::count::counted;
use crate::model::id::{PlanId, TaskNumber};
use crate::ops::count_left::Violations;
use crate::ops::record_commit::Recorded;

/// Something a hook says on standard error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Announcement {
    /// A commit became a checkpoint.
    Kept {
        /// The plan.
        plan: PlanId,
        /// The task, if the commit was made for one.
        task: Option<TaskNumber>,
        /// The checkpoint's number.
        sequence: u32,
        /// What is left of the task's violations.
        violations: Violations,
    },
    /// A commit was made while several plans could be meant.
    Ambiguous,
    /// A hook could not do its work; nothing is lost.
    Postponed(String),
}

impl Announcement {
    /// Says what became of a commit, unless nothing did or a series of commits wants silence.
    pub fn of(recorded: Recorded) -> Option<Self> {
        match recorded {
            Recorded::Nothing | Recorded::KeptInSeries => None,
            Recorded::Spooled => Some(Self::Ambiguous),
            Recorded::Kept(kept) => Some(Self::Kept {
                plan: kept.checkpoint.plan_id,
                task: kept.task,
                sequence: kept.checkpoint.sequence,
                violations: kept.violations,
            }),
        }
    }
}

impl fmt::Display for Announcement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("git-plan: ")?;
        match self {
            Self::Kept { plan, task: None, sequence, .. } => {
                write!(f, "plan {plan} · checkpoint {sequence}")
            }
            Self::Kept { plan, task: Some(task), sequence, violations } => {
                write!(f, "task {plan}.{task} · checkpoint {sequence}")?;
                match violations {
                    Violations::NoSpec => Ok(()),
                    Violations::NotCounted => f.write_str(" · violations not counted"),
                    Violations::Left(0, _) => write!(
                        f,
                        " · no violations left: 'git plan verify-task {plan} {task}' records it"
                    ),
                    Violations::Left(left, change) => {
                        write!(f, " · {} left", counted(*left, "violation"))?;
                        change.filter(|change| *change != 0).map_or(Ok(()), |change| write!(f, " ({change:+})"))
                    }
                }
            }
            Self::Ambiguous => f.write_str(
                "several plans are active and no task: 'git plan start PLAN TASK' says which one commits belong to",
            ),
            Self::Postponed(why) => {
                write!(f, "checkpoint postponed to the next 'git plan' command: {why}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_says_what_a_commit_left() {
        let check = |task: Option<u32>, violations, line: &str| {
            let said = Announcement::Kept {
                plan: PlanId(1),
                task: task.map(TaskNumber),
                sequence: 7,
                violations,
            };
            assert_eq!(said.to_string(), format!("git-plan: {line}"));
        };
        check(None, Violations::NoSpec, "plan 1 · checkpoint 7");
        check(Some(2), Violations::NoSpec, "task 1.2 · checkpoint 7");
        check(
            Some(2),
            Violations::NotCounted,
            "task 1.2 · checkpoint 7 · violations not counted",
        );
        check(
            Some(2),
            Violations::Left(31, Some(-16)),
            "task 1.2 · checkpoint 7 · 31 violations left (-16)",
        );
        check(
            Some(2),
            Violations::Left(1, Some(1)),
            "task 1.2 · checkpoint 7 · 1 violation left (+1)",
        );
        check(
            Some(2),
            Violations::Left(5, Some(0)),
            "task 1.2 · checkpoint 7 · 5 violations left",
        );
        check(
            Some(2),
            Violations::Left(5, None),
            "task 1.2 · checkpoint 7 · 5 violations left",
        );
        check(
            Some(2),
            Violations::Left(0, Some(-3)),
            "task 1.2 · checkpoint 7 · no violations left: 'git plan verify-task 1 2' records it",
        );
    }
}
