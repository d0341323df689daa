//! `git plan spec check`.

use std::ffi::OsString;

use anyhow::{Context as _, Result};

use crate::ops::check_spec::check_spec;
use crate::ops::spec_file::SpecFile;
use crate::report::spec_check_text;
use crate::store::Access;

use super::exit_status::ExitStatus;
use super::output::{Format, Output};
use super::progress::Bar;
use super::target::spec_source;
use super::workspace;

/// What `--help` ends with.
const EXAMPLES: &str = "\
Examples:
  git plan spec check specs/ioutil.yaml
  git plan spec show 2 | git plan spec check -

Exit status: 0 it is a spec, whatever it finds; 1 it is none.";

/// The command line of `spec check`.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// The spec; `-` is standard input
    #[arg(value_name = "FILE")]
    spec: OsString,
    /// How to answer
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Checks the spec and shows what each rule finds now; oddities are no failure.
pub(super) fn run(args: &Args, out: &mut Output) -> Result<ExitStatus> {
    let file = SpecFile::read(&spec_source(&args.spec))?;
    file.warnings().for_each(|warning| out.warning(warning));
    let ws = workspace::open(Access::Read, out)?;
    out.page();
    let check = check_spec(&ws, &file.parsed.into(), &Bar::default())?;
    match args.format {
        Format::Json => out.json(&check)?,
        Format::Text => {
            let style = out.style(|| ws.repo().config())?;
            spec_check_text::spec_check(out.data(), &check, style).context("writing the check")?;
        }
    }
    Ok(ExitStatus::Done)
}
