//! What a verification says of each violation: to people, to code scanning, to a pull request.

use crate::support::TestRepo;

const SPEC: &str = "refactor_name: Tokens\nrules:\n  - id: no-sign\n    description: gone\n    \
    severity: high\n    guidance: Use jose.\n    match:\n      identifiers: [jwt.sign]\n    \
    expect:\n      identifiers: [jose.sign]\n";

fn project() -> TestRepo {
    let repo = TestRepo::new();
    repo.write("a.js", "import jwt from 'x';\n\tconst é = jwt.sign(1);\n");
    repo.write("spec.yaml", SPEC);
    repo.commit("base");
    repo
}

fn verify(repo: &TestRepo, words: &[&str]) -> crate::support::Answer {
    let all = ["verify", "--spec", "spec.yaml"].iter().chain(words);
    repo.plan(all.copied())
}

#[test]
fn each_violation_shows_its_line_with_the_place_marked() {
    let repo = project();
    verify(&repo, &[])
        .exits(1)
        .says("  a.js:2:13: `jwt.sign` is still used\n")
        .says("    2 | const é = jwt.sign(1);\n")
        .says("      |           ^^^^^^^^\n")
        .says("expected `jose.sign`, found nowhere in scope\n")
        .says("      |           ^\n");
    repo.git(["plan", "verify", "--spec", "spec.yaml", "--color=always"])
        .exits(1)
        .says("\u{1b}[1m\u{1b}[31m^^^^^^^^\u{1b}[0m");
}

#[test]
fn the_line_comes_from_the_state_that_was_judged() {
    let repo = project();
    repo.write("a.js", "\n\n\njwt . sign(2);\n");
    verify(&repo, &[])
        .exits(1)
        .says("a.js:4:1:")
        .says("4 | jwt . sign(2);\n");
    verify(&repo, &["--at", "HEAD"])
        .exits(1)
        .says("2 | const é = jwt.sign(1);\n");
    repo.git(["add", "."]).ok();
    repo.write("a.js", "");
    verify(&repo, &["--staged"])
        .exits(1)
        .says("4 | jwt . sign(2);\n");
}

#[test]
fn a_line_that_is_too_long_or_odd_cannot_break_the_report() {
    let mut repo = project();
    let long = "x;".repeat(100_000);
    repo.write("long.js", format!("{long}jwt.sign(1);{long}\n"));
    repo.write("odd.js", "log('\u{1b}[2J::error::'); jwt.sign(1);\n");
    let answer = verify(&repo, &[])
        .exits(1)
        .says("long.js:1:200001:")
        .says(";x;jwt.sign(1);x;")
        .says("'\\u{1b}[2J::error::'");
    assert!(answer.stdout.lines().all(|it| it.chars().count() <= 160));
    assert_eq!(answer.stdout.matches('…').count(), 2);
    repo.env("COLUMNS", "60");
    let answer = verify(&repo, &[]).exits(1);
    let source_lines = answer.stdout.lines().filter(|it| it.contains(" | "));
    assert!(source_lines.clone().count() > 5);
    assert!(source_lines.into_iter().all(|it| it.chars().count() <= 60));
}

#[test]
fn json_carries_the_line() {
    let repo = project();
    let answer = verify(&repo, &["--format", "json"]).exits(1).json();
    let violations = &answer["rules"][0]["violations"];
    assert_eq!(violations[0]["line_text"], "\tconst é = jwt.sign(1);");
    assert_eq!(violations[0]["column"], 13);
}

#[test]
fn sarif_is_the_same_verdict() {
    let repo = project();
    let log = verify(&repo, &["--format", "sarif"]).exits(1).json();
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    assert_eq!(run["invocations"][0]["executionSuccessful"], true);
    let result = &run["results"][0];
    assert_eq!(result["ruleId"], "Tokens/no-sign");
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "a.js");
    assert_eq!(
        place["region"],
        serde_json::json!({ "startLine": 2, "startColumn": 12, "endColumn": 20 })
    );
    let print = &result["partialFingerprints"]["gitPlanViolation/v1"];
    repo.git(["mv", "a.js", "b.js"]).ok();
    let moved = verify(&repo, &["--format", "sarif"]).exits(1).json();
    let moved = &moved["runs"][0]["results"][0];
    assert_eq!(&moved["partialFingerprints"]["gitPlanViolation/v1"], print);
    repo.git(["rm", "-qf", "b.js"]).ok();
    repo.write("a.js", "jose.sign(1);\n");
    let met = verify(&repo, &["--format", "sarif"]).ok().json();
    assert_eq!(met["runs"][0]["results"], serde_json::json!([]));
}

#[test]
fn github_gets_one_command_a_violation() {
    let repo = project();
    let answer = verify(&repo, &["--format", "github"]).exits(1);
    assert_eq!(
        answer.stdout,
        "::error file=a.js,line=2,col=12,title=Tokens/no-sign (high)::a.js:2:12: \
         Tokens/no-sign (high): `jwt.sign` is still used\n\
         ::error file=a.js,line=2,col=12,title=Tokens/no-sign (high)::a.js:2:12: \
         Tokens/no-sign (high): expected `jose.sign`, found nowhere in scope\n"
    );
}

#[test]
fn verify_task_answers_in_the_same_forms() {
    let repo = project();
    repo.plan(["init", "--name", "P"]).ok();
    repo.plan(["add-task", "--title", "T", "--spec", "spec.yaml"])
        .ok();
    repo.plan(["verify-task", "1", "--no-update"])
        .exits(1)
        .says("    2 | const é = jwt.sign(1);\n");
    let log = repo
        .plan(["verify-task", "1", "--format", "sarif"])
        .exits(1)
        .json();
    assert_eq!(log["runs"][0]["results"][0]["properties"]["task"], "1.1");
    repo.plan(["verify-task", "1", "--format", "github"])
        .exits(1)
        .says("::error file=a.js,line=2,");
    repo.plan(["verify-task", "1", "--output", "out.json"])
        .exits(1);
    let written: serde_json::Value = serde_json::from_slice(&repo.read("out.json")).unwrap();
    let violation = &written["rules"][0]["violations"][0];
    assert_eq!(violation["line_text"], "\tconst é = jwt.sign(1);");
}
