//! Why an installation changes nothing, and the numbered ways out.

use std::path::PathBuf;

use super::existing::Obstacle;
use super::managers;
use crate::error::Failure;
use crate::model::install::{HookManager, HookName};
use crate::model::printable::Printable;

/// A hook file that is not ours to change.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) hook: HookName,
    pub(super) path: PathBuf,
    pub(super) reason: Reason,
}

/// Why not.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Reason {
    /// A block cannot go into it.
    Obstacle(Obstacle),
    /// Our block was edited, and replacing or removing it would lose that.
    Edited,
    /// A tool rewrites it and would drop the block.
    Managed(HookManager),
    /// The configuration has it already, and it would run twice.
    InConfiguration,
    /// A hook file holds our block already, and it would run twice.
    InFile,
    /// Git LFS stores files here and adds its hooks only where there are none.
    LfsFirst,
}

impl Reason {
    pub(super) fn explain(&self) -> String {
        match self {
            Self::Obstacle(obstacle) => explain(obstacle),
            Self::Edited => "its git-plan block was edited by hand".to_owned(),
            Self::Managed(manager) => format!("written by {manager}, which would drop the block"),
            Self::InConfiguration => "Git runs it from the configuration already".to_owned(),
            Self::InFile => "holds our block already".to_owned(),
            Self::LfsFirst => "Git LFS is used here but its hooks are missing, and it adds none \
                beside those of others: its files would not be pushed"
                .to_owned(),
        }
    }

    /// Says what to do about `hooks`, all of which this stands against.
    pub(super) fn way_out(&self, hooks: &[HookName]) -> String {
        match self {
            Self::Managed(manager) => {
                let lines = managers::snippet(*manager, hooks);
                format!(
                    "let {manager} call git-plan, by these lines in its configuration, which 'git \
                     plan install --manual={manager}' prints alone; then 'git plan install' again; or\n{}",
                    indented(&lines)
                )
            }
            Self::LfsFirst => "run 'git lfs update', then 'git plan install' again; or go on \
                 without the hooks of Git LFS: 'git plan install -h' tells how to insist"
                .to_owned(),
            Self::InConfiguration => "keep it there; or run 'git plan uninstall' with the \
                 '--local', '--worktree' or '--global' that 'git config --show-scope --get-regexp \
                 ^hook' names, then this again"
                .to_owned(),
            Self::InFile => {
                "keep it there; or run 'git plan uninstall', then this again".to_owned()
            }
            Self::Edited => "move your lines out of the block; or have it replaced, your lines \
                 included: 'git plan install -h' tells how to insist"
                .to_owned(),
            Self::Obstacle(Obstacle::Interpreter(_) | Obstacle::Binary) => {
                let calls = hooks
                    .iter()
                    .map(|hook| format!("'git-plan hook {hook} --'"));
                let calls = calls.collect::<Vec<_>>().join(", ");
                format!("have it run {calls} with its own arguments and standard input")
            }
            Self::Obstacle(Obstacle::Symlink(_)) => "replace the link by a file; or put the \
                 block into its target, as 'git plan install --manual' prints it"
                .to_owned(),
            Self::Obstacle(Obstacle::NoInterpreter(_)) => "have its first line name a shell that \
                 is there; or move it out of the way"
                .to_owned(),
            Self::Obstacle(Obstacle::NotAFile) => "move it out of the way".to_owned(),
            Self::Obstacle(Obstacle::CarriageReturns) => "give it LF line ends".to_owned(),
            Self::Obstacle(Obstacle::NotExecutable) => "make it executable if it is to run, or \
                 move it out of the way"
                .to_owned(),
            Self::Obstacle(Obstacle::Torn) => "take its git-plan lines out by hand; 'git plan \
                 install --manual' shows what a whole block looks like"
                .to_owned(),
        }
    }
}

fn explain(obstacle: &Obstacle) -> String {
    match obstacle {
        Obstacle::Symlink(target) => format!("a symbolic link to {}", Printable::path(target)),
        Obstacle::NotAFile => "not a file".to_owned(),
        Obstacle::Binary => "not a text that sh can read".to_owned(),
        Obstacle::CarriageReturns => "has CR LF line ends, which sh cannot read".to_owned(),
        Obstacle::NotExecutable => "not executable, so Git skips it".to_owned(),
        Obstacle::Interpreter(name) => format!("run by '{name}', not by a shell"),
        Obstacle::NoInterpreter(program) => {
            let program = Printable::path(program);
            format!("run by {program}, which is not there, so Git cannot start it")
        }
        Obstacle::Torn => "has git-plan markers that do not pair".to_owned(),
    }
}

fn indented(lines: &str) -> String {
    let lines = lines.lines().map(|line| format!("       {line}"));
    lines.collect::<Vec<_>>().join("\n")
}

/// Builds the failure for `refusals`: all of them, and each way out once. `rest` are the hooks
/// that nothing stands against.
pub(super) fn failure(refusals: &[Refusal], rest: &[HookName]) -> Failure {
    let mut message = "nothing was changed, because of".to_owned();
    let mut ways: Vec<String> = Vec::new();
    for Refusal { path, reason, .. } in refusals {
        let path = Printable::path(path);
        message += &format!("\n  {path}: {}", reason.explain());
        let alike = refusals.iter().filter(|other| other.reason == *reason);
        let hooks: Vec<_> = alike.map(|other| other.hook).collect();
        let way = reason.way_out(&hooks);
        if !ways.contains(&way) {
            ways.push(way);
        }
    }
    let is = |matches: fn(&Reason) -> bool| refusals.iter().any(|it| matches(&it.reason));
    // No choice of hooks helps Git LFS: it minds any of them.
    if !rest.is_empty() && !is(|reason| matches!(reason, Reason::LfsFirst)) {
        let rest: Vec<_> = rest.iter().map(|hook| hook.as_str()).collect();
        ways.push(format!(
            "leave those out: 'git plan install --hooks={}'",
            rest.join(",")
        ));
    }
    if is(|reason| matches!(reason, Reason::Managed(_))) {
        ways.push(
            "with Git 2.54 or newer, leave the files alone: 'git plan install --mode=config'"
                .to_owned(),
        );
        ways.push(
            "insist, again whenever the tool rewrites its hooks: 'git plan install -h' tells how"
                .to_owned(),
        );
    }
    let mut hint = "to resolve this, either".to_owned();
    for (at, way) in ways.iter().enumerate() {
        let or = if at + 1 < ways.len() && !way.contains('\n') {
            ", or"
        } else {
            ""
        };
        hint += &format!("\n  {}. {way}{or}", at + 1);
    }
    Failure::no(message).hint(hint)
}
