//! The program in which people read long answers, as Git would choose and start it.

use std::ffi::OsString;
use std::io::{self, Write};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result};

use super::config::Config;

/// Set for the pager where they are not, as Git sets them: leave at once when all fits on the
/// screen, pass colours on, leave the text there; and the same for lv.
const MANNERS: [(&str, &str); 2] = [("LESS", "FRX"), ("LV", "-c")];

/// A pager that is reading.
#[derive(Debug)]
pub struct Pager {
    child: Child,
}

impl Pager {
    /// Starts the pager that GIT_PAGER, `pager.plan`, `core.pager` and PAGER ask for, the first of
    /// them that does; `None` when they want none.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(config: &Config) -> Result<Option<Self>> {
        let Some(command) = wanted(config) else {
            return Ok(None);
        };
        let mut shell = Command::new(which::which("sh").context("finding sh for the pager")?);
        shell.arg("-c").arg(command).stdin(Stdio::piped());
        shell.env("GIT_PAGER_IN_USE", "true");
        for (name, value) in MANNERS {
            if std::env::var_os(name).is_none() {
                shell.env(name, value);
            }
        }
        let child = shell.spawn().context("starting the pager")?;
        // The interrupt key belongs to the pager now. Fails when it was taken over before.
        drop(ctrlc::set_handler(|| {}));
        Ok(Some(Self { child }))
    }

    /// Waits until the reader has seen enough.
    ///
    /// # Errors
    /// When the pager cannot be waited for.
    pub fn finish(mut self) -> Result<()> {
        drop(self.child.stdin.take());
        self.child.wait().context("waiting for the pager")?;
        Ok(())
    }
}

impl Write for Pager {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.child.stdin {
            Some(pipe) => pipe.write(bytes),
            None => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Empty and `cat` ask for none, as they do with Git.
fn wanted(config: &Config) -> Option<OsString> {
    let named = match config.get("pager.plan") {
        None => None,
        Some(value) => match config.bool("pager.plan", true) {
            Ok(true) => None,
            Ok(false) => return None,
            Err(_) => Some(OsString::from(value)),
        },
    };
    let command = std::env::var_os("GIT_PAGER")
        .or(named)
        .or_else(|| config.get("core.pager").map(OsString::from))
        .or_else(|| std::env::var_os("PAGER"))
        .unwrap_or_else(|| OsString::from("less"));
    Some(command).filter(|command| !command.is_empty() && command != "cat")
}
