//! `uninstall`: our blocks out of every hook file, to the byte, and our aliases with them.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::block::{self, BlockText, Found};
use super::existing::{self, Contents, Obstacle};
use super::ground::Ground;
use super::hook_file::{self, Change, Mode, NewFile};
use super::install::Conflicts;
use super::receipt::{ConfigEntry, Receipt};
use super::refusal::{self, Reason, Refusal};
use super::{aliases, config_hooks};
use crate::git::{Draft, Repo};
use crate::model::install::{
    AliasAction, AliasOutcome, Effect, HookAction, HookName, HookOutcome, InstallScope,
    UninstallReport,
};
use crate::store::Memo;

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

/// Removes every hook and alias of ours; plans and checkpoints stay.
///
/// Looks in the hooks directory of now, in the repository's own, and where the receipt says that
/// hooks were written, so a `core.hooksPath` set in between hides nothing.
///
/// # Errors
/// A [`crate::error::Failure`] with ways out when a block was edited or its markers do not pair;
/// nothing is changed then.
pub fn uninstall(ground: &Ground<'_>, request: &UninstallRequest) -> Result<UninstallReport> {
    let effect = request.effect;
    let report = |prepared: Prepared<'_>| UninstallReport {
        effect,
        hooks: prepared.outcomes,
        aliases: prepared.aliases,
    };
    if effect == Effect::DryRun {
        let receipt = Receipt::read(&ground.notes);
        return Prepared::new(ground, &receipt, request.conflicts).map(report);
    }
    ground.holding(|| {
        let mut receipt = Receipt::read(&ground.notes);
        let prepared = Prepared::new(ground, &receipt, request.conflicts)?;
        hook_file::apply(&prepared.changes)?;
        let text = as_before(&prepared.draft, receipt.config(ground.config.location()))?;
        let saved = prepared.draft.save_as(text.as_deref());
        saved.map_err(|error| hook_file::undo(&prepared.changes, error))?;
        for change in &prepared.changes {
            receipt.forget(&change.path);
        }
        receipt.forget(ground.config.location());
        receipt.made = hook_file::remove_empty(&receipt.made);
        if ground.scope == InstallScope::Local {
            receipt = Receipt::default();
        }
        receipt.write(&ground.notes, ground.sharing()?)?;
        ground.repo.map(remove_caches);
        Ok(report(prepared))
    })
}

/// Without plans nothing stays: what hooks and commands kept for the next can be found out again.
fn remove_caches(repo: &Repo) {
    let directory = repo.plan_dir();
    if !directory.join("planning.db").exists() {
        Memo::remove(&directory);
        repo.forget_config();
    }
}

/// What is to be removed.
struct Prepared<'a> {
    outcomes: Vec<HookOutcome>,
    aliases: Vec<AliasOutcome>,
    changes: Vec<Change>,
    draft: Draft<'a>,
}

impl<'a> Prepared<'a> {
    /// Decides about everything without touching anything.
    fn new(ground: &'a Ground<'_>, receipt: &Receipt, conflicts: Conflicts) -> Result<Self> {
        let mut prepared = Self {
            outcomes: Vec::new(),
            aliases: Vec::new(),
            changes: Vec::new(),
            draft: ground.config.draft()?,
        };
        let mut refusals = prepared.files(ground, receipt, conflicts)?;
        for hook in HookName::ALL {
            let path = ground.config.location().to_owned();
            match config_hooks::remove(&mut prepared.draft, hook, conflicts)? {
                None => {}
                Some(config_hooks::Decision::Refuse(reason)) => {
                    refusals.push(Refusal { hook, path, reason });
                }
                Some(config_hooks::Decision::Accept(action)) => {
                    prepared.outcomes.push(HookOutcome { hook, path, action });
                }
            }
        }
        if !refusals.is_empty() {
            return Err(refusal::failure(&refusals, &[]).into());
        }
        prepared.aliases = aliases::remove(&mut prepared.draft)?;
        let is_removed = |alias: &AliasOutcome| alias.action == AliasAction::Removed;
        let entry = receipt.config(ground.config.location());
        let is_section_ours = entry.is_none_or(|entry| entry.alias_section_created);
        if is_section_ours && prepared.aliases.iter().any(is_removed) {
            aliases::remove_empty_section(&mut prepared.draft)?;
        }
        Ok(prepared)
    }

    fn files(
        &mut self,
        ground: &Ground<'_>,
        receipt: &Receipt,
        conflicts: Conflicts,
    ) -> Result<Vec<Refusal>> {
        let mut refusals = Vec::new();
        for dir in directories(ground, receipt)? {
            for hook in HookName::ALL {
                for path in candidates(&dir, hook) {
                    match decide(&path, hook, receipt, conflicts)? {
                        Decision::Leave => {}
                        Decision::Refuse(reason) => refusals.push(Refusal { hook, path, reason }),
                        Decision::Remove(change) => {
                            let action = match change.after {
                                Some(_) => HookAction::Removed,
                                None => HookAction::Deleted,
                            };
                            self.changes.push(change);
                            self.outcomes.push(HookOutcome { hook, path, action });
                        }
                    }
                }
            }
        }
        Ok(refusals)
    }
}

/// Returns the draft, in the very bytes of before the installation where that is all that differs:
/// Git ends a file with a line break, and makes one where there was none.
fn as_before(draft: &Draft<'_>, entry: Option<&ConfigEntry>) -> Result<Option<Vec<u8>>> {
    let mut text = draft.text()?;
    if draft.before().is_none() {
        return Ok(None);
    }
    if let Some(entry) = entry {
        if text.is_empty() && entry.before.is_none() {
            return Ok(None);
        }
        let unterminated = text.strip_suffix(b"\n").unwrap_or(&text);
        if entry.was(unterminated) {
            text = unterminated.to_vec();
        }
    }
    Ok(Some(text))
}

enum Decision {
    Leave,
    Refuse(Reason),
    Remove(Change),
}

fn decide(
    path: &Path,
    hook: HookName,
    receipt: &Receipt,
    conflicts: Conflicts,
) -> Result<Decision> {
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
    let is_ours = rest == existing::SHEBANG && !receipt.was_hook(path, &rest);
    let after = (!is_ours).then(|| NewFile {
        bytes: rest,
        mode: Mode::Kept(script.permissions.clone()),
    });
    Ok(Decision::Remove(Change {
        path: path.to_owned(),
        before: Some(script),
        after,
    }))
}

fn directories(ground: &Ground<'_>, receipt: &Receipt) -> Result<Vec<PathBuf>> {
    let mut directories = Vec::new();
    if let Ok(site) = ground.site() {
        directories.push(site.dir);
    }
    if ground.scope != InstallScope::Worktree {
        directories.extend(receipt.directories());
        directories.extend(
            ground
                .repo
                .map(|repo| repo.layout().common_dir.join("hooks")),
        );
    }
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
