//! Series in time: how much of the beginning to leave out, and batch means.

use crate::Stat;

/// MSER-5 (White, Cobb and Spratt, WSC 2000): the series is averaged in fives; the truncation point
/// is the one that makes the standard error of the rest smallest. Gives how many *raw* observations to
/// leave out, or `None` if the best point lies in the second half: then the run is too short to tell.
pub fn mser5(series: &[f64]) -> Option<usize> {
    let fives: Vec<f64> = series
        .chunks_exact(5)
        .map(|five| five.iter().sum::<f64>() / 5.0)
        .collect();
    let n = fives.len();
    if n < 10 {
        return None;
    }
    // From the end to the front, so that each step adds one observation to the rest.
    let (mut mean, mut squares) = (0.0, 0.0);
    let mut best = (f64::INFINITY, 0);
    for (kept, d) in (0..n).rev().enumerate() {
        let count = kept as f64 + 1.0;
        let step = fives[d] - mean;
        mean += step / count;
        squares += step * (fives[d] - mean);
        // A handful of observations at the end may agree by chance.
        if kept >= 4 {
            let mser = squares / (count * count);
            if mser <= best.0 {
                best = (mser, d);
            }
        }
    }
    (best.1 <= n / 2).then_some(best.1 * 5)
}

/// Batch means of one long run: `batches` means of equal length, the rest at the end left out.
pub fn batch_means(series: &[f64], batches: usize) -> Vec<f64> {
    let length = series.len().checked_div(batches).unwrap_or(0);
    if length == 0 {
        return Vec::new();
    }
    series
        .chunks_exact(length)
        .take(batches)
        .map(|b| b.iter().sum::<f64>() / b.len() as f64)
        .collect()
}

/// Correlation of neighbours in a series: near zero for batch means long enough to count as
/// independent.
pub fn lag1(series: &[f64]) -> f64 {
    let stat = Stat::of(series);
    let all: f64 = series
        .iter()
        .map(|x| (x - stat.mean) * (x - stat.mean))
        .sum();
    let pairs: f64 = series
        .windows(2)
        .map(|w| (w[0] - stat.mean) * (w[1] - stat.mean))
        .sum();
    if all > 0.0 { pairs / all } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fenhe_contract::{Purpose, Seed};

    #[test]
    fn mser5_finds_the_end_of_a_transient() {
        let mut stream = Seed(1).stream("mser", Purpose::Process);
        let series: Vec<f64> = (0..2000)
            .map(|i| 10.0 - 10.0 * (-f64::from(i) / 50.0).exp() + 0.5 * stream.normal())
            .collect();
        let cut = mser5(&series).expect("long enough");
        // 100 .. 400: two to eight time constants.
        assert!((100..=400).contains(&cut), "{cut}");
    }

    #[test]
    fn mser5_keeps_nearly_all_of_a_stationary_series_and_refuses_a_ramp() {
        let mut stream = Seed(1).stream("mser flat", Purpose::Process);
        let flat: Vec<f64> = (0..2000).map(|_| stream.normal()).collect();
        assert!(mser5(&flat).expect("stationary") < 600);
        let ramp: Vec<f64> = (0..2000).map(f64::from).collect();
        assert_eq!(mser5(&ramp), None);
        assert_eq!(mser5(&flat[..40]), None);
    }

    #[test]
    fn batch_means_of_a_correlated_series_are_nearly_independent() {
        let mut stream = Seed(1).stream("ar1", Purpose::Process);
        let mut x = 0.0;
        let series: Vec<f64> = (0..100_000)
            .map(|_| {
                x = 0.9 * x + stream.normal();
                x
            })
            .collect();
        assert!(lag1(&series) > 0.88);
        let means = batch_means(&series, 20);
        assert_eq!(means.len(), 20);
        assert!(lag1(&means).abs() < 0.45, "{}", lag1(&means));
        assert!(Stat::of(&means).covers(0.0, 0.99));
        assert!(batch_means(&series[..5], 20).is_empty());
    }
}
