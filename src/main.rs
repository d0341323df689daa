//! The `git-plan` program; everything it does is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    git_plan::cli::main()
}
