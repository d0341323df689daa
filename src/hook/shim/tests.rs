//! The blocks as real shells run them, and as git runs them in real repositories.

use std::fs;
use std::process::Output;

use super::*;
use crate::hook::block;
use crate::hook::testing::{Placed, Sandbox, feed};

#[test]
fn every_text_names_its_hook_and_holds_each_mark_once() {
    for hook in HookName::ALL {
        let text = text(hook);
        assert!(text.starts_with(&format!("# >>> git-plan {hook}, shim {VERSION} >>>")));
        assert!(text.ends_with(&format!("# <<< git-plan {hook} <<< {CHECKSUM}\n")));
        assert!(text.contains(&format!("hook {hook} --shim={VERSION} -- \"$@\"")));
        let rendered = String::from_utf8(render(hook, None)).unwrap();
        for mark in [PROGRAM_DIR, CHECKSUM] {
            assert_eq!(text.matches(mark).count(), 1, "{hook} {mark}");
            assert!(!rendered.contains(mark), "{rendered}");
        }
    }
}

#[test]
fn no_path_component_is_ever_empty() {
    // An empty component would mean the work tree, where anybody's git-plan could wait.
    for dir in [None, ProgramDir::new(Path::new("/opt/a b"))] {
        for hook in HookName::ALL {
            let text = String::from_utf8(render(hook, dir.as_ref())).unwrap();
            let path = text.lines().find(|line| line.contains("PATH=")).unwrap();
            let list = path.split_once("$PATH:}").unwrap().1;
            assert!(list.split(':').all(|part| !part.is_empty()), "{list}");
        }
    }
}

#[test]
fn the_documentation_shows_a_block_as_it_is() {
    let dir = ProgramDir::new(Path::new("/home/me/bin"));
    let block = String::from_utf8(render(HookName::PostCommit, dir.as_ref())).unwrap();
    let shown: String = block.lines().map(|line| format!("    {line}\n")).collect();
    assert!(
        include_str!("../../../docs/hooks.md").contains(&shown),
        "{shown}"
    );
}

#[test]
fn directories_are_quoted_or_left_out() {
    let check = |dir: &str, expected: Option<&str>| {
        let quoted = ProgramDir::new(Path::new(dir)).map(|dir| dir.quoted());
        assert_eq!(
            quoted,
            expected.map(|text| text.as_bytes().to_vec()),
            "{dir:?}"
        );
    };
    check("/usr/bin", Some("'/usr/bin'"));
    check("/it's $(here)", Some(r"'/it'\''s $(here)'"));
    check("bin", None);
    check("/a:b", None);
    check("/a\nb", None);
    check("", None);
}

#[test]
fn windows_directories_become_posix() {
    let check = |dir: &str, expected: Option<&str>| {
        let posix = for_windows_sh(dir.as_bytes());
        assert_eq!(posix, expected.map(|path| path.as_bytes().to_vec()));
    };
    check(r"C:\Tools\bin", Some("/c/Tools/bin"));
    check("d:/x", Some("/d/x"));
    check(r"\\server\share", None);
}

/// Every shell at hand, under the options a shebang may give it.
const SHELLS: [&[&str]; 12] = [
    &["sh"],
    &["sh", "-eu"],
    &["dash"],
    &["dash", "-eu"],
    &["bash"],
    &["bash", "-eu", "-o", "pipefail"],
    &["bash", "--posix", "-eu"],
    &["zsh", "-eu", "-o", "pipefail"],
    &["ksh", "-eu", "-o", "pipefail"],
    &["mksh", "-eu"],
    &["busybox", "sh"],
    &["busybox", "sh", "-eu"],
];

/// One way to run a hook that holds our block.
#[derive(Clone, Copy)]
struct Run<'a> {
    shell: &'a [&'a str],
    hook: HookName,
    /// What follows the block in the file.
    users: &'a str,
    placed: Placed,
    variables: &'a [(&'a str, &'a str)],
    stdin: &'a [u8],
}

impl<'a> Run<'a> {
    const fn new(shell: &'a [&'a str], hook: HookName) -> Self {
        Self {
            shell,
            hook,
            users: "cat >\"$RECORD/user\"\n",
            placed: Placed::Baked,
            variables: &[],
            stdin: b"",
        }
    }

    fn output(self, sandbox: &Sandbox) -> Output {
        let file = format!("#!/bin/sh\n{}", self.users);
        let file = block::insert(file.as_bytes(), &sandbox.block(self.hook, self.placed));
        let file = sandbox.script(format!("hooks/{}", self.hook), file);
        let mut command = sandbox.command("r", self.shell[0]);
        command
            .args(&self.shell[1..])
            .arg(file)
            .args(["origin", "a url"])
            .env_remove("HOME")
            .envs(self.variables.iter().copied());
        feed(&mut command, self.stdin)
    }
}

fn each_shell(check: impl Fn(&Sandbox, &[&str])) {
    let sandbox = Sandbox::new();
    let mut tried = 0;
    for shell in SHELLS {
        if sandbox.path("tools").join(shell[0]).exists() {
            check(&sandbox, shell);
            tried += 1;
        }
    }
    assert!(tried >= 2);
}

fn refs(count: usize) -> String {
    (0..count)
        .map(|at| {
            format!(
                "refs/heads/t{at} {at:040x} refs/heads/t{at} {}\n",
                "0".repeat(40)
            )
        })
        .collect()
}

#[test]
fn both_read_all_of_standard_input() {
    each_shell(|sandbox, shell| {
        for hook in [HookName::PrePush, HookName::PostRewrite] {
            for count in [0, 1, 2, 3, 5_000] {
                let refs = refs(count);
                let mut run = Run::new(shell, hook);
                run.stdin = refs.as_bytes();
                let output = run.output(sandbox);
                assert!(output.status.success(), "{shell:?} {output:?}");
                assert!(output.stderr.is_empty(), "{shell:?} {output:?}");
                assert_eq!(sandbox.take_record("user"), refs, "{shell:?} {hook}");
                assert_eq!(sandbox.take_record("stdin"), refs, "{shell:?} {hook}");
                let call = format!("<hook><{hook}><--shim=1><--><origin><a url>\n");
                let calls = if count == 0 { "" } else { &call };
                assert_eq!(sandbox.take_record("calls"), calls, "{shell:?} {hook}");
            }
        }
    });
}

#[test]
fn no_byte_of_a_line_is_changed() {
    each_shell(|sandbox, shell| {
        for hook in [HookName::PrePush, HookName::PostRewrite] {
            for lines in [" a\\b\t$(c) `d` ", "a\n b\\", "\na", "a\n\n\\n\nb"] {
                for end in ["", "\n"] {
                    let given = format!("{lines}{end}");
                    let mut run = Run::new(shell, hook);
                    (run.stdin, run.users) = (given.as_bytes(), "set -eu\ncat >\"$RECORD/user\"\n");
                    let output = run.output(sandbox);
                    assert!(output.status.success(), "{shell:?} {output:?}");
                    assert!(output.stderr.is_empty(), "{shell:?} {output:?}");
                    for record in ["user", "stdin"] {
                        let got = sandbox.take_record(record);
                        assert_eq!(got, format!("{lines}\n"), "{shell:?} {hook} {record}");
                    }
                    sandbox.take_record("calls");
                }
            }
        }
    });
}

#[test]
fn the_users_hook_may_read_some_or_nothing() {
    each_shell(|sandbox, shell| {
        let refs = refs(5_000);
        let first = "read -r line; echo \"$line\" >\"$RECORD/user\"\n";
        for (users, read) in [(first, refs.lines().next()), (":\n", None), ("", None)] {
            for fake in ["", "deaf"] {
                let mut run = Run::new(shell, HookName::PrePush);
                (run.users, run.stdin) = (users, refs.as_bytes());
                let variables = [("FAKE", fake)];
                run.variables = &variables;
                let output = run.output(sandbox);
                assert!(output.status.success(), "{shell:?} {output:?}");
                assert!(output.stderr.is_empty(), "{shell:?} {output:?}");
                let user = sandbox.take_record("user");
                assert_eq!(user.trim_end(), read.unwrap_or_default(), "{shell:?}");
            }
        }
    });
}

#[test]
fn only_verdicts_stop_git() {
    each_shell(|sandbox, shell| {
        let check = |hook: HookName, fake: &str, passes: bool| {
            let variables = [("FAKE", fake)];
            let mut run = Run::new(shell, hook);
            (run.stdin, run.variables) = (b"x\n", &variables);
            let output = run.output(sandbox);
            assert_eq!(
                output.status.success(),
                passes,
                "{shell:?} {hook} {output:?}"
            );
            let user = sandbox.path("record/user").exists();
            assert_eq!(user, passes, "{shell:?} {hook} {fake}");
            sandbox.take_record("user");
        };
        for hook in HookName::ALL {
            check(hook, "0", true);
        }
        check(HookName::PreCommit, "1", false);
        check(HookName::PreCommit, "128", true);
        check(HookName::PreCommit, "killed", true);
        check(HookName::PrePush, "1", false);
        check(HookName::PrePush, "128", false);
        check(HookName::PrePush, "killed", false);
        for hook in [
            HookName::PostCommit,
            HookName::PostMerge,
            HookName::PostApplypatch,
            HookName::PostRewrite,
        ] {
            for fake in ["1", "128", "killed"] {
                check(hook, fake, true);
            }
        }
    });
}

#[test]
fn a_missing_program_is_silent_but_before_a_push() {
    each_shell(|sandbox, shell| {
        let refs = refs(5_000);
        for hook in HookName::ALL {
            let mut run = Run::new(shell, hook);
            (run.placed, run.stdin) = (Placed::Nowhere, refs.as_bytes());
            let output = run.output(sandbox);
            assert!(output.status.success(), "{shell:?} {hook} {output:?}");
            let said = String::from_utf8(output.stderr).unwrap();
            assert_eq!(
                said.contains("NOT verified"),
                hook == HookName::PrePush,
                "{said}"
            );
            assert_eq!(said.lines().count(), usize::from(hook == HookName::PrePush));
            assert_eq!(sandbox.take_record("user"), refs, "{shell:?} {hook}");
        }
        sandbox.git("r", &["config", "plan.hooks.required", "yes"]);
        let mut run = Run::new(shell, HookName::PrePush);
        (run.placed, run.stdin) = (Placed::Nowhere, refs.as_bytes());
        assert_eq!(run.output(sandbox).status.code(), Some(1), "{shell:?}");
        sandbox.git("r", &["config", "--unset", "plan.hooks.required"]);
    });
}

#[test]
fn the_bypass_leaves_the_users_hook_running() {
    each_shell(|sandbox, shell| {
        for hook in HookName::ALL {
            let mut run = Run::new(shell, hook);
            (run.stdin, run.variables) = (b"a b\nc", &[("GIT_PLAN_HOOKS", "0"), ("FAKE", "1")]);
            let output = run.output(sandbox);
            assert!(output.status.success(), "{shell:?} {output:?}");
            assert_eq!(sandbox.take_record("user"), "a b\nc");
            assert_eq!(sandbox.take_record("calls"), "");
        }
    });
}

#[test]
fn observing_hooks_leave_standard_input_alone() {
    each_shell(|sandbox, shell| {
        for hook in [
            HookName::PreCommit,
            HookName::PostCommit,
            HookName::PostMerge,
            HookName::PostApplypatch,
        ] {
            let mut run = Run::new(shell, hook);
            run.stdin = b"typed";
            assert!(run.output(sandbox).status.success());
            assert_eq!(sandbox.take_record("stdin"), "");
            assert_eq!(sandbox.take_record("user"), "typed");
            assert!(sandbox.take_record("calls").contains(hook.as_str()));
        }
    });
}

/// A repository with a base commit, our hooks and a bare remote.
fn installed() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.commit("r", "base");
    sandbox.git(".", &["init", "-q", "--bare", "remote"]);
    sandbox.git("r", &["remote", "add", "origin", "../remote"]);
    sandbox.install("r");
    sandbox
}

#[test]
fn git_runs_each_hook_when_its_event_comes() {
    let sandbox = installed();
    let check = |expected: &[&str]| {
        let calls = sandbox.take_record("calls");
        let names: Vec<_> = calls
            .lines()
            .filter_map(|line| line.split(['<', '>']).nth(3))
            .collect();
        assert_eq!(names, expected, "{calls}");
    };
    sandbox.commit("r", "one");
    check(&["pre-commit", "post-commit"]);
    sandbox.git(
        "r",
        &["commit", "-q", "--amend", "--no-edit", "--no-verify"],
    );
    check(&["post-commit", "post-rewrite"]);
    sandbox.git("r", &["checkout", "-q", "-b", "side", "HEAD~1"]);
    sandbox.commit("r", "two");
    sandbox.take_record("calls");
    sandbox.git("r", &["merge", "-q", "--no-edit", "main"]);
    check(&["post-merge"]);
    sandbox.git(
        "r",
        &["format-patch", "-q", "-1", "-o", "../patches", "main"],
    );
    sandbox.git("r", &["checkout", "-q", "-B", "mail", "main~1"]);
    let patch = fs::read_dir(sandbox.path("patches")).unwrap().next();
    let patch = patch.unwrap().unwrap().path();
    sandbox.git("r", &["am", "-q", patch.to_str().unwrap()]);
    check(&["post-applypatch"]);
    sandbox.git("r", &["push", "-q", "origin", "main", "side"]);
    check(&["pre-push"]);
    sandbox.git("r", &["push", "-q", "origin", "main"]);
    check(&[]);
    sandbox.git("r", &["push", "-q", "--no-verify", "origin", "mail"]);
    check(&[]);
}

#[test]
fn a_refused_push_sends_nothing() {
    let sandbox = installed();
    sandbox.commit("r", "two words");
    sandbox.take_record("stdin");
    let push = |fake: &str| {
        let mut push = sandbox.command("r", "git");
        push.args(["push", "-q", "origin", "HEAD^{/two words}:refs/heads/main"]);
        push.env("FAKE", fake).output().unwrap()
    };
    assert_eq!(push("1").status.code(), Some(1));
    assert_eq!(sandbox.git("remote", &["for-each-ref"]), "");
    let stdin = sandbox.take_record("stdin");
    let parsed = crate::hook::protocol::pushed_refs(stdin.as_bytes());
    assert_eq!((parsed.values.len(), parsed.malformed), (1, 0), "{stdin}");
    assert_eq!(parsed.values[0].local_name, b"HEAD^{/two words}");
    let head = sandbox.git("r", &["rev-parse", "HEAD"]);
    assert_eq!(parsed.values[0].local.to_string(), head);
    assert!(push("0").status.success());
    assert!(
        sandbox
            .git("remote", &["for-each-ref"])
            .contains("refs/heads/main")
    );
}

#[test]
fn a_rebase_is_told_once_at_its_end() {
    let sandbox = installed();
    sandbox.git("r", &["worktree", "add", "-q", "../linked", "-b", "linked"]);
    let users = sandbox.path("r/.git/hooks/post-rewrite");
    let mut hook = fs::read(&users).unwrap();
    hook.extend_from_slice(b"cat >\"$RECORD/user\"\n");
    fs::write(&users, hook).unwrap();
    sandbox.commit("r", "upstream");
    for (directory, backend) in [("r", "--merge"), ("linked", "--merge"), ("r", "--apply")] {
        sandbox.git(directory, &["checkout", "-q", "-B", directory, "main~1"]);
        for file in ["a", "b", "c"] {
            sandbox.commit(directory, file);
        }
        sandbox.take_record("calls");
        sandbox.git(directory, &["rebase", "-q", backend, "main"]);
        let calls = sandbox.take_record("calls");
        assert_eq!(
            calls, "<hook><post-rewrite><--shim=1><--><rebase>\n",
            "{backend}"
        );
        let stdin = sandbox.take_record("stdin");
        let parsed = crate::hook::protocol::rewritten(stdin.as_bytes());
        assert_eq!((parsed.values.len(), parsed.malformed), (3, 0));
        let head = sandbox.git(directory, &["rev-parse", "HEAD"]);
        assert_eq!(parsed.values[2].new.to_string(), head);
        assert_eq!(sandbox.take_record("user"), stdin);
    }
}

#[test]
fn a_client_with_a_bare_environment_finds_the_program() {
    let sandbox = installed();
    let mut commit = sandbox.command("r", "git");
    commit
        .env_remove("HOME")
        .args(["commit", "-q", "--allow-empty", "-m", "bare"]);
    let output = commit.output().unwrap();
    assert!(
        output.status.success() && output.stderr.is_empty(),
        "{output:?}"
    );
    assert_eq!(sandbox.take_record("calls").lines().count(), 2);
}
