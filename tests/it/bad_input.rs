//! What cannot be done is refused with one clear sentence and Git's exit status, and changes nothing.

use std::collections::BTreeSet;

use crate::support::TestRepo;
use crate::support::verbs::{
    ANYWHERE, CHANGING, OTHER, PLANLESS, READING, SPEC, on_a_plan, once_each, project,
};

/// Runs `words`, which must fail so, and checks that nothing was stored or lost.
#[track_caller]
fn refused(repo: &TestRepo, words: &str, status: i32, sentence: &str) {
    let before = repo.stored();
    let answer = repo.plan_words(words).fails(status, sentence);
    assert!(answer.stderr.contains("\nhint: "), "{words}: no hint");
    assert!(
        repo.stored() == before,
        "git plan {words} changed something"
    );
}

/// The same for a command line that says what is wrong in the parser's words.
#[track_caller]
fn misused(repo: &TestRepo, words: &str, hint: &str) {
    let before = repo.stored();
    let answer = repo.plan_words(words).exits(129).warns(hint);
    assert_eq!(answer.stdout, "", "{words}");
    assert!(
        repo.stored() == before,
        "git plan {words} changed something"
    );
}

#[test]
fn the_table_names_every_verb() {
    let repo = TestRepo::new();
    let help = repo.plan(["-h"]).ok().stdout;
    let verbs: BTreeSet<&str> = help
        .lines()
        .skip_while(|line| !line.starts_with("Commands:"))
        .skip(1)
        .take_while(|line| line.starts_with("  "))
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    let tabled: BTreeSet<&str> = on_a_plan()
        .chain(PLANLESS)
        .chain(OTHER)
        .chain(ANYWHERE)
        .chain(["help"])
        .filter_map(|words| words.split(' ').next())
        .collect();
    assert_eq!(verbs, tabled);
}

#[test]
fn outside_a_repository() {
    let world = TestRepo::without_git();
    world.write("spec.yaml", SPEC);
    for words in on_a_plan().chain(PLANLESS).chain(OTHER) {
        world.plan_words(words).fails(
            128,
            "not a git repository (or any of the parent directories): .git",
        );
    }
    assert_eq!(std::fs::read_dir(world.root()).unwrap().count(), 1);
}

#[test]
fn without_a_database() {
    let repo = TestRepo::new();
    repo.write("spec.yaml", SPEC);
    repo.commit("base");
    for words in on_a_plan().chain(["stop"]) {
        repo.plan_words(words).fails(
            128,
            "Planning database not found. Run 'git plan init' first.",
        );
    }
    for words in PLANLESS {
        let answer = repo.plan_words(words);
        assert_eq!(answer.stderr, "", "{words}");
    }
    repo.commit("hooks are not there either");
    assert!(!repo.path(".git/plan").exists());
}

#[test]
fn unknown_plans_and_tasks() {
    let repo = project();
    for words in READING.into_iter().chain(CHANGING) {
        let on_another_plan = words.replacen(" 1", " 99", 1);
        if on_another_plan != words {
            refused(&repo, &on_another_plan, 128, "Plan 99 not found");
        }
        let on_another_task = words.replacen(" 1 1", " 1 7", 1);
        if on_another_task != words {
            refused(&repo, &on_another_task, 128, "Task 7 not found in plan 1");
        }
    }
    refused(&repo, "spec show 7", 128, "Task 7 not found in plan 1");
    refused(&repo, "start 7", 128, "Task 7 not found in plan 1");
    refused(
        &repo,
        "add-task --title x --phase 7",
        128,
        "Phase 7 not found in plan 1",
    );
    refused(
        &repo,
        "edit-task 1 1 --phase 7",
        128,
        "Phase 7 not found in plan 1",
    );
    refused(&repo, "check-job 1 1 7", 128, "Job 7 not found in task 1");
    for words in [
        "rewind 1 1 --to 9",
        "rewind 1 1 --to 0",
        "show-diff 1 1 --sequence 9",
    ] {
        let number = words.rsplit(' ').next().unwrap();
        refused(
            &repo,
            words,
            128,
            &format!("Checkpoint {number} not found in task 1"),
        );
    }
    refused(
        &repo,
        "rewind 1 1 --checkpoint nope",
        128,
        "Checkpoint 'nope' not found in task 1",
    );
    refused(
        &repo,
        "rewind 1 --no-task --to 3",
        128,
        "Checkpoint 3 not found in plan 1",
    );
    refused(
        &repo,
        "show-diff 1 1 --sequence 1 --file nope",
        128,
        "nope did not change in checkpoint 1",
    );
}

#[test]
fn a_task_without_a_spec_is_not_verified() {
    let repo = project();
    repo.plan_words("add-task --title bare").ok();
    for words in ["verify-task 2", "verify-task 2 --no-update", "spec show 2"] {
        refused(&repo, words, 128, "No verification spec for task 2");
    }
}

#[test]
fn an_archived_plan_is_read_only() {
    let repo = project();
    repo.plan_words("add-task --title bare").ok();
    repo.plan_words("archive 1 --yes").ok();
    for words in CHANGING
        .into_iter()
        .chain(["verify-task 1 2", "update-task 1 2 --status completed"])
    {
        let before = repo.stored();
        let answer = repo.plan_words(words).exits(1);
        let first = answer.stderr.lines().next().unwrap_or_default();
        let is_refusal = first.starts_with("error: Cannot ") && first.ends_with(" archived plan 1");
        assert!(
            is_refusal && answer.stderr.contains("\nhint: ") && answer.stdout.is_empty(),
            "{words}: {}",
            answer.stderr
        );
        assert!(
            repo.stored() == before,
            "git plan {words} changed something"
        );
    }
    refused(
        &repo,
        "add-task 1 --title more",
        1,
        "Cannot add tasks to archived plan 1",
    );
    for words in READING {
        let before = repo.stored();
        let answer = repo.plan_words(words);
        assert!(
            answer.status <= 1 && answer.stderr.is_empty(),
            "{words}: {}",
            answer.stderr
        );
        assert!(
            repo.stored() == before,
            "git plan {words} changed something"
        );
    }
    repo.plan_words("rewind 1 --no-task")
        .ok()
        .says("final-archive");
}

#[test]
fn statuses_that_nobody_may_state() {
    let repo = project();
    misused(
        &repo,
        "update-task 1 1 --status done",
        "expected one of pending, in_progress, completed, blocked",
    );
    misused(
        &repo,
        "update-task 1 1 --status failed",
        "only a verification says that a task failed",
    );
    misused(
        &repo,
        "update-task 1 1 --status Completed",
        "expected one of",
    );
    misused(&repo, "update-task 1 1 --status=", "'--status <STATUS>'");
    misused(
        &repo,
        "list --status sealed",
        "expected one of active, completed, archived",
    );
}

#[test]
fn several_active_plans_and_none_named() {
    let repo = project();
    repo.plan_words("init --name Second").ok();
    for words in [
        "show",
        "add-task --title x",
        "add-phase --title x",
        "add-job 1 --description x",
        "check-job 1 1",
        "update-task 1 --status pending",
        "edit-task 1 --title x",
        "set-spec 1 spec.yaml",
        "remove-task 1",
        "start 1",
        "verify-task 1",
        "checkpoint 1",
        "archive",
        "rewind 1",
        "rewind --no-task",
        "show-diff 1",
        "spec show 1",
    ] {
        let before = repo.stored();
        repo.plan_words(words)
            .fails(128, "Multiple active plans found, specify plan_id")
            .warns("hint:   1  Plan")
            .warns("hint:   2  Second");
        assert!(
            repo.stored() == before,
            "git plan {words} changed something"
        );
    }
    repo.plan_words("start 1 1").ok();
    repo.plan_words("show").ok().says("Plan 1: Plan");
}

#[test]
fn revisions_that_do_not_exist() {
    let repo = project();
    let zero = "0".repeat(40);
    for revision in [
        "nope",
        "HEAD~99",
        "HEAD:nope",
        "main..main",
        "deadbeef",
        &zero,
    ] {
        for verb in ["verify", "verify --spec spec.yaml", "find function"] {
            let before = repo.stored();
            let answer = repo
                .plan_words(&format!("{verb} --at {revision}"))
                .exits(128);
            assert!(
                answer.stderr.starts_with("error: ") && answer.stderr.contains(revision),
                "{verb} --at {revision}: {}",
                answer.stderr
            );
            assert_eq!(answer.stdout, "");
            assert!(repo.stored() == before);
        }
    }
    refused(&repo, "verify --at nope", 128, "bad revision 'nope'");
    // A revision never becomes an option of Git's.
    refused(&repo, "verify --at=--all", 128, "bad revision '--all'");
    misused(&repo, "verify --at", "a value is required for '--at <REV>'");
    misused(&repo, "verify --at HEAD --staged", "cannot be used with");
}

/// Runs command lines that must all be usage errors, and checks that nothing was stored or lost.
#[track_caller]
fn all_misused<'a>(lines: impl IntoIterator<Item = &'a str>) {
    let repo = project();
    let before = repo.stored();
    for words in lines {
        let answer = repo.plan_words(words).exits(129);
        assert_eq!(answer.stdout, "", "{words}");
        // What they say next is no option that Git answers with a manual page it may not have.
        let says_more = ["hint: ", "try '-h'", "Usage: "];
        assert!(
            says_more.iter().any(|next| answer.stderr.contains(next)),
            "{words}: {}",
            answer.stderr
        );
        assert!(!answer.stderr.contains("'--help'"), "{words}");
        assert!(!answer.stderr.contains("invalid digit"), "{words}");
    }
    assert!(repo.stored() == before, "something changed");
}

#[test]
fn what_is_typed_in_another_order() {
    let repo = project();
    misused(
        &repo,
        "set-spec 1",
        "hint: the spec comes last: 'git plan set-spec TASK FILE'",
    );
    misused(
        &repo,
        "verify-task first",
        "hint: 'git plan show' lists those there are",
    );
    misused(&repo, "show first", "hint: 'git plan list' lists the plans");
    misused(&repo, "find function --language cobol", "hint: known are ");
    misused(&repo, "rewind --to first", "it is no whole number");
}

#[test]
fn flags_that_no_verb_has() {
    let with_flag = |words| format!("{words} --no-such-flag");
    let lines: Vec<String> = once_each(on_a_plan().chain(PLANLESS).chain(OTHER))
        .map(with_flag)
        .collect();
    all_misused(lines.iter().map(String::as_str));
}

#[test]
fn words_that_no_verb_takes() {
    let with_words = |words| format!("{words} 1 2 3 4");
    let lines: Vec<String> = once_each(on_a_plan().chain(PLANLESS).chain(OTHER))
        .map(with_words)
        .collect();
    all_misused(lines.iter().map(String::as_str));
}

#[test]
fn numbers_that_are_none() {
    let numbered: Vec<&str> = once_each(on_a_plan().chain(PLANLESS).chain(OTHER))
        .filter(|words| words.contains(" 1"))
        .collect();
    for wrong in [" one", " -1"] {
        let lines: Vec<String> = numbered
            .iter()
            .map(|words| words.replacen(" 1", wrong, 1))
            .collect();
        all_misused(lines.iter().map(String::as_str));
    }
}

#[test]
fn command_lines_that_are_wrong() {
    all_misused([
        "",
        "nonsense",
        "--nonsense",
        "init",
        "init --name",
        "add-task",
        "add-task --title",
        "add-phase",
        "add-phase --title x --phase-number one",
        "add-job 1 1",
        "check-job",
        "check-job 1 1 one",
        "update-task 1 1",
        "edit-task 1 1",
        "set-spec",
        "remove-task",
        "start",
        "verify --plan 1",
        "verify --spec spec.yaml --all",
        "verify-task 1 1 --no-update --checkpoint",
        "verify-task 99999999999999999999",
        "show 99999999999999999999",
        "rewind 1 1 --to one",
        "rewind 1 1 --to -1",
        "rewind 1 1 --to 1 --checkpoint x",
        "rewind 1 1 --no-task",
        "show-diff 1 1 --sequence one",
        "show-diff 1 1 --file a.py",
        "find",
        "find gold",
        "find function --limit many",
        "list --format yaml",
        "list --color=sometimes",
        "spec",
        "spec check",
        "spec nonsense",
        "log one",
        "log -n many",
        "hook",
        "hook nonsense",
        "install --hooks=nonsense",
    ]);
}

#[test]
fn texts_that_say_nothing() {
    let repo = project();
    let before = repo.stored();
    for (args, sentence) in [
        (["init", "--name", ""], "the name must not be empty"),
        (["init", "--name", " \t"], "the name must not be empty"),
        (["add-task", "--title", ""], "the title must not be empty"),
        (["add-phase", "--title", " "], "the title must not be empty"),
        (["checkpoint", "--name", ""], "the name must not be empty"),
    ] {
        repo.plan(args).fails(129, sentence);
    }
    repo.plan(["edit-task", "1", "1", "--title", ""])
        .fails(129, "the title must not be empty");
    repo.plan(["add-job", "1", "1", "--description", ""])
        .fails(129, "the description must not be empty");
    for json in ["{", "3", "[]", "null", "{'a':1}"] {
        repo.plan(["init", "--name", "x", "--metadata-json", json])
            .exits(129)
            .warns("error: the metadata ");
    }
    assert!(repo.stored() == before, "something changed");
}
