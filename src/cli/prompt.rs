//! Questions to the person at the terminal, if there is one.

use std::io::{self, IsTerminal as _, Write as _};

use anyhow::{Context as _, Result};

use super::output::Output;

/// Whether the user agreed to what would otherwise be refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Consent {
    /// Yes.
    Given,
    /// Not asked, or no.
    Withheld,
}

/// Asks a yes-or-no question; nobody there to answer, or no clear yes, means no.
pub(super) fn consent(out: &mut Output, question: &str) -> Result<Consent> {
    if !somebody_is_there() {
        return Ok(Consent::Withheld);
    }
    // What was answered so far comes before the question.
    out.finish()?;
    let mut stderr = io::stderr();
    write!(stderr, "{question} [y/N] ").context("asking")?;
    stderr.flush().context("asking")?;
    let mut answer = String::new();
    io::stdin()
        .read_line(&mut answer)
        .context("reading the answer")?;
    let is_yes = matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes");
    Ok(if is_yes {
        Consent::Given
    } else {
        Consent::Withheld
    })
}

fn somebody_is_there() -> bool {
    let refused = std::env::var_os("GIT_TERMINAL_PROMPT")
        .is_some_and(|value| ["0", "false", "no", "off"].iter().any(|no| value == *no));
    !refused && io::stdin().is_terminal() && io::stderr().is_terminal()
}
