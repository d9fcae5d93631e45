//! Rows of an outcome.

use crate::{Oee, Spans, Stat};
use serde::Serialize;

/// One line.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct LineRow {
    /// Its name.
    pub id: String,
    /// Good pieces an hour.
    pub output_per_hour: Stat,
    /// Mean time between good pieces leaving it [s].
    pub takt_s: Stat,
    /// What the plant wants it to be [s].
    pub takt_target_s: Option<f64>,
    /// Pieces scrapped on its stations in the window.
    pub scrap: Stat,
}

/// One product.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct ProductRow {
    /// Its name.
    pub id: String,
    /// Good pieces that left in the measured time of a run.
    pub output: Stat,
    /// Mean time from entering to leaving [s].
    pub cycle_time_s: Stat,
    /// Pieces scrapped in the measured time of a run.
    pub scrap: Stat,
    /// Of all pieces of all windows.
    pub cycle_time: Spread,
}

/// How spans are spread, over all windows together.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Spread {
    /// How many.
    pub count: u64,
    /// Shortest [s].
    pub min_s: f64,
    /// Median and upper quantiles [s], within 3 %.
    pub p50_s: f64,
    /// 90 % stay below.
    pub p90_s: f64,
    /// 99 % stay below.
    pub p99_s: f64,
    /// Longest [s].
    pub max_s: f64,
    /// Standard deviation of one [s].
    pub sd_s: f64,
    /// Buckets that hold something: from [s], to [s], count.
    pub histogram: Vec<(f64, f64, u32)>,
}
impl Spread {
    /// Of these spans.
    pub fn of(spans: &Spans) -> Spread {
        Spread {
            count: spans.count(),
            min_s: spans.min().as_seconds(),
            p50_s: spans.quantile(0.5),
            p90_s: spans.quantile(0.9),
            p99_s: spans.quantile(0.99),
            max_s: spans.max().as_seconds(),
            sd_s: spans.sd(),
            histogram: spans.filled().collect(),
        }
    }
}

/// One station.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct StationRow {
    /// Its name.
    pub id: String,
    /// Its line.
    pub line: Option<String>,
    /// Servers.
    pub servers: u32,
    /// Share of server time executing.
    pub utilisation: Stat,
    /// Mean share of server time in each state.
    pub states: UnitShares,
    /// Overall equipment effectiveness with its terms.
    pub oee: Oee,
    /// Pieces done well an hour.
    pub good_per_hour: Stat,
    /// Pieces scrapped here in the window.
    pub scrap: Stat,
    /// Pieces sent back from here in the window.
    pub rework: Stat,
    /// Mean time from begin of processing to its end, stops included [s].
    pub process_time_s: Stat,
}

/// Shares of server time; they sum to 1.
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
pub struct UnitShares {
    /// Starved.
    pub idle: f64,
    /// Working.
    pub execute: f64,
    /// Being set up.
    pub setup: f64,
    /// Blocked by what is behind.
    pub blocked: f64,
    /// Broken down.
    pub down: f64,
    /// Planned maintenance.
    pub maintenance: f64,
    /// Off shift.
    pub off: f64,
}
impl From<[f64; 7]> for UnitShares {
    fn from(s: [f64; 7]) -> Self {
        let [idle, execute, setup, blocked, down, maintenance, off] = s;
        UnitShares {
            idle,
            execute,
            setup,
            blocked,
            down,
            maintenance,
            off,
        }
    }
}

/// One buffer.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct BufferRow {
    /// Its name.
    pub id: String,
    /// Mean number of pieces (loads) in it.
    pub level: Stat,
    /// Mean time that one stays [s] (Little's law over the window).
    pub wait_s: Stat,
    /// Most at once in any window.
    pub most: u32,
}

/// One vehicle type.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct FleetRow {
    /// Name of the type.
    #[serde(rename = "type")]
    pub kind: String,
    /// How many.
    pub vehicles: u32,
    /// Loads brought an hour, the whole fleet.
    pub transports_per_hour: Stat,
    /// Pieces in them an hour.
    pub pieces_per_hour: Stat,
    /// Share of vehicle time neither parked, charging nor stopped.
    pub utilisation: Stat,
    /// Mean share of vehicle time in each state.
    pub states: VehicleShares,
}

/// Shares of vehicle time; they sum to 1.
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
pub struct VehicleShares {
    /// Nothing to do.
    pub parked: f64,
    /// Driving without load.
    pub empty: f64,
    /// Driving with load.
    pub loaded: f64,
    /// Waiting for right of way.
    pub waiting: f64,
    /// Taking or giving loads.
    pub handling: f64,
    /// Charging.
    pub charging: f64,
    /// Stopped by a fault or an obstacle.
    pub stopped: f64,
}
impl From<[f64; 7]> for VehicleShares {
    fn from(s: [f64; 7]) -> Self {
        let [parked, empty, loaded, waiting, handling, charging, stopped] = s;
        VehicleShares {
            parked,
            empty,
            loaded,
            waiting,
            handling,
            charging,
            stopped,
        }
    }
}

/// One edge of the tracks that was used.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct EdgeRow {
    /// Its name.
    pub id: String,
    /// Passes an hour.
    pub passes_per_hour: f64,
    /// Mean number of vehicles waiting on it for right of way.
    pub waiting: f64,
}

/// Waits before an operation that were longer than allowed.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct ExcessRow {
    /// Its name.
    pub operation: String,
    /// Pieces in the measured time of a run.
    pub pieces: Stat,
    /// By how much, mean [s].
    pub mean_s: f64,
    /// By how much at most [s].
    pub max_s: f64,
}

/// What the referee saw.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct RefereeRow {
    /// How often something happened that must never happen, all replications.
    pub violations: u64,
    /// The first of them.
    pub first: Vec<ViolationRow>,
}

/// One violation.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct ViolationRow {
    /// In which replication.
    pub replication: u32,
    /// When [s].
    pub at_s: f64,
    /// What.
    pub what: fenhe_contract::Breach,
}

/// Work in progress over time, averaged over the replications.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct SeriesRow {
    /// Length of an interval [s]; the first begins at the end of the warm-up.
    pub interval_s: f64,
    /// Mean number of pieces in the plant in each interval.
    pub mean: Vec<f64>,
    /// Fewest in any replication.
    pub low: Vec<f64>,
    /// Most in any replication.
    pub high: Vec<f64>,
}
