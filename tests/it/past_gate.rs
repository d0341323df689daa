//! Pushes that the gate did not let through: noticed by the next command, and said once.

use crate::support::TestRepo;

const SPEC: &str = "refactor_name: old\nrules:\n  - id: no-old\n    description: gone\n    \
    match:\n      identifiers: [old]\n    scope:\n      include: ['*.py']\n";

/// A repository with hooks and a remote whose task is completed at `main`, which is pushed.
fn completed(init: &[&str]) -> TestRepo {
    let repo = TestRepo::without_git();
    repo.git(["init", "-q", "-b", "main"].iter().chain(init))
        .ok();
    repo.git(["config", "user.name", "Tester"]).ok();
    repo.git(["config", "user.email", "tester@example.com"])
        .ok();
    repo.with_remote();
    repo.git(["config", "push.default", "current"]).ok();
    repo.write("a.py", "new()\n");
    repo.commit("base");
    repo.start_task(SPEC);
    repo.plan_words("verify-task").ok();
    repo.git(["push", "-q"]).ok();
    repo
}

fn spoil(repo: &TestRepo) {
    repo.write("a.py", "old()\nnew()\n");
    repo.commit("spoil");
}

fn short(repo: &TestRepo) -> String {
    repo.rev("HEAD")[..8].to_owned()
}

/// What a command that only reads says on stderr.
#[track_caller]
fn said(repo: &TestRepo) -> String {
    repo.plan_words("status").ok().stderr
}

/// The refs and the commit of each push that the journal has as unverified.
fn journalled(repo: &TestRepo) -> Vec<(String, String)> {
    let log = repo.plan_words("log --format json").ok().json();
    let events = log["events"].as_array().unwrap().iter();
    let past = events.filter(|event| event["action"] == "push.unverified");
    past.map(|event| {
        assert_eq!(event["detail"]["tasks"], "1.1");
        let text = |key: &str| event["detail"][key].as_str().unwrap().to_owned();
        (text("refs"), text("commit"))
    })
    .collect()
}

#[test]
fn a_broken_task_that_was_pushed_past_the_gate_is_named_once() {
    for format in [&[][..], &["--ref-format=reftable"]] {
        let repo = completed(format);
        spoil(&repo);
        repo.git(["push", "-q"]).exits(1);
        assert_eq!(said(&repo), "", "a push that was refused went nowhere");
        repo.git(["push", "-q", "--no-verify"]).ok();
        let expected = format!(
            "git-plan: origin/main ({}) was pushed unverified: breaks 1 completed task\n  \
             task 1.1 t: 1 violation\n    no-old (medium): 1\n      a.py:1:1: ",
            short(&repo)
        );
        let told = said(&repo);
        assert!(told.starts_with(&expected), "{format:?}: {told}");
        assert_eq!(said(&repo), "", "{format:?}");
        assert_eq!(
            journalled(&repo),
            [("origin/main".to_owned(), repo.rev("HEAD"))]
        );
        repo.plan_words("log").ok().says("push.unverified");
    }
}

#[test]
fn every_way_past_the_gate_is_noticed() {
    let repo = completed(&[]);
    for (number, way) in [
        "git push -q --no-verify",
        "git -c plan.prePush=off push -q",
        "git -c plan.hooks.enabled=false push -q",
        "git -c core.hooksPath=/dev/null push -q",
        "GIT_PLAN_HOOKS=0 git push -q",
        "git send-pack ../origin.git main && git update-ref -m 'update by push' refs/remotes/origin/main main",
    ]
    .into_iter()
    .enumerate()
    {
        repo.commit_file(&format!("more{number}"));
        repo.sh(way).ok();
        let expected = format!(
            "git-plan: origin/main ({}) was pushed unverified: task 1.1 met\n",
            short(&repo)
        );
        assert_eq!(said(&repo), expected, "{way}");
        assert_eq!(said(&repo), "", "{way}");
    }
    // One commit under several names is one push.
    repo.commit_file("more");
    repo.git([
        "push",
        "-q",
        "--no-verify",
        "origin",
        "main",
        "main:feature/x",
    ])
    .ok();
    let told = repo.plan_words("add-task --title next").ok().stderr;
    assert!(
        told.starts_with("git-plan: origin/feature/x, origin/main ("),
        "{told}"
    );
    assert_eq!(journalled(&repo).len(), 7);
}

#[test]
fn what_the_gate_let_through_or_nothing_answers_for_is_no_news() {
    let repo = completed(&[]);
    repo.git(["branch", "other", "HEAD"]).ok();
    repo.git(["switch", "-q", "--orphan", "elsewhere"]).ok();
    repo.commit_file("unrelated");
    repo.git(["push", "-q", "--no-verify", "origin", "elsewhere"])
        .ok();
    assert_eq!(said(&repo), "");
    repo.git(["switch", "-q", "main"]).ok();
    repo.commit_file("judged");
    repo.git(["push", "-q"]).ok();
    assert_eq!(said(&repo), "");
    // What is warned of has been said.
    spoil(&repo);
    repo.git(["-c", "plan.prePush=warn", "push", "-q"])
        .ok()
        .warns("breaks 1 completed task");
    assert_eq!(said(&repo), "");
    // What others pushed is theirs.
    repo.git(["push", "-q", "--no-verify", "--mirror", "../origin.git"])
        .ok();
    repo.git(["update-ref", "-d", "refs/remotes/origin/main"])
        .ok();
    repo.git(["fetch", "-q"]).ok();
    assert_eq!(said(&repo), "");
    assert_eq!(journalled(&repo), []);
}

#[test]
fn reading_writes_nothing_where_there_is_no_news() {
    let repo = completed(&[]);
    let other = repo.world().join("other");
    repo.git_in(repo.world(), ["clone", "-q", "origin.git", "other"])
        .ok();
    let author = ["-c", "user.name=o", "-c", "user.email=o@example.com"];
    let words = ["commit", "-q", "--allow-empty", "-m", "theirs"];
    repo.git_in(&other, author.iter().chain(&words)).ok();
    repo.git_in(&other, ["push", "-q"]).ok();
    repo.git(["fetch", "-q"]).ok();
    let before = repo.stored();
    for words in ["status", "log", "list", "verify"] {
        assert_eq!(repo.plan_words(words).ok().stderr, "");
    }
    assert!(repo.stored() == before);
    repo.commit_file("more");
    repo.git(["push", "-q", "-f", "--no-verify"]).ok();
    assert_ne!(said(&repo), "");
    assert_eq!(said(&repo), "");
}

#[test]
fn a_push_from_before_the_completion_passed_no_gate() {
    let repo = TestRepo::new();
    repo.with_remote();
    repo.write("a.py", "new()\n");
    repo.write("../spec.yaml", SPEC);
    repo.commit("base");
    repo.git(["push", "-q", "origin", "main"]).ok();
    for words in [
        "init --name P",
        "add-task --title t --spec ../spec.yaml",
        "verify-task 1",
        "status",
        "start 1",
        "status",
    ] {
        assert_eq!(
            repo.plan_words(words).ok().stderr.matches("pushed").count(),
            0
        );
    }
}

#[test]
fn a_squash_that_was_pushed_past_the_gate_is_recognised_and_judged_from_then_on() {
    let repo = TestRepo::new();
    repo.with_remote();
    repo.write("a.py", "old()\n");
    repo.commit("base");
    repo.git(["push", "-q", "-u", "origin", "main"]).ok();
    repo.start_task(SPEC);
    repo.git(["switch", "-q", "-c", "topic"]).ok();
    repo.write("a.py", "new()\n");
    repo.commit("done");
    repo.plan_words("verify-task").ok();
    repo.git(["switch", "-q", "main"]).ok();
    repo.commit_file("meanwhile");
    repo.git(["merge", "-q", "--squash", "topic"]).ok();
    repo.git(["commit", "-q", "-m", "squashed"]).ok();
    repo.git(["push", "-q", "--no-verify"]).ok();
    let expected = format!(
        "git-plan: origin/main ({}) was pushed unverified: task 1.1 met\n",
        short(&repo)
    );
    assert_eq!(said(&repo), expected);
    spoil(&repo);
    repo.git(["push", "-q"]).exits(1).warns("task 1.1 t");
}
