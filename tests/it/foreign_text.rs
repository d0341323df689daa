//! Names, paths and patterns of others never drive the terminal they are shown on.

use crate::support::TestRepo;

const RED: &str = "\u{1b}[31m";
const SPEC: &str = "refactor_name: \"\\e[31mS\"\nrules:\n  - id: \"\\e[31mr\"\n    description: d\n    \
    guidance: \"\\e[31mg\"\n    match: {identifiers: [foo]}\n";

/// Runs a command and fails if a control character comes out of it.
#[track_caller]
fn tame(repo: &TestRepo, words: &[&str]) {
    let answer = repo.plan(words);
    for text in [&answer.stdout, &answer.stderr] {
        let wild = text.chars().find(|c| c.is_control() && *c != '\n');
        assert_eq!(wild, None, "{words:?}: {text:?}");
        assert!(!text.contains('\u{202e}'), "{words:?}: {text:?}");
    }
}

#[test]
fn escape_sequences_are_shown_and_not_sent() {
    let repo = TestRepo::new();
    repo.write("a.js", "foo()\n");
    repo.write("s.yaml", SPEC);
    repo.commit("base");
    repo.git(["switch", "-q", "-c", "br\u{202e}anch"]).ok();
    let name = format!("{RED}name");
    for words in [
        &["init", "--name", &name, "--description", RED][..],
        &["add-phase", "--title", RED, "--success-criteria", RED],
        &["add-task", "--title", RED, "--description", RED],
        &[
            "add-task",
            "--title",
            RED,
            "--assigned-to",
            RED,
            "--spec",
            "s.yaml",
        ],
        &["add-job", "1", "--description", RED],
        &["check-job", "1", "1"],
        &["edit-task", "1", "--title", &name],
        &["start", "2"],
        &["show", "--specs"],
        &["list"],
        &["log"],
        &["spec", "check", "s.yaml"],
        &["spec", "check", RED],
        &["verify-task"],
        &["update-task", "--status", "completed", "--assigned-to", RED],
        &["status"],
        &["verify"],
        &["verify", "--at", RED],
        &["checkpoint", "--name", RED],
        &["rewind"],
        &["rewind", "--checkpoint", RED],
        &["show-diff"],
        &["show-diff", "--sequence", "1", "--file", RED],
        &["find", "function", &format!("{RED}[")],
        &["list", "--status", RED],
        &["verify-task", RED],
        &[RED],
        &["archive"],
        &["remove-task", "2"],
        &["remove-task", "2", "--yes"],
        &["archive", "--yes", "--notes", RED],
        &["show", "1"],
    ] {
        tame(&repo, words);
    }
}
