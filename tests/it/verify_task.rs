//! What `verify-task` and claims change, and what they leave alone.

use std::os::unix::fs::PermissionsExt as _;

use crate::support::{Answer, TestRepo};

const SPEC: &str = "refactor_name: S\nrules:\n  - id: no-foo\n    description: gone\n    \
    match: {identifiers: [foo]}\n    scope: {include: [\"*.js\"]}\n";

/// A plan with a task whose spec the work tree breaks once, and one without a spec.
fn project() -> TestRepo {
    let repo = TestRepo::new();
    repo.write("a.js", "foo()\n");
    repo.write("s.yaml", SPEC);
    repo.commit("base");
    repo.plan(["init", "--name", "P"]).ok();
    repo.plan(["add-task", "--title", "T", "--spec", "s.yaml"])
        .ok();
    repo.plan(["add-task", "--title", "bare"]).ok();
    repo
}

fn foos(repo: &TestRepo, count: usize) {
    repo.write("a.js", "foo()\n".repeat(count) + "bar()\n");
}

fn task(repo: &TestRepo) -> serde_json::Value {
    let shown = repo.plan(["show", "--format", "json"]).ok().json();
    shown["tasks"][0].clone()
}

fn log(repo: &TestRepo) -> String {
    repo.plan(["log", "--format", "json"]).ok().stdout
}

fn verify(repo: &TestRepo) -> Answer {
    repo.plan(["verify-task", "1"])
}

#[test]
fn a_broken_spec_starts_what_is_pending_and_fails_what_is_in_force() {
    for (stated, after) in [
        ("pending", "in_progress"),
        ("in_progress", "in_progress"),
        ("blocked", "blocked"),
    ] {
        let repo = project();
        repo.plan(["update-task", "1", "--status", stated]).ok();
        verify(&repo).exits(1).never_says("REGRESSION");
        assert_eq!(task(&repo)["status"], after, "from {stated}");
        assert_eq!(task(&repo)["audit_status"], "fail");
        assert_eq!(task(&repo)["in_force"], false);
    }
    for stated in ["completed", "blocked"] {
        let repo = project();
        foos(&repo, 0);
        verify(&repo).ok();
        repo.plan(["update-task", "1", "--status", stated]).ok();
        foos(&repo, 3);
        verify(&repo)
            .exits(1)
            .says("Task 1 INCOMPLETE (3 violations)")
            .says("Audit status: fail")
            .says("Task status updated: failed")
            .warns("warning: REGRESSION DETECTED")
            .warns("Task 1 was previously completed but now has 3 violations")
            .warns("Code changes since completion have broken verification");
        assert_eq!(task(&repo)["status"], "failed", "from {stated}");
        assert_eq!(task(&repo)["in_force"], true);
        assert_eq!(task(&repo)["completed_at"], serde_json::Value::Null);
    }
}

#[test]
fn a_met_spec_completes_a_task_from_any_status() {
    for stated in ["pending", "in_progress", "blocked", "completed", "failed"] {
        let repo = project();
        if stated == "failed" {
            foos(&repo, 0);
            verify(&repo).ok();
            foos(&repo, 1);
            verify(&repo).exits(1);
        } else {
            repo.plan(["update-task", "1", "--status", stated]).ok();
        }
        foos(&repo, 0);
        verify(&repo)
            .ok()
            .says("Task 1 VERIFIED (0 violations)")
            .says("Audit status: pass");
        assert_eq!(task(&repo)["status"], "completed", "from {stated}");
        assert_eq!(task(&repo)["audit_status"], "pass");
        assert_eq!(task(&repo)["in_force"], true);
    }
}

#[test]
fn what_could_not_be_verified_changes_nothing() {
    let repo = project();
    foos(&repo, 0);
    let file = std::fs::File::create(repo.path("big.js")).unwrap();
    file.set_len(17 << 20).unwrap();
    let before = log(&repo);
    for words in [
        &["verify-task", "1"][..],
        &["verify-task", "1", "--checkpoint"],
        &["verify-task", "1", "--no-update"],
    ] {
        repo.plan(words)
            .exits(128)
            .warns("could not verify task 1: big.js (over 16 MiB, not matched)");
    }
    assert_eq!(log(&repo), before);
    repo.plan(["verify", "--all"])
        .exits(128)
        .says("task 1.1 T: could not verify")
        .says("1 file not judged as code:")
        .says("big.js (over 16 MiB, not matched)");
    // Violations that were seen are certain, whatever else was not.
    foos(&repo, 1);
    verify(&repo).exits(1);
}

#[test]
fn no_update_records_nothing() {
    let repo = project();
    let before = log(&repo);
    let dry = ["verify-task", "1", "--no-update"];
    repo.plan(dry).exits(1).never_says("Audit status");
    foos(&repo, 0);
    repo.plan(dry).ok().never_says("Task status updated");
    assert_eq!(log(&repo), before);
    repo.plan(["verify-task", "1", "--no-update", "--checkpoint"])
        .exits(129);
}

#[test]
fn a_failing_verification_keeps_the_state_once() {
    let repo = project();
    let listed = |repo: &TestRepo| repo.plan(["rewind", "1"]).ok().stdout;
    verify(&repo)
        .exits(1)
        .says("Snapshot created: ")
        .says("Sequence: 1");
    assert!(listed(&repo).contains("[1] verify-task-1-failed"));
    verify(&repo).exits(1).never_says("Snapshot created");
    foos(&repo, 2);
    verify(&repo).exits(1).says("Sequence: 2");
    // A commit checkpoint of the same state is enough.
    repo.plan(["install"]).ok();
    repo.plan(["start", "1"]).ok();
    foos(&repo, 3);
    repo.commit("broken");
    verify(&repo).exits(1).never_says("Snapshot created");
    repo.plan(["verify-task", "1", "--checkpoint"])
        .exits(1)
        .says("Sequence: 4");
    foos(&repo, 0);
    verify(&repo).ok().never_says("Snapshot created");
    repo.plan(["verify-task", "1", "--checkpoint"])
        .ok()
        .says("Sequence: 5");
    assert!(listed(&repo).contains("[5] verify-task-1-passed"));
}

#[test]
fn json_tells_the_evaluation_and_where_the_task_stands() {
    let repo = project();
    let answer = repo
        .plan([
            "verify-task",
            "1",
            "--format",
            "json",
            "--output",
            "out.json",
        ])
        .exits(1);
    assert_eq!(answer.stdout.as_bytes(), repo.read("out.json"));
    assert!(answer.stdout.starts_with("{\n  \"version\": 1,"));
    let json = answer.json();
    assert_eq!(json["task"]["number"], 1);
    assert_eq!(json["status"], "in_progress");
    assert_eq!(json["audit_status"], "fail");
    assert_eq!(json["is_regression"], false);
    assert_eq!(json["checkpoint"]["name"], "verify-task-1-failed");
    assert_eq!(json["verdict"], "broken");
    let violation = &json["rules"][0]["violations"][0];
    assert_eq!(violation["file"], "a.js");
    assert_eq!(violation["match"], "foo");
}

#[test]
fn an_output_that_cannot_be_written_costs_nothing() {
    let repo = project();
    let before = repo.stored();
    repo.write("folder/kept", "");
    for output in ["nowhere/out.json", "folder"] {
        repo.plan(["verify-task", "1", "--output", output])
            .exits(128)
            .warns(&format!("error: writing {output}\n  caused by: "));
        assert!(repo.stored() == before, "{output}");
    }
    // An answer takes the place of the one before in one step, and keeps its mode.
    repo.write("out.json", "old");
    let mode = std::fs::Permissions::from_mode(0o640);
    std::fs::set_permissions(repo.path("out.json"), mode).unwrap();
    std::os::unix::fs::symlink("out.json", repo.path("link.json")).unwrap();
    repo.plan(["verify-task", "1", "--output", "link.json"])
        .exits(1);
    assert!(repo.read("out.json").starts_with(b"{\n  \"version\": 1,"));
    let metadata = std::fs::symlink_metadata(repo.path("out.json")).unwrap();
    assert_eq!(metadata.permissions().mode() & 0o777, 0o640);
    assert!(repo.path("link.json").is_symlink());
    repo.sh("git plan verify-task 1 --output /dev/stdout | head -1")
        .ok()
        .says("{\n");
}

#[test]
fn evidence_says_what_was_judged() {
    let repo = project();
    repo.plan(["start", "1"]).ok();
    let last = |repo: &TestRepo| {
        let status = repo.plan(["status", "--format", "json"]).ok().json();
        status["last_evidence"].clone()
    };
    verify(&repo).exits(1);
    let clean = last(&repo);
    assert_eq!(clean["kind"], "verification");
    assert_eq!(clean["head"], repo.rev("HEAD").as_str());
    assert_eq!(clean["anchor"], clean["head"]);
    assert_eq!(clean["tree"], repo.rev("HEAD^{tree}").as_str());
    assert_eq!(
        (&clean["dirty"], &clean["passed"]),
        (&false.into(), &false.into())
    );
    assert_eq!(clean["violations"], 1);
    assert_eq!(clean["spec_hash"].as_str().unwrap().len(), 64);
    foos(&repo, 0);
    repo.plan(["update-task", "--status", "completed"]).ok();
    let claim = last(&repo);
    assert_eq!(claim["kind"], "claim");
    assert_eq!(
        (&claim["dirty"], &claim["passed"]),
        (&true.into(), &true.into())
    );
    assert_eq!(claim["anchor"], serde_json::Value::Null);
    // A change outside of the scope does not make the evidence dirty.
    repo.commit("done");
    repo.write("README", "other\n");
    verify(&repo).ok();
    assert_eq!(last(&repo)["dirty"], false);
}

#[test]
fn only_a_claim_completes_a_task_without_a_spec() {
    let repo = project();
    repo.plan(["verify-task", "2"])
        .exits(128)
        .warns("No verification spec for task 2")
        .warns("hint: 'git plan set-spec 1 2 FILE' gives it one");
    repo.plan(["update-task", "2", "--status", "failed"])
        .exits(129)
        .warns("only a verification says that a task failed");
    repo.git(["config", "plan.requireEvidence", "true"]).ok();
    repo.plan(["update-task", "2", "--status", "completed"])
        .ok()
        .says("Updated task 2 status: completed");
}

#[test]
fn a_claim_says_what_it_will_lead_to_and_may_be_forbidden() {
    let repo = project();
    let claim = ["update-task", "1", "--status", "completed"];
    repo.git(["config", "plan.requireEvidence", "true"]).ok();
    let before = log(&repo);
    repo.plan(claim)
        .exits(1)
        .warns("task 1 cannot be completed by a claim: its spec is not met (1 violation)");
    assert_eq!(log(&repo), before);
    repo.git(["config", "plan.requireEvidence", "false"]).ok();
    repo.plan(claim)
        .ok()
        .says("Updated task 1 status: completed")
        .warns("warning: 1 violation will block the push");
    assert_eq!(task(&repo)["audit_status"], "fail");
    assert_eq!(task(&repo)["in_force"], true);
    repo.plan(["update-task", "1", "--status", "pending"]).ok();
    foos(&repo, 0);
    repo.git(["config", "plan.requireEvidence", "true"]).ok();
    repo.plan(claim).ok().never_says("push");
    assert_eq!(task(&repo)["audit_status"], "pass");
}

#[test]
fn nothing_is_journalled_that_did_not_change() {
    let repo = project();
    verify(&repo).exits(1);
    let lines = |text: String| text.matches("\"action\"").count();
    let before = lines(log(&repo));
    verify(&repo).exits(1);
    repo.plan(["update-task", "1", "--status", "in_progress"])
        .ok();
    assert_eq!(lines(log(&repo)), before + 1, "one line of evidence");
}

#[test]
fn a_failing_state_is_kept_once_whose_bytes_alone_differ() {
    let repo = TestRepo::installed();
    repo.write(".gitattributes", "*.js eol=crlf\n");
    repo.write("a.js", "foo()\n");
    repo.commit("lines end in LF on the disk, and in CRLF in a checkout");
    repo.write("../spec.yaml", SPEC);
    repo.plan_words("add-task --title t --spec ../spec.yaml")
        .ok();
    let fails = |checkpoints: &str| {
        assert_eq!(repo.git(["status", "--porcelain"]).ok().stdout, "");
        verify(&repo).exits(1);
        let kept = repo.plan_words("rewind 1 1 --format json").ok().json();
        let kept = kept["checkpoints"].as_array().unwrap().len();
        assert_eq!(kept.to_string(), checkpoints);
    };
    fails("1");
    fails("1");
    repo.write("a.js", "foo()\r\n");
    repo.git(["add", "a.js"]).ok();
    fails("2");
    fails("2");
    repo.plan_words("rewind 1 1 --to 1 --apply").ok();
    assert_eq!(repo.read("a.js"), b"foo()\n");
    repo.plan_words("rewind --undo").ok();
    assert_eq!(repo.read("a.js"), b"foo()\r\n");
}
