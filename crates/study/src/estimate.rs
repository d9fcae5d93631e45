//! Estimates from independent observations.

use crate::special::student_t_quantile;
use serde::{Deserialize, Serialize};

/// Mean of independent observations with its 95 % confidence interval.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Stat {
    /// Arithmetic mean.
    pub mean: f64,
    /// Standard deviation of one observation; not a number for fewer than two.
    pub sd: f64,
    /// Number of observations.
    pub n: u32,
    /// Low and high end of the 95 % interval for the mean (Student t); not a number for fewer than two.
    pub ci95: [f64; 2],
}

impl Stat {
    /// From observations in replication order. Two passes, so no cancellation.
    pub fn of(observations: &[f64]) -> Stat {
        let n = observations.len() as u32;
        let count = f64::from(n);
        let mean = observations.iter().sum::<f64>() / count;
        let squares: f64 = observations.iter().map(|x| (x - mean) * (x - mean)).sum();
        let sd = if n < 2 {
            f64::NAN
        } else {
            (squares / (count - 1.0)).sqrt()
        };
        let mut stat = Stat {
            mean,
            sd,
            n,
            ci95: [f64::NAN; 2],
        };
        stat.ci95 = stat.interval(0.95);
        stat
    }
    /// Half-width of the interval at a confidence level.
    pub fn half_width(&self, level: f64) -> f64 {
        if self.n < 2 {
            return f64::NAN;
        }
        let t = student_t_quantile(0.5 + level / 2.0, self.n - 1);
        t * self.sd / f64::from(self.n).sqrt()
    }
    /// The interval at a confidence level.
    pub fn interval(&self, level: f64) -> [f64; 2] {
        let half = self.half_width(level);
        [self.mean - half, self.mean + half]
    }
    /// Whether the interval at a level holds a value.
    pub fn covers(&self, value: f64, level: f64) -> bool {
        let [low, high] = self.interval(level);
        low <= value && value <= high
    }
}

/// Mean difference of observations that belong together (common random numbers): a Stat of the
/// differences `right - left`.
///
/// # Panics
/// If the two do not have the same length.
pub fn paired_difference(left: &[f64], right: &[f64]) -> Stat {
    assert_eq!(left.len(), right.len(), "pairs belong together");
    let differences: Vec<f64> = left.iter().zip(right).map(|(l, r)| r - l).collect();
    Stat::of(&differences)
}

/// Mean of `y` corrected by control variates whose true means are known (Lavenberg and Welch,
/// Management Science 27(3), 1981): the intercept of the least-squares regression of `y` on
/// `controls - means`, with the regression's own t interval (n - controls - 1 degrees of freedom).
///
/// One row of `controls` per observation of `y`; each row as long as `means`. `None` if there are too
/// few observations or the controls are linearly dependent.
pub fn controlled(y: &[f64], controls: &[Vec<f64>], means: &[f64]) -> Option<Controlled> {
    let (n, k) = (y.len(), means.len());
    if n < k + 3 || controls.len() != n {
        return None;
    }
    // Normal equations of y = b0 + sum b_j (c_j - mean_j), scaled by each control's mean.
    let scale = |j: usize| if means[j].abs() > 0.0 { means[j] } else { 1.0 };
    let row = |i: usize| -> Vec<f64> {
        let mut row = vec![1.0];
        row.extend((0..k).map(|j| (controls[i][j] - means[j]) / scale(j)));
        row
    };
    let mut matrix = vec![vec![0.0; k + 2]; k + 1];
    for (i, &value) in y.iter().enumerate() {
        let row = row(i);
        for a in 0..=k {
            for b in 0..=k {
                matrix[a][b] += row[a] * row[b];
            }
            matrix[a][k + 1] += row[a] * value;
        }
    }
    let (beta, first) = solve(&matrix)?;
    let mut squares = 0.0;
    for (i, &value) in y.iter().enumerate() {
        let fit: f64 = row(i).iter().zip(&beta).map(|(x, b)| x * b).sum();
        squares += (value - fit) * (value - fit);
    }
    let dof = (n - k - 1) as u32;
    Some(Controlled {
        mean: beta[0],
        error: (squares / f64::from(dof) * first).sqrt(),
        dof,
    })
}

/// A mean corrected by control variates.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Controlled {
    /// The corrected mean.
    pub mean: f64,
    /// Its standard error.
    pub error: f64,
    /// Degrees of freedom of its t interval.
    pub dof: u32,
}
impl Controlled {
    /// Half-width of the interval at a confidence level.
    pub fn half_width(&self, level: f64) -> f64 {
        student_t_quantile(0.5 + level / 2.0, self.dof) * self.error
    }
    /// Whether the interval at a level holds a value.
    pub fn covers(&self, value: f64, level: f64) -> bool {
        (self.mean - value).abs() <= self.half_width(level)
    }
}

/// Solves the symmetric system in the last column; also gives element (0, 0) of the inverse.
fn solve(matrix: &[Vec<f64>]) -> Option<(Vec<f64>, f64)> {
    let n = matrix.len();
    let mut m: Vec<Vec<f64>> = matrix.to_vec();
    for (i, row) in m.iter_mut().enumerate() {
        row.push(if i == 0 { 1.0 } else { 0.0 });
    }
    for column in 0..n {
        let pivot =
            (column..n).max_by(|&a, &b| m[a][column].abs().total_cmp(&m[b][column].abs()))?;
        if m[pivot][column].abs() < 1e-14 * m[0][0].abs().max(1.0) {
            return None;
        }
        m.swap(column, pivot);
        let top = m[column].clone();
        for (i, row) in m.iter_mut().enumerate() {
            if i != column {
                let factor = row[column] / top[column];
                row.iter_mut().zip(&top).for_each(|(x, t)| *x -= factor * t);
            }
        }
    }
    let beta = (0..n).map(|i| m[i][n] / m[i][i]).collect();
    Some((beta, m[0][n + 1] / m[0][0]))
}

/// How many observations are wanted in all so that the relative half-width at `level` falls to
/// `relative`, judged from the observations so far (sequential stopping, Law ch. 9.4.1): grow to this,
/// look again, stop when [`enough`]. Never fewer than there are.
pub fn wanted(so_far: &Stat, level: f64, relative: f64) -> u32 {
    let (half, goal) = (so_far.half_width(level), relative * so_far.mean.abs());
    if half.is_nan() || half <= goal || goal <= 0.0 {
        return so_far.n;
    }
    let factor = (half / goal) * (half / goal);
    (f64::from(so_far.n) * factor)
        .ceil()
        .min(f64::from(u32::MAX)) as u32
}

/// Whether the relative half-width at `level` is at most `relative`, from at least ten observations.
pub fn enough(so_far: &Stat, level: f64, relative: f64) -> bool {
    so_far.n >= 10 && so_far.half_width(level) <= relative * so_far.mean.abs()
}

#[cfg(test)]
mod tests {
    use super::*;
    use fenhe_contract::{Purpose, Seed};

    #[test]
    fn a_small_sample_by_hand() {
        let stat = Stat::of(&[1.0, 2.0, 3.0, 4.0, 10.0]);
        assert_eq!((stat.mean, stat.n), (4.0, 5));
        assert!((stat.sd - 12.5f64.sqrt()).abs() < 1e-12);
        // t(0.975, 4) = 2.776445, sd / sqrt(5) = 1.581139
        assert!((stat.ci95[1] - (4.0 + 2.776_445_105 * 1.581_138_830)).abs() < 1e-6);
        assert!(Stat::of(&[7.0]).ci95[0].is_nan());
    }

    #[test]
    fn pairs_take_away_common_luck() {
        let left = [10.0, 20.0, 30.0];
        let right = [11.0, 21.0, 31.0];
        assert_eq!(paired_difference(&left, &right).mean, 1.0);
        assert_eq!(paired_difference(&left, &right).sd, 0.0);
    }

    #[test]
    fn controls_of_known_mean_narrow_the_interval_and_keep_its_coverage() {
        let mut stream = Seed(1).stream("controls", Purpose::Process);
        let (mut covered, mut narrower) = (0, 0);
        for _ in 0..2000 {
            let mut y = Vec::new();
            let mut controls = Vec::new();
            for _ in 0..20 {
                let (a, b) = (stream.normal(), stream.normal());
                y.push(5.0 + 2.0 * a - b + 0.5 * stream.normal());
                controls.push(vec![1.0 + a, b]);
            }
            let with = controlled(&y, &controls, &[1.0, 0.0]).expect("independent controls");
            covered += u32::from(with.covers(5.0, 0.95));
            narrower += u32::from(with.half_width(0.95) < Stat::of(&y).half_width(0.95));
        }
        // 95 % +- 3 standard errors of a share of 2 000.
        assert!(
            (1870..=1930).contains(&covered),
            "covered {covered} of 2000"
        );
        assert!(narrower > 1990);
    }

    #[test]
    fn dependent_controls_are_refused() {
        let y = [1.0, 2.0, 3.0, 4.0, 6.0, 5.0];
        let controls: Vec<Vec<f64>> = y.iter().map(|x| vec![*x, 2.0 * *x]).collect();
        assert_eq!(controlled(&y, &controls, &[3.0, 6.0]), None);
    }

    #[test]
    fn sequential_stopping_grows_by_the_square() {
        let stat = Stat {
            mean: 100.0,
            sd: 10.0,
            n: 25,
            ci95: [0.0; 2],
        };
        let now = stat.half_width(0.95);
        let n = wanted(&stat, 0.95, now / 100.0 / 2.0);
        assert_eq!(n, 100);
        assert!(!enough(&stat, 0.95, now / 100.0 / 2.0));
        assert!(enough(&stat, 0.95, now / 100.0 * 1.001));
    }
}
