//! Oracles: plants whose figures are known exactly. `expected.toml` beside `plant.toml` says which
//! quantity has which value, why, and how long a run must be to tell.

use crate::*;
use fenhe_contract::{Seed, Span};
use fenhe_plant::Plant;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// `expected.toml`.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Oracle {
    /// How long to run.
    pub run: OracleRun,
    /// What must come out.
    pub expect: Vec<Expect>,
}

/// How long an oracle runs: chosen from the variance, before the answer was looked at.
#[derive(Clone, Copy, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OracleRun {
    /// Independent runs.
    pub replications: u32,
    /// Left out at the start of each [s].
    pub warm_up_s: f64,
    /// Measured of each [s].
    pub horizon_s: f64,
}

/// One exact value.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    /// See [`Quantity`].
    pub quantity: String,
    /// The exact value.
    pub value: f64,
    /// Where the value comes from.
    pub source: String,
    /// Other quantities of the same run whose exact means are known; they narrow the interval as
    /// control variates.
    #[serde(default)]
    pub controls: BTreeMap<String, f64>,
}

/// What a run said about one exact value.
#[derive(Clone, PartialEq, Debug)]
pub struct Verdict {
    /// Which quantity.
    pub quantity: String,
    /// The exact value.
    pub exact: f64,
    /// The estimate.
    pub estimate: Controlled,
}

impl Verdict {
    /// Half-width of the interval at a level, relative to the exact value.
    pub fn relative(&self, level: f64) -> f64 {
        self.estimate.half_width(level) / self.exact.abs()
    }
    /// Whether the interval at a level holds the exact value.
    pub fn holds(&self, level: f64) -> bool {
        self.estimate.covers(self.exact, level)
    }
}

/// Why an oracle could not be judged.
#[derive(Clone, PartialEq, Debug)]
pub enum OracleFault {
    /// `expected.toml` is not what it should be.
    File(String),
    /// The plant has no such quantity.
    NoQuantity(String),
    /// Too few replications, or controls that depend on each other.
    NoEstimate(String),
    /// Control and plant answered each other without end.
    PingPong(PingPong),
}

impl Oracle {
    /// Reads `expected.toml`.
    ///
    /// # Errors
    /// The text is not an `expected.toml`.
    pub fn read(text: &str) -> Result<Oracle, OracleFault> {
        toml::from_str(text).map_err(|error| OracleFault::File(error.to_string()))
    }

    /// Runs the plant and compares. `shorten` divides the measured time (1 is the full length).
    ///
    /// # Errors
    /// [`OracleFault`].
    pub fn judge(
        &self,
        plant: &Arc<Plant>,
        seed: Seed,
        threads: u32,
        shorten: f64,
    ) -> Result<Vec<Verdict>, OracleFault> {
        let warm_up = Span::from_seconds_up(self.run.warm_up_s);
        let study = Study {
            horizon: Span::from_seconds_up(self.run.horizon_s / shorten),
            warm_up: WarmUp::Given(warm_up),
            replications: self.run.replications,
            seed,
            threads,
        };
        let cut = Cut {
            windows: 1,
            interval: study.horizon,
            ..study.cut(warm_up)
        };
        let make = fenhe_control::Controller::new;
        let runs =
            replicate(plant, &study, &cut, &make, &|_, _| {}).map_err(OracleFault::PingPong)?;
        let samples: Vec<&Sample> = runs.iter().flat_map(|run| &run.samples).collect();
        self.expect
            .iter()
            .map(|expect| expect.judge(plant, &samples))
            .collect()
    }
}

impl Expect {
    fn judge(&self, plant: &Plant, samples: &[&Sample]) -> Result<Verdict, OracleFault> {
        let read = |name: &String| {
            Quantity::read(plant, name).ok_or_else(|| OracleFault::NoQuantity(name.clone()))
        };
        let quantity = read(&self.quantity)?;
        let controls = self
            .controls
            .keys()
            .map(read)
            .collect::<Result<Vec<_>, _>>()?;
        let means: Vec<f64> = self.controls.values().copied().collect();
        let y: Vec<f64> = samples.iter().map(|s| quantity.of(s)).collect();
        let rows: Vec<Vec<f64>> = samples
            .iter()
            .map(|s| controls.iter().map(|control| control.of(s)).collect())
            .collect();
        let estimate = controlled(&y, &rows, &means)
            .ok_or_else(|| OracleFault::NoEstimate(self.quantity.clone()))?;
        Ok(Verdict {
            quantity: self.quantity.clone(),
            exact: self.value,
            estimate,
        })
    }
}
