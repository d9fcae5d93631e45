//! How long an empty street takes: driving times from every node to the nodes that matter to
//! dispatch (ports, stores, chargers, parking), by backward Dijkstra, once.

use alloc::collections::BinaryHeap;
use alloc::vec;
use alloc::vec::Vec;
use core::cmp::Reverse;
use fenhe_contract::*;
use fenhe_plant::Plant;

/// Driving times to the nodes that matter.
#[derive(Debug)]
pub(crate) struct Routes {
    /// Row of `times` per node, `u32::MAX` for nodes nobody goes to.
    row: Fixed<NodeId, u32>,
    /// [ms] by goal row and starting node; `u32::MAX` where no way leads.
    times: Vec<u32>,
    nodes: usize,
}

impl Routes {
    pub fn new(plant: &Plant) -> Routes {
        let nodes = plant.tracks.nodes.len();
        let mut row = Fixed::like(&plant.tracks.nodes, |_| u32::MAX);
        let mut goals = Vec::new();
        let ports = plant.places.iter().filter_map(|place| place.node);
        let chargers = plant.chargers.iter().map(|charger| charger.node);
        let bays = plant.parking.iter().copied();
        for node in ports.chain(chargers).chain(bays) {
            if row[node] == u32::MAX {
                row[node] = goals.len() as u32;
                goals.push(node);
            }
        }
        let entering = entering(plant);
        let mut times = Vec::with_capacity(goals.len() * nodes);
        for &goal in &goals {
            times.extend(backward(plant, &entering, goal));
        }
        Routes { row, times, nodes }
    }

    /// [ms] from a node to a port, store, charger or parking bay; `None` where no way leads.
    #[inline]
    pub fn time(&self, from: NodeId, to: NodeId) -> Option<u32> {
        let row = *self.row.get(to)?;
        if row == u32::MAX {
            return None;
        }
        let time = self.times[row as usize * self.nodes + from.index()];
        (time != u32::MAX).then_some(time)
    }
}

fn entering(plant: &Plant) -> Fixed<NodeId, Vec<EdgeId>> {
    let mut entering = Fixed::like(&plant.tracks.nodes, |_| Vec::new());
    for (id, edge) in plant.tracks.edges.pairs() {
        entering[edge.to].push(id);
    }
    entering
}

fn backward(plant: &Plant, entering: &Fixed<NodeId, Vec<EdgeId>>, goal: NodeId) -> Vec<u32> {
    let top = plant
        .vehicle_types
        .iter()
        .map(|kind| kind.speed.0)
        .max()
        .unwrap_or(1000);
    let mut best = vec![u32::MAX; plant.tracks.nodes.len()];
    let mut heap = BinaryHeap::new();
    best[goal.index()] = 0;
    heap.push(Reverse((0u32, goal)));
    while let Some(Reverse((time, node))) = heap.pop() {
        if time > best[node.index()] {
            continue;
        }
        for &id in &entering[node] {
            let edge = &plant.tracks.edges[id];
            let speed = edge.speed.0.min(top).max(1);
            let span = (edge.length.0.saturating_mul(1000) / speed).clamp(1, 1 << 30) as u32;
            let sum = time.saturating_add(span);
            if sum < best[edge.from.index()] {
                best[edge.from.index()] = sum;
                heap.push(Reverse((sum, edge.from)));
            }
        }
    }
    best
}
