//! The main job: plan, spec, commits, verification, gate, rewind, archive.

use crate::support::TestRepo;

/// Uses `ioutil` on four lines of code, and in a comment and a string that do not count.
const OLD: &str = "package main\n\nimport (\n\t\"fmt\"\n\t\"io/ioutil\"\n)\n\n\
    // ioutil is old.\nfunc main() {\n\ta, _ := ioutil.ReadAll(nil)\n\tb := ioutil.\n\t\tNopCloser(nil)\n\
    \tfmt.Println(\"ioutil\", a, b, ioutil.Discard)\n}\n";

const SPEC: &str = "refactor_name: ioutil\nrules:\n  - id: no-ioutil\n    description: gone\n    \
    severity: high\n    match:\n      identifiers: [ioutil]\n";

/// A repository with two files that use `ioutil` four times each, a remote, a plan and a task.
fn project() -> TestRepo {
    let repo = TestRepo::new();
    repo.write("a.go", OLD);
    repo.write("b/b.go", OLD);
    repo.write("specs/ioutil.yaml", SPEC);
    repo.commit("base");
    repo.with_remote();
    repo.git(["push", "-q", "-u", "origin", "main"]).ok();
    repo.plan(["init", "--name", "Go clean-up"])
        .ok()
        .says("Created plan 1: Go clean-up");
    repo.plan(["install"]).ok();
    repo.plan([
        "add-task",
        "1",
        "--title",
        "Replace ioutil",
        "--spec",
        "specs/ioutil.yaml",
    ])
    .ok()
    .says("Added task 1 to plan 1: Replace ioutil");
    repo.plan(["start", "1"]).ok();
    repo
}

fn mend(repo: &TestRepo, file: &str) {
    repo.write(
        file,
        OLD.replace("io/ioutil", "io").replace("ioutil.", "io."),
    );
}

#[test]
fn the_whole_loop() {
    let repo = project();
    mend(&repo, "a.go");
    repo.git(["commit", "-qam", "first half"])
        .ok()
        .warns("git-plan: task 1.1 · checkpoint 1 · 4 violations left (-4)");
    repo.plan(["show", "--tasks"]).ok().says("Replace ioutil");
    repo.plan(["show-diff", "1", "1", "--sequence", "1"])
        .ok()
        .says("diff --git a/a.go b/a.go")
        .says("-\t\"io/ioutil\"")
        .says("+\t\"io\"");

    repo.plan(["verify-task", "1", "1", "--verbose"])
        .exits(1)
        .says("Task 1 INCOMPLETE (4 violations)")
        .says("b/b.go:5:6:")
        .says("b/b.go:10:10:")
        .says("b/b.go:11:7:")
        .says("b/b.go:13:")
        .never_says("b/b.go:8:");
    repo.plan(["update-task", "1", "1", "--status", "completed"])
        .ok()
        .warns("4 violations");
    repo.git(["push"])
        .exits(1)
        .warns("task 1.1")
        .warns("no-ioutil (high): 4")
        .warns("b/b.go:5:6:");
    assert_eq!(repo.rev("origin/main"), repo.rev("HEAD~1"));

    mend(&repo, "b/b.go");
    repo.git(["commit", "-qam", "second half"])
        .ok()
        .warns("no violations left");
    repo.plan(["verify-task", "1", "1"])
        .ok()
        .says("Task 1 VERIFIED (0 violations)");
    let pushed = repo.git(["push", "-q"]).ok();
    assert_eq!((pushed.stdout.as_str(), pushed.stderr.as_str()), ("", ""));
    assert_eq!(repo.rev("origin/main"), repo.rev("HEAD"));

    repo.plan(["rewind", "1", "1"])
        .ok()
        .says("[1] commit-")
        .says("[2] commit-");
    let before = repo
        .git(["status", "--porcelain=v2", "--branch"])
        .ok()
        .stdout;
    repo.git(["rewind", "1", "1", "--to", "1"])
        .ok()
        .says("git read-tree")
        .says("b/b.go");
    assert_eq!(
        repo.git(["status", "--porcelain=v2", "--branch"])
            .ok()
            .stdout,
        before
    );
    repo.plan(["archive", "1", "--notes", "shipped"])
        .ok()
        .says("Plan 1 archived successfully");
    repo.plan(["add-task", "1", "--title", "late"])
        .exits(1)
        .warns("Cannot add tasks to archived plan 1");
}

#[test]
fn a_completed_task_that_breaks_again_is_a_regression_until_it_passes() {
    let repo = project();
    mend(&repo, "a.go");
    mend(&repo, "b/b.go");
    repo.commit("done");
    repo.plan(["verify-task"]).ok();
    repo.write("a.go", OLD);
    repo.git(["commit", "-qam", "oops"])
        .ok()
        .warns("breaks 1 completed task");
    repo.git(["push", "-q"]).exits(1).warns("a.go:5:6:");
    repo.plan(["verify-task"])
        .exits(1)
        .warns("REGRESSION DETECTED")
        .says("Task status updated: failed");
    repo.git(["push", "-q"]).exits(1);
    repo.plan(["update-task", "1", "1", "--status", "blocked"])
        .ok();
    repo.git(["push", "-q"]).exits(1);
    repo.plan(["update-task", "1", "1", "--status", "in_progress"])
        .ok();
    repo.git(["push", "-q"]).ok();
}

#[test]
fn the_gate_judges_the_pushed_commit_and_neither_head_nor_work_tree() {
    let repo = project();
    mend(&repo, "a.go");
    mend(&repo, "b/b.go");
    repo.commit("done");
    repo.plan(["verify-task"]).ok();
    repo.write("a.go", OLD);
    repo.git(["push", "-q", "origin", "HEAD"]).ok();
    repo.commit("broken");
    repo.git(["branch", "broken"]).ok();
    repo.git(["reset", "-q", "--hard", "HEAD~1"]).ok();
    repo.git(["push", "-q", "origin", "broken"])
        .exits(1)
        .warns("refs/heads/broken");
    repo.git(["push", "-q", "origin", "main"]).ok();
    repo.git(["push", "-q", "origin", "broken~1:refs/heads/fine"])
        .ok();
    repo.git(["tag", "-a", "v1", "-m", "v1", "broken"]).ok();
    repo.git(["push", "-q", "origin", "v1"])
        .exits(1)
        .warns("refs/tags/v1");
    repo.git(["push", "-q", "origin", ":refs/heads/fine"]).ok();
    repo.git(["push", "-q", "--no-verify", "origin", "broken"])
        .ok();
    repo.git(["-c", "plan.prePush=off", "push", "-q", "origin", "v1"])
        .ok();
}

#[test]
fn a_history_answers_only_for_what_was_completed_in_it() {
    let repo = project();
    repo.git(["branch", "other"]).ok();
    mend(&repo, "a.go");
    mend(&repo, "b/b.go");
    repo.commit("done");
    repo.plan(["verify-task"]).ok();
    repo.git(["switch", "-q", "other"]).ok();
    repo.commit("elsewhere");
    repo.git(["push", "-q", "origin", "other"])
        .ok()
        .warns("not checked")
        .warns("1.1");
    repo.git([
        "-c",
        "plan.gate.scope=all",
        "push",
        "-q",
        "origin",
        "other:again",
    ])
    .exits(1);
    // The completion follows its commit through a rewrite.
    repo.git(["cherry-pick", "main"]).ok();
    repo.write("a.go", OLD);
    repo.commit("broken after the pick");
    repo.git(["push", "-q", "origin", "other"])
        .exits(1)
        .warns("task 1.1");
}

#[test]
fn evidence_taken_dirty_belongs_to_the_next_commit() {
    let repo = project();
    mend(&repo, "a.go");
    mend(&repo, "b/b.go");
    repo.plan(["verify-task"]).ok();
    // The work is not committed: what is pushed was never completed.
    repo.git(["branch", "early"]).ok();
    repo.git(["push", "-q", "origin", "early"]).ok();
    repo.commit("done");
    repo.git(["push", "-q", "origin", "main"]).ok();
    repo.write("a.go", OLD);
    repo.commit("broken");
    repo.git(["push", "-q", "origin", "main"]).exits(1);
}

#[test]
fn reopening_by_another_spec_or_removal_is_no_side_door() {
    let repo = project();
    mend(&repo, "a.go");
    mend(&repo, "b/b.go");
    repo.commit("done");
    repo.plan(["verify-task"]).ok();
    repo.write("a.go", OLD);
    repo.commit("broken");
    repo.write(
        "stricter.yaml",
        SPEC.replace("[ioutil]", "[ioutil, Println]"),
    );
    repo.plan(["set-spec", "1", "1", "stricter.yaml"]).ok();
    repo.git(["push", "-q"]).exits(1).warns("Println");
    repo.plan(["remove-task", "1", "1"]).exits(1);
    repo.plan(["archive", "1"]).exits(1);
    repo.git(["push", "-q"]).exits(1);
    repo.plan(["archive", "1", "--yes"]).ok();
    repo.git(["push", "-q"]).ok();
}

#[test]
fn a_personal_template_serves_in_every_repository() {
    let repo = project();
    repo.plan(["add-task", "1", "--title", "x", "--template", "ioutil"])
        .exits(128)
        .warns("no template 'ioutil'");
    let config = if cfg!(target_os = "macos") {
        "Library/Application Support"
    } else {
        ".config"
    };
    let home = repo
        .world()
        .join("home")
        .join(config)
        .join("git-plan/templates");
    std::fs::create_dir_all(&home).unwrap();
    std::fs::write(home.join("ioutil.yaml"), SPEC).unwrap();
    repo.plan(["add-task", "1", "--title", "x", "--template", "ioutil"])
        .ok();
    repo.plan(["verify-task", "1", "2"])
        .exits(1)
        .says("(8 violations)");
}
