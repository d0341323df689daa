//! The hash of what judges: equal for two specs exactly when they judge every tree alike by form.

use std::fmt::Write as _;

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::model::id::SpecHash;
use crate::model::spec::{Clause, Pattern, PatternForm, PatternKind, Rule, Scope, Severity};

/// Bump when the same rules come to judge differently by their spelling here.
const FORMAT: u32 = 1;

#[derive(Serialize)]
struct Canonical<'a> {
    format: u32,
    rules: Vec<CanonicalRule<'a>>,
}

#[derive(Serialize)]
struct CanonicalRule<'a> {
    id: &'a str,
    severity: Severity,
    ignore_case: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
    clauses: Vec<(Clause, Vec<CanonicalPattern<'a>>)>,
    scope: &'a Scope,
}

type CanonicalPattern<'a> = (PatternKind, &'a PatternForm);

/// Hashes the rules: their order, ids, severities, patterns and scopes, but none of their prose.
pub(super) fn hash(rules: &[Rule]) -> SpecHash {
    let canonical = Canonical {
        format: FORMAT,
        rules: rules.iter().map(canonical_rule).collect(),
    };
    let mut hasher = Sha256::new();
    // Structs of strings and numbers always serialise, and a hasher takes every byte.
    let _ = serde_json::to_writer(&mut Sink(&mut hasher), &canonical);
    let mut digits = String::with_capacity(64);
    for byte in hasher.finalize() {
        let _ = write!(digits, "{byte:02x}");
    }
    SpecHash(digits)
}

fn canonical_rule(rule: &Rule) -> CanonicalRule<'_> {
    let patterns = |clause| rule.patterns(clause).iter().map(form).collect();
    CanonicalRule {
        id: &rule.id,
        severity: rule.severity,
        ignore_case: rule.ignore_case,
        language: rule.language.as_deref(),
        clauses: Clause::ALL
            .into_iter()
            .map(|clause| (clause, patterns(clause)))
            .collect(),
        scope: &rule.scope,
    }
}

const fn form(pattern: &Pattern) -> CanonicalPattern<'_> {
    (pattern.kind, &pattern.form)
}

struct Sink<'a>(&'a mut Sha256);

impl std::io::Write for Sink<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
