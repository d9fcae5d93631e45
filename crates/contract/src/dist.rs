//! Distributions of spans, with their means. Names and parameters as in Law, *Simulation Modeling
//! and Analysis*, ch. 6.

use crate::{Span, Stream};
use serde::{Deserialize, Serialize};

/// How long something takes.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub enum Dist {
    /// Always the same.
    Constant(Span),
    /// Exponential with this mean.
    Exponential {
        /// Mean.
        mean: Span,
    },
    /// Sum of `shape` exponentials with this total mean.
    Erlang {
        /// Number of phases, at least 1.
        shape: u32,
        /// Mean of the sum.
        mean: Span,
    },
    /// Uniform between two spans.
    Uniform {
        /// Shortest.
        low: Span,
        /// Longest.
        high: Span,
    },
    /// Triangular.
    Triangular {
        /// Shortest.
        low: Span,
        /// Most frequent.
        mode: Span,
        /// Longest.
        high: Span,
    },
    /// Normal, draws below zero taken as zero.
    Normal {
        /// Mean before truncation.
        mean: Span,
        /// Standard deviation.
        sd: Span,
    },
    /// Log-normal by its own mean and standard deviation.
    LogNormal {
        /// Mean of the spans themselves.
        mean: Span,
        /// Standard deviation of the spans themselves.
        sd: Span,
    },
    /// Weibull.
    Weibull {
        /// Scale: the 63.2 % quantile.
        scale: Span,
        /// Shape in thousandths: 1000 is exponential.
        shape_milli: u32,
    },
    /// A whole number of slots, at least one; each slot ends it with probability `p`.
    Geometric {
        /// Length of a slot.
        slot: Span,
        /// Chance that a slot is the last.
        p: crate::Share,
    },
}

impl Dist {
    /// One draw. Never negative; rounded up to the next microsecond.
    #[inline]
    pub fn draw(&self, stream: &mut Stream) -> Span {
        match *self {
            Dist::Constant(span) => span,
            Dist::Exponential { mean } => scaled(mean, stream.exponential()),
            _ => self.draw_other(stream),
        }
    }

    fn draw_other(&self, stream: &mut Stream) -> Span {
        match *self {
            Dist::Constant(span) => span,
            Dist::Exponential { mean } => scaled(mean, stream.exponential()),
            Dist::Erlang { shape, mean } => {
                let sum: f64 = (0..shape.max(1)).map(|_| stream.exponential()).sum();
                scaled(mean, sum / f64::from(shape.max(1)))
            }
            Dist::Uniform { low, high } => low + scaled(high - low, stream.unit()),
            Dist::Triangular { low, mode, high } => {
                let (a, m, b) = (low.as_seconds(), mode.as_seconds(), high.as_seconds());
                let u = stream.unit();
                let x = if b <= a {
                    a
                } else if u * (b - a) < m - a {
                    a + libm::sqrt(u * (b - a) * (m - a))
                } else {
                    b - libm::sqrt((1.0 - u) * (b - a) * (b - m))
                };
                Span::from_seconds_up(x)
            }
            Dist::Normal { mean, sd } => {
                Span::from_seconds_up(mean.as_seconds() + sd.as_seconds() * stream.normal())
            }
            Dist::LogNormal { mean, sd } => {
                let cv = if mean.0 > 0 {
                    sd.as_seconds() / mean.as_seconds()
                } else {
                    0.0
                };
                let var = libm::log(1.0 + cv * cv);
                let z = libm::sqrt(var) * stream.normal() - var / 2.0;
                scaled(mean, libm::exp(z))
            }
            Dist::Weibull { scale, shape_milli } => {
                let shape = f64::from(shape_milli.max(1)) / 1000.0;
                scaled(scale, libm::pow(stream.exponential(), 1.0 / shape))
            }
            Dist::Geometric { slot, p } => {
                if p.0 >= 1_000_000_000 {
                    return slot;
                }
                let q = libm::log(1.0 - p.as_f64());
                let n = libm::ceil(libm::log(1.0 - stream.unit()) / q);
                Span(slot.0.saturating_mul((n as i64).max(1)))
            }
        }
    }

    /// The mean (of the untruncated law, for [`Dist::Normal`]).
    pub fn mean(&self) -> Span {
        match *self {
            Dist::Constant(span) => span,
            Dist::Exponential { mean }
            | Dist::Erlang { mean, .. }
            | Dist::Normal { mean, .. }
            | Dist::LogNormal { mean, .. } => mean,
            Dist::Uniform { low, high } => Span((low.0 + high.0) / 2),
            Dist::Triangular { low, mode, high } => Span((low.0 + mode.0 + high.0) / 3),
            Dist::Weibull { scale, shape_milli } => scaled(
                scale,
                libm::tgamma(1.0 + 1000.0 / f64::from(shape_milli.max(1))),
            ),
            Dist::Geometric { slot, p } => {
                Span::from_seconds_up(slot.as_seconds() / p.as_f64().max(1e-9))
            }
        }
    }

    /// A draw given that `elapsed` has passed already: the remaining span. Exact for constants and
    /// exponentials, by rejection for the others (then the mean excess of the best of 64 draws).
    pub fn draw_remaining(&self, elapsed: Span, stream: &mut Stream) -> Span {
        match *self {
            Dist::Constant(span) => Span((span - elapsed).0.max(0)),
            Dist::Exponential { .. } => self.draw(stream),
            _ => {
                for _ in 0..64 {
                    let total = self.draw(stream);
                    if total >= elapsed {
                        return total - elapsed;
                    }
                }
                Span::ZERO
            }
        }
    }
}

/// A span times a factor, rounded up.
#[inline]
fn scaled(span: Span, by: f64) -> Span {
    /// At and above this a float has no fraction; 143 years in us.
    const WHOLE: f64 = (1u64 << 52) as f64;
    let us = span.0 as f64 * by;
    // The bits of floats that are not negative rise with them.
    if us.to_bits() < (WHOLE / 2.0).to_bits() {
        // The sum has the nearest whole number in its lower bits.
        let shifted = us + WHOLE;
        let nearest = (shifted.to_bits() - WHOLE.to_bits()) as i64;
        return Span(nearest + i64::from(shifted - WHOLE < us));
    }
    scaled_far(us)
}

#[cold]
fn scaled_far(us: f64) -> Span {
    let floor = us as i64;
    Span(if (floor as f64) < us {
        floor.saturating_add(1)
    } else {
        floor
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Purpose, Seed};

    #[test]
    fn a_scaled_span_is_rounded_up() {
        let mut luck = Seed(1).stream("scaled", Purpose::Process);
        for round in 0..200_000 {
            let span = Span(i64::from(luck.below(1 << (round % 31))) << (round % 29));
            let by = luck.exponential() * if round % 3 == 0 { 1e-6 } else { 1.0 };
            let us = span.0 as f64 * by;
            assert_eq!(scaled(span, by).0, libm::ceil(us) as i64, "{us}");
            assert_eq!(scaled(span, 1.0), span);
            assert_eq!(scaled(span, 0.5).0, (span.0 + 1) / 2);
        }
        assert_eq!(scaled(Span(i64::MAX), 2.0).0, i64::MAX);
        assert_eq!(scaled(Span(1), f64::MIN_POSITIVE).0, 1);
        assert_eq!(scaled(Span(1 << 51), 1.0).0, 1 << 51);
    }
}
