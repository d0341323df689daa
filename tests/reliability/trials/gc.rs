//! Checkpoints while Git tidies up.

use super::{Finding, faults, join, spawn, values};
use crate::support::TestRepo;

/// Lets `writers` take `each` checkpoints while `git gc` runs over and over.
pub(crate) fn beside_gc(writers: usize, each: usize) -> Vec<Finding> {
    let mut repo = TestRepo::installed();
    repo.env("EACH", &each.to_string());
    let tidy = "n=0; while ! [ -e ../stop ]; do git gc -q 2>/dev/null || echo failed >&2; \
        n=$((n + 1)); done; echo $n";
    let tidier = spawn(&repo, repo.root(), tidy, "");
    let script = r#"for n in $(seq "$EACH"); do echo "$1.$n" >"of$1";
      git-plan checkpoint 1 --no-task --name "$1.$n" >/dev/null && echo "$1.$n"; done"#;
    let children =
        (0..writers).map(|number| spawn(&repo, repo.root(), script, &number.to_string()));
    let (acknowledged, complaints) = join(children.collect());
    repo.write("../stop", "");
    let (rounds, unhappy) = join(vec![tidier]);
    let kept = repo
        .plan_words("rewind 1 --no-task --format json")
        .ok()
        .json();
    let names = values(&kept["checkpoints"], "name");
    let lost: Vec<&String> = acknowledged
        .iter()
        .filter(|it| !names.contains(it))
        .collect();
    // Once more, so that whatever no ref held would be gone.
    repo.git(["gc", "-q", "--prune=now"]).ok();
    let ids = values(&kept["checkpoints"], "snapshot");
    let gone: Vec<&String> = ids
        .iter()
        .filter(|id| repo.git(["cat-file", "-e", id]).status != 0)
        .collect();
    let who = format!("{writers} × {each} checkpoints beside git gc");
    vec![
        Finding::exactly(
            format!("{who}: acknowledged"),
            writers * each,
            acknowledged.len(),
        ),
        Finding::none(format!("{who}: lost"), &lost),
        Finding::none(format!("{who}: without objects"), &gone),
        Finding::none(format!("{who}: complaints of ours"), &complaints),
        Finding::none(format!("{who}: failures of git gc"), &unhappy),
        Finding::none(
            format!("{who}: faults of database and repository"),
            &faults(&repo),
        ),
        Finding::told(format!("{who}: runs of git gc"), rounds.concat()),
    ]
}
