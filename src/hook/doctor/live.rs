//! Hooks fired for real: Git runs the file, the block looks for the program, and it answers.

use std::fs::{self, File};

use anyhow::{Context as _, Result};

use super::super::probe::{self, Seen};
use super::Site;
use crate::git::{HookRun, Operation};
use crate::model::finding::{Check, Finding};
use crate::model::install::HookName;
use crate::model::printable::Printable;

/// The PATH that graphical clients start Git with.
const BARE_PATH: &str = "/usr/bin:/bin";

/// Fires hooks, each with a bare PATH first, and tells what became of it.
pub(super) fn fire(
    site: &Site<'_>,
    hooks: &[HookName],
    unfired: &[HookName],
) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    if site.repo.operation() == Some(Operation::Rebase) {
        let what = "a rebase is under way, when hooks do nothing; none was fired";
        return Ok(vec![Check::Probe.ok(what)]);
    }
    let mut reached = Vec::new();
    for hook in hooks {
        match odd(site, *hook)? {
            Some(finding) => findings.push(finding),
            None => reached.push(hook.as_str()),
        }
    }
    if !reached.is_empty() {
        let with = if cfg!(unix) { " with a bare PATH" } else { "" };
        let reached = reached.join(", ");
        findings.push(Check::Probe.ok(format!("fired{with}, and git-plan answered: {reached}")));
    }
    if !unfired.is_empty() {
        let names: Vec<_> = unfired.iter().map(|hook| hook.as_str()).collect();
        findings.push(Check::Probe.ok(format!(
            "not fired, since more than our block would run: {}; 'git plan status' tells when \
             each was last seen",
            names.join(", ")
        )));
    }
    Ok(findings)
}

/// Fires one hook and returns what is wrong with it.
fn odd(site: &Site<'_>, hook: HookName) -> Result<Option<Finding>> {
    let bare = cfg!(unix).then_some(BARE_PATH);
    let (seen, said) = once(site, hook, bare)?;
    let ours = env!("CARGO_PKG_VERSION");
    Ok(match seen {
        Some(seen) if seen.version == ours => None,
        Some(Seen { version, program }) => Some(Check::Probe.warning(
            format!(
                "{hook} reaches {} ({}), and this is {ours}",
                Printable::new(&program),
                Printable::new(&version)
            ),
            "keep one of them, then 'git plan install'",
        )),
        None if bare.is_some() && once(site, hook, None)?.0.is_some() => {
            Some(Check::Probe.warning(
                format!(
                    "{hook} reaches git-plan from this shell, but not with PATH={BARE_PATH}, \
                     which graphical clients may start Git with"
                ),
                "'git plan install' writes down where git-plan is now",
            ))
        }
        None => {
            let said = match said.is_empty() {
                true => String::new(),
                false => format!(": {said}"),
            };
            Some(Check::Probe.error(
                format!("{hook} was fired, and git-plan did not answer{said}"),
                "'git plan install' writes down where git-plan is now",
            ))
        }
    })
}

fn once(site: &Site<'_>, hook: HookName, path: Option<&str>) -> Result<(Option<Seen>, String)> {
    let folder = tempfile::tempdir().context("making a place to answer in")?;
    let (answer, input) = (folder.path().join("answer"), folder.path().join("input"));
    File::create(&answer).context("making a file to answer in")?;
    // Hooks that Git feeds do nothing when there is nothing to read.
    fs::write(&input, "probe\n").context("writing what the hook reads")?;
    let arguments: &[&str] = match hook {
        HookName::PrePush => &["origin", "origin"],
        HookName::PostRewrite => &["amend"],
        HookName::PostMerge => &["0"],
        HookName::PreCommit | HookName::PostCommit | HookName::PostApplypatch => &[],
    };
    let said = site.repo.run_hook(&HookRun {
        hook,
        arguments,
        input: &input,
        variable: (probe::VARIABLE, &answer),
        path: path.map(Into::into),
    })?;
    Ok((probe::read(&answer), said))
}
