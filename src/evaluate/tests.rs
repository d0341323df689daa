//! The truth table, where missing things are placed, and a naive oracle over random findings.

#![allow(clippy::too_many_lines, reason = "a table is one function")]

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::model::evaluation::{RuleStatus, Violation};
use crate::model::hit::{Analysis, Hit, PatternKey, Unjudged, UnjudgedReason};
use crate::model::path::RepoPath;
use crate::model::spec::{Clause, Pattern, PatternForm, PatternKind, Rule, Scope, Severity};

fn pattern(kind: PatternKind, text: &str) -> Pattern {
    let form = match text
        .strip_prefix('/')
        .and_then(|rest| rest.strip_suffix('/'))
    {
        Some(body) => PatternForm::Regex(body.to_owned()),
        None => PatternForm::Literal(text.to_owned()),
    };
    Pattern {
        kind,
        text: text.to_owned(),
        form,
    }
}

/// A rule from `clause` and identifiers, in the order of the spec.
fn rule(clauses: &[(Clause, &[&str])]) -> Rule {
    let of = |wanted| {
        let texts = clauses.iter().filter(|(clause, _)| *clause == wanted);
        let texts = texts.flat_map(|(_, texts)| texts.iter());
        texts
            .map(|text| pattern(PatternKind::Identifiers, text))
            .collect()
    };
    Rule {
        id: "r".to_owned(),
        description: "d".to_owned(),
        severity: Severity::High,
        category: Some("c".to_owned()),
        guidance: Some("g".to_owned()),
        match_: of(Clause::Match),
        expect: of(Clause::Expect),
        expect_any: of(Clause::ExpectAny),
        expect_not: of(Clause::ExpectNot),
        where_: of(Clause::Where),
        scope: Scope::default(),
        ignore_case: false,
        language: None,
    }
}

/// A hit of the pattern `index` of `clause` at `file:line:column`.
fn hit(clause: Clause, index: usize, place: &str) -> Hit {
    let parts: Vec<&str> = place.split(':').collect();
    Hit {
        pattern: PatternKey {
            rule: 0,
            clause,
            index,
        },
        path: RepoPath::from(parts[0]),
        line: parts[1].parse().unwrap(),
        column: parts.get(2).map_or(1, |column| column.parse().unwrap()),
        text: "found".into(),
        analysis: Analysis::Code,
    }
}

fn findings(hits: &[Hit]) -> Findings {
    Findings {
        hits: hits.to_vec(),
        files_in_scope_by_rule: vec![9],
        files_in_scope: 9,
        files_scanned: 9,
        unjudged: Vec::new(),
    }
}

fn judged(rules: Vec<Rule>, findings: &Findings) -> Evaluation {
    let spec = Spec {
        name: "s".to_owned(),
        description: None,
        version: None,
        rules,
    };
    let tree = JudgedTree {
        source: "worktree".to_owned(),
        commit: None,
        tree: None,
    };
    let evaluation = evaluate(&spec, &SpecHash("h".to_owned()), tree, findings);
    let told = Some(evaluation.total_violations);
    let is_verified = evaluation.verdict != Verdict::Unverified;
    assert_eq!(count(&spec, findings), told.filter(|_| is_verified));
    evaluation
}

/// `clause pattern@file:line:column`, without the place when there is none.
fn shown(violation: &Violation) -> String {
    let place = violation.file.as_ref().map(|file| {
        let (line, column) = (violation.line.unwrap(), violation.column.unwrap());
        format!("@{file}:{line}:{column}")
    });
    let (clause, pattern) = (violation.clause.as_str(), &violation.pattern);
    format!("{clause} {pattern}{}", place.unwrap_or_default())
}

const M: Clause = Clause::Match;
const E: Clause = Clause::Expect;
const A: Clause = Clause::ExpectAny;
const N: Clause = Clause::ExpectNot;
const W: Clause = Clause::Where;

#[test]
fn truth_table() {
    let check = |clauses: &[(Clause, &[&str])], hits: &[Hit], expected: &[&str]| {
        let evaluation = judged(vec![rule(clauses)], &findings(hits));
        let outcome = &evaluation.rules[0];
        let got: Vec<String> = outcome.violations.iter().map(shown).collect();
        assert_eq!(got, expected, "{clauses:?}");
        assert_eq!(evaluation.total_violations, expected.len());
        let (status, verdict) = if expected.is_empty() {
            (RuleStatus::Clean, Verdict::Met)
        } else {
            (RuleStatus::NeedsMigration, Verdict::Broken)
        };
        assert_eq!(
            (outcome.status, evaluation.verdict),
            (status, verdict),
            "{clauses:?}"
        );
    };
    // Forbidden alone.
    check(&[(M, &["m"])], &[], &[]);
    check(
        &[(M, &["m"])],
        &[hit(M, 0, "a:1"), hit(M, 0, "b:2:5")],
        &["match m@a:1:1", "match m@b:2:5"],
    );
    check(&[(N, &["n"])], &[], &[]);
    check(&[(N, &["n"])], &[hit(N, 0, "a:1")], &["expect_not n@a:1:1"]);
    // Required alone.
    check(&[(E, &["e"])], &[], &["expect e"]);
    check(&[(E, &["e"])], &[hit(E, 0, "a:1")], &[]);
    check(&[(E, &["e", "f"])], &[hit(E, 0, "a:1")], &["expect f"]);
    check(&[(E, &["e", "f"])], &[], &["expect e", "expect f"]);
    check(&[(A, &["e", "f"])], &[], &["expect_any e | f"]);
    check(&[(A, &["e", "f"])], &[hit(A, 1, "a:1")], &[]);
    // Forbidden and required: what is missing is placed at the first forbidden hit.
    check(&[(M, &["m"]), (E, &["e"])], &[], &["expect e"]);
    check(&[(M, &["m"]), (E, &["e"])], &[hit(E, 0, "a:1")], &[]);
    check(
        &[(M, &["m"]), (E, &["e"])],
        &[hit(M, 0, "b:2")],
        &["match m@b:2:1", "expect e@b:2:1"],
    );
    check(
        &[(M, &["m"]), (E, &["e"])],
        &[hit(M, 0, "b:2"), hit(E, 0, "a:1")],
        &["match m@b:2:1"],
    );
    check(
        &[(M, &["m", "l"]), (A, &["e"])],
        &[hit(M, 0, "b:2"), hit(M, 1, "a:9"), hit(M, 1, "a:3:4")],
        &[
            "match l@a:3:4",
            "expect_any e@a:3:4",
            "match l@a:9:1",
            "match m@b:2:1",
        ],
    );
    // Only `match` gives a place.
    check(
        &[(N, &["n"]), (E, &["e"])],
        &[hit(N, 0, "a:1")],
        &["expect_not n@a:1:1", "expect e"],
    );
    // All at once.
    check(
        &[(M, &["m"]), (E, &["e"]), (A, &["x", "y"]), (N, &["n"])],
        &[hit(M, 0, "a:1"), hit(N, 0, "a:1")],
        &[
            "match m@a:1:1",
            "expect e@a:1:1",
            "expect_any x | y@a:1:1",
            "expect_not n@a:1:1",
        ],
    );
}

#[test]
fn where_judges_file_by_file() {
    let check = |clauses: &[(Clause, &[&str])], hits: &[Hit], expected: &[&str], vacuous: bool| {
        let evaluation = judged(vec![rule(clauses)], &findings(hits));
        let outcome = &evaluation.rules[0];
        let got: Vec<String> = outcome.violations.iter().map(shown).collect();
        assert_eq!(
            (got, outcome.vacuous),
            (expected.iter().map(ToString::to_string).collect(), vacuous)
        );
    };
    let secret: &[(Clause, &[&str])] = &[(W, &["jwt.sign"]), (E, &["SECRET"])];
    check(secret, &[], &[], true);
    check(secret, &[hit(E, 0, "a:1")], &[], true);
    check(secret, &[hit(W, 0, "a:4:7"), hit(E, 0, "a:1")], &[], false);
    check(
        secret,
        &[
            hit(W, 0, "a:9"),
            hit(W, 0, "a:4:7"),
            hit(W, 0, "b:2"),
            hit(E, 0, "b:1"),
            hit(E, 0, "c:1"),
        ],
        &["expect SECRET@a:4:7"],
        false,
    );
    check(
        secret,
        &[hit(W, 0, "a:4"), hit(W, 0, "b:2")],
        &["expect SECRET@a:4:1", "expect SECRET@b:2:1"],
        false,
    );
    // Forbidden things count only in files with a `where` hit.
    check(
        &[(W, &["w", "v"]), (M, &["m"]), (N, &["n"])],
        &[
            hit(W, 1, "a:1"),
            hit(M, 0, "a:2"),
            hit(M, 0, "b:2"),
            hit(N, 0, "a:3"),
            hit(N, 0, "b:3"),
        ],
        &["match m@a:2:1", "expect_not n@a:3:1"],
        false,
    );
    // One of several in each file; several absent are several violations.
    check(
        &[(W, &["w"]), (A, &["x", "y"]), (E, &["e", "f"])],
        &[
            hit(W, 0, "a:1"),
            hit(W, 0, "b:1"),
            hit(A, 1, "a:5"),
            hit(E, 0, "b:5"),
            hit(E, 1, "b:6"),
            hit(E, 1, "a:6"),
        ],
        &["expect e@a:1:1", "expect_any x | y@b:1:1"],
        false,
    );
}

#[test]
fn one_violation_a_pattern_and_line() {
    let hits = [
        hit(M, 0, "a:1:9"),
        hit(M, 0, "a:1:2"),
        hit(M, 1, "a:1:2"),
        hit(M, 0, "a:2"),
    ];
    let evaluation = judged(vec![rule(&[(M, &["m", "l"])])], &findings(&hits));
    let got: Vec<String> = evaluation.rules[0].violations.iter().map(shown).collect();
    assert_eq!(got, ["match l@a:1:2", "match m@a:1:2", "match m@a:2:1"]);
}

#[test]
fn a_hit_keeps_what_was_found_and_how_surely() {
    let mut found = hit(M, 0, "a:1");
    found.analysis = Analysis::Text;
    let evaluation = judged(
        vec![rule(&[(M, &["/m.*/"]), (E, &["e"])])],
        &findings(&[found]),
    );
    let [first, second] = evaluation.rules[0].violations.as_slice() else {
        panic!("two violations");
    };
    assert_eq!(
        (first.matched.as_deref(), first.analysis),
        (Some("found"), Analysis::Text)
    );
    assert_eq!(
        (second.matched.as_deref(), second.analysis),
        (None, Analysis::Code)
    );
}

#[test]
fn references_and_unaccompanied_files_inform() {
    let hits = [
        hit(M, 0, "a:1"),
        hit(M, 0, "b:1"),
        hit(E, 0, "b:3"),
        hit(A, 0, "c:1"),
        hit(A, 0, "b:3"),
    ];
    let evaluation = judged(
        vec![rule(&[(M, &["m"]), (E, &["e"]), (A, &["x"])])],
        &findings(&hits),
    );
    let outcome = &evaluation.rules[0];
    let references: Vec<String> = outcome
        .expected_references
        .iter()
        .map(|found| format!("{}@{}:{}", found.pattern, found.file, found.line))
        .collect();
    assert_eq!(references, ["e@b:3", "x@b:3", "x@c:1"]);
    assert_eq!(outcome.missing_expectation_files, [RepoPath::from("a")]);
    let nothing_expected = judged(vec![rule(&[(M, &["m"])])], &findings(&hits[..2]));
    assert_eq!(nothing_expected.rules[0].missing_expectation_files, []);
    // Under `where`, other files are no business of the rule.
    let hits = [hit(W, 0, "a:1"), hit(E, 0, "b:1")];
    let narrowed = judged(vec![rule(&[(W, &["w"]), (E, &["e"])])], &findings(&hits));
    assert_eq!(narrowed.rules[0].expected_references, []);
    assert_eq!(
        narrowed.rules[0].missing_expectation_files,
        [RepoPath::from("a")]
    );
}

#[test]
fn an_empty_scope_is_vacuous_but_still_requires() {
    let empty = Findings::default();
    let evaluation = judged(vec![rule(&[(M, &["m"])]), rule(&[(E, &["e"])])], &empty);
    let [forbids, requires] = evaluation.rules.as_slice() else {
        panic!("two rules");
    };
    assert!(forbids.vacuous && forbids.status == RuleStatus::Clean);
    assert!(requires.vacuous && requires.status == RuleStatus::NeedsMigration);
    assert_eq!(
        &*requires.violations[0].message,
        "expected `e`, but no file is in scope"
    );
}

#[test]
fn what_was_not_judged_forbids_met_but_not_broken() {
    let check = |reason: Option<UnjudgedReason>, hits: &[Hit], expected: Verdict| {
        let mut findings = findings(hits);
        findings.unjudged = reason
            .map(|reason| Unjudged {
                path: RepoPath::from("u"),
                reason,
            })
            .into_iter()
            .collect();
        let evaluation = judged(vec![rule(&[(M, &["m"])])], &findings);
        assert_eq!(
            (evaluation.verdict, &evaluation.unjudged),
            (expected, &findings.unjudged)
        );
    };
    let broken = [hit(M, 0, "a:1")];
    check(None, &[], Verdict::Met);
    for harmless in [
        UnjudgedReason::Large,
        UnjudgedReason::Unparsed,
        UnjudgedReason::Binary,
    ] {
        check(Some(harmless), &[], Verdict::Met);
        check(Some(harmless), &broken, Verdict::Broken);
    }
    for grave in [UnjudgedReason::TooLarge, UnjudgedReason::Unreadable] {
        check(Some(grave), &[], Verdict::Unverified);
        check(Some(grave), &broken, Verdict::Broken);
    }
}

#[test]
fn messages() {
    use PatternKind::{ApiRoutes, Expressions, Identifiers, SqlTables};
    let check = |kind, text, clause, found: bool, expected: &str| {
        let mut rule = rule(&[(clause, &[text])]);
        for list in [
            &mut rule.match_,
            &mut rule.expect,
            &mut rule.expect_not,
            &mut rule.expect_any,
        ] {
            list.iter_mut().for_each(|pattern| pattern.kind = kind);
        }
        let hits = if found {
            vec![hit(clause, 0, "a:1")]
        } else {
            Vec::new()
        };
        let evaluation = judged(vec![rule], &findings(&hits));
        assert_eq!(&*evaluation.rules[0].violations[0].message, expected);
    };
    check(Identifiers, "jwt.sign", M, true, "`jwt.sign` is still used");
    check(
        Identifiers,
        "/j.*/",
        M,
        true,
        "`found` (matched by `/j.*/`) is still used",
    );
    check(Expressions, "x = 1", M, true, "`x = 1` is still present");
    check(SqlTables, "users", M, true, "table `users` is still used");
    check(ApiRoutes, "/v1", M, true, "route `/v1` is still declared");
    check(
        Identifiers,
        "jwt.sign",
        N,
        true,
        "`jwt.sign` must not be used",
    );
    check(
        ApiRoutes,
        "/v1",
        N,
        true,
        "route `/v1` must not be declared",
    );
    check(
        Identifiers,
        "login",
        E,
        false,
        "expected `login`, found nowhere in scope",
    );
    check(
        SqlTables,
        "users",
        E,
        false,
        "expected table `users`, found nowhere in scope",
    );
    check(
        Identifiers,
        "login",
        A,
        false,
        "expected `login`, found nowhere in scope",
    );
    check(
        Identifiers,
        "a\u{1b}b",
        E,
        false,
        "expected `a\\u{1b}b`, found nowhere in scope",
    );

    let any = judged(vec![rule(&[(A, &["a", "b"])])], &findings(&[]));
    assert_eq!(
        &*any.rules[0].violations[0].message,
        "expected one of `a`, `b`, found nowhere in scope"
    );
    let many = judged(
        vec![rule(&[(A, &["a", "b", "c", "d", "e"])])],
        &findings(&[]),
    );
    assert_eq!(
        &*many.rules[0].violations[0].message,
        "expected one of `a`, `b`, `c` and 2 more, found nowhere in scope"
    );
    let narrowed = judged(
        vec![rule(&[(W, &["w"]), (E, &["e"])])],
        &findings(&[hit(W, 0, "a:1")]),
    );
    assert_eq!(
        &*narrowed.rules[0].violations[0].message,
        "expected `e`, but this file has none"
    );
}

/// What the formulas of the design say, computed over plain sets of (clause, index, file, line).
fn oracle(rule: &Rule, hits: &BTreeSet<(Clause, usize, String, u32)>) -> BTreeSet<String> {
    let files = |clause: Clause, index: usize| -> BTreeSet<&str> {
        hits.iter()
            .filter(|(c, i, ..)| (*c, *i) == (clause, index))
            .map(|(.., f, _)| f.as_str())
            .collect()
    };
    let firsts = |clause: Clause, file: Option<&str>| {
        hits.iter()
            .filter(|(c, _, f, _)| *c == clause && file.is_none_or(|file| f == file))
            .map(|(.., f, l)| (f.clone(), *l))
            .min()
    };
    let all: BTreeSet<&str> = (0..rule.where_.len())
        .flat_map(|index| files(W, index))
        .collect();
    let mut expected = BTreeSet::new();
    for (clause, index, file, line) in hits {
        let counts = rule.where_.is_empty() || all.contains(file.as_str());
        if matches!(clause, Clause::Match | Clause::ExpectNot) && counts {
            let text = &rule.patterns(*clause)[*index].text;
            expected.insert(format!("{} {text}@{file}:{line}:1", clause.as_str()));
        }
    }
    let units: Vec<Option<&str>> = match rule.where_.is_empty() {
        true => vec![None],
        false => all.iter().map(|file| Some(*file)).collect(),
    };
    let any_text = rule
        .expect_any
        .iter()
        .map(|p| p.text.clone())
        .collect::<Vec<_>>()
        .join(" | ");
    for unit in units {
        let present = |clause, index| {
            files(clause, index)
                .iter()
                .any(|file| unit.is_none_or(|unit| *file == unit))
        };
        let place = firsts(if unit.is_some() { W } else { M }, unit);
        let place = place
            .map(|(file, line)| format!("@{file}:{line}:1"))
            .unwrap_or_default();
        for (index, pattern) in rule.expect.iter().enumerate() {
            if !present(E, index) {
                expected.insert(format!("expect {}{place}", pattern.text));
            }
        }
        if !rule.expect_any.is_empty() && !(0..rule.expect_any.len()).any(|index| present(A, index))
        {
            expected.insert(format!("expect_any {any_text}{place}"));
        }
    }
    expected
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn agrees_with_the_oracle(
        counts in prop::array::uniform5(0usize..3),
        raw in prop::collection::vec((0usize..5, 0usize..3, 0usize..4, 1u32..4), 0..24),
    ) {
        let texts = ["p", "q"];
        let clauses: Vec<(Clause, &[&str])> =
            Clause::ALL.into_iter().zip(counts).map(|(clause, count)| (clause, &texts[..count])).collect();
        let rule = rule(&clauses);
        let files = ["a", "a/b", "b", "c"];
        let facts: BTreeSet<(Clause, usize, String, u32)> = raw
            .iter()
            .map(|(clause, index, file, line)| (Clause::ALL[*clause], *index, files[*file].to_owned(), *line))
            .filter(|(clause, index, ..)| *index < rule.patterns(*clause).len())
            .collect();
        let hits: Vec<Hit> = facts.iter().map(|(c, i, f, l)| hit(*c, *i, &format!("{f}:{l}"))).collect();
        let evaluation = judged(vec![rule.clone()], &findings(&hits));
        let outcome = &evaluation.rules[0];

        let got: Vec<String> = outcome.violations.iter().map(shown).collect();
        let expected = oracle(&rule, &facts);
        prop_assert_eq!(got.len(), expected.len());
        prop_assert_eq!(got.into_iter().collect::<BTreeSet<_>>(), expected);
        let places: Vec<_> =
            outcome.violations.iter().map(|v| (v.file.is_none(), v.file.clone(), v.line, v.column)).collect();
        prop_assert!(places.is_sorted());
        prop_assert_eq!(outcome.violations.is_empty(), outcome.status == RuleStatus::Clean);
        prop_assert_eq!(evaluation.total_violations, outcome.violations.len());
    }
}
