//! Hooks of ours in the configuration: does Git run them, and nothing else with them?

use anyhow::Result;

use super::super::config_hooks;
use super::Site;
use crate::git::ConfigFile;
use crate::model::finding::{Check, Finding};
use crate::model::install::HookName;

/// What the configuration of a work tree has.
pub(super) struct Configured {
    pub(super) findings: Vec<Finding>,
    /// Hooks of ours that Git runs.
    pub(super) running: Vec<HookName>,
    /// Those of them beside which the configuration has no others.
    pub(super) alone: Vec<HookName>,
}

/// Looks at every hook of ours.
pub(super) fn look(site: &Site<'_>) -> Result<Configured> {
    let config = site.repo.config()?;
    let mut found = Configured {
        findings: Vec::new(),
        running: Vec::new(),
        alone: Vec::new(),
    };
    let there: Vec<_> = HookName::ALL
        .into_iter()
        .filter(|hook| config_hooks::configured(config, *hook).is_some())
        .collect();
    if there.is_empty() {
        return Ok(found);
    }
    if !ConfigFile::of_repository(site.repo).git_runs_configured_hooks()? {
        found.findings.push(Check::Hooks.error(
            format!(
                "the configuration has {}, and this Git looks for hooks in files only",
                named(&there)
            ),
            "'git plan uninstall', then 'git plan install', which writes files",
        ));
        return Ok(found);
    }
    let mut off = Vec::new();
    for hook in there {
        let run = site.repo.configured_hooks(hook.as_str())?;
        match run.iter().any(|name| *name == config_hooks::name(hook)) {
            true => found.running.push(hook),
            false => off.push(hook),
        }
        if run == [config_hooks::name(hook)] {
            found.alone.push(hook);
        }
    }
    if !off.is_empty() {
        found.findings.push(Check::Hooks.error(
            format!("switched off in the configuration: {}", named(&off)),
            "'git config --show-origin --get-regexp ^hook' tells where 'enabled' is false",
        ));
    }
    if !found.running.is_empty() {
        let running = named(&found.running);
        let ours = Check::Hooks.ok(format!("the configuration has {running}"));
        found.findings.insert(0, ours);
    }
    Ok(found)
}

fn named(hooks: &[HookName]) -> String {
    let names: Vec<_> = hooks.iter().map(|hook| hook.as_str()).collect();
    names.join(", ")
}
