//! Spans as they were observed: exact, or only within bounds.

use fenhe_contract::Span;

/// How long something took, as far as the facts tell: at least `low`, at most `high`. Equal bounds are an
/// exact observation, [`Span::MAX`] as `high` is right-censored (it had not ended), zero as `low`
/// left-censored.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Lasting {
    /// At least this.
    pub low: Span,
    /// At most this.
    pub high: Span,
}

impl Lasting {
    /// Exactly this long.
    pub fn exact(span: Span) -> Lasting {
        Lasting {
            low: span,
            high: span,
        }
    }
    /// Longer than this: it had not ended when it was last seen.
    pub fn over(span: Span) -> Lasting {
        Lasting {
            low: span,
            high: Span::MAX,
        }
    }
    /// Between these.
    pub fn between(low: Span, high: Span) -> Lasting {
        Lasting {
            low: low.min(high),
            high,
        }
    }
    /// Not between bounds.
    pub fn is_exact(&self) -> bool {
        self.low == self.high
    }
}

/// Observations of one figure in seconds, ready for likelihoods: exact ones in ascending order, the others
/// by their bounds.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sample {
    pub exact: Vec<f64>,
    /// (low, high); high may be infinite.
    pub bounded: Vec<(f64, f64)>,
    pub sum: f64,
    pub squares: f64,
    pub logs: f64,
    pub log_squares: f64,
}

/// Shorter than this is taken as this where a logarithm is wanted: the clock's tick, in seconds.
const TICK: f64 = 1e-6;

impl Sample {
    pub fn new(observed: &[Lasting]) -> Sample {
        let exact = observed.iter().filter(|o| o.is_exact());
        let exact: Vec<f64> = exact.map(|o| o.low.as_seconds().max(TICK)).collect();
        let bounded = observed.iter().filter(|o| !o.is_exact()).map(|o| {
            let high = if o.high == Span::MAX {
                f64::INFINITY
            } else {
                o.high.as_seconds()
            };
            (o.low.as_seconds(), high)
        });
        // A bound that says nothing is no observation.
        let told = bounded.filter(|(low, high)| *low > 0.0 || high.is_finite());
        Sample::of(exact, told.collect())
    }

    pub fn of(mut exact: Vec<f64>, bounded: Vec<(f64, f64)>) -> Sample {
        exact.sort_by(f64::total_cmp);
        let mut sample = Sample {
            bounded,
            ..Sample::default()
        };
        for &x in &exact {
            let ln = libm::log(x);
            sample.sum += x;
            sample.squares += x * x;
            sample.logs += ln;
            sample.log_squares += ln * ln;
        }
        sample.exact = exact;
        sample
    }

    pub fn n(&self) -> f64 {
        self.exact.len() as f64
    }
    pub fn mean(&self) -> f64 {
        self.sum / self.n().max(1.0)
    }
    /// Variance of the exact observations around their mean.
    pub fn variance(&self) -> f64 {
        (self.squares / self.n().max(1.0) - self.mean() * self.mean()).max(0.0)
    }
    pub fn least(&self) -> f64 {
        self.exact.first().copied().unwrap_or(0.0)
    }
    pub fn most(&self) -> f64 {
        self.exact.last().copied().unwrap_or(0.0)
    }

    /// At most `n` of the observations, evenly over their order.
    pub fn thinned(&self, n: usize) -> Sample {
        let total = self.exact.len() + self.bounded.len();
        if total <= n {
            return self.clone();
        }
        let every = |len: usize| {
            let keep = (len * n).div_ceil(total).min(len);
            (0..keep).map(move |i| (2 * i + 1) * len / (2 * keep))
        };
        let exact = every(self.exact.len()).map(|i| self.exact[i]).collect();
        let bounded = every(self.bounded.len()).map(|i| self.bounded[i]).collect();
        Sample::of(exact, bounded)
    }
}
