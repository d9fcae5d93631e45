//! Which stations stand before and behind each station, through buffers and by carriers; read from the
//! plant once.

use crate::graph::follows;
use alloc::vec::Vec;
use fenhe_contract::*;
use fenhe_plant::*;

/// Stations next to each other.
#[derive(Debug)]
pub(crate) struct Neighbours {
    /// Where what a station takes comes from.
    pub before: Fixed<StationId, Vec<StationId>>,
    /// Where what a station gives goes to.
    pub behind: Fixed<StationId, Vec<StationId>>,
    /// Stations that take from a buffer, or from the ports that its full carriers are brought to.
    pub takers: Fixed<BufferId, Vec<StationId>>,
}

impl Neighbours {
    pub fn new(plant: &Plant) -> Neighbours {
        let mut direct = Fixed::like(&plant.buffers, |_| Vec::new());
        for (id, station) in plant.stations.pairs() {
            for input in &station.inputs {
                direct[input.buffer].push(id);
            }
        }
        let takers = Fixed::like(&plant.buffers, |id| {
            let mut all: Vec<StationId> = direct[id].clone();
            for port in carried_to(plant, id) {
                all.extend(&direct[port]);
            }
            tidy(all)
        });
        let mut before = Fixed::like(&plant.stations, |_| Vec::new());
        let behind = Fixed::like(&plant.stations, |id| {
            let outputs = plant.stations[id].outputs.iter();
            let to = outputs.filter_map(|output| match output.to {
                To::Buffer(buffer) => Some(buffer),
                To::Sink(_) => None,
            });
            tidy(to.flat_map(|to| takers[to].iter().copied()).collect())
        });
        for (id, list) in behind.pairs() {
            for &next in list {
                before[next].push(id);
            }
        }
        Neighbours {
            before,
            behind,
            takers,
        }
    }
}

fn tidy(mut all: Vec<StationId>) -> Vec<StationId> {
    all.sort_unstable();
    all.dedup();
    all
}

/// Unload ports to which full carriers of a load port are brought.
fn carried_to(plant: &Plant, from: BufferId) -> Vec<BufferId> {
    let BufferKind::Load {
        carrier, operation, ..
    } = plant.buffers[from].kind
    else {
        return Vec::new();
    };
    let line = plant.buffers[from].line;
    let takes = |&(_, to): &(BufferId, &Buffer)| match to.kind {
        BufferKind::Unload {
            carrier: kind,
            operation: next,
            ..
        } => {
            let near = !plant.policy.same_line || to.line == line;
            kind == carrier && near && follows(plant, operation, next)
        }
        _ => false,
    };
    let ports = plant.buffers.pairs().filter(takes);
    ports.map(|(id, _)| id).collect()
}
