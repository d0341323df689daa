//! Where man pages and completions belong, for the user who runs us, and whether they are there.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use directories::BaseDirs;

use crate::error::Failure;
use crate::git::program_on_path;
use crate::model::finding::{Check, Finding};
use crate::model::printable::Printable;

/// A text that belongs somewhere else than in a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Where it belongs.
    pub path: PathBuf,
    /// What is in it.
    pub text: Vec<u8>,
}

/// A shell that finds completions in a directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shell {
    /// With bash-completion, which Git's own completion asks.
    Bash,
    /// With the directory in its `fpath`.
    Zsh,
    /// As it is.
    Fish,
}

impl Shell {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Bash, Self::Zsh, Self::Fish];

    /// Returns the name of the program.
    pub const fn program(self) -> &'static str {
        match self {
            Self::Bash => "bash",
            Self::Zsh => "zsh",
            Self::Fish => "fish",
        }
    }

    const fn below_data(self) -> &'static str {
        match self {
            Self::Bash => "bash-completion/completions/git-plan",
            Self::Zsh => "zsh/site-functions/_git-plan",
            // Read when fish starts: what completes git-plan alone is read too late for git.
            Self::Fish => "fish/vendor_conf.d/git-plan.fish",
        }
    }

    /// Returns where the user's own completion of git-plan belongs.
    ///
    /// # Errors
    /// Fatal when the user has no home directory.
    pub fn completion(self) -> Result<PathBuf> {
        Ok(home()?.data_dir().join(self.below_data()))
    }
}

fn home() -> Result<BaseDirs> {
    Ok(BaseDirs::new().ok_or_else(|| Failure::fatal("no home directory"))?)
}

/// Returns where notes about what belongs to the user are kept.
///
/// # Errors
/// Fatal when the user has no home directory.
pub fn notes_dir() -> Result<PathBuf> {
    Ok(home()?.data_dir().join("git-plan"))
}

/// Returns where the man pages belong: beside the `bin` that git-plan is in when that can be
/// written, since `man` looks there for whatever is on PATH; else among the user's own.
///
/// # Errors
/// Fatal when the user has no home directory.
pub fn man_dir() -> Result<PathBuf> {
    let bin = program_on_path("git-plan");
    let prefix = bin.as_deref().and_then(prefix_of);
    let beside = prefix.map(|prefix| prefix.join("share/man/man1"));
    match beside.filter(|dir| can_write(dir)) {
        Some(dir) => Ok(dir),
        None => Ok(home()?.data_dir().join("man/man1")),
    }
}

fn prefix_of(program: &Path) -> Option<&Path> {
    let bin = program.parent()?;
    bin.ends_with("bin").then_some(bin.parent()?)
}

/// A directory that is not there can be written when the nearest one above it can.
fn can_write(dir: &Path) -> bool {
    let nearest = dir.ancestors().find(|dir| dir.is_dir());
    nearest.is_some_and(|dir| tempfile::tempfile_in(dir).is_ok())
}

/// Writes pages, and makes the directories they are in.
///
/// # Errors
/// When one cannot be written; those before it are.
pub fn write(pages: &[Page]) -> Result<()> {
    for Page { path, text } in pages {
        let doing = || format!("writing {}", Printable::path(path));
        let dir = path.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(dir).with_context(doing)?;
        fs::write(path, text).with_context(doing)?;
    }
    Ok(())
}

/// Removes pages from their places.
///
/// # Errors
/// When one cannot be removed; those before it are.
pub fn remove(pages: &[Page]) -> Result<()> {
    pages.iter().try_for_each(|Page { path, .. }| {
        fs::remove_file(path).with_context(|| format!("removing {}", Printable::path(path)))
    })
}

/// Tells whether `man` and the shells find what belongs to git-plan.
pub fn examine() -> Vec<Finding> {
    let mut findings = vec![match man_page() {
        Some(page) => Check::Man.ok(Printable::path(&page).to_string()),
        None => no_man_page(),
    }];
    for shell in Shell::ALL {
        if program_on_path(shell.program()).is_none() {
            continue;
        }
        let mut places = data_dirs()
            .into_iter()
            .map(|dir| dir.join(shell.below_data()));
        findings.push(match places.find(|place| place.is_file()) {
            Some(place) => {
                Check::Completion.ok(format!("{}: {}", shell.program(), Printable::path(&place)))
            }
            None => Check::Completion.warning(
                format!("none found for {}", shell.program()),
                "'git plan install --completions'",
            ),
        });
    }
    findings
}

fn no_man_page() -> Finding {
    let dir = man_dir().ok();
    match dir.filter(|dir| dir.join("git-plan.1").is_file()) {
        Some(dir) => Check::Man.warning(
            format!("man does not look at what is in {}", Printable::path(&dir)),
            tell_man(&dir),
        ),
        None => Check::Man.warning(
            "none found, so 'git plan --help' and 'git help plan' have nothing to show",
            "'git plan install --man'",
        ),
    }
}

/// What to type for `man` to look where the pages in `dir` are, and where it looks now.
pub fn tell_man(dir: &Path) -> String {
    let above = Printable::path(dir.parent().unwrap_or(dir));
    format!("'export MANPATH=\"{above}:$MANPATH\"', in what your shell reads when it starts")
}

/// Returns the page that `man git-plan` shows.
pub fn man_page() -> Option<PathBuf> {
    man_path().into_iter().find_map(|dir| {
        ["git-plan.1", "git-plan.1.gz"]
            .iter()
            .map(|name| dir.join("man1").join(name))
            .find(|page| page.is_file())
    })
}

/// Where `man` looks: what it is told, what lies beside PATH, and the usual places.
fn man_path() -> Vec<PathBuf> {
    let split =
        |name| env::var_os(name).map_or_else(Vec::new, |it| env::split_paths(&it).collect());
    let mut dirs: Vec<PathBuf> = split("MANPATH");
    for bin in split("PATH") {
        let beside = ["share/man", "man"].map(|man| bin.parent().map(|prefix| prefix.join(man)));
        dirs.extend(beside.into_iter().flatten());
        dirs.push(bin.join("man"));
    }
    dirs.extend(["/usr/local/share/man", "/usr/share/man"].map(PathBuf::from));
    dirs.retain(|dir| dir.is_absolute());
    dirs
}

fn data_dirs() -> Vec<PathBuf> {
    let own = BaseDirs::new().map(|home| home.data_dir().to_owned());
    let prefix = program_on_path("git-plan");
    let prefix = prefix.as_deref().and_then(prefix_of);
    let beside = prefix.map(|prefix| prefix.join("share"));
    let usual = ["/usr/local/share", "/usr/share"].map(PathBuf::from);
    own.into_iter().chain(beside).chain(usual).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_bin_has_a_prefix() {
        let check = |program: &str, prefix: Option<&str>| {
            assert_eq!(prefix_of(Path::new(program)), prefix.map(Path::new));
        };
        check("/home/me/.cargo/bin/git-plan", Some("/home/me/.cargo"));
        check("/usr/local/bin/git-plan", Some("/usr/local"));
        check("/src/target/debug/git-plan", None);
        check("git-plan", None);
    }
}
