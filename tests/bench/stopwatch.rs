//! Times, taken fairly: contenders run in turn, round after round, and the median of each counts.

use std::time::{Duration, Instant};

/// Someone who does a piece of work and tells how long the part that counts took.
pub(crate) type Contender<'a> = &'a mut dyn FnMut() -> Duration;

/// Runs every contender once a round, so that whatever else the machine does troubles all of them
/// alike; returns their medians. A first round is not counted.
pub(crate) fn race<const N: usize>(
    rounds: usize,
    mut contenders: [Contender<'_>; N],
) -> [Duration; N] {
    assert!(
        rounds >= 11,
        "a median of fewer than 11 runs is an anecdote"
    );
    let mut times: [Vec<Duration>; N] = std::array::from_fn(|_| Vec::new());
    for round in 0..=rounds {
        for (contender, times) in contenders.iter_mut().zip(&mut times) {
            let time = contender();
            if round > 0 {
                times.push(time);
            }
        }
    }
    times.map(median)
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// Takes the time of one piece of work.
pub(crate) fn time(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}
