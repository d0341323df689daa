//! Repositories for this module's tests, made by real git in a sealed environment.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::environment::Environment;
use super::repo::Repo;

/// Reports whether the installed git makes repositories of that format: old ones do not know all.
pub(crate) fn git_makes(option: &str) -> bool {
    let sandbox = Sandbox::new();
    let made = sandbox
        .command(".", &["init", "-q", option, "probe"])
        .output();
    made.unwrap().status.success()
}

/// A directory with repositories in it, gone when dropped.
pub(super) struct Sandbox {
    directory: TempDir,
}

impl Sandbox {
    pub(super) fn new() -> Self {
        let directory = TempDir::new().unwrap();
        std::fs::create_dir(directory.path().join("home")).unwrap();
        Self { directory }
    }

    /// A sandbox with one repository `r` made with `options`.
    pub(super) fn with_repository(options: &[&str]) -> Self {
        let sandbox = Self::new();
        sandbox.git(".", &[&["init", "-q", "r"], options].concat());
        sandbox
    }

    pub(super) fn path(&self, path: &str) -> PathBuf {
        // Git prints resolved paths, and a temporary directory may lie behind a link.
        self.directory.path().canonicalize().unwrap().join(path)
    }

    pub(super) fn environment(&self, directory: &str) -> Environment {
        let mut environment = Environment::elsewhere(&self.path(directory));
        environment.set("HOME", self.path("home"));
        environment.set("GIT_CONFIG_GLOBAL", "/dev/null");
        environment.set("GIT_CONFIG_NOSYSTEM", "1");
        for role in ["AUTHOR", "COMMITTER"] {
            environment.set(&format!("GIT_{role}_NAME"), "Test");
            environment.set(&format!("GIT_{role}_EMAIL"), "test@example.com");
            environment.set(&format!("GIT_{role}_DATE"), "2001-02-03T04:05:06Z");
        }
        environment
    }

    /// Runs git as a user would and returns what it printed, without the last line break.
    pub(super) fn git<S: AsRef<OsStr>>(&self, directory: &str, words: &[S]) -> String {
        let printed = self.git_bytes(directory, words);
        String::from_utf8(printed).unwrap().trim_end().to_owned()
    }

    pub(super) fn git_bytes<S: AsRef<OsStr>>(&self, directory: &str, words: &[S]) -> Vec<u8> {
        let output = self.command(directory, words).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}");
        output.stdout
    }

    /// As `git`, for what is expected to fail, such as a merge with conflicts.
    pub(super) fn git_fails<S: AsRef<OsStr>>(&self, directory: &str, words: &[S]) {
        let output = self.command(directory, words).output().unwrap();
        assert!(!output.status.success());
    }

    /// Prepares git itself, without anything this module does for its own children.
    pub(super) fn command<S: AsRef<OsStr>>(&self, directory: &str, words: &[S]) -> Command {
        let environment = self.environment(directory);
        let mut command = Command::new("git");
        command.current_dir(environment.directory()).args(words);
        for (name, value) in environment.changes() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command
    }

    pub(super) fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        write(&self.path(path), content);
    }

    pub(super) fn commit_all(&self, directory: &str, message: &str) -> String {
        self.git(directory, &["add", "-A"]);
        self.git(directory, &["commit", "-q", "--allow-empty", "-m", message]);
        self.git(directory, &["rev-parse", "HEAD"])
    }

    pub(super) fn repo(&self, directory: &str) -> Repo {
        Repo::discover_in(self.environment(directory)).unwrap()
    }

    /// The same repository as libgit2 would never see it.
    pub(super) fn repo_by_executable(&self, directory: &str) -> Repo {
        let mut environment = self.environment(directory);
        let objects = self.git(
            directory,
            &[
                "rev-parse",
                "--path-format=absolute",
                "--git-path",
                "objects",
            ],
        );
        environment.set("GIT_OBJECT_DIRECTORY", objects);
        Repo::discover_in(environment).unwrap()
    }
}

pub(super) fn write(path: &Path, content: impl AsRef<[u8]>) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, content).unwrap();
}
