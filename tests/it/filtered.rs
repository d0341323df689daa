//! `git filter-repo` rewrites all of history, refs of ours included, and removes what was before:
//! checkpoints and evidence are those of the new commits.

use crate::support::TestRepo;
use crate::support::kept::Which::Current;
use crate::support::verbs::SPEC;

/// Takes `secret` out of every commit as it does: ids are replaced in messages, too, refs keep
/// their names, and old and new ids are noted.
const WITHOUT_SECRET: &str = r#"
export GIT_INDEX_FILE=.git/filtered
mkdir .git/filter-repo
echo "old new" >.git/filter-repo/commit-map
: >.git/filter-repo/script
for old in $(git rev-list --reverse --topo-order --all); do
    git read-tree $old
    git rm -q -f --cached --ignore-unmatch secret
    new=$(git cat-file commit $old |
        sed -e "s/^tree .*/tree $(git write-tree)/" -f .git/filter-repo/script |
        git hash-object -t commit -w --stdin)
    echo "s/$old/$new/g" >>.git/filter-repo/script
    echo "$old $new" >>.git/filter-repo/commit-map
done
git for-each-ref --format='%(refname) %(objectname)' | while read -r name old; do
    git update-ref "$name" "$(sed -n "s/^$old //p" .git/filter-repo/commit-map)"
done
unset GIT_INDEX_FILE
git reset -q --hard
git reflog expire --expire=now --all
git gc -q --prune=now"#;

#[test]
fn checkpoints_and_evidence_go_with_history() {
    let repo = TestRepo::installed();
    repo.write("secret", "hush\n");
    repo.write("spec.yaml", SPEC);
    repo.write("a.py", "legacy()\n");
    repo.commit("base, with a secret");
    repo.plan_words("add-task --title one --spec spec.yaml")
        .ok();
    repo.plan_words("start 1").ok();
    repo.write("a.py", "modern()\n");
    repo.commit("two");
    repo.plan_words("verify-task 1").ok();
    repo.commit_file("three");
    repo.write("secret", "hush, hush\n");
    repo.write("a.py", "modern()\nin_work()\n");
    repo.write("untracked", "new\n");
    repo.plan_words("checkpoint --name wip").ok();
    let before = repo.rev("HEAD");
    repo.git(["stash", "-q", "-u"]).ok();
    repo.git(["stash", "drop", "-q"]).ok();
    repo.sh(WITHOUT_SECRET).ok();
    assert_ne!(repo.rev("HEAD"), before);
    assert!(!repo.path("secret").exists());
    repo.git(["cat-file", "-e", &before]).exits(1);

    let told = repo.kept("1 1", Current);
    assert_eq!(told.len(), 3, "{told:?}");
    assert!(
        told[0].ends_with(" two") && told[1].ends_with(" three"),
        "{told:?}"
    );
    let listed = repo
        .plan_words("rewind 1 1 --all --format json")
        .ok()
        .json();
    assert_eq!(listed["checkpoints"].as_array().unwrap().len(), 6);
    let refs = repo.git([
        "for-each-ref",
        "--format=%(refname) %(objectname)",
        "refs/plan",
    ]);
    for line in refs.ok().stdout.lines() {
        let (name, held) = line.split_once(' ').unwrap();
        assert!(name.ends_with(held), "{line}");
    }
    assert_eq!(repo.kept("1 1", Current), told, "once");
    repo.plan_words("doctor").ok();

    repo.plan_words("rewind 1 1 --checkpoint wip --apply").ok();
    assert_eq!(repo.read("a.py"), b"modern()\nin_work()\n");
    assert_eq!(repo.read("untracked"), b"new\n");
    assert!(!repo.path("secret").exists());

    answers_for_what_was_completed(&repo, "a.py");
}

/// A new history answers for what the old one completed: what breaks it is held back.
#[track_caller]
pub(crate) fn answers_for_what_was_completed(repo: &TestRepo, file: &str) {
    repo.write(file, "legacy()\n");
    repo.commit("broken again");
    repo.with_remote();
    repo.git(["push", "-q", "origin", "main"])
        .exits(1)
        .warns("breaks 1 completed task");
}

/// As with `--preserve-commit-hashes`.
#[test]
fn a_state_of_the_work_tree_goes_with_it_whatever_its_message_says() {
    let repo = TestRepo::installed();
    repo.plan_words("add-task --title one").ok();
    repo.plan_words("start 1").ok();
    repo.write("secret", "hush\n");
    repo.write("staged", "1\n");
    repo.git(["add", "."]).ok();
    repo.write("staged", "2\n");
    repo.plan_words("checkpoint --name wip").ok();
    repo.git(["reset", "-q", "--hard"]).ok();
    repo.sh(&WITHOUT_SECRET.replace("\"s/$old", "\"1,/^$/s/$old"))
        .ok();
    repo.plan_words("rewind 1 1 --checkpoint wip --apply").ok();
    let status = repo.git(["status", "--short"]).ok();
    assert_eq!(status.stdout, "AM staged\n");
}
