//! Driving everyone forward from where the granted bases end.
//!
//! Vehicles move hop by hop, each at the time it would be there on an empty street, first come
//! first served; one that finds its hop blocked waits for the vehicle in the way. Those that reach
//! their goals stand there. If someone waits for one of them, that one goes home, one at a time.
//! The order of moves is a witness: it can be followed from here to the end whatever the delays.

use crate::routes::{Streets, edge_time, turn_time};
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
    /// Hops of this way, by number of edges ([`cut`]).
    pub way_hops: &'a [u32],
    /// From its goal home; empty if the goal is its home.
    pub home: &'a [EdgeId],
    /// Hops of the way home.
    pub home_hops: &'a [u32],
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

/// A hop looks no further than this for a refuge.
const REACH: Length = Length(20_000);

/// Number of edges of the first hop of a way. It ends where only those who follow have to wait, and those in bays
/// beside it other than its own, so that nobody stops on a crossing; where there is no such place within 20 m it ends
/// before the first one-way edge, so that nobody stops facing the other way of a two-way stretch.
fn hop_length(plant: &Plant, streets: &Streets, rest: &[EdgeId]) -> usize {
    let edges = &plant.tracks.edges;
    let mut length = Length(0);
    for (at, &edge) in rest.iter().enumerate() {
        if at > 0 && streets.stop(edges[edge].from, edge) {
            return at;
        }
        length += edges[edge].length;
        if length > REACH {
            break;
        }
    }
    if length <= REACH {
        return rest.len();
    }
    let stop = rest.iter().skip(1).position(|&next| !streets.two_way(next));
    stop.map_or(rest.len(), |at| at + 1)
}

/// The hops of a way, by number of edges.
pub fn cut(plant: &Plant, streets: &Streets, way: &[EdgeId]) -> Vec<u32> {
    let (mut hops, mut rest) = (Vec::new(), way);
    while !rest.is_empty() {
        let count = hop_length(plant, streets, rest);
        hops.push(count as u32);
        rest = &rest[count..];
    }
    hops
}

/// An order of hops that brings all to their goals, and home those that stand in the way of
/// others; `None` if driving forward locks.
pub fn plan(
    plant: &Plant,
    streets: &Streets,
    movers: &Fixed<VehicleId, Mover<'_>>,
) -> Option<Vec<Hop>> {
    let mut drive = Drive::new(plant, streets, movers);
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
    streets: &'a Streets,
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
}

#[derive(Clone)]
struct State {
    node: NodeId,
    /// Edges and hops behind it, of its way or of its way home.
    done: usize,
    hop: usize,
    homing: bool,
    last: Option<EdgeId>,
    time: u32,
    /// Vehicles that wait for this one to move.
    waiting: Vec<VehicleId>,
}

impl<'a> Drive<'a> {
    fn new(
        plant: &'a Plant,
        streets: &'a Streets,
        movers: &'a Fixed<VehicleId, Mover<'a>>,
    ) -> Drive<'a> {
        let mut drive = Drive {
            plant,
            streets,
            movers,
            states: Vec::with_capacity(movers.len()),
            on: vec![None; plant.tracks.nodes.len()],
            due: BinaryHeap::new(),
            order: Vec::new(),
            unfinished: 0,
            seen: vec![0; movers.len()],
            looks: 0,
        };
        for (v, mover) in movers.pairs() {
            drive.on[mover.node.index()] = Some(v);
            drive.states.push(State {
                node: mover.node,
                done: 0,
                hop: 0,
                homing: false,
                last: None,
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

    /// Edges of its next move, and hops these are.
    fn next(&self, v: VehicleId) -> (&'a [EdgeId], &'a [u32]) {
        let (mover, state) = (&self.movers[v], &self.states[v.index()]);
        let (way, hops) = match state.homing {
            true => (mover.home, mover.home_hops),
            false => (mover.way, mover.way_hops),
        };
        let (rest, hops) = (&way[state.done..], &hops[state.hop..]);
        match hops.first() {
            Some(_) if mover.whole && !state.homing => (rest, hops),
            Some(&count) => (&rest[..count as usize], &hops[..1]),
            None => (rest, hops),
        }
    }

    fn step(&mut self, time: u32, v: VehicleId) {
        let (hop, hops) = self.next(v);
        if hop.is_empty() {
            return;
        }
        if let Some(other) = self.blocked(v, hop) {
            self.states[v.index()].time = time;
            self.states[other.index()].waiting.push(v);
            return;
        }
        let before = self.states[v.index()].node;
        self.advance(v, hop, hops.len());
        if let Some(other) = self.closes_ring(v) {
            self.retreat(v, (before, hop.len(), hops.len()));
            self.states[v.index()].time = time;
            self.states[other.index()].waiting.push(v);
            return;
        }
        let edges = hops.iter().map(|&edges| Hop { vehicle: v, edges });
        self.order.extend(edges);
        let kind = self.movers[v].kind;
        let state = &mut self.states[v.index()];
        let mut at = time;
        for &edge in hop {
            let turn = state
                .last
                .map_or(0, |last| turn_time(self.plant, kind, last, edge));
            at = at.saturating_add(turn + edge_time(self.plant, kind, edge));
            state.last = Some(edge);
        }
        let waiting = core::mem::take(&mut state.waiting);
        for other in waiting {
            let ready = self.states[other.index()].time.max(at);
            self.due.push(Reverse((ready, other)));
        }
        if !self.next(v).0.is_empty() {
            self.due.push(Reverse((at, v)));
        } else if self.states[v.index()].homing || self.movers[v].settled {
            self.unfinished -= 1;
        }
    }

    fn advance(&mut self, v: VehicleId, hop: &[EdgeId], hops: usize) {
        let state = &mut self.states[v.index()];
        self.on[state.node.index()] = None;
        state.node = self.plant.tracks.edges[hop[hop.len() - 1]].to;
        self.on[state.node.index()] = Some(v);
        state.done += hop.len();
        state.hop += hops;
    }

    fn retreat(&mut self, v: VehicleId, (node, edges, hops): (NodeId, usize, usize)) {
        let state = &mut self.states[v.index()];
        self.on[state.node.index()] = None;
        state.node = node;
        self.on[node.index()] = Some(v);
        state.done -= edges;
        state.hop -= hops;
    }

    /// Whether a vehicle, where it stands now, waits for itself by way of others; then the one before it.
    fn closes_ring(&mut self, v: VehicleId) -> Option<VehicleId> {
        self.looks += 1;
        let mut stack = vec![v];
        while let Some(u) = stack.pop() {
            for &edge in self.next(u).0 {
                for &node in self.streets.obstacles(edge) {
                    let Some(other) = self.on[node.index()].filter(|&other| other != u) else {
                        continue;
                    };
                    if other == v {
                        return self.blocked(v, self.next(v).0);
                    }
                    if self.seen[other.index()] != self.looks {
                        self.seen[other.index()] = self.looks;
                        stack.push(other);
                    }
                }
            }
        }
        None
    }

    /// Somebody who stands in the way of a hop.
    fn blocked(&self, v: VehicleId, hop: &[EdgeId]) -> Option<VehicleId> {
        for &edge in hop {
            for &node in self.streets.obstacles(edge) {
                if let Some(other) = self.on[node.index()]
                    && other != v
                {
                    return Some(other);
                }
            }
        }
        None
    }

    /// The first that stands at its goal and is in somebody's way, or may not stay there, and
    /// whose first hop home is free.
    fn send_someone_home(&mut self) -> bool {
        let at_goal = |drive: &Self, v: VehicleId| {
            let state = &drive.states[v.index()];
            let mover = &drive.movers[v];
            !state.homing && state.done == mover.way.len() && !mover.home.is_empty()
        };
        let wanted = |drive: &Self, v: VehicleId| {
            !drive.states[v.index()].waiting.is_empty() || !drive.movers[v].settled
        };
        let free = |drive: &Self, v: VehicleId| {
            let mover = &drive.movers[v];
            let first = mover.home_hops.first().map_or(0, |&count| count as usize);
            drive.blocked(v, &mover.home[..first]).is_none()
        };
        let mut all = self.movers.ids();
        let Some(v) = all.find(|&v| at_goal(self, v) && wanted(self, v) && free(self, v)) else {
            return false;
        };
        let settled = self.movers[v].settled;
        let state = &mut self.states[v.index()];
        (state.homing, state.done, state.hop) = (true, 0, 0);
        self.unfinished += usize::from(settled);
        let time = state.time;
        self.due.push(Reverse((time, v)));
        true
    }
}
