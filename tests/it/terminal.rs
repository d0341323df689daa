//! On a terminal: the pager, and the colour of what goes to standard error.

use std::path::Path;

use crate::support::{Answer, TestRepo};

/// Runs a line of shell on a terminal of 12 rows; everything said there is stdout.
pub(crate) fn on_terminal(repo: &TestRepo, line: &str) -> Answer {
    let line = format!("stty rows 12 cols 80; {line}");
    let words = ["-q", "-e", "-c", &line, "/dev/null"];
    let mut answer = repo.run_in(repo.root(), "script", words, b"");
    answer.stdout = answer.stdout.replace("\r\n", "\n");
    answer
}

/// Says loudly when there is nothing to make a terminal with.
pub(crate) fn can_make_terminals() -> bool {
    let can = cfg!(target_os = "linux") && Path::new("/usr/bin/script").exists();
    if !can {
        eprintln!("SKIPPED: no script(1) of util-linux to make a terminal with");
    }
    can
}

/// A repository whose log is longer than the terminal.
fn project() -> TestRepo {
    let mut repo = TestRepo::new();
    repo.env("TERM", "xterm");
    repo.env("GIT_PAGER", "sed s/^/paged:/");
    repo.commit("base");
    repo.plan(["init", "--name", "P"]).ok();
    for number in 0..15 {
        repo.plan(["add-task", "--title", &format!("t{number}")])
            .ok();
    }
    repo
}

#[test]
fn long_answers_are_paged_and_short_ones_are_not() {
    if !can_make_terminals() {
        return;
    }
    let repo = project();
    let paged = |line: &str| on_terminal(&repo, line).ok().stdout.contains("paged:");
    assert!(paged("git plan log"));
    assert!(paged("git plan show"));
    assert!(paged("git plan log --format json"));
    assert!(!paged("git plan list"));
    assert!(!paged("git plan log | cat"));
    assert!(!paged("git plan status"));
    let log = repo.plan(["log"]).ok().stdout;
    let shown = on_terminal(&repo, "git -c color.plan=never plan log").ok();
    assert_eq!(shown.stdout.replace("paged:", ""), log);
    assert_eq!(shown.stdout.matches("paged:").count(), log.lines().count());
}

#[test]
fn the_pager_is_the_one_git_would_take() {
    if !can_make_terminals() {
        return;
    }
    let repo = project();
    let check = |line: &str, mark: Option<&str>| {
        let shown = on_terminal(&repo, line).ok().stdout;
        let marks = ["paged:", "core:", "PAGER:", "own:"];
        let seen = marks.iter().find(|mark| shown.contains(**mark)).copied();
        assert_eq!(seen, mark, "{line}: {shown}");
    };
    check(
        "git -c core.pager='sed s/^/core:/' plan log",
        Some("paged:"),
    );
    check(
        "unset GIT_PAGER; git -c core.pager='sed s/^/core:/' plan log",
        Some("core:"),
    );
    check(
        "unset GIT_PAGER; PAGER='sed s/^/PAGER:/' git plan log",
        Some("PAGER:"),
    );
    check("git --no-pager plan log", None);
    check("GIT_PAGER=cat git plan log", None);
    check("GIT_PAGER= git plan log", None);
    check("git -c pager.plan=false plan log", None);
    let own = "unset GIT_PAGER; git -c pager.plan='sed s/^/own:/'";
    check(&format!("{own} plan log"), Some("own:"));
    check(
        &format!("{own} -c core.pager='sed s/^/core:/' plan log"),
        Some("own:"),
    );
    // Git itself pages whatever it is told to.
    check(&format!("{own} plan list"), Some("own:"));
    check(
        "git config pager.plan 'sed s/^/own:/'; unset GIT_PAGER; git-plan log",
        Some("own:"),
    );
    // Only one, whoever starts it.
    let twice = on_terminal(&repo, "git -c pager.plan=true plan log").ok();
    assert!(!twice.stdout.contains("paged:paged:"), "{}", twice.stdout);
    // What less is told when nobody has told it anything.
    let told = "unset GIT_PAGER; git config --unset pager.plan; \
                GIT_PAGER='printf \"less=%s lv=%s\\n\" \"$LESS\" \"$LV\"; cat' git plan log";
    on_terminal(&repo, told).ok().says("less=FRX lv=-c");
}

#[test]
fn a_pager_that_is_left_early_is_no_error() {
    if !can_make_terminals() {
        return;
    }
    let repo = project();
    let long = "words and more words\n".repeat(5_000);
    repo.plan(["edit-task", "1", "--description", &long]).ok();
    let left = on_terminal(&repo, "GIT_PAGER='head -n 1' git plan show");
    let left = left.exits(141);
    assert!(!left.stdout.contains("error"), "{}", left.stdout);
    // One that cannot be started costs nothing.
    let none = on_terminal(&repo, "GIT_PAGER=nonexistent-pager git plan log; true");
    none.ok();
    // The verdict is the answer's, not the pager's.
    repo.write("spec.yaml", crate::support::verbs::SPEC);
    repo.write("a.py", "legacy()\n".repeat(30));
    on_terminal(&repo, "git plan verify --spec spec.yaml -v")
        .exits(1)
        .says("paged:");
}

#[test]
fn labels_are_coloured_as_git_is_told() {
    let repo = project();
    let label = |line: &str| {
        let answer = repo.sh(line).exits(128);
        answer.stderr.starts_with("\u{1b}[")
    };
    assert!(!label("git plan show 9"));
    assert!(label("git -c color.ui=always plan show 9"));
    assert!(label("git -c color.plan=always plan show 9"));
    assert!(!label(
        "git -c color.ui=always -c color.plan=never plan show 9"
    ));
    assert!(!label("NO_COLOR=1 git -c color.plan=always plan show 9"));
    assert!(label("NO_COLOR=1 git plan --color=always show 9"));
    assert!(!label("git -c color.plan=always plan --color=never show 9"));
    // Also where there is no repository to be configured.
    assert!(label("cd .. && git -c color.ui=always plan show 9"));
    if !can_make_terminals() {
        return;
    }
    let seen = |line: &str| {
        let shown = on_terminal(&repo, line).exits(128).stdout;
        assert!(shown.contains("error:"), "{shown}");
        shown.contains("\u{1b}[")
    };
    assert!(seen("git plan show 9"));
    assert!(!seen("git -c color.ui=false plan show 9"));
    assert!(!seen("git -c color.plan=false plan show 9"));
    assert!(seen("git -c color.ui=false -c color.plan=auto plan show 9"));
    assert!(!seen("TERM=dumb git plan show 9"));
}

#[test]
fn long_work_gives_a_sign_of_life() {
    const SIGN: &str = "Keeping the state of the work tree";
    if !can_make_terminals() {
        return;
    }
    let repo = project();
    repo.write("a.bin", "1");
    let quick = on_terminal(&repo, "git plan checkpoint").ok();
    assert!(!quick.stdout.contains(SIGN), "{}", quick.stdout);
    repo.write(".git/info/attributes", "*.bin filter=slow\n");
    repo.git(["config", "filter.slow.clean", "sleep 0.8; cat"])
        .ok();
    repo.write("a.bin", "2");
    on_terminal(&repo, "git plan checkpoint").ok().says(SIGN);
    repo.write("a.bin", "3");
    let answer = repo.plan(["checkpoint"]).ok();
    assert_eq!(answer.stderr, "");
}
