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

/// Returns what Bash offers for `line`.
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
    lines.filter(|word| !word.is_empty()).collect()
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
    if Path::new("/usr/share/bash-completion/completions/git").exists() {
        check("git rewind 1 2 --to ", &["1"]);
        check("git -C . checkpoint --na", &["--name"]);
    }
}

/// Says loudly that a shell is not there to be tried.
fn is_here(repo: &TestRepo, shell: &str) -> bool {
    let is_here = repo.sh(&format!("command -v {shell}")).status == 0;
    if !is_here {
        eprintln!("SKIPPED: no {shell} on PATH");
    }
    is_here
}

/// Types each line and TAB into a real zsh, and shows what became of it.
const IN_ZSH: &str = r#"
zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z "PS1=; fpath=($HOME/.local/share/zsh/site-functions \$fpath)"
zpty -w z "autoload -Uz compinit; compinit -u -d $HOME/dump"
zpty -w z 'tell() { print -r -- "LINE:""<$BUFFER>:END"; BUFFER=; zle .accept-line }; zle -N tell'
zpty -w z 'bindkey "^X" tell; bindkey "^I" complete-word; print READY''GO'
zpty -r z out '*READYGO*'
for line; do
  zpty -w -n z "$line"$'\t'
  zpty -w -n z $'\x18'
  zpty -r z out '*LINE:<*>:END*'
  print -r -- "${${out##*LINE:<}%%>:END*}"
done
zpty -d z
"#;

#[test]
fn zsh_completes_as_typed() {
    let repo = project();
    if !is_here(&repo, "zsh") {
        return;
    }
    repo.plan(["install", "--completions"]).ok();
    let lines = [
        ("git plan unin", "git plan uninstall "),
        ("git -C . plan unin", "git -C . plan uninstall "),
        ("git --no-pager plan doc", "git --no-pager plan doctor "),
        ("git plan spec ch", "git plan spec check "),
        ("git plan show --lay", "git plan show --layout "),
        ("git plan verify-task 2 ", "git plan verify-task 2 1 "),
        ("git plan rewind 1 2 --to ", "git plan rewind 1 2 --to 1 "),
        (
            "git plan rewind --checkpoint ",
            "git plan rewind --checkpoint mine ",
        ),
        ("git plan spec check sp", "git plan spec check specs/"),
        ("git-plan unin", "git-plan uninstall "),
        ("git rewind 1 2 --to ", "git rewind 1 2 --to 1 "),
        ("git checkpoint --na", "git checkpoint --name "),
    ];
    // A shell that waits for another is not waited for.
    let words = [
        "-e",
        "alarm 30; exec @ARGV",
        "zsh",
        "-f",
        "-c",
        IN_ZSH,
        "zsh",
    ];
    let words = words
        .into_iter()
        .chain(lines.iter().map(|(typed, _)| *typed));
    let answer = repo.run_in(repo.root(), "perl", words, b"").ok();
    let became: Vec<_> = answer.stdout.lines().collect();
    assert_eq!(became, lines.map(|(_, became)| became));
}

#[test]
fn fish_completes_as_typed() {
    let repo = project();
    if !is_here(&repo, "fish") {
        return;
    }
    repo.plan(["install", "--completions"]).ok();
    let check = |line: &str, expected: &[&str]| {
        let script = format!("complete -C '{line}'");
        let answer = repo.run_in(repo.root(), "fish", ["-c", &script], b"").ok();
        let offered = answer.stdout.lines().map(|line| line.split('\t').next());
        let offered: Vec<_> = offered.map(Option::unwrap).collect();
        assert_eq!(offered, expected, "{line}");
    };
    check("git plan verify", &["verify-task", "verify"]);
    check("git -C . plan unin", &["uninstall"]);
    check("git --no-pager plan doc", &["doctor"]);
    check("git plan show --lay", &["--layout"]);
    check("git plan verify-task 2 ", &["1"]);
    check("git plan rewind 1 2 --to ", &["1"]);
    check("git rewind 1 2 --to ", &["1"]);
    check("git checkpoint --na", &["--name"]);
    check("git plan rewind --checkpoint ", &["mine"]);
    check("git plan spec check specs/", &["specs/a.yaml"]);
    check("git-plan verify", &["verify-task", "verify"]);
}

#[test]
fn powershell_completes_as_typed() {
    let repo = project();
    if !is_here(&repo, "pwsh") {
        return;
    }
    repo.plan(["checkpoint", "--name", "zwölf Uhr, Anna's"])
        .ok();
    let script = repo.plan(["completions", "powershell"]).ok().stdout;
    repo.write("../completions.ps1", script);
    let check = |line: &str, expected: &[&str]| {
        // Where the cursor is, if it is not at the end.
        let at = line.find('|').unwrap_or(line.len());
        let line = line.replacen('|', "", 1).replace('\'', "''");
        let script = format!(
            ". ../completions.ps1; (TabExpansion2 '{line}' {at}).CompletionMatches | \
             ForEach-Object {{ $_.CompletionText }}"
        );
        let words = ["-NoProfile", "-NonInteractive", "-Command", &script];
        let answer = repo.run_in(repo.root(), "pwsh", words, b"").ok();
        assert_eq!(
            answer.stdout.lines().collect::<Vec<_>>(),
            expected,
            "{line}"
        );
    };
    check("git plan verify", &["verify-task", "verify"]);
    check("git -C . plan unin", &["uninstall"]);
    check("git plan unin|tall", &["uninstall"]);
    check("git plan verify-task 2 ", &["1"]);
    check("git-plan rewind 1 2 --to ", &["2", "1"]);
    let quoted = "'zwölf Uhr, Anna''s'";
    check("git plan rewind --checkpoint zw", &[quoted]);
    check("git plan rewind --checkpoint 'zw|'", &[quoted]);
}

#[test]
fn completing_where_there_is_nothing_offers_options_only() {
    let bare = TestRepo::without_git();
    let is_option = |word: &String| word.starts_with('-');
    assert!(offers(&bare, "git-plan verify-task ").iter().all(is_option));
    let repo = TestRepo::new();
    assert!(offers(&repo, "git plan show ").iter().all(is_option));
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
    world.git(["init", "-q"]).ok();
    world
        .plan(["doctor"])
        .exits(1)
        .says("man does not look at what is in")
        .says("/share/man:$MANPATH\"', in what your shell reads");
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
        ("powershell", "-CommandName git-plan, git "),
    ] {
        let answer = world.plan(["completions", shell]).ok().says(mark);
        assert!(!answer.stdout.starts_with('\n'), "{shell}");
    }
    world.plan(["completions", "tcsh"]).exits(129);
}
