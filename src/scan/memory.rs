//! What is remembered between runs: the ledger of a spec on the last tree, as bytes.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use serde::{Deserialize, Serialize};

use super::ledger::{Ledger, Note};
use super::place::Spot;
use crate::model::hit::{Analysis, PatternKey, UnjudgedReason};
use crate::model::path::RepoPath;
use crate::model::spec::{Clause, Spec};

#[derive(Serialize, Deserialize)]
struct Record {
    /// Specs of one hash may list their patterns in another order; numbers mean nothing then.
    order: u64,
    in_scope_by_rule: Vec<usize>,
    in_scope: usize,
    files: Vec<FileRecord>,
}

#[derive(Serialize, Deserialize)]
struct FileRecord {
    /// One character for each byte.
    path: String,
    script: bool,
    unjudged: Option<UnjudgedReason>,
    hits: Vec<HitRecord>,
}

/// Rule, clause, index, line, column, text, how sure.
type HitRecord = (usize, usize, usize, u32, u32, String, Analysis);

/// Writes a ledger down; `None` when it cannot be.
pub(super) fn encode(spec: &Spec, ledger: &Ledger) -> Option<Vec<u8>> {
    let record = Record {
        order: order(spec)?,
        in_scope_by_rule: ledger.in_scope_by_rule.clone(),
        in_scope: ledger.in_scope,
        files: ledger
            .notes
            .iter()
            .map(|(path, note)| write_note(path, note))
            .collect(),
    };
    serde_json::to_vec(&record).ok()
}

/// Reads a ledger; `None` when the bytes are none, or not of this spec.
pub(super) fn decode(spec: &Spec, bytes: &[u8]) -> Option<Ledger> {
    let record: Record = serde_json::from_slice(bytes).ok()?;
    if record.order != order(spec)? || record.in_scope_by_rule.len() != spec.rules.len() {
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
        path: path.as_bytes().iter().copied().map(char::from).collect(),
        script: note.script,
        unjudged: note.unjudged,
        hits: note.hits.iter().map(hit).collect(),
    }
}

fn read_note(file: FileRecord) -> Option<(RepoPath, Note)> {
    let bytes: Option<Vec<u8>> = file.path.chars().map(|c| u8::try_from(c).ok()).collect();
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
    Some((RepoPath::new(bytes?), note))
}

/// A number for the rules in the order they are written.
fn order(spec: &Spec) -> Option<u64> {
    let mut hasher = DefaultHasher::new();
    serde_json::to_vec(&spec.rules).ok()?.hash(&mut hasher);
    Some(hasher.finish())
}
