//! The prefilter: one pass over a file's bytes says which patterns could hit it at all.
//!
//! It may say yes too often, never no: a property test holds it against a search without it.

use std::collections::{HashMap, HashSet};

use aho_corasick::{AhoCorasick, AhoCorasickKind, Match, MatchKind};
use anyhow::{Context as _, Result};

use super::needle::{Case, Needle, Requirement};

/// The only characters outside ASCII that fold to an ASCII letter (s and k): a file that holds one
/// may hit a case-insensitive pattern without its needle.
const FOLDING_STRANGERS: [&str; 2] = ["ſ", "\u{212a}"];

/// For so many files the quickest automaton pays for what making it takes.
const MANY_FILES: usize = 64;

/// All needles of a run in one automaton.
#[derive(Debug)]
pub(super) struct Prefilter {
    automaton: AhoCorasick,
    needles: Vec<Needle>,
    /// Which needles each text of the automaton may be.
    meanings: Vec<Vec<usize>>,
    patterns: Vec<Wanted>,
}

#[derive(Debug)]
struct Wanted {
    /// Indices of needles: all groups, any of each.
    groups: Vec<Vec<usize>>,
    folded: bool,
}

impl Prefilter {
    /// Builds for patterns in their order, to look through so many files; fails when the automaton
    /// would be too large.
    pub(super) fn new(requirements: &[Requirement], files: usize) -> Result<Self> {
        let mut index = HashMap::new();
        let mut needles: Vec<Needle> = Vec::new();
        let patterns = requirements
            .iter()
            .map(|requirement| Wanted {
                groups: requirement
                    .iter()
                    .map(|group| {
                        let id = |needle: &Needle| {
                            *index.entry(needle.clone()).or_insert_with(|| {
                                needles.push(needle.clone());
                                needles.len() - 1
                            })
                        };
                        group.iter().map(id).collect()
                    })
                    .collect(),
                folded: requirement
                    .iter()
                    .flatten()
                    .any(|needle| needle.case == Case::Folded),
            })
            .collect();
        let mut texts: Vec<Vec<u8>> = FOLDING_STRANGERS.map(Into::into).to_vec();
        let mut meanings = vec![Vec::new(); texts.len()];
        let mut places = HashMap::new();
        for (id, needle) in needles.iter().enumerate() {
            let text = needle.text.to_ascii_lowercase();
            let place = *places.entry(text.clone()).or_insert_with(|| {
                texts.push(text);
                meanings.push(Vec::new());
                texts.len() - 1
            });
            if let Some(meaning) = meanings.get_mut(place) {
                meaning.push(id);
            }
        }
        let simplest = (files < MANY_FILES).then_some(AhoCorasickKind::NoncontiguousNFA);
        let automaton = AhoCorasick::builder()
            .kind(simplest)
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::Standard)
            .build(&texts)
            .context("building the prefilter")?;
        Ok(Self {
            automaton,
            needles,
            meanings,
            patterns,
        })
    }

    /// For each pattern, whether it could hit a file of these bytes.
    pub(super) fn candidates(&self, bytes: &[u8]) -> Vec<bool> {
        let mut seen = vec![false; self.needles.len()];
        let mut missing = self.needles.len();
        let mut stranger = false;
        for found in self.automaton.find_overlapping_iter(bytes) {
            let text = found.pattern().as_usize();
            stranger |= text < FOLDING_STRANGERS.len();
            for id in self.meanings.get(text).into_iter().flatten() {
                if let (Some(seen), Some(needle)) = (seen.get_mut(*id), self.needles.get(*id))
                    && !*seen
                    && needle.stands_at(bytes, found.start(), found.end())
                {
                    *seen = true;
                    missing -= 1;
                }
            }
            if missing == 0 {
                break;
            }
        }
        let present = |id: &usize| seen.get(*id).copied().unwrap_or(true);
        self.patterns
            .iter()
            .map(|wanted| {
                wanted.folded && stranger
                    || wanted.groups.iter().all(|group| group.iter().any(present))
            })
            .collect()
    }

    /// Where what some patterns need starts in these bytes, in order.
    pub(super) fn starts(&self, bytes: &[u8], patterns: impl Iterator<Item = usize>) -> Vec<usize> {
        let wanted = patterns.filter_map(|pattern| self.patterns.get(pattern));
        let needed: HashSet<usize> = wanted.flat_map(|it| it.groups.concat()).collect();
        let is_needed = |found: &Match| {
            let meanings = self.meanings.get(found.pattern().as_usize());
            meanings.into_iter().flatten().any(|id| {
                let needle = self.needles.get(*id).filter(|_| needed.contains(id));
                needle.is_some_and(|it| it.stands_at(bytes, found.start(), found.end()))
            })
        };
        let found = self.automaton.find_overlapping_iter(bytes);
        let mut starts: Vec<_> = found.filter(is_needed).map(|it| it.start()).collect();
        starts.sort_unstable();
        starts
    }
}

#[cfg(test)]
#[path = "prefilter_tests.rs"]
mod tests;
