//! Exact moments and a log-linear histogram of spans.

use fenhe_contract::Span;

/// Sub-buckets per octave: a bucket is at most 1/32 of its value wide.
const SUB: u32 = 32;
const SUB_BITS: u32 = 5;

/// Durations: exact count, sum, sum of squares, extremes, and a histogram whose buckets are 3 % wide
/// (the layout of HdrHistogram). All integers: adding and merging give the same bits in any order.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Spans {
    count: u64,
    sum: i64,
    squares: u128,
    min: i64,
    max: i64,
    buckets: Vec<u32>,
}

impl Spans {
    /// Nothing yet.
    pub fn new() -> Spans {
        Spans {
            buckets: vec![0; (SUB * (64 - SUB_BITS)) as usize],
            min: i64::MAX,
            ..Spans::default()
        }
    }
    /// One more. Negative spans count as zero.
    #[inline]
    pub fn add(&mut self, span: Span) {
        let us = span.0.max(0);
        self.count += 1;
        self.sum += us;
        self.squares += u128::from(us as u64) * u128::from(us as u64);
        self.min = self.min.min(us);
        self.max = self.max.max(us);
        self.buckets[bucket(us as u64)] += 1;
    }
    /// Those of another, too.
    pub fn merge(&mut self, other: &Spans) {
        self.count += other.count;
        self.sum += other.sum;
        self.squares += other.squares;
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
        for (mine, theirs) in self.buckets.iter_mut().zip(&other.buckets) {
            *mine = mine.saturating_add(*theirs);
        }
    }
    /// Empty again, memory kept.
    pub fn clear(&mut self) {
        (self.count, self.sum, self.squares, self.min, self.max) = (0, 0, 0, i64::MAX, 0);
        self.buckets.fill(0);
    }
    /// How many.
    pub fn count(&self) -> u64 {
        self.count
    }
    /// Their exact sum.
    pub fn sum(&self) -> Span {
        Span(self.sum)
    }
    /// Mean [s]; not a number if there are none.
    pub fn mean(&self) -> f64 {
        self.sum as f64 / 1e6 / self.count as f64
    }
    /// Standard deviation [s]; not a number for fewer than two.
    pub fn sd(&self) -> f64 {
        let n = u128::from(self.count);
        if n < 2 {
            return f64::NAN;
        }
        // n sum(x^2) - sum(x)^2 in integers: no cancellation.
        let sum = self.sum as u128;
        let centred = match n.checked_mul(self.squares).zip(sum.checked_mul(sum)) {
            Some((a, b)) => (a - b) as f64,
            None => n as f64 * self.squares as f64 - (sum as f64) * (sum as f64),
        };
        (centred / n as f64 / (n - 1) as f64).max(0.0).sqrt() / 1e6
    }
    /// Shortest; zero if there are none.
    pub fn min(&self) -> Span {
        Span(if self.count == 0 { 0 } else { self.min })
    }
    /// Longest.
    pub fn max(&self) -> Span {
        Span(self.max)
    }
    /// The span that a share `q` of all stay at or below [s], within a bucket (3 %).
    pub fn quantile(&self, q: f64) -> f64 {
        if self.count == 0 {
            return f64::NAN;
        }
        let wanted = ((q * self.count as f64).ceil() as u64).clamp(1, self.count);
        let mut seen = 0u64;
        for (i, &n) in self.buckets.iter().enumerate() {
            if seen + u64::from(n) >= wanted {
                let (low, high) = bounds(i);
                let inside = (wanted - seen) as f64 / f64::from(n);
                let us = low as f64 + (high - low) as f64 * inside;
                return us.clamp(self.min as f64, self.max as f64) / 1e6;
            }
            seen += u64::from(n);
        }
        self.max as f64 / 1e6
    }
    /// Buckets that hold something: (from [s], to [s], count), ascending.
    pub fn filled(&self) -> impl Iterator<Item = (f64, f64, u32)> + '_ {
        self.buckets
            .iter()
            .enumerate()
            .filter(|(_, n)| **n > 0)
            .map(|(i, n)| {
                let (low, high) = bounds(i);
                (low as f64 / 1e6, high as f64 / 1e6, *n)
            })
    }
}

/// Values below 32 have a bucket each; above, 32 buckets per octave.
#[inline]
fn bucket(us: u64) -> usize {
    let octave = (63 - (us | u64::from(SUB)).leading_zeros()) - SUB_BITS;
    ((u64::from(octave) << SUB_BITS) + (us >> octave)) as usize
}

/// First value of a bucket and of the next.
fn bounds(bucket: usize) -> (u64, u64) {
    let bucket = bucket as u64;
    let sub = u64::from(SUB);
    if bucket < 2 * sub {
        return (bucket, bucket + 1);
    }
    let octave = bucket / sub - 1;
    let low = (sub + bucket % sub) << octave;
    (low, low + (1 << octave))
}

#[cfg(test)]
mod tests {
    use super::*;
    use fenhe_contract::{Purpose, Seed};

    #[test]
    fn every_value_lies_in_its_bucket_and_buckets_touch() {
        for us in (0..5000).chain([
            1 << 20,
            (1 << 20) + 12345,
            (1 << 40) - 1,
            1 << 40,
            i64::MAX as u64,
        ]) {
            let (low, high) = bounds(bucket(us));
            assert!(low <= us && us < high, "{us}: {low}..{high}");
            assert!(us < 64 || (high - low) * 32 <= low, "{us}: too wide");
        }
        for i in 0..(SUB * (64 - SUB_BITS) - 1) as usize {
            assert_eq!(bounds(i).1, bounds(i + 1).0);
        }
    }

    #[test]
    fn moments_are_exact_and_quantiles_close() {
        let mut stream = Seed(1).stream("x", Purpose::Process);
        let mut all: Vec<i64> = (0..20_000)
            .map(|_| (stream.exponential() * 5e6) as i64)
            .collect();
        let (mut left, mut right) = (Spans::new(), Spans::new());
        for (i, &us) in all.iter().enumerate() {
            if i % 3 == 0 {
                left.add(Span(us))
            } else {
                right.add(Span(us))
            }
        }
        let mut whole = right.clone();
        whole.merge(&left);
        left.merge(&right);
        assert_eq!(left, whole, "merging does not depend on order");
        assert_eq!(whole.sum().0, all.iter().sum::<i64>());
        let mean = whole.mean();
        let squares: f64 = all.iter().map(|&x| (x as f64 / 1e6 - mean).powi(2)).sum();
        assert!((whole.sd() / (squares / 19_999.0).sqrt() - 1.0).abs() < 1e-12);
        all.sort_unstable();
        for q in [0.01, 0.5, 0.9, 0.99] {
            let exact = all[(q * 20_000.0) as usize - 1] as f64 / 1e6;
            assert!((whole.quantile(q) / exact - 1.0).abs() < 0.035, "{q}");
        }
        assert_eq!(
            whole.filled().map(|(_, _, n)| u64::from(n)).sum::<u64>(),
            20_000
        );
    }

    #[test]
    fn nothing_has_no_mean() {
        let none = Spans::new();
        assert!(none.mean().is_nan() && none.quantile(0.5).is_nan() && none.sd().is_nan());
        assert_eq!(none.min(), Span::ZERO);
    }
}
