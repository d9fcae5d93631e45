//! Maximum likelihood for each family, with exact and bounded observations, and the choice among them.

use crate::law::Law;
use crate::sample::Sample;
use crate::search::{least, variance};

/// A fitted family.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Likely {
    pub law: Law,
    /// Logarithm of the likelihood.
    pub ln: f64,
    /// Standard error of the logarithm of the mean.
    pub error: f64,
}

impl Likely {
    /// Akaike's criterion with the correction for small samples (Hurvich and Tsai 1989).
    pub fn aic(&self, n: f64) -> f64 {
        let k = f64::from(self.law.parameters());
        let small = if n > k + 1.0 {
            2.0 * k * (k + 1.0) / (n - k - 1.0)
        } else {
            1e9
        };
        2.0 * k - 2.0 * self.ln + small
    }
}

/// The families that can be fitted to a sample, each at its most likely.
pub(crate) fn families(sample: &Sample) -> Vec<Likely> {
    let fits = [
        exponential(sample),
        erlang(sample),
        weibull(sample),
        log_normal(sample),
        normal(sample),
        uniform(sample),
        triangular(sample),
    ];
    let fits = fits.into_iter().flatten();
    fits.filter(|fit| fit.ln.is_finite() && fit.law.mean().is_finite())
        .collect()
}

/// How much better (in units of Akaike's criterion) a law with more parameters must be to be preferred:
/// below 2 the simpler one has substantial support (Burnham and Anderson 2002, 2.6).
const PARSIMONY: f64 = 2.0;

/// The best family: of those within [`PARSIMONY`] of the best, the one with fewest parameters, then the
/// best of these.
pub(crate) fn choose(fits: &[Likely], n: f64) -> Option<Likely> {
    let aic = |fit: &Likely| fit.aic(n);
    let best = fits.iter().map(aic).fold(f64::INFINITY, f64::min);
    let close = fits.iter().filter(|fit| aic(fit) <= best + PARSIMONY);
    close
        .min_by(|a, b| {
            let fewer = a.law.parameters().cmp(&b.law.parameters());
            fewer.then(aic(a).total_cmp(&aic(b)))
        })
        .copied()
}

/// The same family fitted to another sample.
pub(crate) fn refit(law: Law, sample: &Sample) -> Option<Likely> {
    match law {
        Law::Constant(_) => None,
        Law::Exponential(_) => exponential(sample),
        Law::Erlang(..) => erlang(sample),
        Law::Weibull(..) => weibull(sample),
        Law::LogNormal(..) => log_normal(sample),
        Law::Normal(..) => normal(sample),
        Law::Uniform(..) => uniform(sample),
        Law::Triangular(..) => triangular(sample),
    }
}

/// Log-likelihood: exact observations by sums where the family allows.
fn ln_likelihood(law: Law, s: &Sample) -> f64 {
    let n = s.n();
    let exact = match law {
        Law::Exponential(m) => -n * libm::log(m) - s.sum / m,
        Law::Erlang(k, m) => {
            let (k, rate) = (f64::from(k), f64::from(k) / m);
            n * (k * libm::log(rate) - libm::lgamma(k)) + (k - 1.0) * s.logs - rate * s.sum
        }
        Law::LogNormal(mu, sigma) => {
            let squares = s.log_squares - 2.0 * mu * s.logs + n * mu * mu;
            -s.logs - n * (libm::log(sigma) + HALF_LN_2PI) - squares / (2.0 * sigma * sigma)
        }
        Law::Normal(mean, sd) => {
            let off = s.mean() - mean;
            let squares = n * (s.variance() + off * off);
            -n * (libm::log(sd) + HALF_LN_2PI) - squares / (2.0 * sd * sd)
        }
        _ => s.exact.iter().map(|&x| law.ln_pdf(x)).sum(),
    };
    let bounded = s
        .bounded
        .iter()
        .map(|&(low, high)| law.ln_between(low, high));
    exact + bounded.sum::<f64>()
}
const HALF_LN_2PI: f64 = 0.918_938_533_204_672_8;

/// A mean to start from: censored time is time as well.
fn start_mean(s: &Sample) -> f64 {
    let bounded = s.bounded.iter().map(|&(low, high)| {
        if high.is_finite() {
            (low + high) / 2.0
        } else {
            low
        }
    });
    (s.sum + bounded.sum::<f64>()) / s.n().max(1.0)
}

/// The most likely member of a family with these parameters, and the standard error of its log mean.
fn search<const N: usize>(s: &Sample, start: [f64; N], law: &dyn Fn(&[f64; N]) -> Law) -> Likely {
    let cost = |x: &[f64; N]| -ln_likelihood(law(x), s);
    let (at, value) = least(start, &cost);
    curved(at, value, law, &cost)
}

fn curved<const N: usize>(
    at: [f64; N],
    value: f64,
    law: &dyn Fn(&[f64; N]) -> Law,
    cost: &dyn Fn(&[f64; N]) -> f64,
) -> Likely {
    let ln_mean = |x: &[f64; N]| libm::log(law(x).mean());
    let error = variance(&at, cost, &ln_mean).map_or(f64::INFINITY, libm::sqrt);
    Likely {
        law: law(&at),
        ln: -value,
        error,
    }
}

fn exponential(s: &Sample) -> Option<Likely> {
    let law = |x: &[f64; 1]| Law::Exponential(libm::exp(x[0]));
    let start = [libm::log(start_mean(s))];
    if s.bounded.iter().any(|b| b.1.is_finite()) {
        return Some(search(s, start, &law));
    }
    // Total time over number of ends (Lawless, Statistical Models and Methods for Lifetime Data, 4.1).
    let cost = |x: &[f64; 1]| -ln_likelihood(law(x), s);
    Some(curved(start, cost(&start), &law, &cost))
}

/// The number of phases is climbed from the estimate of a gamma law (Minka 2002); given it, the mean of
/// exact observations is the most likely.
fn erlang(s: &Sample) -> Option<Likely> {
    let n = s.n();
    let bend = (libm::log(s.mean()) - s.logs / n).max(1e-9);
    let shape =
        (3.0 - bend + libm::sqrt((bend - 3.0) * (bend - 3.0) + 24.0 * bend)) / (12.0 * bend);
    let given = |k: u32| {
        let law = move |x: &[f64; 1]| Law::Erlang(k, libm::exp(x[0]));
        let start = [libm::log(start_mean(s))];
        if s.bounded.is_empty() {
            let cost = |x: &[f64; 1]| -ln_likelihood(law(x), s);
            return curved(start, cost(&start), &law, &cost);
        }
        search(s, start, &law)
    };
    let mut k = shape.clamp(2.0, 9_999.0) as u32;
    let mut best = given(k);
    for step in [1i64, -1] {
        for _ in 0..50 {
            let next = (i64::from(k) + step).clamp(2, 10_000) as u32;
            let fit = given(next);
            if next == k || fit.ln <= best.ln {
                break;
            }
            (k, best) = (next, fit);
        }
    }
    Some(best)
}

fn weibull(s: &Sample) -> Option<Likely> {
    let thin = s.thinned(20_000);
    let n = s.n();
    let spread = libm::sqrt((s.log_squares / n - (s.logs / n) * (s.logs / n)).max(1e-12));
    // The logarithm of a Weibull variable has standard deviation pi / (sqrt(6) shape).
    let shape = (1.282_549_830_161_864 / spread).clamp(0.1, 99.0);
    let law = |x: &[f64; 2]| Law::Weibull(libm::exp(x[0]), libm::exp(x[1].min(4.6)).max(0.1));
    let fit = search(&thin, [libm::log(start_mean(s)), libm::log(shape)], &law);
    let ln = ln_likelihood(fit.law, s);
    // The whole sample says more than the part that was searched.
    let error = fit.error * libm::sqrt(thin.n() / n);
    Some(Likely { ln, error, ..fit })
}

fn log_normal(s: &Sample) -> Option<Likely> {
    let n = s.n();
    let mu = s.logs / n;
    let sigma = libm::sqrt((s.log_squares / n - mu * mu).max(1e-12));
    let law = |x: &[f64; 2]| Law::LogNormal(x[0], libm::exp(x[1]));
    let start = [mu, libm::log(sigma)];
    if !s.bounded.is_empty() {
        return Some(search(s, start, &law));
    }
    let cost = |x: &[f64; 2]| -ln_likelihood(law(x), s);
    Some(curved(start, cost(&start), &law, &cost))
}

fn normal(s: &Sample) -> Option<Likely> {
    let (mean, sd) = (s.mean(), libm::sqrt(s.variance().max(1e-18)));
    let law = |x: &[f64; 2]| Law::Normal(libm::exp(x[0]), libm::exp(x[1]));
    let start = [libm::log(mean), libm::log(sd)];
    let fit = if s.bounded.is_empty() {
        let cost = |x: &[f64; 2]| -ln_likelihood(law(x), s);
        curved(start, cost(&start), &law, &cost)
    } else {
        search(s, start, &law)
    };
    // Spans are not negative: only where zero is far away.
    matches!(fit.law, Law::Normal(mean, sd) if mean > 3.0 * sd).then_some(fit)
}

fn uniform(s: &Sample) -> Option<Likely> {
    let law = Law::Uniform(s.least(), s.most());
    let apart = s.most() > s.least() && s.bounded.iter().all(|b| b.0 < s.most());
    apart.then(|| Likely {
        law,
        ln: ln_likelihood(law, s),
        error: error_of_mean(s),
    })
}

fn triangular(s: &Sample) -> Option<Likely> {
    let range = s.most() - s.least();
    if range <= 0.0 || s.n() < 10.0 || s.bounded.iter().any(|b| b.0 >= s.most()) {
        return None;
    }
    let thin = s.thinned(2_000);
    let (least_seen, most_seen) = (s.least(), s.most());
    let law = |x: &[f64; 3]| {
        let low = (least_seen - range * libm::exp(x[0])).max(0.0);
        let high = most_seen + range * libm::exp(x[1]);
        let share = 1.0 / (1.0 + libm::exp(-x[2]));
        Law::Triangular(low, low + share * (high - low), high)
    };
    let fit = search(&thin, [-4.0, -4.0, 0.0], &law);
    let ln = ln_likelihood(fit.law, s);
    Some(Likely {
        ln,
        error: error_of_mean(s),
        ..fit
    })
}

/// Relative standard error of the mean of exact observations, for families with ends, where the likelihood is
/// not smooth.
fn error_of_mean(s: &Sample) -> f64 {
    libm::sqrt(s.variance() / (s.n() - 1.0).max(1.0)) / s.mean()
}
