//! Where words go: data to standard output, everything else to standard error, coloured or not.

use std::cell::OnceCell;
use std::fmt::Display;
use std::io::{self, IsTerminal as _, Write};

use anyhow::{Context as _, Result};
use clap::ValueEnum;
use serde::Serialize;

use crate::error::{Failure, failure_of};
use crate::git::Config;
use crate::model::checkpoint::LeftOut;
use crate::model::printable::Printable;
use crate::report::json;
use crate::report::source_text::WIDTH;
use crate::report::style::{Style, Tone};
use crate::store::OpenError;

use super::screen::Screen;

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum When {
    /// Whatever the output is.
    Always,
    /// Never.
    Never,
    /// On a terminal, unless the environment or Git's configuration says otherwise.
    Auto,
}

/// How a reading verb answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people.
    #[value(alias = "table")]
    Text,
    /// For programs: one versioned object.
    Json,
}

/// The two streams of the program.
#[derive(Debug)]
pub(super) struct Output {
    stdout: Pipe<Screen>,
    stderr: io::Stderr,
    when: Option<When>,
    /// What the configuration says about colour, once it was asked.
    configured: OnceCell<Option<String>>,
}

/// A stream that remembers that its reader went away, whatever becomes of the error.
#[derive(Debug)]
struct Pipe<W> {
    inner: W,
    is_broken: bool,
}

impl<W: Write> Pipe<W> {
    const fn new(inner: W) -> Self {
        Self {
            inner,
            is_broken: false,
        }
    }

    fn watch<T>(&mut self, result: io::Result<T>) -> io::Result<T> {
        if let Err(error) = &result {
            self.is_broken |= error.kind() == io::ErrorKind::BrokenPipe;
        }
        result
    }
}

impl<W: Write> Write for Pipe<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes);
        self.watch(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        let flushed = self.inner.flush();
        self.watch(flushed)
    }
}

impl Output {
    /// Opens both streams; `when` is what `--color` said.
    pub(super) fn new(when: Option<When>) -> Self {
        Self {
            stdout: Pipe::new(Screen::direct()),
            stderr: io::stderr(),
            when,
            configured: OnceCell::new(),
        }
    }

    /// Has an answer that is longer than the terminal shown in a pager; on anything else, and where
    /// one is reading already, nothing changes.
    pub(super) fn page(&mut self) {
        if Environment::read().is_paged || !io::stdout().is_terminal() {
            return;
        }
        if let Some((columns, rows)) = terminal_size::terminal_size_of(io::stdout()) {
            let size = (usize::from(columns.0), usize::from(rows.0));
            self.stdout = Pipe::new(Screen::held(size));
        }
    }

    /// Returns standard output, for data.
    pub(super) fn data(&mut self) -> &mut dyn Write {
        &mut self.stdout
    }

    /// Writes one line of data.
    ///
    /// # Errors
    /// When standard output cannot be written.
    pub(super) fn line(&mut self, text: impl Display) -> Result<()> {
        writeln!(self.stdout, "{text}").context("writing standard output")
    }

    /// Writes `body`, a struct or map, as versioned JSON.
    ///
    /// # Errors
    /// When standard output cannot be written.
    pub(super) fn json(&mut self, body: &impl Serialize) -> Result<()> {
        json::write(&mut self.stdout, body).context("writing standard output")
    }

    /// Says something on standard error; what cannot be said there is lost.
    pub(super) fn note(&mut self, text: impl Display) {
        // Keeps the two streams in order where they meet on one terminal.
        let _ = match self.stdout.inner.is_withheld() && self.stderr.is_terminal() {
            true => writeln!(self.stdout, "{text}"),
            false => {
                let _ = self.stdout.flush();
                writeln!(self.stderr, "{text}")
            }
        };
    }

    /// Says `hint: …` on standard error, each line as one.
    pub(super) fn hint(&mut self, text: impl Display) {
        let label = self.stderr_style().paint(Tone::Caution, "hint:");
        for line in text.to_string().lines() {
            self.note(format_args!("{label} {line}"));
        }
    }

    /// Says `warning: …` on standard error.
    pub(super) fn warning(&mut self, text: impl Display) {
        let label = self.stderr_style().paint(Tone::Caution, "warning:");
        self.note(format_args!("{label} {text}"));
    }

    /// Warns of each path that a checkpoint does not hold.
    pub(super) fn left_out(&mut self, paths: &[LeftOut]) {
        for LeftOut { path, reason } in paths {
            let reason = Printable::new(reason);
            self.warning(format_args!("left out {path}: {reason}"));
        }
    }

    /// Says a report of several lines on standard error, in one piece.
    ///
    /// # Errors
    /// Those of `write`.
    pub(super) fn report(
        &mut self,
        write: impl FnOnce(&mut Vec<u8>, Style) -> io::Result<()>,
    ) -> Result<()> {
        let mut text = Vec::new();
        write(&mut text, self.stderr_style()).context("writing the report")?;
        self.note(String::from_utf8_lossy(&text).trim_end());
        Ok(())
    }

    /// Says what went wrong, why, and what to type next.
    pub(super) fn error(&mut self, error: &anyhow::Error) {
        let label = self.stderr_style().paint(Tone::Bad, "error:");
        self.note(format_args!("{label} {}", tame(error)));
        for cause in error.chain().skip(1) {
            self.note(format_args!("  caused by: {}", tame(cause)));
        }
        let of_database = || error.downcast_ref::<OpenError>()?.hint();
        if let Some(hint) = failure_of(error)
            .and_then(Failure::hint_text)
            .or_else(of_database)
        {
            self.hint(hint);
        }
    }

    /// Decides about standard output; `config` is asked for when nothing nearer decides.
    ///
    /// # Errors
    /// When Git's configuration cannot be read.
    pub(super) fn style<'a>(&self, config: impl FnOnce() -> Result<&'a Config>) -> Result<Style> {
        let environment = Environment::read();
        let is_terminal = io::stdout().is_terminal() || environment.is_paged;
        if let Some(style) = environment.decide(self.when) {
            return Ok(style);
        }
        let value = match self.configured.get() {
            Some(value) => value,
            None => {
                let value = colour(config()?);
                self.configured.get_or_init(|| value)
            }
        };
        Ok(configured(
            value.as_deref(),
            environment.usable(is_terminal),
        ))
    }

    /// Returns how many columns a line of data may take: what `COLUMNS` or the terminal says.
    pub(super) fn width(&self) -> usize {
        let said = std::env::var("COLUMNS")
            .ok()
            .and_then(|text| text.parse().ok());
        let terminal = || terminal_size::terminal_size_of(io::stdout());
        said.or_else(|| terminal().map(|(width, _)| usize::from(width.0)))
            .filter(|width| *width > 0)
            .unwrap_or(WIDTH)
    }

    /// Reports whether a terminal will act on the data.
    pub(super) fn shows_on_terminal(&self) -> bool {
        io::stdout().is_terminal()
    }

    fn stderr_style(&self) -> Style {
        let environment = Environment::read();
        if let Some(style) = environment.decide(self.when) {
            return style;
        }
        // Where the configuration cannot be read, the terminal alone decides.
        let read = || Config::here().ok().as_ref().and_then(colour);
        let value = self.configured.get_or_init(read).as_deref();
        configured(value, environment.usable(io::stderr().is_terminal()))
    }

    /// Writes out what is still held back.
    ///
    /// # Errors
    /// When standard output cannot be written.
    pub(super) fn finish(&mut self) -> Result<()> {
        let finished = self.stdout.inner.finish();
        let is_broken = |error: &anyhow::Error| {
            let io = error.downcast_ref::<io::Error>();
            io.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
        };
        self.stdout.is_broken |= finished.as_ref().is_err_and(is_broken);
        finished
    }

    /// Reports whether the reader of the data went away.
    pub(super) const fn is_broken(&self) -> bool {
        self.stdout.is_broken
    }
}

/// Words of other libraries quote what they were given as it came.
fn tame(error: &(impl Display + ?Sized)) -> String {
    Printable::block(&error.to_string()).to_string()
}

/// What the environment says about colour.
#[derive(Debug, Clone, Copy, Default)]
struct Environment {
    forbids: bool,
    forces: bool,
    is_dumb: bool,
    is_paged: bool,
}

impl Environment {
    fn read() -> Self {
        let says = |name| std::env::var_os(name).filter(|value| !value.is_empty());
        Self {
            forbids: says("NO_COLOR").is_some(),
            forces: says("CLICOLOR_FORCE").is_some_and(|value| value != "0"),
            is_dumb: says("TERM").is_none_or(|value| value == "dumb"),
            is_paged: says("GIT_PAGER_IN_USE").is_some_and(|value| value == "true" || value == "1"),
        }
    }

    /// Returns the decision when the option or a variable makes it.
    const fn decide(self, when: Option<When>) -> Option<Style> {
        match when {
            Some(When::Always) => Some(Style::Coloured),
            Some(When::Never) => Some(Style::Plain),
            _ if self.forbids => Some(Style::Plain),
            _ if self.forces => Some(Style::Coloured),
            _ => None,
        }
    }

    const fn usable(self, is_terminal: bool) -> Style {
        if is_terminal && !self.is_dumb {
            Style::Coloured
        } else {
            Style::Plain
        }
    }
}

/// Returns what the configuration says about the colour of our output.
fn colour(config: &Config) -> Option<String> {
    let value = config.get("color.plan").or_else(|| config.get("color.ui"));
    value.map(str::to_owned)
}

/// Applies the value of `color.plan` or `color.ui` to what `auto` would mean.
fn configured(value: Option<&str>, auto: Style) -> Style {
    match value.unwrap_or_default().to_ascii_lowercase().as_str() {
        "always" => Style::Coloured,
        "never" | "false" | "no" | "off" | "0" => Style::Plain,
        // Git reads "true" as "auto".
        _ => auto,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_about_colour_wins() {
        let check = |when, forbids, forces, expected| {
            let environment = Environment {
                forbids,
                forces,
                ..Environment::default()
            };
            assert_eq!(environment.decide(when), expected);
        };
        check(Some(When::Always), true, false, Some(Style::Coloured));
        check(Some(When::Never), false, true, Some(Style::Plain));
        check(None, true, true, Some(Style::Plain));
        check(Some(When::Auto), false, true, Some(Style::Coloured));
        check(None, false, false, None);
    }

    #[test]
    fn configuration_speaks_for_terminals_unless_it_insists() {
        let check = |value, auto, expected| assert_eq!(configured(value, auto), expected);
        check(None, Style::Coloured, Style::Coloured);
        check(None, Style::Plain, Style::Plain);
        check(Some("auto"), Style::Plain, Style::Plain);
        check(Some("true"), Style::Plain, Style::Plain);
        check(Some("Always"), Style::Plain, Style::Coloured);
        check(Some("never"), Style::Coloured, Style::Plain);
        check(Some("false"), Style::Coloured, Style::Plain);
    }

    #[test]
    fn a_lost_reader_is_remembered() {
        struct Gone;
        impl Write for Gone {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::BrokenPipe.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let mut pipe = Pipe::new(Gone);
        assert!(!pipe.is_broken);
        let _ = pipe.write(b"x");
        assert!(pipe.is_broken);
    }
}
