//! post-rewrite: an amend or a rebase replaced commits.

use anyhow::Result;

use crate::model::event::Cause;
use crate::ops::Workspace;
use crate::ops::follow_rewrite::follow_rewrite;

use super::protocol;

/// Lets checkpoints follow the pairs on `stdin`; `cause` is `amend` or `rebase`.
///
/// # Errors
/// When the pairs could not be stored or a checkpoint could not be carried over.
pub fn post_rewrite(ws: &Workspace, cause: &str, stdin: &[u8]) -> Result<()> {
    let cause = match cause {
        "amend" => Cause::Amend,
        _ => Cause::Rebase,
    };
    follow_rewrite(ws, protocol::rewritten(stdin).values, cause).map(drop)
}
