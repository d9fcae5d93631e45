//! Where vehicles stand that cannot go on: those with nothing to do, and those whose next terminal
//! is taken. Nobody queues on a street before a terminal if a bay is near: who waits there is in
//! the way of all behind, and two such queues can close a circle. A vehicle sets off when nobody
//! is there, or will be when it comes. Every vehicle has a home of its own, so there is always room;
//! bays that are nobody's home are shared.

use crate::fleet::{Desk, LINGER, Mission};
use fenhe_contract::*;

/// For a bay to wait in a vehicle drives this much longer [ms]; else it queues on the street.
const DETOUR: u32 = 60_000;

/// A vehicle sets off if the one before it should leave this long after it comes.
const SLACK: Span = Span::seconds(30);

impl Desk<'_> {
    /// A vehicle has nothing to do.
    pub fn rest(&mut self, v: VehicleId) {
        let goal = self.own.vehicles[v].goal;
        if goal == self.plant.vehicles[v].start || self.tables.bays.contains(&goal) {
            return;
        }
        if self.coming(goal) > 1 {
            self.park(v);
        } else {
            self.own.leaving.insert((self.now + LINGER, v));
        }
    }

    /// Somebody is coming to a node: a vehicle that could as well stand elsewhere leaves it.
    pub fn make_way(&mut self, node: NodeId, but: VehicleId) {
        if self.own.bound[node] < 2 {
            return;
        }
        let stands = |&v: &VehicleId| {
            let vehicle = &self.own.vehicles[v];
            v != but && vehicle.goal == node && self.plant.vehicles[v].start != node
        };
        if let Some(v) = self.own.idle.iter().copied().find(stands) {
            return self.park(v);
        }
        let waits = |&(_, _, v): &(NodeId, Time, VehicleId)| Some(v).filter(stands);
        if let Some(v) = self.own.awaiting.iter().find_map(waits) {
            let wish = self.own.vehicles[v].awaits;
            self.park(v);
            self.await_again(v, wish);
        }
    }

    /// Idle vehicles that have stood on a terminal long enough leave it: to charge if they could
    /// do with it, else to a bay.
    pub fn leave(&mut self) {
        while let Some(&(at, v)) = self.own.leaving.first()
            && at <= self.now
        {
            self.own.leaving.pop_first();
            if self.own.vehicles[v].mission == Mission::Idle && !self.may_charge(v) {
                self.park(v);
            }
        }
    }

    /// To the nearest free bay.
    pub fn park(&mut self, v: VehicleId) {
        let (_, bay) = self.bay(v, |_| Some(0));
        if self.own.vehicles[v].goal != bay {
            self.send(v, bay);
        }
    }

    /// To the terminal of its next hand-over, or to where it may wait for that.
    pub fn head_for(&mut self, v: VehicleId, node: NodeId) {
        let wish = self.own.vehicles[v].awaits;
        if self.own.vehicles[v].goal == node || self.open(v, node) {
            return self.send(v, node);
        }
        let wish = wish.filter(|wish| wish.1 == node);
        if wish.is_some() {
            return;
        }
        let direct = self.tables.routes.time(self.own.vehicles[v].node, node);
        let (cost, bay) = self.bay(v, |bay| self.tables.routes.time(bay, node));
        let here = self.own.vehicles[v].goal;
        let stays = self.coming(here) < 2 && !self.tables.on_street[here];
        if !stays && cost > direct.unwrap_or(0).saturating_add(DETOUR) {
            return self.send(v, node);
        }
        if !stays && bay != here {
            self.send(v, bay);
        }
        self.await_again(v, Some((self.now, node)));
    }

    /// It waits for a terminal, from then on.
    pub fn await_again(&mut self, v: VehicleId, wish: Option<(Time, NodeId)>) {
        self.give_up(v);
        self.own.vehicles[v].awaits = wish;
        if let Some((since, node)) = wish {
            self.own.awaiting.insert((node, since, v));
        }
    }

    /// It does not wait for a terminal any more.
    pub fn give_up(&mut self, v: VehicleId) {
        if let Some((since, node)) = self.own.vehicles[v].awaits.take() {
            self.own.awaiting.remove(&(node, since, v));
        }
    }

    /// A terminal may be free soon: the first who waits for it sets off.
    pub fn call_up(&mut self, node: NodeId) {
        let first = self.waiting_for(node).next();
        if let Some(v) = first.filter(|_| !self.watches())
            && self.open(v, node)
        {
            self.send(v, node);
        }
    }

    fn waiting_for(&self, node: NodeId) -> impl Iterator<Item = VehicleId> {
        let from = (node, Time::ZERO, VehicleId(0));
        let to = (node, Time::NEVER, VehicleId(u32::MAX));
        self.own.awaiting.range(from..=to).map(|&(_, _, v)| v)
    }

    /// Vehicles that stand on a node, are on the way there or wait for it.
    pub fn coming(&self, node: NodeId) -> usize {
        usize::from(self.own.bound[node]) + self.waiting_for(node).count()
    }

    /// Whether nobody else will be on a terminal when it comes.
    fn open(&self, v: VehicleId, node: NodeId) -> bool {
        let own = self.own.vehicles[v].goal == node;
        match self.own.bound[node] - u16::from(own) {
            0 => return true,
            1 => {}
            _ => return false,
        }
        let there =
            |&(u, other): &(VehicleId, &crate::fleet::Vehicle)| u != v && other.goal == node;
        let Some((u, other)) = self.own.vehicles.pairs().find(there) else {
            return true;
        };
        if other.mission == Mission::Idle || other.awaits.is_some() {
            return true;
        }
        let time = self.tables.routes.time(self.own.vehicles[v].node, node);
        other.mission == Mission::Trip
            && other.node == node
            && time.is_some_and(|time| self.busy(u, node) <= Span::ms(i64::from(time)) + SLACK)
    }

    /// How long a vehicle that stands on a terminal will be handing over there, with what it may
    /// find to take along.
    fn busy(&self, u: VehicleId, node: NodeId) -> Span {
        let here = |place: PlaceId| self.plant.places[place].node == Some(node);
        let hands = self.own.vehicles[u].hands.iter();
        let (here, away) = hands.fold((0, 0), |(at, away), hand| {
            let at_node = here(hand.place);
            (at + i64::from(at_node), away + i64::from(!at_node))
        });
        let ready = |&from: &BufferId| self.own.books.counts(from).ready.iter();
        let buffers = self.tables.ports.at[node].iter();
        let ready: usize = buffers.flat_map(ready).map(|ready| ready.len()).sum();
        let more = match away {
            0 => (ready as i64).min(i64::from(self.tables.ports.decks)),
            _ => 0,
        };
        let kind = &self.plant.vehicle_types[self.plant.vehicles[u].kind];
        kind.transfer.mean() * (here + more)
    }

    /// The bay with the least time to it and on from there, by what `on` says.
    fn bay(&self, v: VehicleId, on: impl Fn(NodeId) -> Option<u32>) -> (u32, NodeId) {
        let vehicle = &self.own.vehicles[v];
        let home = self.plant.vehicles[v].start;
        let free = |&&bay: &&NodeId| self.own.bound[bay] == u16::from(vehicle.goal == bay);
        let cost = |bay: NodeId| {
            let time = self.tables.routes.time(vehicle.node, bay)?;
            Some((time.saturating_add(on(bay)?), bay))
        };
        let open = |&bay: &NodeId| !self.shut(bay);
        let bays = self.tables.bays.iter().filter(free).copied();
        let bays = bays.filter(open).chain([home]);
        bays.filter_map(cost).min().unwrap_or((u32::MAX, home))
    }
}
