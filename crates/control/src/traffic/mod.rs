//! Traffic: when a vehicle may drive. A vehicle gets the whole way to its goal at once, as soon as
//! nothing on it conflicts with what others hold, and gives back what lies behind it. Nobody waits
//! on the street; two that want each other's places are untied by one going home first, to a place
//! that is its own. Slow where streets are long, but nothing can lock.

use alloc::collections::{BTreeSet, BinaryHeap, VecDeque};
use alloc::vec::Vec;
use core::cmp::Reverse;
use fenhe_contract::*;
use fenhe_plant::Plant;
use serde::{Deserialize, Serialize};

/// Who holds what.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Traffic {
    rows: Fixed<VehicleId, Row>,
    /// By resource; edges first, then nodes.
    holder: Vec<Option<VehicleId>>,
    /// Vehicles that stand and want to go, in order of asking.
    waiting: BTreeSet<(u64, VehicleId)>,
    asked: u64,
}

#[derive(Clone, Serialize, Deserialize)]
struct Row {
    /// Last node passed.
    node: NodeId,
    goal: NodeId,
    /// Granted and not yet passed.
    base: VecDeque<EdgeId>,
}

/// Base to be sent: edges per vehicle.
#[derive(Default)]
pub(crate) struct Moves {
    list: Vec<(VehicleId, Vec<EdgeId>)>,
}

impl Moves {
    /// In order.
    pub fn iter(&self) -> impl Iterator<Item = (VehicleId, &[EdgeId])> {
        self.list.iter().map(|(v, edges)| (*v, edges.as_slice()))
    }
}

impl Traffic {
    /// All at home.
    pub fn new(plant: &Plant) -> Traffic {
        let row = |v: VehicleId| {
            let node = plant.vehicles[v].start;
            Row {
                node,
                goal: node,
                base: VecDeque::new(),
            }
        };
        let mut traffic = Traffic {
            rows: Fixed::like(&plant.vehicles, row),
            holder: alloc::vec![None; plant.tracks.resources()],
            waiting: BTreeSet::new(),
            asked: 0,
        };
        for (v, vehicle) in plant.vehicles.pairs() {
            traffic.holder[plant.tracks.node_resource(vehicle.start).index()] = Some(v);
        }
        traffic
    }

    /// A vehicle is to go to this node, at once or when it has come to the end of its base.
    pub fn send(
        &mut self,
        plant: &Plant,
        _now: Time,
        v: VehicleId,
        goal: NodeId,
        moves: &mut Moves,
    ) {
        self.rows[v].goal = goal;
        self.waiting.retain(|&(_, other)| other != v);
        if self.rows[v].base.is_empty() && self.rows[v].node != goal {
            self.ask(v);
            self.grant(plant, moves);
        }
    }

    /// A vehicle has passed or reached a node of its base.
    pub fn at(&mut self, plant: &Plant, _now: Time, v: VehicleId, node: NodeId, moves: &mut Moves) {
        let row = &mut self.rows[v];
        let Some(at) = row
            .base
            .iter()
            .position(|&edge| plant.tracks.edges[edge].to == node)
        else {
            return;
        };
        let ahead: Vec<NodeId> = row
            .base
            .iter()
            .skip(at)
            .map(|&edge| plant.tracks.edges[edge].to)
            .collect();
        let mut behind = alloc::vec![row.node];
        for edge in row.base.drain(..=at) {
            self.holder[plant.tracks.edge_resource(edge).index()] = None;
            behind.push(plant.tracks.edges[edge].to);
        }
        row.node = node;
        for node in behind.into_iter().filter(|node| !ahead.contains(node)) {
            self.holder[plant.tracks.node_resource(node).index()] = None;
        }
        if self.rows[v].base.is_empty() && self.rows[v].node != self.rows[v].goal {
            self.ask(v);
        }
        self.grant(plant, moves);
    }

    fn ask(&mut self, v: VehicleId) {
        self.asked += 1;
        self.waiting.insert((self.asked, v));
    }

    /// Gives their way to all that wait and can have it, in order of asking.
    fn grant(&mut self, plant: &Plant, moves: &mut Moves) {
        let waiting: Vec<(u64, VehicleId)> = self.waiting.iter().copied().collect();
        for (serial, v) in waiting {
            let home = plant.vehicles[v].start;
            let row = &self.rows[v];
            let mut path = self.path(plant, v, row.goal);
            if path.is_none() && row.node != home && self.wanted(plant, v) {
                path = self.path(plant, v, home);
            }
            let Some(path) = path else {
                continue;
            };
            for &edge in &path {
                let to = plant.tracks.edges[edge].to;
                self.holder[plant.tracks.edge_resource(edge).index()] = Some(v);
                self.holder[plant.tracks.node_resource(to).index()] = Some(v);
            }
            self.rows[v].base = path.iter().copied().collect();
            self.waiting.remove(&(serial, v));
            moves.list.push((v, path));
        }
    }

    /// Somebody who waits wants to go where this vehicle stands.
    fn wanted(&self, plant: &Plant, v: VehicleId) -> bool {
        let node = self.rows[v].node;
        let here = plant.tracks.node_resource(node);
        self.waiting.iter().any(|&(_, other)| {
            let goal = self.rows[other].goal;
            let there = plant.tracks.node_resource(goal);
            other != v && (goal == node || plant.tracks.conflicts_of(here).contains(&there))
        })
    }

    fn free(&self, plant: &Plant, v: VehicleId, resource: ResourceId) -> bool {
        let free = |resource: ResourceId| self.holder[resource.index()].is_none_or(|by| by == v);
        free(resource)
            && plant
                .tracks
                .conflicts_of(resource)
                .iter()
                .all(|&other| free(other))
    }

    /// The shortest way on which nothing conflicts with what others hold.
    fn path(&self, plant: &Plant, v: VehicleId, goal: NodeId) -> Option<Vec<EdgeId>> {
        let tracks = &plant.tracks;
        let from = self.rows[v].node;
        if from == goal || !self.free(plant, v, tracks.node_resource(goal)) {
            return None;
        }
        let mut best = alloc::vec![(i64::MAX, None); tracks.nodes.len()];
        best[from.index()].0 = 0;
        let mut heap = BinaryHeap::from([Reverse((0i64, from))]);
        while let Some(Reverse((length, node))) = heap.pop() {
            if node == goal {
                break;
            }
            if length > best[node.index()].0 {
                continue;
            }
            for &id in tracks.leaving(node) {
                let edge = &tracks.edges[id];
                let sum = length + edge.length.0.max(1);
                if sum < best[edge.to.index()].0
                    && self.free(plant, v, tracks.edge_resource(id))
                    && self.free(plant, v, tracks.node_resource(edge.to))
                {
                    best[edge.to.index()] = (sum, Some(id));
                    heap.push(Reverse((sum, edge.to)));
                }
            }
        }
        let (mut path, mut node) = (Vec::new(), goal);
        while node != from {
            let edge = best[node.index()].1?;
            path.push(edge);
            node = tracks.edges[edge].from;
        }
        path.reverse();
        Some(path)
    }
}
