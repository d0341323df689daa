//! When a whole scan has to be over: past it there is no answer, never another one.

use std::fmt;
use std::time::{Duration, Instant};

use crate::model::count::counted;

/// A moment by which an answer is wanted, if there is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadline {
    end: Option<Instant>,
    limit: Duration,
}

/// A scan was given up at its deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overdue {
    limit: Duration,
}

impl Deadline {
    /// An answer is always welcome.
    pub const NONE: Self = Self {
        end: None,
        limit: Duration::MAX,
    };

    /// An answer is wanted within `limit` from now.
    pub fn after(limit: Duration) -> Self {
        Self {
            end: Instant::now().checked_add(limit),
            limit,
        }
    }

    /// Fails once it has passed.
    ///
    /// # Errors
    /// That it has.
    pub fn check(&self) -> Result<(), Overdue> {
        match self.end {
            Some(end) if Instant::now() >= end => Err(Overdue { limit: self.limit }),
            _ => Ok(()),
        }
    }

    /// Returns how much of `time` is left before it.
    pub(super) fn cut(&self, time: Duration) -> Duration {
        let left = self
            .end
            .map(|end| end.saturating_duration_since(Instant::now()));
        left.map_or(time, |left| left.min(time))
    }
}

impl fmt::Display for Overdue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = usize::try_from(self.limit.as_secs()).unwrap_or(usize::MAX);
        write!(f, "it took longer than {}", counted(seconds, "second"))
    }
}

impl std::error::Error for Overdue {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn past_it_nothing_is_left() {
        let second = Duration::from_secs(1);
        assert_eq!(Deadline::NONE.check(), Ok(()));
        assert_eq!(Deadline::NONE.cut(second), second);
        let far = Deadline::after(Duration::from_secs(1000));
        assert_eq!((far.check(), far.cut(second)), (Ok(()), second));
        let passed = Deadline::after(Duration::ZERO);
        assert_eq!(passed.cut(second), Duration::ZERO);
        let said = passed.check().unwrap_err().to_string();
        assert_eq!(said, "it took longer than 0 seconds");
    }
}
