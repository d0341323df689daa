//! Signs of life from work that takes longer than half a second, on a terminal only.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::scan::Progress;

const PATIENCE: Duration = Duration::from_millis(500);

/// How often a sign of life is given.
const TICK: Duration = Duration::from_millis(120);

/// Shows how far a scan has come.
#[derive(Debug, Default)]
pub(super) struct Bar {
    begun: OnceLock<Instant>,
    total: AtomicU64,
    done: AtomicU64,
    bar: OnceLock<ProgressBar>,
}

impl Progress for Bar {
    fn begin(&self, files: usize) {
        self.begun.get_or_init(Instant::now);
        self.total.fetch_add(files as u64, Ordering::Relaxed);
    }

    fn advance(&self, files: usize) {
        let done = self.done.fetch_add(files as u64, Ordering::Relaxed) + files as u64;
        if self
            .begun
            .get()
            .is_some_and(|begun| begun.elapsed() > PATIENCE)
        {
            let new = || on_stderr("Scanning files: {percent}% ({pos}/{len})");
            let bar = self.bar.get_or_init(new);
            bar.set_length(self.total.load(Ordering::Relaxed));
            bar.set_position(done);
        }
    }

    fn end(&self) {
        if let Some(bar) = self.bar.get() {
            bar.finish_and_clear();
        }
    }
}

/// Does `work`, and says what is being done once that has taken longer than half a second.
pub(super) fn meanwhile<T>(what: &'static str, work: impl FnOnce() -> T) -> T {
    let (done, is_done) = channel::<()>();
    thread::scope(|scope| {
        scope.spawn(move || {
            if is_done.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                let spinner = on_stderr("{spinner} {msg}");
                spinner.set_message(what);
                spinner.enable_steady_tick(TICK);
                // Ends with the work, whether it is done or panicked.
                let _ = is_done.recv();
                spinner.finish_and_clear();
            }
        });
        let result = work();
        drop(done);
        result
    })
}

/// A bar on standard error; indicatif hides it by itself where that is no terminal.
fn on_stderr(template: &str) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
