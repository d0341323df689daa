//! `git plan verify`.

use std::ffi::OsString;

use anyhow::{Context as _, Result};
use serde::Serialize;

use crate::model::evaluation::Verdict;
use crate::model::judged::{Judged, TaskLabel, Verification};
use crate::model::tree::TreeSource;
use crate::ops::spec_file::SpecFile;
use crate::ops::verify::{Request, Subject, verify};
use crate::report::verification_text;
use crate::store::Access;

use super::exit_status::ExitStatus;
use super::judgement::{AnswerArgs, Form, as_github, as_sarif};
use super::output::Output;
use super::progress::Bar;
use super::target::{plan_id, spec_source};
use super::workspace;

/// What `--help` ends with.
const EXAMPLES: &str = "\
Examples:
  git plan verify                     what the gate would judge, on the work tree
  git plan verify --at origin/main    the same on a commit
  git plan verify --all --staged      every task with a spec, on the index
  git plan verify --spec specs/ioutil.yaml --format json
                                      a spec without a plan, as in CI

Exit status: 0 met, 1 broken, 128 could not verify.";

/// The command line of `verify`.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// Judge by this spec instead of the tasks' (repeatable; `-` is standard input); no plan is needed
    #[arg(long, value_name = "FILE", conflicts_with_all = ["all", "plan"])]
    spec: Vec<OsString>,
    /// Judge every task that has a spec, not only the completed ones
    #[arg(long)]
    all: bool,
    /// With --all, only the tasks of this plan
    #[arg(long, value_name = "PLAN", requires = "all")]
    plan: Option<OsString>,
    /// Judge a commit or tree instead of the work tree
    #[arg(long, value_name = "REV", conflicts_with = "staged")]
    at: Option<String>,
    /// Judge the index instead of the work tree
    #[arg(long)]
    staged: bool,
    /// Report only what is new since a commit or tree; what merely moved is not
    #[arg(long, value_name = "REV")]
    since: Option<String>,
    /// Judge without the memo of former scans
    #[arg(long)]
    no_memo: bool,
    #[command(flatten)]
    answer: AnswerArgs,
}

/// Judges, says what was found, and answers with the exit status.
pub(super) fn run(args: &Args, out: &mut Output) -> Result<ExitStatus> {
    let source = match (&args.at, args.staged) {
        (Some(revision), _) => TreeSource::Revision(revision.clone()),
        (None, true) => TreeSource::Staged,
        (None, false) => TreeSource::Worktree,
    };
    let ws = match source {
        TreeSource::Worktree => workspace::open_on_worktree(Access::Read, out)?,
        TreeSource::Staged | TreeSource::Revision(_) => workspace::open(Access::Read, out)?,
    };
    out.page();
    if args.no_memo {
        ws.forget_memo();
    }
    let request = Request {
        source,
        subject: subject(args, out)?,
        since: args.since.clone(),
        lines: args.answer.lines(),
    };
    let verification = verify(&ws, &request, &Bar::default())?;
    let (judged, not_checked) = (&verification.evaluations, &verification.not_checked);
    match args.answer.format {
        Form::Json => answer_json(args, &verification, out)?,
        Form::Sarif => as_sarif(judged, not_checked, out)?,
        Form::Github => as_github(judged, not_checked, out)?,
        Form::Text => {
            let manner = args.answer.manner(&ws, out)?;
            verification_text::verification(out.data(), &verification, manner)
                .context("writing the evaluations")?;
            if verification.evaluations.is_empty() {
                let which = if args.all { "" } else { "completed " };
                out.line(format_args!("Nothing to verify: no {which}task has a spec"))?;
            }
        }
    }
    Ok(match verification.verdict() {
        Verdict::Met => ExitStatus::Done,
        Verdict::Broken => ExitStatus::No,
        Verdict::Unverified => ExitStatus::Fatal,
    })
}

fn subject(args: &Args, out: &mut Output) -> Result<Subject> {
    if args.spec.is_empty() {
        let plan = args.plan.as_deref().map(plan_id).transpose()?;
        return Ok(if args.all {
            Subject::All(plan)
        } else {
            Subject::InForce
        });
    }
    let mut specs = Vec::new();
    for path in &args.spec {
        let file = SpecFile::read(&spec_source(path))?;
        file.warnings().for_each(|warning| out.warning(warning));
        specs.push(file.parsed.into());
    }
    Ok(Subject::Specs(specs))
}

/// One spec named is answered with its evaluation, several tasks or specs with a list of them.
fn answer_json(args: &Args, verification: &Verification, out: &mut Output) -> Result<()> {
    #[derive(Serialize)]
    struct Many<'a> {
        verdict: Verdict,
        total_violations: usize,
        evaluations: &'a [Judged],
        not_checked: &'a [TaskLabel],
    }
    match verification.evaluations.as_slice() {
        [only] if args.spec.len() == 1 => out.json(only),
        evaluations => out.json(&Many {
            verdict: verification.verdict(),
            total_violations: verification.total_violations(),
            evaluations,
            not_checked: &verification.not_checked,
        }),
    }
}
