//! From observations of one figure to its distribution, an interval of its mean and its drift.

use crate::figure::{Subject, Value};
use crate::goodness::{Goodness, goodness};
use crate::law::{Law, mean_of};
use crate::likely::{Likely, choose, families};
use crate::sample::{Lasting, Sample};
use crate::special::{normal_cdf, normal_quantile, student_quantile};
use fenhe_contract::{Dist, Purpose, Seed, Span, Time};

/// How figures are fitted.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Options {
    /// Fewest exact observations of a fit.
    pub least: u32,
    /// Confidence of intervals, such as 0.95.
    pub confidence: f64,
    /// Drift is flagged where the whole interval of the ratio lies further than this from 1.
    pub tolerance: f64,
    /// Samples drawn for a p-value of goodness; 0 leaves it out.
    pub rounds: u32,
    /// Seed of these samples.
    pub seed: Seed,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            least: 10,
            confidence: 0.95,
            tolerance: 0.05,
            rounds: 99,
            seed: Seed(1),
        }
    }
}

/// One figure as the facts show it.
#[derive(Clone, PartialEq, Debug)]
pub struct Fit {
    /// What was measured.
    pub subject: Subject,
    /// Lasting name of the element.
    pub element: String,
    /// Exact observations.
    pub n: u32,
    /// Observations known only by bounds, most of them cut off by the end of the record.
    pub censored: u32,
    /// First and last instant of the record.
    pub period: (Time, Time),
    /// What fits best.
    pub value: Value,
    /// How well it does; `None` for constants, for figures that are only a mean, or where not asked for.
    pub goodness: Option<Goodness>,
    /// Fitted mean [s; pieces; m/s] and its confidence interval.
    pub mean: (f64, f64, f64),
    /// What the plant says now.
    pub model: Option<Value>,
    /// Reality against the model.
    pub drift: Option<Deviation>,
}

/// How far reality is from the model.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Deviation {
    /// Mean of the facts over mean of the model, with its confidence interval.
    pub ratio: (f64, f64, f64),
    /// Chance of a ratio at least as far from 1 if the model were right.
    pub p_value: f64,
    /// The whole interval is further from 1 than the tolerance.
    pub flagged: bool,
}

/// Fits a distribution to observations; `None` if there are fewer exact ones than asked for.
///
/// Families: constant, exponential, Erlang, Weibull, log-normal, normal, uniform, triangular, each by maximum
/// likelihood with what is known only by bounds; the least corrected Akaike criterion wins, unless one with fewer
/// parameters is within 2 of it.
pub fn fit(
    subject: Subject,
    element: &str,
    observed: &[Lasting],
    period: (Time, Time),
    model: Option<Dist>,
    options: &Options,
) -> Option<Fit> {
    let sample = Sample::new(observed);
    let n = sample.exact.len() as u32;
    if n < options.least.max(2) {
        return None;
    }
    let best = match constant(&sample) {
        Some(likely) => likely,
        None => choose(&families(&sample), sample.n() + sample.bounded.len() as f64)?,
    };
    let mut luck = options.seed.stream(element, Purpose::Quality);
    let mean = interval(&best, sample.n(), options.confidence);
    let model_mean = model.as_ref().map(mean_of);
    Some(Fit {
        subject,
        element: element.to_string(),
        n,
        censored: sample.bounded.len() as u32,
        period,
        value: Value::Lasting(best.law.dist()),
        goodness: goodness(best.law, &sample, options.rounds, &mut luck),
        mean,
        model: model.map(Value::Lasting),
        drift: model_mean.map(|model| deviation(mean, best.error, model, options)),
    })
}

/// Observations that differ by less than this share of their mean, or by less than a millisecond, are constant: devices
/// tell no finer.
const CONSTANT_SHARE: f64 = 1e-4;
const CONSTANT_SECONDS: f64 = 1e-3;

fn constant(s: &Sample) -> Option<Likely> {
    let mean = s.mean();
    let range = s.most() - s.least();
    let holds = |&(low, high): &(f64, f64)| low <= s.most() && high >= s.least();
    let same = range <= (CONSTANT_SHARE * mean).max(CONSTANT_SECONDS.min(mean));
    (same && s.bounded.iter().all(holds)).then(|| {
        let error = range.max(2e-6) / 2.0 / mean;
        Likely {
            law: Law::Constant(mean),
            ln: 0.0,
            error,
        }
    })
}

/// Interval of the mean: on its logarithm, where the likelihood of spans is most nearly normal.
fn interval(likely: &Likely, n: f64, confidence: f64) -> (f64, f64, f64) {
    let mean = likely.law.mean();
    let p = 0.5 + confidence / 2.0;
    let dof = n - f64::from(likely.law.parameters());
    let t = if dof >= 3.0 {
        student_quantile(p, dof)
    } else {
        normal_quantile(p) * 1.5
    };
    let by = libm::exp((t * likely.error).min(700.0));
    (mean, mean / by, mean * by)
}

/// Reality against a model's mean.
pub(crate) fn deviation(
    mean: (f64, f64, f64),
    error: f64,
    model: f64,
    options: &Options,
) -> Deviation {
    // Less than a tick of the clock is nothing.
    let floor = Span(1).as_seconds();
    let over = |x: f64| {
        if model > floor {
            x / model
        } else if x > 2.0 * floor {
            f64::INFINITY
        } else {
            1.0
        }
    };
    let ratio = (over(mean.0), over(mean.1), over(mean.2));
    let z = libm::log(ratio.0).abs() / error.max(1e-12);
    let p_value = (2.0 * normal_cdf(-z)).min(1.0);
    let (low, high) = (1.0 - options.tolerance, 1.0 + options.tolerance);
    Deviation {
        ratio,
        p_value,
        flagged: ratio.1 > high || ratio.2 < low,
    }
}
