//! Overall equipment effectiveness with its terms, in the words of ISO 22400-2.

use crate::Sample;
use fenhe_contract::*;
use fenhe_plant::{Plant, Process};
use serde::Serialize;

/// OEE of a station and the raw quantities it is made of (ISO 22400-2:2014, 6.2 and 8): the times are
/// server seconds a measured window.
#[derive(Clone, Copy, PartialEq, Debug, Default, Serialize)]
pub struct Oee {
    /// Availability = production time / planned busy time.
    pub availability: f64,
    /// Effectiveness = planned run time per item x produced quantity / production time.
    pub effectiveness: f64,
    /// Quality ratio = good quantity / produced quantity.
    pub quality: f64,
    /// Their product.
    pub oee: f64,
    /// APT: executing.
    pub production_time_s: f64,
    /// PBT: all time outside off-shift and planned maintenance.
    pub planned_busy_time_s: f64,
    /// ADOT: broken down.
    pub down_time_s: f64,
    /// AUST: being set up.
    pub setup_time_s: f64,
    /// ADET: starved or blocked.
    pub delay_time_s: f64,
    /// PRI: planned run time per item.
    pub run_time_per_item_s: f64,
    /// PQ: pieces done, good or not.
    pub produced: f64,
    /// GQ: pieces good the first time.
    pub good: f64,
}

/// Of one station over some windows: means of the raw terms, ratios of their sums.
pub fn oee(plant: &Plant, station: StationId, samples: &[&Sample]) -> Oee {
    let n = samples.len().max(1) as f64;
    let time = |states: &[UnitState]| {
        let us: i128 = samples
            .iter()
            .map(|s| {
                states
                    .iter()
                    .map(|&x| s.stations[station].states[x as usize])
                    .sum::<i128>()
            })
            .sum();
        us as f64 / 1e6 / n
    };
    use UnitState::{Blocked, Down, Execute, Idle, Maintenance, Off, Setup};
    let all = time(&UnitState::ALL);
    let (mut good, mut produced) = (0u64, 0u64);
    for sample in samples {
        let row = &sample.stations[station];
        good += row.good;
        produced += row.good + row.scrap + row.rework;
    }
    let (good, produced) = (good as f64 / n, produced as f64 / n);
    let mut oee = Oee {
        production_time_s: time(&[Execute]),
        planned_busy_time_s: all - time(&[Off, Maintenance]),
        down_time_s: time(&[Down]),
        setup_time_s: time(&[Setup]),
        delay_time_s: time(&[Idle, Blocked]),
        run_time_per_item_s: run_time_per_item(plant, station),
        produced,
        good,
        ..Oee::default()
    };
    let ratio = |part: f64, whole: f64| if whole > 0.0 { part / whole } else { 0.0 };
    oee.availability = ratio(oee.production_time_s, oee.planned_busy_time_s);
    oee.effectiveness = ratio(oee.run_time_per_item_s * produced, oee.production_time_s);
    oee.quality = ratio(good, produced);
    oee.oee = oee.availability * oee.effectiveness * oee.quality;
    oee
}

/// Server time that a piece needs by plan [s]: the mean process time over the products it names, of a
/// full batch where it works in batches, the pitch of a stream.
pub fn run_time_per_item(plant: &Plant, station: StationId) -> f64 {
    let station = &plant.stations[station];
    let times: f64 = station
        .times
        .iter()
        .map(|time| time.mean().as_seconds())
        .sum();
    let mean = times / station.times.len().max(1) as f64;
    match station.process {
        Process::Single { .. } => mean,
        Process::Batch { max, .. } => mean / f64::from(max.max(1)),
        Process::Stream { pitch } => pitch.as_seconds(),
    }
}
