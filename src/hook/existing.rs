//! What stands where a hook of ours should go, and whether a shell block can go into it.

use std::fs::{self, Permissions};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::block::{self, Block, Found};
use crate::error::is_absent;
use crate::model::install::{HookManager, HookName};
use crate::model::printable::Printable;

/// Hook files longer than this are programs, whatever they begin with.
const SCRIPT_LIMIT: u64 = 4 << 20;

/// Interpreters that understand a block of POSIX sh.
const SHELLS: [&[u8]; 7] = [b"sh", b"bash", b"dash", b"ash", b"zsh", b"ksh", b"mksh"];

/// What a hook file of ours begins with, and all that is left of it without the block.
pub(super) const SHEBANG: &[u8] = b"#!/bin/sh\n";

/// The suffix of a hook that pre-commit and prek found, and run before their own.
pub(super) const RUN_BY_PRE_COMMIT: &str = ".legacy";

/// The suffixes under which managers go on running what they found.
pub(super) const RUN_ON: [&str; 2] = [RUN_BY_PRE_COMMIT, ".pre-entire"];

/// The suffixes that managers give a hook they found.
pub(super) const SET_ASIDE: [&str; 3] = [RUN_BY_PRE_COMMIT, ".old", ".pre-entire"];

/// Returns the path of `hook` with `suffix` added.
pub(super) fn beside(hook: &Path, suffix: &str) -> PathBuf {
    let mut path = hook.as_os_str().to_owned();
    path.push(suffix);
    path.into()
}

/// A hook file's bytes and permissions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    /// Everything in it.
    pub bytes: Vec<u8>,
    /// Its permissions, which rewriting keeps.
    pub permissions: Permissions,
}

/// What stands where a hook should go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Existing {
    /// Nothing.
    Absent,
    /// A shell script that holds our block.
    WithBlock(Script, Block),
    /// A shell script without it.
    Plain(Script),
    /// A shell script that another tool wrote.
    Managed(Script, HookManager),
    /// Something a block cannot go into.
    Obstacle(Obstacle),
}

/// Why a block cannot go into a hook file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Obstacle {
    /// A symbolic link, whose target may be shared or tracked.
    Symlink(PathBuf),
    /// A directory, a FIFO or the like.
    NotAFile,
    /// A compiled program, or text in an encoding sh cannot read.
    Binary,
    /// Lines end in CR LF, which sh cannot read.
    CarriageReturns,
    /// Git skips it; making it executable would switch on what somebody switched off.
    NotExecutable,
    /// Another language.
    Interpreter(String),
    /// Its first line names a program that is not there.
    NoInterpreter(PathBuf),
    /// Our markers do not pair.
    Torn,
}

/// Looks at the file at `path`, where `hook` belongs.
pub fn examine(path: &Path, hook: HookName) -> Result<Existing> {
    let directory = path.parent().unwrap_or(Path::new(""));
    Ok(match read(path)? {
        Contents::Nothing => Existing::Absent,
        Contents::Obstacle(obstacle) => Existing::Obstacle(obstacle),
        Contents::Script(script) => match missing_interpreter(&script.bytes) {
            Some(program) => Existing::Obstacle(Obstacle::NoInterpreter(program)),
            None => classify(script, hook, directory),
        },
    })
}

/// What a path leads to, not yet judged.
#[derive(Debug)]
pub(super) enum Contents {
    Nothing,
    Script(Script),
    Obstacle(Obstacle),
}

/// Reads a regular file of a script's size, and nothing else.
pub(super) fn read(path: &Path) -> Result<Contents> {
    let context = || {
        let path = Printable::path(path);
        format!("reading the hook {path}")
    };
    let metadata = match fs::symlink_metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if is_absent(&error) => return Ok(Contents::Nothing),
        Err(error) => return Err(error).with_context(context),
    };
    Ok(if metadata.is_symlink() {
        let target = fs::read_link(path).with_context(context)?;
        Contents::Obstacle(Obstacle::Symlink(target))
    } else if !metadata.is_file() {
        Contents::Obstacle(Obstacle::NotAFile)
    } else if metadata.len() > SCRIPT_LIMIT {
        Contents::Obstacle(Obstacle::Binary)
    } else {
        Contents::Script(Script {
            bytes: fs::read(path).with_context(context)?,
            permissions: metadata.permissions(),
        })
    })
}

/// Returns what is in a file that only tells something beside: nothing when it is missing, too long
/// for that, or no file, which could keep us waiting.
pub(super) fn text_of(path: &Path) -> Vec<u8> {
    let is_text = |found: fs::Metadata| found.is_file() && found.len() <= SCRIPT_LIMIT;
    match fs::metadata(path).is_ok_and(is_text) {
        true => fs::read(path).unwrap_or_default(),
        false => Vec::new(),
    }
}

fn classify(script: Script, hook: HookName, directory: &Path) -> Existing {
    if let Some(obstacle) = obstacle(&script) {
        return Existing::Obstacle(obstacle);
    }
    match block::find(&script.bytes, hook) {
        Found::Torn => Existing::Obstacle(Obstacle::Torn),
        Found::Block(block) => Existing::WithBlock(script, block),
        Found::Nothing => match manager(&script.bytes, hook, directory) {
            Some(manager) => Existing::Managed(script, manager),
            None => Existing::Plain(script),
        },
    }
}

fn obstacle(script: &Script) -> Option<Obstacle> {
    let bytes = &script.bytes;
    if bytes.contains(&0) || bytes.starts_with(b"\xef\xbb\xbf") {
        return Some(Obstacle::Binary);
    }
    if let Some(interpreter) = interpreter(bytes)
        && !SHELLS.contains(&interpreter)
    {
        let name = Printable::new(interpreter).to_string();
        return Some(Obstacle::Interpreter(name));
    }
    if bytes.windows(2).any(|pair| pair == b"\r\n") {
        return Some(Obstacle::CarriageReturns);
    }
    (!is_executable(&script.permissions)).then_some(Obstacle::NotExecutable)
}

/// Returns the file name of the interpreter a shebang names, past `env` and its options; Git runs
/// a file without a shebang by sh.
fn interpreter(bytes: &[u8]) -> Option<&[u8]> {
    let line = bytes.split(|byte| *byte == b'\n').next()?;
    let mut words = line
        .strip_prefix(b"#!")?
        .split(u8::is_ascii_whitespace)
        .filter(|word| !word.is_empty());
    let first = file_name(words.next().unwrap_or_default());
    if first != b"env" {
        return Some(first);
    }
    words
        .map(|word| word.strip_prefix(b"-S").unwrap_or(word))
        .find(|word| !word.is_empty() && !word.starts_with(b"-") && !word.contains(&b'='))
        .map(file_name)
        .or(Some(first))
}

/// Returns the program that a shebang names by its path if it is not there, as after an upgrade of
/// what was built or packed with it.
fn missing_interpreter(bytes: &[u8]) -> Option<PathBuf> {
    let line = bytes.strip_prefix(b"#!")?.trim_ascii_start();
    let end = line.iter().position(u8::is_ascii_whitespace);
    let program = std::str::from_utf8(&line[..end.unwrap_or(line.len())]).ok()?;
    // With a carriage return at its end, that is what is wrong; on Windows it is a name for sh.
    let is_path = cfg!(unix) && program.starts_with('/') && !bytes.contains(&b'\r');
    (is_path && !Path::new(program).exists()).then(|| program.into())
}

fn file_name(path: &[u8]) -> &[u8] {
    path.rsplit(|byte| *byte == b'/').next().unwrap_or(path)
}

/// Recognises a tool by what its templates have said in every version seen.
fn manager(bytes: &[u8], hook: HookName, directory: &Path) -> Option<HookManager> {
    let says = |text: &str| {
        bytes
            .windows(text.len())
            .any(|window| window == text.as_bytes())
    };
    if says("File generated by pre-commit") || says("File generated by prek") {
        Some(HookManager::PreCommit)
    } else if says("LEFTHOOK") {
        Some(HookManager::Lefthook)
    } else if directory.ends_with(".husky/_") || says("/husky.sh") {
        Some(HookManager::Husky)
    } else if says(&format!("git lfs {hook} \"$@\"")) {
        Some(HookManager::GitLfs)
    } else {
        None
    }
}

#[cfg(unix)]
fn is_executable(permissions: &Permissions) -> bool {
    std::os::unix::fs::PermissionsExt::mode(permissions) & 0o111 != 0
}

#[cfg(not(unix))]
fn is_executable(_: &Permissions) -> bool {
    true
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use crate::hook::shim;
    use std::os::unix::fs::PermissionsExt as _;

    const HOOK: HookName = HookName::PrePush;

    fn classified(text: &[u8], mode: u32, directory: &str) -> Existing {
        let script = Script {
            bytes: text.to_vec(),
            permissions: Permissions::from_mode(mode),
        };
        classify(script, HOOK, Path::new(directory))
    }

    #[test]
    fn shells_take_a_block_and_others_do_not() {
        let check = |text: &str, obstacle: Option<Obstacle>| {
            let found = match classified(text.as_bytes(), 0o755, "hooks") {
                Existing::Obstacle(obstacle) => Some(obstacle),
                Existing::Plain(_) => None,
                other => panic!("{other:?}"),
            };
            assert_eq!(found, obstacle, "{text:?}");
        };
        let language = |name: &str| Some(Obstacle::Interpreter(name.to_owned()));
        for shell in [
            "#!/bin/sh\n",
            "#! /bin/sh -e\n",
            "#!/usr/bin/env bash\n",
            "#!/usr/bin/env -S bash -eu\n",
            "#!/usr/bin/env -Sdash\n",
            "#!/usr/bin/env A=1 zsh\n",
            "#!/opt/local/bin/ksh",
            "",
            "make check\n",
            "# python\n",
        ] {
            check(shell, None);
        }
        check("#!/usr/bin/python3\n", language("python3"));
        check("#!/usr/bin/env python3 -u\n", language("python3"));
        check("#!/usr/bin/env\n", language("env"));
        check("#!/usr/bin/fish\n", language("fish"));
        check("#!/bin/busybox sh\n", language("busybox"));
        check("#!\nx\n", language(""));
        check("#!/bin/sh\u{0}\n", Some(Obstacle::Binary));
        check("\u{7f}ELF\u{2}\u{0}", Some(Obstacle::Binary));
        check("\u{feff}#!/bin/sh\n", Some(Obstacle::Binary));
        check("#!/bin/sh\r\nx\r\n", Some(Obstacle::CarriageReturns));
        check("#!/bin/sh\nx\r\n", Some(Obstacle::CarriageReturns));
    }

    #[test]
    fn managers_are_known_by_their_templates() {
        let check = |text: &str, directory: &str, expected: HookManager| match classified(
            text.as_bytes(),
            0o755,
            directory,
        ) {
            Existing::Managed(_, manager) => assert_eq!(manager, expected, "{text}"),
            other => panic!("{other:?} for {text}"),
        };
        check(
            "#!/usr/bin/env bash\n# File generated by pre-commit: https://pre-commit.com\n",
            "hooks",
            HookManager::PreCommit,
        );
        check(
            "#!/bin/sh\n# File generated by prek: https://github.com/j178/prek\n",
            "hooks",
            HookManager::PreCommit,
        );
        check(
            "#!/bin/sh\nif [ \"$LEFTHOOK\" = 0 ]; then exit 0; fi\n",
            "hooks",
            HookManager::Lefthook,
        );
        check(
            "#!/usr/bin/env sh\n. \"${0%/*}/h\"\n",
            "/r/.husky/_",
            HookManager::Husky,
        );
        check(
            "#!/bin/sh\ncommand -v git-lfs || exit 2\ngit lfs pre-push \"$@\"\n",
            "hooks",
            HookManager::GitLfs,
        );
    }

    #[test]
    fn our_block_outweighs_the_manager() {
        let file = block::insert(
            b"#!/bin/sh\n# File generated by prek\n",
            &shim::render(HOOK, None),
        );
        let found = classified(&file, 0o755, "hooks");
        assert!(matches!(found, Existing::WithBlock(..)), "{found:?}");
        let found = classified(&file, 0o644, "hooks");
        assert_eq!(found, Existing::Obstacle(Obstacle::NotExecutable));
        let found = classified(b"# >>> git-plan pre-push, shim 1 >>>\n", 0o755, "hooks");
        assert_eq!(found, Existing::Obstacle(Obstacle::Torn));
    }

    #[test]
    fn only_regular_files_are_read() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| examine(&dir.path().join(name), HOOK).unwrap();
        assert_eq!(at("absent"), Existing::Absent);
        fs::create_dir(dir.path().join("directory")).unwrap();
        assert_eq!(at("directory"), Existing::Obstacle(Obstacle::NotAFile));
        std::os::unix::fs::symlink("nowhere", dir.path().join("link")).unwrap();
        let link = Existing::Obstacle(Obstacle::Symlink("nowhere".into()));
        assert_eq!(at("link"), link);
        let check = |shebang: &str, missing: Option<&str>| {
            fs::write(dir.path().join("script"), shebang).unwrap();
            let found = match at("script") {
                Existing::Obstacle(Obstacle::NoInterpreter(program)) => Some(program),
                _ => None,
            };
            assert_eq!(found, missing.map(PathBuf::from), "{shebang:?}");
        };
        check("#!/no/such/bash -eu\n", Some("/no/such/bash"));
        check("#! /no/such/zsh", Some("/no/such/zsh"));
        check("#!/bin/sh\n", None);
        check("#!/bin/sh\r\n", None);
        check("#!/usr/bin/env nosuch\n", None);
        check("#!sh\n", None);
        check("/no/such/sh\n", None);
    }
}
