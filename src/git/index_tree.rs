//! The tree that an index stands for, where Git has noted it down in the index itself.
//!
//! Git does so before it starts a pre-commit hook. Whatever is unusual about an index, such as
//! conflicts, intended additions, or entries kept elsewhere, is left to git.

use super::index_file::{IndexFile, Reader};
use crate::model::id::{Oid, TreeId};

/// Returns the tree that an index notes; `None` when there is none, or it may not be all there is
/// to say.
pub(super) fn noted_tree(index: &IndexFile<'_>) -> Option<TreeId> {
    let mut entries = index.entries.iter();
    if !index.is_whole() || entries.any(|entry| entry.is_unmerged() || entry.is_intended()) {
        return None;
    }
    // The first record is the root's.
    let mut rest = Reader(index.extension(*b"TREE")?);
    if !rest.until(0)?.is_empty() {
        return None;
    }
    // A tree that is out of date has -1 entries, and no id.
    let count = std::str::from_utf8(rest.until(b' ')?).ok()?;
    rest.until(b'\n')?;
    let is_current = count.parse() == Ok(index.entries.len());
    let length = index.entries.first().map(|entry| entry.id().len())?;
    let id = Oid::from_bytes(rest.take(length)?)?;
    is_current.then_some(TreeId(id))
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use crate::git::testing::{Sandbox, git_makes};

    fn read_noted(index: &[u8]) -> Option<TreeId> {
        noted_tree(&IndexFile::read(index)?)
    }

    /// What is noted is what Git would write, if anything is.
    #[track_caller]
    fn check(sandbox: &Sandbox, is_noted: bool) {
        let index = std::fs::read(sandbox.path("r/.git/index")).unwrap();
        let noted = read_noted(&index);
        assert_eq!(noted.is_some(), is_noted);
        if let Some(noted) = noted {
            let written = sandbox.git("r", &["write-tree"]);
            assert_eq!(noted.to_string(), written);
        }
        for length in (0..index.len()).step_by(7) {
            assert_eq!(read_noted(&index[..length]), None);
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
