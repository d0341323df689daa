//! Which new commit is which old one, where a history was rewritten and nothing noted it: by what
//! both say, and by how they follow each other. What could be two things is said to be unclear.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::git::CommitInfo;
use crate::model::event::Rewritten;
use crate::model::id::CommitId;

/// What has become of a history.
#[derive(Debug, Default)]
pub(super) struct Pairing {
    /// What stands for a commit now: the same one anew, or the nearest before it that was not
    /// dropped.
    pub(super) new: HashMap<CommitId, CommitId>,
    /// Commits that nothing certain can be said of.
    pub(super) unclear: Vec<CommitId>,
}

/// What stands for a commit that was dropped, as far as its parents tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stand {
    Nothing,
    One(CommitId),
    Unclear,
}

/// Pairs the commits of a rewritten history, `olds`, with those that took their place, `news`,
/// both with ancestors first. Of `tips` it is known.
pub(super) fn pair(olds: &[CommitInfo], news: &[CommitInfo], tips: &[Rewritten]) -> Pairing {
    let (olds, news) = (Side::of(olds), Side::of(news));
    if let Some(new) = in_step(&olds, &news, tips) {
        let unclear = Vec::new();
        return Pairing { new, unclear };
    }
    let mut pairing = Pairing {
        new: by_what_they_say(&olds, &news),
        unclear: Vec::new(),
    };
    let known = tips.iter().filter(|tip| olds.by_id.contains_key(&tip.old));
    let known = known.map(|tip| (tip.old, tip.new));
    add_dropped(&mut pairing, &olds, &news, tips);
    pairing.new.extend(known);
    pairing.unclear.retain(|old| !pairing.new.contains_key(old));
    pairing
}

/// One of the two histories.
struct Side<'a> {
    commits: &'a [CommitInfo],
    by_id: HashMap<CommitId, &'a CommitInfo>,
}

impl<'a> Side<'a> {
    fn of(commits: &'a [CommitInfo]) -> Self {
        let by_id = commits.iter().map(|it| (it.id, it)).collect();
        Self { commits, by_id }
    }
}

/// Walks both from their tips to their roots; `None` unless they have the same shape and every two
/// commits something in common. Then nothing was dropped.
fn in_step(
    olds: &Side<'_>,
    news: &Side<'_>,
    tips: &[Rewritten],
) -> Option<HashMap<CommitId, CommitId>> {
    if olds.commits.len() != news.commits.len() {
        return None;
    }
    let mut pairs = HashMap::new();
    let mut taken = HashSet::new();
    let mut ahead: Vec<(CommitId, CommitId)> = tips.iter().map(|it| (it.old, it.new)).collect();
    while let Some((old, new)) = ahead.pop() {
        match pairs.get(&old) {
            Some(known) if *known == new => continue,
            Some(_) => return None,
            None => {}
        }
        let (was, is) = (olds.by_id.get(&old)?, news.by_id.get(&new)?);
        if !taken.insert(new) || !are_alike(was, is) || was.parents.len() != is.parents.len() {
            return None;
        }
        pairs.insert(old, new);
        let parents = was.parents.iter().copied().zip(is.parents.iter().copied());
        ahead.extend(parents.filter(|(was, is)| was != is));
    }
    Some(pairs).filter(|pairs| pairs.len() == olds.commits.len())
}

/// Reports whether anything of a commit has stayed but for its author's name.
pub(super) fn are_alike(one: &CommitInfo, other: &CommitInfo) -> bool {
    one.committed_at == other.committed_at
        || written_at(one) == written_at(other)
        || one.message == other.message
        || one.tree == other.tree
}

/// The end of `Name <email> seconds zone`.
fn written_at(commit: &CommitInfo) -> &[u8] {
    let end = commit.author.iter().rposition(|byte| *byte == b'>');
    commit.author.get(end.unwrap_or(0)..).unwrap_or_default()
}

/// What a commit says: who wrote it and when, when it was committed, its message.
type Said<'a> = (&'a [u8], Option<i64>, &'a [u8]);

/// All of it, or as much as a filter of messages, of names or of dates leaves.
const VIEWS: [fn(&CommitInfo) -> Said<'_>; 5] = [
    |it| (&it.author, Some(it.committed_at.0), &it.message),
    |it| (&it.author, Some(it.committed_at.0), b""),
    |it| (written_at(it), Some(it.committed_at.0), &it.message),
    |it| (&it.author, None, &it.message),
    |it| (written_at(it), None, &it.message),
];

/// Pairs what says the same on both sides, and is alone there in saying so.
fn by_what_they_say(olds: &Side<'_>, news: &Side<'_>) -> HashMap<CommitId, CommitId> {
    let mut pairs = HashMap::new();
    let mut taken = HashSet::new();
    for view in VIEWS {
        let (olds, news) = (alone(olds, view), alone(news, view));
        for (said, old) in olds {
            let Some(new) = news.get(&said) else {
                continue;
            };
            if !pairs.contains_key(&old) && taken.insert(*new) {
                pairs.insert(old, *new);
            }
        }
    }
    pairs
}

/// Returns what no two commits of a side say.
fn alone<'a>(side: &Side<'a>, view: fn(&CommitInfo) -> Said<'_>) -> HashMap<Said<'a>, CommitId> {
    let mut by_said: HashMap<Said<'a>, Option<CommitId>> = HashMap::new();
    for commit in side.commits {
        let entry = by_said.entry(view(commit));
        entry.and_modify(|it| *it = None).or_insert(Some(commit.id));
    }
    let alone = by_said.into_iter();
    alone.filter_map(|(said, id)| Some((said, id?))).collect()
}

/// Adds what was dropped, where the parents of what was not bear it out: between a commit and the
/// parent that it has now, nothing is left.
fn add_dropped(pairing: &mut Pairing, olds: &Side<'_>, news: &Side<'_>, tips: &[Rewritten]) {
    let mut stands: HashMap<CommitId, Stand> = HashMap::new();
    for old in olds.commits {
        let stand = match pairing.new.get(&old.id) {
            Some(new) => Stand::One(*new),
            None => stand_of(&stands, &old.parents),
        };
        stands.insert(old.id, stand);
    }
    let mut sure: HashSet<CommitId> = HashSet::new();
    let borne_out = tips
        .iter()
        .filter(|tip| stands.get(&tip.old) == Some(&Stand::One(tip.new)));
    sure.extend(borne_out.map(|tip| tip.old));
    for old in olds.commits.iter().rev() {
        let is_borne_out = match pairing.new.get(&old.id) {
            Some(new) => news.by_id.get(new).is_some_and(|new| {
                let was = old.parents.iter().map(|it| stand_in(&stands, *it));
                let was: BTreeSet<Stand> = was.filter(|it| *it != Stand::Nothing).collect();
                was == new.parents.iter().map(|it| Stand::One(*it)).collect()
            }),
            None => sure.contains(&old.id),
        };
        if is_borne_out {
            sure.extend(&old.parents);
        }
    }
    for old in olds.commits {
        let is_dropped = !pairing.new.contains_key(&old.id);
        match stands.get(&old.id) {
            Some(Stand::One(new)) if is_dropped && sure.contains(&old.id) => {
                pairing.new.insert(old.id, *new);
            }
            Some(Stand::Nothing) if sure.contains(&old.id) => {}
            _ if is_dropped => pairing.unclear.push(old.id),
            _ => {}
        }
    }
}

/// What is not among the old ones has stayed as it was.
fn stand_in(stands: &HashMap<CommitId, Stand>, commit: CommitId) -> Stand {
    let stand = stands.get(&commit);
    stand.copied().unwrap_or(Stand::One(commit))
}

/// What all of the parents that are left come to.
fn stand_of(stands: &HashMap<CommitId, Stand>, parents: &[CommitId]) -> Stand {
    let mut all = parents.iter().map(|parent| stand_in(stands, *parent));
    all.try_fold(Stand::Nothing, |so_far, next| match (so_far, next) {
        (Stand::Nothing, other) | (other, Stand::Nothing) => Some(other),
        (one, other) if one == other => Some(one),
        _ => None,
    })
    .unwrap_or(Stand::Unclear)
}

#[cfg(test)]
mod tests;
