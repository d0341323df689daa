//! Tables of source text and what is read from it, per language.

mod dialects;
mod more_tokens;
mod pathologies;
mod show;
mod tokens;

use std::time::Duration;

use super::{Focus, Language, Parsed, TokenKind};
use crate::model::path::RepoPath;

/// Long enough for a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

pub(super) fn parse(path: &str, source: impl AsRef<[u8]>) -> Parsed {
    let source = source.as_ref();
    let language = Language::of(&RepoPath::from(path), source).expect("a language");
    Parsed::parse(language, source, Focus::Everywhere, PATIENCE).expect("parsed")
}
