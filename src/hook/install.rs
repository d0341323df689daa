//! `install`: our block into every hook asked for, all of them or none, and the aliases.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::block::{self, Block, BlockText};
use super::existing::{self, Existing, Script};
use super::hook_file::{self, Change, Mode, NewFile};
use super::lfs::{self, Lfs};
use super::receipt::Receipt;
use super::refusal::{self, Reason, Refusal};
use super::shim::{self, ProgramDir};
use super::{aliases, install_lock, site};
use crate::git::{self, Repo, Sharing};
use crate::model::install::{
    Effect, HookAction, HookManager, HookName, HookOutcome, InstallNote, InstallReport,
};
use crate::ops::workspace::plan_modes;

/// What to install.
#[derive(Debug, Clone)]
pub struct InstallRequest {
    /// Which hooks.
    pub hooks: Vec<HookName>,
    /// What to do about files that other tools or hands have written.
    pub conflicts: Conflicts,
    /// Whether to set the aliases.
    pub aliases: Aliases,
    /// Whether to write.
    pub effect: Effect,
    /// The program that hooks fall back to; found on PATH when not given.
    pub program: Option<PathBuf>,
}

impl Default for InstallRequest {
    fn default() -> Self {
        Self {
            hooks: HookName::ALL.to_vec(),
            conflicts: Conflicts::Refuse,
            aliases: Aliases::Set,
            effect: Effect::Write,
            program: None,
        }
    }
}

/// What to do about managers' files and edited blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conflicts {
    /// Change nothing at all and say why.
    Refuse,
    /// Insert into managers' files, replace edited blocks.
    Force,
}

/// Whether to set the aliases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aliases {
    /// Those that are set nowhere.
    Set,
    /// None.
    Skip,
}

/// Installs what `request` asks for; doing it again changes nothing.
///
/// # Errors
/// A [`crate::error::Failure`] with numbered ways out when any hook file is not ours to change or
/// the hooks directory is not this repository's own; nothing is changed then.
pub fn install(repo: &Repo, request: &InstallRequest) -> Result<InstallReport> {
    let preview = prepare(repo, request)?;
    if request.effect == Effect::DryRun {
        return report(repo, request, &preview, &mut Receipt::default());
    }
    // Looked at again inside: until then another installation may have come first.
    install_lock::holding(&repo.plan_dir(), plan_modes(repo)?, || write(repo, request))
}

fn write(repo: &Repo, request: &InstallRequest) -> Result<InstallReport> {
    let prepared = prepare(repo, request)?;
    if !prepared.changes.is_empty() {
        fs::create_dir_all(&prepared.dir).context("making the hooks directory")?;
    }
    hook_file::apply(&prepared.changes)?;
    finish(repo, request, &prepared).map_err(|error| hook_file::undo(&prepared.changes, error))
}

/// Sets the aliases and writes the receipt.
fn finish(repo: &Repo, request: &InstallRequest, prepared: &Prepared) -> Result<InstallReport> {
    let plan_dir = repo.plan_dir();
    let old = Receipt::read(&plan_dir);
    let mut receipt = old.clone();
    receipt.version = 1;
    for change in &prepared.changes {
        let before = change.before.as_ref().map(|script| &script.bytes[..]);
        if let Some(after) = &change.after {
            receipt.record(&change.path, before, &after.bytes, shim::VERSION);
        }
    }
    let report = report(repo, request, prepared, &mut receipt)?;
    if receipt != old {
        receipt.write(&plan_dir)?;
    }
    Ok(report)
}

/// What is to be done to the hooks directory.
#[derive(Debug)]
struct Prepared {
    dir: PathBuf,
    outcomes: Vec<HookOutcome>,
    changes: Vec<Change>,
    notes: Vec<InstallNote>,
}

/// Decides about every hook without touching any.
fn prepare(repo: &Repo, request: &InstallRequest) -> Result<Prepared> {
    let site = site::find(repo)?;
    let (program_dir, note) = program_dir(request);
    let mut prepared = Prepared {
        notes: site.note.into_iter().chain(note).collect(),
        dir: site.dir,
        outcomes: Vec::new(),
        changes: Vec::new(),
    };
    let sharing = repo.config()?.sharing();
    let mut refusals = Vec::new();
    for hook in &request.hooks {
        let path = prepared.dir.join(hook.as_str());
        let site = HookSite {
            hook: *hook,
            path: &path,
            block: shim::render(*hook, program_dir.as_ref()),
            conflicts: request.conflicts,
        };
        match site.decide()? {
            Decision::Refuse(reason) => refusals.push(Refusal {
                hook: *hook,
                path,
                reason,
            }),
            Decision::Accept(accepted) => prepared.accept(*hook, path, accepted, sharing),
        }
    }
    match lfs::examine(repo, &prepared.dir)? {
        Lfs::Starving if request.conflicts == Conflicts::Refuse => refusals.push(Refusal {
            hook: HookName::PrePush,
            path: prepared.dir.join(HookName::PrePush.as_str()),
            reason: Reason::LfsFirst,
        }),
        Lfs::Starving | Lfs::Starved | Lfs::Configured => {
            prepared.notes.push(InstallNote::LfsWithoutHooks)
        }
        Lfs::Fed => {}
    }
    if refusals.is_empty() {
        return Ok(prepared);
    }
    let rest: Vec<_> = prepared.outcomes.iter().map(|it| it.hook).collect();
    Err(refusal::failure(&refusals, &rest).into())
}

impl Prepared {
    fn accept(&mut self, hook: HookName, path: PathBuf, accepted: Accepted, sharing: Sharing) {
        let Accepted {
            action,
            before,
            after,
            note,
        } = accepted;
        self.notes.extend(note);
        if let Some(bytes) = after {
            let mode = match &before {
                Some(script) => Mode::Kept(script.permissions.clone()),
                None => Mode::Program(sharing),
            };
            self.changes.push(Change {
                path: path.clone(),
                before,
                after: Some(NewFile { bytes, mode }),
            });
        }
        self.outcomes.push(HookOutcome { hook, path, action });
    }
}

/// One hook's place and what is to go there.
struct HookSite<'a> {
    hook: HookName,
    path: &'a Path,
    block: Vec<u8>,
    conflicts: Conflicts,
}

enum Decision {
    Accept(Accepted),
    Refuse(Reason),
}

struct Accepted {
    action: HookAction,
    before: Option<Script>,
    /// The new bytes, if any are to be written.
    after: Option<Vec<u8>>,
    note: Option<InstallNote>,
}

impl HookSite<'_> {
    fn decide(&self) -> Result<Decision> {
        let accept = |action, before, after| {
            Decision::Accept(Accepted {
                action,
                before,
                after,
                note: None,
            })
        };
        Ok(match existing::examine(self.path, self.hook)? {
            Existing::Obstacle(obstacle) => Decision::Refuse(Reason::Obstacle(obstacle)),
            Existing::Absent => {
                let file = block::insert(existing::SHEBANG, &self.block);
                accept(HookAction::Created, None, Some(file))
            }
            Existing::Plain(script) | Existing::Managed(script, HookManager::GitLfs) => {
                let file = block::insert(&script.bytes, &self.block);
                accept(HookAction::Inserted, Some(script), Some(file))
            }
            Existing::WithBlock(script, old) => self.refresh(script, &old),
            Existing::Managed(script, manager) => self.join(script, manager)?,
        })
    }

    /// Brings our own block up to date, unless somebody edited it or a newer program wrote it.
    fn refresh(&self, script: Script, old: &Block) -> Decision {
        let file = block::replace(&script.bytes, old, &self.block);
        let (action, after) = if file == script.bytes {
            (HookAction::Unchanged, None)
        } else if old.text == BlockText::Edited && self.conflicts == Conflicts::Refuse {
            return Decision::Refuse(Reason::Edited);
        } else if old.version > shim::VERSION {
            let version = old.version;
            (HookAction::Newer { version }, None)
        } else {
            (HookAction::Upgraded { from: old.version }, Some(file))
        };
        Decision::Accept(Accepted {
            action,
            before: Some(script),
            after,
            note: None,
        })
    }

    /// Goes into a manager's file only when forced, and never where the manager already runs the
    /// file it found, with our block in it.
    fn join(&self, script: Script, manager: HookManager) -> Result<Decision> {
        if manager == HookManager::PreCommit {
            let legacy = existing::beside(self.path, existing::RUN_BY_PRE_COMMIT);
            if let Existing::WithBlock(..) = existing::examine(&legacy, self.hook)? {
                return Ok(Decision::Accept(Accepted {
                    action: HookAction::Chained { through: legacy },
                    before: None,
                    after: None,
                    note: None,
                }));
            }
        }
        if self.conflicts == Conflicts::Refuse {
            return Ok(Decision::Refuse(Reason::Managed(manager)));
        }
        let file = block::insert(&script.bytes, &self.block);
        Ok(Decision::Accept(Accepted {
            action: HookAction::Inserted,
            before: Some(script),
            after: Some(file),
            note: Some(InstallNote::ManagerMayDropBlock {
                hook: self.hook,
                manager,
            }),
        }))
    }
}

/// Returns the directory that hooks look in when PATH fails them, as GUI clients' does.
fn program_dir(request: &InstallRequest) -> (Option<ProgramDir>, Option<InstallNote>) {
    let on_path = match &request.program {
        Some(program) => Some(program.clone()),
        None => git::program_on_path("git-plan"),
    };
    let missing = on_path.is_none().then_some(InstallNote::ProgramNotOnPath);
    let Some(program) = on_path.or_else(|| std::env::current_exe().ok()) else {
        return (None, missing);
    };
    let dir = program.parent().unwrap_or(Path::new(""));
    let baked = ProgramDir::new(dir);
    let unbaked = || InstallNote::ProgramDirNotBaked {
        dir: dir.to_owned(),
    };
    let note = missing.or_else(|| baked.is_none().then(unbaked));
    (baked, note)
}

/// Sets the aliases and puts everything together.
fn report(
    repo: &Repo,
    request: &InstallRequest,
    prepared: &Prepared,
    receipt: &mut Receipt,
) -> Result<InstallReport> {
    let mut notes = prepared.notes.clone();
    let aliases = match request.aliases {
        Aliases::Set => {
            notes.extend(aliases::shadowed());
            aliases::write(repo, request.effect, receipt)?
        }
        Aliases::Skip => Vec::new(),
    };
    Ok(InstallReport {
        effect: request.effect,
        hooks_dir: prepared.dir.clone(),
        hooks: prepared.outcomes.clone(),
        aliases,
        notes,
    })
}

#[cfg(test)]
#[cfg(unix)]
mod tests;
