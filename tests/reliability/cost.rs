//! What very many checkpoints cost those who only use Git.

use std::time::{Duration, Instant};

use crate::support::TestRepo;
use crate::trials::{Finding, adopted, prepared};

/// Makes `count` checkpoints, and times Git with and without them.
pub(crate) fn many_checkpoints(count: usize) -> Vec<Finding> {
    let repo = prepared();
    repo.sh("cp -a ../repo ../plain && rm -r ../plain/.git/plan")
        .ok();
    let mut findings = adopted(&repo, count);
    findings.extend(costs(&repo, &format!("{count} checkpoints")));
    findings
}

fn costs(repo: &TestRepo, who: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    // Loose objects by the thousand would cost Git time whoever made them.
    repo.git(["gc", "-q"]).ok();
    let plain = repo.world().join("plain");
    repo.git_in(&plain, ["gc", "-q"]).ok();
    for words in [
        &["fetch", "-q"][..],
        &["status", "--porcelain"],
        &["log", "--all", "-1"],
    ] {
        let [mut without, mut with] = [Vec::new(), Vec::new()];
        for _ in 0..61 {
            for (tree, times) in [(plain.as_path(), &mut without), (repo.root(), &mut with)] {
                let start = Instant::now();
                repo.git_in(tree, words).ok();
                times.push(start.elapsed());
            }
        }
        // The best of each: what else the machine does is not what is asked.
        let best = |times: Vec<Duration>| times.into_iter().min().unwrap_or_default();
        let (without, with) = (best(without), best(with));
        let limit = (without + Duration::from_millis(2)).max(without.mul_f64(1.1));
        let measured = format!("{:.1} ms / {:.1} ms", ms(with), ms(without));
        let what = format!("{who}: git {}", words.join(" "));
        findings.push(Finding::holds(
            what,
            "≤ 2 ms or 1.1 ×",
            measured,
            with <= limit,
        ));
    }
    findings
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
