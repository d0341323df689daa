//! Man pages and completions: `git plan --help` and `git plan <TAB>`.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use crate::support::TestRepo;

/// Git's own completion, or as much of it as leads to ours.
const GIT_COMPLETION: &str = r#"
if [ -r /usr/share/bash-completion/completions/git ]; then
  . /usr/share/bash-completion/completions/git
else
  __git_wrap__git_main() {
    local -a words=("${COMP_WORDS[@]}"); local cword=$COMP_CWORD __git_cmd_idx=1
    while [[ ${words[__git_cmd_idx]} = -* ]]; do ((__git_cmd_idx++)); done
    _git_plan
  }
fi
"#;

/// Returns what Bash offers for `line`; options only where one was begun.
fn offers(repo: &TestRepo, line: &str) -> Vec<String> {
    let function = match line.starts_with("git ") {
        true => "__git_wrap__git_main",
        false => "_clap_complete_git_plan git-plan",
    };
    let script = format!(
        "{GIT_COMPLETION}\neval \"$(git-plan completions bash)\"\nCOMP_LINE='{line}'\n\
         IFS=' ' read -ra COMP_WORDS <<<\"$COMP_LINE\"\n\
         case $COMP_LINE in *' ') COMP_WORDS+=('') ;; esac\n\
         COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)) COMP_POINT=${{#COMP_LINE}} COMP_TYPE=9\n\
         {function} \"${{COMP_WORDS[COMP_CWORD]}}\" 2>/dev/null\n\
         printf '%s\\n' \"${{COMPREPLY[@]}}\""
    );
    let answer = repo.run_in(repo.root(), "bash", ["-c", &script], b"").ok();
    let lines = answer.stdout.lines().map(|line| line.trim().to_owned());
    let is_option = line
        .rsplit(' ')
        .next()
        .is_some_and(|word| word.starts_with('-'));
    lines
        .filter(|word| !word.is_empty() && word.starts_with('-') == is_option)
        .collect()
}

fn project() -> TestRepo {
    let repo = TestRepo::installed();
    for title in ["First", "Second"] {
        repo.plan(["add-task", "--title", title]).ok();
    }
    repo.plan(["init", "--name", "Q"]).ok();
    repo.plan(["add-task", "2", "--title", "Third"]).ok();
    repo.plan(["start", "1", "2"]).ok();
    repo.plan(["checkpoint", "--name", "mine"]).ok();
    repo.write("specs/a.yaml", "x");
    repo
}

#[test]
fn bash_completes_verbs_options_and_what_is_stored() {
    let repo = project();
    let check = |line: &str, expected: &[&str]| assert_eq!(offers(&repo, line), expected, "{line}");
    check("git plan verify", &["verify-task", "verify"]);
    check("git plan spec ch", &["check"]);
    check("git -c a.b=c plan doc", &["doctor"]);
    check("git --no-pager plan unin", &["uninstall"]);
    check("git plan show --lay", &["--layout"]);
    check("git plan find api", &["api_route"]);
    check("git plan show ", &["2", "1"]);
    check("git plan verify-task ", &["1", "2"]);
    check("git plan verify-task 2 ", &["1"]);
    check("git plan rewind 1 2 --to ", &["1"]);
    check("git plan rewind --checkpoint ", &["mine"]);
    check("git plan spec check specs/", &["specs/a.yaml"]);
    check("git-plan verify", &["verify-task", "verify"]);
    check("git-plan rewind 1 2 --to ", &["1"]);
}

#[test]
fn completing_where_there_is_nothing_offers_nothing() {
    let bare = TestRepo::without_git();
    assert_eq!(offers(&bare, "git-plan verify-task "), [""; 0]);
    let repo = TestRepo::new();
    assert_eq!(offers(&repo, "git plan show "), [""; 0]);
    assert!(!repo.path(".git/plan").exists());
}

/// A world whose `git-plan` is in a `bin`, outside of any repository.
fn with_bin() -> (TestRepo, PathBuf) {
    let mut world = TestRepo::without_git();
    let prefix = world.world().canonicalize().unwrap().join("prefix");
    fs::create_dir_all(prefix.join("bin")).unwrap();
    symlink(env!("CARGO_BIN_EXE_git-plan"), prefix.join("bin/git-plan")).unwrap();
    let path = std::env::var("PATH").unwrap();
    world.env("PATH", &format!("{}:{path}", prefix.join("bin").display()));
    (world, prefix)
}

#[test]
fn man_pages_go_where_man_looks_and_out_again() {
    let (world, prefix) = with_bin();
    let page = prefix.join("share/man/man1/git-plan-verify-task.1");
    let dry = ["install", "--man", "--dry-run"];
    world.plan(dry).ok().says(page.to_str().unwrap());
    assert!(!prefix.join("share").exists());
    world.plan(["install", "--man"]).ok();
    let text = fs::read_to_string(&page).unwrap();
    assert!(text.contains(".TH git-plan-verify-task 1"), "{text}");
    if Path::new("/usr/bin/man").exists() {
        let answer = world.git(["plan", "--help"]).ok();
        assert!(answer.stdout.contains("VERBS"), "{}", answer.stdout);
        world.git(["help", "plan"]).ok();
    }
    world.git(["init", "-q"]).ok();
    let found = format!(
        "man: {}",
        prefix.join("share/man/man1/git-plan.1").display()
    );
    world.plan(["doctor"]).exits(1).says(&found);
    world.plan(["uninstall", "--man"]).ok();
    world.plan(["doctor"]).exits(1).never_says(&found);
    assert_eq!(fs::read_dir(page.parent().unwrap()).unwrap().count(), 0);
}

#[test]
fn without_a_bin_they_go_to_the_user() {
    let world = TestRepo::without_git();
    world
        .plan(["install", "--man", "--completions"])
        .ok()
        .warns("MANPATH");
    let share = world.world().join("home/.local/share");
    let bash = share.join("bash-completion/completions/git-plan");
    if cfg!(target_os = "linux") {
        assert!(share.join("man/man1/git-plan.1").exists());
        let script = fs::read_to_string(&bash).unwrap();
        assert!(script.contains("\n_git_plan() {"), "{script}");
    }
    world.plan(["uninstall", "--man", "--completions"]).ok();
    assert!(!bash.exists());
    world
        .plan(["man", "--output", "pages"])
        .ok()
        .says("man pages written");
    assert!(world.path("pages/git-plan.1").exists());
}

#[test]
fn every_shell_has_a_script() {
    let world = TestRepo::without_git();
    for (shell, mark) in [
        ("bash", "_git_plan()"),
        ("zsh", "#compdef git-plan\n"),
        (
            "fish",
            "complete --keep-order --exclusive --command git-plan",
        ),
        ("powershell", "-CommandName git-plan"),
    ] {
        let answer = world.plan(["completions", shell]).ok().says(mark);
        assert!(!answer.stdout.starts_with('\n'), "{shell}");
    }
    world.plan(["completions", "tcsh"]).exits(129);
}
