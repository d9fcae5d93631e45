//! Traffic: when a vehicle may drive. Everyone has a way to its goal, cut into hops, and all hops
//! of all vehicles have an order that is known to bring everyone to the end
//! ([`fenhe_planner::traffic`]). A hop is pledged whole, as soon as nobody is to stand in conflict with it and
//! its end is in nobody's way who is to pass before; what is pledged is granted edge by edge, as those who
//! pass before leave it ([`granting`]). So nothing can lock, whatever the
//! delays. Whenever a vehicle gets a new goal the order is made again from where everyone will be by
//! then; a goal for which no order is found waits until somebody arrives.

mod blame;
mod closing;
mod crowd;
mod granting;
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
use fenhe_planner::traffic::{Hop, Legs, Mover, plan};
use fenhe_plant::{Plant, Precedence};
use rows::{Row, Way};
use serde::{Deserialize, Serialize};

/// Who holds what, and who is to go where in which order.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Traffic {
    rows: Fixed<VehicleId, Row>,
    /// By resource; edges first, then nodes.
    holder: Fixed<ResourceId, Option<VehicleId>>,
    /// Whose base, or what is pledged to it, ends at a node; edges are never anybody's end.
    ends: Fixed<ResourceId, Option<VehicleId>>,
    /// Passes pledged and still to be granted, by resource: number of the pledge, ascending.
    pledges: Fixed<ResourceId, VecDeque<(u64, VehicleId)>>,
    /// Passes not yet pledged, by resource: position in the order, ascending.
    passes: Fixed<ResourceId, VecDeque<(u32, VehicleId)>>,
    /// Vehicles that wait for a change at a resource.
    waiting: Fixed<ResourceId, Vec<VehicleId>>,
    /// Resources with passes or waiting vehicles since the order was made; some twice.
    touched: Vec<ResourceId>,
    /// Vehicles whose goal has no place in the order yet, in order of asking.
    pending: BTreeSet<(u64, VehicleId)>,
    asked: u64,
    /// Number of the next pledge.
    serial: u64,
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
            ends: Fixed::from_vec(alloc::vec![None; resources]),
            pledges: Fixed::from_vec(alloc::vec![VecDeque::new(); resources]),
            passes: Fixed::from_vec(alloc::vec![VecDeque::new(); resources]),
            waiting: Fixed::from_vec(alloc::vec![Vec::new(); resources]),
            touched: Vec::new(),
            pending: BTreeSet::new(),
            asked: 0,
            serial: 1,
            closed: Closed::default(),
            known: Known::default(),
        };
        for (v, vehicle) in plant.vehicles.pairs() {
            let start = plant.tracks.node_resource(vehicle.start);
            (traffic.holder[start], traffic.ends[start]) = (Some(v), Some(v));
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
        row.set_off = now;
        let arrived = row.rests();
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
        let way = self.way(plant, (kind, goal), from);
        let back = self.table(plant, (kind, home), goal);
        let way_home = back.way(plant, kind, goal);
        let shut = way_home.is_none() && !self.closed.is_empty();
        let (Some(way), Some(way_home)) = (way, way_home.or(shut.then(Vec::new))) else {
            return false;
        };
        let row = &mut self.rows[v];
        let settled = shut || settles(plant, streets, v, (goal, &back));
        let ways = [way, way_home].map(|way| Way::new(plant, streets, kind, way));
        let [way, way_home] = ways;
        let before = row.aim(goal, (way, way_home), settled);
        if plant.policy.traffic == Precedence::FirstCome {
            row.take_turns(plant, streets, kind);
            self.pending.remove(&(serial, v));
            turn.again.insert((turn.now, v));
            return true;
        }
        let mut movers = Fixed::like(&self.rows, |v| self.rows[v].mover(plant, turn.now, v));
        let order = plan(plant, &movers).or_else(|| {
            // Waiting on the street it would stand in the way of those who must leave first.
            movers[v].whole = true;
            plan(plant, &movers)
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
        for (key, hop) in (0..).zip(order) {
            let v = hop.vehicle;
            let count = hop.edges as usize;
            self.rows[v].hops.push_back((key, hop.edges));
            for edge in self.rows[v].ahead(seen[v], count) {
                for resource in resources(turn.plant, edge) {
                    pass(&mut self.passes, &mut self.touched, resource, (key, v));
                }
            }
            if seen[v] == 0 {
                let since = self.rows[v].since.unwrap_or(turn.now);
                turn.again.insert((since, v));
            }
            seen[v] += count;
        }
        for (v, row) in self.rows.pairs() {
            if !row.pledged.is_empty() {
                turn.again.insert((row.since.unwrap_or(turn.now), v));
            }
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

/// One more pass of a resource.
fn pass(
    passes: &mut Fixed<ResourceId, VecDeque<(u32, VehicleId)>>,
    touched: &mut Vec<ResourceId>,
    resource: ResourceId,
    who: (u32, VehicleId),
) {
    let passes = &mut passes[resource];
    if passes.is_empty() {
        touched.push(resource);
    }
    passes.push_back(who);
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
    /// Whether a vehicle is told something.
    fn tells(&self, v: VehicleId) -> bool {
        self.list.iter().any(|(other, _)| *other == v)
    }
    /// One command a vehicle.
    fn push(&mut self, v: VehicleId, edges: &[EdgeId]) {
        match self.list.iter_mut().find(|(other, _)| *other == v) {
            Some((_, all)) => all.extend(edges),
            None => self.list.push((v, edges.to_vec())),
        }
    }
}
