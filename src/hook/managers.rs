//! Tools that write hook files of their own: the lines with which each calls git-plan, and whether
//! its configuration has them.

use std::path::PathBuf;

use super::existing;
use crate::git::Repo;
use crate::model::install::{HookManager, HookName};

/// Returns the files, seen from the top of the work tree, that tell `manager` what to run.
fn configuration(manager: HookManager, hook: HookName) -> Vec<String> {
    match manager {
        HookManager::PreCommit => [
            ".pre-commit-config.yaml",
            ".pre-commit-config.yml",
            "prek.toml",
        ]
        .map(str::to_owned)
        .to_vec(),
        HookManager::Lefthook => [
            "lefthook",
            ".lefthook",
            ".config/lefthook",
            "lefthook-local",
        ]
        .iter()
        .flat_map(|name| ["yml", "yaml", "toml", "json"].map(|kind| format!("{name}.{kind}")))
        .collect(),
        HookManager::Husky => vec![format!(".husky/{hook}")],
        HookManager::GitLfs => Vec::new(),
    }
}

/// Returns the file in which `manager` is told to call us for `hook`.
pub(super) fn calling(repo: &Repo, manager: HookManager, hook: HookName) -> Option<PathBuf> {
    let top = repo.layout().top.as_ref()?;
    let files = configuration(manager, hook);
    files.into_iter().map(|file| top.join(file)).find(|file| {
        let text = existing::text_of(file);
        String::from_utf8_lossy(&text)
            .lines()
            .filter(|line| !line.trim_start().starts_with('#'))
            .any(|line| names(line, hook))
    })
}

/// Reports whether a line calls us for `hook`, or takes the entry of that name from our repository.
fn names(line: &str, hook: HookName) -> bool {
    let calls = ["git-plan hook ", "git plan hook ", "git-plan-"];
    calls
        .map(|before| format!("{before}{hook}"))
        .iter()
        .any(|call| {
            line.match_indices(call).any(|(at, call)| {
                let next = line[at + call.len()..].chars().next();
                next.is_none_or(|next| !next.is_alphanumeric() && next != '-')
            })
        })
}

/// Returns the lines with which `manager` calls us for `hooks`, below a comment that says where
/// they belong.
pub fn snippet(manager: HookManager, hooks: &[HookName]) -> String {
    match manager {
        HookManager::PreCommit => pre_commit(hooks),
        HookManager::Lefthook => lefthook(hooks),
        HookManager::Husky => husky(hooks),
        HookManager::GitLfs => String::new(),
    }
}

fn lefthook(hooks: &[HookName]) -> String {
    let mut text = "# lefthook.yml; where a hook is there already, add the job to its jobs.\n\
                    # Without use_stdin git-plan would have nothing to read.\n"
        .to_owned();
    for hook in hooks {
        let (arguments, reads) = match hook {
            HookName::PreCommit | HookName::PostCommit | HookName::PostApplypatch => ("", false),
            HookName::PostMerge => (" {0}", false),
            HookName::PostRewrite | HookName::PrePush => (" {0}", true),
        };
        text += &format!(
            "{hook}:\n  jobs:\n    - name: git-plan\n      run: git-plan hook {hook} --{arguments}\n"
        );
        if reads {
            text += "      use_stdin: true\n";
        }
    }
    text
}

/// Hooks that pre-commit and prek know; the others are installed as files beside theirs.
pub(super) fn is_known_to_pre_commit(hook: HookName) -> bool {
    hook != HookName::PostApplypatch
}

fn pre_commit(hooks: &[HookName]) -> String {
    let known = hooks.iter().filter(|hook| is_known_to_pre_commit(**hook));
    let known: Vec<_> = known.map(|hook| hook.as_str()).collect();
    let mut text = format!(
        "# .pre-commit-config.yaml; then run 'pre-commit install' or 'prek install' once more.\n\
         default_install_hook_types: [{}]\n\
         repos:\n  - repo: local\n    hooks:\n",
        known.join(", ")
    );
    for hook in known {
        text += &format!(
            "      - id: git-plan-{hook}\n        name: git plan, {hook}\n        \
             entry: git-plan hook {hook}\n        language: system\n        stages: [{hook}]\n        \
             always_run: true\n        pass_filenames: false\n        verbose: true\n"
        );
    }
    text
}

fn husky(hooks: &[HookName]) -> String {
    let mut text = String::new();
    for hook in hooks {
        text += &format!(
            "# .husky/{hook}: the first line, before anything that reads standard input\n\
             git-plan hook {hook} -- \"$@\"\n"
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documentation_shows_every_snippet_as_it_is() {
        let page = include_str!("../../docs/hooks.md");
        for manager in [
            HookManager::PreCommit,
            HookManager::Lefthook,
            HookManager::Husky,
        ] {
            let text = snippet(manager, &HookName::ALL);
            assert!(page.contains(&text), "{text}");
        }
    }

    #[test]
    fn the_entries_we_ship_are_those_of_the_snippet() {
        let shipped = include_str!("../../.pre-commit-hooks.yaml");
        for hook in HookName::ALL {
            let is_there = shipped.contains(&format!("entry: git-plan hook {hook}\n"));
            assert_eq!(is_there, is_known_to_pre_commit(hook), "{hook}");
        }
        let count = shipped.matches("- id: git-plan-").count();
        assert_eq!(count, shipped.matches("  language: system\n").count());
        assert_eq!(count, shipped.matches("  pass_filenames: false\n").count());
    }

    #[test]
    fn a_call_is_told_from_a_word_like_it() {
        let check = |line: &str, expected: bool| {
            assert_eq!(names(line, HookName::PreCommit), expected, "{line}");
        };
        check("git-plan hook pre-commit -- \"$@\"", true);
        check("run: git plan hook pre-commit", true);
        check("- id: git-plan-pre-commit", true);
        check("{id: git-plan-pre-commit, stages: [pre-commit]}", true);
        check("git-plan hook pre-commit-msg", false);
        check("git-plan hook pre-push", false);
        check("pre-commit:", false);
    }
}
