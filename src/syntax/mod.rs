//! The only door to tree-sitter: source text to what stands where, per language, as data.

mod definitions;
mod dialect;
mod focus;
mod fragment;
mod gaps;
mod language;
mod languages;
mod literal;
mod lost;
mod parse;
mod resident;
mod routes;
mod script;
mod sql;
mod strings;
mod structure;
mod table;
mod tokens;
mod walk;

pub use definitions::{Definition, DefinitionKind};
pub use focus::Focus;
pub use language::{Language, LineComment};
pub use parse::{ParseFailure, Parsed};
pub use routes::Route;
pub use sql::{SqlTable, is_sql_file, sql_tables};
pub use strings::StringLiteral;
pub use structure::{MAX_DEPTH, Same, Structure, StructureFlaw, StructureFlawKind};
pub use tokens::{Token, TokenKind};

#[cfg(test)]
mod tests;
