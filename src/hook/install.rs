//! `install`: our block into every hook asked for, all of them or none, and the aliases.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::aliases;
use super::config_hooks;
use super::existing::{self, Existing};
use super::file_hooks::{self, Accepted, Decision, HookSite};
use super::ground::Ground;
use super::hook_file::{self, Change, Mode, NewFile};
use super::lfs::{self, Lfs};
use super::receipt::Receipt;
use super::refusal::{self, Reason, Refusal};
use super::shim::{self, ProgramDir};
use crate::git::{self, Draft, Sharing};
use crate::model::install::{
    AliasOutcome, Effect, HookMode, HookName, HookOutcome, HookPlace, InstallNote, InstallReport,
};

/// What to install.
#[derive(Debug, Clone)]
pub struct InstallRequest {
    /// Which hooks.
    pub hooks: Vec<HookName>,
    /// How Git is told about them.
    pub mode: HookMode,
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
            mode: HookMode::File,
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
/// A [`crate::error::Failure`] with numbered ways out when any hook is not ours to change, the
/// place is not this installation's own, or Git would not look there; nothing is changed then.
pub fn install(ground: &Ground<'_>, request: &InstallRequest) -> Result<InstallReport> {
    let preview = Prepared::new(ground, request)?;
    if request.effect == Effect::DryRun {
        return Ok(preview.report(ground, request));
    }
    // Looked at again inside: until then another installation may have come first.
    ground.holding(|| {
        let prepared = Prepared::new(ground, request)?;
        prepared.write(ground)?;
        Ok(prepared.report(ground, request))
    })
}

/// What is to be done.
struct Prepared<'a> {
    place: HookPlace,
    outcomes: Vec<HookOutcome>,
    aliases: Vec<AliasOutcome>,
    /// The hook files.
    changes: Vec<Change>,
    /// The configuration.
    draft: Draft<'a>,
    notes: Vec<InstallNote>,
}

impl<'a> Prepared<'a> {
    /// Decides about everything without touching anything.
    fn new(ground: &'a Ground<'_>, request: &InstallRequest) -> Result<Self> {
        let (program_dir, note) = program_dir(request);
        let mut prepared = Self {
            place: HookPlace::ConfigFile(ground.config.location().to_owned()),
            outcomes: Vec::new(),
            aliases: Vec::new(),
            changes: Vec::new(),
            draft: ground.config.draft()?,
            notes: note.into_iter().collect(),
        };
        let refusals = match request.mode {
            HookMode::File => prepared.files(ground, request, program_dir.as_ref())?,
            HookMode::Config => prepared.configured(ground, request, program_dir.as_ref())?,
        };
        if !refusals.is_empty() {
            let rest: Vec<_> = prepared.outcomes.iter().map(|it| it.hook).collect();
            return Err(refusal::failure(&refusals, &rest).into());
        }
        if request.aliases == Aliases::Set {
            prepared.notes.extend(aliases::shadowed());
            let config = ground.repo.map(git::Repo::config).transpose()?;
            prepared.aliases = aliases::write(&mut prepared.draft, config)?;
        }
        Ok(prepared)
    }

    /// Decides about every hook file.
    fn files(
        &mut self,
        ground: &Ground<'_>,
        request: &InstallRequest,
        program_dir: Option<&ProgramDir>,
    ) -> Result<Vec<Refusal>> {
        let site = ground.site()?;
        self.notes.splice(0..0, site.note);
        let sharing = ground.sharing()?;
        let mut refusals = Vec::new();
        for hook in &request.hooks {
            let file = site.dir.join(hook.as_str());
            let path = file_hooks::place(ground.repo, *hook, file)?;
            let decision = match runs_from_configuration(ground, *hook)? {
                true => Decision::Refuse(Reason::InConfiguration),
                false => HookSite {
                    repo: ground.repo,
                    hook: *hook,
                    path: &path,
                    block: shim::render(*hook, program_dir),
                    conflicts: request.conflicts,
                }
                .decide()?,
            };
            match decision {
                Decision::Refuse(reason) => refusals.push(Refusal {
                    hook: *hook,
                    path,
                    reason,
                }),
                Decision::Accept(accepted) => self.accept(*hook, path, accepted, sharing),
            }
        }
        let lfs = ground.repo.map(|repo| lfs::examine(repo, &site.dir));
        match lfs.transpose()? {
            Some(Lfs::Starving) if request.conflicts == Conflicts::Refuse => {
                refusals.push(Refusal {
                    hook: HookName::PrePush,
                    path: site.dir.join(HookName::PrePush.as_str()),
                    reason: Reason::LfsFirst,
                });
            }
            Some(Lfs::Starving | Lfs::Starved | Lfs::Configured) => {
                self.notes.push(InstallNote::LfsWithoutHooks);
            }
            Some(Lfs::Fed) | None => {}
        }
        self.place = HookPlace::HooksDir(site.dir);
        Ok(refusals)
    }

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

    /// Decides about every hook in the configuration.
    fn configured(
        &mut self,
        ground: &Ground<'_>,
        request: &InstallRequest,
        program_dir: Option<&ProgramDir>,
    ) -> Result<Vec<Refusal>> {
        config_hooks::must_run(&ground.config)?;
        let hooks_dir = ground.repo.and_then(|repo| repo.hooks_dir().ok());
        let mut refusals = Vec::new();
        for hook in &request.hooks {
            let hook = *hook;
            let file = hooks_dir.as_ref().map(|dir| dir.join(hook.as_str()));
            if let Some(path) = file
                && let Existing::WithBlock(..) = existing::examine(&path, hook)?
            {
                let reason = Reason::InFile;
                refusals.push(Refusal { hook, path, reason });
                continue;
            }
            let path = ground.config.location().to_owned();
            match config_hooks::write(&mut self.draft, hook, program_dir, request.conflicts)? {
                config_hooks::Decision::Refuse(reason) => {
                    refusals.push(Refusal { hook, path, reason });
                }
                config_hooks::Decision::Accept(action) => {
                    self.outcomes.push(HookOutcome { hook, path, action });
                }
            }
        }
        Ok(refusals)
    }

    /// Writes everything, or leaves everything as it was.
    fn write(&self, ground: &Ground<'_>) -> Result<()> {
        let made = match &self.place {
            HookPlace::HooksDir(dir) if !self.changes.is_empty() => hook_file::make_directory(dir)?,
            HookPlace::HooksDir(_) | HookPlace::ConfigFile(_) => Vec::new(),
        };
        let written = self.write_files(ground, &made);
        if written.is_err() {
            hook_file::remove_empty(&made);
        }
        written
    }

    /// Does so in directories that are there; `made` are those that were not.
    fn write_files(&self, ground: &Ground<'_>, made: &[PathBuf]) -> Result<()> {
        let sharing = ground.sharing()?;
        let old = Receipt::read(&ground.notes);
        let mut new = self.note(&old)?;
        new.record_made(made);
        hook_file::apply(&self.changes)?;
        let written = new.write(&ground.notes, sharing);
        let written = written.and_then(|()| self.draft.save());
        written.map_err(|error| {
            // What is noted is advice only.
            drop(old.write(&ground.notes, sharing));
            hook_file::undo(&self.changes, error)
        })
    }

    /// Adds to `old` what is about to be written.
    fn note(&self, old: &Receipt) -> Result<Receipt> {
        let mut receipt = old.clone();
        receipt.version = 2;
        for change in &self.changes {
            let before = change.before.as_ref().map(|script| &script.bytes[..]);
            if let Some(after) = &change.after {
                receipt.record(&change.path, before, &after.bytes, shim::VERSION);
            }
        }
        let before = self.draft.before();
        if self.draft.text()? != before.unwrap_or_default() {
            let has_aliases = aliases::has_section(before.unwrap_or_default());
            receipt.record_config(self.draft.location(), before, has_aliases);
        }
        Ok(receipt)
    }

    fn report(self, ground: &Ground<'_>, request: &InstallRequest) -> InstallReport {
        InstallReport {
            effect: request.effect,
            scope: ground.scope,
            place: self.place,
            hooks: self.outcomes,
            aliases: self.aliases,
            notes: self.notes,
        }
    }
}

/// Reports whether Git runs a hook of ours that no file holds, so that one in a file would be a
/// second.
fn runs_from_configuration(ground: &Ground<'_>, hook: HookName) -> Result<bool> {
    let Some(repo) = ground.repo else {
        return Ok(false);
    };
    let is_there = config_hooks::configured(repo.config()?, hook).is_some();
    Ok(is_there && ground.config.git_runs_configured_hooks()?)
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

#[cfg(test)]
#[cfg(unix)]
mod tests;
