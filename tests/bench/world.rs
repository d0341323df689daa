//! A sealed world: a temporary directory, no configuration but the repository's own, no network.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

use crate::stopwatch::time;

/// The program that is measured.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_git-plan");

/// One repository in a world of its own.
pub(crate) struct World {
    directory: TempDir,
    root: PathBuf,
    path: String,
}

impl World {
    /// Makes an empty repository.
    pub(crate) fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path().join("repo");
        fs::create_dir_all(directory.path().join("home")).unwrap();
        fs::create_dir_all(&root).unwrap();
        let programs = Path::new(PROGRAM).parent().unwrap().display();
        let system = std::env::var("PATH").unwrap_or_default();
        let world = Self {
            root,
            path: format!("{programs}:{system}"),
            directory,
        };
        world.git(&["init", "-q", "-b", "main"]);
        for (key, value) in [
            ("user.name", "Bench"),
            ("user.email", "bench@example.com"),
            // Git tidies up by itself now and then, which is nobody's time but its own.
            ("gc.auto", "0"),
            ("maintenance.auto", "false"),
        ] {
            world.git(&["config", key, value]);
        }
        world
    }

    /// Returns the top of the work tree.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Returns where plans are kept.
    pub(crate) fn plan_dir(&self) -> PathBuf {
        self.root.join(".git").join("plan")
    }

    /// Returns a place of the world that is outside the repository.
    pub(crate) fn outside(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Writes a file of the work tree.
    pub(crate) fn write(&self, path: &str, content: &str) {
        let file = self.root.join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, content).unwrap();
    }

    /// Adds a line to a file of the work tree.
    pub(crate) fn append(&self, path: &str, line: &str) {
        let mut file = fs::OpenOptions::new()
            .append(true)
            .open(self.root.join(path))
            .unwrap();
        writeln!(file, "{line}").unwrap();
    }

    /// Prepares a program run at the top of the work tree.
    pub(crate) fn command(&self, program: &str, words: &[&str]) -> Command {
        let mut command = Command::new(program);
        command
            .args(words)
            .current_dir(&self.root)
            .env_clear()
            .env("PATH", &self.path)
            .env("HOME", self.outside("home"))
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CEILING_DIRECTORIES", self.directory.path())
            .env("LC_ALL", "C.UTF-8")
            .stdin(Stdio::null());
        command
    }

    /// Runs Git and returns what it printed; anything but status 0 stops the benchmark.
    pub(crate) fn git(&self, words: &[&str]) -> String {
        let output = self.command("git", words).output().unwrap();
        assert!(
            output.status.success(),
            "git {words:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap()
    }

    /// Takes the time of a run of Git that must end with one of `expected`.
    pub(crate) fn timed(&self, words: &[&str], expected: &[i32]) -> Duration {
        let mut command = self.command("git", words);
        timed(&mut command, expected, b"")
    }
}

/// Takes the time of a run that must end with one of `expected`; what it prints is thrown away.
pub(crate) fn timed(command: &mut Command, expected: &[i32], stdin: &[u8]) -> Duration {
    command.stdout(Stdio::null()).stderr(Stdio::null());
    if !stdin.is_empty() {
        command.stdin(Stdio::piped());
    }
    let mut status = None;
    let time = time(|| {
        let mut child = command.spawn().unwrap();
        if let Some(mut pipe) = child.stdin.take() {
            pipe.write_all(stdin).unwrap();
        }
        status = child.wait().unwrap().code();
    });
    assert!(
        status.is_some_and(|status| expected.contains(&status)),
        "{command:?} ended with {status:?}"
    );
    time
}
