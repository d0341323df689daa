//! The languages, one file of data each.

mod bash;
mod c;
#[cfg(feature = "all-languages")]
mod cpp;
mod csharp;
mod go;
mod java;
mod javascript;
#[cfg(feature = "all-languages")]
mod kotlin;
mod lua;
mod php;
mod python;
mod ruby;
mod rust;
#[cfg(feature = "all-languages")]
mod scala;
#[cfg(feature = "all-languages")]
mod swift;
mod typescript;

use super::dialect::Dialect;

/// All languages; the place in the list is the identity of a language.
pub(super) static DIALECTS: &[&Dialect] = &[
    &bash::BASH,
    &c::C,
    #[cfg(feature = "all-languages")]
    &cpp::CPP,
    &csharp::CSHARP,
    &go::GO,
    &java::JAVA,
    &javascript::JAVASCRIPT,
    #[cfg(feature = "all-languages")]
    &kotlin::KOTLIN,
    &lua::LUA,
    &php::PHP,
    &python::PYTHON,
    &ruby::RUBY,
    &rust::RUST,
    #[cfg(feature = "all-languages")]
    &scala::SCALA,
    &typescript::SVELTE,
    #[cfg(feature = "all-languages")]
    &swift::SWIFT,
    &typescript::TSX,
    &typescript::TYPESCRIPT,
    &typescript::VUE,
];
