//! Vehicles report in any order, with any delay: never two holders in conflict, an order to the
//! end in every state, and everyone comes to every goal.

mod around;
mod town;
mod ways;

use super::*;
use fenhe_planner::traffic::{Violation, check};
use fenhe_plant::*;
use town::town;

/// A tiny plant: vehicles go to docks in turn, stay there, and go home when another wants theirs.
struct Rig {
    plant: Plant,
    traffic: Traffic,
    /// Each vehicle's base as it was told.
    base: Fixed<VehicleId, VecDeque<EdgeId>>,
    goal: Fixed<VehicleId, NodeId>,
    /// Docks still to be served.
    trips: Fixed<VehicleId, Vec<NodeId>>,
    now: Time,
    luck: u64,
}

impl Rig {
    fn new(plant: Plant, luck: u64) -> Rig {
        Rig {
            traffic: Traffic::new(&plant),
            base: Fixed::like(&plant.vehicles, |_| VecDeque::new()),
            goal: Fixed::like(&plant.vehicles, |v| plant.vehicles[v].start),
            trips: Fixed::like(&plant.vehicles, |_| Vec::new()),
            now: Time::ZERO,
            luck,
            plant,
        }
    }
    /// SplitMix64 (Steele, Lea and Flood 2014).
    fn below(&mut self, n: usize) -> usize {
        self.luck = self.luck.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.luck;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % n as u64) as usize
    }
    fn node(&self, v: VehicleId) -> NodeId {
        self.traffic.rows[v].node
    }
    fn stands(&self, v: VehicleId) -> bool {
        self.base[v].is_empty() && self.node(v) == self.goal[v]
    }
    fn send(&mut self, v: VehicleId, goal: NodeId) {
        self.goal[v] = goal;
        let mut moves = Moves::default();
        self.traffic
            .send(&self.plant, self.now, v, goal, &mut moves);
        self.told(&moves);
        self.judge();
    }
    fn told(&mut self, moves: &Moves) {
        for (v, edges) in moves.iter() {
            for &edge in edges {
                let last = self.base[v].back();
                let end = last.map_or(self.node(v), |&last| self.plant.tracks.edges[last].to);
                assert_eq!(self.plant.tracks.edges[edge].from, end);
                self.base[v].push_back(edge);
            }
        }
    }
    /// One thing happens to one vehicle. Whether something could.
    fn step(&mut self) -> bool {
        self.now += Span::seconds(1);
        let ready: Vec<VehicleId> = self
            .plant
            .vehicles
            .ids()
            .filter(|&v| !self.base[v].is_empty() || self.may_leave(v))
            .collect();
        if ready.is_empty() {
            return false;
        }
        let v = ready[self.below(ready.len())];
        if !self.base[v].is_empty() && !self.trips[v].is_empty() && self.below(8) == 0 {
            // It thinks better of it on the way.
            let turn = self.below(self.trips[v].len());
            let goal = self.trips[v][turn];
            self.send(v, goal);
            return true;
        }
        if let Some(edge) = self.base[v].pop_front() {
            let node = self.plant.tracks.edges[edge].to;
            let mut moves = Moves::default();
            self.traffic.at(&self.plant, self.now, v, node, &mut moves);
            self.told(&moves);
            self.judge();
        } else {
            let home = self.plant.vehicles[v].start;
            let goal = self.trips[v].pop().unwrap_or(home);
            self.send(v, goal);
        }
        true
    }
    /// It has come to its goal and has another trip, or is idle and in the way.
    fn may_leave(&self, v: VehicleId) -> bool {
        let others = || self.plant.vehicles.ids().filter(|&other| other != v);
        let wanted = others().any(|other| self.goal[other] == self.goal[v]);
        self.stands(v) && (!self.trips[v].is_empty() || wanted)
    }
    fn judge(&self) {
        let (plant, rows) = (&self.plant, &self.traffic.rows);
        let held = |(r, by): (usize, &Option<VehicleId>)| Some(((*by)?, ResourceId(r as u32)));
        let holdings: Vec<_> = self
            .traffic
            .holder
            .iter()
            .enumerate()
            .filter_map(held)
            .collect();
        let movers = Fixed::like(rows, |v| rows[v].mover(plant, self.now, v));
        let hops = rows.pairs().flat_map(|(v, row)| {
            let hop = move |&(key, edges): &(u32, u32)| (key, Hop { vehicle: v, edges });
            row.hops.iter().map(hop)
        });
        let mut order: Vec<(u32, Hop)> = hops.collect();
        order.sort_by_key(|&(key, _)| key);
        let order: Vec<Hop> = order.into_iter().map(|(_, hop)| hop).collect();
        let streets = Streets::new(plant);
        let mut faults = check(plant, &streets, &holdings, &movers, &order);
        if plant.policy.traffic == Precedence::FirstCome {
            faults.retain(|fault| matches!(fault, Violation::Conflict(..))); // there is no order
        }
        assert_eq!(faults, Vec::<Violation>::new());
        for (v, row) in rows.pairs() {
            assert_eq!(row.base, self.base[v]);
            let ends = row.base.iter().map(|&edge| plant.tracks.edges[edge].to);
            let nodes: BTreeSet<NodeId> = ends.chain([row.node]).collect();
            assert_eq!(nodes.len(), row.base.len() + 1, "a node twice in a base");
            let here = plant.tracks.node_resource(row.node);
            let on = row.base.iter().flat_map(|&edge| resources(plant, edge));
            for resource in on.chain([here]) {
                assert_eq!(self.traffic.holder[resource], Some(v));
            }
            let end = plant.tracks.node_resource(row.end(plant));
            assert_eq!(self.traffic.ends[end], Some(v));
            for (key, edge) in &row.pledged {
                for resource in resources(plant, *edge) {
                    let pledges = &self.traffic.pledges[resource];
                    assert!(pledges.contains(&(*key, v)), "a pledge that nobody keeps");
                }
            }
        }
        let ends = self.traffic.ends.iter().flatten().count();
        assert_eq!(ends, plant.vehicles.len(), "one end a vehicle");
        for passes in self.traffic.passes.iter() {
            assert!(passes.iter().is_sorted(), "passes out of order");
        }
        for pledges in self.traffic.pledges.iter() {
            assert!(pledges.iter().is_sorted(), "pledges out of order");
        }
    }
    /// Serves all trips.
    fn run(&mut self) {
        let trips: usize = self.trips.iter().map(Vec::len).sum();
        let bound = (trips + self.plant.vehicles.len()) * 40 * self.plant.tracks.nodes.len();
        for _ in 0..bound {
            if !self.step() {
                break;
            }
        }
        for v in self.plant.vehicles.ids() {
            let state = (v, self.node(v), self.goal[v], self.trips[v].len());
            assert!(
                self.stands(v) && self.trips[v].is_empty(),
                "{state:?} is stuck"
            );
        }
    }
    fn random_trips(&mut self, count: usize) {
        let docks: Vec<NodeId> = self.plant.chargers.iter().map(|dock| dock.node).collect();
        for v in self.plant.vehicles.ids() {
            self.trips[v] = (0..count).map(|_| docks[self.below(docks.len())]).collect();
        }
    }
}

/// A one-way ring with spurs: homes first, then docks, each at a random node.
fn ring(rig_luck: u64, length: u32, homes: u32, docks: u32, chord: bool) -> Plant {
    let mut luck = rig_luck;
    let mut below = |n: u32| {
        luck = luck.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (luck >> 33) as u32 % n
    };
    let around: Vec<_> = (0..length).map(|n| (n, (n + 1) % length)).collect();
    let spurs = length..length + homes + docks;
    let mut two_way: Vec<_> = spurs.clone().map(|n| (below(length), n)).collect();
    if chord {
        two_way.push((0, spurs.end));
        two_way.push((spurs.end, length / 2));
    }
    let homes: Vec<u32> = (length..length + homes).collect();
    let docks: Vec<u32> = (length + homes.len() as u32..spurs.end).collect();
    town(
        spurs.end + u32::from(chord),
        &around,
        &two_way,
        (&homes, &docks),
    )
}

#[test]
fn random_rings_never_lock() {
    for seed in 0..60u64 {
        let size = 3 + (seed % 7) as u32;
        let plant = ring(
            seed,
            size,
            1 + (seed % 5) as u32,
            1 + (seed % 4) as u32,
            seed % 2 == 1,
        );
        let mut rig = Rig::new(plant, seed);
        rig.random_trips(12);
        rig.run();
    }
}

#[test]
fn a_ring_full_of_homes_never_locks() {
    // Nine vehicles share three nodes.
    let mut rig = Rig::new(ring(5, 3, 9, 3, false), 1);
    rig.random_trips(20);
    rig.run();
}

#[test]
fn vehicles_meet_on_a_two_way_street() {
    // home 4 - 0 - 1 - 2 - 3 - home 5, docks 6 and 7 at the far ends
    let two_way = [(0, 1), (1, 2), (2, 3), (4, 0), (5, 3), (6, 0), (7, 3)];
    let mut rig = Rig::new(town(8, &[], &two_way, (&[4, 5], &[6, 7])), 3);
    rig.trips[VehicleId(0)] = alloc::vec![NodeId(6), NodeId(7), NodeId(6), NodeId(7)];
    rig.trips[VehicleId(1)] = alloc::vec![NodeId(7), NodeId(6), NodeId(7), NodeId(6)];
    rig.run();
}

/// The street of two docks and two homes, each vehicle bound for the far dock; how many get there.
fn arrivals(traffic: Precedence) -> usize {
    let two_way = [(0, 1), (1, 2), (2, 3), (4, 0), (5, 3), (6, 0), (7, 3)];
    let mut plant = town(8, &[], &two_way, (&[4, 5], &[6, 7]));
    plant.policy.traffic = traffic;
    let mut rig = Rig::new(plant, 3);
    rig.send(VehicleId(0), NodeId(7));
    rig.send(VehicleId(1), NodeId(6));
    for _ in 0..200 {
        rig.step();
    }
    rig.plant.vehicles.ids().filter(|&v| rig.stands(v)).count()
}

#[test]
fn first_come_first_served_locks_where_the_order_does_not() {
    assert_eq!(arrivals(Precedence::Ordered), 2);
    assert_eq!(arrivals(Precedence::FirstCome), 0);
}

#[test]
fn many_are_on_the_street_at_once() {
    let mut rig = Rig::new(ring(2, 24, 6, 6, false), 9);
    rig.random_trips(10);
    let mut most = 0;
    for _ in 0..2000 {
        rig.step();
        most = most.max(rig.base.iter().filter(|base| !base.is_empty()).count());
    }
    assert!(most >= 4, "only {most} of 6 drive");
}

#[test]
fn a_vehicle_waits_in_front_of_a_dock_in_use() {
    // ring 0 1 2 3, homes 4 and 5 at 0 and 1, dock 6 at 3
    let ring = [(0, 1), (1, 2), (2, 3), (3, 0)];
    let mut rig = Rig::new(
        town(7, &ring, &[(0, 4), (1, 5), (3, 6)], (&[4, 5], &[6])),
        1,
    );
    let (a, b) = (VehicleId(0), VehicleId(1));
    rig.send(a, NodeId(6));
    while !rig.stands(a) {
        assert!(rig.step());
    }
    rig.goal[b] = NodeId(6);
    let mut moves = Moves::default();
    rig.traffic
        .send(&rig.plant, rig.now, b, NodeId(6), &mut moves);
    rig.told(&moves);
    while let Some(edge) = rig.base[b].pop_front() {
        let node = rig.plant.tracks.edges[edge].to;
        let mut moves = Moves::default();
        rig.traffic.at(&rig.plant, rig.now, b, node, &mut moves);
        rig.told(&moves);
    }
    assert_eq!(
        rig.node(b),
        NodeId(2),
        "one node before the mouth of the spur"
    );
    rig.run();
    assert_eq!(rig.node(b), NodeId(6));
}
