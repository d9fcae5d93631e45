//! Figures of a writer: how much, and how long commits take.

use crate::error::Error;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Figures of a [`crate::Writer`].
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Statistics {
    /// Batches that were kept.
    pub batches: u64,
    /// Their entries.
    pub entries: u64,
    /// Commits that kept them: fewer than batches where several waited.
    pub commits: u64,
    /// Commits that failed; most were tried again.
    pub failures: u64,
    /// Batches that wait in the queue, and callers held up before it.
    pub waiting: u64,
    /// How long commits that kept something took.
    pub times: Times,
    /// A commit is under way, and since when.
    pub pending: Option<Duration>,
    /// Nothing can be kept now: why, and for how long.
    pub failing: Option<(Error, Duration)>,
}

/// A histogram of times: bucket `n` counts those below 2^n µs that no lower one counts.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Times {
    /// Counts.
    pub buckets: [u64; 32],
    /// Sum [µs].
    pub sum_us: u64,
    /// Longest [µs].
    pub max_us: u64,
}
impl Times {
    /// Counts one.
    pub fn add(&mut self, time: Duration) {
        let us = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        let bucket = (64 - us.leading_zeros() as usize).min(31);
        self.buckets[bucket] += 1;
        self.sum_us = self.sum_us.saturating_add(us);
        self.max_us = self.max_us.max(us);
    }
    /// How many.
    pub fn count(&self) -> u64 {
        self.buckets.iter().sum()
    }
    /// A bound [µs] that at least `permille` of 1000 stay below; at most twice the true quantile.
    pub fn below_us(&self, permille: u64) -> u64 {
        let wanted = (self.count() * permille).div_ceil(1_000);
        let mut seen = 0;
        for (bucket, count) in self.buckets.iter().enumerate() {
            seen += count;
            if seen >= wanted {
                return 1 << bucket;
            }
        }
        self.max_us
    }
}

/// What the writer's thread and its callers share.
#[derive(Default)]
pub(crate) struct Shared {
    inner: Mutex<Inner>,
    waiting: AtomicI64,
    stop: AtomicBool,
}

#[derive(Default)]
struct Inner {
    statistics: Statistics,
    pending: Option<Instant>,
    failing: Option<(Error, Instant)>,
}

impl Shared {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        // Figures stay figures whatever happened to a thread that held them.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
    pub(crate) fn waiting(&self, by: i64) {
        self.waiting.fetch_add(by, Ordering::Relaxed);
    }
    pub(crate) fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }
    pub(crate) fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
    pub(crate) fn begun(&self, at: Instant) {
        self.inner().pending = Some(at);
    }
    pub(crate) fn ended(&self, time: Duration, error: Option<&Error>) {
        let mut inner = self.inner();
        let since = inner.pending.take().unwrap_or_else(Instant::now);
        match error {
            None => {
                inner.statistics.times.add(time);
                inner.failing = None;
            }
            Some(error) => {
                inner.statistics.failures += 1;
                let since = inner.failing.take().map_or(since, |(_, since)| since);
                inner.failing = Some((error.clone(), since));
            }
        }
    }
    pub(crate) fn kept(&self, batches: u64, entries: u64) {
        let mut inner = self.inner();
        inner.statistics.batches += batches;
        inner.statistics.entries += entries;
        inner.statistics.commits += 1;
    }
    pub(crate) fn read(&self) -> Statistics {
        let inner = self.inner();
        let failing = inner.failing.as_ref();
        Statistics {
            waiting: self.waiting.load(Ordering::Relaxed).max(0) as u64,
            pending: inner.pending.map(|since| since.elapsed()),
            failing: failing.map(|(error, since)| (error.clone(), since.elapsed())),
            ..inner.statistics.clone()
        }
    }
}
