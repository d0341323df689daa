//! A spec that cannot be read or says something it cannot mean is refused where it is wrong, and not stored.

use std::fs;

use crate::support::verbs::{SPEC, project};
use crate::support::{Answer, TestRepo};

/// A spec whose one rule ends in `lines`.
fn rule(lines: &str) -> String {
    format!("refactor_name: s\nrules:\n  - id: r\n    description: d\n{lines}")
}

/// Gives `bad.yaml` to every verb that takes a spec, which must all refuse it alike, and returns
/// the last answer.
#[track_caller]
fn refused(repo: &TestRepo, status: i32, sentence: &str) -> Answer {
    let before = repo.stored();
    let mut answers: Vec<Answer> = [
        "add-task 1 --title x --spec bad.yaml",
        "set-spec 1 1 bad.yaml",
        "spec check bad.yaml",
        "verify --spec bad.yaml",
        "verify --spec spec.yaml --spec bad.yaml --at HEAD",
    ]
    .map(|words| repo.plan_words(words).fails(status, sentence))
    .into();
    assert!(repo.stored() == before, "something was stored");
    answers.remove(0)
}

/// Refuses `content` at `place` (line and column), with `sentence` and a caret below the source line.
#[track_caller]
fn wrong_at(repo: &TestRepo, content: impl AsRef<[u8]>, place: &str, sentence: &str) {
    repo.write("bad.yaml", content);
    let answer = refused(repo, 1, &format!("bad.yaml:{place}: {sentence}"));
    let caret = answer.stderr.lines().nth(2).unwrap_or_default();
    assert_eq!(caret.trim(), "^", "{}", answer.stderr);
}

#[test]
fn files_that_cannot_be_read() {
    let repo = project();
    refused(&repo, 128, "cannot read bad.yaml").warns("caused by: No such file or directory");
    repo.sh("ln -s bad.yaml bad.yaml").ok();
    refused(&repo, 128, "cannot read bad.yaml").warns("caused by: ");
    repo.sh("rm bad.yaml; mkdir bad.yaml").ok();
    refused(&repo, 128, "bad.yaml is a directory");
    repo.sh("rmdir bad.yaml; mkfifo bad.yaml").ok();
    refused(&repo, 128, "bad.yaml is not a regular file");
    repo.sh("rm bad.yaml; echo x >file; ln -s file/below bad.yaml")
        .ok();
    refused(&repo, 128, "cannot read bad.yaml");
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read() {
    use std::os::unix::fs::PermissionsExt as _;
    let repo = project();
    repo.write("bad.yaml", SPEC);
    fs::set_permissions(repo.path("bad.yaml"), fs::Permissions::from_mode(0o0)).unwrap();
    if fs::read(repo.path("bad.yaml")).is_ok() {
        return; // The superuser reads everything.
    }
    refused(&repo, 128, "cannot read bad.yaml").warns("caused by: Permission denied");
}

#[test]
fn files_that_are_no_text() {
    let repo = project();
    wrong_at(
        &repo,
        b"refactor_name: \xff\xfe\n",
        "1:16",
        "not valid UTF-8",
    );
    wrong_at(
        &repo,
        b"refactor_name: a\0b\n",
        "1:17",
        "NUL byte: this is not text",
    );
    wrong_at(
        &repo,
        b"\x7fELF\x02\x01\x01\0\0",
        "1:1",
        "invisible character U+007F",
    );
    for (content, sentence) in [
        (&b""[..], "bad.yaml: spec is empty"),
        (b"# nothing but a comment\n", "bad.yaml: spec is empty"),
        (b"\xff\xfer\0e\0f\0", "bad.yaml: spec is UTF-16"),
    ] {
        repo.write("bad.yaml", content);
        refused(&repo, 1, sentence);
    }
}

#[test]
fn files_over_the_limits() {
    let repo = project();
    let padding = "# padding\n".repeat(26_215);
    repo.write("bad.yaml", format!("{SPEC}{padding}"));
    refused(&repo, 1, "bad.yaml: spec is larger than 262144 bytes");
    repo.write("bad.yaml", vec![b'a'; 30 << 20]);
    refused(&repo, 1, "bad.yaml: spec is larger than 262144 bytes");
    let deep = format!("refactor_name: {}{}\n", "[".repeat(40), "]".repeat(40));
    wrong_at(&repo, deep, "1:47", "nested deeper than 32 levels");
    let long = "x".repeat(4097);
    repo.write(
        "bad.yaml",
        rule(&format!("    match:\n      identifiers: [{long}]\n")),
    );
    refused(
        &repo,
        1,
        "bad.yaml:6:21: 4097 bytes long; the limit is 4096",
    );
    let one = "  - id: rN\n    description: d\n    match: {identifiers: [a]}\n";
    let many: String = (0..1001)
        .map(|n| one.replace('N', &n.to_string()))
        .collect();
    repo.write("bad.yaml", format!("refactor_name: s\nrules:\n{many}"));
    refused(&repo, 1, "bad.yaml:3003:5: 1001 rules; the limit is 1000");
}

#[test]
fn texts_that_are_no_spec() {
    let repo = project();
    wrong_at(&repo, "refactor_name: [\n", "1:16", "`[` is never closed");
    wrong_at(
        &repo,
        "refactor_name: s\nrules:\n\t- id: r\n",
        "3:1",
        "tab in indentation",
    );
    wrong_at(
        &repo,
        "refactor_name: s\nrules: []\n",
        "2:8",
        "`rules` is empty",
    );
    wrong_at(
        &repo,
        "refactor_name: &a s\nrules: *a\n",
        "1:16",
        "anchors and aliases are not allowed",
    );
    let twice = rule("    match: {identifiers: [a]}\n    match: {identifiers: [b]}\n");
    wrong_at(&repo, twice, "6:5", "duplicate key `match`");
    let pattern = "    match: {identifiers: [a]}\n";
    let twins = format!("{}  - id: r\n    description: d\n{pattern}", rule(pattern));
    wrong_at(&repo, twins, "6:9", "duplicate rule id `r`");
    wrong_at(&repo, rule(""), "3:5", "rule `r` has nothing to judge");
}

#[test]
fn rules_that_mean_nothing() {
    let repo = project();
    repo.write("bad.yaml", rule("    mach:\n      identifiers: [a]\n"));
    refused(
        &repo,
        1,
        "bad.yaml:5:5: unknown key `mach` in a rule; allowed are id, description, severity, category, \
         guidance, match, expect, requires, expect_any, expect_not, where, scope, language, ignore_case",
    )
    .warns("    mach:\n")
    .warns("hint: did you mean `match`?");
    let set = |patterns: &str| rule(&format!("    match:\n      identifiers: {patterns}\n"));
    wrong_at(
        &repo,
        set("['/fo(o/']"),
        "6:25",
        "bad regex: unclosed group",
    );
    wrong_at(
        &repo,
        set("a"),
        "6:20",
        "`identifiers` must be a list, not `a`",
    );
    wrong_at(
        &repo,
        set("['==']"),
        "6:21",
        "`==` holds no letter, digit or underscore",
    );
    wrong_at(
        &repo,
        set("['a()']"),
        "6:23",
        "`a()` holds a parenthesis, which no name does",
    );
    let scoped = |globs: &str| {
        rule(&format!(
            "    match: {{identifiers: [a]}}\n    scope:\n      include: {globs}\n"
        ))
    };
    wrong_at(
        &repo,
        scoped("[**/*.py]"),
        "7:17",
        "anchors and aliases are not allowed",
    );
    wrong_at(
        &repo,
        scoped("['!a']"),
        "7:17",
        "`!a` holds `!`, which means nothing in a scope",
    );
    wrong_at(
        &repo,
        rule("    match: {identifiers: [a]}\n    expect: {identifiers: [a]}\n"),
        "6:28",
        "`a` is under both `match` and `expect`, so the rule can never be met",
    );
}

#[test]
fn what_is_odd_is_said_and_stored() {
    let repo = project();
    repo.write("odd.yaml", format!("owner: me\n{SPEC}"));
    repo.plan_words("add-task --title x --spec odd.yaml")
        .ok()
        .says("Added task 2 to plan 1: x\nVerification spec: odd.yaml")
        .warns("warning: odd.yaml:1:1: unknown key `owner` in a spec");
    repo.plan_words("spec show 2")
        .ok()
        .says("owner: me\nrefactor_name: legacy");
}

#[test]
fn standard_input_is_a_spec_too() {
    let repo = project();
    let give = |words: &str, spec: &str| {
        let words = std::iter::once("plan").chain(words.split(' '));
        repo.run_in(repo.root(), "git", words, spec.as_bytes())
    };
    give("add-task --title x --spec -", SPEC)
        .ok()
        .says("Verification spec: <stdin>");
    give("verify --spec -", SPEC).exits(1).says("no-legacy");
    let before = repo.stored();
    give("add-task --title x --spec -", "rules: [").fails(1, "<stdin>:1:8: `[` is never closed");
    assert!(repo.stored() == before);
}
