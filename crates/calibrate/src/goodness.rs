//! Goodness of fit: Anderson and Darling's statistic, its p-value by parametric bootstrap (Stute, Gonzalez
//! Manteiga and Presedo Quindimil 1993), since parameters fitted to the sample make tables wrong.

use crate::law::Law;
use crate::likely::refit;
use crate::sample::Sample;
use fenhe_contract::Stream;

/// How well a law fits.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Goodness {
    /// Anderson and Darling's A2, of at most 400 observations evenly over their order.
    pub statistic: f64,
    /// Chance of a statistic at least as large if the law were true; a small one speaks against it.
    pub p_value: f64,
}

/// The most observations judged: with more, every law of a textbook is refuted by rounding alone.
const JUDGED: usize = 400;

/// Judges a fit with `rounds` samples from it. What is known only by bounds is replaced by a draw from the fit
/// within them, so a bad fit shows in what was seen; with much censoring the test has little power.
pub(crate) fn goodness(
    law: Law,
    sample: &Sample,
    rounds: u32,
    luck: &mut Stream,
) -> Option<Goodness> {
    if rounds == 0 || matches!(law, Law::Constant(_)) {
        return None;
    }
    let thin = sample.thinned(JUDGED);
    let mut whole = thin.exact;
    for (low, high) in thin.bounded {
        let (from, to) = (law.cdf(low), law.cdf(high));
        whole.push(law.quantile((from + (to - from) * luck.unit()).clamp(1e-12, 1.0 - 1e-12)));
    }
    let n = whole.len();
    let seen = Sample::of(whole, Vec::new());
    let fitted = refit(law, &seen).map_or(law, |fit| fit.law);
    let statistic = anderson_darling(fitted, &seen.exact);
    let mut above = 0;
    for _ in 0..rounds {
        let drawn = Sample::of((0..n).map(|_| draw(fitted, luck)).collect(), Vec::new());
        let again = refit(fitted, &drawn).map_or(fitted, |fit| fit.law);
        above += u32::from(anderson_darling(again, &drawn.exact) >= statistic);
    }
    let p_value = f64::from(1 + above) / f64::from(rounds + 1);
    Some(Goodness { statistic, p_value })
}

fn anderson_darling(law: Law, ascending: &[f64]) -> f64 {
    let n = ascending.len();
    let p: Vec<f64> = ascending
        .iter()
        .map(|&x| law.cdf(x).clamp(1e-12, 1.0 - 1e-12))
        .collect();
    let term = |i: usize| (2 * i + 1) as f64 * (libm::log(p[i]) + libm::log1p(-p[n - 1 - i]));
    -(n as f64) - (0..n).map(term).sum::<f64>() / n as f64
}

fn draw(law: Law, luck: &mut Stream) -> f64 {
    let x = match law {
        // Many phases are normal by the central limit theorem, and quicker so.
        Law::Erlang(k, m) if k > 60 => m + m / libm::sqrt(f64::from(k)) * luck.normal(),
        Law::Triangular(..) | Law::Constant(_) => law.quantile(luck.unit()),
        _ => law.dist().draw(luck).as_seconds(),
    };
    x.max(1e-6)
}
