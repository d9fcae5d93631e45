//! A plant folder and a draft of it, simulated side by side.

use super::{Draft, check_draft};
use crate::{Reason, Refusal};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A comparison that is wanted.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SimulationAsked {
    /// The draft.
    pub draft: Draft,
    /// Measured time of each run [min], 10 to 43 200.
    #[serde(default = "some_minutes")]
    pub minutes: u32,
    /// Left out at its start [min], at most 43 200.
    #[serde(default = "some_warm_up")]
    pub warm_up: u32,
    /// Pairs of runs, 2 to 100.
    #[serde(default = "some_pairs")]
    pub pairs: u32,
    /// Of all luck.
    #[serde(default = "some_seed")]
    pub seed: u32,
}

fn some_minutes() -> u32 {
    1_440
}
fn some_warm_up() -> u32 {
    2_880
}
fn some_pairs() -> u32 {
    5
}
fn some_seed() -> u32 {
    1
}

/// How a simulation goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SimulationStatus {
    /// It goes on.
    Running,
    /// All pairs are done.
    Done,
    /// Somebody ended it; what was done by then stays.
    Cancelled,
    /// Control and simulated plant answered each other without end.
    Failed,
}

/// A comparison, as far as it has come.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct SimulationView {
    /// Number of the simulation since the program was started.
    pub id: u64,
    /// How it goes.
    pub status: SimulationStatus,
    /// Part of the work that is done, 0 to 1.
    pub progress: f64,
    /// Revision of the folder that is one side.
    pub folder: String,
    /// Hash of all files with the draft, the other side.
    pub revision: String,
    /// Measured time of each run [min].
    pub minutes: u32,
    /// Left out at its start [min].
    pub warm_up: u32,
    /// Pairs of runs wanted.
    pub pairs: u32,
    /// Of all luck.
    pub seed: u32,
    /// Pairs done: what the figures are of.
    pub done: u32,
    /// Things that the referee saw and that must never happen: as it is.
    pub violations_before: u64,
    /// The same with the draft.
    pub violations_after: u64,
    /// Figures side by side, those of the plant first.
    pub figures: Vec<FigureView>,
}

/// What a figure is of.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FigureScope {
    /// The plant as a whole.
    Plant,
    /// A line.
    Line,
    /// A product.
    Product,
    /// The vehicles of a type.
    Fleet,
    /// A station.
    Station,
}

/// Which way is better.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Wanted {
    /// More of it.
    More,
    /// Less of it.
    Less,
    /// Neither by itself.
    Neither,
}

/// A figure as it is and with the draft.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct FigureView {
    /// What it is of.
    pub scope: FigureScope,
    /// Name of that; empty for the plant.
    pub name: String,
    /// What it is: `output_per_hour`, `takt_s`, ...
    pub what: String,
    /// Which way is better.
    pub better: Wanted,
    /// As it is; `null` if that side has no such element or tells nothing.
    pub before: Option<EstimateView>,
    /// With the draft.
    pub after: Option<EstimateView>,
    /// With the draft less as it is, by pairs; `null` for fewer than two.
    pub difference: Option<EstimateView>,
    /// The interval of the difference leaves out zero.
    pub beyond_doubt: bool,
}

/// A mean with its interval of 95 % (Student's).
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct EstimateView {
    /// Mean.
    pub mean: f64,
    /// Lower end; `null` for a single observation.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
    /// Observations.
    pub n: u32,
}

/// Bounds that hold whatever the folder is.
///
/// # Errors
/// [`Refusal::Invalid`].
pub fn check_simulation(asked: &SimulationAsked) -> Result<(), Refusal> {
    let rows = [
        ("minutes", asked.minutes, 10, 43_200),
        ("warm_up", asked.warm_up, 0, 43_200),
        ("pairs", asked.pairs, 2, 100),
    ];
    for (field, value, low, high) in rows {
        if !(low..=high).contains(&value) {
            let reason = Reason::new("act/range").arg("field", field);
            let reason = reason.arg("low", low).arg("high", high);
            return Err(Refusal::Invalid(reason.at(field)));
        }
    }
    check_draft(&asked.draft)
}
