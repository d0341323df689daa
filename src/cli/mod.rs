//! The command line: one file per verb, each with its `Args` and a `run`.

mod add_job;
mod add_phase;
mod add_task;
mod archive;
mod backup;
mod blame;
mod candidates;
mod check_job;
mod checkpoint;
mod completions;
mod doctor;
mod edit_task;
mod exit_status;
mod find;
mod history;
mod hook;
mod init;
mod install;
mod judgement;
mod list;
mod log;
mod man;
mod output;
mod output_file;
mod progress;
mod prompt;
mod prune;
mod remove_task;
mod rewind;
mod screen;
mod set_spec;
mod show;
mod show_diff;
mod spec;
mod spec_check;
mod spec_show;
mod start;
mod status;
mod stop;
mod target;
mod uninstall;
mod update_task;
mod user_pages;
mod verify;
mod verify_task;
mod workspace;

use std::panic;
use std::process::ExitCode;
use std::sync::Mutex;

use anyhow::Result;
use clap::error::ContextKind;
use clap::{Args as _, FromArgMatches as _, Parser, Subcommand};

use crate::error::{Failure, status_of};
use crate::model::printable::Printable;
use exit_status::ExitStatus;
use output::{Output, When};

/// What `--help` ends with.
const FIRST_STEPS: &str = "\
First steps:
  git plan init --name NAME
  git plan install
  git plan add-task --title TITLE --spec FILE
  git plan start 1

Plan and task may be left out: one number is the task, no number the active task.
Exit status: 0 yes or done, 1 judged no, 128 could not, 129 wrong command line.";

/// Plans that the repository itself can check
#[derive(Debug, Parser)]
#[command(
    name = "git-plan",
    bin_name = "git plan",
    version,
    arg_required_else_help = true,
    after_help = FIRST_STEPS
)]
struct Cli {
    /// Colour the output: always, never or auto
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "always",
        value_enum,
        hide_possible_values = true,
        display_order = 900
    )]
    color: Option<When>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Create a plan
    Init(init::Args),
    /// List the plans
    List(list::Args),
    /// Show one plan and its tasks
    Show(show::Args),
    /// Show where this work tree stands
    Status(status::Args),
    /// Show who did what, and when
    Log(log::Args),
    /// Add a task, with the spec that says when it is done
    AddTask(add_task::Args),
    /// Add a phase that groups tasks
    AddPhase(add_phase::Args),
    /// Add a checkbox to a task
    AddJob(add_job::Args),
    /// Tick a checkbox of a task
    CheckJob(check_job::Args),
    /// Set the status or the assignee of a task
    UpdateTask(update_task::Args),
    /// Change the title, description or phase of a task
    EditTask(edit_task::Args),
    /// Give a task another spec
    SetSpec(set_spec::Args),
    /// Remove a task
    RemoveTask(remove_task::Args),
    /// Tie the commits of this work tree to a task
    Start(start::Args),
    /// Tie the commits of this work tree to no task
    Stop(stop::Args),
    /// Look at specs
    Spec(spec::Args),
    /// Judge one task, record the evidence and set its status
    VerifyTask(verify_task::Args),
    /// Judge the completed tasks, or any specs, on any tree
    Verify(verify::Args),
    /// Show how many violations of a task or spec each commit has
    History(history::Args),
    /// Show which commit brought each violation that is left
    Blame(blame::Args),
    /// Find functions, classes, components or routes already in the code
    Find(find::Args),
    /// Keep the state of the work tree
    Checkpoint(checkpoint::Args),
    /// Show what a checkpoint changed
    ShowDiff(show_diff::Args),
    /// Show how to go back to a checkpoint
    Rewind(rewind::Args),
    /// Drop old automatic checkpoints
    Prune(prune::Args),
    /// Copy the planning database
    Backup(backup::Args),
    /// Seal a plan for good
    Archive(archive::Args),
    /// Set up the hooks and the aliases of this repository
    Install(install::Args),
    /// Take the hooks and aliases out again
    Uninstall(uninstall::Args),
    /// Find out whether hooks run and what is stored is sound
    Doctor(doctor::Args),
    /// Print the completion script for a shell
    Completions(completions::Args),
    /// Write the man pages
    Man(man::Args),
    /// Run a hook, as the installed blocks do
    #[command(hide = true)]
    Hook(hook::Args),
}

impl Command {
    fn run(self, out: &mut Output) -> Result<ExitStatus> {
        match self {
            Self::Init(args) => init::run(args, out),
            Self::List(args) => list::run(&args, out),
            Self::Show(args) => show::run(&args, out),
            Self::Status(args) => status::run(&args, out),
            Self::Log(args) => log::run(&args, out),
            Self::AddTask(args) => add_task::run(args, out),
            Self::AddPhase(args) => add_phase::run(args, out),
            Self::AddJob(args) => add_job::run(&args, out),
            Self::CheckJob(args) => check_job::run(&args, out),
            Self::UpdateTask(args) => update_task::run(args, out),
            Self::EditTask(args) => edit_task::run(args, out),
            Self::SetSpec(args) => set_spec::run(&args, out),
            Self::RemoveTask(args) => remove_task::run(&args, out),
            Self::Start(args) => start::run(&args, out),
            Self::Stop(args) => stop::run(&args, out),
            Self::Spec(args) => spec::run(&args, out),
            Self::VerifyTask(args) => verify_task::run(&args, out),
            Self::Verify(args) => verify::run(&args, out),
            Self::History(args) => history::run(&args, out),
            Self::Blame(args) => blame::run(&args, out),
            Self::Find(args) => find::run(&args, out),
            Self::Checkpoint(args) => checkpoint::run(&args, out),
            Self::ShowDiff(args) => show_diff::run(&args, out),
            Self::Rewind(args) => rewind::run(&args, out),
            Self::Prune(args) => prune::run(&args, out),
            Self::Backup(args) => backup::run(&args, out),
            Self::Archive(args) => archive::run(&args, out),
            Self::Install(args) => install::run(args, out),
            Self::Uninstall(args) => uninstall::run(&args, out),
            Self::Doctor(args) => doctor::run(&args, out),
            Self::Completions(args) => completions::run(&args, out),
            Self::Man(args) => man::run(&args, out),
            Self::Hook(args) => hook::run(&args, out),
        }
    }
}

/// Runs the program with the arguments and streams of the process.
pub fn main() -> ExitCode {
    if completions::answer() {
        return ExitStatus::Done.into();
    }
    let cli = match parse() {
        Ok(cli) => cli,
        Err(error) => return answer_parser(error).into(),
    };
    let mut out = Output::new(cli.color);
    let result = caught(|| cli.command.run(&mut out));
    conclude(result, &mut out).into()
}

/// Reads the command line. Git waits for hooks, so theirs is read without describing the other
/// verbs first, which takes longer than reading.
fn parse() -> Result<Cli, clap::Error> {
    let mut words = std::env::args_os().skip(1).peekable();
    if words.peek().is_none_or(|verb| verb != "hook") {
        return Cli::try_parse();
    }
    let command = hook::Args::augment_args(
        clap::Command::default()
            .name("hook")
            .bin_name("git plan hook"),
    );
    let matches = command.try_get_matches_from(words)?;
    Ok(Cli {
        color: None,
        command: Command::Hook(hook::Args::from_arg_matches(&matches)?),
    })
}

/// Says what the parser wants said: help and version are data, anything else is a usage error.
fn answer_parser(mut error: clap::Error) -> ExitStatus {
    let mut out = Output::new(None);
    // Nobody who mistypes a verb means the hidden one.
    let similar = error.get(ContextKind::SuggestedSubcommand);
    if similar.is_some_and(|verb| verb.to_string() == "hook") {
        error.remove(ContextKind::SuggestedSubcommand);
        error.remove(ContextKind::Suggested);
    }
    let text = error.render().to_string();
    if error.use_stderr() {
        // `git plan --help` is Git's, and wants a man page.
        let text = text.replace("try '--help'", "try '-h'");
        let text = text.replace("invalid digit found in string", "it is no whole number");
        out.note(Printable::block(text.trim_end()));
        return conclude(Ok(ExitStatus::Usage), &mut out);
    }
    let result = out.line(text.trim_end()).map(|()| ExitStatus::Done);
    conclude(result, &mut out)
}

/// Turns what a verb returned into the exit status, saying the error if there is one.
fn conclude(result: Result<ExitStatus>, out: &mut Output) -> ExitStatus {
    let result = match result {
        Err(error) if !out.is_broken() => {
            out.error(&error);
            Ok(status_of(&error).into())
        }
        other => other,
    };
    // Only now: where a pager has the answer, it shows the error as well.
    let result = out.finish().and(result);
    if out.is_broken() {
        return ExitStatus::BrokenPipe;
    }
    result.unwrap_or_else(|error| {
        out.error(&error);
        status_of(&error).into()
    })
}

/// Runs `job`; a panic in it becomes an error of one line.
fn caught(job: impl FnOnce() -> Result<ExitStatus>) -> Result<ExitStatus> {
    static LAST_WORDS: Mutex<String> = Mutex::new(String::new());
    panic::set_hook(Box::new(|panic| {
        if let Ok(mut words) = LAST_WORDS.lock() {
            let said = panic.payload();
            let message = said.downcast_ref::<String>().map(String::as_str);
            let message = message.or_else(|| said.downcast_ref().copied());
            let message = message.unwrap_or("no message");
            let place = panic
                .location()
                .map(ToString::to_string)
                .unwrap_or_default();
            *words = format!("{} ({place})", Printable::new(message));
        }
    }));
    panic::catch_unwind(panic::AssertUnwindSafe(job)).unwrap_or_else(|_| {
        let words = LAST_WORDS
            .lock()
            .map(|words| words.clone())
            .unwrap_or_default();
        Err(Failure::fatal(format!("internal error: {words}")).into())
    })
}

#[cfg(test)]
mod commands_page_tests;
#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_verb_has_one_line_of_help_without_a_period() {
        for verb in Cli::command().get_subcommands() {
            let about = verb
                .get_about()
                .map(ToString::to_string)
                .unwrap_or_default();
            let is_line = !about.is_empty() && !about.contains('\n') && !about.ends_with('.');
            assert!(is_line, "{}: {about:?}", verb.get_name());
        }
    }

    /// The words of an example as a shell would take them, up to what explains it.
    fn words_of(example: &str) -> Vec<String> {
        let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
        let mut before = ' ';
        for c in example.chars() {
            match (quote, c) {
                (Some(open), c) if c == open => quote = None,
                (None, '"' | '\'') => {
                    quote = Some(c);
                    word.get_or_insert_default();
                }
                (None, ' ') if before == ' ' => break,
                (None, '|' | '>') => break,
                (None, ' ') => words.extend(word.take()),
                (_, c) => word.get_or_insert_default().push(c),
            }
            before = c;
        }
        words.extend(word);
        words
    }

    #[test]
    fn every_verb_has_examples_that_parse() {
        man::visit(&man::built(), &mut |verb| {
            let after = verb.get_after_help().map(ToString::to_string);
            let after = after.unwrap_or_default();
            let examples = after
                .lines()
                .filter_map(|line| line.strip_prefix("  git plan "));
            let mut count = 0;
            for example in examples {
                let words = words_of(example);
                let words = std::iter::once("git-plan".to_owned()).chain(words);
                if let Err(error) = Cli::try_parse_from(words) {
                    panic!("{example}: {error}");
                }
                count += 1;
            }
            let is_leaf = verb.get_subcommands().next().is_none();
            assert!(count > 0 || !is_leaf, "{} has no examples", verb.get_name());
            Ok(())
        })
        .unwrap();
    }

    #[test]
    fn wrong_command_lines_are_told_from_questions() {
        let check = |words: &str, is_error: bool| {
            let words = std::iter::once("git-plan").chain(words.split_whitespace());
            match Cli::try_parse_from(words) {
                Ok(_) => panic!("parsed"),
                Err(error) => assert_eq!(error.use_stderr(), is_error, "{error}"),
            }
        };
        check("--help", false);
        check("-h", false);
        check("--version", false);
        check("help init", false);
        check("init -h", false);
        check("", true);
        check("nonsense", true);
        check("init", true);
        check("list --status sealed", true);
        check("update-task 1", true);
        check("update-task 1 --status failed", true);
        check("update-task 1 --status done", true);
        check("edit-task 1", true);
        check("start", true);
        check("remove-task", true);
        check("check-job 1 2 3 4", true);
        check("--color=sometimes list", true);
    }

    #[test]
    fn a_panic_is_one_line() {
        // The hook is the whole process's: other tests get theirs back at once.
        let hook = panic::take_hook();
        let result = caught(|| panic!("two\nlines"));
        panic::set_hook(hook);
        let error = result.unwrap_err();
        let text = error.to_string();
        assert!(text.starts_with("internal error: "), "{text}");
        assert!(!text.contains('\n'), "{text}");
        assert_eq!(status_of(&error), crate::error::Status::Fatal);
    }
}
