//! The tree that an index stands for, where Git has noted it down in the index itself.
//!
//! Git does so before it starts a pre-commit hook. Whatever is unusual about an index, such as
//! conflicts, intended additions, or entries kept elsewhere, is left to git.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::index_file::{Extensions, IndexFile, Reader};
use crate::model::id::{Oid, TreeId};

/// How much of an index is in memory at a time. Fresh memory for all of a large one takes longer
/// than looking through it.
const WINDOW_BYTES: usize = 64 * 1024;

/// Returns the tree that an index notes; `None` when there is none, or it may not be all there is
/// to say.
pub(super) fn noted_tree(index: &IndexFile<'_>) -> Option<TreeId> {
    let mut entries = index.entries.iter();
    let id_length = entries.clone().next()?.id().len();
    if entries.any(|entry| entry.is_unmerged() || entry.is_intended()) {
        return None;
    }
    root(&index.extensions, index.entries.len(), id_length)
}

/// As [`noted_tree`], of an index file, without keeping its entries.
pub(super) fn read_noted_tree(index: &Path) -> Option<TreeId> {
    // As for the whole index: with the wrong length nothing fits.
    [20, 32].into_iter().find_map(|id_length| {
        let index = File::open(index).ok()?;
        pass_entries(index, id_length)
    })
}

fn pass_entries(mut index: impl Read, id_length: usize) -> Option<TreeId> {
    let mut window = Vec::with_capacity(WINDOW_BYTES);
    let mut header = None;
    let mut passed = 0;
    loop {
        let full = WINDOW_BYTES
            .checked_sub(window.len())
            .filter(|it| *it > 0)?;
        let more = u64::try_from(full).ok()?;
        if index.by_ref().take(more).read_to_end(&mut window).ok()? == 0 {
            return None;
        }
        let mut rest = Reader(&window);
        let header = match header {
            Some(header) => header,
            None => *header.insert(rest.header()?),
        };
        if header.count == 0 {
            return None;
        }
        let mut left = rest.0.len();
        while passed < header.count
            && let Some(is_file) = rest.pass_entry(header, id_length)
        {
            if !is_file {
                return None;
            }
            passed += 1;
            left = rest.0.len();
        }
        window.drain(..window.len() - left);
        if passed == header.count {
            index.read_to_end(&mut window).ok()?;
            let extensions = window.get(..window.len().checked_sub(id_length)?)?;
            let count = usize::try_from(passed).ok()?;
            return root(&Extensions::read(Reader(extensions))?, count, id_length);
        }
    }
}

/// The root that is noted for an index of so many entries.
fn root(extensions: &Extensions<'_>, count: usize, id_length: usize) -> Option<TreeId> {
    if !extensions.is_whole() {
        return None;
    }
    // The first record is the root's.
    let mut rest = Reader(extensions.get(*b"TREE")?);
    if !rest.until(0)?.is_empty() {
        return None;
    }
    // A tree that is out of date has -1 entries, and no id.
    let noted = std::str::from_utf8(rest.until(b' ')?).ok()?;
    rest.until(b'\n')?;
    let is_current = noted.parse() == Ok(count);
    let id = Oid::from_bytes(rest.take(id_length)?)?;
    is_current.then_some(TreeId(id))
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use crate::git::testing::{Sandbox, git_makes};

    /// Both ways of reading agree.
    #[track_caller]
    fn read_noted(index: &[u8]) -> Option<TreeId> {
        let passed = [20, 32].into_iter().find_map(|it| pass_entries(index, it));
        let noted = IndexFile::read(index).and_then(|index| noted_tree(&index));
        assert_eq!(passed, noted);
        noted
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
    fn an_index_larger_than_the_window() {
        let sandbox = Sandbox::with_repository(&[]);
        for number in 0..1000 {
            let folder = "d".repeat(1 + number % 190);
            sandbox.write(&format!("r/{folder}/{number}"), "1");
        }
        sandbox.commit_all("r", "one");
        for version in ["2", "4"] {
            sandbox.git("r", &["update-index", "--index-version", version]);
            let index = std::fs::read(sandbox.path("r/.git/index")).unwrap();
            assert!(index.len() > WINDOW_BYTES, "{}", index.len());
            let written = sandbox.git("r", &["write-tree"]);
            assert_eq!(read_noted(&index).map(|it| it.to_string()), Some(written));
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
