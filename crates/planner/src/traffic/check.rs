//! Judges what vehicles hold and the order in which they are to go on.

use super::{Hop, Mover};
use crate::routes::Streets;
use alloc::vec;
use alloc::vec::Vec;
use fenhe_contract::*;
use fenhe_plant::Plant;

/// A vehicle holds a resource.
pub type Holding = (VehicleId, ResourceId);

/// What must never be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Violation {
    /// Two vehicles hold resources in conflict.
    Conflict(Holding, Holding),
    /// A hop of the order meets somebody who stands.
    Blocked {
        /// Position in the order.
        hop: usize,
        /// Who stands.
        by: VehicleId,
    },
    /// Has not come to its goal at the end of the order.
    Left(VehicleId),
}

/// All faults of a state: no two holders in conflict, and the order brings everyone to the goal.
pub fn check(
    plant: &Plant,
    streets: &Streets,
    holdings: &[Holding],
    movers: &Fixed<VehicleId, Mover<'_>>,
    order: &[Hop],
) -> Vec<Violation> {
    let mut faults = conflicts(plant, holdings);
    let mut on = vec![None; plant.tracks.nodes.len()];
    let mut done = Fixed::like(movers, |_| (0, NodeId(0)));
    for (v, mover) in movers.pairs() {
        on[mover.node.index()] = Some(v);
        done[v].1 = mover.node;
    }
    for (at, hop) in order.iter().enumerate() {
        let mover = &movers[hop.vehicle];
        let way = mover.way.iter().chain(mover.home);
        let (start, node) = done[hop.vehicle];
        let mut end = node;
        for &edge in way.skip(start).take(hop.edges as usize) {
            end = plant.tracks.edges[edge].to;
            let edge = plant.tracks.edge_resource(edge);
            for resource in [edge, plant.tracks.node_resource(end)] {
                let near = streets.in_the_way(resource).iter();
                let standing = near.filter_map(|node| on[node.index()]);
                let others = standing.filter(|&other| other != hop.vehicle);
                faults.extend(others.map(|by| Violation::Blocked { hop: at, by }));
            }
        }
        on[node.index()] = None;
        on[end.index()] = Some(hop.vehicle);
        done[hop.vehicle] = (start + hop.edges as usize, end);
    }
    let left = |(v, mover): &(VehicleId, &Mover<'_>)| done[*v].0 < mover.way.len();
    faults.extend(movers.pairs().filter(left).map(|(v, _)| Violation::Left(v)));
    faults
}

fn conflicts(plant: &Plant, holdings: &[Holding]) -> Vec<Violation> {
    let mut faults = Vec::new();
    for (i, &a) in holdings.iter().enumerate() {
        let near = plant.tracks.conflicts_of(a.1);
        for &b in &holdings[i + 1..] {
            if a.0 != b.0 && (a.1 == b.1 || near.binary_search(&b.1).is_ok()) {
                faults.push(Violation::Conflict(a, b));
            }
        }
    }
    faults
}
