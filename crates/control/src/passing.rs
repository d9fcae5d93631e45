//! Pieces that must have passed stations which do not tell: what comes out behind them, shared equally among those
//! side by side that did not stand. An estimate: exact for a station alone, right on average for some side by side.

use crate::graph::tells_scrap;
use crate::inside::{counted, seen};
use alloc::vec::Vec;
use fenhe_contract::*;
use fenhe_plant::*;

/// A piece in millionths.
pub(crate) const PIECE: u64 = 1_000_000;

/// Stations of which every piece seen at an exit has passed one.
#[derive(Clone, Debug)]
pub(crate) struct Passed {
    pub stations: Vec<StationId>,
    /// Millionths of pieces begun in them for a piece seen.
    pub parts: u64,
}

/// What passed, by where pieces are seen.
#[derive(Debug)]
pub(crate) struct Passing {
    /// Load ports, and queues that wait for control's word.
    pub buffers: Fixed<BufferId, Vec<Passed>>,
    pub sinks: Fixed<SinkId, Vec<Passed>>,
    /// Its pieces are known, by its own word or by what comes out behind it.
    pub known: Fixed<StationId, bool>,
}

impl Passing {
    pub fn new(plant: &Plant) -> Passing {
        let mut known = Fixed::like(&plant.stations, |id| tells_scrap(&plant.stations[id]));
        let mut behind = |to: To| {
            let mut walk = Walk {
                plant,
                found: Vec::new(),
                path: Vec::new(),
            };
            walk.back(to, 1.0);
            for &station in walk.found.iter().flat_map(|passed| &passed.stations) {
                known[station] = true;
            }
            walk.found
        };
        let buffers = Fixed::like(&plant.buffers, |id| match seen(plant, id) {
            true => behind(To::Buffer(id)),
            false => Vec::new(),
        });
        let sinks = Fixed::like(&plant.sinks, |id| match counted(plant, id) {
            true => behind(To::Sink(id)),
            false => Vec::new(),
        });
        Passing {
            buffers,
            sinks,
            known,
        }
    }
}

struct Walk<'a> {
    plant: &'a Plant,
    found: Vec<Passed>,
    path: Vec<To>,
}

impl Walk<'_> {
    /// Of `pieces` that came to `to`: those who gave them, and so on to where pieces are seen again. What puts
    /// together or takes apart ends it, for there a piece is another one.
    fn back(&mut self, to: To, pieces: f64) {
        if self.path.contains(&to) {
            return;
        }
        self.path.push(to);
        let gives = |station: &Station| station.outputs.iter().any(|out| out.to == to);
        let pairs = || self.plant.stations.pairs().filter(|(_, s)| gives(s));
        let stations: Vec<StationId> = pairs().map(|(id, _)| id).collect();
        let all = stations.len();
        if all == 0 || !pairs().all(|(_, station)| plain(station)) {
            return;
        }
        let scrap = pairs().map(|(_, s)| s.scrap.as_f64()).sum::<f64>() / all as f64;
        let begun = pieces / (1.0 - scrap).max(1e-3);
        if !pairs().any(|(_, station)| tells_scrap(station)) {
            self.found.push(Passed {
                stations: stations.clone(),
                parts: (begun * PIECE as f64) as u64,
            });
        }
        let mut takes: Vec<BufferId> = stations
            .iter()
            .map(|&id| self.plant.stations[id].inputs[0].buffer)
            .collect();
        takes.sort_unstable();
        for same in takes.chunk_by(|a, b| a == b) {
            if !seen(self.plant, same[0]) {
                self.back(To::Buffer(same[0]), begun * same.len() as f64 / all as f64);
            }
        }
    }
}

/// One piece in, the same out.
fn plain(station: &Station) -> bool {
    let one = |input: &Input| input.count == 1;
    let same = |out: &Output| out.count == 1;
    station.inputs.len() == 1
        && station.inputs.iter().all(one)
        && station.outputs.len() == 1
        && station.outputs.iter().all(same)
        && station.rework.is_none()
}
