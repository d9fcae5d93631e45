//! Charging with two thresholds: below the lower one a vehicle goes to a free charger and is kept
//! for it until a middle level; from there on it leaves as soon as work waits, at the latest at the
//! upper threshold. Idle vehicles charge when chargers are to spare. A vehicle is told to charge in
//! parts, since it cannot be called off.

use crate::fleet::{Desk, Mission};
use fenhe_contract::*;
use fenhe_plant::{Moving, Plant};
use serde::{Deserialize, Serialize};

/// Who has each charger.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Charging {
    taken: Fixed<ChargerId, Option<VehicleId>>,
}

/// Charged at a time once the middle level is reached [parts per thousand].
const PART: u16 = 100;
/// One charger of so many is kept for those that need it.
const SPARE: usize = 4;

impl Charging {
    pub fn new(plant: &Plant) -> Charging {
        Charging {
            taken: Fixed::like(&plant.chargers, |_| None),
        }
    }
    /// A vehicle has a charger, or leaves it.
    pub fn take(&mut self, charger: ChargerId, v: Option<VehicleId>) {
        self.taken[charger] = v;
    }
    /// Who has which.
    pub fn taken(&self) -> impl Iterator<Item = (ChargerId, VehicleId)> + '_ {
        self.taken
            .pairs()
            .filter_map(|(charger, v)| Some((charger, (*v)?)))
    }
    /// Vehicles that are no more have none.
    pub fn forget(&mut self, moving: &Moving) {
        for taken in self.taken.iter_mut() {
            *taken = taken.filter(|&v| moving.id(v).is_some());
        }
    }
    fn free(&self) -> usize {
        self.taken.iter().filter(|taken| taken.is_none()).count()
    }
}

impl Desk<'_> {
    /// Whether a vehicle is too low for a trip: below the threshold, or below half of it while no
    /// charger is free.
    pub fn low(&self, v: VehicleId) -> bool {
        if self.plant.chargers.is_empty() {
            return false;
        }
        let (low, _) = self.thresholds(v);
        let permille = self.own.vehicles[v].permille;
        permille < low && (permille < low / 2 || self.own.charging.free() > 0)
    }

    /// Sends low vehicles that have nothing to do to chargers.
    pub fn charge_low(&mut self) {
        if self.own.charging.free() == 0 {
            return;
        }
        let low = |&v: &VehicleId| self.own.vehicles[v].permille < self.thresholds(v).0;
        let mut low: alloc::vec::Vec<VehicleId> =
            self.own.idle.iter().copied().filter(low).collect();
        low.sort_by_key(|&v| (self.own.vehicles[v].permille, v));
        for v in low {
            self.go_charging(v);
        }
    }

    /// An idle vehicle charges if it could do with it and chargers are to spare.
    pub fn may_charge(&mut self, v: VehicleId) -> bool {
        let spare = self.plant.chargers.len() / SPARE;
        let wants = self.own.vehicles[v].permille < self.thresholds(v).1;
        wants && self.own.charging.free() > spare && self.go_charging(v)
    }

    /// To the nearest free charger; to one where another vehicle is at home only if there is no other, and while that is away.
    pub fn go_charging(&mut self, v: VehicleId) -> bool {
        if !self.own.traffic.may_go(self.plant, v) {
            return false;
        }
        let node = self.own.vehicles[v].node;
        let time = |id: ChargerId| {
            let at = self.plant.chargers[id].node;
            let lives = self.tables.home[at].filter(|&other| other != v);
            let stands = lives.is_some() && self.own.bound[at] > 0;
            let free = self.own.charging.taken[id].is_none() && !self.shut(at) && !stands;
            let time = self.tables.routes.time(node, at);
            time.filter(|_| free)
                .map(|time| (lives.is_some(), time, id))
        };
        let Some((_, _, charger)) = self.plant.chargers.ids().filter_map(time).min() else {
            return false;
        };
        self.own.charging.taken[charger] = Some(v);
        self.own.vehicles[v].mission = Mission::Charge(charger);
        self.own.idle.remove(&v);
        self.own.leaving.retain(|&(_, other)| other != v);
        self.send(v, self.plant.chargers[charger].node);
        true
    }

    /// It stands on its charger.
    pub fn begin_charge(&mut self, v: VehicleId) {
        if self.kept_from_work(v) {
            return;
        }
        let (low, high) = self.thresholds(v);
        let permille = self.own.vehicles[v].permille;
        let middle = low + (high.saturating_sub(low)) / 2;
        let until = if permille < middle {
            middle
        } else {
            (permille + PART).min(high)
        };
        if !self.own.links.charges(v) {
            self.own
                .links
                .charge((self.plant, self.now), v, until, self.out);
        }
    }

    /// A part of charging is over: go on, or go to work.
    pub fn charge_ended(&mut self, v: VehicleId) {
        let Mission::Charge(charger) = self.own.vehicles[v].mission else {
            return;
        };
        let (low, high) = self.thresholds(v);
        let permille = self.own.vehicles[v].permille;
        let enough =
            self.watches() || permille + 10 >= high || (permille >= low && self.work_waits());
        if !enough {
            return self.begin_charge(v);
        }
        self.own.charging.taken[charger] = None;
        self.own.vehicles[v].mission = Mission::Idle;
        self.own.idle.insert(v);
        self.own.dirty = true;
        if !self.watches() && !self.run_errand(v) {
            self.rest(v);
        }
    }

    fn work_waits(&self) -> bool {
        self.own.books.active().next().is_some() && self.own.idle.is_empty()
    }

    fn thresholds(&self, v: VehicleId) -> (u16, u16) {
        self.plant.vehicle_types[self.plant.vehicles[v].kind].charge_at
    }
}
