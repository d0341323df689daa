//! Many processes that change one plan at once.

use std::collections::BTreeSet;
use std::time::Instant;

use super::{Finding, faults, join, spawn, values};
use crate::support::TestRepo;

/// Adds tasks, takes a checkpoint every fourth time, and says what was acknowledged.
const SCRIPT: &str = r#"for n in $(seq "$OPERATIONS"); do
  case $((n % 4)) in
    0) git-plan checkpoint 1 --no-task --name "c$1.$n" >/dev/null && echo "c$1.$n" ;;
    *) git-plan add-task 1 --title "t$1.$n" >/dev/null && echo "t$1.$n" ;;
  esac
done"#;

/// Lets `processes` do `operations` each.
pub(crate) fn crowd(processes: usize, operations: usize) -> Vec<Finding> {
    let mut repo = TestRepo::installed();
    repo.env("OPERATIONS", &operations.to_string());
    let start = Instant::now();
    let children =
        (0..processes).map(|number| spawn(&repo, repo.root(), SCRIPT, &number.to_string()));
    let (acknowledged, complaints) = join(children.collect());
    let time = start.elapsed();
    let shown = repo.plan_words("show 1 --tasks --format json").ok().json();
    let kept = repo
        .plan_words("rewind 1 --no-task --format json")
        .ok()
        .json();
    let titles = values(&shown["tasks"], "title");
    let names = values(&kept["checkpoints"], "name");
    let stored: BTreeSet<&String> = titles.iter().chain(&names).collect();
    let lost: Vec<&String> = acknowledged
        .iter()
        .filter(|it| !stored.contains(it))
        .collect();
    let doubled = titles.len() + names.len() - stored.len();
    let numbers: Vec<usize> = values(&shown["tasks"], "number")
        .iter()
        .map(|it| it.parse().unwrap())
        .collect();
    let is_gapless = numbers == (1..=numbers.len()).collect::<Vec<_>>();
    let who = format!("{processes} processes × {operations} changes");
    vec![
        Finding::exactly(
            format!("{who}: acknowledged"),
            processes * operations,
            acknowledged.len(),
        ),
        Finding::none(format!("{who}: lost"), &lost),
        Finding::exactly(format!("{who}: doubled"), 0, doubled),
        Finding::none(
            format!("{who}: complaints, \"locked\" among them"),
            &complaints,
        ),
        Finding::holds(
            format!("{who}: task numbers"),
            "1, 2, 3…",
            if is_gapless {
                "1, 2, 3…".to_owned()
            } else {
                format!("{numbers:?}")
            },
            is_gapless,
        ),
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
