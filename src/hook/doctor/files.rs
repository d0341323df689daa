//! The hook files of one directory: is our block in each, current, first, and the only one?

use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use anyhow::Result;

use super::super::block::{self, Block, BlockText};
use super::super::existing::{self, Existing, Obstacle, Script};
use super::super::lfs::{self, Lfs};
use super::super::managers;
use super::super::refusal::Reason;
use super::super::{shim, site};
use super::{Site, configured};
use crate::error::failure_of;
use crate::model::finding::{Check, Finding};
use crate::model::install::{HookManager, HookName};
use crate::model::printable::Printable;
use crate::ops::heartbeat::last_beat;

const MOVE_OUT: &str = "move your lines out of the block, so that it is again as git-plan wrote it";

const INSTALL: &str = "'git plan install' puts it there";

/// What a hooks directory looks like.
pub(super) struct Looked {
    pub(super) findings: Vec<Finding>,
    /// Hooks that can be fired without anything of the user's running.
    pub(super) harmless: Vec<HookName>,
    /// Hooks with our block in them that cannot.
    pub(super) unfired: Vec<HookName>,
}

/// How one hook stands.
enum State {
    /// Our block runs; and nothing of the user's does when it answers a probe.
    Alone,
    /// Our block runs, and the user's own hook after it.
    Shared,
    /// It reaches us some other way.
    Elsewhere(String),
    /// A manager is told to call us, and was not seen to yet.
    Told { manager: HookManager, by: PathBuf },
    /// There is no such file.
    Absent,
    /// What is there does not reach us.
    Silent(Reason),
    /// The same, of a hook that the user wrote.
    Foreign,
}

/// Looks at every hook of ours in the directory.
pub(super) fn look(site: &Site<'_>) -> Result<Looked> {
    let mut looked = Looked {
        findings: Vec::new(),
        harmless: Vec::new(),
        unfired: Vec::new(),
    };
    let mut absent = Vec::new();
    let in_config = configured::look(site)?;
    for hook in HookName::ALL {
        let path = site.dir.join(hook.as_str());
        let (state, oddities) = examine(site, hook, &path)?;
        looked.findings.extend(oddities);
        if in_config.running.contains(&hook) {
            let is_alone = in_config.alone.contains(&hook) && matches!(state, State::Absent);
            match is_alone {
                true => looked.harmless.push(hook),
                false => looked.unfired.push(hook),
            }
            looked.findings.extend(twice(&path, &state));
            continue;
        }
        match state {
            State::Alone => looked.harmless.push(hook),
            State::Shared => looked.unfired.push(hook),
            State::Absent => absent.push(hook),
            other => looked.findings.extend(verdict(&path, hook, other)),
        }
    }
    looked.findings.extend(absences(site, &absent));
    let is_in_file = |hook: &HookName| {
        let is_ours = looked.harmless.contains(hook) || looked.unfired.contains(hook);
        is_ours && !in_config.running.contains(hook)
    };
    let in_files: Vec<_> = HookName::ALL.into_iter().filter(is_in_file).collect();
    let starving = starving(site, in_files.contains(&HookName::PrePush))?;
    looked.findings.extend(starving);
    let summary = summary(site, &in_files).into_iter();
    let first = summary.chain(in_config.findings);
    looked.findings.splice(0..0, first);
    Ok(looked)
}

/// Says how a file stands that is neither ours nor absent.
fn verdict(path: &Path, hook: HookName, state: State) -> Option<Finding> {
    let path = Printable::path(path);
    Some(match state {
        State::Alone | State::Shared | State::Absent => return None,
        State::Elsewhere(how) => Check::Hooks.ok(format!("{path}: {how}")),
        State::Told { manager, by } => Check::Hooks.warning(
            format!(
                "{path}: {manager} is told by {} to call git-plan, and was not seen to yet",
                Printable::path(&by)
            ),
            "'git plan status' tells when it was, after the next one",
        ),
        State::Silent(reason) => {
            let what = format!("{path}: {}", reason.explain());
            missing(hook, what, reason.way_out(&[hook]))
        }
        State::Foreign => {
            let what = format!("{path}: your own hook, without our block");
            missing(hook, what, INSTALL.to_owned())
        }
    })
}

/// Says that a hook which the configuration has runs from its file as well.
fn twice(path: &Path, state: &State) -> Option<Finding> {
    matches!(state, State::Alone | State::Shared | State::Elsewhere(_)).then(|| {
        Check::Hooks.warning(
            format!(
                "{}: our hook is here and in the configuration, so it runs twice",
                Printable::path(path)
            ),
            "'git plan uninstall' takes both out; then install one of them",
        )
    })
}

/// Reports whether the file of a hook leads to us.
pub(super) fn reaches_us(site: &Site<'_>, hook: HookName) -> Result<bool> {
    let (state, _) = examine(site, hook, &site.dir.join(hook.as_str()))?;
    Ok(match state {
        State::Alone | State::Shared | State::Elsewhere(_) | State::Told { .. } => true,
        State::Absent | State::Silent(_) | State::Foreign => false,
    })
}

/// Without pre-push the gate is open; without another, work is noticed later.
fn missing(hook: HookName, what: String, advice: String) -> Finding {
    match hook {
        HookName::PrePush => Check::Hooks.error(what, advice),
        _ => Check::Hooks.warning(what, advice),
    }
}

fn summary(site: &Site<'_>, in_files: &[HookName]) -> Option<Finding> {
    let ours: Vec<_> = in_files.iter().map(|hook| hook.as_str()).collect();
    (!ours.is_empty()).then(|| {
        let dir = Printable::path(&site.dir);
        Check::Hooks.ok(format!(
            "{dir}{}: our block is in {}",
            used_by(site),
            ours.join(", ")
        ))
    })
}

/// Tells for which work trees a directory counts, when there is more than one.
fn used_by(site: &Site<'_>) -> String {
    match site.tops.len() {
        1 => String::new(),
        count => format!(" (for {count} work trees)"),
    }
}

fn absences(site: &Site<'_>, absent: &[HookName]) -> Vec<Finding> {
    let dir = Printable::path(&site.dir);
    if absent.len() == HookName::ALL.len() {
        let tops: Vec<_> = site.tops.iter().map(|top| top.as_path()).collect();
        let tops: Vec<_> = tops
            .iter()
            .map(|top| Printable::path(top).to_string())
            .collect();
        let (what, advice) = match site::find(site.repo) {
            Ok(_) if site.dir.is_dir() => (
                String::new(),
                "'git plan install' puts them there".to_owned(),
            ),
            Ok(_) => (
                ", which is not there".to_owned(),
                "'git plan install', in that work tree, makes it".to_owned(),
            ),
            Err(error) => {
                let hint = failure_of(&error).and_then(|failure| failure.hint_text());
                let advice = hint
                    .unwrap_or("'git plan install' tells why it cannot")
                    .to_owned();
                (format!(" ({error})"), advice)
            }
        };
        let what = format!(
            "no hook of ours in {dir}{what}, where {} looks",
            tops.join(", ")
        );
        return vec![Check::Hooks.error(what, advice)];
    }
    absent
        .iter()
        .map(|hook| missing(*hook, format!("{dir}: no {hook}"), INSTALL.to_owned()))
        .collect()
}

fn examine(site: &Site<'_>, hook: HookName, path: &Path) -> Result<(State, Vec<Finding>)> {
    let mut oddities = Vec::new();
    let chained = chained(path, hook)?;
    let state = match existing::examine(path, hook)? {
        Existing::Absent => State::Absent,
        Existing::WithBlock(script, block) => {
            oddities.extend(odd(path, &script, &block));
            if let Some(through) = chained {
                let what = format!(
                    "{} and {} both hold our block, which runs twice",
                    Printable::path(path),
                    Printable::path(&through)
                );
                oddities.push(Check::Hooks.warning(
                    what,
                    "'git plan uninstall', then 'git plan install', leaves one",
                ));
            }
            whole(hook, &script, &block)
        }
        _ if chained.is_some() => {
            let through = chained.unwrap_or_default();
            State::Elsewhere(format!("runs our block in {}", Printable::path(&through)))
        }
        Existing::Plain(script) | Existing::Managed(script, HookManager::GitLfs) => {
            match calls_us(&script, hook) {
                true => State::Elsewhere("calls git-plan".to_owned()),
                false => State::Foreign,
            }
        }
        Existing::Managed(_, manager) => {
            match (
                heard(site, hook, path, Reason::Managed(manager)),
                managers::calling(site.repo, manager, hook),
            ) {
                (State::Silent(_), Some(by)) => State::Told { manager, by },
                (state, _) => state,
            }
        }
        Existing::Obstacle(
            obstacle @ (Obstacle::NotExecutable
            | Obstacle::NoInterpreter(_)
            | Obstacle::CarriageReturns
            | Obstacle::Torn),
        ) => State::Silent(Reason::Obstacle(obstacle)),
        Existing::Obstacle(obstacle) => heard(site, hook, path, Reason::Obstacle(obstacle)),
    };
    Ok((state, oddities))
}

/// Finds the file that a manager made of a hook with our block, and that it still runs.
fn chained(path: &Path, hook: HookName) -> Result<Option<PathBuf>> {
    for suffix in existing::RUN_ON {
        let beside = existing::beside(path, suffix);
        if let Existing::WithBlock(..) = existing::examine(&beside, hook)? {
            return Ok(Some(beside));
        }
    }
    Ok(None)
}

fn calls_us(script: &Script, hook: HookName) -> bool {
    let text = String::from_utf8_lossy(&script.bytes);
    ["git-plan hook ", "git plan hook "]
        .iter()
        .any(|call| text.contains(&format!("{call}{hook}")))
}

/// A file that we cannot read is believed when the hook was seen since it was last written.
fn heard(site: &Site<'_>, hook: HookName, path: &Path, reason: Reason) -> State {
    let written = std::fs::symlink_metadata(path).and_then(|file| file.modified());
    let since = written
        .ok()
        .and_then(|at| at.duration_since(UNIX_EPOCH).ok());
    let written = since.unwrap_or(Duration::MAX).as_secs();
    match last_beat(&site.repo.plan_dir(), hook) {
        Some(at) if u64::try_from(at.0).is_ok_and(|at| at >= written) => State::Elsewhere(format!(
            "{}; was seen to reach git-plan, {at}",
            reason.explain()
        )),
        _ => State::Silent(reason),
    }
}

fn whole(hook: HookName, script: &Script, block: &Block) -> State {
    let rest = block::remove(&script.bytes, block);
    let only_shebang =
        rest.starts_with(b"#!") && rest.trim_ascii_end().split(|b| *b == b'\n').count() == 1;
    // These two end with the block when it answers with 1.
    let ends_there = matches!(hook, HookName::PreCommit | HookName::PrePush);
    let is_ours = block.text == BlockText::Original && is_first(script, block);
    if is_ours && (only_shebang || rest.is_empty() || ends_there) {
        State::Alone
    } else {
        State::Shared
    }
}

fn is_first(script: &Script, block: &Block) -> bool {
    let before = &script.bytes[..block.range.start];
    before.is_empty()
        || (before.starts_with(b"#!") && before.iter().filter(|b| **b == b'\n').count() == 1)
}

fn odd(path: &Path, script: &Script, block: &Block) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut odd = |what: &str, advice: &str| {
        let what = format!("{}: {what}", Printable::path(path));
        findings.push(Check::Hooks.warning(what, advice));
    };
    if block.text == BlockText::Edited {
        odd(&Reason::Edited.explain(), MOVE_OUT);
    }
    if block.version < shim::VERSION {
        odd(
            "the block is of an older git-plan",
            "'git plan install' renews it",
        );
    }
    if block.version > shim::VERSION {
        odd("the block is of a newer git-plan", "upgrade git-plan");
    }
    if !is_first(script, block) {
        odd(
            "our block is not the first thing in it, so what stands before may end the hook",
            "move the block right below the first line",
        );
    }
    let dir = shim::program_dir_in(&script.bytes[block.range.clone()]);
    if let Some(dir) = dir.filter(|dir| cfg!(unix) && !dir.join("git-plan").is_file()) {
        let what = format!(
            "looks for git-plan in {}, where it is not",
            Printable::path(&dir)
        );
        odd(&what, "'git plan install' writes down where it is now");
    }
    findings
}

fn starving(site: &Site<'_>, is_ours: bool) -> Result<Option<Finding>> {
    Ok(match lfs::examine(site.repo, &site.dir)? {
        Lfs::Starved if is_ours => Some(Check::Lfs.error(
            "Git LFS is used here, and beside our pre-push it did not add its own: its files are not pushed",
            "run 'git plan uninstall', 'git lfs update' and 'git plan install', in this order",
        )),
        Lfs::Starving | Lfs::Starved => Some(Check::Lfs.warning(
            "Git LFS is used here, and no pre-push calls it: its files are not pushed",
            "run 'git lfs update'",
        )),
        Lfs::Fed | Lfs::Configured => None,
    })
}
