//! The languages, one file of data each.

mod go;
mod java;
mod javascript;
mod python;
mod ruby;
mod rust;
mod typescript;

use super::dialect::Dialect;

/// All languages; the place in the list is the identity of a language.
pub(super) static DIALECTS: &[&Dialect] = &[
    &go::GO,
    &java::JAVA,
    &javascript::JAVASCRIPT,
    &python::PYTHON,
    &ruby::RUBY,
    &rust::RUST,
    &typescript::SVELTE,
    &typescript::TSX,
    &typescript::TYPESCRIPT,
    &typescript::VUE,
];
