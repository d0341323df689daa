//! Going back: where to, and what is remembered of a rewind until it is done.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::checkpoint::Origin;
use super::choice::choice;
use super::id::{CommitId, PlanId, TaskNumber};
use super::path::RepoPath;

/// Where a rewind leads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Destination {
    /// The commit that holds the state.
    pub snapshot: CommitId,
    /// Whether it is a commit of the user's or a state of work tree and index.
    pub origin: Origin,
    /// Only these files and directories; everything when there are none.
    #[serde(serialize_with = "paths_out", deserialize_with = "paths_in")]
    pub paths: Vec<RepoPath>,
    /// What becomes of HEAD; it stays where it is without.
    pub head: Option<HeadMove>,
}

/// What HEAD names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HeadPlace {
    /// A branch, which may be unborn.
    Branch(String),
    /// A commit itself.
    Detached(CommitId),
}

/// What becomes of HEAD.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HeadMove {
    /// It names a branch made for it.
    NewBranch {
        /// The branch.
        name: String,
        /// Where the branch begins; `None` for an unborn one.
        at: Option<CommitId>,
    },
    /// It goes back to where it was.
    Back {
        /// Where that was.
        head: HeadPlace,
        /// A branch made on the way that is to go again, and what it must still name.
        dropping: Option<(String, CommitId)>,
    },
}

/// A rewind that was begun and not finished.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interrupted {
    /// The state before it began.
    pub saved: CommitId,
    /// Where it leads.
    pub destination: Destination,
}

choice! {
    /// What a rewind is for.
    pub enum Purpose {
        /// To go to a checkpoint.
        Rewind = "rewind",
        /// To go back to the state before a finished rewind.
        Undo = "undo",
        /// To go back to the state before an interrupted one, as if that had never been.
        TakeBack = "take_back",
    }
}

/// What is remembered of a rewind, before its first step and after its last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RewindRecord {
    /// What it is for.
    pub purpose: Purpose,
    /// The plan its checkpoints are listed under.
    pub plan: PlanId,
    /// The task they are listed under; `None` for the plan itself.
    pub task: Option<TaskNumber>,
    /// What HEAD named before.
    pub head: HeadPlace,
    /// The commit HEAD named before; `None` on an unborn branch.
    pub commit: Option<CommitId>,
    /// Where from and where to.
    pub way: Interrupted,
    /// The interrupted rewind that this one takes back.
    pub taking_back: Option<Interrupted>,
}

/// Bytes as numbers: JSON has no text for names that are not UTF-8.
fn paths_out<S: Serializer>(paths: &[RepoPath], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(paths.iter().map(RepoPath::as_bytes))
}

fn paths_in<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<RepoPath>, D::Error> {
    let paths = Vec::<Vec<u8>>::deserialize(deserializer)?;
    Ok(paths.into_iter().map(RepoPath::new).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_survives_being_written_down() {
        let id: CommitId = "a".repeat(40).parse().unwrap();
        let check = |head: Option<HeadMove>| {
            let record = RewindRecord {
                purpose: Purpose::TakeBack,
                plan: PlanId(1),
                task: Some(TaskNumber(2)),
                head: HeadPlace::Branch("main".into()),
                commit: Some(id),
                way: Interrupted {
                    saved: id,
                    destination: Destination {
                        snapshot: id,
                        origin: Origin::Commit,
                        paths: vec![RepoPath::new(*b"a\n\xff"), RepoPath::from("b/c")],
                        head,
                    },
                },
                taking_back: None,
            };
            let text = serde_json::to_string(&record).unwrap();
            let back: RewindRecord = serde_json::from_str(&text).unwrap();
            assert_eq!(back, record, "{text}");
        };
        check(None);
        check(Some(HeadMove::NewBranch {
            name: "x".into(),
            at: Some(id),
        }));
        check(Some(HeadMove::Back {
            head: HeadPlace::Detached(id),
            dropping: Some(("x".into(), id)),
        }));
    }
}
