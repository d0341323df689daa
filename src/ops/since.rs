//! What is new since an older state: violations that it does not have, wherever they stand now.

use std::collections::HashMap;

use anyhow::Result;

use super::judge::{Bench, ReadySpec};
use super::quote::Lines;
use crate::model::evaluation::{Evaluation, Likeness, RuleOutcome, RuleStatus, Verdict, Violation};
use crate::model::id::CommitId;
use crate::model::judged::Since;
use crate::model::path::RepoPath;
use crate::model::tree::TreeSource;

/// An older state, judged by the same specs.
pub(super) struct Before {
    revision: String,
    commit: Option<CommitId>,
    /// In the order of the specs.
    evaluations: Vec<Evaluation>,
}

impl Before {
    /// Judges the state that `revision` names.
    ///
    /// # Errors
    /// When there is none, or it cannot be read.
    pub(super) fn judge(bench: &Bench<'_>, revision: &str, specs: &[&ReadySpec]) -> Result<Self> {
        let source = TreeSource::Revision(revision.to_owned());
        let snapshot = bench.repo.snapshot(&source)?;
        let mut evaluations = bench.judge(&source, &snapshot, specs)?;
        bench.quote((&source, &snapshot), &mut evaluations, Lines::All);
        Ok(Self {
            revision: revision.to_owned(),
            commit: snapshot.commit,
            evaluations,
        })
    }

    /// Leaves in `evaluation`, of spec number `at`, only what is new.
    pub(super) fn leave_out(&self, at: usize, evaluation: &mut Evaluation) -> Since {
        let before = self.evaluations.get(at).map(|before| &before.rules);
        let older = before.into_iter().flatten();
        for (rule, older) in evaluation.rules.iter_mut().zip(older) {
            keep_new(rule, older);
        }
        let total = evaluation.rules.iter().map(|rule| rule.violations.len());
        let total: usize = total.sum();
        let left_out = evaluation.total_violations - total;
        evaluation.total_violations = total;
        evaluation.verdict = Verdict::of(evaluation.total_violations, &evaluation.unjudged);
        Since {
            revision: self.revision.clone(),
            commit: self.commit,
            older_violations: left_out,
        }
    }
}

/// Every older violation accounts for one that is like it: in its own file if there is one, else
/// wherever it moved to. What is copied is new.
fn keep_new(rule: &mut RuleOutcome, older: &RuleOutcome) {
    let mut here: HashMap<(Option<&RepoPath>, Likeness<'_>), usize> = HashMap::new();
    for violation in &older.violations {
        let key = (violation.file.as_ref(), older.likeness(violation));
        *here.entry(key).or_default() += 1;
    }
    let mut is_new: Vec<bool> = rule
        .violations
        .iter()
        .map(|violation| {
            !take(
                &mut here,
                &(violation.file.as_ref(), rule.likeness(violation)),
            )
        })
        .collect();
    let mut anywhere: HashMap<Likeness<'_>, usize> = HashMap::new();
    for ((_, likeness), count) in here {
        *anywhere.entry(likeness).or_default() += count;
    }
    for (violation, is_new) in rule.violations.iter().zip(&mut is_new) {
        *is_new = *is_new && !take(&mut anywhere, &rule.likeness(violation));
    }
    let mut kept = is_new.into_iter();
    rule.violations.retain(|_| kept.next().unwrap_or(true));
    if rule.violations.is_empty() {
        rule.status = RuleStatus::Clean;
    }
    let still = |path: &RepoPath| {
        let is_there = |violation: &Violation| violation.file.as_ref() == Some(path);
        rule.violations.iter().any(is_there)
    };
    rule.missing_expectation_files.retain(still);
}

/// Takes one of what is left of `key`, if anything is.
fn take<K: std::hash::Hash + Eq>(left: &mut HashMap<K, usize>, key: &K) -> bool {
    match left.get_mut(key) {
        Some(count) if *count > 0 => {
            *count -= 1;
            true
        }
        _ => false,
    }
}
