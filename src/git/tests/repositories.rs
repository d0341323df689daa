//! Every kind of repository and every way of being called.

use std::ffi::OsString;

use super::both_ways;
use crate::error::{Status, status_of};
use crate::git::library;
use crate::git::presence::Plans;
use crate::git::repo::Repo;
use crate::git::testing::{Sandbox, git_makes};
use crate::model::path::RepoPath;
use crate::model::tree::TreeSource;

#[test]
fn a_main_work_tree_from_below_its_top() {
    let sandbox = Sandbox::with_repository(&["-b", "trunk"]);
    sandbox.write("r/a/b.txt", "hello\n");
    let head = sandbox.commit_all("r", "first\nline\n\nbody");
    both_ways(&sandbox, "r/a", |repo| {
        let layout = repo.layout();
        assert_eq!(layout.top.as_deref(), Some(&*sandbox.path("r")));
        assert_eq!(layout.git_dir, sandbox.path("r/.git"));
        assert_eq!(layout.common_dir, layout.git_dir);
        assert_eq!(layout.worktree.0, "");
        assert_eq!(layout.index, sandbox.path("r/.git/index"));
        assert_eq!(repo.hooks_dir().unwrap(), sandbox.path("r/.git/hooks"));
        assert_eq!(repo.plan_dir(), sandbox.path("r/.git/plan"));
        let at = repo.head().unwrap();
        assert_eq!(at.commit.unwrap().to_string(), head);
        assert_eq!(at.branch.as_deref(), Some("trunk"));
        let commit = repo.commit(at.commit.unwrap()).unwrap();
        assert_eq!(commit.subject, b"first line");
        assert_eq!(commit.message, b"first\nline\n\nbody\n");
        assert_eq!(commit.committed_at.to_string(), "2001-02-03T04:05:06Z");
    });
}

#[test]
fn a_linked_work_tree_as_a_hook_sees_it() {
    let sandbox = Sandbox::with_repository(&[]);
    sandbox.write("r/f", "1");
    sandbox.commit_all("r", "one");
    sandbox.git("r", &["worktree", "add", "-q", "../w", "-b", "side"]);
    sandbox.write("w/f", "2");
    let check = |repo: &Repo| {
        assert_eq!(repo.layout().top, Some(sandbox.path("w")));
        assert_eq!(repo.layout().common_dir, sandbox.path("r/.git"));
        assert_eq!(repo.layout().worktree.0, "w");
        assert_eq!(repo.head().unwrap().branch.as_deref(), Some("side"));
        assert_eq!(repo.status().unwrap().changed.len(), 1);
    };
    both_ways(&sandbox, "w", check);
    let mut hook = sandbox.environment("w");
    hook.set("GIT_DIR", sandbox.path("r/.git/worktrees/w"));
    hook.set("GIT_INDEX_FILE", sandbox.path("r/.git/worktrees/w/index"));
    check(&Repo::discover_in(hook).unwrap());
}

/// A hook's environment names its repository; `at` must find the one it is asked for.
#[test]
fn another_repository_in_spite_of_the_environment() {
    let sandbox = Sandbox::with_repository(&[]);
    sandbox.git(".", &["init", "-q", "other"]);
    let mut hook = sandbox.environment("other");
    hook.set("GIT_DIR", sandbox.path("r/.git"));
    let misled = Repo::discover_in(hook).unwrap();
    assert_eq!(misled.layout().git_dir, sandbox.path("r/.git"));
    let asked = Repo::at(&sandbox.path("other")).unwrap();
    assert_eq!(asked.layout().git_dir, sandbox.path("other/.git"));
}

#[test]
fn dotfiles() {
    let sandbox = Sandbox::new();
    sandbox.git(".", &["init", "-q", "--bare", "d"]);
    sandbox.write("t/.profile", "x");
    let mut hook = sandbox.environment("t");
    hook.set("GIT_DIR", sandbox.path("d"));
    hook.set("GIT_WORK_TREE", ".");
    let repo = Repo::discover_in(hook).unwrap();
    assert_eq!(repo.top().unwrap(), sandbox.path("t"));
    let untracked = repo.status().unwrap().untracked;
    assert_eq!(untracked, [RepoPath::from(".profile")]);
}

/// `cd sub; GIT_DIR=../.git git commit` makes `sub` the top of the work tree.
#[test]
fn a_relative_git_dir_holds_from_anywhere() {
    let sandbox = Sandbox::with_repository(&[]);
    sandbox.write("r/sub/f", "1");
    let mut environment = sandbox.environment("r/sub");
    environment.set("GIT_DIR", "../.git");
    let repo = Repo::discover_in(environment).unwrap();
    assert_eq!(repo.top().unwrap(), sandbox.path("r/sub"));
    assert_eq!(repo.status().unwrap().untracked, [RepoPath::from("f")]);
}

#[test]
fn a_submodule_is_a_repository_of_its_own() {
    let sandbox = Sandbox::with_repository(&[]);
    sandbox.git(".", &["init", "-q", "lib"]);
    sandbox.write("lib/f", "1");
    sandbox.commit_all("lib", "one");
    let allow = "protocol.file.allow=always";
    sandbox.git(
        "r",
        &["-c", allow, "submodule", "--quiet", "add", "../lib", "m"],
    );
    both_ways(&sandbox, "r/m", |repo| {
        assert_eq!(repo.top().unwrap(), sandbox.path("r/m"));
        assert_eq!(repo.layout().git_dir, sandbox.path("r/.git/modules/m"));
        assert_eq!(repo.layout().worktree.0, "");
        assert!(repo.head().unwrap().commit.is_some());
    });
}

#[test]
fn without_a_work_tree() {
    let sandbox = Sandbox::with_repository(&[]);
    sandbox.git(".", &["init", "-q", "--bare", "b"]);
    for directory in ["b", "r/.git", "r/.git/refs"] {
        both_ways(&sandbox, directory, |repo| {
            assert_eq!(repo.layout().top, None);
            let error = repo.top().unwrap_err();
            assert_eq!(status_of(&error), Status::Fatal);
            assert!(repo.snapshot(&TreeSource::Worktree).is_err());
            assert_eq!(repo.head().unwrap().commit, None);
            assert_eq!(
                repo.config().unwrap().get("core.repositoryFormatVersion"),
                Some("0")
            );
        });
    }
}

/// `pre-push` in a bare repository is called with `GIT_DIR=.`.
#[test]
fn a_hook_of_a_bare_repository() {
    let sandbox = Sandbox::new();
    sandbox.git(".", &["init", "-q", "--bare", "b"]);
    let mut hook = sandbox.environment("b");
    hook.set("GIT_DIR", ".");
    let repo = Repo::discover_in(hook).unwrap();
    assert_eq!(repo.layout().git_dir, sandbox.path("b"));
    assert_eq!(repo.layout().top, None);
    assert_eq!(
        Plans::of(&sandbox.path("b"), Some(".".into())),
        Plans::Absent
    );
}

#[test]
fn no_repository_at_all() {
    let sandbox = Sandbox::new();
    let error = Repo::discover_in(sandbox.environment("home"))
        .err()
        .unwrap();
    assert_eq!(status_of(&error), Status::Fatal);
    assert!(
        error.to_string().starts_with("not a git repository"),
        "{error}"
    );
}

#[test]
fn unborn_then_detached() {
    let sandbox = Sandbox::with_repository(&["-b", "main"]);
    both_ways(&sandbox, "r", |repo| {
        let head = repo.head().unwrap();
        assert_eq!((head.commit, head.branch.as_deref()), (None, Some("main")));
        assert_eq!(repo.head_reflog(3).unwrap(), []);
    });
    let commit = sandbox.commit_all("r", "one");
    sandbox.git("r", &["checkout", "-q", "--detach"]);
    both_ways(&sandbox, "r", |repo| {
        let head = repo.head().unwrap();
        assert_eq!(head.commit.unwrap().to_string(), commit);
        assert_eq!(head.branch, None);
    });
}

/// Which repositories libgit2 reads is a fact the rest relies on; the answers are the same.
#[test]
fn formats_that_libgit2_reads_or_refuses() {
    let check = |option: &str, read_by_library: bool| {
        if !git_makes(option) {
            return;
        }
        let sandbox = Sandbox::with_repository(&["-b", "main", option]);
        sandbox.write("r/f", "1");
        let old = sandbox.commit_all("r", "one");
        let new = sandbox.commit_all("r", "two");
        let repo = sandbox.repo("r");
        let opened = library::open(&repo.layout().git_dir, &sandbox.environment("r"));
        assert_eq!(opened.is_some(), read_by_library, "{option}");
        both_ways(&sandbox, "r", |repo| {
            let head = repo.head().unwrap();
            assert_eq!(head.branch.as_deref(), Some("main"));
            assert_eq!(head.commit.unwrap().to_string(), new);
            let old = old.parse().unwrap();
            assert!(repo.is_ancestor(old, head.commit.unwrap()).unwrap());
            assert!(!repo.is_ancestor(head.commit.unwrap(), old).unwrap());
            repo.create_ref("refs/plan/x", old).unwrap();
            assert_eq!(repo.refs_under("refs/plan/").unwrap()[0].target, old.0);
            let reflog = repo.head_reflog(5).unwrap();
            assert_eq!(reflog.len(), 2);
            assert_eq!((reflog[0].old, reflog[1].old), (Some(old), None));
            assert_eq!(reflog[0].message, b"commit: two");
            assert_eq!(reflog[0].at.to_string(), "2001-02-03T04:05:06Z");
            let staged = repo.snapshot(&TreeSource::Staged).unwrap();
            assert_eq!((staged.commit, staged.overlay.len()), (head.commit, 0));
        });
        assert_eq!(sandbox.git("r", &["rev-parse", "refs/plan/x"]), old);
        sandbox.git("r", &["fsck", "--strict"]);
    };
    check("--object-format=sha1", true);
    check("--object-format=sha256", true);
    check("--ref-format=reftable", false);
}

#[test]
fn a_partial_clone_fetches_nothing() {
    let sandbox = Sandbox::with_repository(&[]);
    sandbox.write("r/f", "promised\n");
    sandbox.commit_all("r", "one");
    sandbox.git("r", &["config", "uploadpack.allowFilter", "true"]);
    let url = format!("file://{}", sandbox.path("r").display());
    sandbox.git(
        ".",
        &[
            "clone",
            "-q",
            "--no-checkout",
            "--filter=blob:none",
            &url,
            "p",
        ],
    );
    let blob = sandbox.git("r", &["rev-parse", "HEAD:f"]).parse().unwrap();
    both_ways(&sandbox, "p", |repo| {
        let error = repo.objects().blob(blob).unwrap_err();
        assert_eq!(status_of(&error), Status::Fatal);
        assert!(error.to_string().contains(&blob.to_string()), "{error}");
        assert!(!repo.has_object(blob.0).unwrap());
    });
}

#[test]
fn a_shallow_clone_ends_where_it_was_cut() {
    let sandbox = Sandbox::with_repository(&[]);
    sandbox.commit_all("r", "one");
    let gone = sandbox.git("r", &["rev-parse", "HEAD"]).parse().unwrap();
    sandbox.commit_all("r", "two");
    let url = format!("file://{}", sandbox.path("r").display());
    sandbox.git(".", &["clone", "-q", "--depth=1", &url, "s"]);
    both_ways(&sandbox, "s", |repo| {
        let head = repo.head().unwrap().commit.unwrap();
        assert_eq!(repo.commit(head).unwrap().parents, []);
        assert!(!repo.is_ancestor(gone, head).unwrap());
        assert!(!repo.is_on_any_ref(gone).unwrap());
    });
}

#[test]
fn configuration_as_git_reads_it() {
    let sandbox = Sandbox::with_repository(&[]);
    sandbox.write(
        "r/.git/config",
        "[core]\nrepositoryformatversion=0\nhooksPath=.my hooks\n[plan]\nbare\nempty=\nsize=2k\nword=maybe\n\
         [plan \"Case.Kept\"]\nx=1\nx=2\n[include]\npath=more\n",
    );
    sandbox.write(
        "r/.git/more",
        "[Plan]\nIncluded = \"a\\nb\"\nhuge=9223372036854775807k\n",
    );
    let mut environment = sandbox.environment("r");
    environment.set("GIT_CONFIG_PARAMETERS", "'plan.fromcommand=yes'");
    let repo = Repo::discover_in(environment).unwrap();
    let config = repo.config().unwrap();
    assert_eq!(config.get("PLAN.included"), Some("a\nb"));
    assert_eq!(config.get("plan.Case.Kept.X"), Some("2"));
    assert_eq!(config.get("plan.case.kept.x"), None);
    let check = |key, default, expected: Option<bool>| {
        assert_eq!(config.bool(key, default).ok(), expected, "{key}");
    };
    check("plan.bare", false, Some(true));
    check("plan.empty", true, Some(false));
    check("plan.fromCommand", false, Some(true));
    check("plan.unset", true, Some(true));
    check("plan.size", false, Some(true));
    check("plan.word", true, None);
    assert_eq!(config.int("plan.size").unwrap(), Some(2048));
    assert_eq!(config.int("plan.unset").unwrap(), None);
    assert!(config.int("plan.huge").is_err());
    assert!(
        config.get("core.fsmonitor").is_none(),
        "our own settings must not show"
    );
    assert_eq!(repo.hooks_dir().unwrap(), sandbox.path("r/.my hooks"));
}

#[test]
fn hooks_in_the_configuration_stay_out_of_what_is_written() {
    let sandbox = Sandbox::with_repository(&[]);
    for name in ["plain", "two words = one", "a.b", "reference-transaction"] {
        let key = format!("hook.{name}.command");
        sandbox.git("r", &["config", &key, "false"]);
    }
    let repo = sandbox.repo("r");
    let words = ["config", "--get-regexp", "^hook\\..*\\.enabled$"];
    let call = repo.unhooked(repo.git.plain_call(&words)).unwrap();
    let said = String::from_utf8(call.output().unwrap()).unwrap();
    assert_eq!(
        said,
        "hook.a.b.enabled false\nhook.plain.enabled false\n\
         hook.reference-transaction.enabled false\nhook.two words = one.enabled false\n"
    );
}

#[test]
fn who_is_at_work() {
    let sandbox = Sandbox::with_repository(&[]);
    let actor = |changes: &[(&str, &str)], removed: &[&str]| {
        let mut environment = sandbox.environment("r");
        for name in removed {
            environment.remove(name);
        }
        for (name, value) in changes {
            environment.set(name, value);
        }
        Repo::discover_in(environment).unwrap().actor()
    };
    let both = ["GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL"];
    assert_eq!(actor(&[], &[]), "Test <test@example.com>");
    assert_eq!(actor(&[("GIT_AUTHOR_NAME", "Forged")], &both), "unknown");
    sandbox.git("r", &["config", "user.name", "Configured"]);
    assert_eq!(actor(&[], &both), "Configured");
    sandbox.git("r", &["config", "user.email", "c@example.com"]);
    assert_eq!(actor(&[], &both), "Configured <c@example.com>");
}

#[test]
fn a_hook_can_tell_cheaply_whether_there_are_plans() {
    let sandbox = Sandbox::with_repository(&[]);
    let commit = sandbox.commit_all("r", "one");
    sandbox.git("r", &["worktree", "add", "-q", "--detach", "../w"]);
    let check = |directory: &str, git_dir: Option<&str>, expected| {
        let git_dir = git_dir.map(|path| OsString::from(sandbox.path(path)));
        assert_eq!(
            Plans::of(&sandbox.path(directory), git_dir),
            expected,
            "{directory}"
        );
    };
    let check_all = |expected| {
        check("r", None, expected);
        check("w", None, expected);
        check("home", Some("r/.git"), expected);
        check("home", Some("r/.git/worktrees/w"), expected);
    };
    check("home", None, Plans::Unknown);
    check("home", Some("nowhere"), Plans::Unknown);
    check_all(Plans::Absent);
    sandbox.git("r", &["update-ref", "refs/plan/checkpoints/x", &commit]);
    check_all(Plans::Present);
    sandbox.git("r", &["pack-refs", "--all"]);
    let emptied = sandbox.path("r/.git/refs/plan");
    let empty = || std::fs::remove_dir_all(&emptied).unwrap_or_default();
    empty();
    check_all(Plans::Present);
    sandbox.git("r", &["update-ref", "-d", "refs/plan/checkpoints/x"]);
    empty();
    check_all(Plans::Absent);
    std::fs::create_dir(sandbox.path("r/.git/plan")).unwrap();
    std::fs::write(sandbox.path("r/.git/plan/install.json"), "{}").unwrap();
    check_all(Plans::Absent);
    std::fs::write(sandbox.path("r/.git/plan/planning.db"), "").unwrap();
    check_all(Plans::Present);
}
