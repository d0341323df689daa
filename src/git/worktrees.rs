//! Every work tree of a repository, as `git worktree list` knows them.

use std::path::PathBuf;

use anyhow::Result;

use super::command::path_from_bytes;
use super::repo::Repo;
use crate::model::id::WorktreeName;

/// A work tree that shares this repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Worktree {
    /// Its top; of a bare repository, the repository itself.
    pub path: PathBuf,
    /// Whether hooks can run in it.
    pub presence: Presence,
}

/// Whether there is anything at a work tree's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// A work tree.
    Here,
    /// Only the bare repository.
    Bare,
    /// Git remembers it, and it is gone.
    Gone,
}

/// How git ends when it does not know an option.
const USAGE: i32 = 129;

impl Repo {
    /// Reports whether a work tree was not removed: Git keeps what it notes of each in a directory.
    pub fn has_worktree(&self, name: &WorktreeName) -> bool {
        let notes = self.layout.common_dir.join("worktrees").join(&name.0);
        name.0.is_empty() || notes.is_dir()
    }

    /// Lists the work trees, the main one first.
    ///
    /// # Errors
    /// When git fails.
    pub fn worktrees(&self) -> Result<Vec<Worktree>> {
        let answer = self
            .git
            .call(&["worktree", "list", "--porcelain", "-z"])
            .answer()?;
        if answer.status == Some(USAGE) {
            // Before 2.36: one attribute a line, and no path with a line break in it.
            let lines = self.git.call(&["worktree", "list", "--porcelain"]);
            return Ok(parse(&lines.output()?, b'\n'));
        }
        Ok(parse(&answer.success()?, 0))
    }
}

fn parse(printed: &[u8], end: u8) -> Vec<Worktree> {
    let mut worktrees: Vec<Worktree> = Vec::new();
    for attribute in printed.split(|byte| *byte == end) {
        if let Some(path) = attribute.strip_prefix(b"worktree ") {
            worktrees.push(Worktree {
                path: path_from_bytes(path),
                presence: Presence::Here,
            });
        } else if let Some(last) = worktrees.last_mut() {
            if attribute == b"bare" {
                last.presence = Presence::Bare;
            } else if attribute.starts_with(b"prunable") {
                last.presence = Presence::Gone;
            }
        }
    }
    worktrees
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_formats_tell_the_same() {
        let lines = "worktree /r\nbare\n\nworktree /w 1\nHEAD 00\nbranch refs/heads/x\n\n\
                     worktree /w2\nHEAD 00\ndetached\nlocked\nprunable gone\n\n";
        let expected = [
            ("/r", Presence::Bare),
            ("/w 1", Presence::Here),
            ("/w2", Presence::Gone),
        ]
        .map(|(path, presence)| Worktree {
            path: path.into(),
            presence,
        });
        assert_eq!(parse(lines.as_bytes(), b'\n'), expected);
        let terminated = lines.replace('\n', "\0");
        assert_eq!(parse(terminated.as_bytes(), 0), expected);
    }
}
