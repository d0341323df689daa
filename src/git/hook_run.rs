//! Running one hook as Git would, to see whether it reaches us.

use std::ffi::OsString;
use std::path::Path;

use anyhow::{Context as _, Result};

use super::command::{Answer, Call};
use super::repo::Repo;
use crate::model::install::HookName;

/// One run of a hook.
#[derive(Debug)]
pub struct HookRun<'a> {
    /// Which hook.
    pub hook: HookName,
    /// What it is passed.
    pub arguments: &'a [&'a str],
    /// A file that it reads as its standard input.
    pub input: &'a Path,
    /// A variable it sees.
    pub variable: (&'a str, &'a Path),
    /// The PATH it sees; this process's own when not given.
    pub path: Option<OsString>,
}

/// How git ends when it does not know an option.
const USAGE: i32 = 129;

impl Repo {
    /// Runs a hook, bypass variable or not, and returns what it said on stderr.
    ///
    /// # Errors
    /// When git cannot be started.
    pub fn run_hook(&self, run: &HookRun<'_>) -> Result<String> {
        let answer = self.run_hook_by_git(run)?;
        let is_unknown = answer.status == Some(USAGE)
            || (answer.status == Some(1) && answer.complaint().contains("is not a git command"));
        let answer = match is_unknown {
            true => self.run_hook_by_shell(run)?,
            false => answer,
        };
        Ok(answer.complaint())
    }

    /// Asks git itself: from 2.36 on it has a verb for that, which later learnt to pass on input.
    fn run_hook_by_git(&self, run: &HookRun<'_>) -> Result<Answer> {
        let mut input = OsString::from("--to-stdin=");
        input.push(run.input);
        let call = self.git.plain_call(&["hook", "run"]).argument(input);
        passing(call.argument(run.hook.as_str()).argument("--"), run)
    }

    /// Has the shell that Git comes with start the file, as an alias of no name that anybody uses.
    pub(super) fn run_hook_by_shell(&self, run: &HookRun<'_>) -> Result<Answer> {
        // Git puts "$@" behind it.
        const ALIAS: &str = "alias.git-plan-hook-run=!hook() { \"$GIT_PLAN_HOOK_FILE\" \"$@\"; }; \
                             input=$1; shift; hook <\"$input\"";
        let file = self.hooks_dir()?.join(run.hook.as_str());
        let call = self
            .git
            .plain_call(&["-c", ALIAS, "git-plan-hook-run"])
            .variable("GIT_PLAN_HOOK_FILE", file)
            .argument(run.input);
        passing(call, run)
    }
}

fn passing(mut call: Call, run: &HookRun<'_>) -> Result<Answer> {
    for argument in run.arguments {
        call = call.argument(argument);
    }
    if let Some(path) = &run.path {
        call = call.variable("PATH", path);
    }
    let (name, value) = run.variable;
    call.variable(name, value)
        .variable("GIT_PLAN_HOOKS", "1")
        .answer()
        .with_context(|| format!("running the hook {}", run.hook))
}
