//! Evidence and rewrites: what belongs to which commit.

use super::*;
use crate::model::event::{Cause, Rewritten};
use crate::model::evidence::{EvidenceKind, NewEvidence};

fn new_evidence(task: TaskId, worktree: &WorktreeName, dirty: bool) -> NewEvidence {
    NewEvidence {
        task_id: task,
        kind: EvidenceKind::Verification,
        spec_hash: Some(hash("a")),
        tree: Some(TreeId(oid(4))),
        head: Some(commit(1)),
        dirty,
        worktree: worktree.clone(),
        passed: true,
        violations: Some(0),
        evaluation_json: Some("{}".to_owned()),
    }
}

#[test]
fn clean_evidence_belongs_to_head_and_dirty_evidence_to_the_next_commit() {
    let planning = Planning::in_memory().unwrap();
    write(&planning, |writer| {
        let (_, task) = plan_with_task(writer)?;
        let side = WorktreeName("side".to_owned());
        let clean = writer.add_evidence(new_evidence(task.id, &main(), false))?;
        let dirty = writer.add_evidence(new_evidence(task.id, &main(), true))?;
        let elsewhere = writer.add_evidence(new_evidence(task.id, &side, true))?;
        let anchors = || -> Vec<_> {
            let list = writer.evidence(task.id).unwrap();
            list.iter().map(|it| (it.id, it.anchor)).collect()
        };
        assert_eq!(
            anchors(),
            [(elsewhere, None), (dirty, None), (clean, Some(commit(1)))]
        );
        let before = Timestamp(NOW.0 - 1);
        assert_eq!(writer.anchor_evidence(&main(), commit(3), before)?, 0);
        assert!(writer.awaits_commit(&main())?);
        assert_eq!(writer.anchor_evidence(&main(), commit(2), NOW)?, 1);
        assert_eq!(writer.anchor_evidence(&main(), commit(3), NOW)?, 0);
        assert!(!writer.awaits_commit(&main())?);
        assert!(writer.awaits_commit(&side)?);
        assert_eq!(
            anchors(),
            [
                (elsewhere, None),
                (dirty, Some(commit(2))),
                (clean, Some(commit(1)))
            ]
        );
        let stored = &writer.evidence(task.id)?[1];
        assert_eq!((stored.head, stored.dirty), (Some(commit(1)), true));
        Ok(())
    });
}

#[test]
fn evidence_comes_back_as_recorded() {
    let planning = Planning::in_memory().unwrap();
    write(&planning, |writer| {
        let (_, task) = plan_with_task(writer)?;
        let claim = NewEvidence {
            kind: EvidenceKind::Claim,
            spec_hash: None,
            tree: None,
            violations: None,
            evaluation_json: None,
            passed: false,
            ..new_evidence(task.id, &main(), true)
        };
        let checked = writer.add_evidence(new_evidence(task.id, &main(), false))?;
        let claim = writer.add_evidence(claim)?;
        assert_eq!(writer.evaluation_json(checked)?.as_deref(), Some("{}"));
        assert_eq!(writer.evaluation_json(claim)?, None);
        let [last, first] = &writer.evidence(task.id)?[..] else {
            panic!("two were recorded");
        };
        assert_eq!(
            (first.kind, first.violations),
            (EvidenceKind::Verification, Some(0))
        );
        assert_eq!(
            (&first.spec_hash, first.tree),
            (&Some(hash("a")), Some(TreeId(oid(4))))
        );
        assert_eq!((first.passed, first.recorded_at), (true, NOW));
        assert_eq!((last.kind, last.violations), (EvidenceKind::Claim, None));
        assert_eq!(
            (&last.spec_hash, last.tree, last.passed),
            (&None, None, false)
        );
        let nobody = writer.add_evidence(new_evidence(TaskId(77), &main(), true));
        assert_eq!(nobody.unwrap_err().to_string(), "Task not found");
        writer.remove_task(&task)?;
        assert_eq!(writer.evidence(task.id)?, []);
        Ok(())
    });
}

#[test]
fn successors_follow_chains() {
    let check = |pairs: &[(u8, u8)], old: u8, expected: &[u8]| {
        let planning = Planning::in_memory().unwrap();
        write(&planning, |writer| {
            let rewritten = |(old, new): &(u8, u8)| Rewritten {
                old: commit(*old),
                new: commit(*new),
            };
            for pair in pairs {
                writer.add_rewrites(&[rewritten(pair)], Cause::Amend)?;
            }
            let expected: Vec<CommitId> = expected.iter().map(|seed| commit(*seed)).collect();
            assert_eq!(writer.successors(commit(old))?, expected, "{pairs:?}");
            Ok(())
        });
    };
    check(&[], 1, &[]);
    check(&[(1, 2)], 1, &[2]);
    check(&[(1, 2)], 2, &[]);
    check(&[(1, 2), (2, 3), (3, 4)], 1, &[2, 3, 4]);
    check(&[(3, 4), (2, 3), (1, 2)], 1, &[4, 3, 2]);
    check(&[(1, 2), (2, 3), (9, 2)], 1, &[2, 3]);
    check(&[(1, 2), (1, 3), (3, 4)], 1, &[2, 3, 4]);
    check(&[(1, 5), (2, 5), (5, 6)], 2, &[5, 6]);
    check(&[(1, 2), (2, 1)], 1, &[2]);
    check(&[(1, 2), (2, 3), (3, 1), (3, 4)], 1, &[2, 3, 4]);
    check(&[(1, 1)], 1, &[]);
    check(&[(2, 2), (1, 2)], 1, &[2]);
}

#[test]
fn a_copy_stands_for_a_commit_and_does_not_succeed_it() {
    let planning = Planning::in_memory().unwrap();
    write(&planning, |writer| {
        let link = |old, new, cause| {
            let (old, new) = (commit(old), commit(new));
            writer.add_rewrites(&[Rewritten { old, new }], cause)
        };
        link(1, 2, Cause::Amend)?;
        link(2, 3, Cause::Copy)?;
        link(3, 4, Cause::Rebase)?;
        assert_eq!(writer.successors(commit(1))?, [commit(2)]);
        assert_eq!(
            writer.stand_ins(commit(1))?,
            [commit(2), commit(3), commit(4)]
        );
        let has_predecessor = |seed| writer.has_predecessor(commit(seed)).unwrap();
        assert_eq!(
            [1, 2, 3, 4].map(has_predecessor),
            [false, true, false, true]
        );
        Ok(())
    });
}

#[test]
fn a_rewrite_is_seen_once() {
    let planning = Planning::in_memory().unwrap();
    let pair = Rewritten {
        old: commit(1),
        new: commit(2),
    };
    write(&planning, |writer| {
        writer.add_rewrites(&[pair.clone(), pair.clone()], Cause::Rebase)?;
        writer.add_rewrites(&[pair], Cause::Rebase)?;
        let actions: Vec<_> = writer
            .events(None)?
            .into_iter()
            .map(|it| it.action)
            .collect();
        assert_eq!(actions, ["rewrite.seen"]);
        Ok(())
    });
}

#[test]
fn rewrites_only_grow() {
    let repository = Repository::new();
    let planning = repository.open(Access::Create);
    let (old, new) = (commit(1), commit(2));
    write(&planning, |writer| {
        writer.add_rewrites(&[Rewritten { old, new }], Cause::Amend)
    });
    for sql in ["DELETE FROM rewrites", "UPDATE rewrites SET cause = 'x'"] {
        let error = raw(&repository.database()).execute(sql, []).unwrap_err();
        assert_eq!(error.to_string(), "rewrites are append-only");
    }
}
