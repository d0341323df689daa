//! The positional words that name a plan, a task and a file.

use std::ffi::{OsStr, OsString};
use std::path::{Component, Path, PathBuf};

use anyhow::{Context as _, Result};
use clap::Args;

use crate::error::Failure;
use crate::model::id::{PlanId, TaskNumber};
use crate::model::path::RepoPath;
use crate::model::printable::Printable;
use crate::ops::Criterion;
use crate::ops::resolve::TaskRef;
use crate::ops::spec_file::{SpecFile, SpecSource};

use super::output::Output;

/// `[PLAN]`.
#[derive(Debug, Args)]
pub(super) struct PlanArg {
    /// The plan; the current one when left out
    #[arg(value_name = "PLAN")]
    plan: Option<OsString>,
}

impl PlanArg {
    /// Returns the plan named.
    ///
    /// # Errors
    /// Usage when the word is no number.
    pub(super) fn id(&self) -> Result<Option<PlanId>> {
        self.plan.as_deref().map(plan_id).transpose()
    }
}

/// `[[PLAN] TASK]`: one number is the task, none is the active task.
#[derive(Debug, Args)]
pub(super) struct TaskArgs {
    /// The plan if a second number follows, else the task; the active task when left out
    #[arg(value_name = "PLAN_OR_TASK")]
    first: Option<OsString>,
    /// The task
    #[arg(value_name = "TASK")]
    second: Option<OsString>,
}

impl TaskArgs {
    /// Returns the task named.
    ///
    /// # Errors
    /// Usage when a word is no number.
    pub(super) fn task(&self) -> Result<TaskRef> {
        let words: Vec<_> = self.first.iter().chain(&self.second).cloned().collect();
        task(&words)
    }

    /// Returns the plan named where no task is wanted: one number is the plan.
    ///
    /// # Errors
    /// Usage when the word is no number, or a second one follows.
    pub(super) fn plan_alone(&self) -> Result<Option<PlanId>> {
        if self.second.is_some() {
            let failure = Failure::usage("--no-task leaves no place for a task");
            return Err(failure.hint("with it, the one number is the plan").into());
        }
        let plan = self.first.as_ref();
        let plan = plan.map(|word| whole_number("plan", word)).transpose()?;
        Ok(plan.map(|plan| PlanId(i64::from(plan))))
    }
}

/// `[[PLAN] TASK]`, or a spec file that belongs to no task.
#[derive(Debug, Args)]
pub(super) struct CriterionArgs {
    #[command(flatten)]
    task: TaskArgs,
    /// Judge by this spec instead of a task's (`-` is standard input); no plan is needed
    #[arg(long, value_name = "FILE", conflicts_with_all = ["first", "second"])]
    spec: Option<OsString>,
}

impl CriterionArgs {
    /// Returns what was named, after saying what is odd about it.
    ///
    /// # Errors
    /// Usage when a word is no number; as [`SpecFile::read`] for a file.
    pub(super) fn criterion(&self, out: &mut Output) -> Result<Criterion> {
        let Some(path) = &self.spec else {
            return self.task.task().map(Criterion::Task);
        };
        let file = SpecFile::read(&spec_source(path))?;
        file.warnings().for_each(|warning| out.warning(warning));
        Ok(Criterion::Spec(file.parsed.into()))
    }
}

/// `[PLAN] TASK`, for verbs that must not guess the task.
#[derive(Debug, Args)]
pub(super) struct NamedTaskArgs {
    /// The plan if a second number follows, else the task
    #[arg(value_name = "PLAN_OR_TASK")]
    first: OsString,
    /// The task
    #[arg(value_name = "TASK")]
    second: Option<OsString>,
}

impl NamedTaskArgs {
    /// Returns the task named.
    ///
    /// # Errors
    /// Usage when a word is no number.
    pub(super) fn task(&self) -> Result<TaskRef> {
        let words = [Some(&self.first), self.second.as_ref()];
        let words: Vec<_> = words.into_iter().flatten().cloned().collect();
        task(&words)
    }
}

/// Splits `[[PLAN] TASK] LAST` into the task and the last word.
///
/// # Errors
/// Usage when a word before the last is no number, or there are none or too many.
pub(super) fn task_and_last(words: &[OsString]) -> Result<(TaskRef, &OsStr)> {
    let (last, before) = words
        .split_last()
        .ok_or_else(|| Failure::usage("a word is missing"))?;
    Ok((task(before)?, last))
}

fn task(words: &[OsString]) -> Result<TaskRef> {
    let (plan, number) = match words {
        [] => (None, None),
        [task] => (None, Some(task)),
        [plan, task] => (Some(plan), Some(task)),
        _ => return Err(Failure::usage("too many words").into()),
    };
    let plan = plan.map(|word| plan_id(word)).transpose()?;
    let number = number.map(|word| whole_number("task", word)).transpose()?;
    Ok(TaskRef {
        plan,
        number: number.map(TaskNumber),
    })
}

/// Reads the number of a plan.
///
/// # Errors
/// Usage when the word is none.
pub(super) fn plan_id(word: &OsStr) -> Result<PlanId> {
    whole_number("plan", word).map(|number| PlanId(i64::from(number)))
}

/// Reads the number of a plan, task or job.
///
/// # Errors
/// Usage when the word is none.
pub(super) fn whole_number(of: &str, word: &OsStr) -> Result<u32> {
    let number = word.to_str().and_then(|text| text.parse().ok());
    number.with_context(|| {
        let word = Printable::new(word.as_encoded_bytes());
        let (verb, its) = match of {
            "plan" => ("list", "the plans"),
            _ => ("show", "those there are"),
        };
        Failure::usage(format!("'{word}' is no {of} number"))
            .hint(format!("'git plan {verb}' lists {its}"))
    })
}

/// Returns where `word` says a spec is: `-` is standard input.
pub(super) fn spec_source(word: &OsStr) -> SpecSource {
    if word == "-" {
        return SpecSource::Stdin;
    }
    SpecSource::File(path(word))
}

/// Returns a path argument as seen from the present directory.
///
/// Git runs shell aliases at the top of the work tree and tells in `GIT_PREFIX` where the user is.
pub(super) fn path(word: &OsStr) -> PathBuf {
    let here = PathBuf::from(word);
    let prefix = std::env::var_os("GIT_PREFIX").filter(|prefix| !prefix.is_empty());
    let there = prefix.map(|prefix| PathBuf::from(prefix).join(word));
    there.filter(|path| path.exists()).unwrap_or(here)
}

/// Returns where a file is to be made, as seen from where the user is.
pub(super) fn new_path(word: &OsStr) -> PathBuf {
    PathBuf::from(std::env::var_os("GIT_PREFIX").unwrap_or_default()).join(word)
}

/// Returns a path argument as seen from the top of the work tree, whether or not it exists.
///
/// # Errors
/// Usage when it leads out of the work tree.
pub(super) fn repo_path(top: &Path, word: &OsStr) -> Result<RepoPath> {
    let prefix = std::env::var_os("GIT_PREFIX").unwrap_or_default();
    let here = std::env::current_dir().context("reading the current directory")?;
    let mut whole = PathBuf::new();
    for part in here.join(prefix).join(word).components() {
        match part {
            Component::ParentDir => drop(whole.pop()),
            Component::CurDir => {}
            part => whole.push(part),
        }
    }
    let inside = whole.strip_prefix(top).map_err(|_| {
        let word = Printable::new(word.as_encoded_bytes());
        Failure::usage(format!("'{word}' is outside the work tree"))
    })?;
    let segments = inside.iter().map(OsStr::as_encoded_bytes);
    Ok(RepoPath::new(segments.collect::<Vec<_>>().join(&b'/')))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Status, status_of};

    #[test]
    fn one_number_is_the_task() {
        let check = |words: &[&str], expected: Option<(Option<i64>, Option<u32>)>| {
            let words: Vec<OsString> = words.iter().map(OsString::from).collect();
            match (task(&words), expected) {
                (Ok(found), Some((plan, number))) => {
                    assert_eq!(found.plan, plan.map(PlanId));
                    assert_eq!(found.number, number.map(TaskNumber));
                }
                (Err(error), None) => assert_eq!(status_of(&error), Status::Usage),
                (found, expected) => panic!("{words:?}: {found:?}, not {expected:?}"),
            }
        };
        check(&[], Some((None, None)));
        check(&["2"], Some((None, Some(2))));
        check(&["1", "2"], Some((Some(1), Some(2))));
        check(&["1", "2", "3"], None);
        check(&["x"], None);
        check(&["-1"], None);
        check(&["4294967296"], None);
        check(&[""], None);
    }
}
