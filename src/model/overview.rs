//! Plans and tasks with everything about them in one value, as reading verbs answer.

use serde::Serialize;

use super::checkpoint::Checkpoint;
use super::evidence::Evidence;
use super::id::SpecHash;
use super::install::HookName;
use super::plan::{Phase, Plan};
use super::task::{Job, Task};
use super::time::Timestamp;

/// A plan and what is in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlanOverview {
    /// The plan.
    pub plan: Plan,
    /// Its phases, by number.
    pub phases: Vec<Phase>,
    /// Its tasks, by number; absent when they were not asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tasks: Option<Vec<TaskOverview>>,
}

/// A task and what is in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TaskOverview {
    /// The task.
    #[serde(flatten)]
    pub task: Task,
    /// The number of its phase.
    pub phase: Option<u32>,
    /// Its spec.
    pub spec: Option<StoredSpec>,
    /// Its jobs, by number.
    pub jobs: Vec<Job>,
}

/// A spec as stored with a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StoredSpec {
    /// What identifies its rules.
    pub hash: SpecHash,
    /// The text; absent when it was not asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub yaml: Option<String>,
}

/// Where a work tree stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// The current plan; absent when none is, or several could be.
    pub plan: Option<Plan>,
    /// Every plan that is not archived, newest first.
    pub active_plans: Vec<Plan>,
    /// The active task of this work tree.
    pub active_task: Option<Task>,
    /// How many tasks of the current plan stand where.
    pub tasks: TaskCounts,
    /// The newest checkpoint of the active task, else of the current plan.
    pub last_checkpoint: Option<Checkpoint>,
    /// The newest evidence of the active task.
    pub last_evidence: Option<Evidence>,
    /// When each hook last ran here.
    pub hooks: Vec<HookSighting>,
}

/// How many tasks stand where.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct TaskCounts {
    /// Not begun.
    pub pending: usize,
    /// Being worked on.
    pub in_progress: usize,
    /// Claimed or verified as done.
    pub completed: usize,
    /// Completed once, broken since.
    pub failed: usize,
    /// Waiting.
    pub blocked: usize,
}

/// A hook and when it last ran.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HookSighting {
    /// Git's name for it.
    pub name: HookName,
    /// Absent when it never ran.
    pub last_seen: Option<Timestamp>,
}
