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
    let rules: Vec<RuleOutcome> = spec
        .rules
        .iter()
        .enumerate()
        .map(|(index, rule)| {
            let files = findings.files_in_scope_by_rule.get(index).copied();
            rule::judge(rule, index, files.unwrap_or_default(), &hits)
        })
        .collect();
    Evaluation {
        tree,
        spec: SpecRef {
            name: spec.name.clone(),
            hash: hash.clone(),
        },
        verdict: Verdict::of(&rules, &findings.unjudged),
        total_violations: rules.iter().map(|rule| rule.violations.len()).sum(),
        files_scanned: findings.files_scanned,
        files_in_scope: findings.files_in_scope,
        unjudged: findings.unjudged.clone(),
        rules,
    }
}
