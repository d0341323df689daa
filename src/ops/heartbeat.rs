//! When each hook was last seen to run: one empty file each, whose time of change is the answer.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Result;

use crate::model::install::HookName;
use crate::model::time::Timestamp;
use crate::store::Modes;

fn folder(plan_dir: &Path) -> PathBuf {
    plan_dir.join("hooks")
}

/// Notes that a hook runs now. A hook must not fail for it, so nothing is reported.
pub fn beat(plan_dir: &Path, hook: HookName) {
    drop(touch(plan_dir, hook));
}

fn touch(plan_dir: &Path, hook: HookName) -> Result<()> {
    let modes = Modes::of(&plan_dir.join("planning.db"));
    modes.make_directory(&folder(plan_dir))?;
    let path = folder(plan_dir).join(hook.as_str());
    let is_new = !path.try_exists()?;
    File::create(&path)?.set_modified(SystemTime::now())?;
    match is_new {
        true => modes.give(&path),
        false => Ok(()),
    }
}

/// Returns when a hook was last seen to run; `None` when it never was.
pub fn last_beat(plan_dir: &Path, hook: HookName) -> Option<Timestamp> {
    let modified = fs::metadata(folder(plan_dir).join(hook.as_str()))
        .ok()?
        .modified()
        .ok()?;
    let since = modified.duration_since(UNIX_EPOCH).ok()?;
    i64::try_from(since.as_secs()).ok().map(Timestamp)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_beat_is_remembered() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(last_beat(dir.path(), HookName::PrePush), None);
        let before = Timestamp::now();
        beat(dir.path(), HookName::PrePush);
        assert!(last_beat(dir.path(), HookName::PrePush).is_some_and(|at| at >= before));
        assert_eq!(last_beat(dir.path(), HookName::PreCommit), None);
    }
}
