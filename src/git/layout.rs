//! Where the parts of a repository are, from one `git rev-parse` where it is not plain to see.

use std::path::PathBuf;

use anyhow::Result;

use super::command::{Git, path_from_bytes};
use super::environment::Environment;
use crate::error::Failure;
use crate::model::id::WorktreeName;

/// Where things are; every path is absolute.
#[derive(Debug, Clone)]
pub struct Layout {
    /// The top of the work tree; `None` in a bare repository, inside `.git`, and when it is gone.
    pub top: Option<PathBuf>,
    /// This work tree's own directory: HEAD, index, unfinished operations.
    pub git_dir: PathBuf,
    /// What all work trees share: objects, refs, config, plans.
    pub common_dir: PathBuf,
    /// Which work tree this is.
    pub worktree: WorktreeName,
    /// The index in use: that of the commit being made when a hook was given one.
    pub index: PathBuf,
}

/// What is asked, in this order; the top comes last, since a bare repository has none and git
/// stops there.
const QUESTIONS: [&[&str]; 4] = [
    &["--absolute-git-dir"],
    &["--git-common-dir"],
    &["--git-path", "index"],
    &["--show-toplevel"],
];

impl Layout {
    /// Finds them, from the directory and environment we were called with.
    pub(super) fn discover(git: &Git) -> Result<Self> {
        #[cfg(unix)]
        if let Some(layout) = super::ordinary::layout(git.environment()) {
            return Ok(layout);
        }
        Self::ask(git)
    }

    /// Asks git.
    pub(super) fn ask(git: &Git) -> Result<Self> {
        let ask = |questions: &[&[&str]]| {
            let mut call = git.plain_call(&["rev-parse", "--path-format=absolute"]);
            for word in questions.iter().copied().flatten() {
                call = call.argument(word);
            }
            call.answer()
        };
        let answer = ask(&QUESTIONS)?;
        let mut lines = split_lines(&answer.stdout);
        if lines.first() == Some(&&b"--path-format=absolute"[..]) {
            return Err(Failure::fatal("git 2.31 or newer is needed").into());
        }
        let known = QUESTIONS.len() - usize::from(answer.status != Some(0));
        let separate;
        if lines.len() > known {
            // A path with a line break in it: ask one by one.
            separate = QUESTIONS[..known]
                .iter()
                .map(|question| ask(&[question])?.success())
                .collect::<Result<Vec<_>>>()?;
            lines = separate
                .iter()
                .map(|line| line.strip_suffix(b"\n").unwrap_or(line))
                .collect();
        }
        let mut paths = lines.into_iter().map(path_from_bytes);
        let (Some(git_dir), Some(common_dir), Some(index)) =
            (paths.next(), paths.next(), paths.next())
        else {
            return Err(Failure::fatal(answer.complaint()).into());
        };
        let worktree = match git_dir.file_name() {
            Some(name) if git_dir != common_dir => name.to_string_lossy().into_owned(),
            _ => String::new(),
        };
        Ok(Self {
            // Git goes on without one that is gone; a child cannot be started there.
            top: paths.next().filter(|top| top.is_dir()),
            git_dir,
            common_dir,
            worktree: WorktreeName(worktree),
            index,
        })
    }

    /// Returns an environment in which children work on this very repository from its top.
    ///
    /// Every path is given absolutely, because what a hook was handed (`GIT_DIR=.git`,
    /// `GIT_WORK_TREE=.`) only holds for the directory it started in. The index is left out: a
    /// call that wants the one of the commit being made says so.
    pub(super) fn pin(&self, given: &Environment) -> Environment {
        let mut pinned = given.clone();
        pinned.set_directory(self.top.as_deref().unwrap_or(&self.git_dir));
        pinned.set("GIT_DIR", &self.git_dir);
        match &self.top {
            Some(top) => pinned.set("GIT_WORK_TREE", top),
            None => pinned.remove("GIT_WORK_TREE"),
        }
        if given.variable("GIT_COMMON_DIR").is_some() {
            pinned.set("GIT_COMMON_DIR", &self.common_dir);
        }
        if let Some(objects) = given.variable("GIT_OBJECT_DIRECTORY") {
            pinned.set("GIT_OBJECT_DIRECTORY", given.directory().join(objects));
        }
        for name in ["GIT_INDEX_FILE", "GIT_PREFIX", "GIT_IMPLICIT_WORK_TREE"] {
            pinned.remove(name);
        }
        pinned
    }
}

fn split_lines(text: &[u8]) -> Vec<&[u8]> {
    match text.strip_suffix(b"\n") {
        Some(text) => text.split(|byte| *byte == b'\n').collect(),
        None => Vec::new(),
    }
}
