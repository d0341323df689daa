//! The only door to the YAML crate: spec text to `model::Spec`, with diagnostics.

use crate::model::{id::SpecHash, spec::Spec};

mod build;
mod decode;
mod diagnostic;
mod glob;
mod hash;
mod headers;
mod node;
mod pattern;
mod read;
mod regexes;
mod schema;
mod screen;
mod structure;
mod suggest;
mod syntax_error;

#[cfg(test)]
mod tests;

pub use diagnostic::Diagnostic;
use diagnostic::Problem;
pub use suggest::distance;

/// At most this many bytes a spec.
pub const MAX_BYTES: usize = 256 * 1024;
/// At most this many collections inside one another.
pub const MAX_DEPTH: usize = 32;
/// At most this many rules a spec.
pub const MAX_RULES: usize = 1_000;
/// At most this many patterns and globs together a spec.
pub const MAX_ENTRIES: usize = 10_000;
/// At most this many structures a spec: each is parsed, in the worst case once a language.
pub const MAX_STRUCTURES: usize = 500;
/// At most this many bytes a pattern or glob.
pub const MAX_PATTERN_BYTES: usize = 4 * 1024;

/// A spec that parsed, and what is odd about it.
#[derive(Debug, Clone)]
pub struct Parsed {
    /// The rules, checked and normalised.
    pub spec: Spec,
    /// The hash of what judges (docs/spec-format.md, "The hash").
    pub hash: SpecHash,
    /// What does not stop it but is probably not meant.
    pub warnings: Vec<Diagnostic>,
}

/// Parses and checks a spec.
///
/// # Errors
/// The first thing wrong with it, with its place, however hostile `bytes` is.
pub fn parse(bytes: &[u8]) -> Result<Parsed, Diagnostic> {
    let text = decode::decode(bytes)?;
    let at = |problem: Problem| problem.locate(text, |node| read::offset_of(text, node));
    screen::screen(text).map_err(at)?;
    let document = read::read(text).map_err(at)?;
    let built = build::build(&document).map_err(at)?;
    Ok(Parsed {
        hash: hash::hash(&built.spec.rules),
        spec: built.spec,
        warnings: built.warnings.into_problems().into_iter().map(at).collect(),
    })
}
