//! Backups, the journal's chain, and what an archived plan is sealed with.

use crate::support::TestRepo;

fn project() -> TestRepo {
    let repo = TestRepo::new();
    repo.write("a", "1\n");
    repo.commit("base");
    repo.plan(["init", "--name", "P"]).ok();
    repo.plan(["add-task", "--title", "T"]).ok();
    repo
}

#[test]
fn a_backup_can_take_the_databases_place() {
    let repo = project();
    repo.plan(["backup", "../copy.db"]).ok().says("copy.db");
    repo.plan(["backup", "../copy.db"])
        .exits(128)
        .warns("exists already");
    repo.plan(["backup"]).ok().says("plan/backup/backup-");
    repo.plan(["add-task", "--title", "later"]).ok();
    std::fs::copy(
        repo.world().join("copy.db"),
        repo.path(".git/plan/planning.db"),
    )
    .unwrap();
    repo.plan(["show", "--tasks"])
        .ok()
        .says("T")
        .never_says("later");
    TestRepo::new().plan(["backup"]).exits(128);
}

#[test]
fn a_line_that_was_tampered_with_is_found() {
    let repo = project();
    repo.plan(["doctor", "--verify-log"])
        .ok()
        .says("whole: 2 lines");
    let file = repo.path(".git/plan/planning.db");
    let mut bytes = std::fs::read(&file).unwrap();
    let at = find(&bytes, b"task.added").unwrap();
    bytes[at..at + 10].copy_from_slice(b"task.faked");
    std::fs::write(&file, bytes).unwrap();
    repo.plan(["doctor", "--verify-log"])
        .exits(1)
        .warns("line 2 of the journal");
    let json = repo
        .plan(["doctor", "--verify-log", "--format", "json"])
        .exits(1);
    assert_eq!(json.json()["first_broken"], 2);
}

fn find(bytes: &[u8], word: &[u8]) -> Option<usize> {
    bytes.windows(word.len()).position(|window| window == word)
}

#[test]
fn an_archived_plan_is_sealed_and_a_change_behind_its_back_is_found() {
    let repo = project();
    let spec = "refactor_name: s\nrules:\n  - id: r\n    description: d\n    match:\n      identifiers: [gone]\n";
    repo.write("s.yaml", spec);
    repo.plan(["set-spec", "1", "s.yaml"]).ok();
    repo.plan(["start", "1"]).ok();
    repo.write("a", "2\n");
    repo.plan(["checkpoint", "--name", "mine"]).ok();
    repo.plan(["verify-task"]).ok();
    repo.plan(["archive", "--verify", "1"])
        .exits(128)
        .warns("not archived");
    let archived = repo.plan(["archive", "1", "--notes", "shipped"]).ok();
    let seal = archived
        .stdout
        .lines()
        .find_map(|line| line.strip_prefix("Seal: "));
    let seal = seal.unwrap().to_owned();
    repo.plan(["show", "1", "--format", "json"])
        .ok()
        .says(&seal);
    repo.git([
        "rev-parse",
        "--verify",
        &format!("refs/plan/archive/{seal}"),
    ])
    .ok();
    let listed = repo.git(["ls-tree", "-r", "--name-only", &seal]).ok();
    for name in [
        "plan.json",
        "tasks/1.json",
        "specs/1.yaml",
        "evidence/1/",
        "journal.jsonl",
    ] {
        assert!(listed.stdout.contains(name), "{name} in {}", listed.stdout);
    }
    let show = |path: &str| repo.git(["show", &format!("{seal}:{path}")]).ok();
    assert_eq!(show("specs/1.yaml").stdout, spec);
    show("journal.jsonl").says("checkpoint.taken");
    show("plan.json").says("shipped");
    repo.git(["gc", "-q", "--prune=now"]).ok();
    repo.plan(["archive", "--verify", "1"])
        .ok()
        .says("as it was sealed");

    let file = repo.path(".git/plan/planning.db");
    let mut bytes = std::fs::read(&file).unwrap();
    let mut changed = 0;
    while let Some(at) = find(&bytes, b"identifiers: [gone]") {
        bytes[at..at + 19].copy_from_slice(b"identifiers: [left]");
        changed += 1;
    }
    assert!(changed > 0);
    std::fs::write(&file, bytes).unwrap();
    repo.plan(["archive", "--verify", "1"])
        .exits(1)
        .warns("specs/1.yaml");
}
