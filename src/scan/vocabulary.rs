//! The words that files in scope hold, as text: what a pattern that hits nothing may have meant.

use std::collections::BTreeSet;

use anyhow::Result;

use super::Scanner;
use super::agenda::Agenda;
use super::content::Content;
use super::look::is_binary;
use crate::model::path::RepoPath;
use crate::model::spec::Spec;
use crate::model::tree::Snapshot;

/// No more than this is read; the words of what comes after are not known.
const READ_BYTES: usize = 64 << 20;
/// A larger file is generated rather than written.
const FILE_BYTES: usize = 1 << 20;
/// Shorter words are too alike, longer ones are no names.
const LENGTHS: std::ops::RangeInclusive<usize> = 3..=64;

impl Scanner<'_> {
    /// Collects the words of the files that the scopes of `spec` hold, comments and strings
    /// included, up to a bound.
    ///
    /// # Errors
    /// When a tree cannot be read, or a glob does not compile.
    pub fn vocabulary(&self, snapshot: &Snapshot, spec: &Spec) -> Result<BTreeSet<String>> {
        let agenda = Agenda::new([spec])?;
        let objects = self.repo.objects();
        let mut files: Vec<(RepoPath, Content)> = Vec::new();
        let overlay = &snapshot.overlay;
        if let Some(base) = snapshot.base {
            objects.walk_tree(base, &mut |path, entry| {
                let laid_over = overlay
                    .binary_search_by(|(over, _)| over.cmp(&path))
                    .is_ok();
                if let (false, Some(blob)) = (laid_over, entry.file_blob()) {
                    files.push((path, Content::Blob(blob)));
                }
                Ok(())
            })?;
        }
        let over = overlay.iter();
        files.extend(over.filter_map(|(path, over)| Some((path.clone(), Content::of(over)?))));
        files.retain(|(path, _)| agenda.may_judge(0, path, &agenda.reaches(path)));
        let (mut words, mut left) = (BTreeSet::new(), READ_BYTES);
        self.progress.begin(files.len());
        for (path, content) in files {
            let read = content.read(self.repo, &objects, &path).unwrap_or_default();
            self.progress.advance(1);
            if read.len() > FILE_BYTES || is_binary(&read) {
                continue;
            }
            let Some(rest) = left.checked_sub(read.len()) else {
                break;
            };
            left = rest;
            add_words(&mut words, &String::from_utf8_lossy(&read));
        }
        self.progress.end();
        Ok(words)
    }
}

fn add_words(words: &mut BTreeSet<String>, text: &str) {
    let found = text.split(|c: char| !c.is_alphanumeric() && c != '_');
    for word in found.filter(|word| LENGTHS.contains(&word.len())) {
        if !words.contains(word) && !word.starts_with(|c: char| c.is_ascii_digit()) {
            words.insert(word.to_owned());
        }
    }
}
