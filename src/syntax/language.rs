//! Which language a file is in, by extension, file name or `#!` line.

use std::sync::OnceLock;

use super::dialect::{Dialect, Extent};
use super::languages::DIALECTS;
use super::table::Table;
use crate::model::path::RepoPath;

/// What makes a comment of a line.
#[derive(Debug, Clone, Copy)]
pub struct LineComment {
    /// What the line begins with.
    pub marker: &'static [u8],
    /// Signs without which whatever string or comment the line may stand in goes on to its end.
    pub closers: &'static [u8],
    /// Signs of strings that others may end as well.
    pub wild: &'static [u8],
}

/// A language that is parsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Language(usize);

static TABLES: [OnceLock<Table>; DIALECTS.len()] = [const { OnceLock::new() }; DIALECTS.len()];

impl Language {
    /// By extension, file name or `#!` line; `None` for other text. SQL is not a language here:
    /// see [`is_sql_file`](super::is_sql_file).
    pub fn of(path: &RepoPath, first_bytes: &[u8]) -> Option<Self> {
        match Self::of_path(path) {
            Some(language) if language.name() == "c" && looks_like_cpp(path, first_bytes) => {
                Self::named("cpp").or(Some(language))
            }
            Some(language) => Some(language),
            None => by_interpreter(first_bytes),
        }
    }

    /// By path alone, without looking at the content.
    pub fn of_path(path: &RepoPath) -> Option<Self> {
        // The rest of a name need not be UTF-8 for its extension to say what the file is.
        let name = std::str::from_utf8(path.file_name());
        let by_name = |name| Self::find(|dialect| dialect.file_names.contains(&name));
        name.ok().and_then(by_name).or_else(|| {
            let extension = std::str::from_utf8(path.extension()?).ok()?;
            let extension = extension.to_ascii_lowercase();
            Self::find(|dialect| dialect.extensions.contains(&extension.as_str()))
        })
    }

    /// Its name, in lower case.
    pub fn name(self) -> &'static str {
        self.dialect().name
    }

    /// Every language.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..DIALECTS.len()).map(Self)
    }

    /// Whether people may mean it by a name: its own, or that of the language it is a kind of.
    pub fn goes_by(self, name: &str) -> bool {
        let dialect = self.dialect();
        dialect.name == name || !dialect.family.is_empty() && dialect.family == name
    }

    /// The extensions of its files, in lower case, without the dot.
    pub fn extensions(self) -> &'static [&'static str] {
        self.dialect().extensions
    }

    /// The language with a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::find(|dialect| dialect.name == name)
    }

    /// How a whole line of it is made a comment, if that can be told without a parser.
    pub fn line_comment(self) -> Option<LineComment> {
        let dialect = self.dialect();
        let is_told = !dialect.line_comment.is_empty() && dialect.extent == Extent::File;
        is_told.then_some(LineComment {
            marker: dialect.line_comment.as_bytes(),
            closers: dialect.closers.as_bytes(),
            wild: dialect.wild.as_bytes(),
        })
    }

    /// Its place among all languages.
    pub(super) fn index(self) -> usize {
        self.0
    }

    pub(super) fn dialect(self) -> &'static Dialect {
        DIALECTS[self.0]
    }

    /// Its table, built when first asked for: all of them together take 15 ms.
    pub(super) fn table(self) -> &'static Table {
        TABLES[self.0].get_or_init(|| Table::new(self.dialect()))
    }

    fn find(wanted: impl Fn(&Dialect) -> bool) -> Option<Self> {
        DIALECTS
            .iter()
            .position(|dialect| wanted(dialect))
            .map(Self)
    }
}

/// `#!/usr/bin/env -S python3.12 -u` is python.
fn by_interpreter(first_bytes: &[u8]) -> Option<Language> {
    let line = first_bytes.strip_prefix(b"#!")?;
    let line = line.split(|byte| *byte == b'\n').next()?;
    let line = std::str::from_utf8(line).ok()?;
    let program = line
        .split_whitespace()
        .filter_map(|word| word.rsplit('/').next())
        .find(|word| *word != "env" && !word.starts_with('-') && !word.contains('='))?;
    let program = program.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    Language::find(|dialect| dialect.interpreters.contains(&program))
}

/// A header file says nothing about its language but by what it holds.
fn looks_like_cpp(path: &RepoPath, first_bytes: &[u8]) -> bool {
    const SIGNS: [&str; 6] = [
        "namespace ",
        "class ",
        "template",
        "std::",
        "public:",
        "using ",
    ];
    let is_header = path.extension() == Some(b"h");
    let start = String::from_utf8_lossy(first_bytes.get(..16 * 1024).unwrap_or(first_bytes));
    is_header
        && start.lines().any(|line| {
            let line = line.trim_start();
            SIGNS.iter().any(|sign| line.starts_with(sign))
        })
}
