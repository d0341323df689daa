//! Who may use what git-plan writes: the owner alone, unless Git's own setting says otherwise.
#![cfg(unix)]

use std::os::unix::fs::PermissionsExt as _;

use crate::support::TestRepo;

/// Installs, plans, commits and scans, then returns each file of `plan/` with its mode.
fn modes(shared: Option<&str>) -> Vec<(String, u32)> {
    let repo = TestRepo::new();
    if let Some(value) = shared {
        repo.git(["config", "core.sharedRepository", value]).ok();
    }
    repo.write("a.js", "foo()\n");
    repo.write(
        "s.yaml",
        "refactor_name: S\nrules:\n  - id: r\n    description: d\n    \
         match: {identifiers: [foo]}\n",
    );
    repo.plan(["install"]).ok();
    repo.plan(["init", "--name", "P"]).ok();
    repo.plan(["add-task", "--title", "T", "--spec", "s.yaml"])
        .ok();
    repo.plan(["start", "1"]).ok();
    repo.commit("base");
    repo.plan(["verify", "--all"]).exits(1);
    let folder = repo.path(".git/plan");
    let mode = |path: &str| {
        let metadata = std::fs::metadata(folder.join(path)).unwrap();
        (path.to_owned(), metadata.permissions().mode() & 0o7777)
    };
    let names = [
        "",
        "planning.db",
        "memo.db",
        "spool",
        "hooks",
        "hooks/post-commit",
    ];
    names.map(mode).to_vec()
}

fn expected(directory: u32, file: u32) -> Vec<(String, u32)> {
    [
        ("", directory),
        ("planning.db", file),
        ("memo.db", file),
        ("spool", directory),
        ("hooks", directory),
        ("hooks/post-commit", file),
    ]
    .map(|(name, mode)| (name.to_owned(), mode))
    .to_vec()
}

#[test]
fn plans_are_private_unless_the_repository_is_shared() {
    assert_eq!(modes(None), expected(0o700, 0o600));
    assert_eq!(modes(Some("group")), expected(0o2770, 0o660));
    assert_eq!(modes(Some("0640")), expected(0o2750, 0o640));
}
