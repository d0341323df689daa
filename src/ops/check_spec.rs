//! `spec check`: what each rule of a spec finds now, and which rules can check nothing.

use std::collections::HashSet;

use anyhow::Result;

use crate::evaluate::evaluate;
use crate::model::evaluation::{Evaluation, RuleStatus};
use crate::model::hit::{Findings, PatternKey};
use crate::model::printable::Printable;
use crate::model::spec::{Clause, Pattern, PatternForm, PatternKind, Rule, Spec};
use crate::model::spec_check::{PatternCheck, RuleCheck, RuleWarning, SpecCheck};
use crate::model::tree::{JudgedTree, Snapshot, TreeSource};
use crate::scan::{Progress, Scanner};

use super::judge::{Bench, ReadySpec};
use super::near_miss::{Words, near_miss};
use super::workspace::Workspace;

/// Of so many patterns that hit nothing it is asked what they are near to.
const ASKED: usize = 100;

/// Of so many routes; each takes a look at every file that spells them.
const ROUTES_ASKED: usize = 10;

/// Judges the work tree by a spec that is stored nowhere.
///
/// # Errors
/// When the work tree cannot be read.
pub fn check_spec(ws: &Workspace, ready: &ReadySpec, progress: &dyn Progress) -> Result<SpecCheck> {
    let snapshot = ws.repo().snapshot(&TreeSource::Worktree)?;
    let bench = Bench::new(ws, progress);
    let mut findings = bench
        .scanner()
        .scan(&snapshot, &[(&ready.spec, &ready.hash)])?;
    let findings = findings.swap_remove(0);
    let tree = JudgedTree {
        source: "worktree".to_owned(),
        commit: snapshot.commit,
        tree: None,
    };
    let evaluation = evaluate(&ready.spec, &ready.hash, tree, &findings);
    let rules = ready.spec.rules.iter().enumerate();
    let mut rules: Vec<RuleCheck> = rules
        .map(|(index, rule)| check_rule((index, rule), &findings, &evaluation))
        .collect();
    let mut missed = rules.iter().flat_map(|rule| &rule.patterns);
    if missed.any(|pattern| pattern.hits == 0) {
        let words = Words::from(bench.scanner().vocabulary(&snapshot, &ready.spec)?);
        let mut left = ASKED;
        for (rule, check) in ready.spec.rules.iter().zip(&mut rules) {
            let warnings = near_misses(rule, check, &words, &mut left);
            check.warnings.extend(warnings);
        }
        longer_routes(&bench.scanner(), &snapshot, &ready.spec, &mut rules)?;
    }
    Ok(SpecCheck {
        rules,
        spec: evaluation.spec,
        tree: evaluation.tree,
        total_violations: evaluation.total_violations,
    })
}

fn check_rule(
    (index, rule): (usize, &Rule),
    findings: &Findings,
    evaluation: &Evaluation,
) -> RuleCheck {
    let outcome = &evaluation.rules[index];
    let patterns = Clause::ALL.into_iter().flat_map(|clause| {
        rule.patterns(clause)
            .iter()
            .enumerate()
            .map(move |(at, pattern)| {
                let key = PatternKey {
                    rule: index,
                    clause,
                    index: at,
                };
                let hits = || findings.hits.iter().filter(|hit| hit.pattern == key);
                PatternCheck {
                    clause,
                    kind: pattern.kind,
                    pattern: pattern.text.clone(),
                    hits: hits().count(),
                    files: hits().map(|hit| &hit.path).collect::<HashSet<_>>().len(),
                }
            })
    });
    let mut warnings = Vec::new();
    match (outcome.files_in_scope, outcome.vacuous, outcome.status) {
        (0, ..) => warnings.push(RuleWarning::VacuousScope),
        (_, true, _) => warnings.push(RuleWarning::VacuousWhere),
        (_, false, RuleStatus::Clean) => warnings.push(RuleWarning::AlreadyMet),
        (_, false, RuleStatus::NeedsMigration) => {}
    }
    warnings.extend(contradiction(rule));
    RuleCheck {
        id: rule.id.clone(),
        files_in_scope: outcome.files_in_scope,
        violations: outcome.violations.len(),
        patterns: patterns.collect(),
        warnings,
    }
}

/// The patterns of a rule that hit nothing and are nearly a name in the code.
fn near_misses(
    rule: &Rule,
    check: &RuleCheck,
    words: &Words,
    left: &mut usize,
) -> Vec<RuleWarning> {
    let clauses = Clause::ALL.into_iter();
    let patterns = clauses.flat_map(|it| rule.patterns(it).iter().map(move |one| (it, one)));
    patterns
        .zip(&check.patterns)
        .filter(|(_, found)| found.hits == 0)
        .take_while(|_| {
            let is_asked = *left > 0;
            *left = left.saturating_sub(1);
            is_asked
        })
        .filter_map(|((clause, pattern), _)| {
            let suggestion = near_miss(clause, pattern, words)?;
            Some(RuleWarning::NearMiss {
                pattern: Printable::new(&pattern.text).to_string(),
                suggestion: Printable::new(&suggestion).to_string(),
            })
        })
        .collect()
}

/// Adds the routes that end like one of a rule's patterns that hits nothing.
fn longer_routes(
    scanner: &Scanner<'_>,
    snapshot: &Snapshot,
    spec: &Spec,
    rules: &mut [RuleCheck],
) -> Result<()> {
    let mut left = ROUTES_ASKED;
    for (rule, check) in spec.rules.iter().zip(rules) {
        let clauses = Clause::ALL.into_iter();
        let patterns = clauses.flat_map(|clause| rule.patterns(clause));
        for (pattern, found) in patterns.zip(&check.patterns) {
            let is_path = pattern.kind == PatternKind::ApiRoutes
                && matches!(pattern.form, PatternForm::Literal(_));
            if !is_path || found.hits > 0 || left == 0 {
                continue;
            }
            left -= 1;
            if let Some(suggestion) = scanner.longer_route(snapshot, spec, &pattern.text)? {
                check.warnings.push(RuleWarning::NearMiss {
                    pattern: Printable::new(&pattern.text).to_string(),
                    suggestion: Printable::new(&suggestion).to_string(),
                });
            }
        }
    }
    Ok(())
}

/// Finds a required name every hit of which is forbidden by the same rule.
fn contradiction(rule: &Rule) -> Option<RuleWarning> {
    let forbidden = || rule.match_.iter().chain(&rule.expect_not);
    let shown = |pattern: &Pattern| Printable::new(&pattern.text).to_string();
    let clash = |required: &Pattern| {
        let breaker = forbidden().find(|forbidden| is_within(forbidden, required))?;
        Some(RuleWarning::NeverMet {
            required: shown(required),
            forbidden: shown(breaker),
        })
    };
    let of_any: Vec<_> = rule.expect_any.iter().map(clash).collect();
    let any_must_clash = !of_any.is_empty() && of_any.iter().all(Option::is_some);
    rule.expect.iter().find_map(clash).or_else(|| {
        of_any
            .into_iter()
            .flatten()
            .next()
            .filter(|_| any_must_clash)
    })
}

/// Reports whether every hit of `outer` holds a hit of `inner`: a run of its whole segments.
fn is_within(inner: &Pattern, outer: &Pattern) -> bool {
    let segments = |pattern: &Pattern| match (&pattern.form, pattern.kind) {
        (PatternForm::Literal(text), PatternKind::Identifiers) => Some(
            text.split(['.', ':', '>'])
                .map(|it| it.trim_end_matches(['-', '?']).to_owned())
                .filter(|it| !it.is_empty())
                .collect::<Vec<_>>(),
        ),
        _ => None,
    };
    match (segments(inner), segments(outer)) {
        (Some(inner), Some(outer)) => {
            !inner.is_empty() && outer.windows(inner.len()).any(|run| run == inner)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::spec::{Scope, Severity};

    fn names(texts: &[&str]) -> Vec<Pattern> {
        let pattern = |text: &&str| Pattern {
            kind: PatternKind::Identifiers,
            text: (*text).to_owned(),
            form: PatternForm::Literal((*text).to_owned()),
        };
        texts.iter().map(pattern).collect()
    }

    fn rule(match_: &[&str], expect: &[&str], expect_any: &[&str]) -> Rule {
        Rule {
            id: "r".into(),
            description: "d".into(),
            severity: Severity::Medium,
            category: None,
            guidance: None,
            match_: names(match_),
            expect: names(expect),
            expect_any: names(expect_any),
            expect_not: Vec::new(),
            where_: Vec::new(),
            scope: Scope::default(),
            ignore_case: false,
            language: None,
        }
    }

    #[test]
    fn a_rule_that_forbids_what_it_requires_is_noticed() {
        let check =
            |rule: &Rule, never: bool| assert_eq!(contradiction(rule).is_some(), never, "{rule:?}");
        check(&rule(&["jwt"], &["jwt.sign"], &[]), true);
        check(&rule(&["jwt.sign"], &["jwt"], &[]), false);
        check(&rule(&["sign"], &["signer"], &[]), false);
        check(&rule(&["a::b"], &["x::a::b"], &[]), true);
        check(&rule(&["jwt"], &[], &["jwt.sign", "jose"]), false);
        check(&rule(&["jwt"], &[], &["jwt.sign", "jwt.verify"]), true);
        check(&rule(&["old"], &["new"], &[]), false);
    }
}
