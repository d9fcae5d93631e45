//! Draws given what is known.

use fenhe_contract::*;

/// Tries before a draw by rejection is given up.
const TRIES: usize = 64;
/// Draws among which one is chosen by its length.
const AMONG: usize = 8;

/// What is left of a span that has lasted so long; of one that should be over, what would be left of
/// any that is caught at a random moment.
pub(super) fn remaining(law: &Dist, elapsed: Span, luck: &mut Stream) -> Span {
    match *law {
        Dist::Constant(span) if elapsed < span => span - elapsed,
        Dist::Exponential { .. } => law.draw(luck),
        _ => {
            for _ in 0..TRIES {
                let whole = law.draw(luck);
                if whole > elapsed {
                    return whole - elapsed;
                }
            }
            caught(law, luck)
        }
    }
}

/// What is left of a span that is met at a random moment of its course (equilibrium excess): long
/// ones are met more often.
pub(super) fn caught(law: &Dist, luck: &mut Stream) -> Span {
    if let Dist::Exponential { .. } = law {
        return law.draw(luck);
    }
    let mut kept = Span::ZERO;
    let mut sum = 0.0;
    for _ in 0..AMONG {
        let span = law.draw(luck);
        sum += span.as_seconds();
        if luck.unit() * sum < span.as_seconds() {
            kept = span;
        }
    }
    Span((kept.0 as f64 * luck.unit()) as i64)
}

/// A whole number with weights `weight(n) / weight(n - 1)` given by `ratio(n)`, from 0 to `most`.
pub(super) fn chain(most: u32, ratio: impl Fn(u32) -> f64, luck: &mut Stream) -> u32 {
    // Reservoir choice, so that the sum need not be known before; rescaled before it overflows.
    let (mut weight, mut sum, mut kept) = (1.0f64, 1.0f64, 0);
    for n in 1..=most {
        weight *= ratio(n);
        sum += weight;
        if luck.unit() * sum < weight {
            kept = n;
        }
        if weight < sum * 1e-12 {
            break;
        }
        if sum > 1e200 {
            weight *= 1e-200;
            sum *= 1e-200;
        }
    }
    kept
}

/// How many of `n` happen, each with chance `p`.
pub(super) fn binomial(n: u32, p: f64, luck: &mut Stream) -> u32 {
    if n > 64 {
        let mean = f64::from(n) * p;
        let found = mean + libm::sqrt(mean * (1.0 - p)) * luck.normal();
        return libm::round(found).clamp(0.0, f64::from(n)) as u32;
    }
    (0..n).map(|_| u32::from(luck.unit() < p)).sum()
}
