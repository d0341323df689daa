//! One parsed file as the matchers see it; every view is made when first asked for.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::ops::Range;

use super::expressions;
use super::place::Lines;
use super::remarks::Remarks;
use super::stretches::Stretches;
use crate::model::path::RepoPath;
use crate::syntax::{self, Parsed, Route};

/// A table named in a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NamedTable {
    /// Without quotes, schema kept.
    pub name: String,
    /// Where each segment of the name stands in the source, as far as it stands there as it is.
    segments: Vec<Range<usize>>,
}

impl NamedTable {
    fn new(name: String, start: usize, source: &[u8]) -> Self {
        let between = |byte: &&u8| matches!(byte, b'.' | b'"' | b'`' | b'[' | b']' | b' ' | b'\\');
        let mut segments = Vec::new();
        let mut at = start;
        for segment in name.split('.') {
            let end = at + segment.len();
            segments.push(at..end);
            if source.get(at..end) != Some(segment.as_bytes()) {
                break;
            }
            let rest = source.get(end..).unwrap_or_default();
            at = end + rest.iter().take_while(between).count();
        }
        Self { name, segments }
    }

    /// Where the last `count` segments stand.
    pub(super) fn last_segments(&self, count: usize) -> Range<usize> {
        let skipped = self.name.split('.').count().saturating_sub(count);
        let first = self.segments.get(skipped).or(self.segments.first());
        let start = first.map_or(0, |first| first.start);
        start
            ..self
                .segments
                .last()
                .map_or(start, |last| last.end)
                .max(start)
    }
}

/// A parsed file.
pub(super) struct Code<'a> {
    /// Its bytes.
    pub source: &'a [u8],
    /// Its lines.
    pub lines: &'a Lines<'a>,
    /// What it was parsed to.
    pub parsed: Parsed,
    path: &'a RepoPath,
    remarks: OnceCell<Option<Remarks<'a>>>,
    without_comments: OnceCell<Cow<'a, [u8]>>,
    chains: OnceCell<Stretches>,
    headers: OnceCell<Stretches>,
    tables: OnceCell<Vec<NamedTable>>,
    routes: OnceCell<Vec<Route>>,
}

impl<'a> Code<'a> {
    /// Wraps what `source` at `path` was parsed to.
    pub(super) fn new(
        path: &'a RepoPath,
        source: &'a [u8],
        lines: &'a Lines<'a>,
        parsed: Parsed,
    ) -> Self {
        Self {
            source,
            lines,
            path,
            parsed,
            remarks: OnceCell::new(),
            without_comments: OnceCell::new(),
            chains: OnceCell::new(),
            headers: OnceCell::new(),
            tables: OnceCell::new(),
            routes: OnceCell::new(),
        }
    }

    /// Whether what begins at an offset is no code, whatever a parser that has lost its way says.
    pub(super) fn is_remark(&self, at: usize) -> bool {
        let remarks = || Remarks::new(self.parsed.language(), self.source);
        let remarks = self.remarks.get_or_init(remarks);
        remarks.as_ref().is_some_and(|remarks| remarks.hide(at))
    }

    pub(super) fn without_comments(&self) -> &[u8] {
        let blank = || expressions::without_comments(self.source, self.parsed.comments());
        self.without_comments.get_or_init(blank)
    }

    pub(super) fn chains(&self) -> &Stretches {
        self.chains
            .get_or_init(|| Stretches::chains(self.source, &self.parsed))
    }

    pub(super) fn headers(&self) -> &Stretches {
        self.headers
            .get_or_init(|| Stretches::headers(self.without_comments(), &self.parsed))
    }

    /// Tables named in the statements that strings hold.
    pub(super) fn tables(&self) -> &[NamedTable] {
        self.tables.get_or_init(|| {
            let mut tables = Vec::new();
            for literal in self.parsed.strings() {
                for table in syntax::sql_tables(&literal.text) {
                    let start = literal.source_offset(table.offset);
                    tables.push(NamedTable::new(table.name, start, self.source));
                }
            }
            tables
        })
    }

    pub(super) fn routes(&self) -> &[Route] {
        self.routes
            .get_or_init(|| self.parsed.routes(self.source, self.path))
    }
}

/// Tables named in a file of SQL statements.
pub(super) fn tables_of_sql(source: &[u8]) -> Vec<NamedTable> {
    let named = |table: syntax::SqlTable| NamedTable::new(table.name, table.offset, source);
    let tables = match std::str::from_utf8(source) {
        Ok(text) => syntax::sql_tables(text),
        // One byte for one byte, so that offsets hold.
        Err(_) => {
            let ascii = |byte: &u8| {
                if byte.is_ascii() {
                    char::from(*byte)
                } else {
                    '?'
                }
            };
            syntax::sql_tables(&source.iter().map(ascii).collect::<String>())
        }
    };
    tables.into_iter().map(named).collect()
}
