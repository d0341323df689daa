//! A sealed world: temporary home, no global configuration, a clock that steps, and a repository in it.

pub(crate) mod kept;

use std::cell::Cell;
use std::ffi::OsStr;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

mod manners;
pub(crate) mod verbs;

/// What a command answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    what: String,
}

impl Answer {
    /// Stops the test unless the command ended with `status`.
    #[track_caller]
    pub(crate) fn exits(self, status: i32) -> Self {
        assert_eq!(
            self.status, status,
            "{}\n--- stdout\n{}--- stderr\n{}",
            self.what, self.stdout, self.stderr
        );
        self
    }

    /// Stops the test unless the command ended with 0.
    #[track_caller]
    pub(crate) fn ok(self) -> Self {
        self.exits(0)
    }

    /// Stops the test unless stdout holds `text`.
    #[track_caller]
    pub(crate) fn says(self, text: &str) -> Self {
        assert!(
            self.stdout.contains(text),
            "{}: no {text:?} in stdout\n{}",
            self.what,
            self.stdout
        );
        self
    }

    /// Stops the test unless stderr holds `text`.
    #[track_caller]
    pub(crate) fn warns(self, text: &str) -> Self {
        assert!(
            self.stderr.contains(text),
            "{}: no {text:?} in stderr\n{}",
            self.what,
            self.stderr
        );
        self
    }

    /// Stops the test if either stream holds `text`.
    #[track_caller]
    pub(crate) fn never_says(self, text: &str) -> Self {
        assert!(
            !self.stdout.contains(text) && !self.stderr.contains(text),
            "{}: {text:?} in\n{}{}",
            self.what,
            self.stdout,
            self.stderr
        );
        self
    }

    /// Stops the test unless the command failed with `status` and `sentence`, and printed no data.
    #[track_caller]
    pub(crate) fn fails(self, status: i32, sentence: &str) -> Self {
        let answer = self.exits(status);
        let first = answer.stderr.lines().next().unwrap_or_default();
        assert_eq!(
            (first, answer.stdout.as_str()),
            (format!("error: {sentence}").as_str(), ""),
            "{}",
            answer.what
        );
        answer
    }

    /// Stops the test if git-plan crashed, let foreign text drive a terminal, or told the user to
    /// destroy something.
    #[track_caller]
    fn minds_its_manners(self) -> Self {
        let both = format!("{}\n{}", self.stdout, self.stderr);
        let raw = both.chars().find(|c| manners::drives_a_terminal(*c));
        assert_eq!(raw, None, "{}: {both:?}", self.what);
        for word in manners::NEVER_ADVISED {
            let is_advised = format!(" {}", self.stderr).contains(word);
            assert!(!is_advised, "{}: {word:?} in {}", self.what, self.stderr);
        }
        assert!(!both.contains("internal error"), "{}: {both}", self.what);
        self
    }

    /// Reads stdout as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{}: {error}\n{}", self.what, self.stdout))
    }

    /// Returns stdout without the final line break.
    pub(crate) fn line(&self) -> &str {
        self.stdout.trim_end()
    }
}

/// A repository in a sealed world; every command runs with a cleared environment.
pub(crate) struct TestRepo {
    world: TempDir,
    root: PathBuf,
    clock: Cell<i64>,
    extra_env: Vec<(String, String)>,
}

impl TestRepo {
    /// Makes an empty repository whose branch is `main`.
    pub(crate) fn new() -> Self {
        let repo = Self::without_git();
        repo.git(["init", "-q", "-b", "main"]).ok();
        repo.git(["config", "user.name", "Tester"]).ok();
        repo.git(["config", "user.email", "tester@example.com"])
            .ok();
        repo
    }

    /// Makes the sealed world with an empty folder where the repository would be.
    pub(crate) fn without_git() -> Self {
        let world = tempfile::tempdir().unwrap();
        let root = world.path().join("repo");
        fs::create_dir_all(&root).unwrap();
        fs::create_dir_all(world.path().join("home")).unwrap();
        Self {
            world,
            root,
            clock: Cell::new(1_790_000_000),
            extra_env: Vec::new(),
        }
    }

    /// Makes a repository with one committed file and an installed git-plan.
    pub(crate) fn installed() -> Self {
        let repo = Self::new();
        repo.write("README", "hello\n");
        repo.commit("base");
        repo.git(["plan", "init", "--name", "P"]).ok();
        repo.git(["plan", "install"]).ok();
        repo
    }

    /// Sets a variable for every later command.
    pub(crate) fn env(&mut self, name: &str, value: &str) {
        self.extra_env.push((name.to_owned(), value.to_owned()));
    }

    /// Returns the folder the sealed world lives in.
    pub(crate) fn world(&self) -> &Path {
        self.world.path()
    }

    /// Returns the top of the work tree.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Returns a path inside the work tree.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// Writes a file of the work tree, folders included.
    pub(crate) fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let file = self.path(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, content).unwrap();
    }

    /// Reads a file of the work tree.
    pub(crate) fn read(&self, path: &str) -> Vec<u8> {
        fs::read(self.path(path)).unwrap()
    }

    /// Stages everything and commits it.
    #[track_caller]
    pub(crate) fn commit(&self, message: &str) -> Answer {
        self.git(["add", "-A"]).ok();
        self.git(["commit", "-q", "--allow-empty", "-m", message])
            .ok()
    }

    /// Runs `git` at the top of the work tree.
    pub(crate) fn git<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Answer {
        self.run_in(&self.root, "git", args, b"")
    }

    /// Runs `git plan` at the top of the work tree.
    #[track_caller]
    pub(crate) fn plan<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Answer {
        self.plan_in(&self.root, args)
    }

    /// Runs `git plan` elsewhere.
    #[track_caller]
    pub(crate) fn plan_in<S: AsRef<OsStr>>(
        &self,
        folder: &Path,
        args: impl IntoIterator<Item = S>,
    ) -> Answer {
        let args = args.into_iter().map(|word| word.as_ref().to_owned());
        let all = std::iter::once("plan".into()).chain(args);
        self.run_in(folder, "git", all, b"").minds_its_manners()
    }

    /// Runs `git plan` with words separated by white space.
    #[track_caller]
    pub(crate) fn plan_words(&self, words: &str) -> Answer {
        self.plan(words.split_whitespace())
    }

    /// Makes a plan with hooks and an active task, whose spec is kept outside the repository.
    pub(crate) fn start_task(&self, spec: &str) {
        self.write("../spec.yaml", spec);
        for words in [
            "init --name P",
            "install",
            "add-task --title t --spec ../spec.yaml",
            "start 1",
        ] {
            self.plan_words(words).ok();
        }
    }

    /// Returns all that git-plan has stored: the bytes of its database, and its refs.
    pub(crate) fn stored(&self) -> (Option<Vec<u8>>, String) {
        let database = fs::read(self.path(".git/plan/planning.db")).ok();
        let refs = self.git(["for-each-ref", "refs/plan"]).ok().stdout;
        (database, refs)
    }

    /// Runs `git` elsewhere.
    pub(crate) fn git_in<S: AsRef<OsStr>>(
        &self,
        folder: &Path,
        args: impl IntoIterator<Item = S>,
    ) -> Answer {
        self.run_in(folder, "git", args, b"")
    }

    /// Runs a line of shell at the top of the work tree.
    pub(crate) fn sh(&self, script: &str) -> Answer {
        self.run_in(&self.root, "sh", ["-c", script], b"")
    }

    /// Runs any program in the sealed environment.
    pub(crate) fn run_in<S: AsRef<OsStr>>(
        &self,
        folder: &Path,
        program: &str,
        args: impl IntoIterator<Item = S>,
        stdin: &[u8],
    ) -> Answer {
        let mut command = self.command(folder, program);
        command
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let what = format!("{command:?}");
        let mut child = command.spawn().unwrap();
        // A child that never reads its input closes the pipe; that is its right.
        drop(child.stdin.take().unwrap().write_all(stdin));
        let output = child.wait_with_output().unwrap();
        Answer {
            status: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
            what,
        }
    }

    /// Builds a command with the sealed environment; the clock steps by a second each time.
    pub(crate) fn command(&self, folder: &Path, program: &str) -> Command {
        self.clock.set(self.clock.get() + 1);
        let now = self.clock.get();
        let binary = Path::new(env!("CARGO_BIN_EXE_git-plan"));
        let system = std::env::var("PATH").unwrap_or_default();
        let mut command = Command::new(program);
        command
            .current_dir(folder)
            .env_clear()
            .env(
                "PATH",
                format!("{}:{system}", binary.parent().unwrap().display()),
            )
            .env("HOME", self.world.path().join("home"))
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CEILING_DIRECTORIES", self.world.path())
            .env("GIT_AUTHOR_DATE", format!("{now} +0000"))
            .env("GIT_COMMITTER_DATE", format!("{now} +0000"))
            .env("GIT_PLAN_CLOCK", now.to_string())
            .env("TZ", "UTC")
            .env("LC_ALL", "C.UTF-8");
        for (name, value) in &self.extra_env {
            command.env(name, value);
        }
        command
    }

    /// Runs the script in a JSON answer of `rewind` at `top`.
    #[track_caller]
    pub(crate) fn follow(&self, top: &Path, answer: &serde_json::Value) -> Answer {
        let lines = answer["commands"].as_array().unwrap().iter();
        let lines: Vec<&str> = lines.map(|line| line.as_str().unwrap()).collect();
        assert!(lines.iter().all(|line| !line.contains('\n')), "{lines:?}");
        self.run_in(top, "sh", ["-e"], lines.join("\n").as_bytes())
            .ok()
    }

    /// Adds a bare remote called `origin` and returns where it is.
    pub(crate) fn with_remote(&self) -> PathBuf {
        let remote = self.world.path().join("origin.git");
        self.git_in(
            self.world.path(),
            ["init", "-q", "--bare", "-b", "main", "origin.git"],
        )
        .ok();
        self.git(["remote", "add", "origin", remote.to_str().unwrap()])
            .ok();
        remote
    }

    /// Takes an object that lies in a file of its own out of the object database.
    #[track_caller]
    pub(crate) fn lose(&self, revision: &str) {
        let id = self.rev(revision);
        let (folder, name) = id.split_at(2);
        let object = self.path(&format!(".git/objects/{folder}/{name}"));
        let mut writable = fs::metadata(&object).unwrap().permissions();
        #[allow(
            clippy::permissions_set_readonly_false,
            reason = "Windows deletes nothing else"
        )]
        writable.set_readonly(false);
        fs::set_permissions(&object, writable).unwrap();
        fs::remove_file(object).unwrap();
    }

    /// Returns the full id of a revision.
    #[track_caller]
    pub(crate) fn rev(&self, revision: &str) -> String {
        self.git(["rev-parse", "--verify", revision])
            .ok()
            .line()
            .to_owned()
    }
}
