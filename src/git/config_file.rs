//! One file of Git's configuration, edited to one side and put in place in one step.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use tempfile::NamedTempFile;

use super::command::{Call, Git, path_from_bytes};
use super::environment::Environment;
use super::repo::Repo;
use crate::error::Failure;
use crate::model::printable::Printable;

/// How `git config --unset-all` ends when there was nothing to remove, and `--get` when unset.
const NOTHING: [i32; 2] = [5, 1];

/// A file that configuration is kept in; it need not exist.
pub struct ConfigFile {
    git: Git,
    path: PathBuf,
}

impl ConfigFile {
    /// The repository's own, which all its work trees share.
    pub fn of_repository(repo: &Repo) -> Self {
        let path = repo.layout().common_dir.join("config");
        Self {
            git: repo.git.clone(),
            path,
        }
    }

    /// That of one work tree alone.
    ///
    /// # Errors
    /// A [`Failure`] when the repository keeps none.
    pub fn of_worktree(repo: &Repo) -> Result<Self> {
        if !repo.config()?.bool("extensions.worktreeConfig", false)? {
            let failure = Failure::no("this repository has one configuration for all work trees");
            return Err(failure
                .hint("'git help worktree' tells how extensions.worktreeConfig changes that")
                .into());
        }
        let path = repo.layout().git_dir.join("config.worktree");
        Ok(Self {
            git: repo.git.clone(),
            path,
        })
    }

    /// The user's own, found as Git finds it; no repository is needed.
    ///
    /// # Errors
    /// A [`Failure`] when there is no home to keep it in.
    pub fn of_user() -> Result<Self> {
        Self::of_user_in(Environment::current()?)
    }

    fn of_user_in(environment: Environment) -> Result<Self> {
        let dir = |name| environment.variable(name).map(PathBuf::from);
        let at_home = dir("HOME").map(|home| home.join(".gitconfig"));
        let of_xdg = dir("XDG_CONFIG_HOME")
            .or_else(|| dir("HOME").map(|home| home.join(".config")))
            .map(|config| config.join("git/config"));
        let path = match (dir("GIT_CONFIG_GLOBAL"), at_home, of_xdg) {
            (Some(path), _, _) => path,
            (None, Some(path), _) if path.exists() => path,
            (None, _, Some(path)) if path.exists() => path,
            (None, Some(path), _) => path,
            _ => return Err(Failure::fatal("$HOME is not set").into()),
        };
        let git = Git::find(environment)?;
        Ok(Self { git, path })
    }

    /// Returns where it is.
    pub fn location(&self) -> &Path {
        &self.path
    }

    /// Reports whether this Git runs hooks that stand in the configuration, without running any.
    ///
    /// # Errors
    /// When git cannot be started.
    pub fn git_runs_configured_hooks(&self) -> Result<bool> {
        const PROBE: [&str; 7] = [
            "-c",
            "hook.git-plan-probe.command=true",
            "-c",
            "hook.git-plan-probe.event=post-commit",
            "hook",
            "list",
            "post-commit",
        ];
        let lists = |git: &Git| -> Result<bool> {
            let answer = git.plain_call(&PROBE).answer()?;
            let mut names = answer.stdout.split(|byte| *byte == b'\n');
            Ok(answer.status == Some(0) && names.any(|name| name == b"git-plan-probe"))
        };
        if lists(&self.git)? {
            return Ok(true);
        }
        // Outside of any repository Git lists none, whatever it would run in one.
        let other = tempfile::tempdir().context("making a repository to ask Git in")?;
        let there = self.git.with(Environment::elsewhere(other.path()));
        let make = ["init", "-q", "--bare", "--template="];
        there.plain_call(&make).output()?;
        lists(&there)
    }

    /// Returns what `git version` says, such as `2.47.3`.
    ///
    /// # Errors
    /// When git fails.
    pub fn git_version(&self) -> Result<String> {
        self.git.version()
    }

    /// Reads the file into a draft, to look at and to change.
    ///
    /// # Errors
    /// When it is no file, or cannot be read.
    pub fn draft(&self) -> Result<Draft<'_>> {
        let doing = || format!("reading {}", Printable::path(&self.path));
        // Git would put a file in the place of a device, /dev/null included.
        if fs::metadata(&self.path).is_ok_and(|found| !found.is_file()) {
            let path = Printable::path(&self.path);
            return Err(Failure::no(format!("{path} is not a file")).into());
        }
        let before = read(&self.path).with_context(doing)?;
        let mut text = NamedTempFile::new().context("making a draft of the configuration")?;
        text.write_all(before.as_deref().unwrap_or_default())
            .context("making a draft of the configuration")?;
        Ok(Draft {
            file: self,
            before,
            text,
        })
    }
}

/// A configuration file as it would be; nothing is changed before [`Draft::save`].
pub struct Draft<'a> {
    file: &'a ConfigFile,
    before: Option<Vec<u8>>,
    text: NamedTempFile,
}

impl Draft<'_> {
    fn git<S: AsRef<OsStr>>(&self, words: &[S]) -> Call {
        let mut call = self.file.git.plain_call(&["config", "-f"]);
        call = call.argument(self.text.path());
        words.iter().fold(call, |call, word| call.argument(word))
    }

    /// Returns the last value of `key` in this very file.
    ///
    /// # Errors
    /// When git fails or the value is not UTF-8.
    pub fn get(&self, key: &str) -> Result<Option<String>> {
        let answer = self.git(&["-z", "--get", key]).answer()?;
        if answer
            .status
            .is_some_and(|status| NOTHING.contains(&status))
        {
            return Ok(None);
        }
        let printed = answer.success()?;
        let value = printed.strip_suffix(b"\0").unwrap_or(&printed).to_vec();
        let value = String::from_utf8(value).with_context(|| format!("reading {key}"))?;
        Ok(Some(value))
    }

    /// Gives `key` one value, in place of all it has.
    ///
    /// # Errors
    /// When git fails.
    pub fn set(&mut self, key: &str, value: &str) -> Result<()> {
        let words = ["--replace-all", "--", key, value];
        let set = self.git(&words).output();
        set.map(drop).with_context(|| format!("setting {key}"))
    }

    /// Takes away every value of `key`, fine if there is none: the line that [`Draft::set`] writes
    /// first, since Git takes the header of a section with its last line.
    ///
    /// # Errors
    /// When git fails, or the draft cannot be written.
    pub fn unset(&mut self, key: &str, value: &str) -> Result<()> {
        let doing = || format!("removing {key}");
        let rest = without(&self.text()?, key, value);
        fs::write(self.text.path(), rest).with_context(doing)?;
        if self.get(key)?.is_some() {
            let unset = self.git(&["--unset-all", "--", key]).output();
            unset.with_context(doing)?;
        }
        Ok(())
    }

    /// Returns the last value of `key` in this very file as a path, `~` expanded.
    ///
    /// # Errors
    /// When git fails.
    pub fn path(&self, key: &str) -> Result<Option<PathBuf>> {
        let answer = self.git(&["-z", "--type=path", "--get", key]).answer()?;
        if answer
            .status
            .is_some_and(|status| NOTHING.contains(&status))
        {
            return Ok(None);
        }
        let printed = answer.success()?;
        Ok(Some(path_from_bytes(
            printed.strip_suffix(b"\0").unwrap_or(&printed),
        )))
    }

    /// Takes away a section, header and all.
    ///
    /// # Errors
    /// When there is no such section.
    pub fn remove_section(&mut self, section: &str) -> Result<()> {
        self.git(&["--remove-section", section]).output()?;
        Ok(())
    }

    /// Returns where the file is.
    pub fn location(&self) -> &Path {
        &self.file.path
    }

    /// Returns the file as it was; nothing when there was none.
    pub fn before(&self) -> Option<&[u8]> {
        self.before.as_deref()
    }

    /// Returns the text as it would be.
    ///
    /// # Errors
    /// When the draft cannot be read.
    pub fn text(&self) -> Result<Vec<u8>> {
        // Git renames a new file over the old one each time.
        fs::read(self.text.path()).context("reading the draft of the configuration")
    }

    /// Puts the draft in the place of the file; writes nothing when they are equal.
    ///
    /// # Errors
    /// When somebody else is writing the file, or has since it was read.
    pub fn save(&self) -> Result<()> {
        let text = self.text()?;
        let is_new = self.before.is_none() && !text.is_empty();
        self.save_as((self.before.is_some() || is_new).then_some(&text))
    }

    /// Puts `text` in the place of the file, or nothing, as [`Draft::save`] does.
    ///
    /// # Errors
    /// As [`Draft::save`].
    pub fn save_as(&self, text: Option<&[u8]>) -> Result<()> {
        if text == self.before.as_deref() {
            return Ok(());
        }
        // Git, too, writes through a symbolic link.
        let path = fs::canonicalize(&self.file.path).unwrap_or_else(|_| self.file.path.clone());
        let doing = || format!("writing {}", Printable::path(&path));
        let mut lock_path = path.clone().into_os_string();
        lock_path.push(".lock");
        let lock_path = PathBuf::from(lock_path);
        let lock = File::create_new(&lock_path).with_context(doing)?;
        let written = self.replace(lock, &path, text).and_then(|()| {
            match text {
                Some(_) => fs::rename(&lock_path, &path)?,
                None => fs::remove_file(&lock_path)?,
            }
            Ok(())
        });
        if written.is_err() {
            drop(fs::remove_file(&lock_path));
        }
        written.with_context(doing)
    }

    /// Writes what is to become `path` into Git's own lock on it; removes `path` if that is nothing.
    fn replace(&self, mut lock: File, path: &Path, text: Option<&[u8]>) -> Result<()> {
        if read(path)? != self.before {
            return Err(Failure::fatal("it was changed meanwhile; try again").into());
        }
        let Some(text) = text else {
            return Ok(fs::remove_file(path)?);
        };
        if let Ok(metadata) = fs::metadata(path) {
            lock.set_permissions(metadata.permissions())?;
        }
        lock.write_all(text)?;
        lock.sync_all()?;
        Ok(())
    }
}

/// Takes out the line, below a plain header of its section, by which Git gives `key` a value.
fn without(text: &[u8], key: &str, value: &str) -> Vec<u8> {
    let (section, name) = key.rsplit_once('.').unwrap_or(("", key));
    let (header, line) = (format!("[{section}]"), format!("\t{name} = {value}\n"));
    let mut is_in_section = false;
    let mut rest = Vec::new();
    for it in text.split_inclusive(|byte| *byte == b'\n') {
        let trimmed = it.trim_ascii();
        if trimmed.starts_with(b"[") {
            is_in_section = trimmed.eq_ignore_ascii_case(header.as_bytes());
        }
        if !(is_in_section && it == line.as_bytes()) {
            rest.extend_from_slice(it);
        }
    }
    rest
}

fn read(path: &Path) -> Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

impl Repo {
    /// Names the hooks in the configuration that Git runs for `event`, in their order; none where
    /// Git knows no such hooks.
    ///
    /// # Errors
    /// When git cannot be started.
    pub fn configured_hooks(&self, event: &str) -> Result<Vec<String>> {
        let question = ["hook", "list", "-z", event];
        let answer = self.git.plain_call(&question).answer()?;
        let printed = match answer.status {
            Some(0) => String::from_utf8_lossy(&answer.stdout).into_owned(),
            _ => String::new(),
        };
        // One that is switched off stands there with the reason and a tab before its name.
        let names = printed.split('\0').filter(|name| {
            !name.is_empty() && *name != "hook from hookdir" && !name.contains('\t')
        });
        Ok(names.map(str::to_owned).collect())
    }
}
