//! Runs the git executable: the only place that starts a child process.

use std::ffi::OsStr;
#[cfg(not(unix))]
use std::ffi::OsString;
use std::io::{Read, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow};

use super::environment::Environment;
use crate::error::Failure;
use crate::model::printable::Printable;

/// Git's configuration as our children see it: no program of the user's runs but content filters.
///
/// The last two are the hooks in the configuration that verbs of ours would set off; Git passes the
/// switch over where something else goes by the name of the event, and before 2.55: `unhooked` in
/// `config` names each hook.
const OVERRIDES: [&str; 5] = [
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.safecrlf=false",
    "hook.reference-transaction.enabled=false",
    "hook.post-index-change.enabled=false",
];

/// Both spellings, since Git 2.36 renamed the setting; each ignores the other's.
const SYNCED: [&str; 2] = [
    "core.fsync=loose-object,reference",
    "core.fsyncObjectFiles=true",
];

/// How much of what a child said on stderr an error repeats, in bytes.
const STDERR_SHOWN: usize = 2_000;

/// How often a child that reads files is looked after.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// The git executable, and where it is run.
#[derive(Debug, Clone)]
pub(super) struct Git {
    program: PathBuf,
    environment: Environment,
}

impl Git {
    /// Finds the executable on the absolute entries of PATH: a relative one could name a program
    /// that the repository brought along.
    pub(super) fn find(environment: Environment) -> Result<Self> {
        let path = environment.variable("PATH").unwrap_or_default();
        let absolute =
            std::env::join_paths(std::env::split_paths(&path).filter(|p| p.is_absolute()))
                .context("reading PATH")?;
        let program = which::which_in_global("git", Some(absolute))
            .ok()
            .and_then(|mut found| found.next())
            .ok_or_else(|| Failure::fatal("git was not found on PATH"))?;
        Ok(Self {
            program,
            environment,
        })
    }

    #[cfg(unix)]
    pub(super) fn program(&self) -> &Path {
        &self.program
    }

    pub(super) fn environment(&self) -> &Environment {
        &self.environment
    }

    /// Returns the same executable for another environment.
    pub(super) fn with(&self, environment: Environment) -> Self {
        Self {
            program: self.program.clone(),
            environment,
        }
    }

    /// Prepares a call that no configuration, hook or pager can disturb.
    pub(super) fn call<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Call {
        self.prepare(&OVERRIDES, arguments)
    }

    /// Prepares a call whose objects and refs are on the disk when it returns.
    pub(super) fn synced_call<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Call {
        self.prepare(&[&OVERRIDES[..], &SYNCED].concat(), arguments)
    }

    /// Prepares a question about the configuration itself, which ours must not colour.
    pub(super) fn plain_call<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Call {
        self.prepare(&[], arguments)
    }

    fn prepare<S: AsRef<OsStr>>(&self, settings: &[&str], arguments: &[S]) -> Call {
        let mut command = Command::new(&self.program);
        command
            .current_dir(self.environment.directory())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        for (name, value) in self.environment.changes() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command
            .env("GIT_PLAN_HOOKS", "0")
            .env("GIT_OPTIONAL_LOCKS", "0")
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("LC_ALL", "C")
            // Objects are known by their content, so a replaced one must not stand in for another.
            .env("GIT_NO_REPLACE_OBJECTS", "1")
            // Nothing is ever fetched: Git before 2.44 knows only the second of these.
            .env("GIT_NO_LAZY_FETCH", "1")
            .env("GIT_ALLOW_PROTOCOL", "none")
            .env_remove("GIT_EXTERNAL_DIFF")
            .env_remove("GIT_DIFF_OPTS")
            .arg("--no-pager");
        for setting in settings {
            command.arg("-c").arg(setting);
        }
        command.args(arguments);
        Call {
            verb: arguments
                .first()
                .map(|verb| verb.as_ref().to_string_lossy().into_owned())
                .unwrap_or_default(),
            command,
            input: None,
        }
    }
}

/// One run of git, not yet begun.
pub(super) struct Call {
    verb: String,
    command: Command,
    input: Option<Vec<u8>>,
}

/// A run of git that has begun.
pub(super) struct Running {
    verb: String,
    /// Gone once it was asked.
    child: Option<Child>,
}

/// How a run of git ended.
pub(super) struct Answer {
    verb: String,
    /// The exit status; `None` when a signal ended it.
    pub(super) status: Option<i32>,
    pub(super) stdout: Vec<u8>,
    pub(super) stderr: Vec<u8>,
}

impl Call {
    pub(super) fn argument(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.command.arg(argument);
        self
    }

    /// Sets a variable of the environment, ours included.
    pub(super) fn variable(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Names the index to look at instead of the work tree's own.
    pub(super) fn index(mut self, index: &Path) -> Self {
        self.command.env("GIT_INDEX_FILE", index);
        self
    }

    /// Sets configuration that no `-c` could carry, such as names with `=` in them.
    pub(super) fn settings(mut self, settings: &[(String, &str)]) -> Self {
        let inherited = |name: &OsStr| {
            let ours = self.command.get_envs().find(|(known, _)| *known == name);
            ours.map_or_else(
                || std::env::var_os(name),
                |(_, value)| value.map(ToOwned::to_owned),
            )
        };
        let count = inherited("GIT_CONFIG_COUNT".as_ref());
        let first: usize = count
            .and_then(|count| count.to_str()?.parse().ok())
            .unwrap_or(0);
        for (number, (key, value)) in (first..).zip(settings) {
            self.command
                .env(format!("GIT_CONFIG_KEY_{number}"), key)
                .env(format!("GIT_CONFIG_VALUE_{number}"), value);
        }
        let total = (first + settings.len()).to_string();
        self.command.env("GIT_CONFIG_COUNT", total);
        self
    }

    pub(super) fn input(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.input = Some(bytes.into());
        self
    }

    /// Lets the child come to its end when everything around it is killed, as a process that holds
    /// a lock of Git's must. It ends by itself: our end of its pipes goes with us.
    ///
    /// Not for children that start programs of the user's: those may ask at the terminal, which
    /// stops whoever is not in its foreground.
    #[cfg_attr(
        not(unix),
        expect(unused_mut, reason = "elsewhere no signal goes to a group")
    )]
    pub(super) fn outlasting(mut self) -> Self {
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut self.command, 0);
        self
    }

    /// Runs to the end, whatever the exit status.
    pub(super) fn answer(self) -> Result<Answer> {
        self.start()?.answer()
    }

    /// Starts the child; what it says is asked for later.
    pub(super) fn start(mut self) -> Result<Running> {
        if self.input.is_some() {
            self.command.stdin(Stdio::piped());
        }
        let mut child = self
            .command
            .spawn()
            .with_context(|| format!("starting git {}", self.verb))?;
        if let (Some(mut pipe), Some(input)) = (child.stdin.take(), self.input) {
            // Fed from a thread of its own: the child may fill its output before it has read all.
            // A write error means it left early, which its exit status tells better.
            std::thread::spawn(move || pipe.write_all(&input));
        }
        Ok(Running {
            verb: self.verb,
            child: Some(child),
        })
    }

    /// Runs to the end and returns what was printed; any exit status but 0 is an error.
    pub(super) fn output(self) -> Result<Vec<u8>> {
        self.answer()?.success()
    }

    /// Starts a child that is fed and read as it goes; what it says on stderr is lost.
    pub(super) fn spawn(mut self) -> Result<Child> {
        self.command
            .stdin(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("starting git {}", self.verb))
    }
}

impl Running {
    /// Waits for the end and returns what was said.
    pub(super) fn answer(mut self) -> Result<Answer> {
        let child = self.child.take().context("a child is asked once")?;
        let output = child
            .wait_with_output()
            .with_context(|| format!("reading from git {}", self.verb))?;
        Ok(Answer {
            verb: std::mem::take(&mut self.verb),
            status: output.status.code(),
            stdout: output.stdout,
            stderr: output.stderr,
        })
    }
}

impl Running {
    /// Waits for the end as [`Running::answer`] does, and ends the child once `is_stuck` says that
    /// it reads what may never end.
    pub(super) fn answer_unless(mut self, is_stuck: impl Fn() -> bool + Sync) -> Result<Answer> {
        let mut child = self.child.take().context("a child is asked once")?;
        let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
        let child = Mutex::new(child);
        let held = || child.lock().unwrap_or_else(PoisonError::into_inner);
        let (told, stderr) = std::thread::scope(|scope| {
            let (end, ended) = mpsc::channel::<()>();
            scope.spawn(|| {
                let ended = ended;
                while ended.recv_timeout(LOOK_EVERY) == Err(RecvTimeoutError::Timeout) {
                    if is_stuck() {
                        drop(held().kill());
                    }
                }
            });
            let stderr = scope.spawn(|| read_all(stderr));
            let told = read_all(stdout);
            let stderr = stderr.join().unwrap_or_default();
            drop(end);
            (told, stderr)
        });
        let status = held()
            .wait()
            .with_context(|| format!("waiting for git {}", self.verb))?;
        Ok(Answer {
            verb: std::mem::take(&mut self.verb),
            status: status.code(),
            stdout: told,
            stderr,
        })
    }
}

/// What comes before the end or an error; the exit status tells which it was.
fn read_all(pipe: Option<impl Read>) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Some(mut pipe) = pipe {
        drop(pipe.read_to_end(&mut bytes));
    }
    bytes
}

impl Drop for Running {
    /// Nobody wants to know any more.
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            drop(child.kill().and_then(|()| child.wait()));
        }
    }
}

impl Answer {
    /// Returns what was printed; any exit status but 0 is an error.
    pub(super) fn success(self) -> Result<Vec<u8>> {
        match self.status {
            Some(0) => Ok(self.stdout),
            _ => Err(self.into_error()),
        }
    }

    /// Returns what git said on stderr, without its own `fatal:`.
    pub(super) fn complaint(&self) -> String {
        let said = self.stderr.trim_ascii();
        let said = said.strip_prefix(b"fatal: ").unwrap_or(said);
        said.get(..STDERR_SHOWN)
            .unwrap_or(said)
            .split(|byte| *byte == b'\n')
            .map(<[u8]>::trim_ascii)
            .filter(|line| !line.is_empty())
            .map(|line| Printable::new(line).to_string())
            .collect::<Vec<_>>()
            .join("; ")
    }

    /// Returns the error that an unexpected exit status amounts to.
    pub(super) fn into_error(self) -> anyhow::Error {
        let end = match self.status {
            Some(status) => format!("exit status {status}"),
            None => "killed by a signal".to_owned(),
        };
        match self.complaint() {
            said if said.is_empty() => anyhow!("git {} failed ({end})", self.verb),
            said => anyhow!("git {} failed ({end}): {said}", self.verb),
        }
    }
}

/// Turns bytes that git printed into a path.
pub(super) fn path_from_bytes(bytes: &[u8]) -> PathBuf {
    #[cfg(unix)]
    let text = <OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(bytes);
    #[cfg(not(unix))]
    let text = OsString::from(String::from_utf8_lossy(bytes).into_owned());
    text.into()
}
