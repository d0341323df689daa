//! Our block in one hook file: what has to be written for it to be there, and when it must not be.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::block::{self, Block, BlockText};
use super::existing::{self, Existing, Script};
use super::install::Conflicts;
use super::managers;
use super::refusal::Reason;
use super::shim;
use crate::git::Repo;
use crate::model::install::{HookAction, HookManager, HookName, InstallNote};

/// One hook's place and what is to go there.
pub(super) struct HookSite<'a> {
    pub(super) repo: Option<&'a Repo>,
    pub(super) hook: HookName,
    pub(super) path: &'a Path,
    pub(super) block: Vec<u8>,
    pub(super) conflicts: Conflicts,
}

/// The file that the block of `hook` goes into: pre-commit and prek run a file beside their own,
/// with all that Git passed. Where they are told to call us that is enough, but for pre-push: to
/// what they are told to call they name only the first ref of a push.
pub(super) fn place(repo: Option<&Repo>, hook: HookName, file: PathBuf) -> Result<PathBuf> {
    let Existing::Managed(_, manager @ HookManager::PreCommit) = existing::examine(&file, hook)?
    else {
        return Ok(file);
    };
    let beside = existing::beside(&file, existing::RUN_BY_PRE_COMMIT);
    let told = repo.and_then(|repo| managers::calling(repo, manager, hook));
    let is_there = matches!(existing::examine(&beside, hook)?, Existing::WithBlock(..));
    Ok(match told {
        Some(_) if hook != HookName::PrePush && !is_there => file,
        _ => beside,
    })
}

/// What is to become of one hook file.
pub(super) enum Decision {
    Accept(Accepted),
    Refuse(Reason),
}

/// What is to be done to it.
pub(super) struct Accepted {
    pub(super) action: HookAction,
    pub(super) before: Option<Script>,
    /// The new bytes, if any are to be written.
    pub(super) after: Option<Vec<u8>>,
    pub(super) note: Option<InstallNote>,
}

impl HookSite<'_> {
    /// Looks at the file and decides.
    pub(super) fn decide(&self) -> Result<Decision> {
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
            Existing::Managed(script, manager) => self.join(script, manager),
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

    /// Goes into a manager's file only when forced, and never where the manager already calls us.
    fn join(&self, script: Script, manager: HookManager) -> Decision {
        let calling = |repo| managers::calling(repo, manager, self.hook);
        if let Some(through) = self.repo.and_then(calling) {
            return Decision::Accept(Accepted {
                action: HookAction::Chained { through },
                before: None,
                after: None,
                note: None,
            });
        }
        if self.conflicts == Conflicts::Refuse {
            return Decision::Refuse(Reason::Managed(manager));
        }
        let file = block::insert(&script.bytes, &self.block);
        Decision::Accept(Accepted {
            action: HookAction::Inserted,
            before: Some(script),
            after: Some(file),
            note: Some(InstallNote::ManagerMayDropBlock {
                hook: self.hook,
                manager,
            }),
        })
    }
}
