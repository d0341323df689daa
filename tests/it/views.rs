//! What the reading verbs show, and how plan and task are named on every command line.

use crate::support::TestRepo;

fn project() -> TestRepo {
    let repo = TestRepo::new();
    repo.write("README", "hello\n");
    repo.commit("base");
    repo.plan(["init", "--name", "First"]).ok();
    repo.plan(["add-task", "--title", "one"]).ok();
    repo.plan(["add-task", "--title", "two"]).ok();
    repo
}

#[test]
fn a_plan_reads_completed_while_all_its_tasks_are() {
    let repo = project();
    let status = |repo: &TestRepo| {
        let json = repo.plan(["show", "1", "--format", "json"]).ok().json();
        json["plan"]["status"].as_str().unwrap().to_owned()
    };
    repo.plan(["update-task", "1", "--status", "completed"])
        .ok();
    assert_eq!(status(&repo), "active");
    repo.plan(["update-task", "2", "--status", "completed"])
        .ok();
    assert_eq!(status(&repo), "completed");
    repo.plan(["show"]).ok().says("Status: completed");
    repo.plan(["list", "--status", "completed"])
        .ok()
        .says(" 1  completed")
        .says("Total: 1 plans\n");
    repo.plan(["list", "--status", "active"])
        .ok()
        .says("Total: 0 plans\n");
    // It is still the current plan, and takes up new work.
    repo.plan(["add-task", "--title", "three"])
        .ok()
        .says("Added task 3 to plan 1: three");
    assert_eq!(status(&repo), "active");
    repo.plan(["archive", "--yes"]).ok();
    assert_eq!(status(&repo), "archived");
    repo.plan(["init", "--name", "Empty"]).ok();
    repo.plan(["list", "--status", "active"])
        .ok()
        .says(" 2  active ");
}

#[test]
fn one_number_is_the_task_and_a_missing_plan_the_current_one() {
    let repo = project();
    repo.plan(["init", "--name", "Second"]).ok();
    repo.plan(["add-task", "--title", "late"])
        .exits(128)
        .warns("error: Multiple active plans found, specify plan_id")
        .warns("hint:   1  First\nhint:   2  Second");
    repo.plan(["add-task", "2", "--title", "other"]).ok();
    repo.plan(["show", "2"]).ok().says("Plan 2: Second");
    repo.plan(["start", "2"]).exits(128);
    repo.plan(["start", "1", "2"])
        .ok()
        .says("Started task 2 of plan 1: two");
    // From now on plan 1 is the current one.
    repo.plan(["show"]).ok().says("Plan 1: First");
    repo.plan(["update-task", "1", "--assigned-to", "Ada"])
        .ok()
        .says("Reassigned task 1 to: Ada");
    repo.plan(["update-task", "2", "1", "--assigned-to", "Bob"])
        .ok();
    repo.plan(["show", "2"]).ok().says("Assigned to: Bob");
    repo.plan(["add-job", "--description", "of the active task"])
        .ok()
        .says("Added job 1 to task 2");
    repo.plan(["check-job", "1"])
        .ok()
        .says("Checked job 1 of task 2");
    repo.plan(["check-job", "2", "1", "--undo"]).ok();
    repo.plan(["check-job", "1", "2", "1"]).ok();
    repo.plan(["show", "99"])
        .exits(128)
        .warns("error: Plan 99 not found");
    repo.plan(["start", "99"])
        .exits(128)
        .warns("error: Task 99 not found in plan 1");
    repo.plan(["start", "1", "99"])
        .exits(128)
        .warns("error: Task 99 not found in plan 1");
    for words in [
        &["show", "one"][..],
        &["log", "one"],
        &["archive", "one"],
        &["verify", "--all", "--plan", "one"],
        &["verify-task", "one", "2"],
    ] {
        repo.plan(words)
            .exits(129)
            .warns("error: 'one' is no plan number");
    }
    repo.plan(["verify-task", "-1"]).exits(129);
    repo.plan(["show", "--", "-1"])
        .exits(129)
        .warns("error: '-1' is no plan number");
    repo.plan(["verify-task", "two"])
        .exits(129)
        .warns("error: 'two' is no task number");
    repo.plan(["stop"])
        .ok()
        .says("Stopped task 2 of plan 1: two");
    repo.plan(["stop"])
        .ok()
        .warns("No task was active in this work tree");
    repo.plan(["verify-task"])
        .exits(128)
        .warns("no active task in this work tree");
    repo.plan(["archive", "1", "--yes"]).ok();
    repo.plan(["start", "1", "1"])
        .exits(1)
        .warns("Cannot start tasks of archived plan 1");
    repo.plan(["show"]).ok().says("Plan 2: Second");
}

#[test]
fn show_tells_phases_jobs_and_metadata() {
    let repo = project();
    repo.plan(["add-phase", "--title", "Cut", "--success-criteria", "green"])
        .ok();
    repo.plan(["edit-task", "1", "--phase", "1"]).ok();
    repo.plan(["add-job", "1", "--description", "look", "--is-audit"])
        .ok()
        .says("Added audit job 1 to task 1: look");
    repo.plan(["show"]).ok().says(
        "\n[ ] Phase 1: Cut\n    Success criteria: green\n  [ ] Task 1: one\n      \
         [ ] Job 1: look [AUDIT]\n\nOrphaned Tasks (not in any phase):\n  [ ] Task 2: two\n",
    );
    repo.plan(["edit-task", "1", "--no-phase"]).ok();
    repo.plan(["show"])
        .ok()
        .says("\n[ ] Phase 1: Cut\n    Success criteria: green\n")
        .says("Orphaned Tasks (not in any phase):\n  [ ] Task 1: one\n");
    repo.plan(["log"]).ok().says("task 1.1  phase=none");
    repo.plan(["edit-task", "1", "--phase", "1", "--no-phase"])
        .exits(129);
    repo.plan(["edit-task", "1", "--phase", "1"]).ok();
    repo.plan(["show", "--no-tasks"]).ok().never_says("Task 1");
    repo.plan(["show", "--layout", "flat"])
        .ok()
        .says("\nTasks (2):\n  [ ] Task 1: one\n");
    repo.plan(["archive", "--yes", "--notes", "moved to Q4"])
        .ok()
        .warns("warning: 2 tasks not completed\n  1.1 one\n  1.2 two\n");
    repo.plan(["show", "1"])
        .ok()
        .says("Status: archived\n")
        .says("Metadata:\n  archive_notes: moved to Q4\n  archived_at: 20");
}

#[test]
fn the_log_is_for_people_and_its_json_for_programs() {
    let repo = project();
    repo.plan(["edit-task", "2", "--title", "two words"]).ok();
    repo.plan(["log", "-n", "1"])
        .ok()
        .says("  task.edited  task 1.2  title=\"two words\"  by Tester <tester@example.com>\n");
    repo.plan(["log"]).ok().never_says("uid");
    let json = repo.plan(["log", "1", "--format", "json"]).ok().json();
    let events = json["events"].as_array().unwrap();
    assert_eq!(events.len(), 4);
    for pair in events.windows(2) {
        assert_eq!(pair[0]["previous_hash"], pair[1]["hash"]);
    }
    repo.plan(["log", "9"]).exits(128).warns("Plan 9 not found");
}

#[test]
fn every_json_answer_begins_with_its_version() {
    let repo = project();
    repo.write("a.js", "function f() {}\n");
    repo.write(
        "s.yaml",
        "refactor_name: S\nrules:\n  - id: r\n    description: d\n    \
         match: {identifiers: [foo]}\n",
    );
    repo.plan(["set-spec", "1", "s.yaml"]).ok();
    repo.plan(["start", "1"]).ok();
    for words in [
        &["list"][..],
        &["show"],
        &["status"],
        &["log"],
        &["spec", "check", "s.yaml"],
        &["spec", "show"],
        &["checkpoint"],
        &["verify-task"],
        &["verify"],
        &["verify", "--all"],
        &["verify", "--spec", "s.yaml"],
        &["find", "function"],
        &["rewind"],
        &["rewind", "--to", "1"],
        &["show-diff"],
        &["show-diff", "--sequence", "1"],
        &["install"],
        &["uninstall"],
    ] {
        let answer = repo.plan(words.iter().chain(&["--format", "json"])).ok();
        let text = &answer.stdout;
        assert!(
            text.starts_with("{\n  \"version\": 1,\n"),
            "{words:?}: {text}"
        );
        keys_are_snake_case(&answer.json());
    }
}

fn keys_are_snake_case(value: &serde_json::Value) {
    match value {
        serde_json::Value::Object(members) => {
            for (key, value) in members {
                let is_snake = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
                assert!(key.chars().all(is_snake), "{key}");
                keys_are_snake_case(value);
            }
        }
        serde_json::Value::Array(list) => list.iter().for_each(keys_are_snake_case),
        _ => {}
    }
}

#[test]
fn colour_is_decided_by_option_environment_and_configuration_in_this_order() {
    let mut repo = project();
    let coloured =
        |repo: &TestRepo, words: &[&str]| repo.git(words).ok().stdout.contains("\u{1b}[");
    let on = ["-c", "color.plan=always", "plan", "show"];
    assert!(!coloured(&repo, &["plan", "show"]));
    assert!(coloured(&repo, &["plan", "show", "--color"]));
    assert!(coloured(&repo, &["plan", "--color=always", "show"]));
    assert!(coloured(&repo, &on));
    assert!(coloured(&repo, &["-c", "color.ui=always", "plan", "show"]));
    assert!(!coloured(
        &repo,
        &[
            "-c",
            "color.ui=always",
            "-c",
            "color.plan=false",
            "plan",
            "show"
        ]
    ));
    assert!(!coloured(
        &repo,
        &["-c", "color.plan=always", "plan", "show", "--color=never"]
    ));
    repo.env("NO_COLOR", "1");
    assert!(!coloured(&repo, &on));
    assert!(coloured(&repo, &["plan", "show", "--color=always"]));
}

#[test]
fn diffs_are_bytes_for_programs_and_coloured_on_demand() {
    let repo = project();
    repo.write("README", "bye\u{1b}[31m\n");
    repo.plan(["checkpoint", "1"]).ok();
    let diff = ["plan", "show-diff", "1", "--sequence", "1"];
    let raw = repo.git(diff).ok();
    assert!(
        raw.stdout.contains("-hello\n+bye\u{1b}[31m\n"),
        "{}",
        raw.stdout
    );
    let shown = repo.git(diff.iter().chain(&["--color=always"])).ok();
    assert!(
        shown
            .stdout
            .contains("\u{1b}[32m+bye\\u{1b}[31m\u{1b}[0m\n"),
        "{}",
        shown.stdout
    );
}

#[test]
fn help_has_usage_and_examples() {
    let repo = TestRepo::without_git();
    repo.plan(["-h"])
        .ok()
        .says("First steps:")
        .says("Exit status:");
    repo.plan::<&str>([])
        .exits(129)
        .warns("Usage: git plan [OPTIONS] <COMMAND>");
    for (verb, usage) in [
        ("init", "git plan init [OPTIONS] --name <NAME>"),
        (
            "add-task",
            "git plan add-task [OPTIONS] --title <TEXT> [PLAN]",
        ),
        (
            "verify-task",
            "git plan verify-task [OPTIONS] [[PLAN] TASK]",
        ),
        ("verify", "git plan verify [OPTIONS]"),
        ("rewind", "git plan rewind [OPTIONS] [[PLAN] TASK]"),
        ("find", "git plan find [OPTIONS] <KIND> [NAME]"),
        ("install", "git plan install [OPTIONS]"),
    ] {
        repo.plan(["help", verb])
            .ok()
            .says(&format!("Usage: {usage}\n"))
            .says("Examples:\n");
    }
    repo.plan(["spec", "check", "-h"]).ok().says("Examples:\n");
    repo.plan(["foo"])
        .exits(129)
        .warns("error: unrecognized subcommand 'foo'\n\nUsage: git plan")
        .never_says("hook");
    repo.plan(["stat"]).exits(129).warns("'status'");
}

#[test]
fn status_has_lines_for_scripts() {
    let repo = TestRepo::installed();
    repo.plan(["add-task", "--title", "tab\there"]).ok();
    repo.plan(["init", "--name", "Other"]).ok();
    let none = repo.plan(["status", "--porcelain"]).ok();
    assert!(none.stdout.starts_with("version 1\ntasks pending 0\n"));
    repo.plan(["start", "1", "1"]).ok();
    repo.commit("one");
    let head = repo.rev("HEAD");
    let lines = repo.plan(["status", "--porcelain"]).ok().stdout;
    let start = "version 1\nplan 1 P\ntasks pending 0\ntasks in_progress 1\ntasks completed 0\n\
                 tasks failed 0\ntasks blocked 0\nactive 1 1 in_progress pending tab\\there\n";
    assert!(lines.starts_with(start), "{lines}");
    let checkpoint = format!("\ncheckpoint 1 {head} commit-{}\n", &head[..8]);
    assert!(lines.contains(&checkpoint), "{lines}");
    assert!(lines.contains("\nhook pre-push -\n"), "{lines}");
    assert!(lines.contains("\nhook post-commit 20"), "{lines}");
    let nul = repo.git(["plan", "status", "-z"]).ok().stdout;
    assert!(nul.contains("\0active 1 1 in_progress pending tab\there\0"));
    assert!(!nul.contains('\n'));
    repo.plan(["status", "-z", "--format", "json"]).exits(129);
}
