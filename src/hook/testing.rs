//! Sealed repositories and a recording stand-in for the program, for this module's tests.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

use super::ground::Ground;
use super::install::{InstallRequest, install};
use super::shim;
use crate::git::{Repo, sealed_repo};
use crate::model::install::HookName;

/// Writes down how it was called and what it read, then ends as `FAKE` says.
const FAKE_PROGRAM: &str = "#!/bin/sh
case \"${FAKE-}\" in
  deaf) ;;
  *) cat >>\"$RECORD/stdin\" ;;
esac
for word; do printf '<%s>' \"$word\"; done >>\"$RECORD/calls\"
echo >>\"$RECORD/calls\"
case \"${FAKE-}\" in
  killed) kill -9 $$ ;;
  [0-9]*) exit \"$FAKE\" ;;
esac
";

/// A directory with a home, a repository `r` and the stand-in, gone when dropped.
pub(super) struct Sandbox {
    directory: TempDir,
}

impl Sandbox {
    pub(super) fn new() -> Self {
        let directory = TempDir::new().unwrap();
        let sandbox = Self { directory };
        for name in ["home", "record", "program", "tools"] {
            fs::create_dir(sandbox.path(name)).unwrap();
        }
        fs::write(sandbox.path("home/.gitconfig"), "").unwrap();
        for tool in [
            "git", "cat", "sh", "bash", "dash", "zsh", "ksh", "mksh", "busybox",
        ] {
            if let Some(path) = crate::git::program_on_path(tool) {
                std::os::unix::fs::symlink(path, sandbox.path("tools").join(tool)).unwrap();
            }
        }
        sandbox.script("program/git-plan", FAKE_PROGRAM);
        sandbox.git(".", &["init", "-q", "-b", "main", "r"]);
        sandbox
    }

    pub(super) fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.directory.path().canonicalize().unwrap().join(name)
    }

    pub(super) fn script(&self, name: impl AsRef<Path>, text: impl AsRef<[u8]>) -> PathBuf {
        self.file(name, text, 0o755)
    }

    pub(super) fn file(
        &self,
        name: impl AsRef<Path>,
        text: impl AsRef<[u8]>,
        mode: u32,
    ) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
        path
    }

    /// Prepares a program with only this sandbox around it; the stand-in is not on its PATH.
    pub(super) fn command(&self, directory: &str, program: &str) -> Command {
        let mut command = Command::new(self.path("tools").join(program));
        command
            .current_dir(self.path(directory))
            .env_clear()
            .env("PATH", self.path("tools"))
            .env("HOME", self.path("home"))
            .env("RECORD", self.path("record"))
            .env("GIT_CONFIG_GLOBAL", self.path("home/.gitconfig"))
            .env("GIT_CONFIG_NOSYSTEM", "1");
        for role in ["AUTHOR", "COMMITTER"] {
            command
                .env(format!("GIT_{role}_NAME"), "Test")
                .env(format!("GIT_{role}_EMAIL"), "test@example.com")
                .env(format!("GIT_{role}_DATE"), "2001-02-03T04:05:06Z");
        }
        command
    }

    /// Runs git, which must succeed.
    pub(super) fn git(&self, directory: &str, words: &[&str]) -> String {
        let mut git = self.command(directory, "git");
        let output = git.args(words).output().unwrap();
        assert!(output.status.success(), "git {words:?}: {output:?}");
        String::from_utf8(output.stdout)
            .unwrap()
            .trim_end()
            .to_owned()
    }

    pub(super) fn commit(&self, directory: &str, file: &str) {
        fs::write(self.path(directory).join(file), file).unwrap();
        self.git(directory, &["add", "-A"]);
        self.git(directory, &["commit", "-q", "-m", file]);
    }

    pub(super) fn repo(&self, directory: &str) -> Repo {
        let global = self.path("home/.gitconfig");
        sealed_repo(&self.path(directory), &[("GIT_CONFIG_GLOBAL", &global)])
    }

    /// Asks for everything, with the stand-in as the program.
    pub(super) fn request(&self) -> InstallRequest {
        InstallRequest {
            program: Some(self.path("program/git-plan")),
            ..InstallRequest::default()
        }
    }

    pub(super) fn install(&self, directory: &str) {
        let repo = self.repo(directory);
        install(&Ground::repository(&repo), &self.request()).unwrap();
    }

    /// Returns what was recorded under `name` and forgets it.
    pub(super) fn take_record(&self, name: &str) -> String {
        let path = self.path("record").join(name);
        let text = fs::read_to_string(&path).unwrap_or_default();
        let _ = fs::remove_file(&path);
        text
    }

    /// The block as installed, but looking nowhere on this machine besides the stand-in's place.
    pub(super) fn block(&self, hook: HookName, program: Placed) -> Vec<u8> {
        let dir = match program {
            Placed::Baked => shim::ProgramDir::new(&self.path("program")),
            Placed::Nowhere => None,
        };
        String::from_utf8(shim::render(hook, dir.as_ref()))
            .unwrap()
            .replace("/opt/homebrew/bin:/usr/local/bin", "/nonexistent")
            .into_bytes()
    }
}

/// Where the stand-in is to be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Placed {
    Baked,
    Nowhere,
}

/// Runs `command` with `input`, not minding how much of it is read.
pub(super) fn feed(command: &mut Command, input: &[u8]) -> Output {
    use std::io::Write as _;
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = child.stdin.take().unwrap();
    std::thread::scope(|scope| {
        scope.spawn(move || pipe.write_all(input));
        child.wait_with_output().unwrap()
    })
}
