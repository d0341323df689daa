//! A look at one file: which patterns of the run hit it where, and what kept us from seeing.

use std::collections::BTreeMap;
use std::ops::Range;
use std::time::Duration;

use anyhow::Result;

use super::agenda::{Agenda, Patterns, Reaches};
use super::budget::Budget;
use super::class::{Class, may_be_script};
use super::code::{self, Code};
use super::deadline::Deadline;
use super::pattern::Compiled;
use super::place::{Lines, Spot};
use super::remarks::Remarks;
use super::room::Room;
use super::text::Reading;
use crate::model::hit::{Analysis, UnjudgedReason};
use crate::model::path::RepoPath;
use crate::syntax::{Focus, Language, ParseFailure, Parsed};

/// Nothing over this size is read.
pub(super) const READ_LIMIT: u64 = 16 << 20;

/// Code over this size is matched as text.
const CODE_LIMIT: usize = 1 << 20;

/// Git's own test for binary content looks at this many bytes.
const BINARY_HEAD: usize = 8000;

/// How long a parser may take: so long that a busy machine alone changes no verdict.
const PARSE_DEADLINE: Duration = Duration::from_secs(5);

/// How long matching in one file may take before it goes on line by line.
const MATCH_DEADLINE: Duration = Duration::from_secs(10);

/// What one file came to.
#[derive(Debug)]
pub(super) struct Look {
    /// How it was judged.
    pub class: Class,
    /// What is true of it for every spec alike.
    pub unjudged: Option<UnjudgedReason>,
    /// For each pattern that was searched for, by number, what came of it.
    pub searched: BTreeMap<usize, Search>,
}

/// What came of searching for one pattern.
#[derive(Debug, Default)]
pub(super) struct Search {
    /// One a line, in order.
    pub spots: Vec<Spot>,
    /// Whether the parser or the clock gave up, so that it was searched as text or line by line.
    pub cut_short: bool,
}

impl Look {
    /// A file that gave no content. One that nobody can read might be a script.
    pub(super) fn failed(path: &RepoPath, reason: UnjudgedReason) -> Self {
        let script = reason == UnjudgedReason::Unreadable && may_be_script(path);
        let class = if script {
            Class::Script
        } else {
            Class::of_path(path)
        };
        Self::without_search(class, reason)
    }

    /// Whether nothing was searched for, and another look would find that out as soon.
    pub(super) fn is_a_glance(&self) -> bool {
        self.unjudged.is_none() && self.searched.is_empty()
    }

    fn without_search(class: Class, reason: UnjudgedReason) -> Self {
        Self {
            class,
            unjudged: Some(reason),
            searched: BTreeMap::new(),
        }
    }
}

/// What a look needs beside the content.
pub(super) struct Viewer<'a> {
    /// Who asks for what.
    pub agenda: &'a Agenda,
    /// Compiled.
    pub patterns: &'a Patterns,
    /// Whether files are skipped that no needle occurs in.
    pub filter: Filter,
    /// When to give up.
    pub deadline: Deadline,
}

/// Whether the prefilter is used; without it nothing may change but the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Filter {
    /// Always, but in tests of itself.
    On,
    /// Every wanted pattern is searched for.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "the other side of the prefilter's test")
    )]
    Off,
}

impl Viewer<'_> {
    /// Looks at one file for the specs that want it looked at.
    ///
    /// # Errors
    /// When a pattern turns out not to compile, or the deadline has passed.
    pub(super) fn look(
        &self,
        path: &RepoPath,
        content: &[u8],
        specs: &[usize],
        reaches: &Reaches,
    ) -> Result<Look> {
        let (class, language) = Class::of(path, content);
        if is_binary(content) {
            return Ok(Look::without_search(class, UnjudgedReason::Binary));
        }
        let large = language.is_some() && content.len() > CODE_LIMIT;
        let mut wanted = self.agenda.wanted(specs, class, reaches);
        if self.filter == Filter::On && wanted.contains(&true) {
            self.sift(&mut wanted, content, language.filter(|_| !large))?;
        }
        let mut look = Look {
            class,
            unjudged: large.then_some(UnjudgedReason::Large),
            searched: BTreeMap::new(),
        };
        if !wanted.contains(&true) {
            return Ok(look);
        }
        let lines = Lines::new(content);
        let page = Page {
            path,
            content,
            lines: &lines,
            deadline: self.deadline,
            budget: Budget::new(self.deadline.cut(MATCH_DEADLINE)),
        };
        let all = self.patterns.all.iter().enumerate();
        let patterns: Vec<_> = all
            .zip(wanted)
            .filter_map(|(pattern, wanted)| wanted.then_some(pattern))
            .map(|(id, pattern)| Ok((id, pattern.compiled()?)))
            .collect::<Result<_>>()?;
        let starts = self.starts(content, &patterns);
        let focus = starts.as_deref().map_or(Focus::Everywhere, Focus::Words);
        look.searched = match language {
            Some(language) if !large => page.as_code(language, focus, &patterns)?,
            None if class == Class::Sql => page.as_sql(&patterns)?,
            _ => page.as_text(&patterns)?,
        };
        Ok(look)
    }

    /// Keeps of the wanted patterns those that content, to be parsed if it has a language, may hold.
    fn sift(&self, wanted: &mut [bool], content: &[u8], language: Option<Language>) -> Result<()> {
        let possible = self.patterns.prefilter.candidates(content);
        let remarks = language.and_then(|language| Remarks::new(language, content));
        for ((wanted, possible), pattern) in wanted.iter_mut().zip(possible).zip(&self.patterns.all)
        {
            *wanted = *wanted && possible && pattern.compiled()?.may_hit(content, remarks.as_ref());
        }
        Ok(())
    }

    /// Where words start that hits are made of, if all hits are made of words.
    fn starts(&self, content: &[u8], patterns: &[(usize, &Compiled)]) -> Option<Vec<usize>> {
        let are_words = patterns.iter().all(|(_, pattern)| pattern.is_about_words());
        (self.filter == Filter::On && are_words).then(|| {
            let ids = patterns.iter().map(|(id, _)| *id);
            self.patterns.prefilter.starts(content, ids)
        })
    }
}

struct Page<'a> {
    path: &'a RepoPath,
    content: &'a [u8],
    lines: &'a Lines<'a>,
    deadline: Deadline,
    budget: Budget,
}

impl Page<'_> {
    fn as_code(
        &self,
        language: Language,
        focus: Focus<'_>,
        patterns: &[(usize, &Compiled)],
    ) -> Result<BTreeMap<usize, Search>> {
        let _room = Room::take(self.content.len());
        let Ok(parsed) = parse(language, self.content, focus, self.deadline) else {
            self.deadline.check()?;
            return self.as_broken_code(language, patterns);
        };
        let code = Code::new(self.path, self.content, self.lines, parsed);
        let search = |(id, pattern): &(usize, &Compiled)| {
            let search = match pattern.in_code(&code, &self.budget) {
                Ok(found) => self.search(found, Analysis::Code),
                Err(_) => {
                    self.deadline.check()?;
                    Search {
                        cut_short: true,
                        ..self.text_search(pattern)?
                    }
                }
            };
            Ok((*id, search))
        };
        patterns.iter().map(search).collect()
    }

    /// As text, but for names in lines that are certainly no code.
    fn as_broken_code(
        &self,
        language: Language,
        patterns: &[(usize, &Compiled)],
    ) -> Result<BTreeMap<usize, Search>> {
        let remarks = Remarks::new(language, self.content);
        let search = |(id, pattern): &(usize, &Compiled)| {
            let mut found = pattern.in_text(self.content, self.lines, &self.budget)?.0;
            if let Some(remarks) = remarks.as_ref().filter(|_| pattern.is_name()) {
                found.retain(|range| !remarks.hide(range.start));
            }
            let search = Search {
                cut_short: true,
                ..self.search(found, Analysis::Text)
            };
            Ok((*id, search))
        };
        let searched = patterns.iter().map(search).collect();
        self.deadline.check()?;
        searched
    }

    fn as_sql(&self, patterns: &[(usize, &Compiled)]) -> Result<BTreeMap<usize, Search>> {
        let tables = code::tables_of_sql(self.content);
        let search = |(id, pattern): &(usize, &Compiled)| {
            let search = match pattern.in_sql(&tables) {
                Some(found) => self.search(found, Analysis::Code),
                None => self.text_search(pattern)?,
            };
            Ok((*id, search))
        };
        patterns.iter().map(search).collect()
    }

    fn as_text(&self, patterns: &[(usize, &Compiled)]) -> Result<BTreeMap<usize, Search>> {
        let search = |(id, pattern): &(usize, &Compiled)| Ok((*id, self.text_search(pattern)?));
        patterns.iter().map(search).collect()
    }

    fn text_search(&self, pattern: &Compiled) -> Result<Search> {
        let (found, reading) = pattern.in_text(self.content, self.lines, &self.budget)?;
        if reading == Reading::ByLine {
            self.deadline.check()?;
        }
        Ok(Search {
            cut_short: reading == Reading::ByLine,
            ..self.search(found, Analysis::Text)
        })
    }

    fn search(&self, found: Vec<Range<usize>>, analysis: Analysis) -> Search {
        Search {
            spots: self.lines.spots(found, analysis),
            cut_short: false,
        }
    }
}

/// Parses in the time that there is.
pub(super) fn parse(
    language: Language,
    content: &[u8],
    focus: Focus<'_>,
    deadline: Deadline,
) -> Result<Parsed, ParseFailure> {
    Parsed::parse(language, content, focus, deadline.cut(PARSE_DEADLINE))
}

/// Whether content is no text: a NUL byte near the start, as Git has it, or UTF-16.
pub(super) fn is_binary(content: &[u8]) -> bool {
    let head = content.get(..BINARY_HEAD).unwrap_or(content);
    head.contains(&0) || content.starts_with(b"\xff\xfe") || content.starts_with(b"\xfe\xff")
}
