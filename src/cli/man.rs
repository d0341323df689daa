//! `git plan man`: the man pages, one a verb, made from the command line itself.

use std::ffi::OsString;
use std::io::{self, Write as _};
use std::path::Path;

use anyhow::{Context as _, Result};
use clap::{Command, CommandFactory as _};
use clap_mangen::Man;

use crate::ops::pages::{self, Page};

use super::exit_status::ExitStatus;
use super::output::Output;
use super::target;

/// What `--help` ends with.
const EXAMPLES: &str = "\
Examples:
  git plan man --output man
  git plan install --man          where man(1) looks";

/// The command line of `man`.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// The directory to write them to
    #[arg(long, value_name = "DIR")]
    output: OsString,
}

/// Writes the pages and says how many there are.
pub(super) fn run(args: &Args, out: &mut Output) -> Result<ExitStatus> {
    let pages = pages_in(&target::path(&args.output))?;
    pages::write(&pages)?;
    out.line(format_args!("{} man pages written", pages.len()))?;
    Ok(ExitStatus::Done)
}

/// Returns every page, to be written to `dir`.
///
/// # Errors
/// None that a buffer in memory could not have.
pub(super) fn pages_in(dir: &Path) -> Result<Vec<Page>> {
    let mut pages = Vec::new();
    visit(&built(), &mut |verb| {
        let man = Man::new(verb.clone());
        let text = text(verb).context("making a man page")?;
        let path = dir.join(man.get_filename());
        pages.push(Page { path, text });
        Ok(())
    })?;
    Ok(pages)
}

/// Returns the whole command line with everything filled in that follows from it.
pub(super) fn built() -> Command {
    let mut command = super::Cli::command()
        .disable_help_subcommand(true)
        .subcommand_value_name("VERB")
        .subcommand_help_heading("VERBS");
    command.build();
    command
}

/// Calls `see` with a command and every visible one below it.
pub(super) fn visit(command: &Command, see: &mut impl FnMut(&Command) -> Result<()>) -> Result<()> {
    see(command)?;
    let below = command.get_subcommands();
    below
        .filter(|verb| !verb.is_hide_set())
        .try_for_each(|verb| visit(verb, see))
}

fn text(verb: &Command) -> io::Result<Vec<u8>> {
    let man = Man::new(verb.clone())
        .source(concat!("git-plan ", env!("CARGO_PKG_VERSION")))
        .manual("git-plan manual");
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    if verb.get_subcommands().any(|verb| !verb.is_hide_set()) {
        man.render_subcommands_section(&mut page)?;
    }
    let mut page = with_one_prelude(&page);
    if let Some(after) = verb.get_after_help() {
        closing(&mut page, &after.to_string())?;
    }
    writeln!(page, ".SH SEE ALSO\n\\fBgit\\-plan\\fR(1), \\fBgit\\fR(1)")?;
    Ok(page)
}

/// Each section brings along the same definitions.
fn with_one_prelude(page: &[u8]) -> Vec<u8> {
    const PRELUDE: &str = ".ie \\n(.g .ds Aq \\(aq\n.el .ds Aq '\n";
    let page = String::from_utf8_lossy(page).replace(PRELUDE, "");
    [PRELUDE, &page].concat().into_bytes()
}

/// Writes what help ends with: a paragraph with a heading is a section, its lines as they are.
fn closing(page: &mut Vec<u8>, text: &str) -> io::Result<()> {
    for paragraph in text.split("\n\n") {
        let (first, rest) = paragraph.split_once('\n').unwrap_or((paragraph, ""));
        match first.strip_suffix(':') {
            Some(heading) if !rest.is_empty() => {
                writeln!(page, ".SH {}\n.nf", escaped(&heading.to_uppercase()))?;
                for line in rest.lines() {
                    writeln!(page, "{}", escaped(line))?;
                }
                writeln!(page, ".fi")?;
            }
            _ => {
                for line in paragraph.lines() {
                    writeln!(page, ".PP\n{}", escaped(line))?;
                }
            }
        }
    }
    Ok(())
}

/// Keeps roff from acting on a line.
fn escaped(line: &str) -> String {
    let line = line.replace('\\', "\\e").replace('-', "\\-");
    match line.starts_with(['.', '\'']) {
        true => format!("\\&{line}"),
        false => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_visible_verb_has_a_page() {
        let pages = pages_in(Path::new("d")).unwrap();
        let has = |name: &str| {
            pages
                .iter()
                .any(|page| page.path == Path::new("d").join(name))
        };
        for name in [
            "git-plan.1",
            "git-plan-verify-task.1",
            "git-plan-spec-check.1",
        ] {
            assert!(has(name), "{name}");
        }
        assert!(!has("git-plan-hook.1"));
        assert!(!has("git-plan-help.1"));
    }

    #[test]
    fn what_help_ends_with_becomes_sections() {
        let mut page = Vec::new();
        closing(
            &mut page,
            "Examples:\n  git plan x -v\n  a\\b\n\n'quoted' text",
        )
        .unwrap();
        let expected =
            ".SH EXAMPLES\n.nf\n  git plan x \\-v\n  a\\eb\n.fi\n.PP\n\\&'quoted' text\n";
        assert_eq!(String::from_utf8(page).unwrap(), expected);
    }
}
