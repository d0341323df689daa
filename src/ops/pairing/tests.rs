//! Histories of a few commits, each called by a number, and what has become of them.

use super::*;
use crate::model::id::{Oid, TreeId};
use crate::model::time::Timestamp;

fn id(number: u8) -> Oid {
    Oid::from_bytes(&[number; 20]).unwrap()
}

/// A commit of the second `at`; its tree is as unique as itself.
fn commit(number: u8, parents: &[u8], at: i64, message: &str) -> CommitInfo {
    CommitInfo {
        id: CommitId(id(number)),
        tree: TreeId(id(number)),
        parents: parents.iter().map(|it| CommitId(id(*it))).collect(),
        subject: message.into(),
        author: format!("A <a@b> {at} +0000").into_bytes(),
        committed_at: Timestamp(at),
        message: message.into(),
    }
}

#[track_caller]
fn check(
    olds: &[CommitInfo],
    news: &[CommitInfo],
    tips: &[(u8, u8)],
    (pairs, unclear): (&[(u8, u8)], &[u8]),
) {
    let tip = |(old, new): &(u8, u8)| Rewritten {
        old: CommitId(id(*old)),
        new: CommitId(id(*new)),
    };
    let tips: Vec<Rewritten> = tips.iter().map(tip).collect();
    let found = pair(olds, news, &tips);
    let mut got: Vec<(CommitId, CommitId)> = found.new.into_iter().collect();
    got.sort();
    let of = |number: &u8| CommitId(id(*number));
    let want: Vec<(CommitId, CommitId)> = pairs.iter().map(|(a, b)| (of(a), of(b))).collect();
    assert_eq!(got, want);
    let want: Vec<CommitId> = unclear.iter().map(of).collect();
    assert_eq!(found.unclear, want);
}

#[test]
fn all_is_told_by_its_place_where_nothing_was_dropped() {
    // A merge, and two commits that say the same.
    let olds = [
        commit(1, &[], 1, "same"),
        commit(2, &[1], 1, "same"),
        commit(3, &[1], 1, "same"),
        commit(4, &[2, 3], 4, "merge"),
    ];
    let news = [
        commit(11, &[], 1, "anew"),
        commit(13, &[11], 1, "anew"),
        commit(12, &[11], 1, "anew"),
        commit(14, &[12, 13], 4, "merged"),
    ];
    let all = [(1, 11), (2, 12), (3, 13), (4, 14)];
    check(&olds, &news, &[(4, 14)], (&all, &[]));
}

#[test]
fn what_has_stayed_is_no_part_of_it() {
    let olds = [commit(2, &[1], 2, "b"), commit(3, &[2], 3, "c")];
    let news = [commit(12, &[1], 2, "b"), commit(13, &[12], 3, "c")];
    check(&olds, &news, &[(3, 13)], (&[(2, 12), (3, 13)], &[]));
}

#[test]
fn what_was_dropped_became_the_nearest_before_it() {
    let olds = [
        commit(1, &[], 1, "a"),
        commit(2, &[1], 2, "b"),
        commit(3, &[2], 3, "c"),
        commit(4, &[3], 4, "d"),
        commit(5, &[4], 5, "e"),
    ];
    let news = [commit(11, &[], 1, "a"), commit(14, &[11], 4, "d")];
    let all = [(1, 11), (2, 11), (3, 11), (4, 14), (5, 14)];
    check(&olds, &news, &[(5, 14)], (&all, &[]));
}

#[test]
fn a_root_that_was_dropped_became_nothing() {
    let olds = [commit(1, &[], 1, "a"), commit(2, &[1], 2, "b")];
    let news = [commit(12, &[], 2, "b")];
    check(&olds, &news, &[(2, 12)], (&[(2, 12)], &[]));
}

#[test]
fn messages_names_or_dates_may_have_changed_as_well() {
    let olds = [
        commit(1, &[], 1, "a"),
        commit(2, &[1], 2, "b"),
        commit(3, &[2], 3, "c"),
    ];
    let tips = [(3, 13)];
    let all: (&[(u8, u8)], &[u8]) = (&[(1, 11), (2, 11), (3, 13)], &[]);
    let reworded = [commit(11, &[], 1, "re-a"), commit(13, &[11], 3, "re-c")];
    check(&olds, &reworded, &tips, all);
    let renamed = |number, parents: &[u8], at, message| CommitInfo {
        author: format!("B <b@c> {at} +0000").into_bytes(),
        ..commit(number, parents, at, message)
    };
    let renamed = [renamed(11, &[], 1, "a"), renamed(13, &[11], 3, "c")];
    check(&olds, &renamed, &tips, all);
    let redated = renamed.map(|commit| CommitInfo {
        committed_at: Timestamp(99),
        ..commit
    });
    check(&olds, &redated, &tips, all);
}

#[test]
fn what_could_be_two_things_is_unclear() {
    // One of two that say the same was dropped.
    let olds = [
        commit(1, &[], 1, "a"),
        commit(2, &[1], 2, "same"),
        commit(3, &[2], 2, "same"),
        commit(4, &[3], 4, "d"),
    ];
    let news = [
        commit(11, &[], 1, "a"),
        commit(12, &[11], 2, "same"),
        commit(14, &[12], 4, "d"),
    ];
    check(&olds, &news, &[(4, 14)], (&[(1, 11), (4, 14)], &[2, 3]));
}

#[test]
fn as_many_commits_need_not_be_the_same_ones() {
    // Two were dropped, and others made of something else.
    let olds = [
        commit(1, &[], 1, "a"),
        commit(2, &[1], 2, "b"),
        commit(3, &[2], 3, "c"),
    ];
    let news = [
        commit(11, &[], 1, "a"),
        commit(18, &[11], 8, "x"),
        commit(19, &[18], 9, "y"),
    ];
    check(&olds, &news, &[(3, 19)], (&[(1, 11), (3, 19)], &[2]));
}

#[test]
fn one_side_of_a_merge_may_have_been_dropped() {
    let olds = [
        commit(1, &[], 1, "a"),
        commit(2, &[1], 2, "left"),
        commit(3, &[1], 3, "right"),
        commit(4, &[2, 3], 4, "merge"),
    ];
    let news = [
        commit(11, &[], 1, "a"),
        commit(12, &[11], 2, "left"),
        commit(14, &[12, 11], 4, "merge"),
    ];
    let all = [(1, 11), (2, 12), (3, 11), (4, 14)];
    check(&olds, &news, &[(4, 14)], (&all, &[]));
    // The merge as well, which only its ref tells.
    let all = [(1, 11), (2, 12), (4, 12)];
    check(&olds, &news[..2], &[(4, 12)], (&all, &[3]));
}
