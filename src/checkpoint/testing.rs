//! A throw-away repository for this module's tests, deaf to the machine's Git configuration.

use std::ffi::OsStr;
use std::io::Write as _;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A repository in a directory of its own.
pub(super) struct TestRepo {
    dir: tempfile::TempDir,
}

impl TestRepo {
    pub(super) fn new() -> Self {
        let repo = Self {
            dir: tempfile::tempdir().unwrap(),
        };
        std::fs::create_dir(repo.top()).unwrap();
        repo.git(&["init", "-q", "-b", "main"]);
        repo
    }

    pub(super) fn top(&self) -> PathBuf {
        self.dir.path().join("work")
    }

    pub(super) fn path(&self, name: impl AsRef<[u8]>) -> PathBuf {
        self.top().join(Path::new(OsStr::from_bytes(name.as_ref())))
    }

    pub(super) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(self.top())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap())
            .env("HOME", self.dir.path())
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("LC_ALL", "C");
        for who in ["AUTHOR", "COMMITTER"] {
            command
                .env(format!("GIT_{who}_NAME"), "A")
                .env(format!("GIT_{who}_EMAIL"), "a@b")
                .env(format!("GIT_{who}_DATE"), "1700000000 +0000");
        }
        command
    }

    /// Runs a program with `input` and returns how it ended.
    pub(super) fn run(&self, program: &str, arguments: &[&OsStr], input: &[u8]) -> Output {
        let mut child = self
            .command(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        std::thread::scope(|scope| {
            scope.spawn(move || stdin.write_all(input));
            child.wait_with_output().unwrap()
        })
    }

    /// Runs git, which must succeed, and returns what it printed.
    pub(super) fn git(&self, arguments: &[&str]) -> Vec<u8> {
        self.git_with(arguments, b"")
    }

    pub(super) fn git_with(&self, arguments: &[&str], input: &[u8]) -> Vec<u8> {
        let arguments: Vec<&OsStr> = arguments.iter().map(OsStr::new).collect();
        let output = self.run("git", &arguments, input);
        assert!(
            output.status.success(),
            "git {arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        output.stdout
    }

    /// Runs git and returns what it printed, without the line break at its end.
    pub(super) fn answer(&self, arguments: &[&str]) -> String {
        String::from_utf8(self.git(arguments))
            .unwrap()
            .trim_end()
            .to_owned()
    }

    pub(super) fn write(&self, name: impl AsRef<[u8]>, content: impl AsRef<[u8]>) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }

    pub(super) fn read(&self, name: impl AsRef<[u8]>) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap()
    }

    pub(super) fn commit_all(&self) -> String {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", "c"]);
        self.answer(&["rev-parse", "HEAD"])
    }
}
