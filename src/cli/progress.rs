//! A progress bar for work that takes longer than half a second, on a terminal only.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::scan::Progress;

const PATIENCE: Duration = Duration::from_millis(500);

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
            let bar = self.bar.get_or_init(new_bar);
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

/// A bar on standard error; indicatif hides it by itself where that is no terminal.
fn new_bar() -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("Scanning files: {percent}% ({pos}/{len})") {
        bar.set_style(style);
    }
    bar
}
