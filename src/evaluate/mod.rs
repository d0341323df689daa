//! A spec and its findings to an evaluation; pure.

use crate::model::evaluation::{Evaluation, RuleOutcome, SpecRef, Verdict};
use crate::model::hit::Findings;
use crate::model::id::SpecHash;
use crate::model::spec::Spec;
use crate::model::tree::JudgedTree;

mod message;
mod rule;

#[cfg(test)]
mod tests;

/// Judges what a scan of `tree` found by the rules of `spec`.
///
/// A spec is met when every rule is clean and no file in scope was left out.
pub fn evaluate(spec: &Spec, hash: &SpecHash, tree: JudgedTree, findings: &Findings) -> Evaluation {
    let hits = rule::Hits::of(findings);
    let rules: Vec<RuleOutcome> = judges(spec, findings, &hits)
        .map(|judge| judge.outcome())
        .collect();
    let total = rules.iter().map(|rule| rule.violations.len()).sum();
    Evaluation {
        tree,
        spec: SpecRef {
            name: spec.name.clone(),
            hash: hash.clone(),
        },
        verdict: Verdict::of(total, &findings.unjudged),
        total_violations: total,
        files_scanned: findings.files_scanned,
        files_in_scope: findings.files_in_scope,
        unjudged: findings.unjudged.clone(),
        rules,
    }
}

/// Counts the violations that [`evaluate`] would tell; `None` when it could not verify.
pub fn count(spec: &Spec, findings: &Findings) -> Option<usize> {
    let hits = rule::Hits::of(findings);
    let total = judges(spec, findings, &hits)
        .map(|judge| judge.count())
        .sum();
    (Verdict::of(total, &findings.unjudged) != Verdict::Unverified).then_some(total)
}

fn judges<'a>(
    spec: &'a Spec,
    findings: &'a Findings,
    hits: &'a rule::Hits<'a>,
) -> impl Iterator<Item = rule::Judge<'a>> {
    let rules = spec.rules.iter().enumerate();
    rules.map(move |(index, rule)| {
        let files = findings.files_in_scope_by_rule.get(index).copied();
        rule::Judge {
            rule,
            index,
            files_in_scope: files.unwrap_or_default(),
            hits,
        }
    })
}
