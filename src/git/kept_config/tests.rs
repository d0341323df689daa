//! What is kept of the configuration holds exactly as long as it may.

use std::thread::sleep;

use super::super::environment::Environment;
use super::super::testing::Sandbox;
use super::*;

/// A repository with plans whose configuration has been settled for long enough.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::with_repository(&[]);
    fs::create_dir(sandbox.path("r/.git/plan")).unwrap();
    settle();
    sandbox
}

fn settle() {
    sleep(SETTLED * 3);
}

/// One run: what it keeps to, and what it reads of `plan.x`.
fn run(environment: Environment) -> (bool, Option<String>) {
    let repo = Repo::discover_in(environment).unwrap();
    let was_kept = repo.kept_config().is_some();
    repo.expect_config();
    let value = repo.config().unwrap().get("plan.x");
    (was_kept, value.map(str::to_owned))
}

fn with_home(sandbox: &Sandbox) -> Environment {
    let mut environment = sandbox.environment("r");
    environment.remove("GIT_CONFIG_GLOBAL");
    environment
}

#[test]
fn what_is_kept_holds_until_a_file_changes() {
    let sandbox = sandbox();
    let check = |what: &str, value: Option<&str>| {
        let value = value.map(str::to_owned);
        settle();
        for is_kept in [false, true, true] {
            let ran = run(with_home(&sandbox));
            assert_eq!(ran, (is_kept, value.clone()), "{what}");
        }
    };
    check("nothing", None);
    sandbox.write(
        "home/.gitconfig",
        "[plan]\nx=1\n[http]\nextraHeader=secret\n",
    );
    check("a new file", Some("1"));
    let kept = fs::read(sandbox.path("r/.git/plan/config.cache")).unwrap();
    assert!(!kept.windows(6).any(|it| it == b"secret"));
    sandbox.write(
        "home/.gitconfig",
        "[plan]\nx=2\n[http]\nextraHeader=secret\n",
    );
    check("as long as before", Some("2"));
    sandbox.git("r", &["config", "plan.x", "3"]);
    check("the repository's own", Some("3"));
    sandbox.git("r", &["config", "--unset", "plan.x"]);
    fs::remove_file(sandbox.path("home/.gitconfig")).unwrap();
    check("files that are gone", None);
    sandbox.write("home/.config/git/config", "[plan]\nx=4\n");
    check("another place", Some("4"));
}

#[test]
fn the_environment_counts() {
    let sandbox = sandbox();
    sandbox.write("home/.gitconfig", "[plan]\nx=1\n");
    sandbox.write("other", "[plan]\nx=2\n");
    settle();
    run(with_home(&sandbox));
    assert_eq!(run(with_home(&sandbox)), (true, Some("1".to_owned())));
    // Git sets it for what it runs, and it moves no file.
    let mut environment = with_home(&sandbox);
    environment.set("GIT_EXEC_PATH", "/elsewhere");
    assert_eq!(run(environment), (true, Some("1".to_owned())));
    let check = |name: &str, value: &str, expected: &str| {
        let mut environment = with_home(&sandbox);
        environment.set(name, value);
        settle();
        let ran = run(environment);
        assert_eq!(ran, (false, Some(expected.to_owned())), "{name}");
    };
    check("GIT_CONFIG_PARAMETERS", "'plan.x=5'", "5");
    assert_eq!(run(with_home(&sandbox)), (true, Some("1".to_owned())));
    let other = sandbox.path("other");
    check("GIT_CONFIG_GLOBAL", other.to_str().unwrap(), "2");
    assert_eq!(run(with_home(&sandbox)), (false, Some("1".to_owned())));
}

#[test]
fn what_depends_on_more_than_files_is_asked_for() {
    let sandbox = sandbox();
    let path = "r/.git/plan/config.cache";
    sandbox.write("r/.git/more", "[plan]\nx=1\n");
    for (key, value) in [
        ("include.path", "more"),
        ("includeIf.onbranch:main.path", "more"),
        ("extensions.worktreeConfig", "true"),
    ] {
        sandbox.git("r", &["config", key, value]);
        settle();
        run(sandbox.environment("r"));
        assert!(!sandbox.path(path).exists(), "{key}");
        sandbox.git("r", &["config", "--unset", key]);
    }
    settle();
    run(sandbox.environment("r"));
    assert!(sandbox.path(path).exists());
}

#[test]
fn what_has_just_changed_may_change_again() {
    let sandbox = Sandbox::new();
    let is_lately_seen = || {
        sandbox.write("file", "x");
        !is_settled(&sandbox.path("file"))
    };
    // Once is enough: the machine may be busy.
    assert!((0..50).any(|_| is_lately_seen()));
    settle();
    assert!(is_settled(&sandbox.path("file")) && is_settled(&sandbox.path("none")));
}

#[test]
fn where_git_does_not_tell_its_files_it_is_not_asked_again() {
    use std::os::unix::fs::PermissionsExt as _;
    let sandbox = sandbox();
    let real = which::which("git").unwrap();
    let text = format!(
        "#!/bin/sh\n[ \"$2\" != var ] || {{ echo >>'{}'; exit 129; }}\nexec '{}' \"$@\"\n",
        sandbox.path("asked").display(),
        real.display()
    );
    sandbox.write("bin/git", &text);
    let git = sandbox.path("bin/git");
    fs::set_permissions(git, fs::Permissions::from_mode(0o755)).unwrap();
    settle();
    for _ in 0..3 {
        let mut environment = sandbox.environment("r");
        environment.set("PATH", sandbox.path("bin"));
        assert!(!run(environment).0);
        assert_eq!(fs::read(sandbox.path("asked")).unwrap(), b"\n");
    }
}

#[test]
fn a_damaged_file_is_not_believed() {
    let sandbox = sandbox();
    sandbox.git("r", &["config", "plan.x", "1"]);
    settle();
    run(sandbox.environment("r"));
    let path = sandbox.path("r/.git/plan/config.cache");
    let whole = fs::read(&path).unwrap();
    let repo = sandbox.repo("r");
    assert!(repo.kept_config().is_some());
    for at in 0..whole.len() {
        fs::write(&path, &whole[..at]).unwrap();
        assert!(repo.kept_config().is_none(), "cut at {at}");
        let mut flipped = whole.clone();
        flipped[at] ^= 1;
        fs::write(&path, flipped).unwrap();
        assert!(repo.kept_config().is_none(), "changed at {at}");
    }
}
