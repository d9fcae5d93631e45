//! Sweeps: the same study over several values of one figure of the model, with the same luck.
//!
//! Random streams are named by element and purpose, so variants of a plant see the same arrivals,
//! process times and breakdowns wherever they have the same elements (common random numbers); the
//! difference between two variants in the same replication is then much steadier than either.

use crate::{Outcome, PingPong, Progress, Stat, Study, paired_difference};
use fenhe_plant::{Files, Plant, Problem, load_with};
use serde::Serialize;
use std::sync::Arc;

/// One value of a sweep and what came of it.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct SweepPoint {
    /// The value as it was given.
    pub value: String,
    /// The study with it.
    pub outcome: Outcome,
    /// Good pieces an hour, the whole plant.
    pub output_per_hour: Stat,
    /// Difference of that to the first value in the same replications.
    pub gain_per_hour: Stat,
}

/// A sweep over one figure.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Sweep {
    /// Which figure.
    pub path: String,
    /// In the order of the values.
    pub points: Vec<SweepPoint>,
    /// The first value after which no other gives more output beyond doubt (its gain over this one has
    /// an interval that reaches zero); `None` if the last value is still better than all before.
    pub knee: Option<String>,
}

/// Why a sweep stopped.
#[derive(Clone, PartialEq, Debug)]
pub enum SweepFault {
    /// With this value the folder has problems.
    Plant {
        /// The value.
        value: String,
        /// All of them.
        problems: Vec<Problem>,
    },
    /// Control and plant answered each other without end.
    PingPong(PingPong),
}

/// Runs `study` once for each value of `path` (as for [`load_with`]), on top of `overrides`.
///
/// # Errors
/// [`SweepFault`]; all values are loaded before the first is run.
pub fn sweep(
    (name, files): (&str, &Files),
    overrides: &[(String, String)],
    (path, values): (&str, &[String]),
    study: &Study,
    progress: Progress<'_>,
) -> Result<Sweep, SweepFault> {
    let mut plants: Vec<(String, Arc<Plant>)> = Vec::with_capacity(values.len());
    for value in values {
        let mut all = overrides.to_vec();
        all.push((path.to_string(), value.clone()));
        let (plant, _) = load_with(name, files, &all).map_err(|problems| SweepFault::Plant {
            value: value.clone(),
            problems,
        })?;
        plants.push((value.clone(), Arc::new(plant)));
    }
    let count = plants.len() as u64;
    let mut points: Vec<SweepPoint> = Vec::with_capacity(plants.len());
    let mut rates: Vec<Vec<f64>> = Vec::with_capacity(plants.len());
    for (done, (value, plant)) in (0..).zip(plants) {
        let part = |steps: u64, whole: u64| progress(done * whole + steps, whole * count);
        let (outcome, rate) = study
            .run_rated(&plant, &part)
            .map_err(SweepFault::PingPong)?;
        rates.push(rate);
        let (first, this) = (&rates[0], &rates[rates.len() - 1]);
        points.push(SweepPoint {
            value,
            outcome,
            output_per_hour: Stat::of(this),
            gain_per_hour: paired_difference(first, this),
        });
    }
    let knee = knee(&rates).map(|at| points[at].value.clone());
    Ok(Sweep {
        path: path.to_string(),
        points,
        knee,
    })
}

/// The first row that no later one beats beyond doubt; the last row is no knee.
fn knee(rates: &[Vec<f64>]) -> Option<usize> {
    (0..rates.len().saturating_sub(1)).find(|&at| {
        rates[at + 1..].iter().all(|later| {
            let gain = paired_difference(&rates[at], later);
            // One replication has no interval: then the mean decides.
            if gain.n < 2 {
                gain.mean <= 0.0
            } else {
                gain.ci95[0] <= 0.0
            }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_knee_is_where_more_gives_nothing_more() {
        let rising = |mean: f64| vec![mean, mean + 1.0, mean - 1.0];
        let noisy = |mean: f64| vec![mean + 0.5, mean, mean - 0.6];
        let rates = [
            rising(60.0),
            rising(80.0),
            rising(100.0),
            noisy(100.0),
            rising(100.0),
        ];
        assert_eq!(knee(&rates), Some(2));
        assert_eq!(knee(&[rising(60.0), rising(80.0)]), None);
        assert_eq!(knee(&[]), None);
    }
}
