//! Traffic: when a vehicle may drive. Everyone has a way to its goal, cut into hops, and all hops
//! of all vehicles have an order that is known to bring everyone to the end
//! ([`fenhe_planner::traffic`]). A hop is granted whole, as soon as nothing in conflict with it is
//! held by another vehicle or is to be passed by one before. So nothing can lock, whatever the
//! delays. Whenever a vehicle gets a new goal the order is made again from where everyone is by
//! then; a goal for which no order is found waits until somebody arrives.

mod blame;
mod closing;
mod moving;
mod rows;
#[cfg(test)]
mod tests;

use alloc::collections::{BTreeSet, VecDeque};
use alloc::sync::Arc;
use alloc::vec::Vec;
pub(crate) use closing::Closed;
use fenhe_contract::*;
use fenhe_planner::routes::{Routes, Streets, Table, edge_time};
use fenhe_planner::traffic::{Hop, Mover, cut, plan};
use fenhe_plant::{Plant, Precedence};
use rows::{Row, Way};
use serde::{Deserialize, Serialize};

/// Who holds what, and who is to go where in which order.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Traffic {
    rows: Fixed<VehicleId, Row>,
    /// By resource; edges first, then nodes.
    holder: Fixed<ResourceId, Option<VehicleId>>,
    /// Passes still to be granted, by resource: position in the order, ascending.
    passes: Fixed<ResourceId, VecDeque<(u32, VehicleId)>>,
    /// Vehicles that wait for a change at a resource.
    waiting: Fixed<ResourceId, Vec<VehicleId>>,
    /// Resources with passes or waiting vehicles since the order was made; some twice.
    touched: Vec<ResourceId>,
    /// Vehicles whose goal has no place in the order yet, in order of asking.
    pending: BTreeSet<(u64, VehicleId)>,
    asked: u64,
    closed: Closed,
    /// Found again from the plant when missing.
    #[serde(skip)]
    known: Known,
}

/// What follows from the plant alone.
#[derive(Clone, Default)]
struct Known {
    streets: Option<Arc<Streets>>,
    routes: Routes,
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

/// What a decision looks at and writes to.
struct Turn<'a> {
    plant: &'a Plant,
    now: Time,
    moves: &'a mut Moves,
    /// To be looked at again: waiting since, who.
    again: BTreeSet<(Time, VehicleId)>,
}

impl Traffic {
    /// All at home.
    pub fn new(plant: &Plant) -> Traffic {
        let resources = plant.tracks.resources();
        let mut traffic = Traffic {
            rows: Fixed::like(&plant.vehicles, |v| Row::at(plant.vehicles[v].start)),
            holder: Fixed::from_vec(alloc::vec![None; resources]),
            passes: Fixed::from_vec(alloc::vec![VecDeque::new(); resources]),
            waiting: Fixed::from_vec(alloc::vec![Vec::new(); resources]),
            touched: Vec::new(),
            pending: BTreeSet::new(),
            asked: 0,
            closed: Closed::default(),
            known: Known::default(),
        };
        for (v, vehicle) in plant.vehicles.pairs() {
            traffic.holder[plant.tracks.node_resource(vehicle.start)] = Some(v);
        }
        traffic
    }

    /// A vehicle is to go to this node, at once or from where its base ends.
    pub fn send(
        &mut self,
        plant: &Plant,
        now: Time,
        v: VehicleId,
        goal: NodeId,
        moves: &mut Moves,
    ) {
        self.pending.retain(|&(_, other)| other != v);
        self.rows[v].wanted = goal;
        if self.rows[v].goal == goal {
            return;
        }
        self.asked += 1;
        self.pending.insert((self.asked, v));
        let mut turn = Turn::new(plant, now, moves);
        if !self.admit(&mut turn, (self.asked, v)) {
            turn.again.insert((now, v));
        }
        self.go_on(&mut turn);
    }

    /// A vehicle has passed or reached a node of its base.
    pub fn at(&mut self, plant: &Plant, now: Time, v: VehicleId, node: NodeId, moves: &mut Moves) {
        let tracks = &plant.tracks;
        let row = &mut self.rows[v];
        let Some(at) = row.position(plant, node) else {
            return;
        };
        let mut turn = Turn::new(plant, now, moves);
        let mut behind = alloc::vec![tracks.node_resource(row.node)];
        for edge in row.base.drain(..=at) {
            behind.push(tracks.edge_resource(edge));
            behind.push(tracks.node_resource(tracks.edges[edge].to));
        }
        row.node = node;
        let arrived = row.base.is_empty() && row.left() == 0;
        for resource in behind {
            if !self.rows[v].holds(plant, resource) {
                self.holder[resource] = None;
                self.changed(&mut turn, resource);
            }
        }
        if arrived {
            self.admit_oldest(&mut turn, TRIES);
        }
        turn.again.insert((self.rows[v].since.unwrap_or(now), v));
        self.go_on(&mut turn);
    }

    /// Tries so many of those without a place in the order, those that failed last the last, up to
    /// the first that finds one. Whether one did.
    fn admit_oldest(&mut self, turn: &mut Turn<'_>, tries: usize) -> bool {
        for _ in 0..self.pending.len().min(tries) {
            let Some(first) = self.pending.first().copied() else {
                return false;
            };
            if self.admit(turn, first) {
                return true;
            }
            self.pending.remove(&first);
            self.asked += 1;
            self.pending.insert((self.asked, first.1));
        }
        false
    }

    /// Gives a vehicle's wish a place in a new order of all. Whether there is one.
    fn admit(&mut self, turn: &mut Turn<'_>, (serial, v): (u64, VehicleId)) -> bool {
        let plant = turn.plant;
        if !self.may_have(plant, v) {
            return false;
        }
        let streets = &*self.streets(plant);
        let (kind, home) = (plant.vehicles[v].kind, plant.vehicles[v].start);
        let (from, goal) = (self.rows[v].end(plant), self.rows[v].wanted);
        let way = self.table(plant, (kind, goal), from).way(plant, kind, from);
        let back = self.table(plant, (kind, home), goal);
        let way_home = back.way(plant, kind, goal);
        let shut = way_home.is_none() && !self.closed.is_empty();
        let (Some(way), Some(way_home)) = (way, way_home.or(shut.then(Vec::new))) else {
            return false;
        };
        let row = &mut self.rows[v];
        let settled = shut || settles(plant, streets, v, (goal, &back));
        let ways = [way, way_home].map(|way| Way::new(plant, streets, way));
        let [way, way_home] = ways;
        let before = row.aim(goal, (way, way_home), settled);
        if plant.policy.traffic == Precedence::FirstCome {
            row.take_turns();
            self.pending.remove(&(serial, v));
            turn.again.insert((turn.now, v));
            return true;
        }
        let mut movers = Fixed::like(&self.rows, |v| self.rows[v].mover(plant, v));
        let order = plan(plant, streets, &movers).or_else(|| {
            // Waiting on the street it would stand in the way of those who must leave first.
            movers[v].whole = true;
            plan(plant, streets, &movers)
        });
        match order {
            Some(order) => {
                self.pending.remove(&(serial, v));
                self.adopt(turn, &order);
                true
            }
            None => {
                self.rows[v].restore(before);
                false
            }
        }
    }

    /// Follows a new order from here on.
    fn adopt(&mut self, turn: &mut Turn<'_>, order: &[Hop]) {
        for v in turn.plant.vehicles.ids() {
            self.rows[v].hops.clear();
        }
        for resource in self.touched.drain(..) {
            self.passes[resource].clear();
            self.waiting[resource].clear();
        }
        let mut seen = Fixed::like(&self.rows, |_| 0);
        for (key, hop) in order.iter().enumerate() {
            let (key, v) = (key as u32, hop.vehicle);
            let count = hop.edges as usize;
            self.rows[v].hops.push_back((key, hop.edges));
            for edge in self.rows[v].ahead(seen[v], count) {
                for resource in resources(turn.plant, edge) {
                    let passes = &mut self.passes[resource];
                    if passes.is_empty() {
                        self.touched.push(resource);
                    }
                    passes.push_back((key, v));
                }
            }
            if seen[v] == 0 {
                let since = self.rows[v].since.unwrap_or(turn.now);
                turn.again.insert((since, v));
            }
            seen[v] += count;
        }
    }

    /// Extends bases of all that may find their way free, those that wait longest first.
    fn go_on(&mut self, turn: &mut Turn<'_>) {
        loop {
            while let Some((_, v)) = turn.again.pop_first() {
                while self.wants_base(turn.plant, v) && self.grant(turn, v) {}
            }
            // Nobody will arrive and give the others another chance.
            let all_stand = self.rows.iter().all(|row| row.base.is_empty());
            if self.pending.is_empty() || !all_stand || !self.admit_oldest(turn, usize::MAX) {
                return;
            }
        }
    }

    fn wants_base(&self, plant: &Plant, v: VehicleId) -> bool {
        let row = &self.rows[v];
        let length = |edge: &EdgeId| plant.tracks.edges[*edge].length.0;
        let ahead: i64 = row.base.iter().map(length).sum();
        let leaves = row.left() > 0 || row.wanted != row.goal;
        leaves && !row.hops.is_empty() && (row.base.is_empty() || ahead < plant.policy.base_ahead.0)
    }

    /// Its next hop, if that is free and nobody is to pass before.
    fn grant(&mut self, turn: &mut Turn<'_>, v: VehicleId) -> bool {
        let Some(&(key, count)) = self.rows[v].hops.front() else {
            return false;
        };
        let edges: Vec<EdgeId> = self.rows[v].ahead(0, count as usize).collect();
        if self.rows[v].returns(turn.plant, &edges) {
            return false;
        }
        let closed = &self.closed;
        if !closed.is_empty()
            && (closed.stopped.binary_search(&v).is_ok()
                || edges.iter().any(|&edge| closed.edge(turn.plant, edge)))
        {
            return false; // no order says so; it is not to happen whatever the order says
        }
        let mut claims = edges.iter().flat_map(|&edge| resources(turn.plant, edge));
        let obstacle = claims.find_map(|claim| self.obstacle(turn.plant, (key, v), claim));
        if let Some(resource) = obstacle {
            let waiting = &mut self.waiting[resource];
            if waiting.is_empty() {
                self.touched.push(resource);
            }
            if !waiting.contains(&v) {
                waiting.push(v);
            }
            self.rows[v].since.get_or_insert(turn.now);
            return false;
        }
        for &edge in &edges {
            for resource in resources(turn.plant, edge) {
                self.holder[resource] = Some(v);
                let passes = &mut self.passes[resource];
                if passes.front() == Some(&(key, v)) {
                    passes.pop_front();
                    self.changed(turn, resource);
                }
            }
        }
        self.rows[v].grant(home_of(turn.plant, v), &edges);
        turn.moves.push(v, &edges);
        true
    }

    /// A resource in conflict with a claim that is held, or is to be passed before.
    #[inline]
    fn obstacle(
        &self,
        plant: &Plant,
        own: (u32, VehicleId),
        claim: ResourceId,
    ) -> Option<ResourceId> {
        let (key, v) = own;
        let near = plant.tracks.conflicts_of(claim).iter().copied();
        near.chain([claim]).find(|&resource| {
            self.holder[resource].is_some_and(|by| by != v)
                || self.passes[resource]
                    .front()
                    .is_some_and(|&(first, by)| by != v && first < key)
        })
    }

    fn changed(&mut self, turn: &mut Turn<'_>, resource: ResourceId) {
        for v in self.waiting[resource].drain(..) {
            let since = self.rows[v].since.unwrap_or(turn.now);
            turn.again.insert((since, v));
        }
    }
}

/// So many wishes without a place in the order are tried again when somebody arrives.
const TRIES: usize = 2;

/// Whether a vehicle may stand at a goal for ever without locking anyone in, by the table of its home.
fn settles(plant: &Plant, streets: &Streets, v: VehicleId, (goal, back): (NodeId, &Table)) -> bool {
    goal == plant.vehicles[v].start
        || plant.vehicles.iter().all(|other| other.start != goal)
            && streets.terminal(goal)
            && streets.apart(plant, goal)
            && back.clear(plant, goal)
}

fn home_of(plant: &Plant, v: VehicleId) -> NodeId {
    plant.vehicles[v].start
}

/// What driving an edge claims.
fn resources(plant: &Plant, edge: EdgeId) -> [ResourceId; 2] {
    let to = plant.tracks.edges[edge].to;
    [
        plant.tracks.edge_resource(edge),
        plant.tracks.node_resource(to),
    ]
}

impl<'a> Turn<'a> {
    fn new(plant: &'a Plant, now: Time, moves: &'a mut Moves) -> Turn<'a> {
        Turn {
            plant,
            now,
            moves,
            again: BTreeSet::new(),
        }
    }
}

impl Moves {
    /// One command a vehicle.
    fn push(&mut self, v: VehicleId, edges: &[EdgeId]) {
        match self.list.iter_mut().find(|(other, _)| *other == v) {
            Some((_, all)) => all.extend(edges),
            None => self.list.push((v, edges.to_vec())),
        }
    }
}
