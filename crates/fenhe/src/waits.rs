//! Waits from message in to order out, and a line of figures a second for whoever measures.

use crate::Failure;
use fenhe_live::kept::{Gauge, JournalLog};
use fenhe_live::run::Running;
use fenhe_messages::Lang;
use serde_json::{Value, json};
use std::io::Write;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

/// Buckets a doubling.
const FINE: u64 = 16;
/// From 1 us to an hour.
const BUCKETS: usize = 32 * FINE as usize;

/// Waits [us] by sixteenths of a doubling, so that memory is bounded.
pub struct Waits(Vec<u64>);

impl Default for Waits {
    fn default() -> Waits {
        Waits(vec![0; BUCKETS])
    }
}

impl Waits {
    /// One more.
    pub fn add(&mut self, us: u64) {
        let at = ((us.max(1) as f64).log2() * FINE as f64) as usize;
        self.0[at.min(BUCKETS - 1)] += 1;
    }
    /// How many.
    pub fn count(&self) -> u64 {
        self.0.iter().sum()
    }
    /// Upper end of the bucket that so many of a thousand do not exceed [ms].
    pub fn at(&self, permille: u64) -> f64 {
        let mut left = (self.count() * permille).div_ceil(1000);
        let found = self.0.iter().position(|&count| {
            left = left.saturating_sub(count);
            left == 0
        });
        upper(found.unwrap_or(0)) / 1e3
    }
    /// Upper ends [us] and counts of the buckets that hold something.
    fn json(&self) -> Value {
        let held = self.0.iter().enumerate().filter(|(_, count)| **count > 0);
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
        let mut waits = Waits::default();
        (0..990).for_each(|_| waits.add(1_000));
        (0..10).for_each(|_| waits.add(64_000));
        assert_eq!(waits.count(), 1_000);
        let near = |permille, ms: f64| {
            let at = waits.at(permille);
            assert!(at >= ms && at <= ms * 1.05, "{permille}: {at}");
        };
        near(500, 1.0);
        near(990, 1.0);
        near(991, 64.0);
        waits.add(u64::MAX);
        assert!(waits.at(1000) > 1e6);
    }
}
