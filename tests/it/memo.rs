//! What is remembered of former scans never changes an answer, whatever happens to the repository.

use serde_json::Value;

use crate::gate;
use crate::support::TestRepo;

const SPEC: &str = "refactor_name: S
rules:
  - {id: gone, description: d, match: {identifiers: [old]}, scope: {exclude: [kept/]}}
  - {id: there, description: d, where: {identifiers: [old]}, expect: {identifiers: [fresh]}}
  - {id: notes, description: d, match: {expressions: [old]}, scope: {include: ['*.md', tool]}}
";

/// One command each: edits, renames, modes, links, branches, and every mix of staged and not.
const STEPS: &[&str] = &[
    "printf 'old()\\n' > a.py; git add a.py; git commit -qm a",
    "printf 'fresh(); old()\\n' > b.js; printf 'old\\n' > n.md",
    "git add b.js; printf 'fresh()\\n' > b.js",
    "git mv a.py c.py",
    "git commit -qm mixed; git add -A; git commit -qm rest",
    "mkdir -p kept; git mv c.py kept/c.py; printf '#!/usr/bin/python3\\nold()\\n' > tool",
    "chmod +x tool b.js; git add tool",
    "git switch -qc side; git commit -qam side; git rm -q kept/c.py",
    "git commit -qm gone; ln -s tool link.py; git add link.py",
    "git switch -q main 2>/dev/null || { git stash -q -u; git switch -q main; }",
    "rm b.js; mkdir b.js; printf 'old()\\n' > b.js/inner.py",
    "git add -A; git commit -qm folder; git merge -q side -m merge 2>/dev/null || git merge --abort",
    "printf 'fresh()\\n' > b.js/inner.py; git add -A; printf 'old()\\n' > b.js/inner.py",
    "git rm -rq --cached b.js; printf 'kept/\\n' > .gitignore",
    "git reset -q --hard; git switch -q side; git reset -q --soft HEAD~1",
    "git stash pop -q 2>/dev/null; printf 'x\\n' > tool; git update-index --chmod=-x b.js",
];

fn asked(repo: &TestRepo, words: &str) -> Value {
    let answer = repo.plan_words(&format!("verify --all --format json {words}"));
    assert!([0, 1].contains(&answer.status), "{}", answer.stderr);
    answer.json()
}

#[test]
fn the_memo_changes_no_answer_of_the_program() {
    let repo = TestRepo::new();
    repo.write("../spec.yaml", SPEC);
    repo.commit("base");
    repo.plan(["init", "--name", "P"]).ok();
    repo.plan(["add-task", "--title", "T", "--spec", "../spec.yaml"])
        .ok();
    let mut broken = 0;
    for (turn, step) in STEPS.iter().enumerate() {
        repo.sh(step);
        // Not every state every time, so that the memo is left at different trees.
        for (at, state) in ["", "--staged", "--at HEAD"].iter().enumerate() {
            if (turn + at) % 3 != 2 {
                let remembered = asked(&repo, state);
                assert_eq!(
                    remembered,
                    asked(&repo, &format!("--no-memo {state}")),
                    "{step}"
                );
                broken += usize::from(remembered["total_violations"] != 0);
            }
        }
    }
    assert!(broken >= STEPS.len(), "{broken}");
}

/// Were it not asked, a history would be walked back to a completion years ago at every push. What
/// is planted here is not true, so as to be seen.
#[test]
fn a_history_is_walked_from_where_it_was_walked_before() {
    let repo = gate::completed_on_topic();
    let judged = || repo.plan(["verify"]).ok().stdout;
    assert!(judged().contains("Nothing to verify"), "{}", judged());
    let id = |name: &str| repo.git(["rev-parse", name]).ok().stdout.trim().to_owned();
    let memo = rusqlite::Connection::open(repo.path(".git/plan/memo.db")).unwrap();
    memo.execute(
        "INSERT INTO ancestry (ancestor, descendant) VALUES (?1, ?2)",
        [id("topic"), id("main")],
    )
    .unwrap();
    drop(memo);
    repo.commit_file("later");
    assert_eq!(repo.plan(["verify"]).status, 1);
    assert!(
        repo.plan(["verify", "--no-memo"])
            .ok()
            .stdout
            .contains("Nothing")
    );
}
