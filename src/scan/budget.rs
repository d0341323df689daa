//! The time that matching in one file may take.

use std::time::{Duration, Instant};

/// The time one file's matching may take; what is left over is matched line by line.
#[derive(Debug)]
pub(super) struct Budget {
    end: Instant,
}

/// The time is up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Spent;

impl Budget {
    /// Starts the clock.
    pub(super) fn new(time: Duration) -> Self {
        Self {
            end: Instant::now() + time,
        }
    }

    /// Fails when the time is up.
    pub(super) fn check(&self) -> Result<(), Spent> {
        if Instant::now() < self.end {
            Ok(())
        } else {
            Err(Spent)
        }
    }
}
