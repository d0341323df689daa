//! `git plan verify-task`.

use std::ffi::OsString;

use anyhow::{Context as _, Result};
use serde::Serialize;

use crate::model::checkpoint::Checkpoint;
use crate::model::count::counted;
use crate::model::evaluation::{Evaluation, Verdict};
use crate::model::judged::{Judged, TaskLabel};
use crate::model::task::{AuditStatus, TaskStatus};
use crate::ops::Workspace;
use crate::ops::quote::Lines;
use crate::ops::verify_task::{Record, TaskVerified, verify_task};
use crate::report::style::Tone;
use crate::report::{json, verification_text};
use crate::store::Access;

use super::exit_status::ExitStatus;
use super::judgement::{AnswerArgs, Form, as_github, as_sarif};
use super::output::Output;
use super::output_file::OutputFile;
use super::progress::Bar;
use super::target::{self, TaskArgs};
use super::workspace;

/// What `--help` ends with.
const EXAMPLES: &str = "\
Examples:
  git plan verify-task            the active task
  git plan verify-task 2          task 2 of the current plan
  git plan verify-task 1 2 -v     task 2 of plan 1, with every violation

Exit status: 0 met, 1 broken, 128 could not verify (then nothing is recorded).";

/// The command line of `verify-task`.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
#[command(override_usage = "git plan verify-task [OPTIONS] [[PLAN] TASK]")]
pub(super) struct Args {
    #[command(flatten)]
    task: TaskArgs,
    /// Record nothing: no evidence, no status, no checkpoint
    #[arg(long, conflicts_with = "checkpoint")]
    no_update: bool,
    /// What TheAuditor's users type for the default
    #[arg(long, overrides_with = "no_update", hide = true)]
    auto_update: bool,
    /// Take a checkpoint even if the spec is met
    #[arg(long)]
    checkpoint: bool,
    /// Also write the evaluation as JSON to a file
    #[arg(long, value_name = "FILE")]
    output: Option<OsString>,
    /// Judge without the memo of former scans
    #[arg(long)]
    no_memo: bool,
    #[command(flatten)]
    answer: AnswerArgs,
}

/// The evaluation, and where the task stands after it.
#[derive(Serialize)]
struct Answer<'a> {
    task: TaskLabel,
    status: TaskStatus,
    audit_status: AuditStatus,
    is_regression: bool,
    checkpoint: Option<&'a Checkpoint>,
    #[serde(flatten)]
    evaluation: &'a Evaluation,
}

impl<'a> From<&'a TaskVerified> for Answer<'a> {
    fn from(verified: &'a TaskVerified) -> Self {
        Self {
            task: TaskLabel::from(&verified.task),
            status: verified.task.status,
            audit_status: verified.task.audit_status,
            is_regression: verified.is_regression,
            checkpoint: verified.checkpoint.as_ref(),
            evaluation: &verified.evaluation,
        }
    }
}

impl Answer<'_> {
    fn judged(&self) -> Judged {
        Judged {
            task: Some(self.task.clone()),
            evaluation: self.evaluation.clone(),
            since: None,
        }
    }
}

impl Args {
    const fn records_nothing(&self) -> bool {
        self.no_update && !self.auto_update
    }
}

/// Verifies the task, says what was found and what that changed.
pub(super) fn run(args: &Args, out: &mut Output) -> Result<ExitStatus> {
    let target = args.task.task()?;
    let record = match (args.records_nothing(), args.checkpoint) {
        (true, _) => Record::Nothing,
        (false, true) => Record::OutcomeAndCheckpoint,
        (false, false) => Record::Outcome,
    };
    let access = if record == Record::Nothing {
        Access::Read
    } else {
        Access::Write
    };
    let ws = workspace::open_on_worktree(access, out)?;
    if args.no_memo {
        ws.forget_memo();
    }
    let lines = match args.output {
        Some(_) => Lines::All,
        None => args.answer.lines(),
    };
    let output = args.output.as_ref();
    let output = output
        .map(|path| OutputFile::prepare(&target::path(path)))
        .transpose()?;
    let verified = verify_task(&ws, target, (record, lines), &Bar::default())?;
    let answer = Answer::from(&verified);
    if let Some(file) = output {
        let mut text = Vec::new();
        json::write(&mut text, &answer)?;
        file.write(&text)?;
    }
    match args.answer.format {
        Form::Json => out.json(&answer)?,
        Form::Sarif => as_sarif(&[answer.judged()], &[], out)?,
        Form::Github => as_github(&[answer.judged()], &[], out)?,
        Form::Text => say(args, &ws, &verified, out)?,
    }
    if let Some(checkpoint) = &verified.checkpoint {
        out.left_out(&checkpoint.left_out);
    }
    if verified.is_regression {
        regression(&verified, out);
    }
    Ok(match verified.evaluation.verdict {
        Verdict::Met => ExitStatus::Done,
        Verdict::Broken | Verdict::Unverified => ExitStatus::No,
    })
}

fn say(args: &Args, ws: &Workspace, verified: &TaskVerified, out: &mut Output) -> Result<()> {
    let manner = args.answer.manner(ws, out)?;
    let evaluation = &verified.evaluation;
    let number = verified.task.number;
    out.line(format_args!("Verifying task {number}..."))?;
    verification_text::task_evaluation(out.data(), evaluation, manner)
        .context("writing the evaluation")?;
    let violations = counted(evaluation.total_violations, "violation");
    let (tone, word) = match evaluation.verdict {
        Verdict::Met => (Tone::Good, "VERIFIED"),
        Verdict::Broken | Verdict::Unverified => (Tone::Bad, "INCOMPLETE"),
    };
    out.line(format_args!(
        "Task {number} {} ({violations})",
        manner.style.paint(tone, word)
    ))?;
    if !args.records_nothing() {
        out.line(format_args!("Audit status: {}", verified.task.audit_status))?;
    }
    if verified.task.status != verified.status_before {
        out.line(format_args!(
            "Task status updated: {}",
            verified.task.status
        ))?;
    }
    if let Some(checkpoint) = &verified.checkpoint {
        out.line(format_args!(
            "Snapshot created: {}",
            checkpoint.snapshot.short()
        ))?;
        out.line(format_args!("Sequence: {}", checkpoint.sequence))?;
    }
    Ok(())
}

fn regression(verified: &TaskVerified, out: &mut Output) {
    let number = verified.task.number;
    let violations = counted(verified.evaluation.total_violations, "violation");
    out.warning("REGRESSION DETECTED");
    out.note(format_args!(
        "Task {number} was previously completed but now has {violations}\n\
         Code changes since completion have broken verification"
    ));
}
