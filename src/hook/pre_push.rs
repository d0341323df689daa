//! pre-push: the gate, with its policy for when it cannot judge.

use std::time::Duration;

use anyhow::{Error, Result, bail};

use crate::git::Plans;
use crate::model::count::counted;
use crate::model::event::PushedRef;
use crate::model::judged::GateReport;
use crate::ops::Workspace;
use crate::ops::guard_push::{guard_push, let_through};
use crate::store::{Access, OpenError};

use super::bounded::{Limits, bounded};
use super::pre_commit::Policy;
use super::protocol;

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
/// Without one, only the repository's own files say whether plans are concerned. A judgement that
/// takes long calls `still_waiting`; past its limit the push is refused as not verifiable.
pub fn pre_push(
    ws: Result<Workspace>,
    stdin: &[u8],
    still_waiting: impl FnOnce(Duration),
) -> Decision {
    let ws = match ws {
        Ok(ws) => ws,
        Err(error) if Plans::here() == Plans::Present => return Decision::Closed(error),
        Err(error) => return Decision::OpenUnjudged(error),
    };
    let configured = configured(&ws);
    if let Ok((Policy::Off, _)) = configured {
        return Decision::Open(GateReport::default());
    }
    let mut pushed = protocol::pushed_refs(stdin);
    if stdin.is_empty() {
        let variable = |name: &str| Some(std::env::var_os(name)?.into_encoded_bytes());
        let resolve = |name: &str| ws.repo().resolve(name).ok();
        pushed = protocol::pushed_ref_from_variables(variable, resolve);
    }
    if pushed.values.is_empty() && pushed.malformed == 0 {
        return Decision::Open(GateReport::default());
    }
    match (readable(ws).and_then(in_force), configured) {
        (Ok(Some(ws)), Ok((policy, limits))) => {
            let job = move || decide(ws, policy, &pushed);
            bounded(limits, || still_waiting(limits.hard), job).unwrap_or_else(Decision::Closed)
        }
        (Ok(None), Ok(_)) => Decision::Open(GateReport::default()),
        (Ok(None), Err(error)) => Decision::OpenUnjudged(error),
        (Ok(Some(_)), Err(error)) | (Err(error), _) => Decision::Closed(error),
    }
}

fn configured(ws: &Workspace) -> Result<(Policy, Limits)> {
    let config = ws.repo().config()?;
    let policy = Policy::configured(config, "plan.prePush", Policy::Block)?;
    let seconds = config
        .int("plan.verify.timeout")?
        .and_then(|seconds| u64::try_from(seconds).ok());
    let limits = Limits {
        hard: seconds.map_or(Limits::USUAL.hard, Duration::from_secs),
        ..Limits::USUAL
    };
    Ok((policy, limits))
}

fn decide(
    mut ws: Workspace,
    policy: Policy,
    pushed: &protocol::Parsed<PushedRef>,
) -> Result<Decision> {
    // Evidence may have waited for a commit that no hook saw. An older database is read as it is:
    // to write it is to migrate it, and that is for commands.
    if ws.access() == Access::Hook {
        ws.catch_up();
    }
    let report = judge(&ws, pushed)?;
    if report.held.is_empty() {
        return Ok(Decision::Open(report));
    }
    if policy == Policy::Warn {
        // Only said once more when it cannot be kept.
        drop(let_through(&ws, &report));
    }
    Ok(Decision::Held(policy, report))
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
            let reader = Workspace::open_as_is(Access::Read)?;
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
        bail!(
            "not understood: {} from Git",
            counted(pushed.malformed, "line")
        );
    }
    guard_push(ws, &pushed.values)
}
