//! The shell block for each hook: the texts under `hooks/`, made ready for one machine.

use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use crate::model::install::HookName;

/// The version of the call in the blocks, which they pass on as `--shim`; the program accepts
/// every older one for ever.
pub const VERSION: u32 = 1;

const PROGRAM_DIR: &str = "'@PROGRAM_DIR@':";
const CHECKSUM: &str = "@CHECKSUM@";

/// A directory in the form a shell's PATH takes; see [`ProgramDir::new`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProgramDir(Vec<u8>);

impl ProgramDir {
    /// Takes the directory in which the program was found, not resolved: a package manager's link
    /// outlives the versions behind it. `None` when a PATH cannot hold it (relative, a colon or a
    /// control character in it).
    pub fn new(dir: &Path) -> Option<Self> {
        let bytes = dir.as_os_str().as_encoded_bytes();
        let bytes = if cfg!(windows) {
            for_windows_sh(bytes)?
        } else {
            bytes.to_vec()
        };
        let fits = bytes.first() == Some(&b'/')
            && !bytes.iter().any(|b| *b == b':' || b.is_ascii_control());
        fits.then_some(Self(bytes))
    }

    fn quoted(&self) -> Vec<u8> {
        let mut text = vec![b'\''];
        for byte in &self.0 {
            match byte {
                b'\'' => text.extend_from_slice(br"'\''"),
                other => text.push(*other),
            }
        }
        text.push(b'\'');
        text
    }
}

/// Turns `C:\Tools\bin` into `/c/Tools/bin`, as the sh that comes with Git for Windows wants it.
fn for_windows_sh(dir: &[u8]) -> Option<Vec<u8>> {
    let [drive, b':', rest @ ..] = dir else {
        return None;
    };
    let mut path = vec![b'/', drive.to_ascii_lowercase()];
    path.extend(rest.iter().map(|b| if *b == b'\\' { b'/' } else { *b }));
    Some(path)
}

/// Returns the block for `hook`, which looks for the program on PATH, then in `program_dir`, then
/// in the usual places.
pub fn render(hook: HookName, program_dir: Option<&ProgramDir>) -> Vec<u8> {
    let found_at = program_dir.map_or_else(Vec::new, |dir| [dir.quoted(), vec![b':']].concat());
    let block = replace(text(hook).as_bytes(), PROGRAM_DIR.as_bytes(), &found_at);
    let sum = checksum(&block);
    replace(&block, CHECKSUM.as_bytes(), sum.as_bytes())
}

/// Returns the block for `hook` as the command of a hook in the configuration, behind which Git
/// puts `"$@"`.
pub fn command(hook: HookName, program_dir: Option<&ProgramDir>) -> String {
    let block = render(hook, program_dir);
    let block = String::from_utf8_lossy(&block);
    format!("git_plan() {{\n{block}}}\ngit_plan")
}

/// Returns the directory that a block looks in for the program, when it names one.
pub(super) fn program_dir_in(block: &[u8]) -> Option<PathBuf> {
    let text = std::str::from_utf8(block).ok()?;
    let (_, named) = text.split_once("PATH=${PATH:+$PATH:}'")?;
    let (dir, _) = named.split_once("':")?;
    Some(dir.replace(r"'\''", "'").into())
}

/// Returns the first twelve hex digits of the SHA-256 of a block without its last line.
///
/// The last line carries it, so a block that somebody edited shows without a list of every text
/// ever released.
pub(super) fn checksum(block: &[u8]) -> String {
    let body = block.strip_suffix(b"\n").unwrap_or(block);
    let end = body
        .iter()
        .rposition(|b| *b == b'\n')
        .map_or(0, |at| at + 1);
    Sha256::digest(&body[..end])
        .iter()
        .take(6)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Returns the blocks of `hooks` for people to paste, each under the name of its file.
pub fn manual(hooks: &[HookName]) -> String {
    let blocks = hooks.iter().map(|hook| {
        let block = render(*hook, None);
        format!(
            "# In the hook {hook}, right after its first line:\n{}",
            String::from_utf8_lossy(&block)
        )
    });
    blocks.collect::<Vec<_>>().join("\n")
}

const fn text(hook: HookName) -> &'static str {
    match hook {
        HookName::PreCommit => include_str!("../../hooks/pre-commit"),
        HookName::PostCommit => include_str!("../../hooks/post-commit"),
        HookName::PostMerge => include_str!("../../hooks/post-merge"),
        HookName::PostApplypatch => include_str!("../../hooks/post-applypatch"),
        HookName::PostRewrite => include_str!("../../hooks/post-rewrite"),
        HookName::PrePush => include_str!("../../hooks/pre-push"),
    }
}

/// Replaces the first occurrence of `from`; every text under `hooks/` holds each mark once.
fn replace(text: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    match text.windows(from.len()).position(|window| window == from) {
        Some(at) => [&text[..at], to, &text[at + from.len()..]].concat(),
        None => text.to_vec(),
    }
}

// The shells that the tests run are there on Unix.
#[cfg(test)]
#[cfg(unix)]
mod tests;
