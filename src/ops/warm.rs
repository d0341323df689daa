//! Scans HEAD for a task's spec ahead of time, so that the hooks can count violations at once.

use crate::model::task::Task;
use crate::model::tree::{Snapshot, TreeSource};
use crate::scan::Progress;

use super::judge::{Bench, spec_of};
use super::workspace::Workspace;

/// Fills the memo for a task's spec. It is only a head start, so nothing is reported.
pub(super) fn warm(ws: &Workspace, task: &Task, progress: &dyn Progress) {
    let scan = || -> anyhow::Result<()> {
        let Some(ready) = ws.read(|store| spec_of(store, task))? else {
            return Ok(());
        };
        let Some(head) = ws.repo().head()?.commit else {
            return Ok(());
        };
        let tree = ws.repo().commit(head)?.tree;
        let snapshot = Snapshot {
            commit: Some(head),
            base: Some(tree),
            overlay: Vec::new(),
        };
        let bench = Bench::new(ws, progress);
        bench.judge(
            &TreeSource::Revision(head.to_string()),
            &snapshot,
            &[&ready],
        )?;
        Ok(())
    };
    drop(scan());
}
