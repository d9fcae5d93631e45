//! Driving everyone forward from where the granted bases end.
//!
//! Vehicles move hop by hop, each at the time it would be there on an empty street, first come
//! first served; one that finds its hop blocked waits for the vehicle in the way. Those that reach
//! their goals stand there. If someone waits for one of them, that one goes home, one at a time.
//! The order of moves is a witness: it can be followed from here to the end whatever the delays.

use super::legs::{Leg, Rest};
use crate::routes::turn_time;
use alloc::collections::BinaryHeap;
use alloc::vec;
use alloc::vec::Vec;
use core::cmp::Reverse;
use fenhe_contract::*;
use fenhe_plant::Plant;

/// A vehicle as planning sees it.
#[derive(Clone, Copy, Debug)]
pub struct Mover<'a> {
    /// What kind.
    pub kind: VehicleTypeId,
    /// Where its base ends.
    pub node: NodeId,
    /// How long until it is there [ms].
    pub ready: u32,
    /// From there to its goal.
    pub way: &'a [EdgeId],
    /// Hops of this way.
    pub way_hops: Rest<'a>,
    /// From its goal home; empty if the goal is its home.
    pub home: &'a [EdgeId],
    /// Hops of the way home.
    pub home_hops: Rest<'a>,
    /// It sets off only when its whole way to the goal is free.
    pub whole: bool,
    /// It may stand at its goal for ever: its way home is clear of all that do so.
    pub settled: bool,
}

/// One move of the order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Hop {
    /// Who.
    pub vehicle: VehicleId,
    /// So many edges of its way, then of its way home.
    pub edges: u32,
}

/// An order of hops that brings all to their goals, and home those that stand in the way of
/// others; `None` if driving forward locks.
pub fn plan(plant: &Plant, movers: &Fixed<VehicleId, Mover<'_>>) -> Option<Vec<Hop>> {
    let mut drive = Drive::new(plant, movers);
    loop {
        drive.run();
        if !drive.send_someone_home() {
            break;
        }
    }
    (drive.unfinished == 0).then_some(drive.order)
}

struct Drive<'a> {
    plant: &'a Plant,
    movers: &'a Fixed<VehicleId, Mover<'a>>,
    states: Vec<State>,
    /// Who stands on each node.
    on: Vec<Option<VehicleId>>,
    due: BinaryHeap<Reverse<(u32, VehicleId)>>,
    order: Vec<Hop>,
    /// Not yet at their goals, or at goals where they may not stay.
    unfinished: usize,
    /// The last look for a ring that came to each vehicle.
    seen: Vec<u32>,
    looks: u32,
    /// Of such a look: who is still to be asked for whom it waits.
    stack: Vec<VehicleId>,
}

#[derive(Clone)]
struct State {
    node: NodeId,
    /// Hops behind it, of its way or of its way home.
    hop: usize,
    homing: bool,
    /// It has made a move of its way.
    moved: bool,
    time: u32,
    /// Vehicles that wait for this one to move.
    waiting: Vec<VehicleId>,
}

impl<'a> Drive<'a> {
    fn new(plant: &'a Plant, movers: &'a Fixed<VehicleId, Mover<'a>>) -> Drive<'a> {
        let mut drive = Drive {
            plant,
            movers,
            states: Vec::with_capacity(movers.len()),
            on: vec![None; plant.tracks.nodes.len()],
            due: BinaryHeap::new(),
            order: Vec::new(),
            unfinished: 0,
            seen: vec![0; movers.len()],
            looks: 0,
            stack: Vec::new(),
        };
        for (v, mover) in movers.pairs() {
            drive.on[mover.node.index()] = Some(v);
            drive.states.push(State {
                node: mover.node,
                hop: 0,
                homing: false,
                moved: false,
                time: mover.ready,
                waiting: Vec::new(),
            });
            drive.unfinished += usize::from(!mover.way.is_empty() || !mover.settled);
            if !mover.way.is_empty() {
                drive.due.push(Reverse((mover.ready, v)));
            }
        }
        drive
    }

    /// Until nobody can move of those who have somewhere to go.
    fn run(&mut self) {
        while let Some(Reverse((time, v))) = self.due.pop() {
            self.step(time, v);
        }
    }

    /// The hops of its next move: one, or all.
    fn next(&self, v: VehicleId) -> Rest<'a> {
        let (mover, state) = (&self.movers[v], &self.states[v.index()]);
        if state.homing {
            return mover.home_hops.from(state.hop).first();
        }
        let rest = mover.way_hops.from(state.hop);
        if mover.whole { rest } else { rest.first() }
    }

    fn step(&mut self, time: u32, v: VehicleId) {
        let hops = self.next(v);
        let Some(last) = hops.legs.last() else {
            return;
        };
        if let Some(other) = self.blocked(v, hops) {
            return self.wait(v, other, time);
        }
        let before = self.states[v.index()].node;
        self.stand(v, last.end);
        self.states[v.index()].hop += hops.legs.len();
        if let Some(other) = self.closes_ring(v) {
            self.stand(v, before);
            self.states[v.index()].hop -= hops.legs.len();
            return self.wait(v, other, time);
        }
        let hop = |leg: &Leg| Hop {
            vehicle: v,
            edges: leg.edges,
        };
        self.order.extend(hops.legs.iter().map(hop));
        let at = time.saturating_add(self.time(v, hops));
        let state = &mut self.states[v.index()];
        state.moved = true;
        let waiting = core::mem::take(&mut state.waiting);
        for other in waiting {
            let ready = self.states[other.index()].time.max(at);
            self.due.push(Reverse((ready, other)));
        }
        if !self.next(v).legs.is_empty() {
            self.due.push(Reverse((at, v)));
        } else if self.states[v.index()].homing || self.movers[v].settled {
            self.unfinished -= 1;
        }
    }

    /// How long the hops take that it has just driven [ms]. Into the first of its way it need not turn.
    fn time(&self, v: VehicleId, hops: Rest<'_>) -> u32 {
        let (mover, state) = (&self.movers[v], &self.states[v.index()]);
        let turns_home = state.homing && state.hop == hops.legs.len();
        let into = match (hops.legs, turns_home) {
            _ if !state.moved => 0,
            (_, true) => {
                let (last, first) = (mover.way.last(), mover.home.first());
                let pair = last.zip(first);
                pair.map_or(0, |(&last, &first)| {
                    turn_time(self.plant, mover.kind, last, first)
                })
            }
            ([first, ..], false) => first.turn,
            ([], false) => 0,
        };
        let behind = hops.legs.iter().skip(1).map(|leg| leg.turn);
        let times = hops.legs.iter().map(|leg| leg.time).chain(behind);
        times.fold(into, u32::saturating_add)
    }

    /// It waits for another to move.
    fn wait(&mut self, v: VehicleId, other: VehicleId, time: u32) {
        self.states[v.index()].time = time;
        self.states[other.index()].waiting.push(v);
    }

    fn stand(&mut self, v: VehicleId, node: NodeId) {
        let before = core::mem::replace(&mut self.states[v.index()].node, node);
        self.on[before.index()] = None;
        self.on[node.index()] = Some(v);
    }

    /// Whether a vehicle, where it stands now, waits for itself by way of others; then the one before it.
    fn closes_ring(&mut self, v: VehicleId) -> Option<VehicleId> {
        self.looks += 1;
        let mut stack = core::mem::take(&mut self.stack);
        stack.clear();
        stack.push(v);
        let mut closed = false;
        'ring: while let Some(u) = stack.pop() {
            for &node in self.next(u).in_the_way() {
                let Some(other) = self.on[node.index()].filter(|&other| other != u) else {
                    continue;
                };
                if other == v {
                    closed = true;
                    break 'ring;
                }
                if self.seen[other.index()] != self.looks {
                    self.seen[other.index()] = self.looks;
                    stack.push(other);
                }
            }
        }
        self.stack = stack;
        closed.then(|| self.blocked(v, self.next(v))).flatten()
    }

    /// Somebody who stands in the way of hops.
    fn blocked(&self, v: VehicleId, hops: Rest<'_>) -> Option<VehicleId> {
        let on = |&node: &NodeId| self.on[node.index()].filter(|&other| other != v);
        hops.in_the_way().iter().find_map(on)
    }

    /// The first that stands at its goal and is in somebody's way, or may not stay there, and
    /// whose first hop home is free.
    fn send_someone_home(&mut self) -> bool {
        let at_goal = |drive: &Self, v: VehicleId| {
            let state = &drive.states[v.index()];
            let mover = &drive.movers[v];
            !state.homing && state.hop == mover.way_hops.legs.len() && !mover.home.is_empty()
        };
        let wanted = |drive: &Self, v: VehicleId| {
            !drive.states[v.index()].waiting.is_empty() || !drive.movers[v].settled
        };
        let free = |drive: &Self, v: VehicleId| {
            let first = drive.movers[v].home_hops.first();
            drive.blocked(v, first).is_none()
        };
        let mut all = self.movers.ids();
        let Some(v) = all.find(|&v| at_goal(self, v) && wanted(self, v) && free(self, v)) else {
            return false;
        };
        let settled = self.movers[v].settled;
        let state = &mut self.states[v.index()];
        (state.homing, state.hop) = (true, 0);
        self.unfinished += usize::from(settled);
        let time = state.time;
        self.due.push(Reverse((time, v)));
        true
    }
}
