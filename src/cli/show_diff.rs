//! `git plan show-diff`.

use std::ffi::OsString;
use std::io::IsTerminal as _;

use anyhow::{Context as _, Result};
use serde::Serialize;

use crate::model::checkpoint::Checkpoint;
use crate::model::diff::FileDiff;
use crate::model::path::RepoPath;
use crate::ops::rewind::{Shown, checkpoints};
use crate::ops::show_diff::{ShownDiff, show_diff};
use crate::report::diff_text::{Ink, diffs};
use crate::report::style::Style;
use crate::store::Access;

use super::exit_status::ExitStatus;
use super::output::{Format, Output};
use super::rewind;
use super::target::TaskArgs;
use super::workspace;

/// What `--help` ends with.
const EXAMPLES: &str = "\
Examples:
  git plan show-diff              list the checkpoints of the active task
  git plan show-diff 2 --sequence 3
  git plan show-diff 2 --sequence 3 --file src/lib.rs";

/// The command line of `show-diff`.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
#[command(override_usage = "git plan show-diff [OPTIONS] [[PLAN] TASK]")]
pub(super) struct Args {
    #[command(flatten)]
    task: TaskArgs,
    /// The checkpoint's number; all are listed when left out
    #[arg(long, value_name = "NUMBER")]
    sequence: Option<u32>,
    /// Only this file, from the top of the repository
    #[arg(long, value_name = "PATH", requires = "sequence")]
    file: Option<OsString>,
    /// How to answer
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Shows what one checkpoint changed, or lists them.
pub(super) fn run(args: &Args, out: &mut Output) -> Result<ExitStatus> {
    let target = args.task.task()?;
    let ws = workspace::open(Access::Read, out)?;
    out.page();
    let Some(sequence) = args.sequence else {
        let found = checkpoints(&ws, target, Shown::Current)?;
        return rewind::list(args.format, &ws, &found, out);
    };
    let file = args
        .file
        .as_ref()
        .map(|path| RepoPath::new(path.as_encoded_bytes()));
    let shown = show_diff(&ws, target, sequence, file.as_ref())?;
    match args.format {
        Format::Json => answer_json(&shown, out)?,
        Format::Text => {
            let style = out.style(|| ws.repo().config())?;
            let is_watched = std::io::stdout().is_terminal() || style == Style::Coloured;
            let ink = if is_watched {
                Ink::Safe(style)
            } else {
                Ink::Raw
            };
            diffs(out.data(), &shown.files, ink).context("writing the diff")?;
        }
    }
    Ok(ExitStatus::Done)
}

fn answer_json(shown: &ShownDiff, out: &mut Output) -> Result<()> {
    #[derive(Serialize)]
    struct File<'a> {
        #[serde(flatten)]
        file: &'a FileDiff,
        diff: Option<String>,
    }
    #[derive(Serialize)]
    struct Answer<'a> {
        checkpoint: &'a Checkpoint,
        files: Vec<File<'a>>,
    }
    let files = shown.files.iter().map(|file| File {
        diff: file
            .text
            .as_ref()
            .map(|text| String::from_utf8_lossy(text).into_owned()),
        file,
    });
    out.json(&Answer {
        checkpoint: &shown.checkpoint,
        files: files.collect(),
    })
}
