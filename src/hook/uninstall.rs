//! `uninstall`: our blocks out of every hook file, to the byte, and our aliases with them.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::block::{self, BlockText, Found};
use super::existing::{self, Contents, Obstacle};
use super::hook_file::{self, Change, Mode, NewFile};
use super::install::Conflicts;
use super::receipt::Receipt;
use super::refusal::{self, Reason, Refusal};
use super::{aliases, install_lock, site};
use crate::git::Repo;
use crate::model::install::{Effect, HookAction, HookName, HookOutcome, UninstallReport};
use crate::ops::workspace::plan_modes;

/// What to uninstall.
#[derive(Debug, Clone, Copy)]
pub struct UninstallRequest {
    /// What to do about blocks that were edited by hand.
    pub conflicts: Conflicts,
    /// Whether to write.
    pub effect: Effect,
}

impl Default for UninstallRequest {
    fn default() -> Self {
        Self {
            conflicts: Conflicts::Refuse,
            effect: Effect::Write,
        }
    }
}

/// Removes every block and alias of ours; plans and checkpoints stay.
///
/// Looks in the hooks directory of now, in the repository's own, and where the receipt says that
/// hooks were written, so a `core.hooksPath` set in between hides nothing.
///
/// # Errors
/// A [`crate::error::Failure`] with ways out when a block was edited or its markers do not pair;
/// nothing is changed then.
pub fn uninstall(repo: &Repo, request: &UninstallRequest) -> Result<UninstallReport> {
    let plan_dir = repo.plan_dir();
    let effect = request.effect;
    if effect == Effect::DryRun {
        let receipt = Receipt::read(&plan_dir);
        let (hooks, _) = prepare(repo, &receipt, request.conflicts)?;
        let aliases = aliases::remove(repo, effect, &receipt)?;
        return Ok(UninstallReport {
            effect,
            hooks,
            aliases,
        });
    }
    install_lock::holding(&plan_dir, plan_modes(repo)?, || {
        let receipt = Receipt::read(&plan_dir);
        let (hooks, changes) = prepare(repo, &receipt, request.conflicts)?;
        hook_file::apply(&changes)?;
        let aliases = aliases::remove(repo, effect, &receipt)?;
        Receipt::remove(&plan_dir)?;
        Ok(UninstallReport {
            effect,
            hooks,
            aliases,
        })
    })
}

/// Decides about every hook file without touching any.
fn prepare(
    repo: &Repo,
    receipt: &Receipt,
    conflicts: Conflicts,
) -> Result<(Vec<HookOutcome>, Vec<Change>)> {
    let (mut outcomes, mut changes, mut refusals) = (Vec::new(), Vec::new(), Vec::new());
    for dir in directories(repo, receipt)? {
        for hook in HookName::ALL {
            for path in candidates(&dir, hook) {
                match decide(&path, hook, conflicts)? {
                    Decision::Leave => {}
                    Decision::Refuse(reason) => refusals.push(Refusal { hook, path, reason }),
                    Decision::Remove(change) => {
                        let action = match change.after {
                            Some(_) => HookAction::Removed,
                            None => HookAction::Deleted,
                        };
                        changes.push(change);
                        outcomes.push(HookOutcome { hook, path, action });
                    }
                }
            }
        }
    }
    if refusals.is_empty() {
        return Ok((outcomes, changes));
    }
    Err(refusal::failure(&refusals, &[]).into())
}

enum Decision {
    Leave,
    Refuse(Reason),
    Remove(Change),
}

fn decide(path: &Path, hook: HookName, conflicts: Conflicts) -> Result<Decision> {
    let Contents::Script(script) = existing::read(path)? else {
        return Ok(Decision::Leave);
    };
    let found = match block::find(&script.bytes, hook) {
        Found::Nothing => return Ok(Decision::Leave),
        Found::Torn => return Ok(Decision::Refuse(Reason::Obstacle(Obstacle::Torn))),
        Found::Block(found) => found,
    };
    if found.text == BlockText::Edited && conflicts == Conflicts::Refuse {
        return Ok(Decision::Refuse(Reason::Edited));
    }
    let rest = block::remove(&script.bytes, &found);
    let after = (rest != existing::SHEBANG).then(|| NewFile {
        bytes: rest,
        mode: Mode::Kept(script.permissions.clone()),
    });
    Ok(Decision::Remove(Change {
        path: path.to_owned(),
        before: Some(script),
        after,
    }))
}

fn directories(repo: &Repo, receipt: &Receipt) -> Result<Vec<PathBuf>> {
    let mut directories = vec![repo.layout().common_dir.join("hooks")];
    if site::is_ours(repo) {
        directories.push(repo.hooks_dir()?);
    }
    directories.extend(receipt.directories());
    directories.sort();
    directories.dedup();
    Ok(directories)
}

/// Returns the hook's file and those that managers make of it when they take its place.
fn candidates(dir: &Path, hook: HookName) -> Vec<PathBuf> {
    let path = dir.join(hook.as_str());
    let aside = existing::SET_ASIDE.map(|suffix| existing::beside(&path, suffix));
    std::iter::once(path).chain(aside).collect()
}
