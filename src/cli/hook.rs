//! `git plan hook`: what the installed blocks call; turns what hooks return into words and a status.

use std::io::{self, IsTerminal as _};
use std::time::Duration;

use anyhow::Result;

use crate::error::{Failure, failure_of};
use crate::git::Plans;
use crate::hook::announcement::Announcement;
use crate::hook::bounded::{Limits, bounded};
use crate::hook::post_commit::{self, post_applypatch, post_commit, post_merge};
use crate::hook::post_rewrite::post_rewrite;
use crate::hook::pre_commit::{Policy, pre_commit};
use crate::hook::pre_push::{Decision, pre_push};
use crate::hook::{probe, stdin};
use crate::model::install::HookName;
use crate::model::printable::Printable;
use crate::ops::{Workspace, heartbeat};
use crate::report::{gate_text, style::Style};
use crate::store::{Access, is_database_trouble};

use super::exit_status::ExitStatus;
use super::output::Output;
use super::progress::meanwhile;

/// The command line of `hook`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Which hook Git runs
    name: HookName,
    /// The version of the block that calls
    #[arg(long, hide = true)]
    shim: Option<u32>,
    /// What Git passed to the hook
    #[arg(last = true)]
    args: Vec<std::ffi::OsString>,
}

impl Args {
    /// What post-rewrite runs for.
    fn cause(&self) -> &str {
        let cause = self.args.first().and_then(|cause| cause.to_str());
        cause.unwrap_or("rebase")
    }
}

/// Runs one hook. Only a gate can answer "no"; a hook that observes ends well whatever happens.
pub(super) fn run(args: &Args, out: &mut Output) -> Result<ExitStatus> {
    if std::env::var_os("GIT_PLAN_HOOKS").is_some_and(|value| value == "0") {
        return Ok(ExitStatus::Done);
    }
    if probe::answer() {
        return Ok(match args.name {
            // Ends the hook here, so nothing of the user's runs for a question of ours.
            HookName::PreCommit | HookName::PrePush => ExitStatus::No,
            _ => ExitStatus::Done,
        });
    }
    let plans = Plans::here();
    match args.name {
        HookName::PrePush => Ok(push(&read_stdin()?, plans != Plans::Absent, out)),
        _ if plans == Plans::Absent => Ok(ExitStatus::Done),
        HookName::PreCommit => Ok(commit(out)),
        _ => Ok(observe(args, out)),
    }
}

fn read_stdin() -> Result<Vec<u8>> {
    stdin::read_to_end(io::stdin().lock(), stdin::LIMIT)
}

fn open(name: HookName) -> Result<Option<Workspace>> {
    let ws = Workspace::open(Access::Hook)?;
    if name == HookName::PreCommit {
        ws.repo().expect_index();
    }
    ws.open_ahead();
    if !ws.repo().config()?.bool("plan.hooks.enabled", true)? {
        return Ok(None);
    }
    if ws.database_path().exists() {
        heartbeat::beat(&ws.repo().plan_dir(), name);
        return Ok(Some(ws));
    }
    // Without plans there is nothing to do but for the gate, which asks whether there were any.
    let is_idle = name != HookName::PrePush && Plans::here() != Plans::Present;
    Ok(Some(ws).filter(|_| !is_idle))
}

fn observe(args: &Args, out: &mut Output) -> ExitStatus {
    let (name, cause) = (args.name, args.cause().to_owned());
    let is_amend = cause == "amend";
    let job = move || -> Result<Option<Announcement>> {
        let Some(ws) = open(name)? else {
            return Ok(None);
        };
        let config = ws.repo().config()?;
        let said = match name {
            HookName::PostRewrite => post_rewrite(&ws, &cause, &read_stdin()?).map(|()| None),
            _ if post_commit::is_off(config)? => Ok(None),
            HookName::PostMerge => post_merge(&ws),
            HookName::PostApplypatch => post_applypatch(&ws),
            HookName::PreCommit | HookName::PostCommit | HookName::PrePush => post_commit(&ws),
        }?;
        Ok(said.filter(|_| !config.bool("plan.quiet", false).unwrap_or(false)))
    };
    match bounded(Limits::USUAL, || (), job) {
        Ok(None) => {}
        Ok(Some(line)) => out.note(line),
        // post-commit, which an amend runs before, has said it.
        Err(error) if name == HookName::PostRewrite && is_amend && is_database_trouble(&error) => {}
        Err(error) => out.note(Announcement::Postponed(one_line(&error))),
    }
    ExitStatus::Done
}

/// A commit is never stopped by our own trouble, only by the policy.
fn commit(out: &mut Output) -> ExitStatus {
    let job = || {
        open(HookName::PreCommit)?
            .map(|ws| pre_commit(&ws))
            .transpose()
    };
    match bounded(Limits::USUAL, || (), job) {
        Ok(None) => ExitStatus::Done,
        Ok(Some((_, worse))) if worse.is_empty() => ExitStatus::Done,
        Ok(Some((policy, worse))) => {
            say(out, |to| gate_text::staged(to, &worse, Style::Plain));
            if policy == Policy::Block {
                out.hint("'git -c plan.preCommit=warn commit' lets this one commit through");
                return ExitStatus::No;
            }
            ExitStatus::Done
        }
        // post-commit is about to say it.
        Err(error) if is_database_trouble(&error) => ExitStatus::Done,
        Err(error) => {
            out.note(format_args!(
                "git-plan: staged changes not judged: {}",
                one_line(&error)
            ));
            ExitStatus::Done
        }
    }
}

fn push(stdin: &[u8], has_plans: bool, out: &mut Output) -> ExitStatus {
    if !has_plans {
        return ExitStatus::Done;
    }
    let Some(ws) = open(HookName::PrePush).transpose() else {
        return ExitStatus::Done;
    };
    let is_watched = io::stderr().is_terminal();
    let still_waiting = |limit: Duration| {
        // On a terminal something is moving already.
        if !is_watched {
            let seconds = limit.as_secs();
            out.note(format_args!(
                "git-plan: still judging this push, for at most {seconds} seconds"
            ));
        }
    };
    match meanwhile("Judging this push", || pre_push(ws, stdin, still_waiting)) {
        Decision::Open(report) => {
            say(out, |to| gate_text::not_checked(to, &report.not_checked));
            ExitStatus::Done
        }
        Decision::Held(policy, report) => {
            say(out, |to| gate_text::held(to, &report, Style::Plain));
            if policy == Policy::Block {
                ExitStatus::No
            } else {
                ExitStatus::Done
            }
        }
        Decision::OpenUnjudged(error) => {
            out.note(format_args!(
                "git-plan: push not judged: {}",
                one_line(&error)
            ));
            ExitStatus::Done
        }
        Decision::Closed(error) => {
            out.note(format_args!(
                "git-plan: could not verify this push: {}",
                one_line(&error)
            ));
            let failure = failure_of(&error).and_then(Failure::hint_text);
            out.hint(failure.unwrap_or(
                "'git plan verify --at HEAD' shows what is wrong; plan.prePush=off switches the \
                 gate off",
            ));
            ExitStatus::No
        }
    }
}

/// Writes a report to standard error in one piece.
fn say(out: &mut Output, write: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) {
    let mut text = Vec::new();
    if write(&mut text).is_ok() && !text.is_empty() {
        out.note(String::from_utf8_lossy(&text).trim_end());
    }
}

fn one_line(error: &anyhow::Error) -> String {
    let text = format!("{error:#}").replace('\n', " ");
    Printable::new(&text).to_string()
}
