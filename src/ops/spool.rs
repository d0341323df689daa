//! Commits that still have to be listed: one small file each, written before anything else.
//!
//! The file says which task a commit was made for, so a crash between it and the database row
//! loses nothing: the next command lists the commit.

use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};

use crate::crash;
use crate::model::id::{CommitId, WorktreeName};
use crate::model::plan::{Plan, PlanStatus};
use crate::model::printable::Printable;
use crate::model::task::Task;
use crate::model::time::Timestamp;
use crate::store::{Modes, Reader};

/// A commit that still has to be listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Spooled {
    /// The commit.
    pub commit: CommitId,
    /// The plan it was made for; `None` when that was ambiguous.
    pub plan_uid: Option<String>,
    /// The task it was made for.
    pub task_uid: Option<String>,
    /// The work tree it was made in.
    pub worktree: WorktreeName,
    /// When.
    pub at: Timestamp,
}

impl Spooled {
    /// Returns the plan and the task the commit was made for; none when that was ambiguous, or the
    /// plan is archived by now.
    ///
    /// # Errors
    /// Those of the database.
    pub(super) fn owner(&self, store: &Reader<'_>) -> Result<Option<(Plan, Option<Task>)>> {
        let Some(uid) = &self.plan_uid else {
            return Ok(None);
        };
        let mut plans = store.plans(None)?.into_iter();
        let plan = plans.find(|plan| plan.uid == *uid && plan.status != PlanStatus::Archived);
        let task = match &self.task_uid {
            Some(uid) => store.task_by_uid(uid)?,
            None => None,
        };
        Ok(plan.map(|plan| (plan, task)))
    }
}

#[derive(Serialize, Deserialize)]
struct Line {
    plan: Option<String>,
    task: Option<String>,
    worktree: String,
    at: i64,
}

fn folder(plan_dir: &Path) -> PathBuf {
    plan_dir.join("spool")
}

fn file(plan_dir: &Path, commit: CommitId) -> PathBuf {
    folder(plan_dir).join(format!("{commit}.json"))
}

/// Remembers a commit; on return it survives a crash.
///
/// # Errors
/// When the file cannot be written.
pub(super) fn add(plan_dir: &Path, entry: &Spooled) -> Result<()> {
    let folder = folder(plan_dir);
    let doing = || format!("writing {}", Printable::path(&folder));
    let modes = Modes::of(&plan_dir.join("planning.db"));
    modes.make_directory(&folder)?;
    let line = Line {
        plan: entry.plan_uid.clone(),
        task: entry.task_uid.clone(),
        worktree: entry.worktree.0.clone(),
        at: entry.at.0,
    };
    let mut temporary = tempfile::NamedTempFile::new_in(&folder).with_context(doing)?;
    temporary
        .write_all(&serde_json::to_vec(&line)?)
        .with_context(doing)?;
    temporary.as_file().sync_data().with_context(doing)?;
    temporary
        .persist(file(plan_dir, entry.commit))
        .with_context(doing)?;
    modes.give(&file(plan_dir, entry.commit))?;
    crash::point();
    Ok(())
}

/// Forgets a commit that is listed now; it is no error when it was not there.
///
/// # Errors
/// When the file cannot be removed.
pub(super) fn remove(plan_dir: &Path, commit: CommitId) -> Result<()> {
    match fs::remove_file(file(plan_dir, commit)) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(error).with_context(|| format!("removing the spooled commit {commit}"))
        }
        _ => {
            crash::point();
            Ok(())
        }
    }
}

/// Returns what is remembered of one commit.
pub(super) fn get(plan_dir: &Path, commit: CommitId) -> Option<Spooled> {
    read(&file(plan_dir, commit))
}

/// Returns every remembered commit, oldest first; files that are none of ours are passed over.
///
/// # Errors
/// When the folder cannot be read.
pub(super) fn all(plan_dir: &Path) -> Result<Vec<Spooled>> {
    let folder = folder(plan_dir);
    let entries = match fs::read_dir(&folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        other => other.with_context(|| format!("reading {}", Printable::path(&folder)))?,
    };
    let mut spooled: Vec<Spooled> = entries
        .filter_map(|entry| read(&entry.ok()?.path()))
        .collect();
    spooled.sort_by_key(|entry| entry.at);
    Ok(spooled)
}

fn read(path: &Path) -> Option<Spooled> {
    let commit = path
        .file_name()?
        .to_str()?
        .strip_suffix(".json")?
        .parse()
        .ok()?;
    let line: Line = serde_json::from_slice(&fs::read(path).ok()?).ok()?;
    Some(Spooled {
        commit,
        plan_uid: line.plan,
        task_uid: line.task,
        worktree: WorktreeName(line.worktree),
        at: Timestamp(line.at),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_added_is_there_until_removed() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(all(dir.path()).unwrap(), []);
        let entry = |digit: &str, at| Spooled {
            commit: digit.repeat(40).parse().unwrap(),
            plan_uid: Some("P".into()),
            task_uid: None,
            worktree: WorktreeName("wt".into()),
            at: Timestamp(at),
        };
        let (late, early) = (entry("a", 9), entry("b", 3));
        add(dir.path(), &late).unwrap();
        add(dir.path(), &early).unwrap();
        add(dir.path(), &early).unwrap();
        assert_eq!(get(dir.path(), early.commit), Some(early.clone()));
        fs::write(dir.path().join("spool/notes.txt"), "not ours").unwrap();
        assert_eq!(all(dir.path()).unwrap(), [early.clone(), late.clone()]);
        remove(dir.path(), early.commit).unwrap();
        remove(dir.path(), early.commit).unwrap();
        assert_eq!(all(dir.path()).unwrap(), [late]);
        assert_eq!(get(dir.path(), early.commit), None);
    }
}
