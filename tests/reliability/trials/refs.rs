//! Checkpoints whose rows were lost, however many.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use super::{Finding, values};
use crate::support::TestRepo;

/// A repository with some files, a remote, and a plan.
pub(crate) fn prepared() -> TestRepo {
    let repo = TestRepo::installed();
    for number in 0..200 {
        let path = format!("dir{}/file{number}", number % 9);
        repo.write(&path, format!("{number}\n"));
    }
    repo.with_remote();
    repo.git(["-c", "core.hooksPath=/dev/null", "add", "-A"])
        .ok();
    repo.git([
        "-c",
        "core.hooksPath=/dev/null",
        "commit",
        "-q",
        "-m",
        "files",
    ])
    .ok();
    // Some history, which is what Git looks at first.
    let script = "p=HEAD; for n in $(seq 50); do p=$(git commit-tree -p $p -m $n HEAD^{tree}); done; \
        git reset -q --soft $p";
    repo.sh(script).ok();
    repo.git(["push", "-q", "-u", "origin", "main"]).ok();
    repo
}

/// Makes `count` checkpoints without rows there, and lets a command take them in.
pub(crate) fn adopted(repo: &TestRepo, count: usize) -> Vec<Finding> {
    make(repo, count);
    let commands = count.div_ceil(1_000);
    let start = Instant::now();
    for _ in 0..commands {
        repo.plan(["status"]).ok();
    }
    let adopting = start.elapsed();
    let start = Instant::now();
    repo.plan_words("add-task --title next").ok();
    let tidying = start.elapsed();
    let kept = repo
        .plan_words("rewind 1 --no-task --all --format json")
        .ok()
        .json();
    let names = values(&kept["checkpoints"], "name");
    let ours = names
        .iter()
        .filter(|name| name.starts_with("many-"))
        .count();
    let listed = repo.git(["for-each-ref", "refs/plan"]).ok().stdout;
    let (refs, most) = (listed.lines().count(), 31);
    let who = format!("{count} checkpoints");
    vec![
        Finding::exactly(
            format!("{who}: taken in, a thousand by each command"),
            count,
            ours,
        ),
        Finding::told(
            format!("{who}: taking in a thousand"),
            seconds(adopting / u32::try_from(commands).unwrap()),
        ),
        Finding::told(format!("{who}: making the refs few"), seconds(tidying)),
        Finding::holds(
            format!("{who}: live refs"),
            &format!("≤ {most}"),
            refs.to_string(),
            refs <= most,
        ),
    ]
}

/// Writes checkpoint commits as git-plan does, each with its ref.
fn make(repo: &TestRepo, count: usize) {
    let database = rusqlite::Connection::open(repo.path(".git/plan/planning.db")).unwrap();
    let uid: String = database
        .query_row("SELECT uid FROM plans", [], |row| row.get(0))
        .unwrap();
    let head = repo.rev("HEAD");
    let tree = repo.rev("HEAD^{tree}");
    let index = repo
        .git(["commit-tree", "-p", &head, "-m", "git-plan index", &tree])
        .ok();
    let index = index.line();
    let mut stream = String::new();
    for number in 1..=count {
        let message = format!(
            "git-plan checkpoint: many-{number}\n\nPlan-Format: 1\nPlan-Uid: {uid}\nName: many-{number}\n\
             Origin: manual\nPlan-Head: {head}\nPlan-Branch: main\nPlan-Worktree: \nPlan-Index: {index}\n"
        );
        let content = format!("{number}\n");
        write!(
            stream,
            "commit refs/import\nmark :{number}\ncommitter git-plan <git-plan@localhost> {} +0000\n\
             data {}\n{message}from {head}\nmerge {index}\nM 100644 inline dir0/file0\ndata {}\n{content}\n",
            1_790_000_000 + number,
            message.len(),
            content.len(),
        )
        .unwrap();
    }
    let words = ["fast-import", "--quiet", "--export-marks=.git/marks"];
    repo.run_in(repo.root(), "git", words, stream.as_bytes())
        .ok();
    repo.sh("sed 's|^:[0-9]* \\(.*\\)|create refs/plan/checkpoints/\\1 \\1|' .git/marks | git update-ref --stdin && git update-ref -d refs/import")
        .ok();
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}
