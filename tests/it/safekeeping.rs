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
    repo.plan(["log", "--verify"]).ok().says("whole: 2 lines");
    let file = repo.path(".git/plan/planning.db");
    let mut bytes = std::fs::read(&file).unwrap();
    let at = find(&bytes, b"task.added").unwrap();
    bytes[at..at + 10].copy_from_slice(b"task.faked");
    std::fs::write(&file, bytes).unwrap();
    repo.plan(["log", "--verify"])
        .exits(1)
        .warns("line 2 of the journal");
    let json = repo.plan(["log", "--verify", "--format", "json"]).exits(1);
    assert_eq!(json.json()["first_broken"], 2);
}

fn find(bytes: &[u8], word: &[u8]) -> Option<usize> {
    bytes.windows(word.len()).position(|window| window == word)
}
