//! `kill -9` at any instant, over and over, with nobody who repairs anything.

use std::collections::BTreeSet;
use std::hash::{BuildHasher as _, RandomState};
use std::os::unix::process::CommandExt as _;
use std::process::Stdio;
use std::time::{Duration, Instant};

use super::{Finding, faults, values};
use crate::support::TestRepo;
use crate::support::verbs::SPEC;

/// What the hook does for a commit, then four commands; each says so when it is done.
const SCRIPT: &str = r#"git-plan hook post-commit --shim=1 -- </dev/null 2>/dev/null
echo "$1" >loose
git-plan checkpoint 1 1 --name "c$1" >/dev/null 2>&1 && echo "c$1"
git-plan add-task 1 --title "t$1" >/dev/null 2>&1 && echo "t$1"
git-plan verify-task 1 1 >/dev/null 2>&1; [ $? = 1 ] && echo "v$1"
git-plan rewind 1 1 --to 1 --apply >/dev/null 2>&1 && echo "r$1""#;

/// So long a process that was started by one that was killed may need to come to its end.
const ORPHANS: Duration = Duration::from_secs(5);

/// Where Git keeps its locks; ours are released with the process that held them.
const LOCKS: &str = "find .git -name '*.lock' ! -path '.git/plan/*' ! -path '.git/refs/plan/*'";

/// Kills `count` times, each time whatever is running then.
pub(crate) fn kills(count: usize) -> Vec<Finding> {
    let repo = TestRepo::installed();
    repo.write("spec.yaml", SPEC);
    repo.write("a.py", "legacy()\n");
    repo.commit("code");
    repo.plan_words("add-task --title one --spec spec.yaml")
        .ok();
    repo.plan_words("start 1").ok();
    let commit = |name: &str| {
        repo.write("number", name);
        repo.git(["add", "number"]).ok();
        let unhooked = ["-c", "core.hooksPath=/dev/null", "commit", "-q", "-m", name];
        repo.git(unhooked).ok();
        repo.rev("HEAD")
    };
    let mut commits = vec![commit("warm")];
    let start = Instant::now();
    let (acknowledged, _) = round(&repo, "warm", None);
    let whole = start.elapsed();
    assert_eq!(
        acknowledged.len(),
        4,
        "an undisturbed round is done: {acknowledged:?}"
    );
    let mut acknowledged: BTreeSet<String> = acknowledged.into_iter().collect();
    let (mut killed, mut finished) = (0, 0);
    let (mut repairs, mut found) = (Vec::new(), Vec::new());
    for number in 0..count {
        commits.push(commit(&number.to_string()));
        let moment = whole.mul_f64((RandomState::new().hash_one(number) % 1_000) as f64 / 1_000.0);
        let (done, was_killed) = round(&repo, &number.to_string(), Some(moment));
        killed += usize::from(was_killed);
        acknowledged.extend(done);
        match finish_rewind(&repo) {
            Ok(was_stopped) => finished += usize::from(was_stopped),
            Err(complaint) => repairs.push(complaint),
        }
        let next = repo.plan(["update-task", "1", "--assigned-to", "me"]);
        if next.status != 0 || !next.stderr.is_empty() {
            repairs.push(next.stderr);
        }
        if number % 50 == 49 {
            found.extend(faults(&repo));
        }
    }
    found.extend(faults(&repo));
    let shown = repo.plan_words("show 1 --tasks --format json").ok().json();
    let kept = repo
        .plan_words("rewind 1 1 --all --format json")
        .ok()
        .json();
    let rows = &kept["checkpoints"];
    let titles = values(&shown["tasks"], "title");
    let names = values(rows, "name");
    let stored: BTreeSet<&String> = titles.iter().chain(&names).collect();
    let lost = acknowledged
        .iter()
        .filter(|it| !it.starts_with(['v', 'r']) && !stored.contains(it));
    let snapshots = values(rows, "snapshot");
    let times = |id: &String| snapshots.iter().filter(|it| *it == id).count();
    let missed: Vec<&String> = commits.iter().filter(|id| times(id) == 0).collect();
    let doubled: Vec<&String> = snapshots.iter().filter(|id| times(id) > 1).collect();
    let in_the_way = repo.sh(LOCKS).ok().stdout;
    let in_the_way: Vec<&str> = in_the_way.lines().collect();
    let of_plans = repo.sh("find .git/refs/plan -name '*.lock'").ok().stdout;
    let who = format!("{count} kills");
    vec![
        Finding::told(format!("{who}: hit something that ran"), killed),
        Finding::told(format!("{who}: acknowledged before"), acknowledged.len()),
        Finding::told(
            format!("{who}: rewinds met on the way and finished by '--continue'"),
            finished,
        ),
        Finding::none(
            format!("{who}: acknowledged and lost"),
            &lost.collect::<Vec<_>>(),
        ),
        Finding::none(format!("{who}: commits without a checkpoint"), &missed),
        Finding::none(format!("{who}: checkpoints doubled"), &doubled),
        Finding::none(
            format!("{who}: next command that failed or complained"),
            &repairs,
        ),
        Finding::none(format!("{who}: faults of database and repository"), &found),
        Finding::none(format!("{who}: locks in Git's way"), &in_the_way),
        Finding::told(
            format!("{who}: locks on refs of ours, in nobody's way"),
            of_plans.lines().count(),
        ),
    ]
}

/// Goes on with a rewind that the kill met, as its user is told to; tells whether there was one.
fn finish_rewind(repo: &TestRepo) -> Result<bool, String> {
    let start = Instant::now();
    while !repo.sh(LOCKS).ok().stdout.is_empty() && start.elapsed() < ORPHANS {
        std::thread::sleep(Duration::from_millis(5));
    }
    let answer = repo.plan(["rewind", "--continue"]);
    match answer.stderr.lines().next() {
        None if answer.status == 0 => Ok(true),
        Some("error: there is no unfinished rewind in this work tree") => Ok(false),
        _ => Err(answer.stderr),
    }
}

/// Runs the script, killed after `moment`; returns what it had done, and whether it was killed.
fn round(repo: &TestRepo, word: &str, moment: Option<Duration>) -> (Vec<String>, bool) {
    let mut command = repo.command(repo.root(), "sh");
    let mut child = command
        .args(["-c", SCRIPT, "sh", word])
        .process_group(0)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut was_killed = false;
    if let Some(moment) = moment {
        std::thread::sleep(moment);
        was_killed = child.try_wait().unwrap().is_none();
        let group = format!("-{}", child.id());
        // It may have ended in between, which is no failure.
        drop(repo.run_in(repo.world(), "kill", ["-KILL", "--", &group], b""));
    }
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    (said.lines().map(str::to_owned).collect(), was_killed)
}
