//! Where idle vehicles stand: they leave a terminal at once if somebody wants it, and go home
//! after a while anyway. Every vehicle has a home of its own, so there is always room.

use crate::fleet::{Desk, LINGER, Mission};
use fenhe_contract::*;

impl Desk<'_> {
    /// A vehicle has nothing to do.
    pub fn rest(&mut self, v: VehicleId) {
        let vehicle = &self.own.vehicles[v];
        if vehicle.goal == self.plant.vehicles[v].start {
            return;
        }
        if self.own.bound[vehicle.goal] > 1 {
            self.go_home(v);
        } else {
            self.own.leaving.insert((self.now + LINGER, v));
        }
    }

    /// Somebody is coming to a node: an idle vehicle on it leaves.
    pub fn make_way(&mut self, node: NodeId, but: VehicleId) {
        if self.own.bound[node] < 2 {
            return;
        }
        let stands = |&v: &VehicleId| {
            let vehicle = &self.own.vehicles[v];
            v != but && vehicle.goal == node && self.plant.vehicles[v].start != node
        };
        let idle = self.own.idle.iter().copied().find(stands);
        if let Some(v) = idle {
            self.go_home(v);
        }
    }

    /// Idle vehicles that have stood on a terminal long enough leave it: to charge if they could
    /// do with it, else home.
    pub fn leave(&mut self) {
        while let Some(&(at, v)) = self.own.leaving.first()
            && at <= self.now
        {
            self.own.leaving.pop_first();
            if self.own.vehicles[v].mission == Mission::Idle && !self.may_charge(v) {
                self.go_home(v);
            }
        }
    }

    pub fn go_home(&mut self, v: VehicleId) {
        let home = self.plant.vehicles[v].start;
        if self.own.vehicles[v].goal != home {
            self.send(v, home);
        }
    }
}
