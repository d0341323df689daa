//! Evaluations made up for tests of how they are written.

use crate::model::evaluation::{Evaluation, RuleOutcome, RuleStatus, SpecRef, Verdict, Violation};
use crate::model::hit::{Analysis, Unjudged, UnjudgedReason};
use crate::model::id::SpecHash;
use crate::model::judged::Judged;
use crate::model::path::RepoPath;
use crate::model::source_line::SourceLine;
use crate::model::spec::{Clause, PatternKind, Severity};
use crate::model::tree::JudgedTree;

/// A hit of `pattern`, on line number, line and byte column.
pub(super) fn placed(
    file: &str,
    (number, line, at): (u32, &str, usize),
    pattern: &str,
) -> Violation {
    let column = line.char_indices().nth(at - 1).map_or(0, |(at, _)| at) + 1;
    let column = u32::try_from(column).unwrap();
    Violation {
        file: Some(RepoPath::from(file)),
        line: Some(number),
        column: Some(column),
        kind: PatternKind::Identifiers,
        clause: Clause::Match,
        pattern: pattern.into(),
        matched: Some(pattern.into()),
        message: format!("`{pattern}` is still used").into(),
        analysis: Analysis::Code,
        source_line: Some(SourceLine::new(line.as_bytes(), column)),
    }
}

/// Something expected and found nowhere.
pub(super) fn missing(pattern: &str) -> Violation {
    Violation {
        file: None,
        line: None,
        column: None,
        kind: PatternKind::Identifiers,
        clause: Clause::Expect,
        pattern: pattern.into(),
        matched: None,
        message: format!("expected `{pattern}`, found nowhere in scope").into(),
        analysis: Analysis::Code,
        source_line: None,
    }
}

/// One file that was matched as text and one that could not be read.
pub(super) fn unjudged() -> Vec<Unjudged> {
    [
        ("big.js", UnjudgedReason::Large),
        ("gone.js", UnjudgedReason::Unreadable),
    ]
    .map(|(path, reason)| Unjudged {
        path: RepoPath::from(path),
        reason,
    })
    .into()
}

/// The evaluation of a spec of one rule.
pub(super) fn judged(violations: Vec<Violation>) -> Judged {
    let is_clean = violations.is_empty();
    let rule = RuleOutcome {
        id: "gone".to_owned(),
        description: "It must be gone".to_owned(),
        severity: Severity::High,
        category: Some("security".to_owned()),
        guidance: Some("Use the new one.".to_owned()),
        status: if is_clean {
            RuleStatus::Clean
        } else {
            RuleStatus::NeedsMigration
        },
        vacuous: false,
        files_in_scope: 2,
        by_file: false,
        violations,
        expected_references: Vec::new(),
        missing_expectation_files: Vec::new(),
    };
    Judged {
        task: None,
        since: None,
        evaluation: Evaluation {
            tree: JudgedTree {
                source: "worktree".to_owned(),
                commit: None,
                tree: None,
            },
            spec: SpecRef {
                name: "The spec".to_owned(),
                hash: SpecHash("0".repeat(64)),
            },
            verdict: if is_clean {
                Verdict::Met
            } else {
                Verdict::Broken
            },
            total_violations: rule.violations.len(),
            files_scanned: 2,
            files_in_scope: 2,
            unjudged: Vec::new(),
            rules: vec![rule],
        },
    }
}
