//! Classes of files: what a path, or a first line, says about how its content is judged.

use super::scope::Reach;
use crate::model::path::RepoPath;
use crate::model::spec::PatternKind;
use crate::syntax::{self, Language};

/// How a file's content is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// Parsed; the path says so.
    Code,
    /// Parsed; only its `#!` line says so.
    Script,
    /// A file of SQL statements.
    Sql,
    /// Text, if somebody asks for it by name.
    Other,
}

impl Class {
    /// What the path alone says.
    pub(super) fn of_path(path: &RepoPath) -> Self {
        if Language::of_path(path).is_some() {
            Self::Code
        } else if syntax::is_sql_file(path) {
            Self::Sql
        } else {
            Self::Other
        }
    }

    /// What path and content say together, and the language of what is parsed.
    pub(super) fn of(path: &RepoPath, content: &[u8]) -> (Self, Option<Language>) {
        match Self::of_path(path) {
            Self::Other if may_be_script(path) => match Language::of(path, content) {
                Some(language) => (Self::Script, Some(language)),
                None => (Self::Other, None),
            },
            Self::Code => (Self::Code, Language::of(path, content)),
            class => (class, None),
        }
    }

    /// Whether patterns of a kind are held against such a file, under a scope that reaches it so.
    pub(super) fn admits(self, reach: Reach, kind: PatternKind) -> bool {
        match (reach, self) {
            (Reach::Outside, _) | (Reach::Covered, Self::Other) => false,
            (Reach::Covered, Self::Sql) => kind == PatternKind::SqlTables,
            (Reach::Named, Self::Sql | Self::Other) => kind != PatternKind::Structures,
            (_, Self::Code | Self::Script) => true,
        }
    }
}

/// Whether only the first line can tell if it is code: no extension, not a dot file.
pub(super) fn may_be_script(path: &RepoPath) -> bool {
    path.extension().is_none()
        && !path.file_name().starts_with(b".")
        && Class::of_path(path) == Class::Other
}
