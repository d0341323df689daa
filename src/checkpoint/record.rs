//! The message of a checkpoint commit: trailers with all that its row and its restoration need.

use std::fmt::Write as _;

use super::Label;
use crate::model::checkpoint::LeftOut;
use crate::model::id::{CommitId, WorktreeName};
use crate::model::path::RepoPath;
use crate::model::time::Timestamp;

/// The first line of the last paragraph; a commit without it is not ours.
const FORMAT: &str = "Plan-Format: 1";

/// What a checkpoint commit says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) label: Label,
    pub(super) worktree: WorktreeName,
    /// The commit HEAD named; `None` on an unborn branch.
    pub(super) head: Option<CommitId>,
    /// `None` when detached.
    pub(super) branch: Option<String>,
    /// The unfinished operation, as one word.
    pub(super) state: Option<String>,
    /// The commit of the index tree.
    pub(super) index: CommitId,
    /// The commit of what neither tree can say: conflict stages and raw bytes.
    pub(super) extra: Option<CommitId>,
    /// Paths added with intent only.
    pub(super) intended: Vec<RepoPath>,
    pub(super) left_out: Vec<LeftOut>,
}

impl Record {
    /// Writes the message.
    pub(super) fn to_message(&self) -> Vec<u8> {
        let label = &self.label;
        let mut text = format!(
            "git-plan checkpoint: {}\n\n{FORMAT}\n",
            one_line(&label.name)
        );
        let mut put = |key: &str, value: &str| {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{key}: {value}");
        };
        put("Plan-Uid", &one_line(&label.plan_uid));
        if let Some(uid) = &label.task_uid {
            put("Task-Uid", &one_line(uid));
        }
        put("Name", &one_line(&label.name));
        put("Origin", label.origin.as_str());
        match self.head {
            Some(head) => put("Plan-Head", &head.to_string()),
            None => put("Plan-Head", "unborn"),
        }
        if let Some(branch) = &self.branch {
            put("Plan-Branch", &one_line(branch));
        }
        put("Plan-Worktree", &one_line(&self.worktree.0));
        if let Some(state) = &self.state {
            put("Plan-State", state);
        }
        put("Plan-Index", &self.index.to_string());
        if let Some(extra) = self.extra {
            put("Plan-Extra", &extra.to_string());
        }
        for path in &self.intended {
            put("Plan-Ita", &to_hex(path.as_bytes()));
        }
        for left in &self.left_out {
            let path = to_hex(left.path.as_bytes());
            put(
                "Plan-Skipped",
                &format!("{path} {}", one_line(&left.reason)),
            );
        }
        text.into_bytes()
    }

    /// Reads a message back; `None` when it is not one of ours, or of a format this version does not know.
    pub(super) fn from_message(message: &[u8], at: Timestamp) -> Option<Self> {
        let text = std::str::from_utf8(message).ok()?;
        let (_, trailers) = text.trim_end().rsplit_once("\n\n")?;
        let trailers = trailers.strip_prefix(FORMAT)?.strip_prefix('\n')?;
        let pairs: Vec<(&str, &str)> = trailers
            .lines()
            .filter_map(|line| line.split_once(": "))
            .collect();
        let all = |key: &'static str| {
            let same = move |pair: &&(&str, &str)| pair.0 == key;
            pairs.iter().filter(same).map(|pair| pair.1)
        };
        let one = |key| all(key).next();
        let name = from_line(one("Name")?)?;
        Some(Self {
            label: Label {
                plan_uid: from_line(one("Plan-Uid")?)?,
                task_uid: one("Task-Uid").and_then(from_line),
                name,
                origin: one("Origin")?.parse().ok()?,
                at,
            },
            worktree: WorktreeName(from_line(one("Plan-Worktree")?)?),
            head: match one("Plan-Head")? {
                "unborn" => None,
                head => Some(head.parse().ok()?),
            },
            branch: one("Plan-Branch").and_then(from_line),
            state: one("Plan-State").map(str::to_owned),
            index: one("Plan-Index")?.parse().ok()?,
            extra: match one("Plan-Extra") {
                Some(extra) => Some(extra.parse().ok()?),
                None => None,
            },
            intended: all("Plan-Ita").filter_map(from_hex).collect(),
            left_out: all("Plan-Skipped")
                .filter_map(|value| {
                    let (path, reason) = value.split_once(' ')?;
                    Some(LeftOut {
                        path: from_hex(path)?,
                        reason: from_line(reason)?,
                    })
                })
                .collect(),
        })
    }
}

/// Foreign text on one line: as it is when that is safe, else as a JSON string.
fn one_line(text: &str) -> String {
    let plain = !text.starts_with('"') && text.trim() == text && !text.contains(char::is_control);
    if plain {
        text.to_owned()
    } else {
        serde_json::Value::from(text).to_string()
    }
}

fn from_line(value: &str) -> Option<String> {
    if value.starts_with('"') {
        serde_json::from_str(value).ok()
    } else {
        Some(value.to_owned())
    }
}

/// Paths are bytes and messages are text.
fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

fn from_hex(text: &str) -> Option<RepoPath> {
    let bytes: Option<Vec<u8>> = text
        .as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect();
    bytes
        .filter(|_| text.len().is_multiple_of(2))
        .map(RepoPath::new)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::checkpoint::Origin;

    fn record(name: &str) -> Record {
        let id = |digit: &str| digit.repeat(40).parse().unwrap();
        Record {
            label: Label {
                plan_uid: "01J".to_owned(),
                task_uid: Some("01K".to_owned()),
                name: name.to_owned(),
                origin: Origin::Manual,
                at: Timestamp(7),
            },
            worktree: WorktreeName(String::new()),
            head: Some(id("a")),
            branch: Some("feature/x: y".to_owned()),
            state: Some("merge".to_owned()),
            index: id("b"),
            extra: Some(id("c")),
            intended: vec![RepoPath::new(*b"a\n\xff")],
            left_out: vec![LeftOut {
                path: RepoPath::from("big one"),
                reason: "over 10 bytes".to_owned(),
            }],
        }
    }

    #[test]
    fn whatever_is_written_is_read_back() {
        let nasty = "x\n\nPlan-Format: 1\nName: y";
        for name in ["edit_1", "a: b", "", " lead", "\"q\"", nasty, "\u{85}é\r"] {
            let mut want = record(name);
            assert_eq!(
                Record::from_message(&want.to_message(), Timestamp(7)),
                Some(want.clone()),
                "{name:?}"
            );
            want.head = None;
            want.branch = None;
            want.state = None;
            want.extra = None;
            want.label.task_uid = None;
            want.intended.clear();
            want.left_out.clear();
            assert_eq!(
                Record::from_message(&want.to_message(), Timestamp(7)),
                Some(want)
            );
        }
    }

    #[test]
    fn other_messages_are_not_ours() {
        let check = |message: &str| {
            assert_eq!(
                Record::from_message(message.as_bytes(), Timestamp(0)),
                None,
                "{message:?}"
            );
        };
        check("");
        check("Fix a bug\n");
        check("Plan-Format: 1\n");
        check("x\n\nPlan-Format: 2\nPlan-Uid: a\n");
        check("x\n\nPlan-Format: 1\nPlan-Uid: a\nName: b\nOrigin: manual\n");
        check("x\n\nPlan-Format: 10\nPlan-Uid: a\n");
    }
}
