//! The layout of an ordinary repository, told without starting a child.
//!
//! Ordinary is a `.git` directory at the top of its only kind of work tree, ours, with no setting
//! that moves anything. Whatever is the least unusual is left to git itself.

use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Component, Path, PathBuf};

use super::environment::Environment;
use super::layout::Layout;
use crate::model::id::WorktreeName;

/// Variables that make anything possible.
const UNUSUAL: [&str; 6] = [
    "GIT_COMMON_DIR",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_TEST_ASSUME_DIFFERENT_OWNER",
    "GIT_WORK_TREE",
    "SUDO_UID",
];

/// Words that a repository's own configuration must not hold anywhere, in lower case.
const UNUSUAL_SETTINGS: [&str; 2] = ["worktree", "extensions"];

/// Settings that must be as here wherever their name occurs, in lower case and without spaces.
const USUAL_SETTINGS: [(&str, &str); 2] = [
    ("bare", "bare=false"),
    ("repositoryformatversion", "repositoryformatversion=0"),
];

/// Returns what `git rev-parse` would answer in this environment, or `None` to have it asked.
pub(super) fn layout(environment: &Environment) -> Option<Layout> {
    if UNUSUAL.iter().any(|name| environment.holds(name)) {
        return None;
    }
    let directory = environment.directory().canonicalize().ok()?;
    let top = match environment.variable("GIT_DIR") {
        None if !environment.holds("GIT_DIR") => top_above(environment, &directory)?,
        Some(given) if directory.join(&given) == directory.join(".git") => directory.clone(),
        _ => return None,
    };
    let git_dir = top.join(".git");
    if !is_ours(&top) || !is_ours(&git_dir) || !is_plain(&git_dir) {
        return None;
    }
    let index = match environment.variable("GIT_INDEX_FILE").map(PathBuf::from) {
        None if !environment.holds("GIT_INDEX_FILE") => git_dir.join("index"),
        Some(given) if is_straight(&given) && (given.is_absolute() || top == directory) => {
            top.join(given)
        }
        _ => return None,
    };
    Some(Layout {
        top: Some(top),
        common_dir: git_dir.clone(),
        git_dir,
        worktree: WorktreeName(String::new()),
        index,
    })
}

/// Goes up to the first directory that holds a `.git`, on one file system.
fn top_above(environment: &Environment, directory: &Path) -> Option<PathBuf> {
    let device = device(directory)?;
    let is_limited = environment.holds("GIT_CEILING_DIRECTORIES");
    for top in directory.ancestors() {
        if self::device(top)? != device {
            return None;
        }
        match fs::symlink_metadata(top.join(".git")) {
            Ok(found) => return found.is_dir().then(|| top.to_owned()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(_) => return None,
        }
        // Inside a `.git`, or in a bare repository.
        if is_limited || top.join("HEAD").exists() {
            return None;
        }
    }
    None
}

fn device(directory: &Path) -> Option<u64> {
    Some(fs::metadata(directory).ok()?.dev())
}

/// Git trusts a repository only if it belongs to who asks; how else it may be trusted, it knows best.
fn is_ours(directory: &Path) -> bool {
    let owner = fs::symlink_metadata(directory).map(|found| found.uid());
    owner.is_ok_and(|owner| owner == rustix::process::geteuid().as_raw())
}

/// Whether this is a repository of the first format that is neither linked nor bare.
fn is_plain(git_dir: &Path) -> bool {
    let is = |name: &str, kind: fn(&Metadata) -> bool| {
        fs::symlink_metadata(git_dir.join(name)).is_ok_and(|found| kind(&found))
    };
    let text = |name: &str| fs::read_to_string(git_dir.join(name)).unwrap_or_default();
    is("objects", Metadata::is_dir)
        && is("refs", Metadata::is_dir)
        && is("HEAD", Metadata::is_file)
        && !is("commondir", |_| true)
        && names_something(&text("HEAD"))
        && is_usual(&text("config"))
}

fn names_something(head: &str) -> bool {
    let head = head.trim_end();
    let is_id = matches!(head.len(), 40 | 64) && head.bytes().all(|b| b.is_ascii_hexdigit());
    is_id || head.starts_with("ref: refs/")
}

/// Whether a configuration has nothing to say about where things are. It need not be understood
/// for that: a word that might matter is looked for anywhere.
fn is_usual(config: &str) -> bool {
    let config = config.to_ascii_lowercase();
    let usual = |(word, setting): &(&str, &str)| {
        let mut lines = config.lines().filter(|line| line.contains(word));
        lines.all(|line| line.split_whitespace().collect::<String>() == *setting)
    };
    !config.is_empty()
        && !UNUSUAL_SETTINGS.iter().any(|word| config.contains(word))
        && USUAL_SETTINGS.iter().all(usual)
}

/// Whether a path has no `.` and no `..` to be resolved.
fn is_straight(path: &Path) -> bool {
    let mut parts = path.components();
    parts.all(|part| matches!(part, Component::Normal(_) | Component::RootDir))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::command::Git;
    use crate::git::testing::Sandbox;

    /// Whatever is told without git is what git tells.
    #[track_caller]
    fn check(environment: Environment, is_ordinary: bool) {
        let told = layout(&environment);
        assert_eq!(told.is_some(), is_ordinary, "{environment:?}");
        if let Some(told) = told {
            let git = Git::find(environment).unwrap();
            let asked = Layout::ask(&git).unwrap();
            assert_eq!(format!("{told:?}"), format!("{asked:?}"));
        }
    }

    fn with(sandbox: &Sandbox, directory: &str, variables: &[(&str, &str)]) -> Environment {
        let mut environment = sandbox.environment(directory);
        for (name, value) in variables {
            environment.set(name, value);
        }
        environment
    }

    #[test]
    fn ordinary_repositories_are_told_as_git_tells_them() {
        let sandbox = Sandbox::with_repository(&[]);
        sandbox.write("r/a/b/c.txt", "x");
        sandbox.write("r/refs/x", "a directory that is called like one of git's");
        for directory in ["r", "r/a", "r/a/b", "r/refs"] {
            check(sandbox.environment(directory), true);
        }
        let index = sandbox.path("r/.git/next-index-1.lock");
        let git_dir = sandbox.path("r/.git");
        let (index, git_dir) = (index.to_str().unwrap(), git_dir.to_str().unwrap());
        check(with(&sandbox, "r", &[("GIT_DIR", ".git")]), true);
        check(with(&sandbox, "r", &[("GIT_DIR", git_dir)]), true);
        check(
            with(&sandbox, "r", &[("GIT_INDEX_FILE", ".git/index")]),
            true,
        );
        check(with(&sandbox, "r/a", &[("GIT_INDEX_FILE", index)]), true);
        let hook = [
            ("GIT_DIR", ".git"),
            ("GIT_INDEX_FILE", index),
            ("GIT_PREFIX", ""),
        ];
        check(with(&sandbox, "r", &hook), true);
        sandbox.commit_all("r", "one");
        sandbox.git("r", &["checkout", "-q", "--detach"]);
        check(sandbox.environment("r"), true);
        check(
            with(&sandbox, "r", &[("GIT_CEILING_DIRECTORIES", "/")]),
            true,
        );
    }

    #[test]
    fn what_is_unusual_is_left_to_git() {
        let sandbox = Sandbox::with_repository(&[]);
        sandbox.write("r/a/b.txt", "x");
        sandbox.commit_all("r", "one");
        sandbox.git("r", &["worktree", "add", "-q", "../w"]);
        sandbox.git(".", &["init", "-q", "--bare", "bare.git"]);
        sandbox.git(".", &["init", "-q", "--separate-git-dir", "elsewhere", "s"]);
        for directory in [
            ".",
            "w",
            "bare.git",
            "bare.git/refs",
            "s",
            "r/.git",
            "r/.git/refs",
        ] {
            check(sandbox.environment(directory), false);
        }
        let may_be_empty = [&UNUSUAL[..], &["GIT_DIR", "GIT_INDEX_FILE"]].concat();
        for variable in may_be_empty {
            check(with(&sandbox, "r", &[(variable, "")]), false);
        }
        check(
            with(&sandbox, "r/a", &[("GIT_CEILING_DIRECTORIES", "/")]),
            false,
        );
        check(with(&sandbox, "r/a", &[("GIT_DIR", "../.git")]), false);
        check(with(&sandbox, "w", &[("GIT_DIR", "../r/.git")]), false);
        check(
            with(&sandbox, "r/a", &[("GIT_INDEX_FILE", "../.git/index")]),
            false,
        );
        check(with(&sandbox, "r/a", &[("GIT_INDEX_FILE", "index")]), false);
    }

    #[test]
    fn settings_that_move_something_are_left_to_git() {
        let sandbox = Sandbox::with_repository(&[]);
        check(sandbox.environment("r"), true);
        let config = sandbox.path("r/.git/config");
        let plain = fs::read_to_string(&config).unwrap();
        for line in [
            "[core] worktree = ../elsewhere",
            "[core]\n\tbare = true",
            "[core]\n\tbare",
            "[core]\n\tBARE = 1",
            "[core]\n\trepositoryFormatVersion = 1",
            "[extensions]\n\tobjectFormat = sha1",
        ] {
            fs::write(&config, format!("{plain}{line}\n")).unwrap();
            check(sandbox.environment("r"), false);
        }
        fs::write(&config, "").unwrap();
        check(sandbox.environment("r"), false);
        fs::write(&config, plain).unwrap();
        fs::write(sandbox.path("r/.git/HEAD"), "nonsense\n").unwrap();
        check(sandbox.environment("r"), false);
    }

    #[test]
    fn a_linked_git_directory_is_left_to_git() {
        let sandbox = Sandbox::with_repository(&[]);
        fs::rename(sandbox.path("r/.git"), sandbox.path("moved")).unwrap();
        std::os::unix::fs::symlink(sandbox.path("moved"), sandbox.path("r/.git")).unwrap();
        check(sandbox.environment("r"), false);
    }
}
