//! Checkpoints: sequences, idempotence, supersession, and every byte of their paths.

use super::*;
use crate::model::checkpoint::LeftOut;
use crate::model::diff::{Change, FileDiff};
use crate::model::path::RepoPath;

pub(super) fn diff(path: impl Into<Vec<u8>>) -> FileDiff {
    FileDiff {
        path: RepoPath::new(path.into()),
        old_path: None,
        change: Change::Modified,
        added: 1,
        removed: 2,
        is_binary: false,
        text: Some(b"-a\n+b\n".to_vec()),
    }
}

fn names(reader: &Reader<'_>, plan: PlanId, task: Option<TaskId>) -> Vec<(u32, String)> {
    let checkpoints = reader.checkpoints(plan, task, Superseded::Shown).unwrap();
    checkpoints
        .into_iter()
        .map(|it| (it.sequence, it.name))
        .collect()
}

#[test]
fn sequences_count_per_task_and_per_plan() {
    let planning = Planning::in_memory().unwrap();
    write(&planning, |writer| {
        let (plan, one) = plan_with_task(writer)?;
        let two = writer.add_task(plan, new_task("b"), None)?;
        let other = writer.add_plan(new_plan("other"))?.id;
        let mut seed = 0;
        let mut take = |plan, task, name: Option<&str>| {
            seed += 1;
            let mut new = new_checkpoint(plan, task, Origin::Manual, seed);
            new.name = name.map(str::to_owned);
            let taken = writer.add_checkpoint(new).unwrap();
            (taken.sequence, taken.name)
        };
        assert_eq!(take(plan, Some(one.id), None), (1, "edit_1".to_owned()));
        assert_eq!(
            take(plan, Some(one.id), Some("mine")),
            (2, "mine".to_owned())
        );
        assert_eq!(take(plan, Some(two.id), None), (1, "edit_1".to_owned()));
        assert_eq!(take(plan, Some(one.id), None), (3, "edit_3".to_owned()));
        assert_eq!(take(plan, None, None), (1, "edit_1".to_owned()));
        assert_eq!(take(plan, None, None), (2, "edit_2".to_owned()));
        assert_eq!(take(other, None, None), (1, "edit_1".to_owned()));
        let elsewhere = writer
            .add_checkpoint(new_checkpoint(other, Some(one.id), Origin::Manual, 1))
            .unwrap_err();
        assert_eq!(elsewhere.to_string(), "Task 1 is one of plan 1");
        let listed = |task| writer.checkpoints(plan, task, Superseded::Shown).unwrap();
        let counts = [Some(one.id), Some(two.id), None].map(|task| listed(task).len());
        assert_eq!(counts, [3, 1, 2]);
        Ok(())
    });
}

#[test]
fn a_snapshot_is_one_checkpoint_of_a_task() {
    let planning = Planning::in_memory().unwrap();
    write(&planning, |writer| {
        let (plan, task) = plan_with_task(writer)?;
        let take = |task: Option<TaskId>, origin, seed| {
            writer
                .add_checkpoint(new_checkpoint(plan, task, origin, seed))
                .unwrap()
        };
        let first = take(Some(task.id), Origin::Commit, 1);
        let events = writer.events(None)?.len();
        assert_eq!(take(Some(task.id), Origin::Commit, 1), first);
        assert_eq!(
            writer.events(None)?.len(),
            events,
            "the second one is no event"
        );
        assert_ne!(take(Some(task.id), Origin::Commit, 2).id, first.id);
        assert_ne!(take(None, Origin::Commit, 1).id, first.id);
        let manual = take(Some(task.id), Origin::Manual, 1);
        assert_ne!(manual.id, first.id);
        assert_eq!(take(Some(task.id), Origin::Manual, 1), manual);
        let of_snapshot = writer.checkpoints_of_snapshot(commit(1))?;
        assert_eq!(of_snapshot.len(), 3);
        assert_eq!(writer.checkpoints_of_tree(TreeId(oid(2)))?.len(), 1);
        assert_eq!(writer.snapshots()?, [commit(1), commit(2)]);
        let latest = |task| writer.latest_checkpoint(plan, task).unwrap().unwrap();
        assert_eq!(
            Some(&latest(Some(task.id))),
            writer
                .checkpoints(plan, Some(task.id), Superseded::Hidden)?
                .last()
        );
        assert_eq!(latest(None).origin, Origin::Manual);
        writer.supersede(latest(None).id, first.id)?;
        assert_eq!(latest(Some(task.id)).snapshot, commit(2));
        Ok(())
    });
}

#[test]
fn every_byte_survives() {
    let planning = Planning::in_memory().unwrap();
    write(&planning, |writer| {
        let (plan, task) = plan_with_task(writer)?;
        let mut new = new_checkpoint(plan, Some(task.id), Origin::Verification, 1);
        new.patch_id = Some("p".to_owned());
        new.captured.head = None;
        new.captured.branch = None;
        let renamed = FileDiff {
            old_path: Some(RepoPath::new(*b"caf\xe9")),
            change: Change::Renamed,
            text: Some(b"-\xff\n+\x00\n".to_vec()),
            ..diff("z \"quoted\"\n")
        };
        let large = FileDiff {
            change: Change::Added,
            is_binary: true,
            text: None,
            ..diff(*b"m\xff")
        };
        new.captured.files = vec![renamed, diff("ä"), large, diff("B"), diff("a b")];
        new.captured.left_out = vec![
            LeftOut {
                path: RepoPath::new(*b"big\xfe"),
                reason: "over 10 MiB".to_owned(),
            },
            LeftOut {
                path: "plain".into(),
                reason: "a \"repository\"".to_owned(),
            },
        ];
        let stored = writer.add_checkpoint(new.clone())?;
        assert_eq!(
            (stored.files, &stored.left_out),
            (5, &new.captured.left_out)
        );
        assert_eq!((stored.head, &stored.branch), (None, &None));
        assert_eq!(stored.origin, Origin::Verification);
        let mut expected = new.captured.files;
        expected.sort_by(|a, b| a.path.cmp(&b.path));
        assert_eq!(writer.diffs(stored.id)?, expected);
        assert_eq!(writer.checkpoints_of_patch("p")?, [stored]);
        Ok(())
    });
}

#[test]
fn a_sha256_repository_has_long_ids() {
    let planning = Planning::in_memory().unwrap();
    write(&planning, |writer| {
        let plan = writer.add_plan(new_plan("p"))?.id;
        let mut new = new_checkpoint(plan, None, Origin::Commit, 1);
        let long = CommitId(Oid::from_bytes(&[0xab; 32]).unwrap());
        new.captured.snapshot = long;
        assert_eq!(writer.add_checkpoint(new)?.snapshot, long);
        assert_eq!(writer.checkpoints_of_snapshot(long)?.len(), 1);
        Ok(())
    });
}

#[test]
fn a_superseded_checkpoint_is_hidden_not_lost() {
    let planning = Planning::in_memory().unwrap();
    write(&planning, |writer| {
        let (plan, task) = plan_with_task(writer)?;
        let task = Some(task.id);
        let [a, b, c] = [1, 2, 3].map(|seed| {
            writer
                .add_checkpoint(new_checkpoint(plan, task, Origin::Commit, seed))
                .unwrap()
                .id
        });
        let visible = || -> Vec<_> {
            let shown = writer.checkpoints(plan, task, Superseded::Hidden).unwrap();
            shown.into_iter().map(|it| it.id).collect()
        };
        writer.supersede(a, b)?;
        assert_eq!(visible(), [b, c]);
        writer.supersede(b, c)?;
        assert_eq!(visible(), [c]);
        assert_eq!(writer.checkpoints(plan, task, Superseded::Shown)?.len(), 3);
        // Amended back to what it was before.
        writer.supersede(c, b)?;
        assert_eq!(visible(), [b]);
        let events = writer.events(None)?.len();
        writer.supersede(c, b)?;
        writer.supersede(b, b)?;
        assert_eq!(visible(), [b]);
        assert_eq!(writer.events(None)?.len(), events);
        writer.supersede(b, c)?;
        writer.remove_checkpoint(b)?;
        assert_eq!(writer.checkpoint(a)?.unwrap().superseded_by, Some(c));
        assert_eq!(writer.checkpoint(b)?, None);
        assert_eq!(visible(), [c]);
        assert_eq!(writer.faults()?, [""; 0]);
        Ok(())
    });
}

#[test]
fn a_removed_task_leaves_its_checkpoints_to_the_plan() {
    let planning = Planning::in_memory().unwrap();
    write(&planning, |writer| {
        let (plan, task) = plan_with_task(writer)?;
        let take = |task, origin, seed| {
            writer
                .add_checkpoint(new_checkpoint(plan, task, origin, seed))
                .unwrap()
        };
        take(None, Origin::Commit, 1);
        take(Some(task.id), Origin::Commit, 1);
        take(Some(task.id), Origin::Manual, 2);
        writer.add_job(&task, "j", false)?;
        writer.remove_task(&task)?;
        assert_eq!(writer.task(plan, task.number)?, None);
        let expected = [(1, "edit_1"), (2, "edit_1"), (3, "edit_2")];
        assert_eq!(
            names(writer, plan, None),
            expected.map(|(n, name)| (n, name.to_owned()))
        );
        assert_eq!(take(None, Origin::Manual, 3).sequence, 4);
        assert_eq!(writer.faults()?, [""; 0]);
        Ok(())
    });
}
