//! `doctor`: whether hooks run that nobody sees running, and whether what is stored is sound.

mod configured;
mod files;
mod live;
mod settings;

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::git::{Presence, Repo, Worktree};
use crate::model::finding::{Check, Examination, Finding};
use crate::model::install::HookName;
use crate::model::printable::Printable;
use crate::ops::examine::examine;
use crate::ops::{Workspace, pages};

/// A hooks directory and the work trees whose hooks are looked for there.
struct Site<'a> {
    /// One of them.
    repo: &'a Repo,
    dir: PathBuf,
    tops: Vec<PathBuf>,
}

/// Looks at everything; changes nothing, and runs no hook of the user's.
///
/// # Errors
/// When the configuration or the list of work trees cannot be read.
pub fn doctor(ws: &Workspace) -> Result<Examination> {
    let mut findings = examine(ws);
    findings.extend(settings::program(ws.repo())?);
    findings.extend(settings::switched_off(ws.repo())?);
    let (others, gone) = other_worktrees(ws.repo())?;
    findings.extend(gone);
    let all: Vec<&Repo> = [ws.repo()].into_iter().chain(&others).collect();
    let (sites, unusable) = sites(&all)?;
    findings.extend(unusable);
    for site in &sites {
        let looked = files::look(site)?;
        findings.extend(looked.findings);
        findings.extend(live::fire(site, &looked.harmless, &looked.unfired)?);
    }
    findings.extend(settings::aliases(ws.repo())?);
    findings.extend(pages::examine());
    Ok(findings.into())
}

/// Reports whether the file of `hook` in `dir` leads to us, by a block, a manager or a call.
///
/// # Errors
/// When it cannot be read.
pub(super) fn reaches_us(repo: &Repo, dir: &Path, hook: HookName) -> Result<bool> {
    let site = Site {
        repo,
        dir: dir.to_owned(),
        tops: Vec::new(),
    };
    files::reaches_us(&site, hook)
}

/// Opens every work tree but the one we are in.
fn other_worktrees(here: &Repo) -> Result<(Vec<Repo>, Vec<Finding>)> {
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let top = here.layout().top.as_deref().map(real);
    let (mut repos, mut findings) = (Vec::new(), Vec::new());
    for Worktree { path, presence } in here.worktrees()? {
        let shown = Printable::path(&path);
        match presence {
            Presence::Bare => {}
            Presence::Gone => findings.push(Check::Hooks.ok(format!(
                "the work tree {shown} is gone; Git still remembers it"
            ))),
            Presence::Here if Some(real(&path)) == top => {}
            Presence::Here => match Repo::at(&path) {
                Ok(repo) => repos.push(repo),
                Err(error) => findings.push(Check::Hooks.error(
                    format!("the work tree {shown} cannot be opened: {error:#}"),
                    "'git worktree repair' mends links between work trees",
                )),
            },
        }
    }
    Ok((repos, findings))
}

/// Finds where each work tree's hooks are looked for; most share one directory.
fn sites<'a>(repos: &[&'a Repo]) -> Result<(Vec<Site<'a>>, Vec<Finding>)> {
    let (mut sites, mut findings): (Vec<Site<'a>>, Vec<Finding>) = (Vec::new(), Vec::new());
    for &repo in repos {
        let layout = repo.layout();
        let top = layout.top.clone().unwrap_or_else(|| layout.git_dir.clone());
        if let Some(finding) = settings::no_hooks_at_all(repo, &top)? {
            findings.push(finding);
            continue;
        }
        let dir = repo.hooks_dir()?;
        match sites.iter_mut().find(|site| site.dir == dir) {
            Some(site) => site.tops.push(top),
            None => sites.push(Site {
                repo,
                dir,
                tops: vec![top],
            }),
        }
    }
    Ok((sites, findings))
}
