//! What is remembered between runs: the ledger of a spec on the last tree, as bytes.

use std::collections::HashMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::ledger::{Ledger, Note};
use super::place::Spot;
use crate::model::hit::{Analysis, PatternKey, UnjudgedReason};
use crate::model::path::RepoPath;
use crate::model::spec::Clause;

/// How many bytes a file, and a hit, mostly take at most.
const USUAL_FILE: usize = 64;
const USUAL_HIT: usize = 12;

#[derive(Serialize, Deserialize)]
struct Record<'a> {
    in_scope_by_rule: Vec<usize>,
    in_scope: usize,
    /// What stands at the hits, mostly the same few names again and again.
    #[serde(borrow)]
    texts: Vec<&'a str>,
    files: Vec<FileRecord<'a>>,
}

#[derive(Serialize, Deserialize)]
struct FileRecord<'a> {
    path: &'a [u8],
    script: bool,
    unjudged: Option<UnjudgedReason>,
    hits: Vec<HitRecord>,
}

/// Rule, clause, index, line, column, which of the texts, how sure.
type HitRecord = (usize, usize, usize, u32, u32, usize, Analysis);

/// Writes a ledger down; `None` when it cannot be.
pub(super) fn encode(ledger: &Ledger) -> Option<Vec<u8>> {
    let mut texts = Texts::default();
    let files = ledger.notes.iter();
    let files = files.map(|(path, note)| write_note(path, note, &mut texts));
    let files: Vec<_> = files.collect();
    let hits: usize = files.iter().map(|file| file.hits.len()).sum();
    let record = Record {
        in_scope_by_rule: ledger.in_scope_by_rule.clone(),
        in_scope: ledger.in_scope,
        files,
        texts: texts.list,
    };
    let about = Vec::with_capacity(USUAL_FILE * ledger.notes.len() + USUAL_HIT * hits);
    postcard::to_extend(&record, about).ok()
}

/// Reads the ledger of a spec of so many rules; `None` when the bytes are none.
pub(super) fn decode(rules: usize, bytes: &[u8]) -> Option<Ledger> {
    let record: Record<'_> = postcard::from_bytes(bytes).ok()?;
    if record.in_scope_by_rule.len() != rules {
        return None;
    }
    let texts: Vec<Arc<str>> = record.texts.into_iter().map(Arc::from).collect();
    let files = record.files.into_iter();
    Some(Ledger {
        in_scope_by_rule: record.in_scope_by_rule,
        in_scope: record.in_scope,
        notes: files
            .map(|file| read_note(file, &texts))
            .collect::<Option<_>>()?,
    })
}

/// Different texts, and at which place each is.
#[derive(Default)]
struct Texts<'a> {
    list: Vec<&'a str>,
    places: HashMap<&'a str, usize>,
}

impl<'a> Texts<'a> {
    fn place(&mut self, text: &'a str) -> usize {
        *self.places.entry(text).or_insert_with(|| {
            self.list.push(text);
            self.list.len() - 1
        })
    }
}

fn write_note<'a>(path: &'a RepoPath, note: &'a Note, texts: &mut Texts<'a>) -> FileRecord<'a> {
    let hit = |(key, spot): &'a (PatternKey, Spot)| {
        let clause = Clause::ALL.iter().position(|clause| *clause == key.clause);
        (
            key.rule,
            clause.unwrap_or(Clause::ALL.len()),
            key.index,
            spot.line,
            spot.column,
            texts.place(&spot.text),
            spot.analysis,
        )
    };
    FileRecord {
        path: path.as_bytes(),
        script: note.script,
        unjudged: note.unjudged,
        hits: note.hits.iter().map(hit).collect(),
    }
}

fn read_note(file: FileRecord<'_>, texts: &[Arc<str>]) -> Option<(RepoPath, Note)> {
    let hit = |(rule, clause, index, line, column, text, analysis): HitRecord| {
        let clause = *Clause::ALL.get(clause)?;
        let key = PatternKey {
            rule,
            clause,
            index,
        };
        let spot = Spot {
            line,
            column,
            text: Arc::clone(texts.get(text)?),
            analysis,
        };
        Some((key, spot))
    };
    let note = Note {
        script: file.script,
        unjudged: file.unjudged,
        hits: file.hits.into_iter().map(hit).collect::<Option<_>>()?,
    };
    Some((RepoPath::new(file.path), note))
}
