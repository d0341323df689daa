//! Where HEAD goes when a rewind is asked to move it, and when that rewind is undone.

use anyhow::Result;

use crate::error::Failure;
use crate::git::{Head, Repo};
use crate::model::checkpoint::{Checkpoint, Origin};
use crate::model::printable::Printable;
use crate::model::rewind::{HeadMove, HeadPlace, Purpose, RewindRecord};

/// A new branch at the commit that a checkpoint was made on.
///
/// # Errors
/// Fatal when no branch can go by that name, or one does already.
pub(super) fn new_branch(repo: &Repo, name: &str, target: &Checkpoint) -> Result<HeadMove> {
    let shown = Printable::new(name);
    if !repo.is_branch_name(name)? {
        return Err(Failure::fatal(format!("'{shown}' is not a valid branch name")).into());
    }
    let head = repo.head()?;
    let is_unborn = head.commit.is_none() && head.branch.as_deref() == Some(name);
    if is_unborn || repo.branch_tip(name)?.is_some() {
        let failure = Failure::fatal(format!("a branch named '{shown}' already exists"));
        return Err(failure.hint("choose another name").into());
    }
    Ok(HeadMove::NewBranch {
        name: name.to_owned(),
        at: match target.origin {
            Origin::Commit => Some(target.snapshot),
            _ => target.head,
        },
    })
}

/// Returns what HEAD names.
///
/// # Errors
/// Fatal when that is neither a branch nor a commit.
pub(super) fn place_of(head: &Head) -> Result<HeadPlace> {
    match (&head.branch, head.commit) {
        (Some(branch), _) => Ok(HeadPlace::Branch(branch.clone())),
        (None, Some(commit)) => Ok(HeadPlace::Detached(commit)),
        (None, None) => Err(Failure::fatal("HEAD names nothing").into()),
    }
}

/// Returns what of a move is left to do, when it may have been stopped on the way.
///
/// # Errors
/// Fatal when somebody else has made the branch meanwhile.
pub(super) fn left_to_do(repo: &Repo, head: HeadMove) -> Result<Option<HeadMove>> {
    let now = place_of(&repo.head()?)?;
    match head {
        HeadMove::NewBranch { name, at } => {
            if now == HeadPlace::Branch(name.clone()) {
                return Ok(None);
            }
            let tip = repo.branch_tip(&name)?;
            if tip.is_some() && tip != at {
                let shown = Printable::new(&name);
                let failure = Failure::fatal(format!("branch '{shown}' was made meanwhile"));
                return Err(failure
                    .hint("'git plan rewind --undo' takes the unfinished rewind back")
                    .into());
            }
            Ok(Some(HeadMove::NewBranch { name, at }))
        }
        HeadMove::Back { head, dropping } => {
            let dropping = match dropping {
                Some((name, at)) if repo.branch_tip(&name)? == Some(at) => Some((name, at)),
                _ => None,
            };
            let is_done = now == head && dropping.is_none();
            Ok((!is_done).then_some(HeadMove::Back { head, dropping }))
        }
    }
}

/// Returns how HEAD goes back to where it was before a rewind that moved it. It stays where it is
/// when something else has moved it since.
///
/// # Errors
/// Fatal when that place is gone or in use.
pub(super) fn head_back(
    repo: &Repo,
    purpose: Purpose,
    record: &RewindRecord,
) -> Result<Option<HeadMove>> {
    let now = place_of(&repo.head()?)?;
    let (there, made) = match &record.way.destination.head {
        None => return Ok(None),
        Some(HeadMove::NewBranch { name, at }) => {
            let made = at.map(|at| (name.clone(), at));
            (HeadPlace::Branch(name.clone()), made)
        }
        Some(HeadMove::Back { head, .. }) => (head.clone(), None),
    };
    // A finished rewind's branch may be in use by now; an interrupted one's never was.
    let mut dropping = made.filter(|_| purpose == Purpose::TakeBack);
    if let Some((name, at)) = &dropping
        && repo.branch_tip(name)? != Some(*at)
    {
        dropping = None;
    }
    if now != there && (now != record.head || dropping.is_none()) {
        return Ok(None);
    }
    if let HeadPlace::Branch(name) = &record.head {
        let shown = Printable::new(name);
        if record.commit.is_some() && repo.branch_tip(name)?.is_none() {
            return Err(Failure::fatal(format!("branch '{shown}' is gone")).into());
        }
        if now != record.head && repo.is_branch_elsewhere(name)? {
            let sentence = format!("branch '{shown}' is checked out in another work tree");
            return Err(Failure::fatal(sentence).into());
        }
    }
    Ok(Some(HeadMove::Back {
        head: record.head.clone(),
        dropping,
    }))
}
