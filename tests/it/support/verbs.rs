//! Every verb, as it is called on a plan 1 with a task 1 that has a job 1 and the spec `spec.yaml`.

use std::collections::BTreeSet;

use super::TestRepo;

/// Verbs that read plans and write nothing.
pub(crate) const READING: [&str; 20] = [
    "list",
    "show 1",
    "status",
    "log",
    "log 1",
    "doctor --verify-log",
    "prune --dry-run",
    "verify",
    "verify --staged",
    "verify --all --plan 1",
    "verify --all --since HEAD",
    "verify-task 1 1 --no-update",
    "history 1 1",
    "blame 1 1",
    "show-diff 1 1",
    "show-diff 1 1 --sequence 1",
    "rewind 1 1",
    "rewind 1 1 --to 1",
    "rewind 1 --no-task",
    "spec show 1 1",
];

/// Verbs that change something in a plan.
pub(crate) const CHANGING: [&str; 19] = [
    "add-task 1 --title more",
    "add-task 1 --title more --spec spec.yaml",
    "add-phase 1 --title more",
    "add-job 1 1 --description more",
    "check-job 1 1 1",
    "check-job 1 1 1 --undo",
    "update-task 1 1 --status completed",
    "update-task 1 1 --status pending",
    "update-task 1 1 --assigned-to me",
    "edit-task 1 1 --title other",
    "set-spec 1 1 spec.yaml",
    "remove-task 1 1",
    "remove-task 1 1 --yes",
    "start 1 1",
    "verify-task 1 1",
    "verify-task 1 1 --checkpoint",
    "checkpoint 1 1",
    "archive 1",
    "archive 1 --yes",
];

/// Verbs that need no plan.
pub(crate) const PLANLESS: [&str; 4] = [
    "find function",
    "spec check spec.yaml",
    "verify --spec spec.yaml",
    "install --dry-run",
];

/// The verbs that are neither.
pub(crate) const OTHER: [&str; 6] = [
    "init --name P",
    "stop",
    "uninstall --dry-run",
    "doctor",
    "backup",
    "prune --keep 1",
];

/// Verbs that need no repository.
pub(crate) const ANYWHERE: [&str; 2] = ["completions bash", "man --output pages"];

/// A spec that is met by any code without `legacy`.
pub(crate) const SPEC: &str = "refactor_name: legacy\nrules:\n  - id: no-legacy\n    \
    description: gone\n    match:\n      identifiers: [legacy]\n";

/// A repository with a commit and an installed git-plan, and what the verbs above are called on:
/// the plan, its task with spec, job and checkpoint.
pub(crate) fn project() -> TestRepo {
    let repo = TestRepo::new();
    repo.write("spec.yaml", SPEC);
    repo.write("a.py", "def keep():\n    legacy()\n");
    repo.commit("base");
    for words in [
        "init --name Plan",
        "install",
        "add-task --title Task --spec spec.yaml",
        "add-job 1 --description Job",
        "checkpoint 1 1",
    ] {
        repo.plan_words(words).ok();
    }
    repo
}

/// The first of `calls` for each verb.
pub(crate) fn once_each(
    calls: impl Iterator<Item = &'static str>,
) -> impl Iterator<Item = &'static str> {
    let mut seen = BTreeSet::new();
    calls.filter(move |words| seen.insert(words.split(' ').next()))
}

/// Every call above that needs a plan.
pub(crate) fn on_a_plan() -> impl Iterator<Item = &'static str> {
    READING.into_iter().chain(CHANGING)
}
