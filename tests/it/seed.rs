//! The words of the seed, `aud planning`, which its users know: to the letter.

use crate::support::TestRepo;
use crate::support::verbs::SPEC;

#[test]
fn from_init_to_archive() {
    let repo = TestRepo::new();
    repo.write("spec.yaml", SPEC);
    repo.write("a.py", "legacy()\n".repeat(7));
    repo.commit("base");
    let run = |words: &str| repo.plan_words(words);
    run("show 1").fails(
        128,
        "Planning database not found. Run 'git plan init' first.",
    );
    run("init --name Migration")
        .ok()
        .says("Created plan 1: Migration\n")
        .warns("Initialized planning database: ");
    run("add-phase 1 --phase-number 1 --title Start --description D --success-criteria C")
        .ok()
        .says("Added phase 1 to plan 1: Start\n");
    run("add-task 1 --title Task --description D --spec spec.yaml --assigned-to me --phase 1")
        .ok()
        .says("Added task 1 to plan 1: Task\nVerification spec: spec.yaml\n");
    run("add-job 1 1 --description Work")
        .ok()
        .says("Added job 1 to task 1: Work\n");
    run("add-job 1 1 --description Look --is-audit")
        .ok()
        .says("Added audit job 2 to task 1: Look\n");
    run("update-task 1 1 --status in_progress --assigned-to you")
        .ok()
        .says("Updated task 1 status: in_progress\nReassigned task 1 to: you\n");
    let failed = run("verify-task 1 1").exits(1);
    let first = "Verifying task 1...\nVerification complete:\n  Total violations: 7\n\nViolations by rule:\n";
    assert!(failed.stdout.starts_with(first), "{}", failed.stdout);
    failed
        .says("    a.py:5:1: `legacy` is still used\n      5 | legacy()\n        | ^^^^^^\n")
        .says("    ... and 2 more\n")
        .says("Task 1 INCOMPLETE (7 violations)\nAudit status: fail\nSnapshot created: ")
        .says("\nSequence: 1\n")
        .never_says("a.py:6");
    run("verify-task 1 1 --verbose").exits(1).says("a.py:7:1");
    run("checkpoint 1 1 --name mine")
        .ok()
        .says("Creating checkpoint 'mine' for task 1...\nCheckpoint created: ")
        .says("\nSequence: 2\nFiles affected: 0\n");
    run("checkpoint 1 1")
        .ok()
        .says("Creating checkpoint 'edit_3' for task 1...\n");

    repo.write("a.py", "modern()\n");
    run("verify-task 1 1").ok().says(
        "Task 1 VERIFIED (0 violations)\nAudit status: pass\nTask status updated: completed\n",
    );
    repo.write("a.py", "legacy()\n");
    let regression = run("verify-task 1 1 --auto-update").exits(1);
    assert!(
        regression.stderr.contains(
            "warning: REGRESSION DETECTED\nTask 1 was previously completed but now has 1 violation\n\
             Code changes since completion have broken verification\n"
        ),
        "{}",
        regression.stderr
    );
    regression.says("Task status updated: failed\n");
    run("rewind 1 1")
        .ok()
        .says("[1] verify-task-1-failed\n")
        .says("[2] mine\n")
        .says("[3] edit_3\n")
        .says("    Git ref: ")
        .says("    Timestamp: ")
        .says("    Files: ");
    run("show 1")
        .ok()
        .says("[ ] Phase 1: Start\n")
        .says("  [ ] Task 1: Task (audit: fail)\n")
        .says("[ ] Job 2: Look [AUDIT]\n");
    run("show 1 -v").ok().says("| refactor_name: legacy");
    run("add-task 1 --title Later").ok();
    run("show 1")
        .ok()
        .says("Orphaned Tasks (not in any phase):\n");
    run("list --format table").ok().says("Total: 1 plans\n");
    run("archive 1 --notes done --yes")
        .ok()
        .says("Plan 1 archived successfully\nFinal snapshot: ");
    run("add-task 1 --title late").fails(1, "Cannot add tasks to archived plan 1");
    run("show 99").fails(128, "Plan 99 not found");
    run("verify-task 1 9").fails(128, "Task 9 not found in plan 1");
    run("verify-task 1 2 --no-update").fails(128, "No verification spec for task 2");
    let json = run("list --format json").ok().json();
    for key in ["id", "name", "status", "created_at"] {
        assert!(!json["plans"][0][key].is_null(), "{key}");
    }
}

#[test]
fn incomplete_tasks_are_named_up_to_five() {
    let repo = TestRepo::new();
    repo.plan_words("init --name P").ok();
    for number in 1..=7 {
        repo.plan(["add-task", "--title", &format!("task {number}")])
            .ok();
    }
    repo.plan_words("archive")
        .exits(1)
        .warns("warning: 7 tasks not completed")
        .warns("  1.5 task 5\n  ... and 2 more\n");
}
