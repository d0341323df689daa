//! The only door to git2 and to the git executable.
//!
//! A [`Repo`] is found as Git itself would find it. Objects and refs are read through libgit2
//! and, where libgit2 refuses a repository (reftable, partial clone, a relocated object
//! directory), through the executable: slower, with the same answers.

mod about;
mod attributes;
mod batch;
mod blame;
mod changes;
mod command;
mod commit;
mod comparison;
mod config;
mod config_file;
mod conversion;
mod environment;
mod head_move;
mod history;
mod hook_run;
mod hooks_path;
#[cfg_attr(
    not(unix),
    allow(dead_code, reason = "only a look at the disk wants to know the files")
)]
mod index_file;
mod index_tree;
#[cfg(unix)]
mod kept_config;
mod layout;
mod library;
mod objects;
mod operation;
#[cfg(unix)]
mod ordinary;
mod pager;
mod patch_id;
mod presence;
mod raw_diff;
mod raw_tree;
mod reflog;
mod refs;
mod repo;
mod restore;
mod revision;
mod sharing;
mod sizes;
mod snapshot;
mod status;
#[cfg(unix)]
mod touched;
mod tree_walk;
mod worktree_file;
mod worktrees;
mod write;

pub use about::Road;
pub use blame::{Blamed, LineOrigin};
pub use commit::CommitInfo;
pub use config::{Config, bad_setting};
pub use config_file::{ConfigFile, Draft};
pub use conversion::{Conversion, Conversions, Convertible, LineEnds};
pub use head_move::HeadMove;
pub use history::{Known, ORIGINAL};
pub use hook_run::HookRun;
pub use hooks_path::{ConfigScope, HooksPath, program_on_path};
pub use layout::Layout;
pub use objects::Objects;
pub use operation::Operation;
pub use pager::Pager;
pub use presence::Plans;
pub use reflog::ReflogEntry;
pub use refs::{Moved, RefEntry};
pub use repo::Repo;
pub use restore::branch_ref;
pub use revision::Head;
pub use sharing::Sharing;
pub use sizes::Sizes;
pub use status::{Changed, Disk, Staged, Status, Unmerged};
pub use worktree_file::read_regular;
pub use worktrees::{Presence, Worktree};
pub use write::CommitText;

#[cfg(test)]
pub(crate) use hooks_path::sealed_repo;

#[cfg(test)]
#[cfg(unix)]
pub(crate) use testing::git_makes;

#[cfg(test)]
#[cfg(unix)]
mod testing;
#[cfg(test)]
#[cfg(unix)]
mod tests;
