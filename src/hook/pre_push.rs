//! pre-push: the gate, with its policy for when it cannot judge.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use anyhow::{Error, Result, anyhow, bail};

use crate::git::Plans;
use crate::model::event::PushedRef;
use crate::model::judged::GateReport;
use crate::ops::Workspace;
use crate::ops::guard_push::{guard_push, let_through};
use crate::store::{Access, OpenError};

use super::pre_commit::Policy;
use super::protocol;

/// Past this the push is refused as not verifiable (seconds; `plan.verify.timeout` changes it).
const HARD_LIMIT: u64 = 60;

/// What the gate decided.
#[derive(Debug)]
pub enum Decision {
    /// Nothing to judge, or everything met.
    Open(GateReport),
    /// Broken or not verifiable; the policy says whether that stops the push.
    Held(Policy, GateReport),
    /// The push could not be judged and nothing says that a completed task is concerned.
    OpenUnjudged(Error),
    /// The push could not be judged and a completed task may be concerned.
    Closed(Error),
}

/// Judges the ref updates on `stdin`, in a workspace opened for a hook.
///
/// Without one, only the repository's own files say whether plans are concerned.
pub fn pre_push(ws: Result<Workspace>, stdin: &[u8]) -> Decision {
    let ws = match ws {
        Ok(ws) => ws,
        Err(error) if Plans::here() == Plans::Present => return Decision::Closed(error),
        Err(error) => return Decision::OpenUnjudged(error),
    };
    let (policy, limit) = match configured(&ws) {
        Ok((Policy::Off, _)) => return Decision::Open(GateReport::default()),
        Ok(configured) => configured,
        Err(error) => return Decision::Closed(error),
    };
    let mut pushed = protocol::pushed_refs(stdin);
    if stdin.is_empty() {
        let variable = |name: &str| Some(std::env::var_os(name)?.into_encoded_bytes());
        pushed
            .values
            .extend(protocol::pushed_ref_from_variables(variable));
    }
    if pushed.values.is_empty() && pushed.malformed == 0 {
        return Decision::Open(GateReport::default());
    }
    match readable(ws).and_then(in_force) {
        Ok(Some(ws)) => within(limit, move || decide(ws, policy, &pushed)),
        Ok(None) => Decision::Open(GateReport::default()),
        Err(error) => Decision::Closed(error),
    }
}

fn configured(ws: &Workspace) -> Result<(Policy, Duration)> {
    let config = ws.repo().config()?;
    let policy = Policy::configured(config, "plan.prePush", Policy::Block)?;
    let seconds = config
        .int("plan.verify.timeout")?
        .and_then(|seconds| u64::try_from(seconds).ok());
    Ok((policy, Duration::from_secs(seconds.unwrap_or(HARD_LIMIT))))
}

/// Runs `job` for at most `limit`; a job that panics or takes longer closes the gate.
fn within(limit: Duration, job: impl FnOnce() -> Decision + Send + 'static) -> Decision {
    let too_long = || Decision::Closed(anyhow!("it took longer than {} seconds", limit.as_secs()));
    if limit.is_zero() {
        return too_long();
    }
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let decided = catch_unwind(AssertUnwindSafe(job));
        // Nobody listens any more once the limit has passed.
        drop(sender.send(decided.unwrap_or_else(|_| Decision::Closed(anyhow!("internal error")))));
    });
    receiver
        .recv_timeout(limit)
        .unwrap_or_else(|reason| match reason {
            RecvTimeoutError::Timeout => too_long(),
            RecvTimeoutError::Disconnected => Decision::Closed(anyhow!("internal error")),
        })
}

fn decide(mut ws: Workspace, policy: Policy, pushed: &protocol::Parsed<PushedRef>) -> Decision {
    // Evidence may have waited for a commit that no hook saw.
    ws.catch_up();
    match judge(&ws, pushed) {
        Ok(report) if report.held.is_empty() => Decision::Open(report),
        Ok(report) => {
            if policy == Policy::Warn {
                // Only said once more when it cannot be kept.
                drop(let_through(&ws, &report));
            }
            Decision::Held(policy, report)
        }
        Err(error) => Decision::Closed(error),
    }
}

/// Returns a workspace whose database can be read; `None` when the repository has no plans.
///
/// # Errors
/// When there is a database, or were plans, and it cannot be read.
fn readable(ws: Workspace) -> Result<Option<Workspace>> {
    match ws.planning() {
        Ok(_) => Ok(Some(ws)),
        Err(OpenError::Missing { .. }) if never_had_plans(&ws)? => Ok(None),
        Err(OpenError::SchemaOlder { .. }) => {
            let reader = Workspace::open(Access::Read)?;
            reader.planning()?;
            Ok(Some(reader))
        }
        Err(error) => Err(error.into()),
    }
}

/// Tells a repository without plans from one whose database went away.
fn never_had_plans(ws: &Workspace) -> Result<bool> {
    Ok(Plans::here() != Plans::Present && ws.repo().refs_under("refs/plan/")?.is_empty())
}

/// Keeps the workspace only if some task is in force.
fn in_force(ws: Option<Workspace>) -> Result<Option<Workspace>> {
    let Some(ws) = ws else {
        return Ok(None);
    };
    let none = ws.read(|store| store.tasks_in_force())?.is_empty();
    Ok(Some(ws).filter(|_| !none))
}

fn judge(ws: &Workspace, pushed: &protocol::Parsed<PushedRef>) -> Result<GateReport> {
    if pushed.malformed > 0 {
        bail!("{} lines from Git were not understood", pushed.malformed);
    }
    guard_push(ws, &pushed.values)
}
