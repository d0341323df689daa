//! Several linked work trees, each with a task of its own, that commit at once through the hooks.

use std::path::PathBuf;
use std::time::Instant;

use super::{Finding, faults, join, spawn, values};
use crate::support::TestRepo;

/// Lets `count` work trees make `commits` each.
pub(crate) fn trees(count: usize, commits: usize) -> Vec<Finding> {
    let mut repo = TestRepo::installed();
    repo.env("COMMITS", &commits.to_string());
    let mut trees: Vec<PathBuf> = Vec::new();
    for number in 1..=count {
        let (title, folder) = (format!("task {number}"), format!("../tree{number}"));
        repo.plan(["add-task", "1", "--title", &title]).ok();
        repo.git(["worktree", "add", "-q", "--detach", &folder])
            .ok();
        let tree = repo.world().join(format!("tree{number}"));
        repo.plan_in(&tree, ["start", "1", &number.to_string()])
            .ok();
        trees.push(tree);
    }
    let script = r#"for n in $(seq "$COMMITS"); do
      echo "$n" >"of$1"; git add . && git commit -q -m "$1.$n" && git rev-parse HEAD; done"#;
    let start = Instant::now();
    let children = (1..)
        .zip(&trees)
        .map(|(number, tree): (usize, _)| spawn(&repo, tree, script, &number.to_string()));
    let (made, said) = join(children.collect());
    let time = start.elapsed();
    let (mut rows, mut wrong) = (0, Vec::new());
    for (number, tree) in (1..).zip(&trees) {
        let number: usize = number;
        let words = [
            "rewind".to_owned(),
            "1".to_owned(),
            number.to_string(),
            "--format".to_owned(),
            "json".to_owned(),
        ];
        let kept = repo.plan(&words).ok().json();
        let kept = &kept["checkpoints"];
        let log = repo
            .git_in(
                tree,
                ["log", "--reverse", "--format=%H", &format!("-{commits}")],
            )
            .ok()
            .stdout;
        let history: Vec<&str> = log.lines().collect();
        rows += values(kept, "snapshot").len();
        if values(kept, "snapshot") != history {
            wrong.push(format!(
                "task {number} has other commits than its work tree"
            ));
        }
        let name = format!("tree{number}");
        wrong.extend(
            values(kept, "worktree")
                .into_iter()
                .filter(|it| *it != name),
        );
    }
    let who = format!("{count} work trees × {commits} commits");
    let strange: Vec<&String> = said
        .iter()
        .filter(|line| !line.starts_with("git-plan: task 1."))
        .collect();
    vec![
        Finding::exactly(format!("{who}: commits"), count * commits, made.len()),
        Finding::exactly(format!("{who}: checkpoints"), count * commits, rows),
        Finding::none(format!("{who}: tied to another task or tree"), &wrong),
        Finding::none(format!("{who}: complaints"), &strange),
        Finding::none(
            format!("{who}: faults of database and repository"),
            &faults(&repo),
        ),
        Finding::told(
            format!("{who}: time"),
            format_args!("{:.1} s", time.as_secs_f64()),
        ),
    ]
}
