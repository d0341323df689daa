//! The tables of one SQL statement.

use std::ops::Range;

use super::SqlTable;
use super::lexer::{Lexeme, LexemeKind};
use super::vocabulary::{
    DETERMINERS, FOLLOWERS, GRANTED, LIST_ENDS, MODIFIERS, NO_VERB_AFTER, RESERVED, among,
};

/// How far the column list of a common table expression is read.
const COLUMNS_LIMIT: usize = 512;

/// Tables of one statement; `in_body` when it stands in the body of a routine, where control flow
/// comes before the verb.
pub(super) fn tables(sql: &str, lexemes: &[Lexeme], in_body: bool) -> Vec<SqlTable> {
    let words = lexemes
        .iter()
        .map(|lexeme| match lexeme.kind {
            LexemeKind::Word => sql[lexeme.range.clone()].to_ascii_lowercase(),
            _ => String::new(),
        })
        .collect();
    let mut statement = Statement {
        sql,
        lexemes,
        words,
        frames: Vec::new(),
        found: Vec::new(),
        prose: false,
    };
    let head = statement.head(in_body);
    let Some(start) = head.or_else(|| statement.piece()) else {
        return Vec::new();
    };
    statement.read(start);
    let names = statement.common_table_expressions();
    let sure = in_body || head.is_some_and(|head| statement.shouts(head));
    if statement.prose && !sure {
        return Vec::new();
    }
    statement
        .found
        .retain(|table| !names.contains(&table.name.to_lowercase()));
    statement.found
}

/// What is known inside one pair of parentheses.
#[derive(Default)]
struct Frame {
    /// A query or statement of its own, not the arguments of a function.
    query: bool,
    /// In the list after `from`, where a comma announces a table.
    list: bool,
}

pub(super) struct Statement<'a> {
    sql: &'a str,
    lexemes: &'a [Lexeme],
    /// In lower case; empty for what is no bare word.
    words: Vec<String>,
    frames: Vec<Frame>,
    found: Vec<SqlTable>,
    /// A table is followed by a word that SQL does not have there.
    prose: bool,
}

impl Statement<'_> {
    pub(super) fn word(&self, at: usize) -> &str {
        self.words.get(at).map_or("", String::as_str)
    }

    pub(super) fn before(&self, at: usize, back: usize) -> &str {
        at.checked_sub(back).map_or("", |at| self.word(at))
    }

    pub(super) fn mark(&self, at: usize) -> Option<u8> {
        match self.lexemes.get(at)?.kind {
            LexemeKind::Mark(mark) => Some(mark),
            _ => None,
        }
    }

    pub(super) const fn end(&self) -> usize {
        self.lexemes.len()
    }

    pub(super) fn has(&self, word: &str) -> bool {
        self.words.iter().any(|other| other == word)
    }

    pub(super) fn has_any(&self, mut range: Range<usize>, wanted: &str) -> bool {
        range.any(|at| among(wanted, self.word(at)))
    }

    pub(super) fn holds(&self, kind: LexemeKind) -> bool {
        self.lexemes.iter().any(|lexeme| lexeme.kind == kind)
    }

    /// Written in capitals, which prose is not.
    pub(super) fn shouts(&self, at: usize) -> bool {
        let text = self
            .lexemes
            .get(at)
            .map(|lexeme| &self.sql[lexeme.range.clone()]);
        text.is_some_and(|text| text.bytes().all(|byte| byte.is_ascii_uppercase()))
    }

    fn read(&mut self, head: usize) {
        let verb = self.word(head).to_owned();
        let mut at = head;
        while let Some(lexeme) = self.lexemes.get(at) {
            let announces = match lexeme.kind {
                LexemeKind::Word => self.announces(at, head, &verb),
                LexemeKind::Mark(b',') => self.frame().list,
                LexemeKind::Mark(b'(') => {
                    self.open();
                    false
                }
                LexemeKind::Mark(b')') => {
                    self.frames.pop();
                    false
                }
                _ => false,
            };
            at = match announces {
                true => self.reference(at + 1),
                false => at + 1,
            };
        }
    }

    fn open(&mut self) {
        self.frame();
        self.frames.push(Frame::default());
    }

    /// The innermost frame; the outermost is a statement, however many parentheses were closed.
    fn frame(&mut self) -> &mut Frame {
        if self.frames.is_empty() {
            self.frames.push(Frame {
                query: true,
                list: false,
            });
        }
        let last = self.frames.len() - 1;
        &mut self.frames[last]
    }

    /// Whether a table comes after this word.
    fn announces(&mut self, at: usize, head: usize, verb: &str) -> bool {
        let word = self.word(at).to_owned();
        let previous = self.before(at, 1).to_owned();
        if among("select delete insert update", &word) {
            self.frame().query = true;
        }
        if among(LIST_ENDS, &word) {
            self.frame().list = false;
        }
        let qualified =
            self.mark(at + 1) == Some(b'.') || at > 0 && self.mark(at - 1) == Some(b'.');
        if qualified {
            return false;
        }
        match word.as_str() {
            "to" | "from" if among("grant revoke", verb) => {
                self.frame().list = false;
                false
            }
            "from" => {
                let compares = previous == "distinct" && among("is not", self.before(at, 2));
                let reads = self.frame().query && !compares && verb != "copy";
                self.frame().list |= reads;
                reads
            }
            "join" | "straight_join" => true,
            "into" => self.frame().query,
            "update" => !among(NO_VERB_AFTER, &previous),
            "table" | "view" => {
                let lists = among("drop lock truncate", verb) && at <= head + 3;
                self.frame().list |= lists;
                verb == "comment" || !among(NO_VERB_AFTER, &previous)
            }
            "truncate" => {
                self.frame().list = true;
                at == head && self.word(at + 1) != "table"
            }
            "copy" => at == head,
            "references" => true,
            "using" => among("delete merge", verb) && self.mark(at + 1) != Some(b'('),
            "to" => previous == "rename" && verb == "alter" && !self.found.is_empty(),
            "like" => verb == "create" && at > 0 && self.mark(at - 1) == Some(b'('),
            "of" => verb == "create" && previous == "partition",
            "inherit" | "inherits" => among("create alter", verb),
            "partition" => verb == "alter" && among("attach detach", &previous),
            "on" if among("grant revoke", verb) => {
                self.frame().list = !among(GRANTED, self.word(at + 1));
                self.frame().list
            }
            "on" => {
                among("create drop alter", verb)
                    && self.has_any(head + 1..at.min(head + 8), "index trigger policy")
                    && self.found.is_empty()
                    && !among("delete update", self.word(at + 1))
            }
            _ => false,
        }
    }

    /// Reads the table that starts at `at`, if one does; returns where to go on.
    fn reference(&mut self, mut at: usize) -> usize {
        let announced = self.before(at, 1).to_owned();
        loop {
            while among(MODIFIERS, self.word(at)) {
                at += 1;
            }
            if self.mark(at) != Some(b'(') {
                break;
            }
            self.open();
            at += 1;
            if among("select with values", self.word(at)) {
                return at;
            }
            self.frame().list = true;
        }
        let Some((name, offset, next)) = self.name(at) else {
            return at;
        };
        if next == at + 1 && among(RESERVED, self.word(at)) {
            return at;
        }
        let may_call = among("from join", &announced) || announced.is_empty();
        if !may_call || self.mark(next) != Some(b'(') {
            self.found.push(SqlTable { name, offset });
            self.prose |= self.determines(at) || !self.is_followed_well(next);
        }
        next
    }

    /// A name of one or more parts; `None` when it is glued to a placeholder or is none.
    fn name(&self, mut at: usize) -> Option<(String, usize, usize)> {
        if self.mark(at) == Some(b'?') && self.mark(at + 1) == Some(b'.') {
            at += 2;
        }
        let first = self.lexemes.get(at)?;
        let mut name = String::new();
        let mut end = first.range.start;
        loop {
            let part = self.lexemes.get(at)?;
            if !matches!(part.kind, LexemeKind::Word | LexemeKind::Quoted) {
                return None;
            }
            name.push_str(&self.sql[part.range.clone()]);
            end = end.max(part.range.end);
            at += 1;
            if self.mark(at) != Some(b'.') {
                break;
            }
            while self.mark(at) == Some(b'.') {
                name.push('.');
                at += 1;
            }
        }
        let bytes = self.sql.as_bytes();
        let glued = |at: Option<usize>| at.and_then(|at| bytes.get(at)) == Some(&b'?');
        let dynamic = glued(Some(end))
            || glued(first.range.start.checked_sub(1))
                && bytes.get(first.range.start.wrapping_sub(1)) != Some(&b'.');
        (!dynamic && !name.is_empty()).then_some((name, first.range.start, at))
    }

    /// Whether what follows a table is what SQL has there: an alias, a clause, punctuation.
    fn is_followed_well(&self, at: usize) -> bool {
        let fits = |at: usize| match self.lexemes.get(at).map(|lexeme| lexeme.kind) {
            Some(LexemeKind::Word) => among(FOLLOWERS, self.word(at)),
            Some(LexemeKind::Mark(mark)) => b",;()?%{@#=".contains(&mark),
            Some(LexemeKind::Literal) => false,
            Some(LexemeKind::Quoted | LexemeKind::Dollar) | None => true,
        };
        let at = at + usize::from(self.word(at) == "as");
        fits(at) || fits(at + 1)
    }

    /// An article and the like, with its noun.
    fn determines(&self, at: usize) -> bool {
        let is_noun = |word: &str| !word.is_empty() && word != "as" && !among(FOLLOWERS, word);
        among(DETERMINERS, self.word(at))
            || among("a an", self.word(at)) && is_noun(self.word(at + 1))
    }

    /// Names that `with` gives to queries, in lower case.
    fn common_table_expressions(&self) -> Vec<String> {
        let mut names = Vec::new();
        if !self.has("with") {
            return names;
        }
        for (at, lexeme) in self.lexemes.iter().enumerate() {
            let named = matches!(lexeme.kind, LexemeKind::Word | LexemeKind::Quoted);
            let introduced = among("with recursive", self.before(at, 1))
                || at > 0 && self.mark(at - 1) == Some(b',');
            if !named || !introduced {
                continue;
            }
            let mut next = at + 1;
            if self.mark(next) == Some(b'(') {
                let columns = (next..next + COLUMNS_LIMIT).find(|at| self.mark(*at) == Some(b')'));
                next = columns.map_or(next, |close| close + 1);
            }
            if self.word(next) != "as" {
                continue;
            }
            next += 1;
            while among("not materialized", self.word(next)) {
                next += 1;
            }
            if self.mark(next) == Some(b'(') {
                names.push(self.sql[lexeme.range.clone()].to_lowercase());
            }
        }
        names
    }
}
