//! Room for what is parsed: how much of it is held in memory at a time.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// So much source may be parsed at a time, on however many processors: its trees take up to 300
/// times as much memory.
const ROOM: usize = 1 << 20;

static TAKEN: Mutex<usize> = Mutex::new(0);
static LEFT: Condvar = Condvar::new();

/// Room for one source; given back when it is dropped.
#[derive(Debug)]
pub(super) struct Room(usize);

impl Room {
    /// Waits until there is room for so many bytes; all of it is enough for any source.
    pub(super) fn take(bytes: usize) -> Self {
        let bytes = bytes.min(ROOM);
        let is_full = |taken: &mut usize| *taken + bytes > ROOM;
        let waited = LEFT.wait_while(taken(), is_full);
        *waited.unwrap_or_else(PoisonError::into_inner) += bytes;
        Self(bytes)
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        *taken() -= self.0;
        LEFT.notify_all();
    }
}

fn taken() -> MutexGuard<'static, usize> {
    TAKEN.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn large_sources_wait_for_each_other() {
        let large = Room::take(ROOM * 3 / 4);
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| drop(Room::take(ROOM * 100)));
            drop(Room::take(ROOM / 8));
            std::thread::sleep(Duration::from_millis(100));
            assert!(!waiting.is_finished());
            drop(large);
            waiting.join().unwrap();
        });
    }
}
