//! What a checkpoint holds, what it leaves out, and in which repositories it can be taken.

use std::os::unix::fs::PermissionsExt as _;

use super::*;
use crate::checkpoint::testing::TestRepo;
use crate::git::git_makes;
use crate::model::checkpoint::Origin;
use crate::model::diff::Change;
use crate::model::time::Timestamp;

fn label() -> Label {
    Label {
        plan_uid: "P".to_owned(),
        task_uid: Some("T".to_owned()),
        name: "edit: one\ntwo".to_owned(),
        origin: Origin::Verification,
        at: Timestamp(1_700_000_000),
    }
}

fn open(repo: &TestRepo) -> Repo {
    Repo::at(&repo.top()).unwrap()
}

fn shown(captured: &Captured) -> Vec<String> {
    let line = |file: &crate::model::diff::FileDiff| {
        format!(
            "{} {} +{} -{}",
            file.change, file.path, file.added, file.removed
        )
    };
    captured.files.iter().map(line).collect()
}

fn left_out(captured: &Captured) -> Vec<String> {
    let line = |left: &crate::model::checkpoint::LeftOut| format!("{}: {}", left.path, left.reason);
    captured.left_out.iter().map(line).collect()
}

#[test]
fn a_commit_differs_from_its_first_parent() {
    let repo = TestRepo::new();
    repo.write("a", "1\n2\n");
    repo.write("b", "same\n");
    let root = repo.commit_all();
    repo.write("a", "1\n2\n3\n");
    repo.git(&["mv", "b", "c"]);
    let next = repo.commit_all();
    let take = |id: &str| of_commit(&open(&repo), id.parse().unwrap()).unwrap();
    assert_eq!(shown(&take(&root)), ["added a +2 -0", "added b +1 -0"]);
    let captured = take(&next);
    assert_eq!(shown(&captured), ["modified a +1 -0", "renamed c +0 -0"]);
    assert_eq!(captured.files[1].old_path, Some(RepoPath::from("b")));
    assert_eq!(captured.branch.as_deref(), Some("main"));
    assert_eq!(captured.head, Some(captured.snapshot));
    assert_eq!(take(&root).branch, None);
    assert!(repo.answer(&["for-each-ref", "refs/plan"]).is_empty());
}

#[test]
fn the_work_tree_is_compared_with_head_and_kept_by_a_ref() {
    let repo = TestRepo::new();
    repo.write("a", "1\n");
    repo.write("gone", "1\n");
    repo.write(".gitignore", "*.o\n");
    let head = repo.commit_all();
    repo.write("a", "2\n");
    repo.git(&["add", "a"]);
    repo.write("a", "3\n");
    repo.write("new", "1\n");
    repo.write("x.o", "ignored");
    std::fs::remove_file(repo.path("gone")).unwrap();
    let captured = of_worktree(&open(&repo), &label()).unwrap();
    // `new` has the content of `gone`.
    assert_eq!(shown(&captured), ["modified a +1 -1", "renamed new +0 -0"]);
    assert_eq!(captured.head.unwrap().to_string(), head);
    let id = captured.snapshot.to_string();
    let held = |path: &str| repo.answer(&["cat-file", "-p", &format!("{id}{path}")]);
    assert_eq!((held(":a"), held("^2:a")), ("3".to_owned(), "2".to_owned()));
    assert_eq!(
        repo.answer(&["rev-parse", &ref_name(captured.snapshot)]),
        id
    );
    assert_eq!(
        repo.answer(&["log", "-1", "--format=%an <%ae> %at %ct", &id]),
        "git-plan <git-plan@localhost> 1700000000 1700000000"
    );
    // It has the shape of a stash entry.
    repo.git(&["reset", "-q", "--hard"]);
    std::fs::remove_file(repo.path("new")).ok();
    repo.git(&["stash", "apply", "-q", "--index", &id]);
    assert_eq!(repo.read("a"), b"3\n");
    // Nobody but the ref keeps it.
    repo.git(&["reflog", "expire", "--expire=now", "--all"]);
    repo.git(&["gc", "-q", "--prune=now"]);
    assert_eq!(held(":new"), "1");
}

#[test]
fn labels_and_states_are_read_back_from_the_commit() {
    let repo = TestRepo::new();
    repo.write("a", "1\n");
    let head = repo.commit_all();
    repo.write("new", "1\n2\n");
    let opened = open(&repo);
    let captured = of_worktree(&opened, &label()).unwrap();
    assert_eq!(label_of(&opened, captured.snapshot).unwrap(), Some(label()));
    assert_eq!(
        recapture(&opened, captured.snapshot).unwrap(),
        Some((label(), captured.clone()))
    );
    let user: CommitId = head.parse().unwrap();
    assert_eq!(label_of(&opened, user).unwrap(), None);
    assert_eq!(recapture(&opened, user).unwrap(), None);
    // A message alone proves nothing.
    let message = repo.git(&["log", "-1", "--format=%B", &captured.snapshot.to_string()]);
    let tree = repo.answer(&["rev-parse", "HEAD^{tree}"]);
    let forged = repo.git_with(&["commit-tree", &tree], &message);
    let forged = String::from_utf8(forged).unwrap().trim().parse().unwrap();
    assert_eq!(label_of(&opened, forged).unwrap(), None);
}

#[test]
fn what_cannot_be_held_is_named() {
    let repo = TestRepo::new();
    repo.write("tracked", "1\n");
    repo.commit_all();
    repo.git(&["config", "plan.checkpoint.maxFileSize", "1k"]);
    repo.write("big", vec![b'x'; 1025]);
    repo.write("fits", vec![b'x'; 1024]);
    repo.write("tracked", vec![b'y'; 5000]);
    repo.git(&["init", "-q", "nested"]);
    repo.write("nested/file", "1\n");
    std::fs::remove_file(repo.path("tracked")).unwrap();
    repo.run("mkfifo", &["tracked".as_ref(), "pipe".as_ref()], b"");
    let captured = of_worktree(&open(&repo), &label()).unwrap();
    assert_eq!(
        shown(&captured),
        ["added fits +1 -0", "deleted tracked +0 -1"]
    );
    let named = left_out(&captured);
    assert!(
        named.contains(&"big: 1025 bytes: over 1024".to_owned()),
        "{named:?}"
    );
    assert!(
        named.contains(&"nested: a repository of its own".to_owned()),
        "{named:?}"
    );
    assert!(
        named.iter().any(|line| line.starts_with("tracked: a pipe")),
        "{named:?}"
    );
}

#[test]
fn a_submodule_is_held_as_a_link() {
    let (repo, other) = (TestRepo::new(), TestRepo::new());
    other.write("inside", "1\n");
    other.commit_all();
    let url = other.top().into_os_string().into_string().unwrap();
    repo.git(&[
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "add",
        "-q",
        &url,
        "sub",
    ]);
    repo.commit_all();
    repo.write("sub/inside", "2\n");
    let moved = of_worktree(&open(&repo), &label()).unwrap();
    assert_eq!(shown(&moved), Vec::<String>::new());
    repo.git(&["-C", "sub", "commit", "-qam", "moved"]);
    let moved = of_worktree(&open(&repo), &label()).unwrap();
    assert_eq!(
        left_out(&moved),
        ["sub: a submodule: held as the link the index has"]
    );
    assert_eq!(
        moved.tree.to_string(),
        repo.answer(&["rev-parse", "HEAD^{tree}"])
    );
}

#[test]
fn modes_links_and_odd_names_are_held() {
    let repo = TestRepo::new();
    repo.write("tool", "#!\n");
    std::fs::set_permissions(repo.path("tool"), std::fs::Permissions::from_mode(0o755)).unwrap();
    std::os::unix::fs::symlink("tool", repo.path("link")).unwrap();
    std::os::unix::fs::symlink("/nowhere/\u{fc}", repo.path("dangling")).unwrap();
    repo.write(b"new\nline\xff\"", "1\n");
    let captured = of_worktree(&open(&repo), &label()).unwrap();
    let listed = repo.git(&["ls-tree", "-r", "-z", &captured.tree.to_string()]);
    repo.git(&["add", "-A"]);
    let tree = repo.answer(&["write-tree"]);
    assert_eq!(listed, repo.git(&["ls-tree", "-r", "-z", &tree]));
    assert_eq!(captured.head, None);
    assert_eq!(captured.branch.as_deref(), Some("main"));
}

#[test]
fn every_kind_of_repository_and_head_will_do() {
    let check = |arguments: &[&str], detach: &[&str]| {
        if !arguments.iter().all(|option| git_makes(option)) {
            return;
        }
        let repo = TestRepo::new();
        std::fs::remove_dir_all(repo.path(".git")).unwrap();
        repo.git(&[&["init", "-q", "-b", "main"], arguments].concat());
        repo.write("dir/a", "1\n");
        repo.write("b", "1\n");
        repo.commit_all();
        if !detach.is_empty() {
            repo.git(detach);
        }
        repo.write("dir/a", "2\n");
        repo.write("new/c", "1\n");
        let captured = of_worktree(&open(&repo), &label()).unwrap();
        assert_eq!(
            shown(&captured),
            ["modified dir/a +1 -1", "added new/c +1 -0"]
        );
        repo.git(&["rev-parse", "--verify", "-q", &ref_name(captured.snapshot)]);
        repo.git(&["fsck", "--strict"]);
        let change = captured.files.first().map(|file| file.change);
        assert_eq!(change, Some(Change::Modified));
    };
    check(&[], &[]);
    check(&[], &["checkout", "-q", "--detach"]);
    check(&[], &["update-index", "--split-index"]);
    check(&[], &["config", "core.untrackedCache", "true"]);
    check(&["--object-format=sha256"], &[]);
    check(&["--ref-format=reftable"], &[]);
    check(
        &[],
        &["sparse-checkout", "set", "--sparse-index", "dir", "new"],
    );
}

#[test]
fn a_sparse_checkout_lacks_nothing() {
    let repo = TestRepo::new();
    repo.write("in/a", "1\n");
    repo.write("out/b", "1\n");
    repo.commit_all();
    repo.git(&["sparse-checkout", "set", "in"]);
    let captured = of_worktree(&open(&repo), &label()).unwrap();
    assert_eq!(
        captured.tree.to_string(),
        repo.answer(&["rev-parse", "HEAD^{tree}"])
    );
}

#[test]
fn linked_work_trees_have_states_of_their_own() {
    let repo = TestRepo::new();
    repo.write("a", "1\n");
    repo.commit_all();
    repo.git(&["worktree", "add", "-q", "-b", "side", "../side"]);
    repo.write("../side/a", "2\n");
    let side = Repo::at(&repo.path("../side")).unwrap();
    let captured = of_worktree(&side, &label()).unwrap();
    assert_eq!(shown(&captured), ["modified a +1 -1"]);
    assert_eq!(captured.branch.as_deref(), Some("side"));
    assert_eq!(
        worktree_of(&side, captured.snapshot).unwrap(),
        Some(WorktreeName("side".to_owned()))
    );
    assert!(
        of_worktree(&open(&repo), &label())
            .unwrap()
            .files
            .is_empty()
    );
}

#[test]
fn filters_apply_as_for_git_add() {
    let repo = TestRepo::new();
    repo.git(&["config", "filter.shout.clean", "tr a-z A-Z"]);
    repo.git(&["config", "filter.shout.smudge", "tr A-Z a-z"]);
    repo.write(".gitattributes", "*.s filter=shout\n*.w eol=crlf\n");
    repo.write("lower.s", "abc\n");
    repo.write("mixed.s", "aBc\n");
    repo.write("dos.w", "1\r\n2\r\n");
    repo.write("half.w", "1\r\n2\n");
    let captured = of_worktree(&open(&repo), &label()).unwrap();
    let id = captured.snapshot.to_string();
    repo.git(&["add", "-A"]);
    assert_eq!(captured.tree.to_string(), repo.answer(&["write-tree"]));
    let raw = repo.answer(&["ls-tree", "-r", "--name-only", &format!("{id}^2")]);
    assert_eq!(raw, "raw/half.w\nraw/mixed.s");
}

#[test]
fn line_ends_that_are_in_the_index_stay() {
    let repo = TestRepo::new();
    repo.write("dos", "1\r\n2\r\n");
    repo.commit_all();
    repo.write(".gitattributes", "* text=auto\n");
    repo.write("dos", "1\r\n2\r\n3\r\n");
    let captured = of_worktree(&open(&repo), &label()).unwrap();
    assert_eq!(
        shown(&captured),
        ["added .gitattributes +1 -0", "modified dos +1 -0"]
    );
}

#[test]
fn a_text_left_out_can_be_made_from_the_objects() {
    let repo = TestRepo::new();
    let long = "line\n".repeat(300_000);
    repo.write("long", &long);
    repo.write("moved", format!("{long}tail\n"));
    repo.commit_all();
    repo.write("long", long.replace("line", "LINE"));
    repo.git(&["mv", "moved", "here"]);
    repo.write("here", format!("{long}other tail\n"));
    let opened = open(&repo);
    let captured = of_worktree(&opened, &label()).unwrap();
    assert_eq!(shown(&captured)[1], "modified long +300000 -300000");
    let head = opened.commit(captured.head.unwrap()).unwrap().tree;
    for file in &captured.files {
        let full = diff::full_diff(&opened, Some(head), Some(captured.tree), file).unwrap();
        assert_eq!(
            (full.change, full.added, &full.old_path),
            (file.change, file.added, &file.old_path)
        );
        assert!(full.text.is_some());
    }
    assert_eq!(captured.files[1].text, None);
}
