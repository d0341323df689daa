//! Standard output: as it comes, or, where people read, held back until it is known whether it
//! fits on the screen, and shown in a pager if it does not.

use std::io::{self, BufWriter, Stdout, Write};

use anyhow::{Context as _, Result};

use crate::git::{Config, Pager};

/// Where data goes.
#[derive(Debug)]
pub(super) enum Screen {
    /// Where standard output leads.
    Direct(BufWriter<Stdout>),
    /// A terminal, once it is known that everything fits.
    Held(Held),
    /// A pager.
    Paged(Pager),
}

/// What waits to be shown.
#[derive(Debug, Default)]
pub(super) struct Held {
    text: Vec<u8>,
    /// How much the screen takes.
    rows: usize,
    columns: usize,
    taken: usize,
    column: usize,
}

impl Held {
    fn add(&mut self, text: &[u8]) {
        for byte in text {
            self.column += 1;
            if *byte == b'\n' || self.column > self.columns {
                self.taken += 1;
                self.column = 0;
            }
        }
        self.text.extend_from_slice(text);
    }

    /// The last row is the prompt's.
    const fn fits(&self) -> bool {
        self.taken < self.rows
    }
}

impl Screen {
    pub(super) fn direct() -> Self {
        Self::Direct(BufWriter::new(io::stdout()))
    }

    /// Holds data back from now on, on a terminal of that many columns and rows.
    pub(super) fn held((columns, rows): (usize, usize)) -> Self {
        Self::Held(Held {
            rows,
            columns,
            ..Held::default()
        })
    }

    /// Reports whether something else than the terminal itself has the data.
    pub(super) const fn is_withheld(&self) -> bool {
        matches!(self, Self::Held(_) | Self::Paged(_))
    }

    /// Shows everything, and waits for the reader of a pager.
    ///
    /// # Errors
    /// When standard output cannot be written.
    pub(super) fn finish(&mut self) -> Result<()> {
        match std::mem::replace(self, Self::direct()) {
            Self::Direct(stdout) => *self = Self::Direct(stdout),
            Self::Held(held) => self.write_all(&held.text)?,
            Self::Paged(pager) => pager.finish()?,
        }
        self.flush().context("writing standard output")
    }

    /// Lets go of what was held back, into a pager if there is one.
    fn release(&mut self) -> io::Result<()> {
        if let Self::Held(held) = self {
            let text = std::mem::take(&mut held.text);
            // Without a pager the terminal still scrolls.
            let pager = Config::here().and_then(|config| Pager::start(&config));
            *self = match pager {
                Ok(Some(pager)) => Self::Paged(pager),
                Ok(None) | Err(_) => Self::direct(),
            };
            self.write_all(&text)?;
        }
        Ok(())
    }
}

impl Write for Screen {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Direct(stdout) => stdout.write(bytes),
            Self::Paged(pager) => pager.write(bytes),
            Self::Held(held) => {
                held.add(bytes);
                if !held.fits() {
                    self.release()?;
                }
                Ok(bytes.len())
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Direct(stdout) => stdout.flush(),
            Self::Paged(pager) => pager.flush(),
            Self::Held(_) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_take_more_than_one_row() {
        let check = |text: &str, fits: bool| {
            let Screen::Held(mut held) = Screen::held((10, 3)) else {
                panic!("not held");
            };
            held.add(text.as_bytes());
            assert_eq!(held.fits(), fits, "{text:?}");
        };
        check("", true);
        check("one\ntwo\n", true);
        check("one\ntwo\nthree", true);
        check("one\ntwo\nthree\n", false);
        check(&"x".repeat(21), true);
        check(&"x".repeat(40), false);
    }
}
