//! The prefilter: one pass over a file's bytes says which patterns could hit it at all.
//!
//! It may say yes too often, never no: a property test holds it against a search without it.

use std::collections::HashMap;

use aho_corasick::{AhoCorasick, MatchKind};
use anyhow::{Context as _, Result};

use super::needle::{Case, Needle, Requirement};

/// The only characters outside ASCII that fold to an ASCII letter (s and k): a file that holds one
/// may hit a case-insensitive pattern without its needle.
const FOLDING_STRANGERS: [&str; 2] = ["ſ", "\u{212a}"];

/// All needles of a run in one automaton.
#[derive(Debug)]
pub(super) struct Prefilter {
    automaton: AhoCorasick,
    needles: Vec<Needle>,
    /// Which needles each text of the automaton may be.
    meanings: Vec<Vec<usize>>,
    patterns: Vec<Wanted>,
}

/// What one file holds.
#[derive(Debug)]
pub(super) struct Sieved {
    /// For each pattern, whether it could hit.
    pub candidates: Vec<bool>,
    /// Where needles start, in order.
    pub starts: Vec<usize>,
}

#[derive(Debug)]
struct Wanted {
    /// Indices of needles: all groups, any of each.
    groups: Vec<Vec<usize>>,
    folded: bool,
}

impl Prefilter {
    /// Builds for patterns in their order; fails when the automaton would be too large.
    pub(super) fn new(requirements: &[Requirement]) -> Result<Self> {
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
        let automaton = AhoCorasick::builder()
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

    /// What a file of these bytes holds of what patterns need.
    pub(super) fn search(&self, bytes: &[u8]) -> Sieved {
        let mut seen = vec![false; self.needles.len()];
        let mut stranger = false;
        let mut starts = Vec::new();
        for found in self.automaton.find_overlapping_iter(bytes) {
            let text = found.pattern().as_usize();
            stranger |= text < FOLDING_STRANGERS.len();
            for id in self.meanings.get(text).into_iter().flatten() {
                if let (Some(seen), Some(needle)) = (seen.get_mut(*id), self.needles.get(*id))
                    && needle.stands_at(bytes, found.start(), found.end())
                {
                    *seen = true;
                    starts.push(found.start());
                }
            }
        }
        starts.sort_unstable();
        starts.dedup();
        let present = |id: &usize| seen.get(*id).copied().unwrap_or(true);
        let candidates = self.patterns.iter().map(|wanted| {
            wanted.folded && stranger || wanted.groups.iter().all(|group| group.iter().any(present))
        });
        Sieved {
            candidates: candidates.collect(),
            starts,
        }
    }
}

#[cfg(test)]
#[path = "prefilter_tests.rs"]
mod tests;
