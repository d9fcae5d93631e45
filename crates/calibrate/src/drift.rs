//! Drift while a plant runs: a cumulative sum for each figure, with memory for what is in the plant only.

use crate::figure::{Figure, Subject};
use crate::law::{Law, mean_of};
use crate::report::scaled;
use crate::sample::Lasting;
use crate::special::{normal_cdf, normal_quantile};
use crate::stops::PIECE;
use crate::watch::{Observation, Watch};
use fenhe_contract::{Command, Dist, Event, Time};
use fenhe_plant::Plant;
use std::collections::BTreeMap;

/// A figure has left its model.
#[derive(Clone, PartialEq, Debug)]
pub struct Drifted {
    /// Which.
    pub subject: Subject,
    /// Mean of what was seen since over the model's mean; a sum that passed its limit after few observations overstates it.
    pub ratio: f64,
    /// Since when, as far as the sum tells.
    pub since: Time,
    /// Observations since.
    pub n: u32,
}

/// Watches all figures of a plant for drift.
///
/// Each observation becomes a normal score under the model's law (the normal quantile of its
/// distribution function), so that its sum is the same for every law; two one-sided sums (Page 1954) are laid out for a mean
/// that is off by a fifth. Their limit follows from the wanted mean number of observations between false alarms by Siegmund's
/// approximation (Siegmund, Sequential Analysis, 1985, 2.6).
pub struct Drift {
    watch: Watch,
    cells: BTreeMap<Subject, Option<Cell>>,
    between: f64,
    scratch: Vec<Observation>,
}

/// The drift that the sums are laid out for: they find it soonest.
const LAID_OUT: f64 = 1.2;
/// A constant is taken to vary by this share of itself.
const VARIES: f64 = 0.02;

impl Drift {
    /// For a plant whose record begins now. `whole`: with the plant's first fact. `between`: mean number of observations of one
    /// figure between false alarms, at least 100; 100 000 is a false alarm in eleven weeks from a station of one piece a minute.
    pub fn new(plant: &Plant, whole: bool, between: f64) -> Drift {
        Drift {
            watch: Watch::new(plant, whole),
            cells: BTreeMap::new(),
            between: between.max(100.0),
            scratch: Vec::new(),
        }
    }

    /// One order; see [`Watch::order`].
    pub fn order(&mut self, now: Time, command: &Command) {
        self.watch.order(now, command);
    }

    /// One fact; figures that it shows to have left their model are added to `drifted`, and their sums begin again.
    pub fn fact(&mut self, plant: &Plant, now: Time, event: &Event, drifted: &mut Vec<Drifted>) {
        self.watch.fact(plant, now, event, &mut self.scratch);
        for (subject, lasting) in self.scratch.drain(..) {
            let between = self.between;
            let cell = self
                .cells
                .entry(subject)
                .or_insert_with(|| Cell::new(plant, subject, between));
            if let Some(cell) = cell {
                drifted.extend(cell.add(now, lasting).map(|(ratio, since, n)| Drifted {
                    subject,
                    ratio,
                    since,
                    n,
                }));
            }
        }
    }
}

/// One figure.
struct Cell {
    law: Law,
    mean: f64,
    /// Half the shift of the score that is looked for, and the limit of the sums.
    slack: f64,
    limit: f64,
    slower: Sum,
    faster: Sum,
}

#[derive(Clone, Copy)]
struct Sum {
    sum: f64,
    since: Time,
    seen: f64,
    n: u32,
}

impl Cell {
    fn new(plant: &Plant, subject: Subject, between: f64) -> Option<Cell> {
        if subject.figure == Figure::Speed {
            return None;
        }
        let model = subject.model(plant)?;
        let model = if subject.counts_pieces(plant) {
            scaled(model, |us| us.saturating_mul(PIECE))
        } else {
            model
        };
        Cell::of(&model, between)
    }

    fn of(model: &Dist, between: f64) -> Option<Cell> {
        let (law, mean) = (Law::of(model)?, mean_of(model));
        if mean <= 0.0 {
            return None;
        }
        let shifts = (1..20).map(|i| {
            let x = law.quantile(f64::from(i) / 20.0);
            score(law, x * LAID_OUT) - score(law, x)
        });
        let slack = (shifts.sum::<f64>() / 19.0 / 2.0).clamp(0.05, 1.0);
        let none = Sum {
            sum: 0.0,
            since: Time::ZERO,
            seen: 0.0,
            n: 0,
        };
        // Two sides have a false alarm twice as often as one.
        let limit = limit(slack, 2.0 * between);
        Some(Cell {
            law,
            mean,
            slack,
            limit,
            slower: none,
            faster: none,
        })
    }

    fn add(&mut self, now: Time, lasting: Lasting) -> Option<(f64, Time, u32)> {
        let z = score_of(self.law, lasting)?;
        let x = if lasting.is_exact() {
            lasting.low.as_seconds()
        } else {
            self.law.quantile(normal_cdf(z))
        };
        let raised = [
            self.slower.add(now, z - self.slack, x, self.limit),
            self.faster.add(now, -z - self.slack, x, self.limit),
        ];
        let (mean, since, n) = raised.into_iter().flatten().next()?;
        Some((mean / self.mean, since, n))
    }
}

impl Sum {
    /// Mean of what was seen, since when, how many - if the sum is over its limit.
    fn add(&mut self, now: Time, by: f64, x: f64, limit: f64) -> Option<(f64, Time, u32)> {
        if self.sum <= 0.0 {
            *self = Sum {
                sum: 0.0,
                since: now,
                seen: 0.0,
                n: 0,
            };
        }
        self.sum += by;
        self.seen += x;
        self.n = self.n.saturating_add(1);
        if self.sum < limit {
            return None;
        }
        self.sum = 0.0;
        Some((self.seen / f64::from(self.n), self.since, self.n))
    }
}

/// The normal score of an observation, within four deviations.
fn score(law: Law, x: f64) -> f64 {
    let z = match law {
        Law::Constant(c) => (x / c - 1.0) / VARIES,
        _ => normal_quantile(law.cdf(x).clamp(3.2e-5, 1.0 - 3.2e-5)),
    };
    z.clamp(-4.0, 4.0)
}

/// The score of an observation, or its mean within bounds under the model: leaving out pieces that may have waited would
/// leave out the short ones, as those wait more often.
fn score_of(law: Law, lasting: Lasting) -> Option<f64> {
    let (low, high) = (lasting.low.as_seconds(), lasting.high.as_seconds());
    if lasting.is_exact() {
        return Some(score(law, low));
    }
    if matches!(law, Law::Constant(_)) {
        return None;
    }
    let (from, to) = (law.cdf(low), law.cdf(high));
    let chance = to - from;
    if chance < 1e-6 {
        return Some(score(law, if to < 0.5 { high } else { low }));
    }
    let density = |p: f64| {
        let z = normal_quantile(p);
        if z.is_finite() {
            libm::exp(-z * z / 2.0) / 2.506_628_274_631
        } else {
            0.0
        }
    };
    Some(((density(from) - density(to)) / chance).clamp(-4.0, 4.0))
}

/// The limit at which a one-sided sum with this slack passes once in so many normal scores.
fn limit(slack: f64, run: f64) -> f64 {
    let length = |h: f64| {
        let b = 2.0 * slack * (h + 1.166);
        (libm::exp(b) - b - 1.0) / (2.0 * slack * slack)
    };
    let (mut low, mut high) = (0.0, 1.0);
    while length(high) < run {
        high *= 2.0;
    }
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if length(middle) < run {
            low = middle
        } else {
            high = middle
        }
    }
    high
}

#[cfg(test)]
mod tests {
    use super::*;
    use fenhe_contract::{Purpose, Seed, Span};

    fn laws() -> [Dist; 4] {
        let s = Span::seconds;
        [
            Dist::Exponential { mean: s(20) },
            Dist::LogNormal {
                mean: s(20),
                sd: s(6),
            },
            Dist::Uniform {
                low: s(10),
                high: s(30),
            },
            Dist::Triangular {
                low: s(10),
                mode: s(12),
                high: s(40),
            },
        ]
    }

    #[test]
    fn false_alarms_are_as_rare_as_stated() {
        for dist in laws() {
            let mut cell = Cell::of(&dist, 1_000.0).expect("a law");
            let mut luck = Seed(18).stream("drift", Purpose::Process);
            let mut alarms = 0;
            for i in 0..400_000 {
                alarms += u32::from(
                    cell.add(Time(i), Lasting::exact(dist.draw(&mut luck)))
                        .is_some(),
                );
            }
            // 400 expected; Siegmund's approximation is within some 5 %, five deviations of a Poisson count are 100.
            assert!(
                (280..=520).contains(&alarms),
                "{dist:?}: {alarms} in 400 000"
            );
        }
    }

    #[test]
    fn short_times_known_only_by_a_bound_are_no_drift() {
        for dist in laws() {
            let mut cell = Cell::of(&dist, 1_000.0).expect("a law");
            let mut luck = Seed(20).stream("drift", Purpose::Process);
            let mut alarms = 0;
            for i in 0..100_000 {
                let (x, room) = (dist.draw(&mut luck), Span::seconds(10 + i % 20));
                let seen = if x <= room {
                    Lasting::between(Span::ZERO, room)
                } else {
                    Lasting::exact(x)
                };
                alarms += u32::from(cell.add(Time(i), seen).is_some());
            }
            // 100 expected of exact observations; bounds make them rarer, not more.
            assert!(alarms <= 150, "{dist:?}: {alarms} in 100 000");
        }
    }

    #[test]
    fn a_fifth_more_is_found_with_its_size_and_its_beginning() {
        for dist in laws() {
            for slower in [true, false] {
                let mut cell = Cell::of(&dist, 100_000.0).expect("a law");
                let mut luck = Seed(19).stream("drift", Purpose::Process);
                let mut found = None;
                for i in 0..6_000 {
                    let x = dist.draw(&mut luck).0;
                    let changed = if slower { x * 6 / 5 } else { x * 5 / 6 };
                    let x = if i < 1_000 { x } else { changed };
                    found = found.or(cell.add(Time(i), Lasting::exact(Span(x))));
                }
                let (ratio, since, n) =
                    found.unwrap_or_else(|| panic!("{dist:?} {slower}: not found"));
                assert_eq!(ratio > 1.0, slower, "{dist:?}: {ratio}");
                assert!(
                    (800..=1_400).contains(&since.0),
                    "{dist:?}: since {}",
                    since.0
                );
                assert!(n < 1_500, "{dist:?}: after {n}");
            }
        }
    }
}
