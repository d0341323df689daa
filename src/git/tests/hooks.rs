//! Running a hook, and listing the work trees whose hooks there are.

use std::fs::{Permissions, read_to_string, set_permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use super::super::hook_run::HookRun;
use super::super::worktrees::{Presence, Worktree};
use super::Sandbox;
use crate::model::install::HookName;

const HOOK: &str = "#!/bin/sh\n{ pwd; cat; printf '<%s>' \"$@\"; echo \"$GIT_PLAN_HOOKS $PATH\"; } >\"$ANSWER\"\necho oh >&2\nexit 3\n";

#[test]
fn both_ways_of_running_a_hook_are_alike() {
    let sandbox = Sandbox::with_repository(&[]);
    let hook = "r/.git/hooks/pre-push";
    sandbox.write(hook, HOOK);
    set_permissions(sandbox.path(hook), Permissions::from_mode(0o755)).unwrap();
    sandbox.write("input", "refs\n");
    let (answer, input) = (sandbox.path("answer"), sandbox.path("input"));
    let repo = sandbox.repo("r");
    let run = HookRun {
        hook: HookName::PrePush,
        arguments: &["a b", "url"],
        input: &input,
        variable: ("ANSWER", &answer),
        path: Some("/usr/bin:/bin".into()),
    };
    let check = |way: &str| {
        let told = read_to_string(&answer).unwrap();
        std::fs::remove_file(&answer).unwrap();
        let top = sandbox.path("r");
        let expected = format!("{}\nrefs\n<a b><url>1 ", top.display());
        assert!(told.starts_with(&expected), "{way}: {told}");
        assert!(told.contains("/usr/bin:/bin"), "{way}: {told}");
    };
    assert_eq!(repo.run_hook(&run).unwrap(), "oh");
    check("by git");
    let by_shell = repo.run_hook_by_shell(&run).unwrap();
    assert_eq!(
        (by_shell.status, by_shell.complaint()),
        (Some(3), "oh".into())
    );
    check("by the shell");
}

#[test]
fn work_trees_are_listed_whatever_became_of_them() {
    let sandbox = Sandbox::with_repository(&[]);
    sandbox.commit_all("r", "base");
    for name in ["here", "gone\nfar"] {
        let path = sandbox.path(name);
        let words: [&std::ffi::OsStr; 5] = [
            "worktree".as_ref(),
            "add".as_ref(),
            "-q".as_ref(),
            "--detach".as_ref(),
            path.as_ref(),
        ];
        sandbox.git("r", &words);
    }
    std::fs::remove_dir_all(sandbox.path("gone\nfar")).unwrap();
    let expected = |name: &str, presence| Worktree {
        path: sandbox.path(Path::new(name).to_str().unwrap()),
        presence,
    };
    let mut found = sandbox.repo("here").worktrees().unwrap();
    found[1..].sort_by(|a, b| a.path.cmp(&b.path));
    assert_eq!(
        found,
        [
            expected("r", Presence::Here),
            expected("gone\nfar", Presence::Gone),
            expected("here", Presence::Here),
        ]
    );
}
