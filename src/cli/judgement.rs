//! How the verbs that judge answer: to people, programs, code scanning, or a pull request.

use anyhow::{Context as _, Result};
use clap::{Args, ValueEnum};

use crate::model::judged::{Judged, TaskLabel};
use crate::ops::Workspace;
use crate::ops::quote::Lines;
use crate::report::evaluation_text::{Detail, Manner};
use crate::report::{github, sarif};

use super::output::Output;

/// `--verbose` and `--format` of a verb that judges.
#[derive(Debug, Args)]
pub(super) struct AnswerArgs {
    /// List every violation, not five a rule
    #[arg(short, long)]
    verbose: bool,
    /// How to answer
    #[arg(long, value_enum, default_value_t = Form::Text)]
    pub format: Form,
}

/// How a verb that judges answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Form {
    /// For people.
    Text,
    /// For programs: one versioned object.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Workflow commands that annotate a pull request on GitHub.
    Github,
}

impl AnswerArgs {
    const fn detail(&self) -> Detail {
        if self.verbose {
            Detail::Full
        } else {
            Detail::Brief
        }
    }

    /// Returns which violations need the line they stand on.
    pub(super) fn lines(&self) -> Lines {
        match self.format {
            Form::Text => Lines::First(self.detail().limit()),
            Form::Json | Form::Sarif | Form::Github => Lines::All,
        }
    }

    /// Returns how text is written.
    ///
    /// # Errors
    /// When Git's configuration cannot be read.
    pub(super) fn manner(&self, ws: &Workspace, out: &Output) -> Result<Manner> {
        Ok(Manner {
            detail: self.detail(),
            style: out.style(|| ws.repo().config())?,
            width: out.width(),
        })
    }
}

/// Writes SARIF.
///
/// # Errors
/// When standard output cannot be written.
pub(super) fn as_sarif(
    judged: &[Judged],
    not_checked: &[TaskLabel],
    out: &mut Output,
) -> Result<()> {
    sarif::log(out.data(), judged, not_checked).context("writing the evaluations")
}

/// Writes workflow commands.
///
/// # Errors
/// When standard output cannot be written.
pub(super) fn as_github(
    judged: &[Judged],
    not_checked: &[TaskLabel],
    out: &mut Output,
) -> Result<()> {
    github::commands(out.data(), judged, not_checked).context("writing the evaluations")
}
