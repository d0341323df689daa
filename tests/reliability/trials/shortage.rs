//! A disk that is full, and one that is read-only: a small file system of its own, where the
//! machine lets one be mounted without being anybody special.

use super::Finding;
use crate::support::verbs::{READING, project};

/// What the rest is run in: `$1` is an empty folder, `$2` the repository to copy there.
const FULL: &str = r#"mount -t tmpfs -o size=8m none "$1" || exit 77
cp -a "$2" "$1/repo" && cd "$1/repo" || exit
dd if=/dev/zero of=../filler bs=1k 2>/dev/null
"#;
const READ_ONLY: &str = r#"mount --bind "$2" "$1" && mount -o remount,bind,ro "$1" || exit 77
cd "$1" || exit
"#;

/// Tries everything with not a byte left, then with some again.
pub(crate) fn full_disk() -> Vec<Finding> {
    let after = "rm ../filler
try again git-plan add-task 1 --title more
try again git-plan checkpoint 1 1
try again git fsck --strict --no-dangling
try again git-plan doctor --verify-log";
    tried("disk full", FULL, after)
}

/// Tries everything where nothing can be written.
pub(crate) fn read_only() -> Vec<Finding> {
    tried(
        "read-only",
        READ_ONLY,
        "try again git fsck --strict --no-dangling",
    )
}

fn tried(who: &str, begin: &str, end: &str) -> Vec<Finding> {
    let repo = project();
    // The memo would otherwise be made by the first verb that reads.
    repo.plan_words("verify --all").exits(1);
    let place = repo.world().join("place");
    std::fs::create_dir(&place).unwrap();
    let mut script = format!(
        "{begin}try() {{ kind=$1; shift; said=$(\"$@\" 2>&1 >/dev/null </dev/null); \
         echo \"$kind|$?|$(printf '%s' \"$said\" | tr '\\n' ' ')|$*\"; }}\n\
         before=$(cksum <.git/plan/planning.db)\n"
    );
    for words in READING {
        script.push_str(&format!("try read git-plan {words}\n"));
    }
    for words in [
        "add-task 1 --title more",
        "checkpoint 1 1",
        "start 1 1",
        "verify-task 1 1",
    ] {
        script.push_str(&format!("try write git-plan {words}\n"));
    }
    script.push_str("try hook git-plan hook post-commit --shim=1 --\n");
    script.push_str("[ \"$before\" = \"$(cksum <.git/plan/planning.db)\" ] || echo 'changed|||'\n");
    script.push_str(end);
    let words = ["-rm", "sh", "-c", &script, "sh"];
    let places = [place.to_str().unwrap(), repo.root().to_str().unwrap()];
    let probe = repo.run_in(repo.world(), "sh", ["-c", "command -v unshare"], b"");
    if probe.status != 0 {
        return vec![Finding::skipped(who, "no unshare")];
    }
    let answer = repo.run_in(repo.world(), "unshare", words.iter().chain(&places), b"");
    if answer.status == 77 || answer.stdout.is_empty() {
        return vec![Finding::skipped(who, "no file system can be mounted")];
    }
    let lines: Vec<Vec<&str>> = answer
        .stdout
        .lines()
        .map(|line| line.split('|').collect())
        .collect();
    let failing = |kind: &str, is_right: &dyn Fn(&str, &str, &str) -> bool| -> Vec<String> {
        let of_kind = lines.iter().filter(|line| line[0] == kind);
        let wrong = of_kind.filter(|line| !is_right(line[1], line[2], line[3]));
        wrong.map(|line| line.join("|")).collect()
    };
    let is_answer =
        |status: &str, said: &str, _: &str| matches!(status, "0" | "1") && !said.contains("error");
    let is_sentence = |status: &str, said: &str, _: &str| {
        status == "128" && said.starts_with("error: ") && !said.contains("internal error")
    };
    let is_quiet = |status: &str, said: &str, _: &str| {
        status == "0" && said.matches("git-plan: ").count() <= 1
    };
    let is_done = |status: &str, _: &str, _: &str| status == "0";
    vec![
        Finding::none(
            format!("{who}: reading verbs without an answer"),
            &failing("read", &is_answer),
        ),
        Finding::none(
            format!("{who}: writing verbs without one exact sentence"),
            &failing("write", &is_sentence),
        ),
        Finding::none(
            format!("{who}: hooks that fail or chatter"),
            &failing("hook", &is_quiet),
        ),
        Finding::none(
            format!("{who}: databases changed"),
            &failing("changed", &|_, _, _| false),
        ),
        Finding::none(
            format!("{who}: failing afterwards"),
            &failing("again", &is_done),
        ),
        Finding::told(format!("{who}: tried"), lines.len()),
    ]
}
