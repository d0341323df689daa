//! Colour as an addition: every text keeps its meaning without it.

use std::fmt::Display;

use anstyle::{AnsiColor, Style as Ansi};

/// Whether text is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Bare text.
    Plain,
    /// With ANSI escape sequences.
    Coloured,
}

/// What a piece of text says about itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Done, met.
    Good,
    /// Broken, failed.
    Bad,
    /// Worth a look.
    Caution,
    /// A heading.
    Strong,
    /// Secondary.
    Quiet,
}

impl Tone {
    const fn ansi(self) -> Ansi {
        match self {
            Self::Good => AnsiColor::Green.on_default(),
            Self::Bad => AnsiColor::Red.on_default().bold(),
            Self::Caution => AnsiColor::Yellow.on_default(),
            Self::Strong => Ansi::new().bold(),
            Self::Quiet => Ansi::new().dimmed(),
        }
    }
}

impl Style {
    /// Returns `text` in `tone`, or as it is when plain.
    pub fn paint(self, tone: Tone, text: impl Display) -> String {
        match self {
            Self::Plain => text.to_string(),
            Self::Coloured => {
                let ansi = tone.ansi();
                format!("{ansi}{text}{ansi:#}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_stays_bare() {
        assert_eq!(Style::Plain.paint(Tone::Bad, "fail"), "fail");
        assert_eq!(
            Style::Coloured.paint(Tone::Good, "pass"),
            "\u{1b}[32mpass\u{1b}[0m"
        );
    }
}
