//! Tables named in SQL.

mod head;
mod lexer;
mod statement;
mod vocabulary;

use crate::model::path::RepoPath;
use lexer::{Lexeme, LexemeKind};

/// A table named in SQL: its name without quotes, schema kept (`public.users`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SqlTable {
    /// The name.
    pub name: String,
    /// Where it starts in the SQL.
    pub offset: usize,
}

/// Tables of one SQL text (a string literal's text, or a whole .sql file), in order; empty when it
/// is no SQL statement.
pub fn sql_tables(sql: &str) -> Vec<SqlTable> {
    let lexemes = lexer::lexemes(sql);
    let ends = |lexeme: &Lexeme| matches!(lexeme.kind, LexemeKind::Mark(b';') | LexemeKind::Dollar);
    let mut in_body = false;
    let mut tables = Vec::new();
    for lexemes in lexemes.split_inclusive(ends) {
        let opens_body = lexemes
            .last()
            .is_some_and(|last| last.kind == LexemeKind::Dollar);
        tables.extend(statement::tables(sql, lexemes, in_body));
        in_body ^= opens_body;
    }
    tables
}

/// Whether a whole file is SQL.
pub fn is_sql_file(path: &RepoPath) -> bool {
    const EXTENSIONS: [&str; 6] = ["sql", "psql", "pgsql", "mysql", "ddl", "dml"];
    path.extension().is_some_and(|extension| {
        EXTENSIONS
            .iter()
            .any(|known| extension.eq_ignore_ascii_case(known.as_bytes()))
    })
}

#[cfg(test)]
mod tests;
