//! A hook's work, bounded: Git waits for it, so it ends in time, crash or not.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use anyhow::{Result, anyhow};

use crate::model::count::counted;

/// How long somebody waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// After this long they want to hear that it goes on.
    pub soft: Duration,
    /// After this long they wait no more.
    pub hard: Duration,
}

impl Limits {
    /// What Git waits for any hook.
    pub const USUAL: Self = Self {
        soft: Duration::from_secs(5),
        hard: Duration::from_secs(60),
    };
}

/// Runs `job` within `limits`. Left to itself after that, it ends with the process: all that is
/// stored can be left at any instant.
///
/// # Errors
/// Those of `job`; that it panicked, or took longer. `still_waiting` is called when it takes long.
pub fn bounded<T: Send + 'static>(
    limits: Limits,
    still_waiting: impl FnOnce(),
    job: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    let Limits { soft, hard } = limits;
    let too_long = || {
        let seconds = usize::try_from(hard.as_secs()).unwrap_or(usize::MAX);
        anyhow!("it took longer than {}", counted(seconds, "second"))
    };
    if hard.is_zero() {
        return Err(too_long());
    }
    let (sender, receiver) = channel();
    thread::Builder::new().spawn(move || {
        let done = catch_unwind(AssertUnwindSafe(job));
        // Nobody listens any more once the limit has passed.
        drop(sender.send(done.unwrap_or_else(|_| Err(anyhow!("internal error")))));
    })?;
    let mut done = receiver.recv_timeout(soft.min(hard));
    if matches!(done, Err(RecvTimeoutError::Timeout)) && soft < hard {
        still_waiting();
        done = receiver.recv_timeout(hard.saturating_sub(soft));
    }
    done.unwrap_or_else(|reason| match reason {
        RecvTimeoutError::Timeout => Err(too_long()),
        RecvTimeoutError::Disconnected => Err(anyhow!("internal error")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Instant;

    fn limits(soft: u64, hard: u64) -> Limits {
        let [soft, hard] = [soft, hard].map(Duration::from_millis);
        Limits { soft, hard }
    }

    #[test]
    fn a_job_that_ends_is_answered() {
        let answer = |job: fn() -> Result<u8>| {
            let still_waiting = || unreachable!("it does not take long");
            bounded(Limits::USUAL, still_waiting, job).map_err(|error| error.to_string())
        };
        assert_eq!(answer(|| Ok(7)), Ok(7));
        assert_eq!(answer(|| Err(anyhow!("no"))), Err("no".to_owned()));
        let crash = || std::panic::resume_unwind(Box::new("crash"));
        assert_eq!(answer(crash), Err("internal error".to_owned()));
    }

    #[test]
    fn a_job_that_does_not_end_is_left() {
        let endless = || -> Result<u8> {
            loop {
                thread::park();
            }
        };
        let start = Instant::now();
        let mut told = 0;
        let said = bounded(limits(20, 1010), || told += 1, endless).unwrap_err();
        assert_eq!(said.to_string(), "it took longer than 1 second");
        assert!(start.elapsed() >= Duration::from_millis(1010));
        assert_eq!(told, 1);
        let said = bounded(limits(20, 0), || told += 1, || Ok(1)).unwrap_err();
        assert_eq!(said.to_string(), "it took longer than 0 seconds");
        let said = bounded(limits(20, 10), || told += 1, endless);
        assert_eq!((said.is_err(), told), (true, 1));
    }
}
