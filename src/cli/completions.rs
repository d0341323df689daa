//! `git plan completions`: scripts with which shells ask the program itself what could come next.

use std::env;

use anyhow::{Context as _, Result};
use clap::{Arg, Command, CommandFactory as _, ValueEnum, ValueHint};
use clap_complete::env::{Bash, EnvCompleter, Fish, Zsh};
use clap_complete::{ArgValueCandidates, CompleteEnv};

use crate::ops::pages::{self, Page};

use super::candidates;
use super::exit_status::ExitStatus;
use super::output::Output;

/// Set by the scripts when they ask.
const VARIABLE: &str = "GIT_PLAN_COMPLETE";

/// Git's completion calls `_git_plan` for `git plan`, with its own idea of the words, options of
/// git before the verb included; and for an alias, of which it only knows that `plan` begins it.
const BASH_BRIDGE: &str = r#"
_git_plan() {
    local first=${__git_cmd_idx:-1}
    local verb=${words[first]}
    local -a alias=()
    # Git's puts what an alias begins with in the place of the first word.
    ((first > 1)) || verb=${COMP_WORDS[1]}
    [[ $verb = plan ]] || read -ra alias <<<"$(__git config --get "alias.$verb")"
    local -a COMP_WORDS=(git-plan "${alias[@]:1}" "${words[@]:first+1}")
    local COMP_CWORD=$((${#COMP_WORDS[@]} - ${#words[@]} + cword)) COMP_TYPE=${COMP_TYPE:-9}
    _clap_complete_git_plan git-plan "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
}
"#;

/// Zsh loads this file as the function `_git-plan`, also when its own completion of git looks for
/// what completes `plan`; the first call is the one that loads it.
const ZSH_BRIDGE: &str = r#"
_git-plan() { _clap_dynamic_completer_git_plan "$@" }
if [[ ${funcstack[1]-} = _git-plan ]]; then _git-plan "$@"; fi
"#;

/// Fish's own completion of git looks for programs called git-something only in some versions, so
/// ours answers for `git plan` itself, and for aliases that begin so, by what that completion says
/// about the verb.
const FISH_BRIDGE: &str = r#"
function __git_plan_after_git
    set -l words (commandline --current-process --tokenize --cut-at-cursor)
    for at in (seq 2 (count $words))
        set -l meant $words[$at]
        test $meant = plan
        or set meant (git config --get alias.$meant 2>/dev/null | string split ' ')
        if test "$meant[1]" = plan
            set -l line git-plan $meant[2..] $words[(math $at + 1)..] (commandline --current-token)
            GIT_PLAN_COMPLETE=fish git-plan -- $line
            return
        end
    end
end
complete --keep-order --no-files --command git --condition '__fish_git_using_command plan' --arguments '(__git_plan_after_git)'
"#;

/// PowerShell knows one completer for a program, so ours for git hands all but `git plan` to
/// posh-git where that is loaded. Words are passed on and never evaluated, as they are by the
/// script that clap would write.
const POWERSHELL: &str = r#"$gitPlanCompleter = {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @()
    $isBegun = $false
    foreach ($element in $commandAst.CommandElements) {
        $extent = $element.Extent
        if ($extent.StartOffset -ge $cursorPosition) { break }
        $isBegun = $extent.EndOffset -ge $cursorPosition
        $words += if ($extent.EndOffset -gt $cursorPosition) {
            # The cursor is in the middle of it, perhaps before a quote that the editor has added.
            $extent.Text.Substring(0, $cursorPosition - $extent.StartOffset) -replace '^["'']', ''
        }
        elseif ($element -is [System.Management.Automation.Language.StringConstantExpressionAst]) { $element.Value }
        else { $extent.Text }
    }
    if (-not $isBegun) {
        # Older ones, and those told to be like them, pass no empty word on.
        $passing = $ExecutionContext.SessionState.PSVariable.GetValue('PSNativeCommandArgumentPassing')
        $words += if ("$passing" -in '', 'Legacy') { '""' } else { '' }
    }
    $first = 0
    if ([System.IO.Path]::GetFileNameWithoutExtension($words[0]) -ne 'git-plan') {
        $first = 1
        while ($first -lt $words.Count -and $words[$first] -like '-*') {
            if ($words[$first] -cin '-C', '-c', '--git-dir', '--work-tree', '--namespace') { $first++ }
            $first++
        }
        if ($first -ge $words.Count - 1 -or $words[$first] -cne 'plan') {
            if (Get-Command Expand-GitCommand -ErrorAction Ignore) {
                $length = $cursorPosition - $commandAst.Extent.StartOffset
                Expand-GitCommand $commandAst.ToString().PadRight($length, ' ').Substring(0, $length)
            }
            return
        }
    }
    $words = @($words | Select-Object -Skip ($first + 1))
    $before = $env:GIT_PLAN_COMPLETE
    $encoding = [Console]::OutputEncoding
    try {
        $env:GIT_PLAN_COMPLETE = 'powershell'
        [Console]::OutputEncoding = [System.Text.UTF8Encoding]::new($false)
        $found = & git-plan '--' git-plan @words
    }
    finally {
        [Console]::OutputEncoding = $encoding
        $env:GIT_PLAN_COMPLETE = $before
    }
    $found | ForEach-Object {
        $value, $help = $_ -split "`t", 2
        if (-not $help) { $help = $value }
        $text = $value
        # Four of Unicode's quotation marks end a string as well as the plain one does.
        if ($text -notmatch '^[\w./\\:=+~-]+$') { $text = "'" + ($text -replace "['\u2018-\u201b]", '$0$0') + "'" }
        [System.Management.Automation.CompletionResult]::new($text, $value, 'ParameterValue', $help)
    }
}
Register-ArgumentCompleter -Native -CommandName git-plan, git -ScriptBlock $gitPlanCompleter
"#;

/// What `--help` ends with.
const EXAMPLES: &str = "\
Examples:
  git plan completions bash >~/.local/share/bash-completion/completions/git-plan
  git plan completions zsh >~/.zfunc/_git-plan
  git plan install --completions  for the shells on PATH, where they look";

/// The command line of `completions`.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// For which shell
    #[arg(value_enum)]
    shell: Shell,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Shell {
    /// Bash, for git-plan and, with Git's own completion, git plan
    Bash,
    /// Zsh
    Zsh,
    /// Fish
    Fish,
    /// PowerShell
    Powershell,
}

/// Prints the script.
pub(super) fn run(args: &Args, out: &mut Output) -> Result<ExitStatus> {
    let script = script(args.shell)?;
    out.data()
        .write_all(&script)
        .context("writing the script")?;
    Ok(ExitStatus::Done)
}

/// Returns the scripts for the shells on PATH, where those look for them.
///
/// # Errors
/// When the user has no home directory.
pub(super) fn installed() -> Result<Vec<Page>> {
    let mut pages = Vec::new();
    for shell in pages::Shell::ALL {
        let is_here = crate::git::program_on_path(shell.program()).is_some();
        if is_here {
            let text = script(match shell {
                pages::Shell::Bash => Shell::Bash,
                pages::Shell::Zsh => Shell::Zsh,
                pages::Shell::Fish => Shell::Fish,
            })?;
            let path = shell.completion()?;
            pages.push(Page { path, text });
        }
    }
    Ok(pages)
}

fn script(shell: Shell) -> Result<Vec<u8>> {
    let (completer, bridge): (&dyn EnvCompleter, &str) = match shell {
        Shell::Bash => (&Bash, BASH_BRIDGE),
        Shell::Zsh => (&Zsh, ZSH_BRIDGE),
        Shell::Fish => (&Fish, FISH_BRIDGE),
        Shell::Powershell => return Ok(POWERSHELL.into()),
    };
    let mut script = Vec::new();
    completer
        .write_registration(VARIABLE, "git-plan", "git-plan", "git-plan", &mut script)
        .context("making the script")?;
    let start = script.iter().take_while(|byte| **byte == b'\n').count();
    script.drain(..start);
    script.extend_from_slice(bridge.as_bytes());
    Ok(script)
}

/// Answers a shell that asks what could come next; reports whether one did.
pub(super) fn answer() -> bool {
    if env::var_os(VARIABLE).is_none() {
        return false;
    }
    let here = env::current_dir().ok();
    let completion = CompleteEnv::with_factory(offering).var(VARIABLE);
    // A shell in the middle of a line has no use for an error.
    completion
        .try_complete(env::args_os(), here.as_deref())
        .unwrap_or(true)
}

/// The command line, whose words know what they could be.
fn offering() -> Command {
    let command = super::Cli::command();
    offer(match candidates::is_option_begun() {
        true => command,
        // These two would stand before what is stored.
        false => command.disable_help_flag(true).disable_version_flag(true),
    })
}

fn offer(command: Command) -> Command {
    command.mut_args(candidates_of).mut_subcommands(offer)
}

fn candidates_of(word: Arg) -> Arg {
    // Hidden ones are offered where there is nothing else.
    let is_option = word.get_long().is_some() || word.get_short().is_some();
    let word = match is_option && !candidates::is_option_begun() {
        true => word.hide(true),
        false => word,
    };
    let names = word.get_value_names().unwrap_or_default();
    let name = names.first().map(ToString::to_string).unwrap_or_default();
    let list = match (name.as_str(), word.get_id().as_str()) {
        ("FILE", _) => return word.value_hint(ValueHint::FilePath),
        ("DIR", _) => return word.value_hint(ValueHint::DirPath),
        ("PLAN", _) => candidates::plans,
        ("PLAN_OR_TASK", _) => candidates::plans_or_tasks,
        ("TASK", _) => candidates::tasks,
        (_, "to" | "sequence") => candidates::sequences,
        ("NAME", "checkpoint") => candidates::names,
        _ => return word,
    };
    word.add(ArgValueCandidates::new(list))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_that_names_something_stored_is_offered() {
        let command = offering();
        let rewind = command.find_subcommand("rewind").unwrap();
        for id in ["first", "second", "to", "checkpoint"] {
            let word = rewind.get_arguments().find(|word| word.get_id() == id);
            let offered = word.unwrap().get::<ArgValueCandidates>();
            assert!(offered.is_some(), "{id}");
        }
        for verb in ["list", "update-task"] {
            let verb = command.find_subcommand(verb).unwrap();
            let word = verb.get_arguments().find(|word| word.get_id() == "status");
            let offered = word.unwrap().get::<ArgValueCandidates>();
            assert!(offered.is_some(), "{}", verb.get_name());
        }
    }
}
