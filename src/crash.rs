//! Crash points: where a test lets the program die, after each thing that lasts.
//!
//! In a debug build `GIT_PLAN_CRASH_AT=N` ends the program at the Nth point it comes to, with
//! nothing tidied up, as `kill -9` would. A release build has no such points.

/// Says that something lasting was just done, or is about to become final.
#[inline]
pub(crate) fn point() {
    #[cfg(debug_assertions)]
    pass();
}

#[cfg(debug_assertions)]
fn pass() {
    use std::sync::LazyLock;
    use std::sync::atomic::{AtomicU32, Ordering};

    static LAST: LazyLock<Option<u32>> =
        LazyLock::new(|| std::env::var("GIT_PLAN_CRASH_AT").ok()?.parse().ok());
    static PASSED: AtomicU32 = AtomicU32::new(0);

    if let Some(last) = *LAST
        && PASSED.fetch_add(1, Ordering::Relaxed) + 1 == last
    {
        std::process::abort();
    }
}
