//! What installing and uninstalling did: hook files, aliases, and what the user should know.

use std::fmt;
use std::path::PathBuf;

use super::choice::choice;
use super::path::lossy;
use serde::Serialize;

choice! {
    /// A hook of Git's that git-plan takes part in.
    pub enum HookName {
        /// Before a commit is made; may refuse it.
        PreCommit = "pre-commit",
        /// After a commit was made.
        PostCommit = "post-commit",
        /// After a merge.
        PostMerge = "post-merge",
        /// After a patch was applied by `git am` or `git rebase --apply`.
        PostApplypatch = "post-applypatch",
        /// After commits took the place of others: amend, rebase.
        PostRewrite = "post-rewrite",
        /// Before refs are sent to a remote; may refuse the push.
        PrePush = "pre-push",
    }
}

choice! {
    /// For what an installation is made.
    pub enum InstallScope {
        /// The repository, all its work trees.
        Local = "local",
        /// One work tree.
        Worktree = "worktree",
        /// The user: every repository, or every new one.
        Global = "global",
    }
}

choice! {
    /// How Git is told about hooks.
    pub enum HookMode {
        /// By files in a hooks directory.
        File = "file",
        /// By the configuration, which Git 2.54 and newer look at too.
        Config = "config",
    }
}

/// Whether a command changes anything or only says what it would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Write.
    #[default]
    Write,
    /// Only look.
    DryRun,
}

/// A program that writes hook files of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum HookManager {
    /// pre-commit, or prek, which reads the same configuration.
    PreCommit,
    /// lefthook.
    Lefthook,
    /// husky.
    Husky,
    /// Git LFS, whose hooks live beside ours in one file.
    GitLfs,
}

impl fmt::Display for HookManager {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::PreCommit => "pre-commit",
            Self::Lefthook => "lefthook",
            Self::Husky => "husky",
            Self::GitLfs => "git-lfs",
        })
    }
}

/// What happened to one hook file, or would happen in a dry run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum HookAction {
    /// There was no file; one was made.
    Created,
    /// The block went into the user's own hook.
    Inserted,
    /// An older block was replaced.
    Upgraded {
        /// The shim version it had.
        from: u32,
    },
    /// The block is there already, to the byte.
    Unchanged,
    /// A newer git-plan wrote the block; it stays.
    Newer {
        /// The shim version it has.
        version: u32,
    },
    /// The hook runs another file that holds the block.
    Chained {
        /// That file.
        #[serde(serialize_with = "lossy")]
        through: PathBuf,
    },
    /// The block was taken out; the rest of the file is as before.
    Removed,
    /// Nothing but the block was in the file, so the file is gone.
    Deleted,
    /// It stood in the configuration, and no longer does.
    Unset,
}

/// One hook file and what happened to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HookOutcome {
    /// Which hook.
    pub hook: HookName,
    /// Its file.
    #[serde(serialize_with = "lossy")]
    pub path: PathBuf,
    /// What happened.
    #[serde(flatten)]
    pub action: HookAction,
}

/// What happened to one alias.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum AliasAction {
    /// It was written to the repository's configuration.
    Written,
    /// It has our value already.
    Unchanged,
    /// It has another value, which stays.
    KeptOther {
        /// That value.
        value: String,
    },
    /// It had our value and was removed.
    Removed,
    /// It is not set here.
    Absent,
}

/// One alias and what happened to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AliasOutcome {
    /// The word after `git`.
    pub name: String,
    /// What we want it to mean.
    pub value: String,
    /// What happened.
    #[serde(flatten)]
    pub action: AliasAction,
}

/// Something the user should know, though nothing was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "note", rename_all = "snake_case")]
pub enum InstallNote {
    /// A program of that name is found before any alias.
    AliasShadowed {
        /// The alias.
        name: String,
        /// The program.
        #[serde(serialize_with = "lossy")]
        program: PathBuf,
    },
    /// Git LFS is configured but has no hooks here; it refuses to add them beside foreign ones.
    LfsWithoutHooks,
    /// `core.hooksPath` is relative, so each linked work tree has a hooks directory of its own.
    RelativeHooksPath {
        /// Its value.
        value: String,
    },
    /// Git copies the hooks into repositories that are made or cloned from now on, and no others.
    OnlyNewRepositories,
    /// A manager's next install may drop the block.
    ManagerMayDropBlock {
        /// Which hook.
        hook: HookName,
        /// Who.
        manager: HookManager,
    },
    /// The program is not on PATH; hooks rely on the directory written into them.
    ProgramNotOnPath,
    /// Hooks find the program on PATH only: its directory cannot be written into a shell block.
    ProgramDirNotBaked {
        /// That directory.
        #[serde(serialize_with = "lossy")]
        dir: PathBuf,
    },
}

/// Where hooks are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HookPlace {
    /// In files of this directory.
    HooksDir(#[serde(serialize_with = "lossy")] PathBuf),
    /// In this configuration file.
    ConfigFile(#[serde(serialize_with = "lossy")] PathBuf),
}

/// What `install` did, or would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InstallReport {
    /// Written, or only looked at.
    pub effect: Effect,
    /// For what.
    pub scope: InstallScope,
    /// Where the hooks are.
    #[serde(flatten)]
    pub place: HookPlace,
    /// Each hook asked for.
    pub hooks: Vec<HookOutcome>,
    /// Each alias asked for.
    pub aliases: Vec<AliasOutcome>,
    /// What else to know.
    pub notes: Vec<InstallNote>,
}

impl InstallReport {
    /// Reports whether everything asked for was in place already.
    pub fn changes_nothing(&self) -> bool {
        let hooks = self.hooks.iter().all(|hook| {
            use HookAction::{Chained, Newer, Unchanged};
            matches!(hook.action, Unchanged | Newer { .. } | Chained { .. })
        });
        let aliases = self.aliases.iter();
        hooks
            && aliases
                .map(|alias| &alias.action)
                .all(|it| *it != AliasAction::Written)
    }
}

/// What `uninstall` did, or would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UninstallReport {
    /// Written, or only looked at.
    pub effect: Effect,
    /// Each hook file that held a block.
    pub hooks: Vec<HookOutcome>,
    /// Each alias of ours.
    pub aliases: Vec<AliasOutcome>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hook_names_round_trip() {
        for hook in HookName::ALL {
            assert_eq!(hook.as_str().parse(), Ok(hook));
        }
        assert!("post-checkout".parse::<HookName>().is_err());
    }
}
