//! What a path under `api_routes` lacks that hits nothing: the prefix of a route that ends like it.

use anyhow::Result;

use super::Scanner;
use super::agenda::Agenda;
use super::routes;
use crate::model::find::{PlaceKind, PlaceQuery};
use crate::model::spec::Spec;
use crate::model::tree::Snapshot;

impl Scanner<'_> {
    /// Finds the shortest leading part of a route that ends with the path of a literal, among the files
    /// that the scopes of `spec` hold.
    ///
    /// # Errors
    /// When a tree cannot be read, or a glob does not compile.
    pub fn longer_route(
        &self,
        snapshot: &Snapshot,
        spec: &Spec,
        literal: &str,
    ) -> Result<Option<String>> {
        let Some(word) = routes::last_word(literal) else {
            return Ok(None);
        };
        let query = PlaceQuery {
            kind: PlaceKind::ApiRoute,
            name: Some(format!("*{word}*")),
            method: None,
            language: None,
            limit: None,
        };
        let agenda = Agenda::new([spec])?;
        let longer = self
            .find(snapshot, &query)?
            .into_iter()
            .filter_map(|place| {
                let is_judged = agenda.may_judge(0, &place.file, &agenda.reaches(&place.file));
                let part = is_judged.then(|| routes::leading_part(&place.name, literal))??;
                Some((part.len(), part))
            });
        Ok(longer.min().map(|(_, part)| part))
    }
}
