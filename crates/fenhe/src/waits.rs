//! Waits from message in to order out, and a line of figures a second for whoever measures.

use crate::Failure;
use fenhe_live::kept::{Gauge, JournalLog};
use fenhe_live::run::Running;
use fenhe_messages::Lang;
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::io::Write;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Buckets a doubling.
const FINE: u64 = 16;
/// From 1 us to an hour.
const BUCKETS: usize = 32 * FINE as usize;

/// Counted together.
const SLICE: Duration = Duration::from_secs(10);
/// So many slices are the last minute.
const MINUTE: usize = 6;

/// Waits [us] by sixteenths of a doubling, so that memory is bounded.
#[derive(Clone)]
struct Counts(Vec<u64>);

impl Default for Counts {
    fn default() -> Counts {
        Counts(vec![0; BUCKETS])
    }
}

impl Counts {
    fn add(&mut self, us: u64) {
        let at = ((us.max(1) as f64).log2() * FINE as f64) as usize;
        self.0[at.min(BUCKETS - 1)] += 1;
    }
    fn count(&self) -> u64 {
        self.0.iter().sum()
    }
    /// Upper end of the bucket that so many of a thousand do not exceed [us]; 0 for none at all.
    fn at(&self, permille: u64) -> f64 {
        let mut left = (self.count() * permille).div_ceil(1000);
        if left == 0 {
            return 0.0;
        }
        let found = self.0.iter().position(|&count| {
            left = left.saturating_sub(count);
            left == 0
        });
        upper(found.unwrap_or(0))
    }
}

/// Waits of the last minute, and of all.
#[derive(Default)]
pub struct Waits {
    all: Counts,
    slices: VecDeque<(Instant, Counts)>,
}

impl Waits {
    /// One more, in microseconds.
    pub fn add(&mut self, now: Instant, us: u64) {
        self.all.add(us);
        let newest = self.slices.back();
        if newest.is_none_or(|(since, _)| now.duration_since(*since) >= SLICE) {
            self.slices.push_back((now, Counts::default()));
        }
        if let Some((_, counts)) = self.slices.back_mut() {
            counts.add(us);
        }
        self.forget(now);
    }
    fn forget(&mut self, now: Instant) {
        let old = |since: Instant| now.duration_since(since) >= SLICE * (MINUTE as u32 + 1);
        while self.slices.len() > MINUTE || self.slices.front().is_some_and(|(s, _)| old(*s)) {
            self.slices.pop_front();
        }
    }
    /// What so many of a thousand did not exceed in the last minute [us].
    pub fn lately(&mut self, now: Instant, permille: u64) -> u64 {
        self.forget(now);
        let mut sum = Counts::default();
        for (_, counts) in &self.slices {
            for (sum, count) in sum.0.iter_mut().zip(&counts.0) {
                *sum += count;
            }
        }
        sum.at(permille) as u64
    }
    /// What so many of a thousand did not exceed since the start [ms].
    pub fn ever(&self, permille: u64) -> f64 {
        self.all.at(permille) / 1e3
    }
    /// How many there were.
    pub fn count(&self) -> u64 {
        self.all.count()
    }
    /// Upper ends [us] and counts of the buckets that hold something.
    fn json(&self) -> Value {
        let buckets = self.all.0.iter().enumerate();
        let held = buckets.filter(|(_, count)| **count > 0);
        held.map(|(at, count)| json!([upper(at), count])).collect()
    }
}

/// Upper end of a bucket [us].
fn upper(at: usize) -> f64 {
    2_f64.powf((at + 1) as f64 / FINE as f64)
}

/// Where lines of figures go.
pub struct Figures(std::fs::File);

impl Figures {
    /// A new file.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn create(path: &Path, lang: Lang) -> Result<Figures, Failure> {
        let file = std::fs::File::create(path);
        file.map(Figures)
            .map_err(|why| Failure::write(lang, path, &why))
    }

    /// One line: all counts since the start. A full disk ends no control.
    pub fn write(&mut self, of: &Running<JournalLog>, gauge: &Gauge, waits: &Waits, links: usize) {
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        let all = &of.counters;
        let line = json!({
            "links": links,
            "heard": read(&all.heard), "said": read(&all.said), "dropped": read(&all.dropped),
            "strange": read(&all.strange), "waiting": read(&all.waiting),
            "steps": read(&all.steps), "facts": read(&all.facts),
            "step_us": read(&all.step_us), "longest_step_us": read(&all.longest_step_us),
            "ear_us": read(&all.ear_us), "look_us": read(&all.look_us),
            "commits": read(&gauge.commits), "commit_us": read(&gauge.total),
            "longest_commit_us": read(&gauge.longest),
            "waits": waits.json(),
        });
        let _ = writeln!(self.0, "{line}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantile_is_the_upper_end_of_its_bucket() {
        let now = Instant::now();
        let mut waits = Waits::default();
        (0..990).for_each(|_| waits.add(now, 1_000));
        (0..10).for_each(|_| waits.add(now, 64_000));
        assert_eq!(waits.count(), 1_000);
        let near = |permille, ms: f64| {
            let at = waits.ever(permille);
            assert!(at >= ms && at <= ms * 1.05, "{permille}: {at}");
        };
        near(500, 1.0);
        near(990, 1.0);
        near(991, 64.0);
        waits.add(now, u64::MAX);
        assert!(waits.ever(1000) > 1e6);
    }

    #[test]
    fn the_last_minute_is_told_apart_from_all() {
        let begin = Instant::now();
        let mut waits = Waits::default();
        assert_eq!(waits.lately(begin, 500), 0);
        for i in 0..1_000 {
            let us = if i < 990 { 1_000 } else { 50_000 };
            waits.add(begin + Duration::from_millis(i), us);
        }
        let now = begin + Duration::from_secs(2);
        let (median, worst) = (waits.lately(now, 500), waits.lately(now, 999));
        assert!((1_000..1_100).contains(&median), "{median}");
        assert!((50_000..55_000).contains(&worst), "{worst}");
        // Two minutes later nothing of it is the last minute.
        let later = begin + Duration::from_secs(120);
        waits.add(later, 200);
        assert!(waits.lately(later, 999) < 300);
        assert!(waits.ever(999) > 50.0 && waits.count() == 1_001);
    }
}
