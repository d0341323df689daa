//! An error plus what to type next: the only error type a command front has to know.

use std::fmt;
use std::io::{self, ErrorKind};

/// How a command that could not say "yes" ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Judged, and the answer is no: broken spec, spec error, archived plan, policy refusal.
    No = 1,
    /// Could not do it: no such plan, task, revision, database; unreadable; could not verify.
    Fatal = 128,
    /// The command line itself is wrong.
    Usage = 129,
}

/// A failure a user can act on: a message, the exit status it means, and optionally what to type next.
///
/// Messages start in lower case unless the seed's wording says otherwise, carry no final period
/// and never hold a ready-to-paste destructive command.
#[derive(Debug)]
pub struct Failure {
    status: Status,
    message: String,
    hint: Option<String>,
}

impl Failure {
    /// Builds a failure of `status`.
    pub fn new(status: Status, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
            hint: None,
        }
    }

    /// Builds a judged "no" (exit status 1).
    pub fn no(message: impl Into<String>) -> Self {
        Self::new(Status::No, message)
    }

    /// Builds a "could not" (exit status 128).
    pub fn fatal(message: impl Into<String>) -> Self {
        Self::new(Status::Fatal, message)
    }

    /// Builds a usage error (exit status 129).
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Status::Usage, message)
    }

    /// Adds what to type next.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Returns the exit status this failure asks for.
    pub const fn status(&self) -> Status {
        self.status
    }

    /// Returns what to type next, if there is something.
    pub fn hint_text(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

/// Returns the failure in an error chain, whether it is the cause or the context.
pub fn failure_of(error: &anyhow::Error) -> Option<&Failure> {
    error
        .downcast_ref()
        .or_else(|| error.chain().find_map(|cause| cause.downcast_ref()))
}

/// Returns the exit status an error chain asks for; an error nobody classified is `Fatal`.
pub fn status_of(error: &anyhow::Error) -> Status {
    failure_of(error).map_or(Status::Fatal, Failure::status)
}

/// Reports whether a path names nothing: it is not there, or a file stands where it needs a directory.
pub fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::Context as _;

    #[test]
    fn status_survives_added_context() {
        let inner: Result<(), anyhow::Error> = Err(Failure::no("broken").into());
        let outer = inner.context("verifying task 1").unwrap_err();
        assert_eq!(status_of(&outer), Status::No);
        let outer = std::fs::read("")
            .context(Failure::usage("bad"))
            .unwrap_err();
        assert_eq!(status_of(&outer.context("more")), Status::Usage);
        assert_eq!(status_of(&anyhow::anyhow!("other")), Status::Fatal);
    }
}
