//! Reflogs: what happened in this work tree, and to refs that all work trees share.

use std::path::Path;

use anyhow::{Context as _, Result};

use super::commit::moment;
use super::head_move::HeadMove;
use super::objects::parse_oid;
use super::repo::Repo;
use crate::model::id::CommitId;
use crate::model::printable::Printable;
use crate::model::time::Timestamp;

/// What Git writes into the reflog of a remote-tracking ref when it has pushed.
const PUSHED: &[u8] = b"update by push";

/// One move of HEAD or of another ref.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReflogEntry {
    /// Where it was; `None` when it was nowhere.
    pub old: Option<CommitId>,
    /// Where it went.
    pub new: CommitId,
    /// When.
    pub at: Timestamp,
    /// What for, as Git words it: `commit (amend): subject`.
    pub message: Vec<u8>,
}

impl ReflogEntry {
    /// Tells how HEAD came to where it went.
    pub fn head_move(&self) -> HeadMove {
        HeadMove::of(&self.message)
    }

    /// Reports whether a push from this repository moved a remote-tracking ref.
    pub fn is_push(&self) -> bool {
        self.message == PUSHED
    }
}

/// How much of the file's end is read at first, per entry wanted; more only if that is too little.
const BYTES_PER_ENTRY: u64 = 512;

impl Repo {
    /// Returns the latest moves of this work tree's HEAD, newest first, at most `max`; none when
    /// no reflog is kept.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn head_reflog(&self, max: usize) -> Result<Vec<ReflogEntry>> {
        self.reflog(&self.layout.git_dir, "HEAD", max)
    }

    /// Returns the latest moves of a ref below `refs/`, newest first, at most `max`; none when no
    /// reflog is kept.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn shared_reflog(&self, name: &str, max: usize) -> Result<Vec<ReflogEntry>> {
        self.reflog(&self.layout.common_dir, name, max)
    }

    fn reflog(&self, folder: &Path, name: &str, max: usize) -> Result<Vec<ReflogEntry>> {
        if self.layout.common_dir.join("reftable").is_dir() {
            return self.reflog_by_executable(name, max);
        }
        let file = folder.join("logs").join(name);
        let mut length = BYTES_PER_ENTRY.saturating_mul(u64::try_from(max)?.saturating_add(1));
        loop {
            let (text, whole) = match read_end(&file, length) {
                Ok(read) => read,
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
                Err(error) => {
                    return Err(error)
                        .with_context(|| format!("reading {}", Printable::path(&file)));
                }
            };
            // A read that starts inside a line tells nothing about that line.
            let start = text
                .iter()
                .position(|byte| *byte == b'\n')
                .filter(|_| !whole);
            let lines = text.get(start.map_or(0, |at| at + 1)..).unwrap_or_default();
            let entries: Vec<ReflogEntry> = lines
                .split(|byte| *byte == b'\n')
                .rev()
                .filter_map(parse_line)
                .take(max)
                .collect();
            if whole || entries.len() == max {
                return Ok(entries);
            }
            length = length.saturating_mul(4);
        }
    }

    /// Asks git, which tells where a ref went but not from where: that is where it went before.
    fn reflog_by_executable(&self, name: &str, max: usize) -> Result<Vec<ReflogEntry>> {
        let count = format!("--max-count={}", max.saturating_add(1));
        let words = [
            "log",
            "--walk-reflogs",
            "--no-show-signature",
            "-z",
            "--date=unix",
            "--format=%H %gd %gs",
            &count,
            name,
            "--",
        ];
        let answer = self.git.call(&words).answer()?;
        if answer.status != Some(0) {
            // What names nothing, as HEAD on an unborn branch, has nothing to walk.
            let is_there = match name {
                "HEAD" => self.head()?.commit.is_some(),
                _ => self.ref_target(name)?.is_some(),
            };
            return match is_there {
                true => Err(answer.into_error()),
                false => Ok(Vec::new()),
            };
        }
        let mut entries: Vec<ReflogEntry> = Vec::new();
        for row in answer
            .stdout
            .split(|byte| *byte == 0)
            .filter(|row| !row.is_empty())
        {
            let mut fields = row.splitn(3, |byte| *byte == b' ');
            let new = CommitId(parse_oid(fields.next().unwrap_or_default())?);
            let at = selector_time(fields.next().unwrap_or_default());
            if let Some(later) = entries.last_mut() {
                later.old = Some(new);
            }
            entries.push(ReflogEntry {
                old: None,
                new,
                at,
                message: fields.next().unwrap_or_default().to_vec(),
            });
        }
        entries.truncate(max);
        Ok(entries)
    }
}

/// Reads the seconds of `<name>@{seconds}`.
fn selector_time(selector: &[u8]) -> Timestamp {
    let digits: Vec<u8> = selector
        .iter()
        .copied()
        .filter(u8::is_ascii_digit)
        .collect();
    let seconds = std::str::from_utf8(&digits)
        .ok()
        .and_then(|digits| digits.parse().ok());
    Timestamp(seconds.unwrap_or(0))
}

/// Reads at most the last `length` bytes of a file, and tells whether that is all of it.
fn read_end(file: &Path, length: u64) -> std::io::Result<(Vec<u8>, bool)> {
    use std::io::{Read as _, Seek as _, SeekFrom};
    let mut file = std::fs::File::open(file)?;
    let start = file.metadata()?.len().saturating_sub(length);
    file.seek(SeekFrom::Start(start))?;
    let mut text = Vec::new();
    file.read_to_end(&mut text)?;
    Ok((text, start == 0))
}

/// `old SP new SP name <email> seconds zone TAB message`; a damaged line is passed over, as Git does.
fn parse_line(line: &[u8]) -> Option<ReflogEntry> {
    let tab = line
        .iter()
        .position(|byte| *byte == b'\t')
        .unwrap_or(line.len());
    let (facts, message) = line.split_at(tab);
    let mut words = facts.splitn(3, |byte| *byte == b' ');
    let old = parse_oid(words.next()?).ok()?;
    let new = parse_oid(words.next()?).ok()?;
    Some(ReflogEntry {
        old: (!old.is_zero()).then_some(CommitId(old)),
        new: CommitId(new),
        at: moment(words.next()?),
        message: message.get(1..).unwrap_or_default().to_vec(),
    })
}
