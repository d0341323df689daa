//! Hooks in the configuration, which newer versions of Git run beside the hook files.

use anyhow::Result;

use super::block::{self, Block, BlockText, Found};
use super::install::Conflicts;
use super::refusal::Reason;
use super::shim::{self, ProgramDir};
use crate::error::Failure;
use crate::git::{Config, ConfigFile, Draft};
use crate::model::install::{HookAction, HookName};
use crate::model::printable::Printable;

/// What is to become of one hook.
pub(super) enum Decision {
    Accept(HookAction),
    Refuse(Reason),
}

/// Returns the name under which Git knows a hook of ours.
///
/// One for each event: nothing tells a command which event it runs for.
pub(super) fn name(hook: HookName) -> String {
    format!("git-plan-{hook}")
}

fn section(hook: HookName) -> String {
    format!("hook.{}", name(hook))
}

fn command_key(hook: HookName) -> String {
    format!("{}.command", section(hook))
}

fn event_key(hook: HookName) -> String {
    format!("{}.event", section(hook))
}

/// Refuses where Git would never look at hooks in the configuration.
///
/// # Errors
/// A [`Failure`] then.
pub(super) fn must_run(file: &ConfigFile) -> Result<()> {
    if file.git_runs_configured_hooks()? {
        return Ok(());
    }
    let version = file.git_version()?;
    let failure = Failure::no(format!(
        "this Git ({}) does not run hooks from its configuration",
        Printable::new(&version)
    ));
    let hint = "Git 2.54 and newer do; '--mode=file', the default, works with every Git";
    Err(failure.hint(hint).into())
}

/// Returns the command that the configuration, from whatever file, has for a hook of ours.
pub(super) fn configured(config: &Config, hook: HookName) -> Option<&str> {
    config.get(&event_key(hook))?;
    config.get(&command_key(hook))
}

/// Puts a hook into the draft, unless somebody edited it or a newer program wrote it.
pub(super) fn write(
    draft: &mut Draft<'_>,
    hook: HookName,
    program: Option<&ProgramDir>,
    conflicts: Conflicts,
) -> Result<Decision> {
    let wanted = shim::command(hook, program);
    let event = draft.get(&event_key(hook))?;
    let action = match draft.get(&command_key(hook))? {
        None => HookAction::Created,
        Some(there) if there == wanted && event.as_deref() == Some(hook.as_str()) => {
            return Ok(Decision::Accept(HookAction::Unchanged));
        }
        Some(there) => match block::find(there.as_bytes(), hook) {
            Found::Block(Block { version, .. }) if version > shim::VERSION => {
                return Ok(Decision::Accept(HookAction::Newer { version }));
            }
            Found::Block(block)
                if block.text == BlockText::Original || conflicts == Conflicts::Force =>
            {
                HookAction::Upgraded {
                    from: block.version,
                }
            }
            Found::Block(_) | Found::Nothing | Found::Torn => {
                return Ok(Decision::Refuse(Reason::Edited));
            }
        },
    };
    draft.set(&command_key(hook), &wanted)?;
    draft.set(&event_key(hook), hook.as_str())?;
    Ok(Decision::Accept(action))
}

/// Takes a hook out of the draft; `None` when there is none.
pub(super) fn remove(
    draft: &mut Draft<'_>,
    hook: HookName,
    conflicts: Conflicts,
) -> Result<Option<Decision>> {
    let Some(there) = draft.get(&command_key(hook))? else {
        return Ok(None);
    };
    let is_ours = match block::find(there.as_bytes(), hook) {
        Found::Block(block) => block.text == BlockText::Original,
        Found::Nothing | Found::Torn => false,
    };
    if !is_ours && conflicts == Conflicts::Refuse {
        return Ok(Some(Decision::Refuse(Reason::Edited)));
    }
    draft.remove_section(&section(hook))?;
    Ok(Some(Decision::Accept(HookAction::Unset)))
}
