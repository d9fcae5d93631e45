//! Which station limits the plant, with the evidence.
//!
//! The station with the highest share of active time - executing, being set up, down or in
//! maintenance, out of the time it is on shift - is named: a machine is *active* unless it is starved
//! or blocked (Roser, Nakano and Tanaka, WSC 2001, "A practical bottleneck detection method"). A batch
//! that started with room to spare counts by the share that was taken: a furnace that runs half empty
//! all day is not at its limit. What
//! happens around it is given as second, independent evidence: before a bottleneck machines are
//! blocked more than starved, behind it starved more than blocked (Li, Chang and Ni, IJPR 47(18),
//! 2009, "data driven bottleneck detection": the turning point).

use crate::{Sample, Stat};
use fenhe_contract::*;
use fenhe_plant::{Plant, Process, To};
use serde::Serialize;

/// What limits the plant.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Bottleneck {
    /// Its name.
    pub station: String,
    /// Why it is believed to be that.
    pub evidence: Evidence,
}

/// Figures that speak for a bottleneck.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Evidence {
    /// How it was found.
    pub method: &'static str,
    /// Share of its shift time in which it was neither starved nor blocked, batches by their fill.
    pub active_share: Stat,
    /// The next highest, by name.
    pub next: Option<String>,
    /// Active share of the next highest.
    pub next_active_share: Option<Stat>,
    /// Difference of the two in the same runs: clear if its interval stays above zero.
    pub lead: Option<Stat>,
    /// Stations directly before it: mean share blocked, mean share starved.
    pub before: Option<Neighbours>,
    /// Stations directly behind it.
    pub behind: Option<Neighbours>,
}

/// What the stations next to a bottleneck do.
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
pub struct Neighbours {
    /// How many.
    pub stations: u32,
    /// Mean share of time blocked.
    pub blocked: f64,
    /// Mean share of time starved.
    pub starved: f64,
}

/// Share of a station's on-shift time in which it was neither starved nor blocked, batches by the
/// share of them that was taken.
pub fn active_share(plant: &Plant, sample: &Sample, station: StationId) -> f64 {
    use UnitState::{Blocked, Execute, Idle, Off};
    let states = &sample.stations[station].states;
    let all: i128 = states.iter().sum::<i128>() - states[Off as usize];
    let active = all - states[Idle as usize] - states[Blocked as usize];
    if all <= 0 {
        return 0.0;
    }
    let execute = states[Execute as usize] as f64;
    let spare = match plant.stations[station].process {
        Process::Batch { max, .. } if execute > 0.0 => {
            let pieces = sample.stations[station].processing.0 as f64;
            execute * (1.0 - pieces / execute / f64::from(max)).clamp(0.0, 1.0)
        }
        _ => 0.0,
    };
    (active as f64 - spare) / all as f64
}

/// The bottleneck; `None` in a plant without stations. Pure delays are never one.
pub fn bottleneck(plant: &Plant, samples: &[&Sample]) -> Option<Bottleneck> {
    let shares = |station| -> Vec<f64> {
        samples
            .iter()
            .map(|s| active_share(plant, s, station))
            .collect()
    };
    let mean = |station| shares(station).iter().sum::<f64>() / samples.len().max(1) as f64;
    let mut ranked: Vec<(StationId, f64)> = plant
        .stations
        .ids()
        .filter(|&id| {
            samples
                .first()
                .is_some_and(|s| s.stations[id].servers != u32::MAX)
        })
        .map(|id| (id, mean(id)))
        .collect();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let (first, _) = *ranked.first()?;
    let next = ranked.get(1).map(|&(id, _)| id);
    let lead = next.map(|id| crate::paired_difference(&shares(id), &shares(first)));
    let (before, behind) = around(plant, first);
    Some(Bottleneck {
        station: plant.stations[first].name.clone(),
        evidence: Evidence {
            method: "highest active share (Roser, Nakano, Tanaka 2001)",
            active_share: Stat::of(&shares(first)),
            next: next.map(|id| plant.stations[id].name.clone()),
            next_active_share: next.map(|id| Stat::of(&shares(id))),
            lead,
            before: neighbours(&before, samples),
            behind: neighbours(&behind, samples),
        },
    })
}

/// Stations that give to its inputs, and stations that take from its outputs.
fn around(plant: &Plant, station: StationId) -> (Vec<StationId>, Vec<StationId>) {
    let inputs: Vec<BufferId> = plant.stations[station]
        .inputs
        .iter()
        .map(|i| i.buffer)
        .collect();
    let outputs: Vec<BufferId> = plant.stations[station]
        .outputs
        .iter()
        .filter_map(|output| buffer(output.to))
        .collect();
    let gives = |id: StationId, to: &[BufferId]| {
        let outputs = &plant.stations[id].outputs;
        outputs
            .iter()
            .filter_map(|output| buffer(output.to))
            .any(|b| to.contains(&b))
    };
    let takes = |id: StationId, from: &[BufferId]| {
        plant.stations[id]
            .inputs
            .iter()
            .any(|input| from.contains(&input.buffer))
    };
    let others = || plant.stations.ids().filter(move |&id| id != station);
    let before = others().filter(|&id| gives(id, &inputs)).collect();
    let behind = others().filter(|&id| takes(id, &outputs)).collect();
    (before, behind)
}

fn buffer(to: To) -> Option<BufferId> {
    match to {
        To::Buffer(buffer) => Some(buffer),
        To::Sink(_) => None,
    }
}

fn neighbours(stations: &[StationId], samples: &[&Sample]) -> Option<Neighbours> {
    let n = (stations.len() * samples.len()) as f64;
    if stations.is_empty() || samples.is_empty() {
        return None;
    }
    let mean = |state: UnitState| {
        let each = samples
            .iter()
            .flat_map(|s| stations.iter().map(|&id| s.shares(id)));
        each.map(|shares| shares[state as usize]).sum::<f64>() / n
    };
    Some(Neighbours {
        stations: stations.len() as u32,
        blocked: mean(UnitState::Blocked),
        starved: mean(UnitState::Idle),
    })
}
