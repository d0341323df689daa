//! The nastiest cases of running inside Git's hooks, as far as no journey of their own tells them;
//! docs/hooks.md lists which test is about which.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::gate::{completed, refused, spoil};
use crate::support::kept::Which::All;
use crate::support::{Answer, TestRepo};

/// Appends lines to a hook, after the block.
fn add_to_hook(repo: &TestRepo, name: &str, lines: &str) {
    let path = repo.path(".git/hooks").join(name);
    let hook = fs::read_to_string(&path).unwrap_or_else(|_| "#!/bin/sh\n".to_owned());
    fs::write(&path, format!("{hook}{lines}\n")).unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o755)).unwrap();
}

/// A plan with an active task that forbids `old`, two files and a linked work tree.
fn project() -> TestRepo {
    let repo = TestRepo::installed();
    repo.write("f", "1\n");
    repo.write("g", "1\n");
    repo.commit("files");
    let spec = "refactor_name: old\nrules:\n  - id: no-old\n    description: gone\n    \
        match:\n      expressions: [old]\n    scope: {include: [f]}\n";
    repo.write("../spec.yaml", spec);
    repo.plan_words("add-task --title t --spec ../spec.yaml")
        .ok();
    repo.plan_words("start 1").ok();
    repo.git(["worktree", "add", "-q", "-b", "linked", "../linked"])
        .ok();
    repo.plan_in(&repo.world().join("linked"), ["start", "1"])
        .ok();
    repo
}

#[test]
fn no_child_of_ours_touches_the_index_that_is_being_committed() {
    let repo = project();
    // The heaviest we do, while Git holds the index.
    let busy = "git plan checkpoint --name busy >/dev/null; git plan verify-task >/dev/null || :";
    add_to_hook(&repo, "pre-commit", busy);
    add_to_hook(&repo, "post-commit", busy);
    let linked = repo.world().join("linked");
    for folder in [repo.root(), &linked] {
        for (words, changed) in [
            (&["-a"][..], "f\ng\n"),
            (&["--only", "f"], "f\n"),
            (&["--include", "g"], "g\n"),
            (&[], "n\n"),
        ] {
            for name in ["f", "g"] {
                let file = folder.join(name);
                let grown = fs::read_to_string(&file).unwrap() + "old\n";
                fs::write(file, grown).unwrap();
            }
            if words.is_empty() {
                fs::write(folder.join("n"), "new\n").unwrap();
                repo.git_in(folder, ["add", "n"]).ok();
            }
            let commit = ["commit", "-q", "-m", "x"];
            repo.git_in(folder, commit.iter().chain(words)).ok();
            let show = ["show", "--format=", "--name-only", "HEAD"];
            assert_eq!(repo.git_in(folder, show).ok().stdout, changed, "{words:?}");
            repo.git_in(folder, ["diff", "--cached", "--exit-code"])
                .ok();
        }
    }
    repo.git(["fsck", "--strict"]).ok();
}

#[test]
fn a_hook_works_on_its_own_repository_wherever_the_others_are() {
    let repo = project();
    // In the hook of a linked work tree, which is told of its own directories in variables, the
    // other work trees look as they do from outside.
    let linked = repo.world().join("linked");
    let report = repo.world().join("report");
    let doctor = format!("git plan doctor --format json >{}", report.display());
    add_to_hook(&repo, "post-commit", &doctor);
    repo.git_in(&linked, ["commit", "-q", "--allow-empty", "-m", "x"])
        .ok();
    let inside = fs::read_to_string(&report).unwrap();
    let outside = repo.plan_in(&linked, ["doctor", "--format", "json"]).stdout;
    let without_times = |text: &str| {
        let all: serde_json::Value = serde_json::from_str(text).unwrap();
        let findings = all["findings"].as_array().unwrap().clone();
        let of_hooks = findings.into_iter().filter(|it| it["check"] == "hooks");
        of_hooks.collect::<Vec<_>>()
    };
    assert_eq!(without_times(&inside), without_times(&outside));
    assert!(!without_times(&inside).is_empty());
    // A submodule has plans of its own, or none.
    let before = repo.stored();
    let init = ["clone", "-q", "--no-hardlinks", "repo", "seed"];
    repo.git_in(repo.world(), init).ok();
    let allow = ["-c", "protocol.file.allow=always"];
    let add = ["submodule", "--quiet", "add", "../seed", "inner"];
    repo.git(allow.iter().chain(&add)).ok();
    let inner = repo.path("inner");
    for words in [
        "config user.name T",
        "config user.email t@example.com",
        "plan install",
        "commit -q --allow-empty -m in-nobodys-plan",
    ] {
        assert_eq!(repo.git_in(&inner, words.split(' ')).ok().stderr, "");
    }
    assert!(repo.stored() == before);
    repo.git_in(&inner, ["plan", "init", "--name", "Inner"])
        .ok();
    let commit = ["commit", "-q", "--allow-empty", "-m", "inner"];
    assert_eq!(
        repo.git_in(&inner, commit).ok().stderr,
        "git-plan: plan 1 · checkpoint 1\n"
    );
    assert!(repo.stored() == before);
}

#[test]
fn a_directory_trusted_for_one_command_is_so_in_all_its_work_trees() {
    let mut repo = project();
    repo.env("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1");
    repo.plan_words("list")
        .exits(128)
        .warns("dubious ownership");
    let trusting = |words: &[&str]| {
        let trust = ["-c", "safe.directory=*"];
        repo.git(trust.iter().chain(words))
    };
    trusting(&["commit", "-q", "--allow-empty", "-m", "x"])
        .ok()
        .warns("git-plan: task 1.1 · checkpoint 1");
    let findings = trusting(&["plan", "doctor", "--format", "json"]).json();
    let of_hooks = findings["findings"].as_array().unwrap().iter();
    let of_hooks: Vec<_> = of_hooks.filter(|it| it["check"] == "hooks").collect();
    assert!(
        of_hooks.iter().all(|it| it["severity"] == "ok"),
        "{of_hooks:?}"
    );
}

#[test]
fn the_author_of_a_commit_is_not_who_makes_a_checkpoint() {
    let repo = project();
    add_to_hook(
        &repo,
        "post-commit",
        "echo untracked >u; git plan checkpoint --name nested >/dev/null",
    );
    let forged = "git commit -q --allow-empty --author='A <a@x>' --date=2001-01-01T00:00:00Z -m x";
    repo.sh(forged).ok();
    let shown = repo.plan_words("rewind 1 1 --format json").ok().json();
    let all = shown["checkpoints"].as_array().unwrap();
    let nested = all.iter().find(|it| it["name"] == "nested").unwrap();
    let snapshot = nested["snapshot"].as_str().unwrap();
    let who = ["show", "-s", "--format=%an <%ae> %ad%n%cn", snapshot];
    let who = repo.git(who).ok().stdout;
    assert!(who.starts_with("git-plan <git-plan@localhost> "), "{who}");
    assert!(!who.contains("2001"), "{who}");
    repo.plan_words("log").ok().never_says("a@x");
}

#[test]
fn a_thousand_refs_are_read_to_the_end_and_stdout_is_left_to_git() {
    let repo = completed();
    repo.commit_file("more");
    let head = repo.rev("HEAD");
    let refs: String = (0..1_500)
        .map(|number| format!("create refs/heads/{number} {head}\n"))
        .collect();
    let update = ["update-ref", "--stdin"];
    repo.run_in(repo.root(), "git", update, refs.as_bytes())
        .ok();
    // The user's own hook reads nothing of it.
    add_to_hook(&repo, "pre-push", "exit 0");
    let push = || repo.git(["push", "--porcelain", "--dry-run", "--all", "origin"]);
    let said = push().ok();
    assert_eq!(said.stderr, "");
    let lines: Vec<_> = said.stdout.lines().collect();
    assert_eq!(lines.len(), 1_503);
    let is_gits = |line: &&str| line.contains("refs/heads/") || line.starts_with(['T', 'D']);
    assert!(lines.iter().all(is_gits), "{}", said.stdout);
    spoil(&repo);
    let said = refused(push());
    assert!(said.stdout.is_empty(), "{}", said.stdout);
}

/// Puts a program called git-plan that dies before the real one on PATH.
fn dying(repo: &TestRepo) -> String {
    let folder = repo.world().join("dying");
    fs::create_dir_all(&folder).unwrap();
    let program = folder.join("git-plan");
    fs::write(&program, "#!/bin/sh\nkill -9 $$\n").unwrap();
    fs::set_permissions(&program, Permissions::from_mode(0o755)).unwrap();
    format!("PATH={}:$PATH; export PATH", folder.display())
}

#[test]
fn a_hook_that_is_killed_changes_no_exit_status() {
    let repo = TestRepo::installed();
    repo.git(["branch", "side"]).ok();
    let dying = dying(&repo);
    let template = repo.world().join("template");
    fs::create_dir_all(&template).unwrap();
    repo.sh("cp -r .git/hooks ../template/hooks").ok();
    let script = format!(
        "{dying}; set -ex; git commit -q --allow-empty -m a; git commit -q --amend --allow-empty -m b; \
         git checkout -q -b new; git checkout -q -- README; git switch -q side; \
         echo s >s; git add s; git commit -q -m s; git format-patch -q -o ../patches -1; \
         git merge -q --no-edit main; git revert --no-edit HEAD~1; git switch -q -c picked main; \
         git cherry-pick side~2; git switch -q -c mailed main; git am -q ../patches/*; \
         git commit -q --allow-empty -m c; git rebase -q --force-rebase HEAD~1; \
         git worktree add -q ../tree; git clone -q --template=../template . ../clone; \
         git stash list; git gc -q"
    );
    repo.sh(&script).ok();
}

#[test]
fn a_client_without_environment_is_served() {
    let repo = completed();
    spoil(&repo);
    let bare = |script: &str| {
        let clean = "env -i PATH=/usr/local/bin:/usr/bin:/bin GIT_CONFIG_GLOBAL=/dev/null";
        repo.sh(&format!("{clean} sh -c '{script}'"))
    };
    let said =
        bare("git commit -q --allow-empty -m gui && git commit -q --amend --no-edit --allow-empty");
    let said = said.ok().stderr;
    assert!(
        said.lines()
            .all(|line| line.starts_with("git-plan: task 1.1 · checkpoint ")),
        "{said}"
    );
    refused(bare("git push -q"));
}

#[test]
fn a_hook_that_commits_or_plans_comes_to_an_end() {
    let repo = project();
    let nested = "[ -e nested ] || { >nested; git plan status >/dev/null; \
        git commit -q --allow-empty -m nested; git plan add-task --title nested >/dev/null; }";
    add_to_hook(&repo, "post-commit", nested);
    // And one that Git runs for every ref and index of its own, but not for ours.
    add_to_hook(&repo, "reference-transaction", "echo x >>../transactions");
    let said = repo
        .git(["commit", "-q", "--allow-empty", "-m", "outer"])
        .ok();
    assert_eq!(said.stderr.lines().count(), 2, "{}", said.stderr);
    let mut kept = repo.kept("1 1", All);
    kept.sort();
    assert_eq!(kept, ["1 outer", "2 nested"]);
    let count = || fs::read(repo.world().join("transactions")).unwrap().len();
    let before = count();
    repo.plan_words("checkpoint --name ours").ok();
    assert_eq!(count(), before);
}

#[test]
#[cfg(target_os = "linux")]
fn a_hook_leaves_nothing_running_and_no_stream_open() {
    let repo = completed();
    spoil(&repo);
    // Git would wait for whoever holds on to the pipe.
    repo.sh("git commit -q --allow-empty -m x 2>&1 | cat >/dev/null")
        .ok();
    repo.sh("git push -q 2>&1 | cat >/dev/null").ok();
    let slow = "git -c plan.verify.timeout=1 -c plan.hooks.timeout=1";
    repo.write("slow.ts", "[".repeat(1 << 20) + "old");
    repo.sh(&format!("git add -A; {slow} commit -q -m slow 2>&1 | cat"))
        .ok();
    let here = fs::canonicalize(repo.world()).unwrap();
    let left: Vec<_> = fs::read_dir("/proc")
        .unwrap()
        .flatten()
        .filter_map(|process| fs::read_link(process.path().join("cwd")).ok())
        .filter(|cwd| cwd.starts_with(&here))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn standard_input_that_is_not_for_a_hook_stays_unread() {
    let repo = TestRepo::installed();
    for name in ["pre-commit", "post-commit", "post-merge", "post-applypatch"] {
        let words = ["-c", &format!("git-plan hook {name} --shim=1 -- ; cat")];
        let answer: Answer = repo.run_in(repo.root(), "sh", words, b"typed\n");
        assert_eq!(answer.ok().stdout, "typed\n", "{name}");
    }
}

#[test]
fn the_page_names_tests_that_are_there() {
    let page = include_str!("../../docs/hooks.md");
    let (_, table) = page.split_once("| trap |").unwrap();
    let rows: Vec<_> = table.lines().filter(|row| row.starts_with("| ")).collect();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut numbers = Vec::new();
    for row in rows {
        let (trap, tests) = row.split_once(" | ").unwrap();
        let number = trap.trim_start_matches("| ").split('.').next().unwrap();
        numbers.push(number.parse().unwrap_or(0));
        let named = tests.split('`').skip(1).step_by(2);
        let mut count = 0;
        for test in named {
            let (module, name) = test.rsplit_once("::").unwrap();
            let files = [
                format!("tests/it/{module}.rs"),
                format!("src/hook/{}.rs", module.replace("::", "/")),
                format!("src/hook/{module}/tests.rs"),
            ];
            let sources = files.iter().map(|file| root.join(file));
            let source: String = sources.flat_map(fs::read_to_string).collect();
            assert!(source.contains(&format!("]\nfn {name}() {{")), "{test}");
            count += 1;
        }
        assert!(count > 0, "{row}");
    }
    assert_eq!(numbers, (1..=20).collect::<Vec<_>>());
}
