//! `find`: places already in the code that are like one wanted.

use anyhow::Result;

use crate::model::find::{Place, PlaceQuery};
use crate::model::tree::TreeSource;
use crate::scan::{Progress, Scanner};

use super::workspace::Workspace;

/// Returns the places that answer `query`, in path order.
///
/// # Errors
/// When the tree cannot be read or the name is no valid glob.
pub fn find(
    ws: &Workspace,
    source: &TreeSource,
    query: &PlaceQuery,
    progress: &dyn Progress,
) -> Result<Vec<Place>> {
    let snapshot = ws.repo().snapshot(source)?;
    Scanner {
        repo: ws.repo(),
        memo: ws.memo(),
        progress,
    }
    .find(&snapshot, query)
}
