//! What is remembered between runs: the ledger of a spec on the last tree, as bytes.

use serde::{Deserialize, Serialize};

use super::ledger::{Ledger, Note};
use super::place::Spot;
use crate::model::hit::{Analysis, PatternKey, UnjudgedReason};
use crate::model::path::RepoPath;
use crate::model::spec::Clause;

#[derive(Serialize, Deserialize)]
struct Record {
    in_scope_by_rule: Vec<usize>,
    in_scope: usize,
    files: Vec<FileRecord>,
}

#[derive(Serialize, Deserialize)]
struct FileRecord {
    path: Vec<u8>,
    script: bool,
    unjudged: Option<UnjudgedReason>,
    hits: Vec<HitRecord>,
}

/// Rule, clause, index, line, column, text, how sure.
type HitRecord = (usize, usize, usize, u32, u32, String, Analysis);

/// Writes a ledger down; `None` when it cannot be.
pub(super) fn encode(ledger: &Ledger) -> Option<Vec<u8>> {
    let record = Record {
        in_scope_by_rule: ledger.in_scope_by_rule.clone(),
        in_scope: ledger.in_scope,
        files: ledger
            .notes
            .iter()
            .map(|(path, note)| write_note(path, note))
            .collect(),
    };
    postcard::to_stdvec(&record).ok()
}

/// Reads the ledger of a spec of so many rules; `None` when the bytes are none.
pub(super) fn decode(rules: usize, bytes: &[u8]) -> Option<Ledger> {
    let record: Record = postcard::from_bytes(bytes).ok()?;
    if record.in_scope_by_rule.len() != rules {
        return None;
    }
    let notes = record
        .files
        .into_iter()
        .map(read_note)
        .collect::<Option<_>>()?;
    Some(Ledger {
        in_scope_by_rule: record.in_scope_by_rule,
        in_scope: record.in_scope,
        notes,
    })
}

fn write_note(path: &RepoPath, note: &Note) -> FileRecord {
    let hit = |(key, spot): &(PatternKey, Spot)| {
        let clause = Clause::ALL.iter().position(|clause| *clause == key.clause);
        let Spot {
            line,
            column,
            text,
            analysis,
        } = spot.clone();
        (
            key.rule,
            clause.unwrap_or(Clause::ALL.len()),
            key.index,
            line,
            column,
            text,
            analysis,
        )
    };
    FileRecord {
        path: path.as_bytes().to_vec(),
        script: note.script,
        unjudged: note.unjudged,
        hits: note.hits.iter().map(hit).collect(),
    }
}

fn read_note(file: FileRecord) -> Option<(RepoPath, Note)> {
    let hit = |(rule, clause, index, line, column, text, analysis): HitRecord| {
        let clause = *Clause::ALL.get(clause)?;
        let spot = Spot {
            line,
            column,
            text,
            analysis,
        };
        Some((
            PatternKey {
                rule,
                clause,
                index,
            },
            spot,
        ))
    };
    let note = Note {
        script: file.script,
        unjudged: file.unjudged,
        hits: file.hits.into_iter().map(hit).collect::<Option<_>>()?,
    };
    Some((RepoPath::new(file.path), note))
}
