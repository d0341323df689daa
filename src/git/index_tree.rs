//! The tree that an index stands for, where Git has noted it down in the index itself.
//!
//! Git does so before it starts a pre-commit hook. Whatever is unusual about an index, such as
//! conflicts, intended additions, or entries kept elsewhere, is left to git.

use crate::model::id::{Oid, TreeId};

/// Bytes of an entry before its object id: times, device, inode, mode, owner, size.
const BEFORE_ID: usize = 40;
/// Where among them the mode is.
const MODE: usize = 24;

const DIRECTORY: u32 = 0o040_000;
const EXTENDED: u16 = 0x4000;
const STAGE: u16 = 0x3000;
const NAME_LENGTH: u16 = 0x0fff;
const INTENT_TO_ADD: u16 = 0x2000;

/// Returns the tree noted in the bytes of an index whose object ids are `id_length` bytes long;
/// `None` when there is none, or it may not be all there is to say.
pub(super) fn noted_tree(index: &[u8], id_length: usize) -> Option<TreeId> {
    let mut rest = Reader(index.get(..index.len().checked_sub(id_length)?)?);
    if rest.take(4)? != b"DIRC" {
        return None;
    }
    let (version, count) = (rest.number()?, rest.number()?);
    if !matches!(version, 2..=4) {
        return None;
    }
    for _ in 0..count {
        rest.pass_entry(version, id_length)?;
    }
    let mut noted = None;
    while !rest.0.is_empty() {
        let signature = rest.take(4)?;
        let length = usize::try_from(rest.number()?).ok()?;
        let body = rest.take(length)?;
        match signature {
            b"TREE" => noted = root_of(body, id_length, count),
            // Entries of a split or a sparse index are not all here.
            b"link" | b"sdir" => return None,
            _ => {}
        }
    }
    noted
}

/// Reads the first record of the noted trees, which is the root's.
fn root_of(body: &[u8], id_length: usize, count: u32) -> Option<TreeId> {
    let mut rest = Reader(body);
    if !rest.until(0)?.is_empty() {
        return None;
    }
    // A tree that is out of date has -1 entries, and no id.
    let entries = std::str::from_utf8(rest.until(b' ')?).ok()?;
    rest.until(b'\n')?;
    let is_current = entries.parse() == Ok(count);
    let id = Oid::from_bytes(rest.take(id_length)?)?;
    is_current.then_some(TreeId(id))
}

/// Bytes still to be read.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    /// Takes what comes before `end`, and `end`.
    fn until(&mut self, end: u8) -> Option<&'a [u8]> {
        let length = self.0.iter().position(|byte| *byte == end)?;
        let taken = self.take(length)?;
        self.take(1)?;
        Some(taken)
    }

    fn number(&mut self) -> Option<u32> {
        let bytes = self.take(4)?.try_into().ok()?;
        Some(u32::from_be_bytes(bytes))
    }

    fn flags(&mut self) -> Option<u16> {
        let bytes = self.take(2)?.try_into().ok()?;
        Some(u16::from_be_bytes(bytes))
    }

    /// Passes an entry; `None` when it is one that no tree can hold.
    fn pass_entry(&mut self, version: u32, id_length: usize) -> Option<()> {
        let start = self.0.len();
        let facts = self.take(BEFORE_ID + id_length)?;
        let mode = facts.get(MODE..MODE + 4)?.try_into().ok()?;
        let flags = self.flags()?;
        let more = if flags & EXTENDED == 0 {
            0
        } else {
            self.flags()?
        };
        if u32::from_be_bytes(mode) == DIRECTORY || flags & STAGE != 0 || more & INTENT_TO_ADD != 0
        {
            return None;
        }
        if version == 4 {
            // How much of the name before is left out; seven bits a byte.
            while self.take(1)?.first()? & 0x80 != 0 {}
            self.until(0)?;
            return Some(());
        }
        match flags & NAME_LENGTH {
            NAME_LENGTH => drop(self.until(0)?),
            length => drop(self.take(usize::from(length) + 1)?),
        }
        // Padded with NULs to a multiple of eight.
        let length = start - self.0.len();
        self.take(length.next_multiple_of(8) - length)?;
        Some(())
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use crate::git::testing::{Sandbox, git_makes};

    /// What is noted is what Git would write, if anything is.
    #[track_caller]
    fn check(sandbox: &Sandbox, is_noted: bool) {
        let index = std::fs::read(sandbox.path("r/.git/index")).unwrap();
        let head = sandbox.git("r", &["rev-parse", "HEAD"]);
        let noted = noted_tree(&index, head.len() / 2);
        assert_eq!(noted.is_some(), is_noted);
        if let Some(noted) = noted {
            let written = sandbox.git("r", &["write-tree"]);
            assert_eq!(noted.to_string(), written);
        }
        for length in (0..index.len()).step_by(7) {
            assert_eq!(noted_tree(&index[..length], head.len() / 2), None);
        }
    }

    #[test]
    fn every_version_of_an_index() {
        for format in ["--object-format=sha1", "--object-format=sha256"] {
            if !git_makes(format) {
                continue;
            }
            let sandbox = Sandbox::with_repository(&[format]);
            sandbox.write("r/f", "1");
            sandbox.write("r/d/with a longer name", "2");
            sandbox.write(&format!("r/d/{}", "n".repeat(240)), "3");
            sandbox.write("r/d/e/x", "4");
            sandbox.commit_all("r", "one");
            for version in ["2", "3", "4", "2"] {
                sandbox.git("r", &["update-index", "--index-version", version]);
                sandbox.git("r", &["write-tree"]);
                check(&sandbox, true);
                sandbox.git("r", &["update-index", "--skip-worktree", "f"]);
                sandbox.git("r", &["write-tree"]);
                check(&sandbox, true);
                sandbox.git("r", &["update-index", "--no-skip-worktree", "f"]);
                sandbox.write("r/d/e/x", version);
                sandbox.git("r", &["add", "d/e/x"]);
                check(&sandbox, false);
                sandbox.git("r", &["write-tree"]);
                check(&sandbox, true);
            }
        }
    }

    #[test]
    fn what_no_tree_can_hold() {
        let sandbox = Sandbox::with_repository(&["-b", "main"]);
        sandbox.write("r/in/f", "1");
        sandbox.write("r/out/f", "1");
        sandbox.commit_all("r", "one");
        check(&sandbox, true);
        sandbox.write("r/intended", "x");
        sandbox.git("r", &["add", "-N", "intended"]);
        sandbox.git("r", &["write-tree"]);
        check(&sandbox, false);
        sandbox.git("r", &["reset", "-q"]);
        sandbox.git("r", &["update-index", "--split-index"]);
        check(&sandbox, false);
        sandbox.git("r", &["update-index", "--no-split-index"]);
        sandbox.git("r", &["checkout", "-q", "-b", "side"]);
        sandbox.write("r/in/f", "2");
        sandbox.commit_all("r", "two");
        sandbox.git("r", &["checkout", "-q", "main"]);
        sandbox.write("r/in/f", "3");
        sandbox.commit_all("r", "three");
        sandbox.git_fails("r", &["merge", "side"]);
        check(&sandbox, false);
        sandbox.git("r", &["reset", "-q", "--hard"]);
        sandbox.git("r", &["sparse-checkout", "set", "--sparse-index", "in"]);
        check(&sandbox, false);
    }
}
