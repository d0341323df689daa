//! `install` and `uninstall` with `--man` and `--completions`: what belongs to the user and to no repository.

use anyhow::Result;

use crate::model::count::counted;
use crate::model::install::Effect;
use crate::model::printable::Printable;
use crate::ops::pages::{self, Page, Shell};

use super::exit_status::ExitStatus;
use super::output::Output;
use super::{completions, man};

/// What to install or uninstall instead of hooks.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(super) struct UserPages {
    /// The man pages, for `git plan --help` and `git help plan`; nothing in the repository
    #[arg(long, conflicts_with_all = ["force", "format"])]
    man: bool,
    /// The completions of the shells on PATH; nothing in the repository
    #[arg(long, conflicts_with_all = ["force", "format"])]
    completions: bool,
}

impl UserPages {
    /// Reports whether any are wanted.
    pub(super) const fn are_wanted(self) -> bool {
        self.man || self.completions
    }

    /// Writes them where `man` and the shells look, and says where that is.
    ///
    /// # Errors
    /// When there is no such place, or it cannot be written.
    pub(super) fn install(self, effect: Effect, out: &mut Output) -> Result<ExitStatus> {
        let pages = self.pages()?;
        if effect == Effect::Write {
            pages::write(&pages)?;
        }
        say(&pages, effect, "written", out)?;
        if self.man && effect == Effect::Write && pages::man_page().is_none() {
            out.hint(pages::tell_man(&pages::man_dir()?));
        }
        if self.completions {
            let zsh = Shell::Zsh.completion()?;
            let dir = Printable::path(zsh.parent().unwrap_or(&zsh));
            out.hint(format_args!(
                "zsh needs 'fpath+=({dir})' in .zshrc, before compinit; for PowerShell, add the \
                 output of 'git plan completions powershell' to $PROFILE"
            ));
        }
        Ok(ExitStatus::Done)
    }

    /// Removes them from there, and says what was removed.
    ///
    /// # Errors
    /// When one cannot be removed.
    pub(super) fn uninstall(self, effect: Effect, out: &mut Output) -> Result<ExitStatus> {
        let mut pages = self.pages()?;
        pages.retain(|page| page.path.is_file());
        if effect == Effect::Write {
            pages::remove(&pages)?;
        }
        say(&pages, effect, "removed", out)?;
        Ok(ExitStatus::Done)
    }

    fn pages(self) -> Result<Vec<Page>> {
        let mut pages = Vec::new();
        if self.man {
            pages.extend(man::pages_in(&pages::man_dir()?)?);
        }
        if self.completions {
            pages.extend(completions::installed()?);
        }
        Ok(pages)
    }
}

fn say(pages: &[Page], effect: Effect, done: &str, out: &mut Output) -> Result<()> {
    if effect == Effect::DryRun {
        out.line("Dry run, nothing is changed.")?;
    }
    for page in pages {
        out.line(Printable::path(&page.path))?;
    }
    out.line(format_args!("{} {done}", counted(pages.len(), "file")))
}
