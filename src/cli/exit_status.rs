//! How the program ends, as one number; stopped from the keyboard it dies of the signal, which shells report as 130.

use std::process::ExitCode;

use crate::error::Status;

/// Every exit status the program knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ExitStatus {
    /// Done, or the answer is yes.
    Done = 0,
    /// Judged, and the answer is no.
    No = 1,
    /// Could not do it.
    Fatal = 128,
    /// The command line is wrong.
    Usage = 129,
    /// The reader of our output went away; as a shell reports SIGPIPE.
    BrokenPipe = 141,
}

impl From<Status> for ExitStatus {
    fn from(status: Status) -> Self {
        match status {
            Status::No => Self::No,
            Status::Fatal => Self::Fatal,
            Status::Usage => Self::Usage,
        }
    }
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> Self {
        Self::from(status as u8)
    }
}
