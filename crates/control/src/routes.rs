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
    /// The same from port to port, by row of the start and row of the goal: a dispatcher asks for
    /// the times from one port to many, and finds them side by side.
    ports: Vec<u32>,
    /// Rows of ports and stores; they are the first.
    count: usize,
}

impl Routes {
    pub fn new(plant: &Plant) -> Routes {
        let nodes = plant.tracks.nodes.len();
        let mut row = Fixed::like(&plant.tracks.nodes, |_| u32::MAX);
        let mut goals = Vec::new();
        let ports = plant.places.iter().filter_map(|place| place.node);
        let chargers = plant.chargers.iter().map(|charger| charger.node);
        let bays = plant.parking.iter().copied();
        let mut count = 0;
        for (among, node) in ports
            .map(|node| (true, node))
            .chain(chargers.chain(bays).map(|node| (false, node)))
        {
            if row[node] == u32::MAX {
                row[node] = goals.len() as u32;
                goals.push(node);
                count += usize::from(among);
            }
        }
        let entering = entering(plant);
        let mut times = vec![u32::MAX; goals.len() * nodes];
        let mut heap = BinaryHeap::new();
        for (&goal, best) in goals.iter().zip(times.chunks_exact_mut(nodes.max(1))) {
            backward(&entering, goal, best, &mut heap);
        }
        let near = |from: usize, to: usize| times[to * nodes + goals[from].index()];
        let ports = (0..count * count).map(|at| near(at / count, at % count));
        Routes {
            row,
            ports: ports.collect(),
            count,
            times,
            nodes,
        }
    }

    /// [ms] from a node to a port, store, charger or parking bay; `None` where no way leads.
    #[inline]
    pub fn time(&self, from: NodeId, to: NodeId) -> Option<u32> {
        let row = *self.row.get(to)?;
        if row == u32::MAX {
            return None;
        }
        let start = self.row[from] as usize;
        let time = if start < self.count && (row as usize) < self.count {
            self.ports[start * self.count + row as usize]
        } else {
            self.times[row as usize * self.nodes + from.index()]
        };
        (time != u32::MAX).then_some(time)
    }
}

/// Edges that end at each node: where they begin and the time to drive them [ms].
fn entering(plant: &Plant) -> Fixed<NodeId, Vec<(NodeId, u32)>> {
    let top = plant.vehicle_types.iter().map(|kind| kind.speed.0).max();
    let top = top.unwrap_or(1000);
    let mut entering = Fixed::like(&plant.tracks.nodes, |_| Vec::new());
    for edge in &plant.tracks.edges {
        let speed = edge.speed.0.min(top).max(1);
        let span = (edge.length.0.saturating_mul(1000) / speed).clamp(1, 1 << 30) as u32;
        entering[edge.to].push((edge.from, span));
    }
    entering
}

/// Writes the times from all nodes to a goal into `best`, which holds `u32::MAX` everywhere. The heap
/// is empty before and after; time stands in the upper half of its numbers, node in the lower.
fn backward(
    entering: &Fixed<NodeId, Vec<(NodeId, u32)>>,
    goal: NodeId,
    best: &mut [u32],
    heap: &mut BinaryHeap<Reverse<u64>>,
) {
    best[goal.index()] = 0;
    heap.push(Reverse(u64::from(goal.0)));
    while let Some(Reverse(first)) = heap.pop() {
        let (time, node) = ((first >> 32) as u32, NodeId(first as u32));
        if time > best[node.index()] {
            continue;
        }
        for &(from, span) in &entering[node] {
            let sum = time.saturating_add(span);
            if sum < best[from.index()] {
                best[from.index()] = sum;
                heap.push(Reverse(u64::from(sum) << 32 | u64::from(from.0)));
            }
        }
    }
}
