//! Analogous places: what `find` is asked for and what it answers.

use serde::Serialize;

use super::path::RepoPath;

/// The kind of place looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PlaceKind {
    /// A function or method definition.
    Function,
    /// A class, struct, trait, interface, enum, module or type definition.
    Class,
    /// A UI component.
    Component,
    /// A declared route.
    ApiRoute,
    /// An SQL table named in a statement.
    Table,
}

/// What is looked for.
#[derive(Debug, Clone)]
pub struct PlaceQuery {
    /// The kind of place.
    pub kind: PlaceKind,
    /// A glob over names (`validate*`), or over route paths; `None` for all. Tables ignore case.
    pub name: Option<String>,
    /// For routes, the HTTP method, any case.
    pub method: Option<String>,
    /// The language of the files looked at, by its name or a file extension; `None` for all.
    pub language: Option<String>,
    /// How many answers at most; `None` for all.
    pub limit: Option<usize>,
}

/// A place found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Place {
    /// The file.
    pub file: RepoPath,
    /// 1-based line of the name or of the route's declaration.
    pub line: u32,
    /// The defined name, the route's path, or the table's name.
    pub name: String,
    /// For routes, the HTTP method in upper case, or `ANY`.
    pub method: Option<String>,
    /// The line of source, trimmed, at most 200 bytes.
    pub text: String,
}
