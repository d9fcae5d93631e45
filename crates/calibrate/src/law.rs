//! The families of [`Dist`] as densities and distribution functions, in seconds. Names and parameters as in
//! Law, *Simulation Modeling and Analysis*, ch. 6.

use crate::special::{gamma_p, normal_cdf};
use fenhe_contract::{Dist, Span};

/// A distribution with parameters in floating point [s].
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Law {
    Constant(f64),
    /// Mean.
    Exponential(f64),
    /// Phases, mean of the sum.
    Erlang(u32, f64),
    /// Scale, shape.
    Weibull(f64, f64),
    /// Mean and standard deviation of the logarithm.
    LogNormal(f64, f64),
    /// Mean, standard deviation.
    Normal(f64, f64),
    Uniform(f64, f64),
    /// Low, mode, high.
    Triangular(f64, f64, f64),
}
use Law::*;

const LN_SQRT_2PI: f64 = 0.918_938_533_204_672_8;

impl Law {
    /// The law of a distribution; `None` for the geometric, which is no density.
    pub fn of(dist: &Dist) -> Option<Law> {
        let s = Span::as_seconds;
        Some(match *dist {
            Dist::Constant(c) => Constant(s(c)),
            Dist::Exponential { mean } => Exponential(s(mean)),
            Dist::Erlang { shape, mean } => Erlang(shape.max(1), s(mean)),
            Dist::Weibull { scale, shape_milli } => {
                Weibull(s(scale), f64::from(shape_milli.max(1)) / 1000.0)
            }
            Dist::LogNormal { mean, sd } if mean > Span::ZERO => {
                let cv = s(sd) / s(mean);
                let var = libm::log1p(cv * cv);
                LogNormal(libm::log(s(mean)) - var / 2.0, libm::sqrt(var))
            }
            Dist::Normal { mean, sd } => Normal(s(mean), s(sd)),
            Dist::Uniform { low, high } => Uniform(s(low), s(high)),
            Dist::Triangular { low, mode, high } => Triangular(s(low), s(mode), s(high)),
            Dist::LogNormal { mean, .. } => Constant(s(mean)),
            Dist::Geometric { .. } => return None,
        })
    }

    /// Logarithm of the density; minus infinity where there is none.
    pub fn ln_pdf(self, x: f64) -> f64 {
        let ln = libm::log;
        match self {
            Constant(c) => {
                if x == c {
                    0.0
                } else {
                    f64::NEG_INFINITY
                }
            }
            Exponential(m) => -ln(m) - x / m,
            Erlang(k, m) => {
                let (k, rate) = (f64::from(k), f64::from(k) / m);
                k * ln(rate) - libm::lgamma(k) + (k - 1.0) * ln(x) - rate * x
            }
            Weibull(scale, shape) => {
                let z = ln(x / scale);
                ln(shape / scale) + (shape - 1.0) * z - libm::exp(shape * z)
            }
            LogNormal(mu, sigma) => {
                let z = (ln(x) - mu) / sigma;
                -ln(x) - ln(sigma) - LN_SQRT_2PI - z * z / 2.0
            }
            Normal(mean, sd) => {
                let z = (x - mean) / sd;
                -ln(sd) - LN_SQRT_2PI - z * z / 2.0
            }
            Uniform(a, b) if a <= x && x <= b => -ln(b - a),
            Triangular(a, m, b) if a <= x && x <= b => {
                let height = 2.0 / (b - a);
                ln(if x < m {
                    height * (x - a) / (m - a)
                } else if x > m {
                    height * (b - x) / (b - m)
                } else {
                    height
                })
            }
            Uniform(..) | Triangular(..) => f64::NEG_INFINITY,
        }
    }

    /// Distribution function.
    pub fn cdf(self, x: f64) -> f64 {
        if x <= 0.0 {
            return 0.0;
        }
        if x == f64::INFINITY {
            return 1.0;
        }
        match self {
            Constant(c) => f64::from(u8::from(x >= c)),
            Exponential(m) => -libm::expm1(-x / m),
            Erlang(k, m) => gamma_p(f64::from(k), f64::from(k) * x / m),
            Weibull(scale, shape) => -libm::expm1(-libm::pow(x / scale, shape)),
            LogNormal(mu, sigma) => normal_cdf((libm::log(x) - mu) / sigma),
            Normal(mean, sd) => normal_cdf((x - mean) / sd),
            Uniform(a, b) => ((x - a) / (b - a)).clamp(0.0, 1.0),
            Triangular(a, ..) if x <= a => 0.0,
            Triangular(_, _, b) if x >= b => 1.0,
            Triangular(a, m, b) if x < m => (x - a) * (x - a) / ((b - a) * (m - a)),
            Triangular(a, m, b) => 1.0 - (b - x) * (b - x) / ((b - a) * (b - m)),
        }
    }

    /// Logarithm of the chance to lie between two bounds.
    pub fn ln_between(self, low: f64, high: f64) -> f64 {
        let chance = if high == f64::INFINITY {
            match self {
                Exponential(m) => return -low / m,
                Weibull(scale, shape) => return -libm::pow(low.max(0.0) / scale, shape),
                _ => self.over(low),
            }
        } else {
            self.cdf(high) - self.cdf(low)
        };
        libm::log(chance.max(1e-300))
    }

    /// Chance to last longer; without cancellation far out where that is cheap.
    fn over(self, x: f64) -> f64 {
        match self {
            _ if x <= 0.0 => 1.0,
            LogNormal(mu, sigma) => normal_cdf((mu - libm::log(x)) / sigma),
            Normal(mean, sd) => normal_cdf((mean - x) / sd),
            _ => 1.0 - self.cdf(x),
        }
    }

    /// The value that is not exceeded with probability `p`, within (0, 1): bisection between bounds that hold it.
    pub fn quantile(self, p: f64) -> f64 {
        match self {
            Constant(c) => return c,
            Exponential(m) => return -m * libm::log1p(-p),
            Weibull(scale, shape) => return scale * libm::pow(-libm::log1p(-p), 1.0 / shape),
            Uniform(a, b) => return a + p * (b - a),
            LogNormal(mu, sigma) => {
                return libm::exp(mu + sigma * crate::special::normal_quantile(p));
            }
            Normal(mean, sd) => return (mean + sd * crate::special::normal_quantile(p)).max(0.0),
            _ => {}
        }
        let (mut low, mut high) = (0.0, self.mean().max(1e-12));
        while self.cdf(high) < p && high < 1e15 {
            low = high;
            high *= 2.0;
        }
        for _ in 0..60 {
            let middle = 0.5 * (low + high);
            if self.cdf(middle) < p {
                low = middle
            } else {
                high = middle
            }
        }
        0.5 * (low + high)
    }

    /// Mean.
    pub fn mean(self) -> f64 {
        match self {
            Constant(m) | Exponential(m) | Erlang(_, m) | Normal(m, _) => m,
            Weibull(scale, shape) => scale * libm::tgamma(1.0 + 1.0 / shape),
            LogNormal(mu, sigma) => libm::exp(mu + sigma * sigma / 2.0),
            Uniform(a, b) => (a + b) / 2.0,
            Triangular(a, m, b) => (a + m + b) / 3.0,
        }
    }

    /// Number of parameters.
    pub fn parameters(self) -> u32 {
        match self {
            Constant(_) | Exponential(_) => 1,
            Triangular(..) => 3,
            _ => 2,
        }
    }

    /// As a distribution of the contract: rounded to microseconds, shapes to thousandths.
    pub fn dist(self) -> Dist {
        let span = Span::from_seconds_up;
        match self {
            Constant(c) => Dist::Constant(span(c)),
            Exponential(m) => Dist::Exponential { mean: span(m) },
            Erlang(shape, m) => Dist::Erlang {
                shape,
                mean: span(m),
            },
            Weibull(scale, shape) => Dist::Weibull {
                scale: span(scale),
                shape_milli: libm::round(shape * 1000.0).clamp(100.0, 100_000.0) as u32,
            },
            LogNormal(_, sigma) => {
                let mean = self.mean();
                let sd = mean * libm::sqrt(libm::expm1(sigma * sigma));
                Dist::LogNormal {
                    mean: span(mean),
                    sd: span(sd),
                }
            }
            Normal(mean, sd) => Dist::Normal {
                mean: span(mean),
                sd: span(sd),
            },
            Uniform(a, b) => Dist::Uniform {
                low: span(a),
                high: span(b),
            },
            Triangular(a, m, b) => Dist::Triangular {
                low: span(a),
                mode: span(m),
                high: span(b),
            },
        }
    }
}

/// Mean of a distribution as it is drawn, in seconds: of the normal with draws below zero taken as zero.
pub(crate) fn mean_of(dist: &Dist) -> f64 {
    match *dist {
        Dist::Normal { mean, sd } if sd > Span::ZERO => {
            let (m, s) = (mean.as_seconds(), sd.as_seconds());
            let z = m / s;
            m * normal_cdf(z) + s * libm::exp(-z * z / 2.0 - LN_SQRT_2PI)
        }
        _ => dist.mean().as_seconds(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fenhe_contract::{Purpose, Seed};

    const LAWS: [Law; 7] = [
        Exponential(3.0),
        Erlang(4, 3.0),
        Weibull(3.0, 1.7),
        LogNormal(1.0, 0.5),
        Normal(30.0, 2.0),
        Uniform(2.0, 5.0),
        Triangular(2.0, 3.0, 7.0),
    ];

    #[test]
    fn densities_integrate_to_their_distribution_function() {
        for law in LAWS {
            let (from, to) = (law.quantile(0.05), law.quantile(0.9));
            let n = 20_000;
            let h = (to - from) / f64::from(n);
            let at = |i: u32| libm::exp(law.ln_pdf(from + (f64::from(i) + 0.5) * h));
            let sum: f64 = (0..n as u32).map(at).sum::<f64>() * h;
            assert!((sum - 0.85).abs() < 1e-4, "{law:?} {sum}");
            assert!(
                (libm::exp(law.ln_between(from, to)) - 0.85).abs() < 1e-9,
                "{law:?}"
            );
            assert!(
                (libm::exp(law.ln_between(to, f64::INFINITY)) - 0.1).abs() < 1e-9,
                "{law:?}"
            );
        }
    }

    #[test]
    fn a_law_and_its_distribution_of_the_contract_draw_alike() {
        let mut luck = Seed(5).stream("law", Purpose::Process);
        for law in LAWS {
            let dist = law.dist();
            let below = |p: f64| law.quantile(p);
            let cuts = [below(0.25), below(0.5), below(0.75)];
            let mut counts = [0.0; 3];
            for _ in 0..40_000 {
                let x = dist.draw(&mut luck).as_seconds();
                for (count, cut) in counts.iter_mut().zip(cuts) {
                    *count += f64::from(u8::from(x <= cut)) / 40_000.0;
                }
            }
            // Five standard deviations of a share of 40 000 draws.
            for (count, p) in counts.iter().zip([0.25, 0.5, 0.75]) {
                assert!((count - p).abs() < 0.0125, "{law:?} {counts:?}");
            }
        }
    }
}
