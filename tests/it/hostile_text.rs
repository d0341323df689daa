//! Text that others wrote never drives a terminal, wherever it comes from and wherever it is shown.
//!
//! `TestRepo::plan` checks each answer for raw control characters and hidden directions.

use crate::support::TestRepo;
use crate::support::verbs::READING;

/// Turns text red, clears the screen, sets the window's title, and reverses what follows.
const HOSTILE: &str = "a\u{1b}[31mb\u{9b}2Jc\u{1b}]0;d\u{7}e\u{202e}f\u{200b}\rg\u{8}h";

/// How text output shows it.
const SHOWN: &str = "a\\u{1b}[31mb\\u{9b}2Jc\\u{1b}]0;d\\u{7}e\\u{202e}f\\u{200b}\\rg\\u{8}h";

/// A project in which everything that can have a name has the hostile one.
fn project() -> TestRepo {
    let mut repo = TestRepo::new();
    repo.env("GIT_AUTHOR_NAME", "mallory \u{202e}\u{9b}31m");
    repo.env("GIT_COMMITTER_NAME", "mallory \u{202e}\u{9b}31m");
    let escaped = "a\\u001b[31mb\\u009b2Jc\\u001b]0;d\\u0007e\\u202ef\\u200b\\rg\\bh";
    repo.write(
        "spec.yaml",
        format!(
            "refactor_name: \"{escaped}\"\ndescription: \"{escaped}\"\nrules:\n  - id: \"{escaped}\"\n    \
             description: \"{escaped}\"\n    category: \"{escaped}\"\n    guidance: \"{escaped}\"\n    \
             match:\n      identifiers: [legacy]\n      expressions: [\"x{escaped}x\"]\n    \
             scope: {{include: [\"**\", \"{escaped}\"]}}\n  - id: absent\n    \
             description: d\n    expect:\n      expressions: [\"z{escaped}z\"]\n"
        ),
    );
    repo.write("a.py", "def keep():\n    pass\n");
    repo.write(&format!("{HOSTILE}.py"), format!("legacy()  # {HOSTILE}\n"));
    repo.git(["switch", "-q", "-c", "side\u{202e}\u{9b}31m"])
        .ok();
    repo.commit(HOSTILE);
    let run = |words: &[&str]| {
        let words = words
            .iter()
            .map(|word| if *word == "@" { HOSTILE } else { word });
        repo.plan(words).ok()
    };
    run(&["init", "--name", "@", "--description", "@"]).says(SHOWN);
    run(&["install"]);
    run(&[
        "add-phase",
        "--title",
        "@",
        "--description",
        "@",
        "--success-criteria",
        "@",
    ])
    .says(SHOWN);
    run(&[
        "add-task",
        "--title",
        "@",
        "--description",
        "@",
        "--assigned-to",
        "@",
        "--phase",
        "1",
    ])
    .says(SHOWN);
    run(&["set-spec", "1", "spec.yaml"]);
    run(&["add-job", "1", "--description", "@"]).says(SHOWN);
    run(&["check-job", "1", "1"]).says(SHOWN);
    run(&["start", "1"]).says(SHOWN);
    run(&["checkpoint", "--name", "@"]).says(SHOWN);
    repo
}

#[test]
fn in_everything_that_is_read() {
    let repo = project();
    for words in READING.into_iter().chain([
        "spec check spec.yaml",
        "verify --spec spec.yaml -v",
        "find function",
    ]) {
        let answer = repo.plan_words(words);
        assert!(answer.status <= 1, "{words}: {}", answer.stderr);
        let answer = repo.plan_words(&format!("{words} --format json"));
        assert_eq!(answer.json()["version"], 1, "{words}");
    }
    repo.plan_words("show 1 --specs")
        .ok()
        .says(&format!("Plan 1: {SHOWN}"));
    repo.plan_words("verify-task --verbose")
        .exits(1)
        .says(&format!("{SHOWN}.py:1:1"));
    assert_eq!(
        repo.plan_words("list --format json").ok().json()["plans"][0]["name"],
        HOSTILE
    );
}

#[test]
fn in_what_hooks_say() {
    let repo = project();
    repo.with_remote();
    repo.plan_words("update-task 1 1 --status completed").ok();
    repo.write("b.py", "legacy()\n");
    repo.git(["add", "-A"]).ok();
    for words in [
        &["commit", "-q", "-m", HOSTILE][..],
        &["push", "-q", "origin", "HEAD"],
    ] {
        let said = repo.git(words).stderr;
        assert!(said.contains(&format!("task 1.1 {SHOWN}: ")), "{said}");
        let is_raw = |c: char| c.is_control() && c != '\n' || c == '\u{202e}';
        assert!(!said.chars().any(is_raw), "{said:?}");
    }
    repo.git(["push", "-q", "--no-verify", "origin", "HEAD"])
        .ok();
    repo.plan_words("status")
        .ok()
        .warns("git-plan: origin/side\\u{202e}\\u{9b}31m (")
        .warns(&format!("task 1.1 {SHOWN}: "));
}

#[test]
fn in_what_is_refused() {
    let repo = project();
    for words in [
        &[HOSTILE][..],
        &["show", HOSTILE],
        &["list", "--format", HOSTILE],
        &["list", HOSTILE],
        &["update-task", "1", "--status", HOSTILE],
        &["check-job", "1", HOSTILE],
        &["init", "--name", "x", "--metadata-json", HOSTILE],
        &["hook", HOSTILE],
        &["install", "--hooks", HOSTILE],
        &["find", HOSTILE],
    ] {
        repo.plan(words).exits(129);
    }
    for words in [
        &["verify", "--at", HOSTILE][..],
        &["verify", "--spec", HOSTILE],
        &["find", "function", "--at", HOSTILE],
        &["find", "function", &format!("{HOSTILE}[")],
        &["rewind", "--checkpoint", "\u{202e}"],
        &["show-diff", "--sequence", "1", "--file", HOSTILE],
        &["verify-task", "--output", "none\u{1b}[31m/x"],
    ] {
        repo.plan(words).exits(128);
    }
    repo.write("raw.yaml", format!("refactor_name: {HOSTILE}\n"));
    repo.write(&format!("{HOSTILE}.yaml"), "rules: [");
    repo.plan(["spec", "check", "raw.yaml"]).exits(1);
    repo.plan(["spec", "check", &format!("{HOSTILE}.yaml")])
        .exits(1)
        .warns(SHOWN);
    repo.plan(["archive"]).exits(1).warns(SHOWN);
    repo.plan_words("update-task 1 1 --status completed").ok();
    repo.plan(["remove-task", "1"]).exits(1);
    repo.plan(["remove-task", "1", "--yes"]).ok().says(SHOWN);
    repo.plan(["archive", "--yes", "--notes", HOSTILE]).ok();
    repo.plan(["show", "1"]).ok().says(SHOWN);
    repo.plan(["log"]).ok();
}

#[test]
fn in_a_coloured_diff() {
    let repo = project();
    repo.write("a.py", format!("{HOSTILE}\n"));
    repo.plan_words("checkpoint").ok();
    let diff = repo
        .git(["plan", "show-diff", "--sequence", "2", "--color=always"])
        .ok();
    assert!(
        diff.stdout.contains(SHOWN) && !diff.stdout.contains("\u{1b}]0"),
        "{:?}",
        diff.stdout
    );
    // Into a file or a pipe go the bytes themselves, so that the diff applies.
    let raw = repo.git(["plan", "show-diff", "--sequence", "2"]).ok();
    assert!(raw.stdout.contains(HOSTILE), "{:?}", raw.stdout);
}
