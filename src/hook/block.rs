//! The marked block inside a hook file: finding, inserting, replacing and removing it, on bytes.
//!
//! Everything outside the block stays as it was, to the byte, and removing undoes inserting.

use std::ops::Range;

use super::shim;
use crate::model::install::HookName;

/// A whole block in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Its bytes in the file, the line break after it included.
    pub range: Range<usize>,
    /// The shim version it states; 0 when that cannot be read.
    pub version: u32,
    /// Whether it is as git-plan wrote it.
    pub text: BlockText,
}

/// Whether a block is as git-plan wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockText {
    /// Its checksum is right.
    Original,
    /// Somebody changed it.
    Edited,
}

/// What there is of a block in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// No marker.
    Nothing,
    /// One block.
    Block(Block),
    /// Markers that do not make exactly one block.
    Torn,
}

/// Looks for the block of `hook`.
pub fn find(file: &[u8], hook: HookName) -> Found {
    let start_marker = format!("# >>> git-plan {hook}, shim ");
    let end_marker = format!("# <<< git-plan {hook} <<<");
    let (mut starts, mut ends) = (Vec::new(), Vec::new());
    let mut at = 0;
    for line in file.split_inclusive(|byte| *byte == b'\n') {
        let text = line.trim_ascii();
        if let Some(rest) = text.strip_prefix(start_marker.as_bytes()) {
            starts.push((at, version(rest)));
        } else if let Some(rest) = text.strip_prefix(end_marker.as_bytes()) {
            ends.push((at + line.len(), rest.trim_ascii()));
        }
        at += line.len();
    }
    match (&starts[..], &ends[..]) {
        ([], []) => Found::Nothing,
        ([(start, version)], [(end, sum)]) if start < end => {
            let range = *start..*end;
            let original = shim::checksum(&file[range.clone()]).as_bytes() == *sum;
            Found::Block(Block {
                range,
                version: *version,
                text: if original {
                    BlockText::Original
                } else {
                    BlockText::Edited
                },
            })
        }
        _ => Found::Torn,
    }
}

/// Puts `block` right after the first line if that is a shebang, else at the very top: before
/// anything that could `exec` or `exit`.
pub fn insert(file: &[u8], block: &[u8]) -> Vec<u8> {
    if !file.starts_with(b"#!") {
        return [block, file].concat();
    }
    match file.iter().position(|byte| *byte == b'\n') {
        Some(end) => [&file[..=end], block, &file[end + 1..]].concat(),
        // The missing final newline moves to the end of the block, by which `remove` knows.
        None => [file, b"\n", without_final_newline(block)].concat(),
    }
}

/// Puts `block` in the place of `old`.
pub fn replace(file: &[u8], old: &Block, block: &[u8]) -> Vec<u8> {
    let (before, after) = (&file[..old.range.start], &file[old.range.end..]);
    let ends_line = file[old.range.clone()].ends_with(b"\n");
    let block = if ends_line {
        block
    } else {
        without_final_newline(block)
    };
    [before, block, after].concat()
}

/// Takes `block` out.
pub fn remove(file: &[u8], block: &Block) -> Vec<u8> {
    let mut before = &file[..block.range.start];
    if !file[block.range.clone()].ends_with(b"\n") {
        before = without_final_newline(before);
    }
    [before, &file[block.range.end..]].concat()
}

fn without_final_newline(text: &[u8]) -> &[u8] {
    text.strip_suffix(b"\n").unwrap_or(text)
}

/// Reads the number before ` >>>`.
fn version(rest: &[u8]) -> u32 {
    let digits = rest.split(|byte| *byte == b' ').next().unwrap_or_default();
    std::str::from_utf8(digits)
        .ok()
        .and_then(|digits| digits.parse().ok())
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HOOK: HookName = HookName::PostCommit;

    fn ours() -> Vec<u8> {
        shim::render(HOOK, None)
    }

    fn block_of(file: &[u8]) -> Block {
        match find(file, HOOK) {
            Found::Block(block) => block,
            other => panic!("{other:?} in {}", String::from_utf8_lossy(file)),
        }
    }

    #[test]
    fn the_block_goes_after_the_shebang() {
        let check = |file: &str, before: &str, after: &str| {
            let expected = [before.as_bytes(), &ours(), after.as_bytes()].concat();
            assert_eq!(insert(file.as_bytes(), &ours()), expected, "{file:?}");
        };
        check("#!/bin/sh\nexec x\n", "#!/bin/sh\n", "exec x\n");
        check("#!/bin/bash -e\n", "#!/bin/bash -e\n", "");
        check("exit 0\n", "", "exit 0\n");
        check("", "", "");
        check("#!/bin/sh\nlast line", "#!/bin/sh\n", "last line");
    }

    #[test]
    fn removing_undoes_inserting_and_replacing() {
        for file in [
            "",
            "\n",
            "#!/bin/sh",
            "#!/bin/sh\n",
            "#!/bin/sh\n\n",
            "#!/bin/sh\nset -eu\nmake check",
            "echo no shebang",
            "#!/bin/bash\n# >>> git-plan pre-push, shim 1 >>>\n",
        ] {
            let installed = insert(file.as_bytes(), &ours());
            let block = block_of(&installed);
            assert_eq!((block.version, block.text), (1, BlockText::Original));
            assert_eq!(remove(&installed, &block), file.as_bytes(), "{file:?}");

            let newer = String::from_utf8(ours())
                .unwrap()
                .replace("shim 1", "shim 22");
            let upgraded = replace(&installed, &block, newer.as_bytes());
            let block = block_of(&upgraded);
            assert_eq!((block.version, block.text), (22, BlockText::Edited));
            assert_eq!(remove(&upgraded, &block), file.as_bytes(), "{file:?}");
        }
    }

    #[test]
    fn markers_that_do_not_pair_are_torn() {
        let whole = String::from_utf8(ours()).unwrap();
        let (start, rest) = whole.split_once('\n').unwrap();
        let end = whole.lines().last().unwrap();
        for torn in [
            format!("#!/bin/sh\n{start}\n"),
            format!("#!/bin/sh\n{end}\n"),
            format!("{end}\n{start}\n"),
            format!("{start}\n{start}\n{rest}"),
            format!("{whole}{whole}"),
            format!("{whole}{end}"),
        ] {
            assert_eq!(find(torn.as_bytes(), HOOK), Found::Torn, "{torn}");
        }
        assert_eq!(find(b"#!/bin/sh\n# git-plan\n", HOOK), Found::Nothing);
        assert_eq!(find(whole.as_bytes(), HookName::PrePush), Found::Nothing);
    }

    #[test]
    fn any_edit_shows() {
        let whole = String::from_utf8(ours()).unwrap();
        for (from, to) in [
            ("|| :", "|| exit 1"),
            ("shim 1 >>>", "shim one >>>"),
            (") </dev/null", "\t) </dev/null"),
            ("# <<<", "echo mine\n# <<<"),
            ("\n", "\r\n"),
        ] {
            assert!(whole.contains(from));
            let edited = whole.replacen(from, to, 1);
            assert_eq!(
                block_of(edited.as_bytes()).text,
                BlockText::Edited,
                "{edited}"
            );
        }
    }

    proptest! {
        #[test]
        fn any_bytes_come_back(shebang in "(#![ -~]{0,20})?", rest in proptest::collection::vec(prop_oneof![Just(b'\n'), any::<u8>()], 0..80)) {
            let file = [shebang.as_bytes(), &rest].concat();
            let installed = insert(&file, &ours());
            prop_assert_eq!(remove(&installed, &block_of(&installed)), file);
        }
    }
}
