//! What is said beside the answer, so that nobody is surprised by what comes next.

use crate::support::TestRepo;

const SPEC: &str = "refactor_name: S\nrules:\n  - id: r\n    description: d\n    \
    match: {identifiers: [foo]}\n";

#[test]
fn a_completed_task_stays_one_when_it_is_started_or_given_another_spec() {
    let repo = TestRepo::new();
    repo.write("s.yaml", SPEC);
    repo.commit("base");
    repo.plan(["init", "--name", "P"]).ok();
    repo.plan(["verify"])
        .ok()
        .says("Nothing to verify: no completed task has a spec\n");
    repo.plan(["verify", "--all"])
        .ok()
        .says("Nothing to verify: no task has a spec\n");
    repo.plan(["add-task", "--title", "T"]).ok();
    repo.plan(["start", "1"]).ok().never_says("hint");
    repo.plan(["set-spec", "s.yaml"]).ok().never_says("hint");
    repo.plan(["verify-task"]).ok();
    repo.plan(["start", "1"])
        .ok()
        .says("Started task 1 of plan 1: T\n")
        .warns("hint: it stays completed; 'git plan update-task 1 1 --status in_progress'");
    repo.plan(["set-spec", "s.yaml"])
        .ok()
        .warns("hint: the task counts as completed, now by this spec: 'git plan verify-task 1 1'");
    repo.plan(["archive"]).ok();
    repo.plan(["show"])
        .exits(128)
        .warns("error: no active plan\n")
        .warns("'git plan list' shows the others");
}

#[test]
fn hooks_are_offered_with_the_first_plan_unless_they_are_there() {
    let repo = TestRepo::new();
    repo.plan(["init", "--name", "A"])
        .ok()
        .warns("hint: 'git plan install' sets up the hooks");
    repo.plan(["init", "--name", "B"]).ok().never_says("hint");
    let repo = TestRepo::new();
    repo.plan(["install", "--manual", "--hooks", "pre-push"])
        .ok()
        .says("# In the hook pre-push, right after its first line:\n# >>> git-plan pre-push")
        .never_says("post-commit");
    repo.plan(["install", "--manual", "--dry-run"]).exits(129);
    repo.plan(["install"]).ok().never_says("Nothing to change");
    repo.plan(["install"])
        .ok()
        .says("\nNothing to change: all of it is in place\n");
    repo.plan(["init", "--name", "A"]).ok().never_says("hint");
}
