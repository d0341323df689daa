//! Git's hook protocol: what stands in hook files, what Git says to them, and how they get there.

pub mod protocol;
pub mod stdin;

pub mod block;
pub mod existing;
pub mod probe;
pub mod shim;

pub mod doctor;
pub mod ground;
pub mod install;
pub mod lost;
pub mod managers;
pub mod uninstall;

mod aliases;
mod config_hooks;
mod file_hooks;
mod hook_file;
mod install_lock;
mod lfs;
mod receipt;
mod refusal;
mod site;

#[cfg(test)]
#[cfg(unix)]
mod testing;

pub mod announcement;
pub mod bounded;
pub mod post_commit;
pub mod post_rewrite;
pub mod pre_commit;
pub mod pre_push;
